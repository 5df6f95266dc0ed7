"""Every page of every role, at three sizes, in each of its states.

Right answer, right heading, nothing for axe to find, no sideways scroll, no error on
the console. The town is built once for the module; no test here changes it. With
PICTURES=1 in the environment every state is pictured in test-results/.
"""

import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse
from pytest_django.live_server_helper import LiveServer

from requests_app.accounts.access import ACCESS, ANYONE, SIGNED_IN
from requests_app.reporting import services as reporting
from requests_app.reporting.models import Question
from requests_app.review.services import rehearsing
from tests.abuse import hostile_pdfs
from tests.browser import town as towns
from tests.browser.conftest import Watch, give_session
from tests.browser.filing import choose, field
from tests.browser.looks import (
    PICTURES,
    SIZES,
    axe,
    sideways_scroll,
    small_targets,
)
from tests.opened import remember
from tests.readings import read_in

# What a test of this module writes is rolled back; what the server reads stays.
pytestmark = pytest.mark.django_db

STEPS = {
    "request": "Request",
    "person": "Person",
    "custody": "Custody and convictions",
    "basis": "Legal basis",
    "acts": "Acts already done",
    "review": "Review and submit",
}


@dataclass(frozen=True)
class State:
    """A page in one state: who opens what, and what it then is."""

    name: str
    door: str
    role: str
    h1: str
    # Names of attributes of the town, or plain values, for the address.
    args: tuple = ()
    query: str = ""
    status: int = 200
    does: Callable | None = None

    def address(self, town) -> str:
        values = [self._value(town, one) for one in self.args]
        return reverse(self.door, args=values) + self.query

    @staticmethod
    def _value(town, one):
        if not one.startswith("town."):
            return one
        value = getattr(town, one.removeprefix("town."))
        return getattr(value, "public_id", value)


def sends(button: str | re.Pattern):
    """The state after a form was sent as it stands."""

    def send(tab):
        with tab.expect_navigation() as turn:
            tab.get_by_role("button", name=button).first.click()
        return turn.value.status

    return send


def searches(name: str):
    def search(tab):
        tab.get_by_label("Name of the person").fill(name)
        return sends("Search")(tab)

    return search


def opens_the_menu(tab):
    """The group of pages with the most entries, on a phone in the folded menu."""
    folded = tab.get_by_role("button", name="Menu")
    if folded.is_visible():
        folded.click()
    tab.locator(".desk-nav__group summary", has_text="Numbers").click()
    return 200


def _answers_as_second(tab):
    tab.get_by_text("Confirm the override").click()
    return sends("Continue")(tab)


def _hides_every_column(tab):
    for place in tab.get_by_role("combobox").all():
        place.select_option(label="Not shown")
    return sends("Keep these columns")(tab)


def opens_every_why(tab):
    tab.evaluate(
        "document.querySelectorAll('main details').forEach(d => d.open = true)"
    )


COMPARE = "Compare with the paper"


def _filing() -> list[State]:
    blank, filled, contrary = "town.blank_draft", "town.draft", "town.contrary_draft"
    states = [
        State(f"step-{step}-{kind}", "draft_step", role, words, (draft, step), query)
        for step, words in STEPS.items()
        for kind, role, draft, query in (
            ("blank", "supervisor", blank, ""),
            ("filled", "clerk", filled, ""),
            ("contrary", "clerk", contrary, "?check=1"),
        )
    ]
    states += [
        State(
            f"step-{step}-empty",
            "draft_step",
            "head",
            STEPS[step],
            ("town.head_draft", step),
            status=422,
            does=sends("Save and continue"),
        )
        for step in ("request", "person")
    ]
    return [
        *states,
        State(
            "step-review-unattested",
            "draft_step",
            "clerk",
            STEPS["review"],
            (filled, "review"),
            status=422,
            does=sends("Submit"),
        ),
        State("form-read", "form_read", "clerk", "Read a form in"),
        State(
            "form-read-empty",
            "form_read",
            "clerk",
            "Read a form in",
            status=422,
            does=sends("Check and read the form"),
        ),
        State("form-compare", "form_compare", "clerk", COMPARE, ("town.read_draft",)),
        State(
            "form-compare-empty",
            "form_compare",
            "clerk",
            COMPARE,
            ("town.read_draft",),
            status=422,
            does=sends("Take over into the draft"),
        ),
        State("form-unread", "form_compare", "clerk", COMPARE, ("town.unread_draft",)),
        State("drafts", "draft_list", "clerk", "Drafts"),
        State("drafts-none", "draft_list", "quiet_clerk", "Drafts"),
        State("discard", "draft_discard", "clerk", "Delete this draft?", (filled,)),
        State("choose-agency", "request_new", "roamer", "For which agency"),
        State("filed", "request_filed", "clerk", "Filed as", ("town.plain",)),
        State("filed-rich", "request_filed", "clerk", "Filed as", ("town.rich",)),
        *_corrections(),
        State("act", "act_new", "clerk", "Record what was done", ("town.plain",)),
        State(
            "act-empty",
            "act_new",
            "clerk",
            "Record what was done",
            ("town.plain",),
            status=422,
            does=sends("Record the act"),
        ),
        State(
            "notice",
            "notice_serve",
            "clerk",
            "Record a notice given",
            ("town.plain", "town.notice"),
        ),
        State(
            "notice-empty",
            "notice_serve",
            "clerk",
            "Record a notice given",
            ("town.plain", "town.notice"),
            status=422,
            does=sends("Record"),
        ),
        State(
            "notice-given",
            "notice_serve",
            "clerk",
            "Record a notice given",
            ("town.rich", "town.rich_given"),
        ),
    ]


