"""From raw answers to a record: nothing lost, nothing guessed, and the law's answer."""

import pytest
from django.utils.datastructures import MultiValueDict

from requests_app.docket.models import AskKind, Instrument
from requests_app.intake import steps
from requests_app.review import facts, preview
from tests import factories
from tests.factories import NOON

pytestmark = pytest.mark.django_db


@pytest.fixture
def agency():
    return factories.make_agency()


@pytest.fixture
def clerk(agency):
    return factories.make_clerk(agency)


def composed(agency, clerk, answers):
    return steps.compose(answers, agency=agency, by=clerk, now=NOON)


# Raw answers


def test_keeps_all_that_was_posted_but_token_and_buttons():
    posted = MultiValueDict(
        {
            "csrfmiddlewaretoken": ["t"],
            "_next": ["1"],
            "asks": ["hold", "interview"],
            "late_reason": [""],
            "unheard_of": ["kept"],
        }
    )

    assert steps.raw(posted) == {
        "asks": ["hold", "interview"],
        "late_reason": [""],
        "unheard_of": ["kept"],
    }


@pytest.mark.parametrize(
    ("total", "following"),
    [
        (["2"], "3"),
        (["0"], "1"),
        (None, "1"),
        ([], "1"),
        ([""], "1"),
        (["abc"], "1"),
        (["-7"], "1"),
        (["1.5"], "1"),
        (["9" * 5000], "1"),
        (["41"], "42"),
    ],
)
def test_adds_one_row_to_whatever_was_posted(total, following):
    answers = {"row-0-section": ["53a-134"], "add_row": ["1"]}
    posted = answers if total is None else {**answers, "row-TOTAL_FORMS": total}

    assert steps.with_one_more_row(posted) == {
        "row-0-section": ["53a-134"],
        "row-TOTAL_FORMS": [following],
    }


def test_reopens_a_step_exactly_as_it_was_left():
    left = {
        "family_names": [" two  spaces "],
        "date_of_birth": ["31/31/1990"],
        "a_number": ["not a number"],
        "is_minor": ["refused"],
    }

    step = steps.bind("person", left, now=NOON)

    assert step.form["family_names"].value() == " two  spaces "
    assert step.form["date_of_birth"].value() == "31/31/1990"
    assert step.form["a_number"].value() == "not a number"
    assert step.form["is_minor"].value() == "refused"


def test_accuses_nobody_of_a_step_just_opened():
    step = steps.bind("person", None, now=NOON)

    assert step.form.is_bound is False
    assert step.form.errors == {}


# What is complete


def test_calls_a_draft_complete_when_every_step_is_sound(agency, clerk):
    assert composed(agency, clerk, factories.answers()).is_complete is True


@pytest.mark.parametrize("name", ["request", "person", "custody", "basis", "acts"])
def test_names_a_step_that_was_skipped(agency, clerk, name):
    answers = factories.answers()
    del answers[name]

    assert composed(agency, clerk, answers).faulty == [name]


def test_names_every_faulty_step_in_their_order(agency, clerk):
    answers = factories.answers()
    answers["acts"] = {**answers["acts"], "copy": ["given"]}
    answers["request"] = {}

    assert composed(agency, clerk, answers).faulty == ["request", "acts"]


def test_calls_a_step_faulty_that_later_answers_contradict(agency, clerk):
    answers = factories.answers(
        instrument_signed="yes", instrument_signed_date="2026-03-10"
    )
    assert composed(agency, clerk, answers).is_complete is True
    answers["request"]["received_at"] = ["2026-03-09T12:00"]

    assert composed(agency, clerk, answers).faulty == ["basis"]


def test_asks_an_unasked_filing_for_its_act(agency, clerk):
    without = factories.answers(**factories.unasked())
    with_one = factories.answers(
        **factories.unasked(acts=[{"kind": "arrest", "happened_at": NOON}])
    )

    assert composed(agency, clerk, without).faulty == ["acts"]
    assert composed(agency, clerk, with_one).faulty == []


@pytest.mark.parametrize(
    "broken",
    [
        {},
        {"row-TOTAL_FORMS": ["x"], "row-INITIAL_FORMS": ["0"]},
        {"row-TOTAL_FORMS": ["1"]},
        {"row-TOTAL_FORMS": ["99999999"], "row-INITIAL_FORMS": ["0"]},
        {"row-TOTAL_FORMS": ["9" * 5000], "row-INITIAL_FORMS": ["0"]},
    ],
)
@pytest.mark.parametrize("name", ["custody", "basis", "acts"])
def test_calls_a_step_faulty_whose_rows_cannot_be_counted(agency, clerk, name, broken):
    answers = factories.answers()
    sound = {
        key: value for key, value in answers[name].items() if not key.startswith("row-")
    }
    answers[name] = {**sound, **broken}

    assert composed(agency, clerk, answers).faulty == [name]


