"""Scripts typed into every text field run nowhere: Chromium opens every page of them.

Each payload calls `hit()`. A page that wrote one unescaped would either run it or be
stopped by the Content-Security-Policy; both are counted.
"""

import shutil
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import sync_playwright

from requests_app.intake import services as intake
from tests import factories

HANDLERS = ("onerror", "onload", "onfocus", "onmouseover", "ontoggle", "onclick")
TAGS = ("img src=x", "svg", "body", "input autofocus", "details open", "a href=#")
PAYLOADS = [
    *(f"<{tag} {handler}=hit()>" for tag in TAGS for handler in HANDLERS),
    *(f'"><{tag} onload=hit()>' for tag in TAGS),
    *(f"'><{tag} onerror=hit()>" for tag in TAGS),
    "<script>hit()</script>",
    '"><script>hit()</script>',
    "</title><script>hit()</script>",
    "</textarea><script>hit()</script>",
    "</option><script>hit()</script>",
    "<!--><script>hit()</script>",
    "<script src=data:,hit()></script>",
    "<iframe src=javascript:hit()>",
    "<a href=javascript:hit()>x</a>",
    '" autofocus onfocus=hit() x="',
    "' autofocus onfocus=hit() x='",
    "javascript:hit()",
    "<form action=javascript:hit()>",
    "<base href=//evil.example>",
]
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def short(turn: int, limit: int) -> str:
    """A payload that fits; another one each turn."""
    fitting = [one for one in PAYLOADS if len(one) <= limit]
    return fitting[turn % len(fitting)]


def texts(turn: int) -> dict:
    """Every text field of a filing; the long ones hold every payload."""
    names = ("family_names", "given_names", "citizenship", "language") + (
        "booking_number",
        "attorney",
        "designee",
        "sender_office",
        "sender_officer",
        "sender_contact",
        "event_number",
        "subject_id",
        "notice_language",
    )
    return {
        **{name: short(turn * 13 + place, 38) for place, name in enumerate(names)},
        "late_reason": short(turn, 60),
        "aliases": "\n".join(PAYLOADS),
        "narrative": " ".join(PAYLOADS),
    }


def filed(*, agency, clerk, supervisor, head, turn, at) -> list[tuple[object, str]]:
    """Who opens which page of one request whose every text is a payload."""
    ice_request = factories.file_request(
        agency=agency,
        clerk=clerk,
        asks=["hold", "interview"],
        at=at,
        convictions=[factories.conviction(section=short(turn, 38), subdivision="<a>")],
        warrants=[
            factories.judicial_warrant(court=short(turn, 60), docket_number="<b>")
        ],
        **texts(turn),
    )
    long = " ".join(PAYLOADS)
    factories.determine(ask=factories.ask_of(ice_request), by=head, reason=long, at=at)
    factories.record_act(
        ice_request=ice_request,
        kind="transfer",
        at=at,
        done_by=short(turn, 60),
        narrative=long,
        late_reason=short(turn + 1, 60),
    )
    key = ice_request.public_id
    ask = factories.ask_of(ice_request, "interview").public_id
    doors = [(clerk, "request_detail", [key]), (clerk, "request_filed", [key])]
    doors += [
        (clerk, "request_correct", [key, step])
        for step in ("person", "custody", "basis")
    ]
    doors += [
        (supervisor, "ask_determine", [key, ask]),
        (head, "assignment_close", [key]),
    ]
    return [(person, reverse(door, args=keys)) for person, door, keys in doors]


def refused(agency, clerk, at) -> list[tuple[object, str]]:
    """A draft in which every answer, choices too, is a payload, with its faults."""
    answers = factories.answers(at=at)
    hostile = {
        step: {
            field: value if field.endswith("_FORMS") else [PAYLOADS[place]]
            for place, (field, value) in enumerate(typed.items())
        }
        for step, typed in answers.items()
    }
    draft = intake.begin_draft(agency=agency, by=clerk, at=at, answers=hostile)
    steps = (*hostile, "review")
    return [
        (clerk, reverse("draft_step", args=[draft.public_id, step]) + "?check=1")
        for step in steps
    ]


@pytest.fixture
def pages():
    """Every page, with the session of somebody who may open it."""
    now = timezone.now() - timedelta(minutes=1)
    payload = short(0, 60)
    agency = factories.make_agency(name=payload, head_title=short(1, 60))
    names = {"first_name": payload, "last_name": short(2, 60), "title": short(3, 60)}
    people = {
        "clerk": factories.make_clerk(agency, **names),
        "supervisor": factories.make_supervisor(agency, **names),
        "head": factories.make_head(agency, **names),
    }
    found = refused(agency, people["clerk"], now)
    for turn in range(2):
        found += filed(agency=agency, **people, turn=turn, at=now)
    auditor = factories.make_auditor(agency, **names)
    lists = [
        (people["clerk"], "request_list"),
        (people["clerk"], "draft_list"),
        (people["supervisor"], "worklist"),
        (auditor, "history"),
        (auditor, "history_overrides"),
        (factories.make_administrator(agency, **names), "people"),
    ]
    found += [(person, reverse(door)) for person, door in lists]
    sessions = {person.pk: session_of(person) for person, _ in found}
    return [(sessions[person.pk], address) for person, address in found]


def session_of(person) -> str:
    client = Client()
    client.force_login(person)
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def visit(server: str, pages, *, unescape=False, policy=True) -> dict:
    """Open pages in Chromium; count what ran, what was stopped, what was shown.

    With `unescape` the answers are spoiled on their way, as a faulty template would.
    """
    seen = {"ran": 0, "stopped": 0, "shown": 0, "failed": []}

    def hear(message):
        seen["stopped"] += "Content Security Policy" in message.text

    def spoil(route):
        answer = route.fetch()
        body = answer.text().replace("&lt;", "<").replace("&gt;", ">")
        headers = dict(answer.headers)
        if not policy:
            headers.pop("content-security-policy")
        route.fulfill(response=answer, body=body, headers=headers)

    def hit(source):
        seen["ran"] += 1

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=FLAGS
        )
        context = chromium.new_context(base_url=server)
        context.expose_binding("hit", hit)
        tab = context.new_page()
        tab.on("console", hear)
        if unescape:
            tab.route("**/requests/**", spoil)
        for session, address in pages:
            name = settings.SESSION_COOKIE_NAME
            context.add_cookies([{"name": name, "value": session, "url": server}])
            answer = tab.goto(address)
            if answer.status != 200:
                seen["failed"].append((address, answer.status))
            seen["shown"] += "hit()" in tab.content()
        chromium.close()
    return seen


def visited(*args, **options) -> dict:
    """In a thread of its own: Playwright's loop and Django's tables do not mix."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(visit, *args, **options).result()


def test_runs_nothing_that_was_typed(live_server, pages):
    seen = visited(live_server.url, pages)

    assert seen["failed"] == []
    assert (seen["ran"], seen["stopped"]) == (0, 0)
    assert seen["shown"] > 20


def test_would_be_stopped_by_the_policy_if_a_page_forgot(live_server, pages):
    detail = [one for one in pages if one[1].startswith("/requests/")][:1]

    seen = visited(live_server.url, detail, unescape=True)

    assert seen["ran"] == 0
    assert seen["stopped"] > 0


def test_would_run_without_the_policy(live_server, pages):
    detail = [one for one in pages if one[1].startswith("/requests/")][:1]

    seen = visited(live_server.url, detail, unescape=True, policy=False)

    assert seen["ran"] > 0