def _corrections() -> list[State]:
    return [
        State(
            f"correct-{step}",
            "request_correct",
            "clerk",
            f"Correct: {STEPS[step]}",
            ("town.rich", step),
        )
        for step in ("person", "custody", "basis")
    ] + [
        State(
            "correct-person-wrong",
            "request_correct",
            "clerk",
            "Correct: Person",
            ("town.rich", "person"),
            status=422,
            does=_empties_the_names,
        )
    ]


def _empties_the_names(tab):
    tab.get_by_label("Family names").fill("")
    tab.get_by_label("Given names").fill("")
    return sends("Save the correction")(tab)


def finds(words: str):
    def find(tab):
        tab.get_by_label("Words of the record").fill(words)
        return sends("Search")(tab)

    return find


def _narrowing() -> list[State]:
    """The list by filters, what is kept of it, and the search by words."""
    every = "?status=awaiting&ask=hold&since=2020-01-01"
    role, words = "supervisor", "Search by words"
    return [
        State("requests-narrowed", "request_list", role, "Requests", query=every),
        State("requests-unfit", "request_list", role, "Requests", query="?number=A-1"),
        State(
            "requests-wrong",
            "request_list",
            role,
            "Requests",
            query="?status=x&since=y",
            status=422,
        ),
        State(
            "requests-unknown",
            "request_list",
            role,
            "This request could not be read",
            query="?name=x",
            status=400,
        ),
        State("find", "request_find", role, words),
        State(
            "find-empty", "request_find", role, words, status=422, does=sends("Search")
        ),
        State("find-found", "request_find", role, words, does=finds("HVRMPD")),
        State("find-nothing", "request_find", role, words, does=finds("quetzal")),
        State(
            "request-in-list",
            "request_detail",
            role,
            "HVRMPD-",
            ("town.plain",),
            query="?in=requests&status=awaiting&show=notes",
        ),
        State("views", "view_list", role, "Saved views"),
        State("views-none", "view_list", "quiet_clerk", "Saved views"),
        State("view", "view_save", role, "Save a view", query="?status=awaiting"),
        State(
            "view-empty",
            "view_save",
            role,
            "Save a view",
            query="?status=awaiting",
            status=422,
            does=sends("Save the view"),
        ),
        State("view-change", "view_edit", role, "Change a view", ("town.view",)),
    ]


def _conversing() -> list[State]:
    note = ("town.rich", "town.note")
    return [
        State("note", "note_add", "clerk", "Write a note", ("town.rich",)),
        State(
            "note-empty",
            "note_add",
            "clerk",
            "Write a note",
            ("town.rich",),
            status=422,
            does=sends("Add the note"),
        ),
        State("note-mend", "note_edit", "clerk", "Mend a note", note),
        State("messages", "message_list", "supervisor", "Messages"),
        State("messages-none", "message_list", "quiet_clerk", "Messages"),
    ]


def _papers() -> list[State]:
    paper, sheets = ("town.rich", "town.paper"), ("town.rich", "town.sheets")
    return [
        State("paper-add", "document_add", "clerk", "Add a paper", ("town.plain",)),
        State(
            "paper-add-empty",
            "document_add",
            "clerk",
            "Add a paper",
            ("town.plain",),
            status=422,
            does=sends("Check and keep the paper"),
        ),
        State(
            "paper-refused",
            "document_add",
            "clerk",
            "Add a paper",
            ("town.plain",),
            status=422,
            does=_sends_what_acts,
        ),
        State("paper", "document_detail", "clerk", "The paper ICE sent", paper),
        State(
            "paper-pages",
            "document_detail",
            "records_officer",
            "A warrant or court order",
            sheets,
            "?page=7",
        ),
        State(
            "paper-misplaced",
            "document_detail",
            "supervisor",
            "Another paper",
            ("town.rich", "town.misplaced"),
        ),
        State(
            "paper-misplace",
            "document_misplace",
            "clerk",
            "This paper does not belong here",
            paper,
        ),
        State(
            "paper-misplace-empty",
            "document_misplace",
            "clerk",
            "This paper does not belong here",
            paper,
            status=422,
            does=sends("Mark the paper"),
        ),
    ]


def _sends_what_acts(tab):
    tab.get_by_text("The paper ICE sent", exact=True).click()
    file = hostile_pdfs.active()[0]
    tab.get_by_label("File").set_input_files(
        {
            "name": file.name,
            "mimeType": "application/pdf",
            "buffer": file.content,
        }
    )
    return sends("Check and keep the paper")(tab)


def _reading() -> list[State]:
    request = "request_detail"
    return [
        State("requests", "request_list", "supervisor", "Requests"),
        State("requests-auditor", "request_list", "auditor", "Requests"),
        State("requests-none", "request_list", "quiet_clerk", "Requests"),
        *_narrowing(),
        *_conversing(),
        *_papers(),
        State("search", "request_search", "supervisor", "Search by name"),
        State(
            "search-empty",
            "request_search",
            "supervisor",
            "Search by name",
            status=422,
            does=sends("Search"),
        ),
        State(
            "search-found",
            "request_search",
            "supervisor",
            "Search by name",
            does=searches("ejemplo"),
        ),
        State(
            "search-nobody",
            "request_search",
            "supervisor",
            "Search by name",
            does=searches("nobody of that name"),
        ),
        State("request", request, "supervisor", "HVRMPD-", ("town.plain",)),
        State("request-permitted", request, "clerk", "HVRMPD-", ("town.permitted",)),
        State("request-unknowing", request, "head", "HVRMPD-", ("town.unknowing",)),
        State("request-unasked", request, "head", "HVRMPD-", ("town.unasked",)),
        State("request-waiting", request, "second", "HVRMPD-", ("town.waiting",)),
        State("request-reviewable", request, "head", "HVRMPD-", ("town.reviewable",)),
        State("request-rich", request, "head", "HVRMPD-", ("town.rich",)),
        State(
            "request-rich-open",
            request,
            "records_officer",
            "HVRMPD-",
            ("town.rich",),
            does=opens_every_why,
        ),
        State("request-auditor", request, "auditor", "HVRMPD-", ("town.rich",)),
    ]


