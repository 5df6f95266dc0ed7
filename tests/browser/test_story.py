"""The main job, end to end, as the people of one agency live it in their browsers."""

import re
from datetime import timedelta
from types import SimpleNamespace

import pytest
import time_machine
from django.urls import reverse

from requests_app.docket.models import IceRequest
from requests_app.ledger.models import Entry
from tests import factories
from tests.browser.filing import (
    ago,
    ahead,
    box,
    choose,
    confirm,
    decide,
    field,
    fill_basis,
    fill_custody,
    fill_request,
    go_on,
    heading,
    now,
    open_decision,
    panel,
    press_until,
    reach,
)

HOLD = "Hold the person"
NOTIFY = "Tell ICE the release date and time"
FAMILY = "Ñandú Invéntez"
# The ground of every request here: charged and not convicted.
PENDING = {"Section": "53a-103", "Class in the judgment": "D", "Outcome": "pending"}


@pytest.fixture
def town(transactional_db):
    """One police department, and one person for each role."""
    agency = factories.make_agency(code="MLF", name="Millford Police Department")
    people = {
        "clerk": factories.make_clerk(agency, first_name="Clara", last_name="Quill"),
        "supervisor": factories.make_supervisor(
            agency, first_name="Samir", last_name="Stone"
        ),
        "second": factories.make_supervisor(
            agency, first_name="Sonja", last_name="Reed"
        ),
        "head": factories.make_head(agency, first_name="Hector", last_name="Vale"),
        "auditor": factories.make_auditor(agency, first_name="Aude", last_name="Marsh"),
    }
    return SimpleNamespace(agency=agency, **people)


def list_pending_charge(tab):
    row = tab.get_by_role("group", name="Charge 1")
    field(row, "Section").fill(PENDING["Section"])
    field(row, "Class in the judgment").select_option(PENDING["Class in the judgment"])
    field(row, "Outcome").select_option(PENDING["Outcome"])


def test_plays_the_main_job_from_the_fax_to_the_audit(town, tab_of):
    clerk = tab_of(town.clerk)
    request_page = _clerk_files(clerk)
    number = heading(clerk)
    supervisor = tab_of(town.supervisor)
    _supervisor_denies_the_hold(supervisor, number)
    head = tab_of(town.head)
    _head_overrides(head, request_page)
    _second_person_confirms(tab_of(town.second), number)
    with time_machine.travel(now() + timedelta(minutes=10)):
        _clerk_records_what_was_done(clerk, request_page)
        _head_marks_the_flags_as_reviewed(head, number)
        _auditor_finds_it_all(tab_of(town.auditor), number)


def _clerk_files(tab) -> str:
    tab.goto(reverse("home"))
    tab.get_by_role("link", name="New request").first.click()
    _makes_mistakes_and_loses_nothing(tab)
    _sees_the_law_change_while_typing(tab)
    go_on(tab)
    reach(tab, "Person")
    _types_the_person_by_keyboard_alone(tab)
    _leaves_and_resumes(tab)
    open_fact = panel(tab).get_by_role("link", name="Charges and convictions")
    open_fact.wait_for()
    fill_custody(tab, listing="Yes, listed below")
    list_pending_charge(tab)
    open_fact.wait_for(state="detached")
    go_on(tab)
    reach(tab, "Legal basis")
    fill_basis(tab)
    panel(tab).get_by_text("is not a conviction").first.wait_for()
    go_on(tab)
    reach(tab, "Acts already done")
    go_on(tab)
    reach(tab, "Review and submit")
    _submits_by_double_click(tab)
    tab.get_by_role("link", name="Open the request").click()
    reach(tab, "MLF-")
    return tab.url


def _makes_mistakes_and_loses_nothing(tab):
    field(tab, "Sending officer").fill("Officer Ó Dálaigh")
    field(tab, "Received, date and time").fill(ago(hours=-5))
    go_on(tab)
    summary = tab.locator("[data-error-summary]:focus")
    summary.wait_for()
    assert tab.title().startswith("Error: Step 1 of 6")
    assert field(tab, "Sending officer").input_value() == "Officer Ó Dálaigh"
    assert field(tab, "Received, date and time").input_value() == ago(hours=-5)
    summary.get_by_role("link", name=re.compile("future")).press("Enter")
    assert tab.evaluate("document.activeElement.name") == "received_at"
    summary = tab.locator("[data-error-summary]")
    summary.get_by_role("link", name=re.compile("at least one thing")).press("Enter")
    assert tab.evaluate("document.activeElement.name") == "asks"


