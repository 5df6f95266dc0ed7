"""The forms of filing: what each refuses, and in which words. No database."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils.datastructures import MultiValueDict

from requests_app.docket.models import Answer
from requests_app.docket.moments import ZONE
from requests_app.intake import forms, steps
from tests import factories
from tests.factories import NOON


def bound(name, *, at=NOON, **facts):
    """One step of a filing that is sound but for what `facts` change."""
    every = factories.answers(at=at, **facts)
    return steps.bind(name, every[name], now=at, every=every)


def received(typed, *, at=NOON, **answers):
    """The first step with the time of receipt as it was typed."""
    every = factories.answers(at=at)
    posted = {**every["request"], "received_at": [typed], **answers}
    return steps.bind("request", posted, now=at)


def faults(step):
    step.is_valid()
    return {name: list(said) for name, said in step.form.errors.items()}


def row_faults(step):
    step.is_valid()
    return [dict(row.errors) for row in step.formset.forms]


@pytest.mark.parametrize("name", ["request", "person", "custody", "basis", "acts"])
def test_accepts_the_default_filing(name):
    assert faults(bound(name)) == {}


# When it was received


def test_asks_for_the_time_of_receipt():
    step = steps.bind(
        "request",
        {"instrument": ["I-247A"], "channel": ["fax"], "asks": ["hold"]},
        now=NOON,
    )

    assert faults(step) == {"received_at": ["Enter the date and time it was received."]}


@pytest.mark.parametrize(
    ("received_at", "is_accepted"),
    [
        (NOON, True),
        (NOON + timedelta(minutes=1), False),
        (NOON + timedelta(days=365), False),
    ],
)
def test_refuses_a_receipt_in_the_future(received_at, is_accepted):
    found = faults(bound("request", received_at=received_at))

    assert ("received_at" not in found) is is_accepted


@pytest.mark.parametrize(
    ("hours", "minutes", "is_asked"),
    [(23, 59, False), (24, 0, False), (24, 1, True), (240, 0, True)],
)
def test_asks_why_after_24_hours(hours, minutes, is_asked):
    received_at = NOON - timedelta(hours=hours, minutes=minutes)

    found = faults(bound("request", received_at=received_at, late_reason=""))

    assert ("late_reason" in found) is is_asked


def test_counts_24_elapsed_hours_over_the_night_of_the_change():
    # Noon of 7 March to noon of 8 March is 23 hours: the clocks went forward.
    at = datetime(2026, 3, 8, 12, 30, tzinfo=ZONE)
    received_at = datetime(2026, 3, 7, 12, 0, tzinfo=ZONE)

    found = faults(bound("request", at=at, received_at=received_at, late_reason=""))

    assert found == {}


def test_refuses_a_time_that_the_clocks_skipped():
    at = datetime(2026, 3, 8, 12, 0, tzinfo=ZONE)

    found = faults(received("2026-03-08T02:30", at=at))

    assert found["received_at"] == [
        "That time did not exist: the clocks went forward over it. Enter the time the "
        "clock showed."
    ]


AUTUMN = datetime(2026, 11, 1, 12, 0, tzinfo=ZONE)


def repeated(**answers):
    return received("2026-11-01T01:30", at=AUTUMN, **answers)


def test_asks_which_when_the_hour_came_twice():
    assert faults(repeated()) == {
        "received_at_which": ["Say which of the two hours it was."]
    }


@pytest.mark.parametrize(
    ("which", "moment"),
    [
        ("first", datetime(2026, 11, 1, 5, 30, tzinfo=UTC)),
        ("second", datetime(2026, 11, 1, 6, 30, tzinfo=UTC)),
    ],
)
def test_takes_the_hour_that_is_named(which, moment):
    step = repeated(received_at_which=[which])

    assert faults(step) == {}
    assert step.form.cleaned_data["received_at"] == moment


def test_refuses_a_third_of_two_hours():
    assert "received_at_which" in faults(repeated(received_at_which=["third"]))


def test_does_not_ask_which_in_an_hour_that_came_once():
    assert "received_at_which" not in bound("request").form.fields


@pytest.mark.parametrize(
    "typed", ["2026-03-10T11:05", "2026-03-10 11:05", "03/10/2026 11:05"]
)
def test_reads_the_usual_shapes_of_a_time(typed):
    step = received(typed)

    assert faults(step) == {}
    assert step.form.cleaned_data["received_at"] == datetime(
        2026, 3, 10, 15, 5, tzinfo=UTC
    )


@pytest.mark.parametrize(
    "typed",
    ["yesterday", "2026-13-10T11:05", "2026-03-10", "11:05", "0000-00-00T00:00", "²"],
)
def test_says_how_to_write_a_time(typed):
    found = faults(received(typed))

    assert found["received_at"] == ["Enter a date and time, such as 2026-03-07 14:05."]


@pytest.mark.parametrize("typed", ["0001-01-01T00:00", "9999-12-31T23:59"])
def test_refuses_the_ends_of_the_calendar(typed):
    assert faults(received(typed))["received_at"] == [
        "Enter a date and time, such as 2026-03-07 14:05."
    ]


# What came, and what it asks


def test_asks_what_came():
    assert faults(bound("request", instrument=""))["instrument"] == [
        "Choose what came: the form, paper or contact."
    ]


@pytest.mark.parametrize("channel", ["", "none"])
def test_asks_how_it_came(channel):
    assert "channel" in faults(bound("request", channel=channel))


def test_asks_what_it_asks():
    assert faults(bound("request", asks=()))["asks"] == [
        "Tick at least one thing that it asks."
    ]


def test_asks_which_information():
    found = faults(bound("request", asks=["information"]))

    assert found["information"] == ["Tick which information it asks for."]


def test_refuses_an_ask_where_ice_never_asked():
    found = faults(bound("request", instrument="unasked", asks=["hold"]))

    assert list(found) == ["asks"]


def test_gives_an_unasked_act_no_channel():
    step = bound("request", **factories.unasked(channel="fax"))

    assert faults(step) == {}
    assert step.form.cleaned_data["channel"] == "none"


# The person


@pytest.mark.parametrize(
    ("family_names", "given_names"),
    [
        ("Madonna", ""),
        ("", "Suharto"),
        ("Quispe Mamani de la Cruz", "José Luis"),
        ("Nguyễn", "Thị Minh Khai"),
        ("O’Brien-Ñandú", "Zoë"),
        ("Łukasz", "Đỗ"),
        ("李", "明"),
        ("عبد الله", "محمد"),
        ("van der 't Hooft", "J."),
        ("Unknown", ""),
    ],
)
def test_accepts_names_as_they_are_written(family_names, given_names):
    step = bound("person", family_names=family_names, given_names=given_names)

    assert faults(step) == {}
    cleaned = step.form.cleaned_data
    assert (cleaned["family_names"], cleaned["given_names"]) == (
        family_names,
        given_names,
    )


@pytest.mark.parametrize("name", ["Jos\u00e9", "Jose\u0301"], ids=["NFC", "NFD"])
def test_keeps_an_accent_as_it_was_typed(name):
    step = bound("person", given_names=name)

    assert faults(step) == {}
    assert step.form.cleaned_data["given_names"] == name


@pytest.mark.parametrize("blank", ["", "   "])
def test_asks_for_at_least_one_name(blank):
    found = faults(bound("person", family_names=blank, given_names=blank))

    assert found["family_names"] == [
        "Enter at least one name. If none is known, enter Unknown."
    ]


def test_reads_one_alias_from_each_line():
    step = bound("person", aliases=" Pepe \n\n José “El Sastre” Quispe\r\nP. Mamani")

    assert faults(step) == {}
    assert step.form.cleaned_data["aliases"] == [
        "Pepe",
        "José “El Sastre” Quispe",
        "P. Mamani",
    ]


def test_refuses_an_alias_that_is_no_name():
    assert faults(bound("person", aliases="x" * 121))["aliases"] == [
        "A name on one line has at most 120 letters."
    ]


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("A012345678", "A012345678"),
        ("A12345678", "A012345678"),
        ("a012 345 678", "A012345678"),
        ("A012-345-678", "A012345678"),
        ("12345678", "A012345678"),
        ("  A 123 456 789 ", "A123456789"),
        ("", ""),
        ("   ", ""),
    ],
)
def test_reads_the_shapes_of_an_a_number(typed, kept):
    step = bound("person", a_number=typed)

    assert faults(step) == {}
    assert step.form.cleaned_data["a_number"] == kept


@pytest.mark.parametrize(
    "typed",
    ["A1234567", "A1234567890", "B12345678", "A12345O78", "A١٢٣٤٥٦٧٨", "AA12345678"],
)
def test_refuses_what_is_no_a_number(typed):
    assert "a_number" in faults(bound("person", a_number=typed))


@pytest.mark.parametrize(
    ("born", "is_accepted"),
    [(date(2026, 3, 10), True), (date(2026, 3, 11), False), (date(1899, 1, 1), True)],
)
def test_refuses_a_birth_in_the_future(born, is_accepted):
    found = faults(bound("person", date_of_birth=born, is_minor="unknown"))

    assert ("date_of_birth" not in found) is is_accepted


@pytest.mark.parametrize(
    ("born", "is_minor", "is_accepted"),
    [
        (date(2008, 3, 10), "no", True),
        (date(2008, 3, 11), "no", False),
        (date(2008, 3, 10), "yes", False),
        (date(2008, 3, 11), "yes", True),
        (date(2008, 3, 11), "unknown", True),
        (date(1990, 1, 1), "refused", True),
        (date(2008, 2, 29), "no", True),
    ],
)
def test_catches_a_minor_who_is_none(born, is_minor, is_accepted):
    found = faults(bound("person", date_of_birth=born, is_minor=is_minor))

    assert ("is_minor" not in found) is is_accepted


@pytest.mark.parametrize("answer", ["unknown", "refused"])
def test_catches_a_birth_date_that_is_said_to_be_unknown(answer):
    found = faults(bound("person", date_of_birth_answer=answer))

    assert list(found) == ["date_of_birth"]


@pytest.mark.parametrize("answer", ["unknown", "refused"])
def test_accepts_a_birth_date_that_nobody_knows(answer):
    step = bound("person", date_of_birth_answer=answer, date_of_birth="")

    assert faults(step) == {}


def test_asks_for_the_birth_date_that_is_said_to_be_known():
    assert faults(bound("person", date_of_birth=""))["date_of_birth"] == [
        "Enter the date of birth, or answer that it is not known."
    ]


# Four answers


@pytest.mark.parametrize("answer", Answer.values)
@pytest.mark.parametrize(
    ("step", "name"),
    [
        ("person", "not_competent"),
        ("custody", "under_control"),
        ("basis", "terrorist_screening_match"),
        ("basis", "order_1225d4B"),
        ("basis", "ice_subpoena"),
    ],
)
def test_keeps_four_answers_apart(step, name, answer):
    found = bound(step, **{name: answer})

    assert faults(found) == {}
    assert found.form.cleaned_data[name] == answer


def test_takes_an_unanswered_question_for_not_known():
    step = steps.bind("basis", {"warrants_listing": ["none"]}, now=NOON)

    step.form.is_valid()

    assert step.form.cleaned_data["terrorist_screening_match"] == "unknown"
    assert step.form.cleaned_data["order_1225d4B"] == "unknown"


def test_refuses_a_fifth_answer():
    found = faults(bound("basis", ice_subpoena="maybe"))

    assert list(found) == ["ice_subpoena"]


# Custody and charges


@pytest.mark.parametrize("name", ["release_expected_at", "release_eligible_at"])
@pytest.mark.parametrize(("minutes", "is_accepted"), [(0, True), (-1, False)])
def test_catches_a_release_before_the_booking(name, minutes, is_accepted):
    booked_at = NOON - timedelta(hours=5)

    found = faults(
        bound(
            "custody",
            booked_at=booked_at,
            **{name: booked_at + timedelta(minutes=minutes)},
        )
    )

    assert found == ({} if is_accepted else {name: [RELEASED_BEFORE]})


RELEASED_BEFORE = "The release is before the booking."


def test_refuses_a_booking_in_the_future():
    found = faults(bound("custody", booked_at=NOON + timedelta(minutes=1)))

    assert "booked_at" in found


def test_accepts_a_release_in_the_future():
    found = faults(bound("custody", release_expected_at=NOON + timedelta(days=3)))

    assert found == {}


@pytest.mark.parametrize("listing", ["convictions_listing", "warrants_listing"])
def test_catches_a_list_that_is_said_to_hold_something(listing):
    step = {"convictions_listing": "custody", "warrants_listing": "basis"}[listing]

    found = faults(bound(step, **{listing: "some"}))

    assert found == {
        listing: [
            "The answer is yes, but nothing is listed. List it, or change the answer."
        ]
    }


@pytest.mark.parametrize("said", ["none", "unknown", "refused"])
def test_catches_charges_that_are_said_not_to_be(said):
    found = faults(
        bound(
            "custody",
            convictions=[factories.conviction()],
            convictions_listing=said,
        )
    )

    assert list(found) == ["convictions_listing"]


@pytest.mark.parametrize("said", ["none", "unknown", "refused"])
def test_catches_warrants_that_are_said_not_to_be(said):
    found = faults(
        bound(
            "basis",
            warrants=[factories.judicial_warrant()],
            warrants_listing=said,
        )
    )

    assert list(found) == ["warrants_listing"]


def test_takes_a_row_with_nothing_but_its_first_choice_for_none():
    every = factories.answers(convictions=())
    posted = {
        **every["custody"],
        "row-TOTAL_FORMS": ["1"],
        "row-0-jurisdiction": [""],
        "row-0-section": [""],
    }

    step = steps.bind("custody", posted, now=NOON)

    assert faults(step) == {}
    assert steps.conviction_rows(step) == []


def test_leaves_out_a_row_marked_for_removal():
    every = factories.answers(
        convictions=[
            factories.conviction(section="53a-59"),
            factories.conviction(section="53a-134"),
        ]
    )
    posted = {**every["custody"], "row-0-DELETE": ["on"]}

    step = steps.bind("custody", posted, now=NOON)

    assert faults(step) == {}
    assert [row.section for row in steps.conviction_rows(step)] == ["53a-134"]


def test_calls_a_list_empty_whose_only_row_is_removed():
    every = factories.answers(convictions=[factories.conviction()])
    posted = {**every["custody"], "row-0-DELETE": ["on"]}

    step = steps.bind("custody", posted, now=NOON)

    assert list(faults(step)) == ["convictions_listing"]


def test_refuses_an_offence_in_the_future():
    step = bound(
        "custody", convictions=[factories.conviction(offense_date=date(2026, 3, 11))]
    )

    assert row_faults(step) == [
        {"offense_date": ["The date of the offence is in the future."]}
    ]


def test_accepts_a_charge_of_which_little_is_known():
    step = bound("custody", convictions=[{"section": "53a-134"}])

    assert faults(step) == {}
    (row,) = steps.conviction_rows(step)
    assert (row.disposition, row.felony_class, row.jurisdiction) == ("", "", "")


# The legal basis


def test_catches_box_1_and_box_2():
    found = faults(bound("basis", probable_cause=["biometric"], resume_custody="yes"))

    assert list(found) == ["resume_custody"]


@pytest.mark.parametrize(
    ("box_1", "box_2"),
    [(["biometric", "statements"], "no"), ([], "yes"), ([], "unknown")],
)
def test_accepts_one_box(box_1, box_2):
    assert faults(bound("basis", probable_cause=box_1, resume_custody=box_2)) == {}


@pytest.mark.parametrize(
    ("signed", "is_accepted"), [(date(2026, 3, 10), True), (date(2026, 3, 11), False)]
)
def test_catches_a_signature_after_receipt(signed, is_accepted):
    found = faults(
        bound("basis", instrument_signed="yes", instrument_signed_date=signed)
    )

    assert ("instrument_signed_date" not in found) is is_accepted


def test_measures_the_signature_by_the_day_of_receipt_in_connecticut():
    # 23:30 of 9 March in Connecticut is 10 March in UTC.
    found = faults(
        bound(
            "basis",
            received_at=datetime(2026, 3, 9, 23, 30, tzinfo=ZONE),
            instrument_signed="yes",
            instrument_signed_date=date(2026, 3, 10),
        )
    )

    assert list(found) == ["instrument_signed_date"]


def test_catches_a_dated_paper_that_is_said_to_be_unsigned():
    found = faults(
        bound("basis", instrument_signed="no", instrument_signed_date=date(2026, 3, 9))
    )

    assert list(found) == ["instrument_signed"]


def test_catches_a_docket_number_that_is_said_not_to_be():
    step = bound(
        "basis",
        warrants=[
            factories.judicial_warrant(
                docket_number="3:26-mj-1", has_docket_number="no"
            )
        ],
    )

    assert list(row_faults(step)[0]) == ["has_docket_number"]


def test_asks_which_paper_a_warrant_is():
    step = bound("basis", warrants=[{"signed_by": "state_judge"}])

    assert row_faults(step) == [{"form": ["Choose which paper it is."]}]


def test_asks_for_grounds_of_2014_only_under_the_text_of_2014():
    old = datetime(2019, 9, 30, 23, 59, tzinfo=ZONE)
    new = datetime(2019, 10, 1, 0, 0, tzinfo=ZONE)

    before = bound("basis", at=old, received_at=old)
    after = bound("basis", at=new, received_at=new)

    assert "grounds_2014" in before.form.fields
    assert "grounds_2014" not in after.form.fields


@pytest.mark.parametrize(
    ("listing", "grounds", "is_accepted"),
    [
        ("some", ["gang_database"], True),
        ("some", [], False),
        ("none", ["gang_database"], False),
        ("none", [], True),
        ("unknown", [], True),
    ],
)
def test_catches_grounds_that_contradict_the_answer(listing, grounds, is_accepted):
    at = datetime(2018, 5, 2, 12, 0, tzinfo=ZONE)

    found = faults(
        bound("basis", at=at, grounds_2014_listing=listing, grounds_2014=grounds)
    )

    assert ("grounds_2014" not in found) is is_accepted


def test_asks_about_authorization_only_where_information_is_asked():
    with_it = bound("basis", asks=["information"], information=["home_address"])
    without = bound("basis", asks=["hold"])

    assert "written_authorization" in with_it.form.fields
    assert "written_authorization" not in without.form.fields


# Acts done and notices given


def act(**changes):
    return {"kind": "detain", "happened_at": NOON - timedelta(hours=1), **changes}


@pytest.mark.parametrize("name", ["happened_at", "ended_at"])
def test_refuses_an_act_in_the_future(name):
    step = bound("acts", acts=[act(**{name: NOON + timedelta(minutes=1)})])

    assert name in row_faults(step)[0]


def test_catches_a_hold_that_ended_before_it_began():
    step = bound("acts", acts=[act(ended_at=NOON - timedelta(hours=2))])

    assert row_faults(step) == [{"ended_at": ["The hold ended before it began."]}]


def test_asks_which_information_was_given():
    step = bound("acts", acts=[act(kind="share_information")])

    assert list(row_faults(step)[0]) == ["information"]


@pytest.mark.parametrize(("minutes", "is_asked"), [(0, False), (1, True)])
def test_asks_why_an_act_is_entered_late(minutes, is_asked):
    happened_at = NOON - timedelta(hours=24, minutes=minutes)

    step = bound("acts", acts=[act(happened_at=happened_at, late_reason="")])

    assert ("late_reason" in row_faults(step)[0]) is is_asked


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("staff_minutes", "-1"),
        ("staff_minutes", "100001"),
        ("staff_minutes", "1.5"),
        ("cost", "-0.01"),
        ("cost", "1.005"),
        ("cost", "NaN"),
        ("cost", "Infinity"),
        ("cost", "1e9"),
    ],
)
def test_refuses_resources_that_cannot_be(name, typed):
    assert name in row_faults(bound("acts", acts=[act(**{name: typed})]))[0]


def test_counts_the_cost_in_cents():
    step = bound("acts", acts=[act(staff_minutes="90", cost="19.99")])

    assert row_faults(step) == [{}]
    (row,) = steps.act_rows(step)
    assert (row.staff_minutes, row.cost_cents) == (90, 1999)


def test_asks_when_the_copy_was_given():
    found = faults(bound("acts", copy="given", how="by_hand"))

    assert found == {"copy_served_at": ["Enter when it was given."]}


def test_asks_how_the_copy_was_given_and_guesses_nothing():
    given_at = NOON - timedelta(minutes=5)
    found = faults(bound("acts", copy="given", copy_served_at=given_at))

    assert found == {"how": ["Choose how it was given."]}


def test_asks_how_a_notice_was_given_and_guesses_nothing():
    form = forms.ServiceForm(
        MultiValueDict({"served_at": ["2026-03-10T11:30"], "how": [""]}),
        now=NOON,
        kind="detainer_copy",
    )

    assert form.errors == {"how": ["Choose how it was given."]}


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("staff_minutes", "-1", "Enter the minutes as a number that is not negative."),
        ("staff_minutes", "an hour", "Enter the minutes as a whole number"),
        ("cost", "-0.01", "Enter a cost that is not negative."),
        ("cost", "1.999", "Enter dollars and cents, such as 12.50."),
    ],
)
def test_says_what_a_resource_should_look_like(field, typed, sentence):
    (row,) = row_faults(bound("acts", acts=[act(**{field: typed})]))

    assert row[field][0].startswith(sentence)


@pytest.mark.parametrize(("hours", "is_late"), [(23, False), (25, True)])
def test_calls_a_hold_late_by_its_end(hours, is_late):
    hold = act(
        kind="detain",
        happened_at=NOON - timedelta(hours=60),
        ended_at=NOON - timedelta(hours=hours),
        late_reason="",
    )

    (row,) = row_faults(bound("acts", acts=[hold]))

    assert ("late_reason" in row) is is_late


@pytest.mark.parametrize(("minutes", "is_accepted"), [(0, True), (-1, False)])
def test_refuses_a_copy_given_before_receipt(minutes, is_accepted):
    received_at = NOON - timedelta(hours=1)
    given_at = received_at + timedelta(minutes=minutes)

    found = faults(
        bound("acts", received_at=received_at, copy="given", copy_served_at=given_at)
    )

    assert ("copy_served_at" not in found) is is_accepted


def test_forgets_the_time_of_a_notice_that_is_still_owed():
    step = bound("acts", copy="owed", copy_served_at=NOON - timedelta(minutes=5))

    assert faults(step) == {}
    assert step.form.cleaned_data["copy_served_at"] is None


@pytest.mark.parametrize("typed", ["2026-03-10T12:01", "2026-03-08T02:30", "soon"])
def test_refuses_a_time_of_service_that_cannot_be(typed):
    form = forms.ServiceForm(
        MultiValueDict({"served_at": [typed], "how": ["by_hand"]}),
        now=NOON,
        kind="detainer_copy",
    )

    assert list(form.errors) == ["served_at"]


@pytest.mark.parametrize(
    ("kind", "how", "is_accepted"),
    [
        ("detainer_copy", "by_hand", True),
        ("detainer_copy", "refused", True),
        ("detainer_copy", "telephone", False),
        ("detainer_copy", "effort", False),
        ("intent", "telephone", True),
        ("intent", "effort", False),
        ("notification_copy_person", "telephone", False),
        ("notification_copy_person", "effort", False),
        ("notification_copy_attorney", "effort", True),
        ("notification_copy_attorney", "telephone", False),
    ],
)
def test_offers_only_what_gives_the_notice(kind, how, is_accepted):
    form = forms.ServiceForm(
        MultiValueDict({"served_at": ["2026-03-10T11:30"], "how": [how]}),
        now=NOON,
        kind=kind,
    )

    assert form.is_valid() is is_accepted