def _deciding() -> list[State]:
    plain = ("town.plain", "town.plain_ask")
    waiting = ("town.waiting", "town.override")
    return [
        State("worklist", "worklist", "head", "Worklist"),
        State("worklist-menu", "worklist", "head", "Worklist", does=opens_the_menu),
        State("worklist-none", "worklist", "quiet_supervisor", "Worklist"),
        State("decide", "ask_determine", "supervisor", "Decide", plain),
        State("decide-head", "ask_determine", "head", "Decide", plain),
        State(
            "decide-empty",
            "ask_determine",
            "supervisor",
            "Decide",
            plain,
            status=422,
            does=sends("Continue"),
        ),
        State(
            "decided",
            "ask_determine",
            "head",
            "Decide",
            ("town.reviewable", "town.decided_ask"),
        ),
        State("countersign", "override_countersign", "second", "Second", waiting),
        State(
            "countersign-empty",
            "override_countersign",
            "second",
            "Second",
            waiting,
            status=422,
            does=sends("Continue"),
        ),
        State(
            "countersign-confirm",
            "override_countersign",
            "second",
            "Confirm: confirm the override",
            waiting,
            does=_answers_as_second,
        ),
        State("opening", "request_open", "second", "Why do you open", ("town.plain",)),
        State(
            "opening-empty",
            "request_open",
            "second",
            "Why do you open",
            ("town.plain",),
            status=422,
            does=sends("Open the request"),
        ),
        State("columns", "column_choice", "supervisor", "Columns of the list"),
        State(
            "columns-none",
            "column_choice",
            "supervisor",
            "Columns of the worklist",
            query="?list=worklist",
            status=422,
            does=_hides_every_column,
        ),
        State("close", "assignment_close", "head", "Mark", ("town.reviewable",)),
        State(
            "close-empty",
            "assignment_close",
            "head",
            "Mark",
            ("town.reviewable",),
            status=422,
            does=sends("Mark as reviewed"),
        ),
    ]


def _warns_too_early(tab):
    tab.get_by_label("Decide within").fill("0")
    tab.get_by_label("Warn before").fill("24")
    return sends("Save")(tab)


def _claims_what_a_colleague_has(tab):
    with tab.expect_navigation() as turn:
        tab.evaluate(
            """() => {
              const form = document.querySelector("main form[method=post]");
              form.action = location.pathname.replace("give", "claim");
              form.submit();
            }"""
        )
    return turn.value.status


def _ticks_and_assigns(tab):
    tab.locator("table[data-chooses] label").first.click()
    tab.locator("table[data-chooses] label").nth(2).click(modifiers=["Shift"])
    return sends("Assign")(tab)


def _takes_all_to_put_off(tab):
    tab.get_by_text("All that match here").click()
    return sends("Defer")(tab)


def _sends_it_empty(tab):
    _ticks_and_assigns(tab)
    return sends("Assign 3")(tab)


def _tables() -> list[State]:
    """Imports, duplicates and paper forms."""
    done, tried = ("town.imported",), ("town.tried",)
    pair = ("town.alike", "town.again")
    nothing = {"status": 422}
    return [
        State("imports", "import_list", "supervisor", "Imports"),
        State("imports-none", "import_list", "quiet_supervisor", "Imports"),
        State("import-new", "import_new", "supervisor", "Import a table"),
        State(
            "import-new-empty",
            "import_new",
            "supervisor",
            "Import a table",
            does=sends("Take in the table"),
            **nothing,
        ),
        State("import-map", "import_map", "supervisor", "What the columns", tried),
        State(
            "import-map-wrong",
            "import_map",
            "supervisor",
            "What the columns",
            tried,
            query="?from=proposed",
            does=sends("Try the table"),
            **nothing,
        ),
        State("import-tried", "import_detail", "supervisor", "Import of", tried),
        State("import-done", "import_detail", "supervisor", "Import of", done),
        State("import-undo", "import_undo", "supervisor", "Take back", done),
        State(
            "import-undo-empty",
            "import_undo",
            "supervisor",
            "Take back",
            done,
            does=sends("Take it back"),
            **nothing,
        ),
        State("source", "request_source", "supervisor", "The rows", ("town.of_table",)),
        State("duplicates", "duplicate_list", "clerk", "Possible", ("town.alike",)),
        State("duplicates-none", "duplicate_list", "clerk", "Possible", ("town.held",)),
        State("compare", "duplicate_decide", "clerk", "HVRMPD-", pair),
        State(
            "compare-empty",
            "duplicate_decide",
            "clerk",
            "HVRMPD-",
            pair,
            does=sends("Keep this decision"),
            **nothing,
        ),
        State(
            "review-alike",
            "draft_step",
            "clerk",
            "Review",
            ("town.alike_draft", "review"),
        ),
        State("paper-forms", "paper_forms", "clerk", "Paper forms"),
        State("paper-forms-none", "paper_forms", "quiet_clerk", "Paper forms"),
    ]