def _sees_the_law_change_while_typing(tab):
    fill_request(tab, asks=[HOLD])
    panel(tab).get_by_role("heading", name=HOLD).wait_for()
    panel(tab).get_by_text("Facts that would settle it").wait_for()
    assert not panel(tab).get_by_role("heading", name=NOTIFY).is_visible()
    choose(tab, "What does it ask?", NOTIFY)
    panel(tab).get_by_role("heading", name=NOTIFY).wait_for()
    tab.get_by_text(re.compile(r"^Saved \d\d:\d\d:\d\d$")).wait_for()


def _types_the_person_by_keyboard_alone(tab):
    tab.keyboard.press("Tab")
    assert tab.evaluate("document.activeElement.textContent") == "Skip to main content"
    tab.keyboard.press("Enter")
    press_until(tab, "family_names")
    tab.keyboard.type(FAMILY)
    tab.keyboard.press("Tab")
    tab.keyboard.type("Ana-Lucía")
    press_until(tab, "date_of_birth_answer")
    tab.keyboard.press("Tab")
    tab.keyboard.type("02011990")
    press_until(tab, "is_minor")
    # From "Not known" one up is "No".
    tab.keyboard.press("ArrowUp")
    press_until(tab, "language")
    tab.keyboard.type("Spanish")
    press_until(tab, "_next")
    tab.keyboard.press("Enter")
    reach(tab, "Custody and convictions")


def _leaves_and_resumes(tab):
    tab.get_by_role("button", name="Save draft and close").click()
    reach(tab, "Drafts")
    tab.get_by_role("link", name=re.compile("^Draft of")).click()
    reach(tab, "Request")
    assert field(tab, "Sending officer").input_value() == "Officer Ó Dálaigh"
    go_on(tab)
    reach(tab, "Person")
    assert field(tab, "Family names").input_value() == FAMILY
    assert field(tab, "The date").input_value() == "1990-02-01"
    go_on(tab)
    reach(tab, "Custody and convictions")


def _submits_by_double_click(tab):
    tab.locator("label[for=attested]").click()
    tab.get_by_role("button", name="Submit").dblclick()
    reach(tab, "Filed as MLF-")
    slip = tab.locator("main").inner_text()
    assert "Head of agency" in slip
    assert "Copy of the detainer" in slip
    assert FAMILY not in slip
    assert IceRequest.objects.count() == 1
    assert FAMILY not in tab.title()


def _says_why_it_is_opened(tab):
    """The request waits for the head: whoever else opens it gives a reason."""
    reach(tab, "Why do you open")
    tab.locator("label[for^=id_reason]").first.click()
    tab.get_by_role("button", name="Open the request").click()


def _supervisor_denies_the_hold(tab, number):
    tab.goto(reverse("home"))
    assert heading(tab) == "Worklist"
    row = tab.get_by_role("row").filter(has_text=number)
    assert "Violation" in row.inner_text()
    row.get_by_role("link", name=number).click()
    _says_why_it_is_opened(tab)
    reach(tab, number)
    hold = box(tab, HOLD)
    hold.get_by_text("Why", exact=False).first.click()
    assert "Charge" in hold.inner_text()
    citation = hold.get_by_role("link", name=re.compile("54-192h")).first
    words = citation.inner_text().removeprefix("C.G.S. ")
    citation.click()
    reach(tab, "version of 2025")
    anchor = tab.url.partition("#")[2]
    assert tab.locator(f"[id='{anchor}']").is_visible(), words
    tab.go_back()
    reach(tab, number)
    _is_refused_the_release_notification(tab)
    open_decision(tab, HOLD)
    reach(tab, f"Decide: {HOLD}")
    tab.get_by_role("button", name="Continue").click()
    tab.locator("[data-error-summary]:focus").wait_for()
    decide(
        tab,
        decision="Deny",
        reason="Charged, not convicted",
        words="The charge is pending; no exception applies.",
    )
    confirm(tab)
    reach(tab, number)
    assert "Denied" in box(tab, HOLD).inner_text()
    assert "Charged, not convicted" in box(tab, HOLD).inner_text()


def _is_refused_the_release_notification(tab):
    words = box(tab, NOTIFY).inner_text()
    assert "Only the head of agency decides it." in words
    assert not box(tab, NOTIFY).get_by_role("link", name="Decide").is_visible()