# From answers to the law's facts


@pytest.mark.parametrize(
    ("answer", "value"),
    [("yes", True), ("no", False), ("unknown", None), ("refused", None)],
)
@pytest.mark.parametrize(
    "name", ["terrorist_screening_match", "order_1225d4B", "ice_subpoena"]
)
def test_carries_four_answers_to_the_law(agency, clerk, name, answer, value):
    record = composed(agency, clerk, factories.answers(**{name: answer})).record

    found = facts.of_ask(record, record.asks[0], official=agency.kind, on=NOON.date())

    assert found[name] is value
    assert getattr(record.legal_basis, name) == answer


@pytest.mark.parametrize(
    ("listing", "value"), [("none", []), ("unknown", None), ("refused", None)]
)
@pytest.mark.parametrize("rows", ["convictions", "warrants"])
def test_carries_an_empty_list_to_the_law(agency, clerk, rows, listing, value):
    answers = factories.answers(**{rows: () if listing == "none" else listing})
    record = composed(agency, clerk, answers).record

    found = facts.of_ask(record, record.asks[0], official=agency.kind, on=NOON.date())

    assert found[rows] == value


def test_asks_for_nothing_that_was_not_ticked(agency, clerk):
    answers = factories.answers(asks=["hold"], information=["home_address"])

    (ask,) = composed(agency, clerk, answers).record.asks

    assert (ask.kind, ask.information) == ("hold", [])


def test_gives_a_half_typed_draft_its_valid_answers(agency, clerk):
    answers = {
        "request": {"instrument": ["I-247A"], "asks": ["hold"], "received_at": ["x"]},
        "custody": {"under_control": ["yes"]},
    }

    found = composed(agency, clerk, answers)

    assert found.faulty == ["request", "person", "custody", "basis", "acts"]
    assert [ask.kind for ask in found.record.asks] == ["hold"]
    assert found.record.custody.under_control == "yes"


def test_guesses_nothing_of_an_empty_draft(agency, clerk):
    record = composed(agency, clerk, {}).record

    assert record.asks == []
    assert record.person.date_of_birth_answer == "unknown"
    assert record.custody.under_control == "unknown"
    assert record.legal_basis.convictions_listing == "unknown"
    assert record.legal_basis.warrants_listing == "unknown"
    assert record.legal_basis.terrorist_screening_match == "unknown"


# The side panel


def panel_of(agency, clerk, answers):
    found = composed(agency, clerk, answers)
    return preview.of(found.record, found.acts, now=NOON)


def test_shows_what_the_law_says_of_each_ask(agency, clerk):
    panel = panel_of(agency, clerk, factories.answers(asks=["hold", "interview"]))

    said = {
        item.title: [one["finding"].result for one in item.findings]
        for item in panel.items
    }
    assert panel.version == "2025"
    assert said["Hold the person"] == ["violation"]
    assert said["Allow an interview"] == ["violation"]


def test_names_the_fact_that_would_settle_and_its_step(agency, clerk):
    panel = panel_of(agency, clerk, factories.answers(convictions="unknown"))

    assert {"label": "Charges and convictions", "step": "custody"} in panel.open_facts


def test_shows_nothing_of_an_empty_draft(agency, clerk):
    assert panel_of(agency, clerk, {}).items == []


def test_judges_a_half_typed_draft(agency, clerk):
    panel = panel_of(
        agency, clerk, {"request": {"instrument": ["I-247A"], "asks": ["hold"]}}
    )

    assert [item.title for item in panel.items][0] == "Hold the person"
    assert panel.items[0].findings[0]["finding"].result == "undetermined"


@pytest.mark.parametrize("ask", AskKind.values)
@pytest.mark.parametrize("instrument", Instrument.values)
def test_judges_every_instrument_with_every_ask(agency, clerk, instrument, ask):
    answers = {
        "request": {
            "instrument": [instrument],
            "asks": [ask],
            "information": ["release_date"],
        }
    }

    assert panel_of(agency, clerk, answers).version == "2025"