def _queues() -> list[State]:
    admin, plain = "administrator", ("town.plain",)
    return [
        State("worklist-mine", "worklist", "supervisor", "Worklist", query="?tab=mine"),
        State(
            "worklist-put-off", "worklist", "head", "Worklist", query="?tab=deferred"
        ),
        State("worklist-unit", "worklist", "supervisor", "Worklist", query="?tab=unit"),
        State(
            "worklist-filtered",
            "worklist",
            "head",
            "Worklist",
            query="?ask=hold&level=1&tab=unassigned",
        ),
        State("many", "worklist", "head", "Assign 3", does=_ticks_and_assigns),
        State("many-all", "worklist", "head", "Defer", does=_takes_all_to_put_off),
        State(
            "many-empty",
            "worklist",
            "head",
            "Assign 3",
            status=422,
            does=_sends_it_empty,
        ),
        State("give", "assignment_give", "head", "Give to a colleague", plain),
        State(
            "give-empty",
            "assignment_give",
            "head",
            "Give to a colleague",
            plain,
            status=422,
            does=sends("Give"),
        ),
        State(
            "claimed-already",
            "assignment_give",
            "head",
            "This was not done",
            plain,
            status=409,
            does=_claims_what_a_colleague_has,
        ),
        State("defer", "assignment_defer", "head", "Put off", plain),
        State(
            "defer-empty",
            "assignment_defer",
            "head",
            "Put off",
            plain,
            status=422,
            does=sends("Put off"),
        ),
        State("hand-over", "hand_over", "head", "Hand over"),
        State(
            "hand-over-empty",
            "hand_over",
            "head",
            "Hand over",
            status=422,
            does=sends("Hand over"),
        ),
        State("labels", "labels", "supervisor", "Labels"),
        State("labels-none", "labels", "quiet_supervisor", "Labels"),
        State(
            "labels-empty",
            "labels",
            "quiet_supervisor",
            "Labels",
            status=422,
            does=sends("Add the label"),
        ),
        State("labels-of-one", "request_labels", "head", "Labels", plain),
        State("labels-of-one-none", "request_labels", "head", "Labels", ("town.rich",)),
        State(
            "labels-of-one-empty",
            "request_labels",
            "head",
            "Labels",
            plain,
            status=422,
            does=sends("Put on"),
        ),
        State("many-waiting", "bulk_detail", "head", "Label 3", ("town.bulk",)),
        State("many-done", "bulk_detail", "head", "Label 3", ("town.bulk_done",)),
        State("routing", "routing_tables", admin, "Routing"),
        State("routing-none", "routing_tables", "quiet_administrator", "Routing"),
        State("routing-new", "routing_table_new", admin, "New routing table"),
        State(
            "routing-new-empty",
            "routing_table_new",
            admin,
            "New routing table",
            status=422,
            does=sends("Keep and try it"),
        ),
        State("routing-tried", "routing_table", admin, "Routing", ("town.routing",)),
        State("routing-untried", "routing_table", admin, "Routing", ("town.untried",)),
        State("units", "units", admin, "Units"),
        State("units-none", "units", "quiet_administrator", "Units"),
        State(
            "units-empty",
            "units",
            "quiet_administrator",
            "Units",
            status=422,
            does=sends("Add the unit"),
        ),
        State("unit", "unit", admin, "Second watch", ("town.unit",)),
        State("unit-none", "unit", admin, "Detective", ("town.empty_unit",)),
        State(
            "unit-empty",
            "unit",
            admin,
            "Detective",
            ("town.empty_unit",),
            status=422,
            does=sends("Place"),
        ),
        State("absences", "absences", "second", "Absences"),
        State("absences-none", "absences", "quiet_head", "Absences"),
        State("absence", "absence_new", admin, "Enter an absence"),
        State(
            "absence-empty",
            "absence_new",
            "head",
            "Enter an absence",
            status=422,
            does=sends("Enter"),
        ),
    ]


def _decides(decision: str, reason: str, button: str):
    """Fill in the form that decides, and send it by one of its buttons."""

    def send(tab):
        choose(tab, "Determination", decision)
        field(tab, "Reason").select_option(label=reason)
        field(tab, "The reason in your words").fill("Read with the judgment.")
        tab.locator("label", has_text="I have read the findings above").click()
        return sends(button)(tab)

    return send


def _asking() -> list[State]:
    """Questions, returns, reopening, outcome."""
    plain, unknowing = ("town.plain",), ("town.unknowing",)
    returned, reopened = ("town.returned",), ("town.reopened",)
    question = ("town.unknowing", "town.question")
    approved = ("town.approved", "town.approved_ask")
    supervisor, clerk = "supervisor", "clerk"
    return [
        State(
            "decide-confirm",
            "ask_determine",
            supervisor,
            "Confirm: deny",
            ("town.plain", "town.plain_ask"),
            does=_decides("Deny", "No exception applies", "Continue"),
        ),
        State(
            "decide-text",
            "ask_determine",
            supervisor,
            "Decide",
            ("town.plain", "town.plain_ask"),
            does=_decides("Deny", "No exception applies", "Use the agency's text"),
        ),
        State(
            "decide-returned",
            "ask_determine",
            "second",
            "Decide",
            ("town.returned", "town.returned_ask"),
        ),
        State("return", "request_return", supervisor, "Return", plain),
        State("return-again", "request_return", "second", "Return", returned),
        State(
            "return-empty",
            "request_return",
            supervisor,
            "Return",
            plain,
            status=422,
            does=sends("Return for correction"),
        ),
        State("question", "question_new", supervisor, "Ask the filer", unknowing),
        State(
            "question-empty",
            "question_new",
            supervisor,
            "Ask the filer",
            unknowing,
            status=422,
            does=sends("Ask"),
        ),
        State("answer", "question_answer", clerk, "Answer", question),
        State(
            "answer-return",
            "question_answer",
            clerk,
            "Answer without",
            ("town.returned", "town.return_question"),
        ),
        State(
            "answer-empty",
            "question_answer",
            clerk,
            "Answer",
            question,
            status=422,
            does=sends("Send the answer"),
        ),
        State("questions", "question_list", clerk, "Questions"),
        State("questions-asked", "question_list", supervisor, "Questions"),
        State("questions-none", "question_list", "quiet_clerk", "Questions"),
        State("request-asked", "request_detail", clerk, "HVRMPD-", unknowing),
        State("request-returned", "request_detail", "second", "HVRMPD-", returned),
        State("request-reopened", "request_detail", "second", "HVRMPD-", reopened),
        State("request-open", "request_detail", clerk, "HVRMPD-", approved[:1]),
        State(
            "request-released", "request_detail", clerk, "HVRMPD-", ("town.released",)
        ),
        State("reopen", "ask_reopen", "second", "Reopen", approved),
        State(
            "reopen-empty",
            "ask_reopen",
            "second",
            "Reopen",
            approved,
            status=422,
            does=sends("Reopen"),
        ),
        State(
            "reopen-nothing",
            "ask_reopen",
            "second",
            "Reopen",
            ("town.reopened", "town.reopened_ask"),
        ),
        State("changes", "request_changes", "auditor", "What was", reopened),
        State("changes-values", "request_changes", "supervisor", "What was", reopened),
        State("changes-none", "request_changes", clerk, "What was", plain),
        State("release", "release_record", clerk, "Record the release", approved[:1]),
        State(
            "release-empty",
            "release_record",
            clerk,
            "Record the release",
            approved[:1],
            status=422,
            does=sends("Record the release"),
        ),
        State("unreconciled", "unreconciled_list", supervisor, "Not reconciled"),
        State("unreconciled-none", "unreconciled_list", "quiet_clerk", "Not rec"),
        State("patterns", "patterns", "auditor", "Same facts"),
        State("patterns-none", "patterns", "quiet_supervisor", "Same facts"),
        State("reasons", "reason_texts", supervisor, "Texts of reasons"),
    ]