def _head_overrides(tab, request_page):
    tab.goto(request_page)
    open_decision(tab, NOTIFY)
    reach(tab, f"Decide: {NOTIFY}")
    said = {
        "decision": "Approve",
        "reason": "Another legal authority, cited",
        "words": "Counsel reads the cited opinion as binding on us.",
    }
    decide(tab, **said)
    tab.locator("[data-error-summary]:focus").wait_for()
    assert (
        "Cite the legal authority" in tab.locator("[data-error-summary]").inner_text()
    )
    assert field(tab, "The reason in your words").input_value() == said["words"]
    field(tab, "Legal authority relied on").fill("An invented opinion, no. 7")
    field(tab, "Approval ends").fill(ahead(days=2))
    tab.get_by_role("button", name="Continue").click()
    tab.get_by_text("takes effect only when a second person").first.wait_for()
    confirm(tab)
    box(tab, NOTIFY).get_by_text("not in effect").wait_for()
    said = box(tab, NOTIFY).inner_text()
    assert "Override" in said
    assert "not in effect" in said


def _second_person_confirms(tab, number):
    tab.goto(reverse("worklist"))
    tab.get_by_role("link", name="Second person").click()
    tab.get_by_role("link", name=number).click()
    tab.get_by_role("link", name="Confirm or refuse as second person").click()
    reach(tab, "Second person")
    assert "An invented opinion, no. 7" in tab.locator("main").inner_text()
    tab.get_by_text("Confirm the override").click()
    tab.get_by_role("button", name="Continue").click()
    reach(tab, "Confirm")
    tab.get_by_role("button", name="Record my decision").click()
    reach(tab, number)
    assert "Confirmed by Sonja Reed" in box(tab, NOTIFY).inner_text()


def _clerk_records_what_was_done(tab, request_page):
    tab.goto(request_page)
    tab.get_by_role("link", name="Record what was done").click()
    reach(tab, "Record what was done")
    field(tab, "What was done?").select_option(label="Held the person")
    field(tab, "When it happened").fill(ago(minutes=1))
    field(tab, "Staff time, minutes").fill("45")
    tab.get_by_role("button", name="Record the act").click()
    reach(tab, "MLF-")
    assert "Denied, yet done" in tab.locator(".desk-messages").inner_text()
    said = box(tab, "Held the person").inner_text()
    assert "Mismatch" in said
    assert "45 min" in said
    tab.get_by_role("link", name=re.compile("Record as given.*Copy")).click()
    reach(tab, "Record a notice given")
    field(tab, "Given, date and time").fill(ago(minutes=1))
    field(tab, "How").select_option(label="By hand, with an interpreter")
    field(tab, "Language").fill("Spanish")
    tab.get_by_role("button", name="Record").click()
    reach(tab, "MLF-")
    notice = tab.get_by_role("row").filter(has_text="Copy of the detainer")
    assert "By hand, with an interpreter" in notice.inner_text()


def _head_marks_the_flags_as_reviewed(tab, number):
    tab.goto(reverse("worklist"))
    row = tab.get_by_role("row").filter(has_text=number)
    assert "Mismatch" in row.inner_text()
    tab.get_by_role("link", name=number).click()
    tab.get_by_role("link", name="Mark flags as reviewed").click()
    reach(tab, "Mark flags as reviewed")
    field(tab, "What was found").fill("Released within the hour; training ordered.")
    tab.get_by_role("button", name="Mark as reviewed").click()
    tab.get_by_text("Marked as reviewed.").wait_for()
    why = tab.get_by_role("region", name="Why it is flagged")
    assert "Denied, yet done" in why.inner_text()
    tab.goto(reverse("worklist"))
    assert tab.get_by_role("link", name=number).count() == 0


def _auditor_finds_it_all(tab, number):
    tab.goto(reverse("history_overrides"))
    main = tab.locator("main")
    for text in (number, "An invented opinion, no. 7", "Denied, yet done"):
        assert text in main.inner_text()
    tab.goto(reverse("history"))
    tab.get_by_role("link", name=number).first.click()
    reach(tab, f"History of {number}")
    for text in (
        f"Filed as {number}",
        "Override confirmed by a second person",
        "Mismatch: denied, yet done",
        "Notice given: copy of the detainer",
        "Flags reviewed",
        "Sonja Reed",
    ):
        assert text in main.inner_text(), text
    _reads_no_name(tab)
    tab.get_by_role("link", name="Open the request").click()
    reach(tab, number)
    _reads_no_name(tab)
    subject = IceRequest.objects.get().public_id
    seen = list(Entry.objects.about(subject).order_by("seq").values_list("seq"))
    assert seen == [(number,) for number in range(1, len(seen) + 1)]


def _reads_no_name(tab):
    markup = tab.content()
    for word in FAMILY.split():
        assert word not in markup
