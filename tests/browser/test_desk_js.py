"""What desk.js does, on a page with every kind of field.

The page is rendered here and handed to Chromium by the harness, because no page of the
portal has all of these; its address is the live server's.
"""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from django.template import Context, engines
from django.test import RequestFactory

from requests_app.templatetags.desk import CONNECTICUT
from tests.browser.looks import examine
from tests.sample_forms import ConvictionFormSet, SampleForm, posted_convictions

PAGE = """{% extends "layouts/two_column.html" %}{% load crispy_forms_tags %}
{% block title %}Sample{% endblock title %}
{% block heading %}Sample{% endblock heading %}
{% block content %}{% include "includes/required_note.html" %}{% crispy form %}
<h2>Convictions</h2>
<form method="post" action="/rows/" novalidate>{{ rows|crispy }}</form>
<h2>Waiting</h2>
<table class="desk-table" data-keys>
<caption class="usa-sr-only">Waiting</caption>
<thead><tr><th scope="col">Request</th><th scope="col">State</th></tr></thead>
<tbody>
<tr><th scope="row"><a href="/one/">One</a></th><td data-label="State">New</td></tr>
<tr><th scope="row"><a href="/two/">Two</a></th><td data-label="State">New</td></tr>
</tbody></table>{% endblock content %}
{% block aside_label %}The law{% endblock aside_label %}
{% block aside %}<section class="desk-panel desk-panel--law">
<h2>What the law says so far</h2><p>Nothing yet.</p></section>{% endblock aside %}"""
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'"
)
HALF_AN_HOUR = 30 * 60


def rendered(form, rows, role="clerk"):
    request = RequestFactory().get("/sample/")
    request.session = SimpleNamespace(
        get_expiry_date=lambda modification: (
            modification + timedelta(seconds=HALF_AN_HOUR)
        )
    )
    context = {
        "form": form,
        "rows": rows,
        "request": request,
        "standing": SimpleNamespace(user="Abena Osei", appointments=()),
        "roles": frozenset({role}),
        "role_labels": [role.capitalize()],
        "csrf_token": "t" * 64,
    }
    return engines["django"].from_string(PAGE).template.render(Context(context))


class Stage:
    """The sample page, and what it posted."""

    def __init__(self, page):
        self.page = page
        self.posts = []
        self.answers = {}

    def open(self, form=None, rows=None, role="clerk"):
        rows = rows or ConvictionFormSet(prefix="convictions")
        markup = rendered(form or SampleForm(), rows, role)
        self.page.route(
            "**/sample/",
            lambda route: self.answer(route, markup=markup),
        )
        for path in ("/save/", "/rows/", "/session/extend/", "/one/", "/two/"):
            self.page.route(f"**{path}", self.answer)
        self.page.goto("/sample/")

    def answer(self, route, *, markup="<!DOCTYPE html><title>Done</title>"):
        if route.request.method == "POST":
            self.posts.append(route.request)
        path = "/" + route.request.url.split("/", 3)[3]
        answer = self.answers.get(path, {"status": 200, "body": markup})
        if answer == "abort":
            route.abort()
            return
        headers = {"Content-Security-Policy": POLICY, "Content-Type": "text/html"}
        route.fulfill(**{"headers": headers} | answer)

    def posted_to(self, path):
        return [post for post in self.posts if post.url.endswith(path)]


@pytest.fixture
def stage(page):
    return Stage(page)


@pytest.fixture
def plain_stage(plain_page):
    return Stage(plain_page)


def test_passes_axe_clean_and_in_error(stage):
    stage.open()
    examine(stage.page, "sample")
    stage.page.unroute_all()
    stage.open(
        SampleForm({}),
        ConvictionFormSet(posted_convictions({}, {}), prefix="convictions"),
    )

    examine(stage.page, "sample-error")


def test_moves_to_the_error_summary(stage):
    stage.open(SampleForm({}))

    stage.page.locator("[data-error-summary]:focus").wait_for()
    assert stage.page.title() == "Error: Sample · Detainer Desk"


def test_leads_from_the_summary_to_the_first_choice(stage):
    stage.open(SampleForm({}))
    stage.page.get_by_role("link", name="Which form is it?").click()

    assert stage.page.evaluate("document.activeElement.id") == "id_form_name_0"