def _administering() -> list[State]:
    admin = "administrator"
    return [
        State("law", "law", "clerk", "C.G.S. 54-192h"),
        *(
            State(f"law-{one}", "law_version", "clerk", "C.G.S. 54-192h", (one,))
            for one in ("2014", "2019", "2025")
        ),
        State("offences", "law_offences", "clerk", "Offences"),
        State("offences-ruling", "law_offences", admin, "Offences"),
        State("propose", "law_offence_propose", admin, "Propose", ("town.section",)),
        State(
            "propose-empty",
            "law_offence_propose",
            admin,
            "Propose",
            ("town.section",),
            status=422,
            does=sends("Propose"),
        ),
        State("rehearsals", "rehearsal_list", admin, "Rehearsals"),
        State("rehearsals-none", "rehearsal_list", "quiet_administrator", "Rehearsals"),
        State("rehearse", "rehearsal_new", admin, "Rehearse"),
        State(
            "rehearse-empty",
            "rehearsal_new",
            admin,
            "Rehearse",
            status=422,
            does=sends("Rehearse"),
        ),
        State(
            "rehearsal",
            "rehearsal_detail",
            admin,
            "53a-71 confirmed",
            ("town.rehearsal",),
        ),
        State(
            "rehearsal-done",
            "rehearsal_detail",
            admin,
            "Stay of",
            ("town.rehearsed",),
        ),
        State("people", "people", admin, "People and roles"),
        State("clocks", "agency_clocks", admin, "Clocks of the agency"),
        State(
            "clocks-wrong",
            "agency_clocks",
            admin,
            "Clocks of the agency",
            status=422,
            does=_warns_too_early,
        ),
        State("jobs", "job_list", admin, "Jobs given up"),
        State("jobs-none", "job_list", "quiet_administrator", "Jobs given up"),
        State("role", "appointment_new", admin, "Grant a role"),
        State(
            "role-empty",
            "appointment_new",
            admin,
            "Grant a role",
            status=422,
            does=sends("Grant"),
        ),
        State("role-end", "appointment_end", admin, "End this", ("town.appointment",)),
        State("history", "history", "auditor", "History"),
        State("history-admin", "history", admin, "History"),
        State("history-none", "history", "quiet_auditor", "History"),
        State(
            "history-wrong",
            "history",
            "auditor",
            "History",
            query="?since=2026-03-09&until=2026-03-01",
            status=422,
        ),
        State("overrides", "history_overrides", "auditor", "Overrides"),
        State("overrides-none", "history_overrides", "quiet_auditor", "Overrides"),
        State("history-one", "history_request", "auditor", "History", ("town.rich",)),
        State("history-readers", "history_readers", "auditor", "Who", ("town.rich",)),
        State(
            "history-readers-none",
            "history_readers",
            "auditor",
            "Who",
            ("town.rich",),
            query="?since=2015-01-01&until=2015-01-02",
        ),
        State(
            "history-filtered",
            "history",
            "auditor",
            "History",
            query="?event=changes&role=clerk&outcome=ok",
        ),
        State("request-paper", "request_print", "auditor", "HVRMPD-", ("town.rich",)),
        State("samples", "sample_list", "auditor", "Samples"),
        State("samples-none", "sample_list", "quiet_auditor", "Samples"),
        State("sample-new", "sample_new", "auditor", "Draw a sample"),
        State(
            "sample-new-empty",
            "sample_new",
            "auditor",
            "Draw a sample",
            status=422,
            does=sends("Draw"),
        ),
        State("sample", "sample_detail", "auditor", "Sample of", ("town.sample",)),
        State(
            "sample-checked",
            "sample_detail",
            "auditor",
            "Sample of",
            ("town.checked",),
        ),
        State(
            "sample-checked-empty",
            "sample_detail",
            "auditor",
            "Sample of",
            ("town.checked",),
            status=422,
            does=sends("Sign off"),
        ),
        State(
            "sample-signed",
            "sample_detail",
            "auditor",
            "Sample of",
            ("town.signed",),
        ),
        State(
            "sample-item",
            "sample_item",
            "auditor",
            "HVRMPD-",
            ("town.sample", "town.sample_item"),
        ),
        State(
            "sample-item-empty",
            "sample_item",
            "auditor",
            "HVRMPD-",
            ("town.sample", "town.sample_item"),
            status=422,
            does=sends("Enter the finding"),
        ),
        State("refused", "people", "clerk", "This is not open to you", status=403),
        State(
            "elsewhere",
            "request_detail",
            "quiet_head",
            "There is no such page",
            ("town.plain",),
            status=404,
        ),
    ]


