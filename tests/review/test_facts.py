"""Rows of record into the facts of the assess contract. No database: rows unsaved."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from requests_app import law
from requests_app.accounts.models import AgencyKind
from requests_app.docket.models import (
    Act,
    ActKind,
    Answer,
    Ask,
    AskKind,
    Conviction,
    Custody,
    IceRequest,
    Information,
    Instrument,
    LegalBasis,
    Listing,
    Person,
    Warrant,
)
from requests_app.docket.record import Record
from requests_app.notices.models import NoticeKind
from requests_app.review import facts

DAY = date(2026, 3, 10)
# Noon on that day in Connecticut.
NOON = datetime(2026, 3, 10, 16, 0, tzinfo=UTC)
ANSWERS = {"yes": True, "no": False, "unknown": None, "refused": None}
KNOWN = pytest.mark.parametrize(("answer", "value"), ANSWERS.items(), ids=ANSWERS)


def record_of(
    *,
    instrument="I-247A",
    asks=("hold",),
    information=(),
    received_at=NOON,
    person=None,
    custody=None,
    basis=None,
    convictions=(),
    warrants=(),
):
    return Record(
        ice_request=IceRequest(instrument=instrument, received_at=received_at),
        person=Person(**(person or {})),
        custody=Custody(**(custody or {})),
        legal_basis=LegalBasis(**(basis or {})),
        convictions=[Conviction(**row) for row in convictions],
        warrants=[Warrant(**row) for row in warrants],
        asks=[
            Ask(
                kind=kind,
                information=list(information) if kind == "information" else [],
            )
            for kind in asks
        ],
    )


def facts_of(record, *, on=DAY):
    return facts.of_ask(record, record.asks[0], official="municipal_police", on=on)


def facts_of_act(record, act, **known):
    return facts.of_act(record, act, official="municipal_police", **known)


def checked_warrant(**changes):
    row = {
        "form": "AO-442",
        "signed_by": "federal_magistrate_judge",
        "heading_names_court": "yes",
        "has_docket_number": "yes",
        "names_person": "yes",
        "is_current": "yes",
        "orders_the_act": "yes",
        "accompanies_detainer": "yes",
    }
    return {**row, **changes}


# Answers


@KNOWN
@pytest.mark.parametrize(
    "name",
    [
        "terrorist_screening_match",
        "order_1225d4B",
        "ice_subpoena",
        "publicly_available",
        "terrorism_investigation",
        "otherwise_required_by_law",
    ],
)
def test_keeps_every_answer_of_the_legal_basis_apart(name, answer, value):
    found = facts_of(record_of(basis={name: answer}))

    assert found[name] is value


@KNOWN
@pytest.mark.parametrize("name", ["is_minor", "not_competent"])
def test_keeps_every_answer_about_the_person_apart(name, answer, value):
    found = facts_of(record_of(person={name: answer}))

    key = {"is_minor": "person_is_minor"}.get(name, name)
    assert found[key] is value


@KNOWN
def test_keeps_every_answer_about_control_apart(answer, value):
    found = facts_of(record_of(custody={"under_control": answer}))

    assert found["under_control"] is value


@pytest.mark.parametrize(
    ("said", "value"),
    [
        ("person", "person"),
        ("parent_or_guardian", "parent_or_guardian"),
        ("none", "none"),
        ("unknown", None),
        ("refused", None),
    ],
)
def test_tells_no_authorization_from_one_not_known(said, value):
    found = facts_of(record_of(basis={"written_authorization": said}))

    assert found["written_authorization"] == value


def test_takes_an_unanswered_question_for_unknown():
    found = facts_of(record_of())

    known = ("act", "official", "detainer")
    assert {key: value for key, value in found.items() if key not in known} == {
        "warrants": None,
        "order_1225d4B": None,
        "ice_subpoena": None,
        "convictions": None,
        "terrorist_screening_match": None,
        "grounds_2014": None,
        "publicly_available": None,
        "under_control": None,
        "written_authorization": None,
        "person_is_minor": None,
        "not_competent": None,
        "terrorism_investigation": None,
        "otherwise_required_by_law": None,
    }


# Lists


LISTINGS = pytest.mark.parametrize(
    ("listing", "value"),
    [("some", None), ("none", []), ("unknown", None), ("refused", None)],
)


@LISTINGS
def test_calls_a_list_of_charges_empty_only_when_somebody_checked(listing, value):
    found = facts_of(record_of(basis={"convictions_listing": listing}))

    assert found["convictions"] == value


@LISTINGS
def test_calls_a_list_of_warrants_empty_only_when_somebody_checked(listing, value):
    found = facts_of(record_of(basis={"warrants_listing": listing}))

    assert found["warrants"] == value


@LISTINGS
def test_calls_a_list_of_grounds_empty_only_when_somebody_checked(listing, value):
    found = facts_of(record_of(basis={"grounds_2014_listing": listing}))

    assert found["grounds_2014"] == value


@pytest.mark.parametrize("listing", ["unknown", "refused"])
def test_leaves_out_rows_of_a_list_that_is_not_said_to_be_whole(listing):
    found = facts_of(
        record_of(
            basis={"convictions_listing": listing},
            convictions=[{"section": "53a-134", "disposition": "convicted"}],
        )
    )

    assert found["convictions"] is None


def test_copies_each_column_of_a_charge():
    found = facts_of(
        record_of(
            basis={"convictions_listing": "some"},
            convictions=[
                {
                    "section": "53a-134",
                    "subdivision": "(a)(2)",
                    "felony_class": "B",
                    "jurisdiction": "CT",
                    "disposition": "convicted",
                    "inchoate": "attempt",
                    "offense_date": date(2019, 5, 4),
                }
            ],
        )
    )

    assert found["convictions"] == [
        {
            "section": "53a-134",
            "subdivision": "(a)(2)",
            "class": "B",
            "jurisdiction": "CT",
            "disposition": "convicted",
            "inchoate": "attempt",
            "offense_on": "2019-05-04",
        }
    ]


def test_takes_an_empty_column_of_a_charge_for_unknown():
    found = facts_of(
        record_of(basis={"convictions_listing": "some"}, convictions=[{"section": ""}])
    )

    assert found["convictions"] == [
        {
            "section": None,
            "subdivision": None,
            "class": None,
            "jurisdiction": None,
            "disposition": None,
            "inchoate": None,
            "offense_on": None,
        }
    ]


def test_hands_the_grounds_of_2014_over():
    found = facts_of(
        record_of(
            basis={"grounds_2014_listing": "some", "grounds_2014": ["gang_database"]}
        )
    )

    assert found["grounds_2014"] == ["gang_database"]


# The warrant checklist


def warrant_facts(**changes):
    record = record_of(
        basis={"warrants_listing": "some"}, warrants=[checked_warrant(**changes)]
    )
    (found,) = facts_of(record)["warrants"]
    return found


def test_trusts_a_judge_when_every_check_is_a_yes():
    assert warrant_facts() == {
        "form": "AO-442",
        "signed_by": "federal_magistrate_judge",
        "accompanies_detainer": True,
        "names_person": True,
    }


@pytest.mark.parametrize("answer", ["no", "unknown", "refused"])
@pytest.mark.parametrize(
    "check", ["heading_names_court", "has_docket_number", "orders_the_act"]
)
@pytest.mark.parametrize(
    "judge", ["state_judge", "federal_judge", "federal_magistrate_judge"]
)
def test_trusts_no_judge_without_checks_1_2_and_7(judge, check, answer):
    found = warrant_facts(signed_by=judge, **{check: answer})

    assert found["signed_by"] == "unknown"


@pytest.mark.parametrize(
    "signer",
    [
        "immigration_judge",
        "immigration_officer",
        "court_clerk",
        "out_of_state_judge",
        "unknown",
    ],
)
def test_leaves_another_signer_as_named_whatever_the_checks_say(signer):
    found = warrant_facts(
        signed_by=signer,
        heading_names_court="no",
        has_docket_number="no",
        orders_the_act="no",
    )

    assert found["signed_by"] == signer


@pytest.mark.parametrize(
    ("names", "current", "value"),
    [
        ("yes", "yes", True),
        ("yes", "no", False),
        ("no", "yes", False),
        ("no", "no", False),
        ("no", "unknown", False),
        ("unknown", "no", False),
        ("yes", "unknown", None),
        ("unknown", "yes", None),
        ("refused", "yes", None),
        ("yes", "refused", None),
        ("unknown", "unknown", None),
    ],
)
def test_takes_check_6_for_naming_this_person(names, current, value):
    found = warrant_facts(names_person=names, is_current=current)

    assert found["names_person"] is value


@KNOWN
def test_takes_check_8_for_accompanying_the_detainer(answer, value):
    found = warrant_facts(accompanies_detainer=answer)

    assert found["accompanies_detainer"] is value


# Which contacts are detainers

FORMS = {
    "I-247A": "I-247A",
    "I-247D": "I-247D",
    "I-247N": "I-247N",
    "I-247X": "I-247X",
    "I-247G": "I-247G",
    "I-247": "other",
}
FROM_THE_AUTHORITY = ("I-200", "I-205", "email", "telephone", "in_person")
OF_A_COURT = ("judicial_warrant", "order_1225d4B")
OTHERS = (*FROM_THE_AUTHORITY, *OF_A_COURT)
ASKS = ("hold", "notify_release", "transfer", "interview", "information", "facility")


@pytest.mark.parametrize("ask", ASKS)
@pytest.mark.parametrize(("instrument", "form"), FORMS.items(), ids=FORMS)
def test_calls_every_form_i_247_a_detainer_whatever_it_asks(instrument, form, ask):
    found = facts_of(
        record_of(instrument=instrument, asks=[ask], information=["home_address"])
    )

    assert found["detainer"]["form"] == form
    assert found["detainer"]["received_on"] == "2026-03-10"


@pytest.mark.parametrize("ask", ["hold", "notify_release", "transfer"])
@pytest.mark.parametrize("instrument", FROM_THE_AUTHORITY)
def test_calls_any_paper_a_detainer_that_asks_what_a_detainer_asks(instrument, ask):
    found = facts_of(record_of(instrument=instrument, asks=[ask]))

    assert found["detainer"] == {
        "form": "other",
        "received_on": "2026-03-10",
        "asks": [ask],
    }


@pytest.mark.parametrize("ask", ["hold", "transfer"])
@pytest.mark.parametrize("instrument", OF_A_COURT)
def test_calls_the_order_of_a_court_no_request_of_the_authority(instrument, ask):
    found = facts_of(record_of(instrument=instrument, asks=[ask]))

    assert found["detainer"] == "none"


@pytest.mark.parametrize("instrument", OF_A_COURT)
def test_calls_the_wish_to_be_told_beside_a_courts_order_a_detainer(instrument):
    found = facts_of(record_of(instrument=instrument, asks=["notify_release"]))

    assert found["detainer"]["asks"] == ["notify_release"]


@pytest.mark.parametrize("listing", ["none", "unknown", "refused"])
@pytest.mark.parametrize("instrument", ["I-200", "I-205"])
def test_knows_of_the_administrative_warrant_that_came(instrument, listing):
    found = facts_of(
        record_of(instrument=instrument, basis={"warrants_listing": listing})
    )

    assert found["warrants"] == [
        {
            "form": instrument,
            "signed_by": "unknown",
            "accompanies_detainer": True,
            "names_person": None,
        }
    ]


def test_lists_the_administrative_warrant_that_came_once():
    found = facts_of(
        record_of(
            instrument="I-200",
            basis={"warrants_listing": "some"},
            warrants=[checked_warrant(form="I-200", signed_by="immigration_officer")],
        )
    )

    assert [row["signed_by"] for row in found["warrants"]] == ["immigration_officer"]


def test_lists_the_administrative_warrant_beside_another_paper():
    found = facts_of(
        record_of(
            instrument="I-205",
            basis={"warrants_listing": "some"},
            warrants=[checked_warrant(form="AO-442")],
        )
    )

    assert [row["form"] for row in found["warrants"]] == ["AO-442", "I-205"]


@pytest.mark.parametrize("ask", ["interview", "facility"])
@pytest.mark.parametrize("instrument", OTHERS)
def test_calls_another_contact_no_detainer(instrument, ask):
    found = facts_of(record_of(instrument=instrument, asks=[ask]))

    assert found["detainer"] == "none"


@pytest.mark.parametrize("kind", ["release_date", "custody_status"])
@pytest.mark.parametrize("instrument", OTHERS)
def test_calls_a_bare_request_for_release_or_custody_a_detainer(instrument, kind):
    found = facts_of(
        record_of(instrument=instrument, asks=["information"], information=[kind])
    )

    assert found["detainer"]["asks"] == ["information"]


@pytest.mark.parametrize("instrument", OTHERS)
def test_calls_a_request_for_an_address_no_detainer(instrument):
    found = facts_of(
        record_of(
            instrument=instrument, asks=["information"], information=["home_address"]
        )
    )

    assert found["detainer"] == "none"


def test_calls_an_act_nobody_asked_for_no_detainer():
    record = record_of(instrument="unasked", asks=())
    act = Act(kind="detain", happened_at=NOON)

    assert facts_of_act(record, act)["detainer"] == "none"


def test_has_a_row_for_every_instrument_and_every_ask():
    assert {*FORMS, *OTHERS, "unasked"} == set(Instrument.values)
    assert set(ASKS) == set(AskKind.values)


def test_leaves_asks_out_of_the_detainer_that_the_law_has_no_word_for():
    record = record_of(asks=["hold", "facility"])

    assert facts_of(record)["detainer"]["asks"] == ["hold"]


def test_dates_receipt_by_the_clock_of_connecticut():
    late_evening = datetime(2025, 10, 1, 2, 30, tzinfo=UTC)

    found = facts_of(record_of(received_at=late_evening))

    assert found["detainer"]["received_on"] == "2025-09-30"


# Acts asked and acts done


@pytest.mark.parametrize(
    ("ask", "act"),
    [
        ("hold", "detain"),
        ("notify_release", "notify_release"),
        ("transfer", "transfer"),
        ("interview", "interview"),
        ("information", "share_information"),
        ("facility", "provide_facility"),
    ],
)
def test_judges_an_ask_as_the_act_it_asks(ask, act):
    found = facts_of(record_of(asks=[ask], information=["home_address"]), on=DAY)

    assert found["act"] == {"kind": act, "on": "2026-03-10"}


def test_says_which_information_is_asked():
    record = record_of(asks=["information"], information=["home_address"])

    assert facts_of(record)["information"] == ["home_address"]


def test_does_not_know_which_information_when_none_is_named():
    record = record_of(asks=["information"], information=[])

    assert facts_of(record)["information"] is None


def test_dates_an_act_by_the_clock_of_connecticut():
    act = Act(kind="detain", happened_at=datetime(2019, 10, 1, 3, 59, tzinfo=UTC))

    found = facts_of_act(record_of(), act)

    assert found["act"] == {"kind": "detain", "on": "2019-09-30"}


def test_counts_the_hours_of_a_hold():
    act = Act(
        kind="detain",
        happened_at=NOON,
        ended_at=datetime(2026, 3, 12, 16, 30, tzinfo=UTC),
    )

    assert facts_of_act(record_of(), act)["act"]["hours_held"] == 48.5


def test_counts_no_hours_while_a_hold_lasts():
    act = Act(kind="detain", happened_at=NOON)

    assert "hours_held" not in facts_of_act(record_of(), act)["act"]


@KNOWN
@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("head_reviewed", "head_reviewed"),
        ("copy_to_person", "notification_copy_to_person"),
        (
            "copy_to_attorney_or_designee",
            "notification_copy_to_attorney_or_designee_effort",
        ),
        ("reason_in_writing", "reason_in_writing_given"),
    ],
)
def test_keeps_every_answer_about_a_notification_apart(name, key, answer, value):
    act = Act(kind="notify_release", happened_at=NOON, **{name: answer})

    assert facts_of_act(record_of(), act)[key] is value


@pytest.mark.parametrize("answer", ["yes", "no", "unknown", "refused"])
def test_knows_the_head_reviewed_what_the_head_decided(answer):
    act = Act(kind="notify_release", happened_at=NOON, head_reviewed=answer)

    assert facts_of_act(record_of(), act, head_decided=True)["head_reviewed"] is True


def test_knows_copy_and_reason_from_the_notice_served_on_the_person():
    act = Act(kind="notify_release", happened_at=NOON, copy_to_person="no")

    to_person = {NoticeKind.NOTIFICATION_COPY_PERSON}

    found = facts_of_act(record_of(), act, served=to_person, reasoned=to_person)

    assert found["notification_copy_to_person"] is True
    assert found["reason_in_writing_given"] is True
    assert found["notification_copy_to_attorney_or_designee_effort"] is None


def test_takes_no_reason_in_writing_from_a_copy_without_its_paper():
    act = Act(kind="notify_release", happened_at=NOON)

    found = facts_of_act(record_of(), act, served={NoticeKind.NOTIFICATION_COPY_PERSON})

    assert found["notification_copy_to_person"] is True
    assert found["reason_in_writing_given"] is None


def test_takes_no_reason_in_writing_while_the_attorney_s_copy_lacks_its_paper():
    act = Act(kind="notify_release", happened_at=NOON)
    both = {
        NoticeKind.NOTIFICATION_COPY_PERSON,
        NoticeKind.NOTIFICATION_COPY_ATTORNEY,
    }

    found = facts_of_act(
        record_of(),
        act,
        served=both,
        reasoned={NoticeKind.NOTIFICATION_COPY_PERSON},
    )

    assert found["reason_in_writing_given"] is None


def test_knows_the_copy_to_the_attorney_from_the_notice_served():
    act = Act(kind="notify_release", happened_at=NOON)

    found = facts_of_act(
        record_of(), act, served={NoticeKind.NOTIFICATION_COPY_ATTORNEY}
    )

    assert found["notification_copy_to_attorney_or_designee_effort"] is True
    assert found["notification_copy_to_person"] is None
    assert found["reason_in_writing_given"] is None


def test_asks_about_papers_of_a_notification_only():
    act = Act(kind="detain", happened_at=NOON, copy_to_person="no")

    assert "notification_copy_to_person" not in facts_of_act(record_of(), act)


# Receipt


@pytest.mark.parametrize(
    ("served", "copy_given", "intent_stated"),
    [
        ((), None, None),
        ((NoticeKind.DETAINER_COPY,), True, None),
        ((NoticeKind.INTENT,), None, True),
        ((NoticeKind.DETAINER_COPY, NoticeKind.INTENT), True, True),
    ],
)
def test_knows_of_receipt_what_was_served_and_nothing_else(
    served, copy_given, intent_stated
):
    found = facts.of_receipt(record_of(), official="municipal_police", served=served)

    assert found["act"] == {"kind": "receive_detainer", "on": "2026-03-10"}
    assert found["copy_given"] is copy_given
    assert found["intent_stated"] is intent_stated


# Reasons for approval


@pytest.mark.parametrize(
    ("reason", "record", "is_borne_out"),
    [
        ("class_a_b", {"felony_class": "B", "disposition": "convicted"}, True),
        ("class_a_b", {"felony_class": "A", "disposition": "convicted"}, True),
        ("class_a_b", {"felony_class": "C", "disposition": "convicted"}, False),
        ("class_a_b", {"felony_class": "A", "disposition": "pending"}, False),
        ("class_a_b", {"felony_class": "", "disposition": "convicted"}, False),
        ("offence_2025", {"felony_class": "D", "disposition": "convicted"}, True),
        ("offence_2025", {"felony_class": "B", "disposition": "nolle"}, False),
        ("not_prohibited", {}, True),
        ("other_authority", {}, True),
    ],
)
def test_knows_which_conviction_bears_a_reason_out(reason, record, is_borne_out):
    found = facts_of(
        record_of(basis={"convictions_listing": "some"}, convictions=[record])
    )

    assert facts.bears_out(reason, found) is is_borne_out


@pytest.mark.parametrize(
    ("reason", "basis"),
    [
        ("terrorist_database", "terrorist_screening_match"),
        ("court_order", "order_1225d4B"),
        ("authorized", "otherwise_required_by_law"),
        ("authorized", "terrorism_investigation"),
    ],
)
@pytest.mark.parametrize(
    ("answer", "is_borne_out"),
    [("yes", True), ("no", False), ("unknown", False), ("refused", False)],
)
def test_knows_which_answer_bears_a_reason_out(reason, basis, answer, is_borne_out):
    found = facts_of(record_of(basis={basis: answer}))

    assert facts.bears_out(reason, found) is is_borne_out


@pytest.mark.parametrize(
    ("checks", "is_borne_out"),
    [({}, True), ({"orders_the_act": "no"}, False), ({"signed_by": "unknown"}, False)],
)
def test_knows_which_warrant_bears_a_reason_out(checks, is_borne_out):
    found = facts_of(
        record_of(
            basis={"warrants_listing": "some"}, warrants=[checked_warrant(**checks)]
        )
    )

    assert facts.bears_out("judicial_warrant", found) is is_borne_out


@pytest.mark.parametrize(
    ("on", "is_borne_out"), [(date(2019, 9, 30), True), (date(2019, 10, 1), False)]
)
def test_lets_a_ground_of_2014_bear_out_under_that_text_only(on, is_borne_out):
    found = facts_of(record_of(), on=on)

    assert facts.bears_out("ground_2014", found) is is_borne_out


# Always accepted by the law

answers = st.sampled_from(Answer.values)
listings = st.sampled_from(Listing.values)
days = st.dates(date(2014, 1, 1), date(2030, 12, 31))
moments = st.datetimes(
    datetime(2014, 1, 1), datetime(2030, 12, 31), timezones=st.just(UTC)
)
sets_of_information = st.lists(st.sampled_from(Information.values), unique=True)
convictions = st.fixed_dictionaries(
    {
        "section": st.text(max_size=40),
        "subdivision": st.text(max_size=20),
        "felony_class": st.sampled_from(["", *Conviction.FelonyClass.values]),
        "jurisdiction": st.sampled_from(["", "CT", "US", "NY", "PR", "other"]),
        "disposition": st.sampled_from(["", *Conviction.Disposition.values]),
        "inchoate": st.sampled_from(["", *Conviction.Inchoate.values]),
        "offense_date": st.none() | days,
    }
)
warrants = st.fixed_dictionaries(
    {
        "form": st.sampled_from(Warrant.Form.values),
        "signed_by": st.sampled_from(Warrant.Signer.values),
        "heading_names_court": answers,
        "has_docket_number": answers,
        "names_person": answers,
        "is_current": answers,
        "orders_the_act": answers,
        "accompanies_detainer": answers,
    }
)
bases = st.fixed_dictionaries(
    {
        "convictions_listing": listings,
        "warrants_listing": listings,
        "grounds_2014_listing": listings,
        "grounds_2014": st.lists(
            st.sampled_from(LegalBasis.Ground2014.values), unique=True
        ),
        "terrorist_screening_match": answers,
        "order_1225d4B": answers,
        "ice_subpoena": answers,
        "written_authorization": st.sampled_from(LegalBasis.Authorization.values),
        "terrorism_investigation": answers,
        "otherwise_required_by_law": answers,
        "publicly_available": answers,
    }
)
records = st.builds(
    record_of,
    instrument=st.sampled_from(Instrument.values),
    asks=st.lists(st.sampled_from(AskKind.values), unique=True, min_size=1),
    information=sets_of_information,
    received_at=moments,
    person=st.fixed_dictionaries({"is_minor": answers, "not_competent": answers}),
    custody=st.fixed_dictionaries({"under_control": answers}),
    basis=bases,
    convictions=st.lists(convictions, max_size=3),
    warrants=st.lists(warrants, max_size=2),
)
acts = st.builds(
    Act,
    kind=st.sampled_from(ActKind.values),
    happened_at=moments,
    ended_at=st.none() | st.just(datetime(2031, 1, 1, tzinfo=UTC)),
    information=sets_of_information,
    head_reviewed=answers,
    copy_to_person=answers,
    copy_to_attorney_or_designee=answers,
    reason_in_writing=answers,
)
officials = st.sampled_from(AgencyKind.values)
served_kinds = st.sets(st.sampled_from(NoticeKind.values))


@settings(max_examples=150, deadline=None)
@given(record=records, official=officials, on=days)
def test_gives_facts_of_asks_that_the_law_accepts(record, official, on):
    for ask in record.asks:
        law.assess(law.parse(facts.of_ask(record, ask, official=official, on=on)))


@settings(max_examples=150, deadline=None)
@given(
    record=records,
    act=acts,
    official=officials,
    head_decided=st.booleans(),
    served=served_kinds,
)
def test_gives_facts_of_acts_that_the_law_accepts(
    record, act, official, head_decided, served
):
    content = facts.of_act(
        record, act, official=official, head_decided=head_decided, served=served
    )

    law.assess(law.parse(content))


@settings(max_examples=100, deadline=None)
@given(record=records, official=officials, served=served_kinds)
def test_gives_facts_of_receipt_that_the_law_accepts(record, official, served):
    content = facts.of_receipt(record, official=official, served=served)

    law.assess(law.parse(content))


def test_has_the_law_refuse_a_word_that_is_not_of_the_contract():
    record = record_of(
        basis={"convictions_listing": "some"},
        convictions=[{"section": "53a-134", "felony_class": "Z"}],
    )

    with pytest.raises(law.MalformedFacts, match=r"convictions\[0\]\.class"):
        law.parse(facts_of(record))