def test_shows_a_field_when_its_question_is_answered(stage):
    stage.open()
    other = stage.page.get_by_label("Name of the form")

    assert other.is_hidden()
    stage.page.get_by_text("Another form").click()
    assert other.is_visible()
    stage.page.get_by_text("I-247A, immigration detainer").click()
    assert other.is_hidden()


def test_shows_every_field_without_javascript(plain_stage):
    plain_stage.open()

    assert plain_stage.page.get_by_label("Name of the form").is_visible()
    assert plain_stage.page.get_by_role("link", name="The law").is_visible()
    assert plain_stage.page.get_by_role("button", name="Keyboard").is_hidden()


def test_fills_in_connecticuts_now(stage):
    autumn = datetime(2026, 11, 1, 5, 30, tzinfo=UTC)
    stage.page.clock.install(time=autumn)
    stage.open()
    stage.page.get_by_role("button", name="Today (Date)").click()
    stage.page.get_by_role("button", name="Now (Time)").click()

    here = autumn.astimezone(CONNECTICUT)
    assert stage.page.locator("#id_received_0").input_value() == f"{here:%Y-%m-%d}"
    assert stage.page.locator("#id_received_1").input_value() == "01:30"


def test_adds_a_row_without_a_new_page(stage):
    stage.open()
    stage.page.get_by_role("button", name="Add another conviction").click()

    assert stage.page.evaluate("document.activeElement.name") == "convictions-2-section"
    assert stage.page.locator("[name=convictions-TOTAL_FORMS]").input_value() == "3"
    assert stage.page.get_by_role("group", name="Conviction 3").is_visible()
    assert stage.page.get_by_role("button", name="Add another").is_hidden()
    assert stage.posts == []


def test_asks_the_server_for_a_row_without_javascript(plain_stage):
    plain_stage.open()
    plain_stage.page.get_by_role("button", name="Add another conviction").click()

    assert "add_convictions=1" in plain_stage.posted_to("/rows/")[0].post_data


def test_marks_a_row_that_will_be_removed(stage):
    stage.open()
    stage.page.get_by_text("Remove this conviction").first.click()

    assert stage.page.locator(".desk-row--removed").count() == 1


def test_saves_a_draft_when_a_field_is_left(stage):
    stage.open()
    stage.page.get_by_label("Sender").fill("Boston field office")
    stage.page.keyboard.press("Tab")

    stage.page.get_by_text("Saved ").wait_for()
    post = stage.posted_to("/save/")[0]
    assert "Boston field office" in post.post_data
    assert post.headers["x-csrftoken"] == "t" * 64


def test_saves_a_draft_every_twenty_seconds(stage):
    stage.page.clock.install()
    stage.open()
    stage.page.get_by_label("Sender").press_sequentially("Bo")
    assert stage.posts == []
    stage.page.clock.run_for(21_000)

    stage.page.get_by_text("Saved ").wait_for()
    assert len(stage.posted_to("/save/")) == 1


def test_says_that_it_could_not_save_and_tries_again(stage):
    stage.page.clock.install()
    stage.answers["/save/"] = {
        "status": 409,
        "headers": {"Content-Type": "text/plain"},
        "body": "somebody else has changed this draft.",
    }
    stage.open()
    stage.page.get_by_label("Note").fill("Fax is hard to read.")
    stage.page.keyboard.press("Tab")
    stage.page.get_by_text("Not saved: somebody else has changed").wait_for()

    del stage.answers["/save/"]
    stage.page.clock.run_for(6_000)
    stage.page.get_by_text("Saved ").wait_for()
    assert stage.page.get_by_label("Note").input_value() == "Fax is hard to read."


def test_sends_a_form_once(stage):
    stage.open()
    refusals = stage.page.evaluate(
        """() => {
            const refusals = [];
            const form = document.getElementById("sample");
            window.addEventListener("submit", (event) =>
                refusals.push(event.defaultPrevented));
            form.requestSubmit();
            form.requestSubmit();
            return refusals;
        }"""
    )

    assert refusals == [False, True]