def _noticing() -> list[State]:
    """What is owed, issued and tried; what notices say; whether one is genuine."""
    of_plain, admin = ("town.plain", "town.notice"), "administrator"
    words, given = "Words of notices", "Record a notice given"
    issued = ("town.rich", "town.rich_notice")
    return [
        State("notices", "notice_list", "clerk", "Notices owed"),
        State("notices-none", "notice_list", "quiet_clerk", "Notices owed"),
        State(
            "notices-failed",
            "notice_list",
            "clerk",
            "Notices owed",
            query="?show=failed",
        ),
        State("notice-issue", "notice_issue", "clerk", "Issue a notice", of_plain),
        State("notice-issue-told", "notice_issue", "clerk", "Issue a notice", issued),
        State(
            "notice-issue-undecided",
            "notice_issue",
            "clerk",
            "Issue a notice",
            ("town.plain", "town.plain_intent"),
        ),
        State("notice-tried", "notice_serve", "clerk", given, issued),
        State("legal-help", "legal_help", admin, "Legal help on notices"),
        State(
            "legal-help-empty",
            "legal_help",
            admin,
            "Legal help on notices",
            status=422,
            does=sends("Add the place"),
        ),
        State("notice-words", "notice_words", admin, words),
        State(
            "notice-words-empty",
            "notice_words",
            admin,
            words,
            status=422,
            does=sends("Mark as reviewed"),
        ),
        State(
            "notice-sample",
            "notice_sample",
            admin,
            "Whether the agency intends to comply, Arabic",
            ("intent", "ar"),
        ),
        State("genuine", "genuine", "clerk", "Is this notice genuine?"),
        State(
            "genuine-unknown",
            "genuine",
            "clerk",
            "Is this notice genuine?",
            query="?code=7777-7777-7777-7777-7777-7777-77",
        ),
    ]


def _keeping() -> list[State]:
    """Claims, holds, case files, retention, disposals, releases, resources."""
    role, held, releases = "records_officer", ("town.held",), ("town.extract",)
    claims, holds = "Claims in court", "Holds"
    return [
        State("claims", "claim_list", role, claims),
        State("claims-none", "claim_list", "quiet_supervisor", claims),
        State("claim-new", "claim_new", "head", "Record a claim"),
        State(
            "claim-new-empty",
            "claim_new",
            "head",
            "Record a claim",
            status=422,
            does=sends("Record the claim"),
        ),
        State("claim", "claim_detail", role, "Claim", ("town.claim",)),
        State("holds", "hold_list", role, holds),
        State("holds-none", "hold_list", "quiet_supervisor", holds),
        State("hold-place", "hold_place", "head", "Place a hold", held),
        State(
            "hold-place-empty",
            "hold_place",
            "head",
            "Place a hold",
            held,
            status=422,
            does=sends("Place the hold"),
        ),
        State("hold-lift", "hold_lift", role, "Lift a hold", ("town.hold",)),
        State("held", "request_detail", "head", "HVRMPD-", held),
        State("case-files", "case_files", role, "Case file for court", held),
        State(
            "case-files-empty",
            "case_files",
            role,
            "Case file for court",
            held,
            status=422,
            does=sends("Put it together"),
        ),
        State("retention", "retention", role, "How long records are kept"),
        State(
            "retention-empty",
            "retention",
            role,
            "How long records are kept",
            status=422,
            does=sends("Enter the rule"),
        ),
        State(
            "disposal-new",
            "disposal_new",
            role,
            "What may be destroyed",
            ("town.rule",),
        ),
        State("disposals", "disposal_list", role, "Disposals"),
        State("disposals-none", "disposal_list", "quiet_supervisor", "Disposals"),
        State(
            "disposal", "disposal_detail", role, "Disposal under", ("town.disposal",)
        ),
        State("extracts", "extract_list", role, "Public records of ICE access"),
        State(
            "extracts-none",
            "extract_list",
            "quiet_supervisor",
            "Public records of ICE access",
        ),
        State("extract-new", "extract_new", role, "Put records together"),
        State(
            "extract-new-empty",
            "extract_new",
            role,
            "Put records together",
            status=422,
            does=sends("Put together"),
        ),
        State("extract", "extract_detail", role, "Records of", releases),
        State(
            "extract-stopped", "extract_detail", role, "Records of", ("town.stopped",)
        ),
        State(
            "extract-empty",
            "extract_detail",
            role,
            "Records of",
            releases,
            status=422,
            # Not the menu, whose name has the page's in it.
            does=sends(re.compile("^Release$")),
        ),
        State("resources", "resources", role, "Resources spent on ICE access"),
        State(
            "resources-wrong",
            "resources",
            role,
            "Resources spent on ICE access",
            query="?since=2026-02-01&last=2026-01-01",
            status=422,
        ),
    ]


