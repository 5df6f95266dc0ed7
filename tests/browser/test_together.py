"""Several people, or one person and the clock: who comes second loses nothing."""

from types import SimpleNamespace

import pytest
from django.urls import reverse

from requests_app.review.models import Determination
from tests import factories
from tests.browser.filing import (
    attest_and_submit,
    choose,
    confirm,
    decide,
    field,
    now,
    open_decision,
    reach,
)

HOLD = "Hold the person"


@pytest.fixture
def town(transactional_db):
    agency = factories.make_agency(code="MLF")
    return SimpleNamespace(
        agency=agency,
        clerk=factories.make_clerk(agency),
        first=factories.make_supervisor(agency, first_name="Ada", last_name="First"),
        second=factories.make_supervisor(agency, first_name="Bo", last_name="Second"),
    )


@pytest.fixture
def held(town):
    """A request to hold, filed, that nobody has decided."""
    return factories.file_request(agency=town.agency, clerk=town.clerk, at=now())


def test_shows_the_second_of_two_deciders_what_stands(town, held, tab_of):
    first, second = tab_of(town.first), tab_of(town.second)
    for tab in (first, second):
        tab.goto(reverse("request_detail", args=[held.public_id]))
        open_decision(tab, HOLD)
        reach(tab, "Decide")
    decide(first, decision="Deny", reason="No exception applies", words="Mine.")
    confirm(first)
    reach(first, held.number)
    decide(
        second,
        decision="Approve",
        reason="Another legal authority, cited",
        words="All that I had thought about.",
        authority="An opinion",
    )

    second.get_by_role("heading", name="This ask is decided already").wait_for()
    main = second.locator("main").inner_text()
    assert "Denied" in main
    assert "Ada First" in main
    assert "All that I had thought about." in main
    assert Determination.objects.get().decided_by == town.first


def test_makes_one_request_of_a_draft_open_in_two_tabs(town, tab_of):
    draft = factories.make_draft(agency=town.agency, owner=town.clerk, at=now())
    tabs = [tab_of(town.clerk), tab_of(town.clerk)]
    for tab in tabs:
        tab.goto(reverse("draft_step", args=[draft.public_id, "review"]))
    attest_and_submit(tabs[0])
    reach(tabs[0], "Filed as")
    attest_and_submit(tabs[1])
    tabs[1].get_by_text("Filed already as MLF-").wait_for()


@pytest.fixture
def short_session(settings):
    """A session of two minutes and a few seconds: the warning is at hand."""
    settings.SESSION_COOKIE_AGE = 123


def test_warns_before_the_session_ends_and_keeps_what_is_typed(
    town, short_session, tab_of
):
    tab = tab_of(town.clerk)
    tab.goto(reverse("request_new"))
    field(tab, "Sending office").fill("Hartford sub-office")
    dialog = tab.get_by_role("dialog", name="Do you need more time?")
    dialog.wait_for()
    with tab.expect_response("**/session/extend/") as answer:
        tab.keyboard.press("Enter")

    assert answer.value.status == 204
    dialog.wait_for(state="hidden")
    assert field(tab, "Sending office").input_value() == "Hartford sub-office"


def test_goes_by_key_and_stops_when_keys_are_switched_off(town, held, tab_of):
    tab = tab_of(town.first)
    tab.goto(reverse("request_list"))
    tab.keyboard.press("g")
    tab.keyboard.press("w")
    reach(tab, "Worklist")
    tab.keyboard.press("j")
    tab.keyboard.press("o")
    reach(tab, held.number)
    tab.keyboard.press("?")
    tab.get_by_text("Use single-key shortcuts").click()
    tab.get_by_role("button", name="Close").click()
    tab.keyboard.press("n")
    tab.goto(reverse("worklist"))
    tab.keyboard.press("j")
    tab.keyboard.press("o")

    assert tab.locator("h1").inner_text() == "Worklist"
    # The list itself stays within reach, so that they can be switched on again.
    tab.get_by_role("button", name="Keyboard shortcuts").click()
    tab.get_by_text("Use single-key shortcuts").click()
    tab.get_by_role("button", name="Close").click()
    tab.keyboard.press("n")
    reach(tab, "Request")


def test_changes_an_answer_by_keyboard(town, tab_of):
    tab = tab_of(town.clerk)
    draft = factories.make_draft(agency=town.agency, owner=town.clerk, at=now())
    tab.goto(reverse("draft_step", args=[draft.public_id, "basis"]))
    choose(tab, "Did an ICE subpoena come?", "No")
    tab.keyboard.press("ArrowUp")
    tab.get_by_role("button", name="Save draft and close").press("Enter")
    reach(tab, "Drafts")
    draft.refresh_from_db()

    assert draft.answers["basis"]["ice_subpoena"] == ["yes"]