def test_warns_before_the_session_ends_and_extends_it_by_keyboard(stage):
    stage.page.clock.install()
    stage.open()
    stage.page.clock.run_for((HALF_AN_HOUR - 130) * 1000)
    dialog = stage.page.get_by_role("dialog")
    assert dialog.is_hidden()
    stage.page.clock.run_for(15_000)
    assert dialog.is_visible()
    assert stage.page.evaluate("document.activeElement.textContent") == "Stay signed in"
    examine(stage.page, "session-warning")

    stage.page.keyboard.press("Enter")
    dialog.wait_for(state="hidden")
    assert len(stage.posted_to("/session/extend/")) == 1


def test_says_when_the_session_has_ended(stage):
    stage.page.clock.install()
    stage.open()
    stage.page.clock.run_for(HALF_AN_HOUR * 1000 + 2_000)

    assert stage.page.get_by_role("link", name="Sign in again").is_visible()


def test_lists_the_shortcuts_and_switches_them_off(stage):
    stage.open()
    stage.page.keyboard.press("?")
    examine(stage.page, "shortcuts")
    stage.page.get_by_text("Use single-key shortcuts").click()
    stage.page.get_by_role("button", name="Close").click()
    stage.page.keyboard.press("j")

    assert stage.page.locator("tr.desk-at").count() == 0


def test_moves_and_opens_rows_by_key(stage):
    stage.open()
    stage.page.keyboard.press("j")
    stage.page.keyboard.press("j")
    stage.page.keyboard.press("k")
    assert stage.page.locator("tr.desk-at a").inner_text() == "One"

    stage.page.keyboard.press("o")
    stage.page.wait_for_url("**/one/")


def test_takes_no_key_for_a_shortcut_while_somebody_types(stage):
    stage.open()
    stage.page.get_by_label("Sender").press_sequentially("jo?n/")

    assert stage.page.get_by_label("Sender").input_value() == "jo?n/"
    assert stage.page.locator("tr.desk-at").count() == 0
    assert stage.page.get_by_role("dialog").is_hidden()


def test_folds_the_navigation_on_a_phone(stage):
    stage.page.set_viewport_size({"width": 360, "height": 780})
    stage.open()
    menu = stage.page.get_by_role("button", name="Menu")
    assert stage.page.get_by_role("link", name="The law").is_hidden()

    menu.click()
    assert menu.get_attribute("aria-expanded") == "true"
    assert stage.page.get_by_role("link", name="The law").is_visible()


@pytest.mark.parametrize("width", [360, 800, 1440])
def test_opens_each_group_of_pages_within_the_window(stage, width):
    stage.page.set_viewport_size({"width": width, "height": 900})
    stage.open(role="head")
    if width == 360:
        stage.page.get_by_role("button", name="Menu").click()
    groups = stage.page.locator(".desk-nav__group")
    for group in groups.all():
        group.locator("summary").click()
        links = group.get_by_role("link")
        assert [link.is_visible() for link in links.all()] == [True] * links.count()
        sides = [link.bounding_box() for link in links.all()]
        assert all(side["x"] >= 0 for side in sides)
        assert all(side["x"] + side["width"] <= width for side in sides)
        # One at a time: what opens closes the one before it.
        assert stage.page.locator(".desk-nav__group[open]").count() == 1
    stage.page.keyboard.press("Escape")

    assert groups.count() > 2
    assert stage.page.locator(".desk-nav__group[open]").count() == 0


def test_keeps_the_menu_of_a_head_in_one_line(stage):
    stage.page.set_viewport_size({"width": 1440, "height": 900})
    stage.open(role="head")

    assert stage.page.locator(".desk-nav").bounding_box()["height"] < 60


def test_works_at_320_pixels(stage):
    stage.page.set_viewport_size({"width": 320, "height": 640})
    stage.open(SampleForm({}))

    assert stage.page.evaluate("document.documentElement.scrollWidth") == 320


def test_goes_by_key_only_where_the_navigation_leads(stage):
    stage.page.route("**/requests/new/", stage.answer)
    stage.open()
    stage.page.keyboard.press("g")
    stage.page.keyboard.press("w")
    assert stage.page.url.endswith("/sample/")

    stage.page.keyboard.press("n")
    stage.page.wait_for_url("**/requests/new/")