def _figures() -> list[State]:
    period, officer = ("HVRMPD", towns.factories.PERIOD.isoformat()), "records_officer"
    return [
        State("figures", "figures", "auditor", "Figures"),
        State(
            "figures-head", "figures", "head", "Figures", query="?by=quarter&ask=hold"
        ),
        State(
            "figures-none", "figures", "auditor", "Figures", query="?until=2015-01-01"
        ),
        State(
            "figures-wrong",
            "figures",
            "auditor",
            "Figures",
            query="?since=soon",
            status=422,
        ),
        State("figure-rows", "figure_rows", "auditor", "Requests"),
        State(
            "figure-rows-none",
            "figure_rows",
            "administrator",
            "Overrides",
            query="?figure=overrides&until=2015-01-01",
        ),
        State("reports", "report_list", officer, "Reports to the Office"),
        State("report-period", "report_period", officer, "July to December", period),
        State("report", "report_detail", officer, "Report to OPM", ("town.report",)),
        State("report-draft", "report_detail", officer, "Report", ("town.amended",)),
        State(
            "report-draft-empty",
            "report_detail",
            officer,
            "Report",
            ("town.amended",),
            status=422,
            does=sends("Certify the report"),
        ),
        State("report-rows", "report_rows", officer, "Individuals", ("town.report",)),
        State("exports", "export_list", "clerk", "Files taken out"),
        State("exports-none", "export_list", "quiet_clerk", "Files taken out"),
        State("export-new", "export_new", "clerk", "Take out", ("requests",)),
        State("export-history", "export_new", "auditor", "Take out", ("history",)),
        State("export", "export_detail", "clerk", "Requests, CSV", ("town.file",)),
        State("public-tables", "publication_list", officer, "Public tables"),
        State(
            "public-tables-one",
            "publication_detail",
            "head",
            "Public tables from",
            ("town.tables",),
        ),
        State(
            "public-page",
            "public_page",
            "clerk",
            "Requests of federal immigration authorities",
            period[:1],
        ),
    ]


STATES = [
    *_keeping(),
    *_filing(),
    *_noticing(),
    *_reading(),
    *_deciding(),
    *_asking(),
    *_queues(),
    *_tables(),
    *_administering(),
    *_figures(),
]
# Answered without a page of their own: they move on, or take what a script sends.
PAGELESS = {
    "notice_paper",
    "legal_help_retire",
    "translation_withdraw",
    "document_page",
    "document_thumbnail",
    "document_original",
    "looking",
    "message_count",
    "message_read",
    "request_next",
    "view_remove",
    "worklist_news",
    "assignment_claim",
    "assignment_release",
    "assignment_resume",
    "absence_end",
    "bulk_new",
    "home",
    "job_retry",
    "session_extend",
    "form_crop",
    "draft_preview",
    "draft_autosave",
    "case_file_fetch",
    "disposal_certificate",
    "extract_file",
    "resources_file",
    "paper_form_print",
    "paper_form_spoil",
    "import_faults",
    "import_progress",
    "import_confirm",
    "import_drop",
    "report_certify",
    "report_sent",
    "report_drop",
    "report_file",
    "export_state",
    "export_fetch",
    "export_cancel",
    "publication_decide",
    "transparency_switch",
    "printed",
    "question_withdraw",
    "sample_bundle",
    "sample_sign_off",
    "unasked_act_new",
    "law_offence_rule",
}


@pytest.fixture(scope="module")
def desk(browser, django_db_setup, django_db_blocker):
    """A server with a built town, and a signed-in tab for whoever is asked for."""
    with django_db_blocker.unblock():
        cache.clear()
        town = towns.build()
        _name_the_rest(town)
        server = LiveServer("localhost")
        made = Desk(browser, server, town)
        yield made
        made.close()
        server.stop()
        call_command("flush", interactive=False, verbosity=0)
        connection.close()


def _name_the_rest(town) -> None:
    town.plain_ask = town.plain.asks.get()
    town.rich_given = town.rich.notices.exclude(served_at=None).first()
    _draw_samples(town)
    _report(town)
    _rehearse(town)
    town.head_draft = towns.factories.intake.begin_draft(
        agency=town.agency, by=town.people["head"], at=town.at
    )


def _rehearse(town) -> None:
    """One just ordered, and one done with findings gained and lost."""
    who = {"agency": town.agency, "by": town.people["administrator"], "at": town.at}
    town.rehearsal = towns.factories.order_rehearsal(**who)
    town.rehearsed = rehearsing.order_rehearsal(
        kind="stay",
        subject="54-192h(b)(1)(A)",
        effective_from=date(2019, 10, 1),
        since=date(2019, 10, 1),
        until=town.at.date() + timedelta(days=1),
        **who,
    )
    with transaction.atomic():
        rehearsing.rehearse_some(subject=f"r{town.rehearsed.pk}_0_0", at=town.at)


def _report(town) -> None:
    """A certified report, a draft that amends it, a file, and public tables."""
    who = {"agency": town.agency, "at": town.at}
    officer = town.people["records_officer"]
    town.period = towns.factories.PERIOD.isoformat()
    town.report = towns.factories.certify_report(**who)
    town.amended = towns.factories.draft_report(
        by=towns.factories.make_records_officer(town.agency),
        because="A line was found in the log.",
        **who,
    )
    town.file = towns.factories.take_out(by=town.people["clerk"], **who)
    town.tables = towns.factories.publish_tables(
        administrator=town.people["administrator"], by=officer, **who
    )


def _draw_samples(town) -> None:
    """One begun with a finding, one wholly checked, one signed off."""
    auditor = town.people["auditor"]
    drawn = [
        towns.factories.draw_sample(
            agency=town.agency, auditor=auditor, size=size, at=town.at
        )
        for size in (3, 1, 1)
    ]
    town.sample, town.checked, town.signed = drawn
    town.sample_item = town.sample.items.order_by("place").first()
    who = {"by": auditor, "at": town.at}
    reporting.check(item=town.sample_item, answers={"papers": "no"}, **who)
    reporting.find(
        item=town.sample_item,
        gravity="serious",
        words="The copy of the detainer is not on file.",
        **who,
    )
    for one in (town.checked, town.signed):
        answers = dict.fromkeys(Question.values, "yes")
        reporting.check(item=one.items.get(), answers=answers, **who)
    reporting.sign_off(sample=town.signed, conclusion="in_order", **who)


class Desk:
    """One tab for each person, brought from state to state."""

    def __init__(self, browser, server, town):
        self.town = town
        self.shown = None
        self.status = None
        self.tabs = {
            role: self._tab(browser, server, town.people[role])
            for role in {state.role for state in STATES}
        }

    @staticmethod
    def _tab(browser, server, person) -> SimpleNamespace:
        context = browser.new_context(
            base_url=server.url, locale="en-US", timezone_id="UTC"
        )
        context.set_default_timeout(10_000)
        page = context.new_page()
        give_session(page, person, server, has_reasons=True)
        return SimpleNamespace(page=page, watch=Watch(page))

    def show(self, state: State, width: int):
        """The page in that state, loaded anew only when it is another one."""
        one = self.tabs[state.role]
        one.page.set_viewport_size({"width": width, "height": SIZES[width]})
        if self.shown != state:
            self.shown = None
            one.watch.faults.clear()
            answer = one.page.goto(state.address(self.town))
            self.status = (state.does and state.does(one.page)) or answer.status
            self.shown = state
        return one

    def close(self):
        for one in self.tabs.values():
            one.page.context.close()


@pytest.mark.parametrize("width", SIZES)
@pytest.mark.parametrize("state", STATES, ids=lambda state: state.name)
def test_is_what_it_should_be(desk, state, width):
    one = desk.show(state, width)
    if os.environ.get("PICTURES"):
        PICTURES.mkdir(exist_ok=True)
        picture = PICTURES / f"{state.name}-{width}.png"
        one.page.screenshot(path=picture, full_page=True)

    assert desk.status == state.status
    assert one.page.locator("h1").inner_text().startswith(state.h1)
    assert faults_of(one.page) == []
    assert one.watch.faults == []


def faults_of(page) -> list[str]:
    faults = axe(page)
    if sideways_scroll(page) > 0:
        faults.append(f"{sideways_scroll(page)} pixels of sideways scroll")
    return faults + [f"small target: {target}" for target in small_targets(page)]


def test_finds_a_planted_fault(desk):
    state = next(one for one in STATES if one.name == "worklist")
    page = desk.show(state, 360).page
    page.evaluate(
        """() => {
            document.querySelector("select").removeAttribute("id");
            document.querySelector("h1").style.minWidth = "900px";
        }"""
    )
    found = " ".join(faults_of(page))
    desk.shown = None

    assert "select-name" in found
    assert "sideways scroll" in found


def test_enters_the_printing_of_a_page(desk):
    state = next(one for one in STATES if one.name == "request-rich")
    page = desk.show(state, 1440).page

    with page.expect_response("**/printed/") as answer:
        page.evaluate("window.dispatchEvent(new Event('beforeprint'))")

    assert answer.value.status == 204


@pytest.mark.parametrize("name", ["request-rich", "filed-rich"])
def test_prints_who_printed_what_and_when(desk, name):
    state = next(one for one in STATES if one.name == name)
    page = desk.show(state, 1440).page
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    paper = page.locator("body").inner_text()
    if os.environ.get("PICTURES"):
        page.pdf(path=PICTURES / f"{name}.pdf", format="Letter")
    buttons = page.locator("main .usa-button:visible").count()
    has_menu = page.locator(".desk-nav").is_visible()
    margins = page.evaluate(
        "document.adoptedStyleSheets.map(one => one.cssRules[0].cssText).join()"
    )
    page.emulate_media(media="screen")
    desk.shown = None
    reader = desk.town.people[state.role].get_full_name()
    assert re.search(rf"Printed by {reader}.*\d{{4}}-\d\d-\d\d \d\d:\d\d E[SD]T", paper)
    # The line stands on the first page, and in the margin of every further one.
    assert re.search(r"HVRMPD-2026-\d{5}. Printed by", paper)
    assert re.search(r"HVRMPD-2026-\d{5}. Printed by", margins)
    assert (buttons, has_menu) == (0, False)


def test_gives_every_line_of_the_access_table_a_state():
    pages = {door for door, roles in ACCESS.items() if roles not in (ANYONE, SIGNED_IN)}
    pages |= {"law", "law_version", "law_offences"}

    assert pages - {state.door for state in STATES} - PAGELESS == set()


def _openings() -> list[tuple[str, str]]:
    """Each role beside each page that ACCESS opens to it."""
    return [
        (door, role)
        for door, roles in ACCESS.items()
        if roles not in (ANYONE, SIGNED_IN)
        for role in sorted(roles)
        if door not in PAGELESS and door != "request_new"
    ]


# What is one's own opens to nobody else, whatever the role.
OF_ONE_PERSON = {
    "note_edit": "clerk",
    "view_edit": "supervisor",
    "export_detail": "clerk",
}
# Administrators take figures out, no list of requests.
NOT_THIS_LIST = {("export_new", "administrator")}


@pytest.mark.parametrize(("door", "role"), _openings())
def test_opens_to_each_role(desk, door, role):
    """The same page to everybody the table admits, read without a browser."""
    state = next(
        one
        for one in STATES
        if one.door == door and one.does is None and one.status == 200
    )
    town = desk.town
    if door in ("draft_step", "draft_discard", "form_compare"):
        town = SimpleNamespace(**vars(town))
        town.read_draft = towns.factories.intake.begin_draft(
            agency=town.agency, by=town.people[role], at=town.at
        )
        read_in(draft=town.read_draft)
        town.blank_draft = town.draft = towns.factories.intake.begin_draft(
            agency=town.agency, by=town.people[role], at=town.at
        )
    client = Client()
    client.force_login(town.people[role])
    remember(client)
    if door == "override_countersign" and role == "head":
        # The head proposed it, and nobody is second to himself.
        assert client.get(state.address(town)).status_code == 403
        return
    if (door, role) in NOT_THIS_LIST:
        assert client.get(state.address(town)).status_code == 404
        return
    if door in OF_ONE_PERSON and role != OF_ONE_PERSON[door]:
        assert client.get(state.address(town)).status_code in (403, 404)
        return
    answer = client.get(state.address(town))

    assert answer.status_code == 200
    assert answer.content.decode().count("<h1") == 1
