"""Screenings kept, added to and never edited, and the law of the right day."""

from datetime import date, datetime, timedelta

import pytest
from django.conf import settings
from django.db import DatabaseError, connection, transaction

from requests_app.docket.moments import ZONE
from requests_app.ledger.models import Entry
from requests_app.review import services as review
from requests_app.review.models import Finding, IceAccess, OffenceRuling, Screening
from tests import factories
from tests.factories import NOON

pytestmark = pytest.mark.django_db
NEXT_DAY = NOON + timedelta(days=1)


@pytest.fixture
def agency():
    return factories.make_agency()


@pytest.fixture
def clerk(agency):
    return factories.make_clerk(agency)


def said_of(screening):
    return {row.citation: row.result for row in screening.findings.all()}


def newest(subject):
    return subject.screenings.order_by("-id").first()


def screen(ice_request, cause, *, by, at=NOON):
    return review.screen(
        ice_request=ice_request, cause=cause, by=by, role="clerk", at=at
    )


# One for each subject


def test_screens_each_ask_each_act_and_the_receipt_on_filing(agency, clerk):
    ice_request = factories.file_request(
        agency=agency,
        clerk=clerk,
        asks=["hold", "notify_release"],
        acts=[{"kind": "interview", "happened_at": NOON - timedelta(hours=1)}],
    )

    subjects = [
        (row.ask and row.ask.kind, row.act and row.act.kind, row.cause)
        for row in ice_request.screenings.order_by("id")
    ]

    assert subjects == [
        ("hold", None, "filed"),
        ("notify_release", None, "filed"),
        (None, "interview", "filed"),
        (None, None, "filed"),
    ]


def test_screens_no_receipt_of_what_is_no_detainer(agency, clerk):
    ice_request = factories.file_request(
        agency=agency, clerk=clerk, instrument="telephone", asks=["interview"]
    )

    assert [row.ask.kind for row in ice_request.screenings.all()] == ["interview"]


def test_keeps_facts_version_of_the_law_and_of_the_code(agency, clerk):
    ice_request = factories.file_request(
        agency=agency,
        clerk=clerk,
        asks=["hold"],
        terrorist_screening_match="unknown",
    )

    screening = newest(factories.ask_of(ice_request))

    assert screening.facts["act"] == {"kind": "detain", "on": "2026-03-10"}
    assert screening.facts["official"] == "municipal_police"
    assert screening.facts["terrorist_screening_match"] is None
    assert screening.facts["order_1225d4B"] is False
    assert screening.act_date == date(2026, 3, 10)
    assert screening.law_version == "2025"
    assert screening.code_version == settings.CODE_VERSION
    assert screening.code_version.startswith("0.1.0+law.")


def test_keeps_the_facts_each_finding_used_and_misses(agency, clerk):
    ice_request = factories.file_request(
        agency=agency, clerk=clerk, asks=["hold"], convictions="unknown"
    )

    finding = newest(factories.ask_of(ice_request)).findings.get(
        citation="54-192h(b)(1)(A)"
    )

    assert finding.result == "undetermined"
    assert finding.missing == ["convictions"]
    assert finding.because != ""
    assert "convictions" in finding.used


def test_says_why_an_official_is_not_bound():
    agency = factories.make_agency(kind="bail_commissioner")
    clerk = factories.make_clerk(agency)
    at = datetime(2019, 9, 30, 12, 0, tzinfo=ZONE)

    ice_request = factories.file_request(
        agency=agency, clerk=clerk, asks=["hold"], at=at
    )

    screening = newest(factories.ask_of(ice_request))
    assert screening.covered is False
    assert screening.because != ""
    assert said_of(screening) == {}


# Screening again


def test_adds_nothing_when_nothing_has_changed(agency, clerk):
    ice_request = factories.file_request(agency=agency, clerk=clerk, asks=["hold"])
    before = ice_request.screenings.count()

    written = screen(ice_request, Screening.Cause.CORRECTED, by=clerk)

    assert written == []
    assert ice_request.screenings.count() == before


def test_adds_a_screening_of_the_new_act_only(agency, clerk):
    ice_request = factories.file_request(agency=agency, clerk=clerk, asks=["hold"])
    before = set(ice_request.screenings.values_list("id", flat=True))

    act = factories.record_act(ice_request=ice_request, kind="detain")

    (added,) = ice_request.screenings.exclude(id__in=before)
    assert added.act == act
    assert added.cause == "act_recorded"


def test_adds_a_screening_of_the_receipt_only_when_a_notice_is_served(agency, clerk):
    ice_request = factories.file_request(agency=agency, clerk=clerk, asks=["hold"])
    before = set(ice_request.screenings.values_list("id", flat=True))

    factories.serve_notice(ice_request=ice_request, kind="detainer_copy")

    (added,) = ice_request.screenings.exclude(id__in=before)
    assert (added.ask, added.act, added.cause) == (None, None, "notice_served")
    assert said_of(added) == {
        "54-192h(e)(1) copy": "compliant",
        "54-192h(e)(1) intent": "undetermined",
    }


def test_leaves_the_earlier_screening_as_it_was(agency, clerk):
    ice_request = factories.file_request(
        agency=agency, clerk=clerk, asks=["hold"], convictions="unknown"
    )
    first = newest(factories.ask_of(ice_request))
    facts, said = first.facts, said_of(first)
    ice_request.legal_basis.convictions_listing = "none"
    ice_request.legal_basis.save()

    screen(ice_request, Screening.Cause.CORRECTED, by=clerk, at=NEXT_DAY)

    first = Screening.objects.get(pk=first.pk)
    assert (first.facts, said_of(first)) == (facts, said)
    assert said["54-192h(b)(1)(A)"] == "undetermined"
    second = newest(factories.ask_of(ice_request))
    assert second.facts["convictions"] == []
    assert said_of(second)["54-192h(b)(1)(A)"] == "violation"


def test_records_each_screening_run_in_the_history_without_facts(agency, clerk):
    ice_request = factories.file_request(agency=agency, clerk=clerk, asks=["hold"])

    entry = Entry.objects.get(subject=ice_request.public_id, event="request.screened")

    ids = ice_request.screenings.order_by("id").values_list("public_id", flat=True)
    assert [one for one in ids if one not in entry.body] == []
    assert '"violations":1' in entry.body
    assert '"versions":["2025"]' in entry.body


# Never edited


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE requests_app_screening SET covered = false",
        "UPDATE requests_app_screening SET facts = '{}'",
        "UPDATE requests_app_screening SET law_version = '2014'",
        "DELETE FROM requests_app_screening",
        "UPDATE requests_app_finding SET result = 'compliant'",
        "UPDATE requests_app_finding SET because = 'nothing'",
        "DELETE FROM requests_app_finding",
        "UPDATE requests_app_iceaccess SET kinds = '{}'",
        "DELETE FROM requests_app_iceaccess",
        "UPDATE requests_app_act SET happened_at = happened_at",
        "DELETE FROM requests_app_act",
        "UPDATE requests_app_mismatch SET because = 'nothing'",
        "DELETE FROM requests_app_mismatch",
        "UPDATE requests_app_communication SET about = 'nothing'",
        "DELETE FROM requests_app_communication",
        "DELETE FROM requests_app_assignment",
        "DELETE FROM requests_app_icerequest",
    ],
)
def test_is_kept_by_the_database(agency, clerk, statement):
    ice_request = factories.file_request(agency=agency, clerk=clerk, asks=["hold"])
    factories.record_act(ice_request=ice_request, kind="interview")
    assert IceAccess.objects.exists()
    assert ice_request.mismatches.exists()

    with (
        pytest.raises(DatabaseError),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


def test_has_one_subject_at_most(agency, clerk):
    ice_request = factories.file_request(agency=agency, clerk=clerk, asks=["hold"])
    act = factories.record_act(ice_request=ice_request, kind="detain")

    with pytest.raises(DatabaseError), transaction.atomic():
        Screening.objects.create(
            ice_request=ice_request,
            ask=factories.ask_of(ice_request),
            act=act,
            cause="filed",
            screened_at=NOON,
            act_date=NOON.date(),
            code_version="x",
            facts={},
            covered=True,
        )


# The law of the act's own date


@pytest.mark.parametrize(
    ("at", "version", "citation"),
    [
        (datetime(2019, 9, 30, 23, 59, tzinfo=ZONE), "2014", "54-192h(b)"),
        (datetime(2019, 10, 1, 0, 0, tzinfo=ZONE), "2019", "54-192h(b)(1)(A)"),
        (datetime(2025, 9, 30, 23, 59, tzinfo=ZONE), "2019", "54-192h(b)(1)(A)"),
        (datetime(2025, 10, 1, 0, 0, tzinfo=ZONE), "2025", "54-192h(b)(1)(A)"),
    ],
)
def test_judges_an_act_by_the_law_of_its_own_minute(
    agency, clerk, at, version, citation
):
    ice_request = factories.file_request(
        agency=agency,
        clerk=clerk,
        asks=["hold"],
        received_at=datetime(2019, 9, 29, 12, 0, tzinfo=ZONE),
        at=NOON,
    )

    act = factories.record_act(ice_request=ice_request, kind="detain", happened_at=at)

    screening = newest(act)
    assert screening.law_version == version
    assert citation in said_of(screening)


def test_judges_two_acts_of_one_request_by_two_versions(agency, clerk):
    eve = datetime(2025, 9, 30, 18, 0, tzinfo=ZONE)
    morning = datetime(2025, 10, 1, 8, 0, tzinfo=ZONE)

    ice_request = factories.file_request(
        agency=agency,
        clerk=clerk,
        asks=["hold", "notify_release"],
        received_at=eve,
        acts=[
            {"kind": "detain", "happened_at": eve},
            {"kind": "notify_release", "happened_at": morning},
        ],
        at=morning + timedelta(hours=1),
    )

    versions = {
        row.act.kind: row.law_version
        for row in ice_request.screenings.filter(act__isnull=False)
    }
    assert versions == {"detain": "2019", "notify_release": "2025"}


def test_judges_an_ask_by_the_law_of_the_day_it_is_screened(agency, clerk):
    ice_request = factories.file_request(
        agency=agency,
        clerk=clerk,
        asks=["hold"],
        received_at=datetime(2025, 9, 30, 22, 0, tzinfo=ZONE),
        at=datetime(2025, 10, 1, 7, 0, tzinfo=ZONE),
    )

    ask = newest(factories.ask_of(ice_request))
    receipt = ice_request.screenings.get(ask=None, act=None)

    assert (ask.law_version, ask.act_date) == ("2025", date(2025, 10, 1))
    assert (receipt.law_version, receipt.act_date) == ("2019", date(2025, 9, 30))


# ICE access


def test_records_ice_access_once_for_an_act(agency, clerk):
    ice_request = factories.file_request(
        agency=agency, clerk=clerk, asks=["hold", "interview"]
    )

    act = factories.record_act(ice_request=ice_request, kind="interview")
    factories.record_act(ice_request=ice_request, kind="detain")
    factories.serve_notice(ice_request=ice_request, kind="detainer_copy")

    (access,) = act.ice_accesses.all()
    assert access.kinds == newest(act).ice_access != []
    assert access.act_date == date(2026, 3, 10)
    assert access.through_detainer is True
    assert access.municipal_report is True
    assert (
        Entry.objects.filter(
            event="access.recorded", body__contains=act.public_id
        ).count()
        == 1
    )


def test_records_no_ice_access_for_an_act_that_is_none(agency, clerk):
    ice_request = factories.file_request(agency=agency, clerk=clerk, asks=["hold"])

    act = factories.record_act(ice_request=ice_request, kind="decline")

    assert act.ice_accesses.count() == 0


def test_records_ice_access_for_an_act_that_is_permitted(agency, clerk):
    ice_request = factories.file_request(
        agency=agency, clerk=clerk, asks=["interview"], order_1225d4B="yes"
    )

    act = factories.record_act(ice_request=ice_request, kind="interview")

    assert said_of(newest(act))["54-192h(b)(1)(D)"] == "compliant"
    assert act.ice_accesses.count() == 1


def test_renews_ice_access_when_a_correction_changes_its_kinds(agency, clerk):
    ice_request = factories.file_request(
        agency=agency, clerk=clerk, asks=["interview"], under_control="yes"
    )
    act = factories.record_act(ice_request=ice_request, kind="interview")
    before = act.ice_accesses.get().kinds
    ice_request.custody.under_control = "no"
    ice_request.custody.save()

    screen(ice_request, Screening.Cause.CORRECTED, by=clerk, at=NEXT_DAY)

    first, second = act.ice_accesses.order_by("id")
    assert first.kinds == before != []
    assert second.kinds == newest(act).ice_access != before


# Rulings on the list of 2025

SECTION = "53a-64bb"
UNDER_IT = {
    "section": SECTION,
    "felony_class": "D",
    "disposition": "convicted",
    "jurisdiction": "CT",
    "offense_date": date(2020, 5, 1),
}


@pytest.fixture
def administrators():
    agency = factories.make_agency()
    return (
        factories.make_administrator(agency),
        factories.make_administrator(agency),
    )


def ruled(
    administrators, *, status="confirmed", effective_from=date(2025, 10, 1), at=NOON
):
    first, second = administrators
    proposal = review.propose_ruling(
        section=SECTION,
        status=status,
        citation="P.A. 25-29, sec. 1",
        effective_from=effective_from,
        by=first,
        at=at,
    )
    return review.rule(ruling=proposal, by=second, at=at)


def result_of_hold(agency, clerk, *, at=NOON):
    ice_request = factories.file_request(
        agency=agency,
        clerk=clerk,
        asks=["hold"],
        convictions=[factories.conviction(**UNDER_IT)],
        at=at,
    )
    found = said_of(newest(factories.ask_of(ice_request)))
    return found["54-192h(b)(1)(A)"]


def test_leaves_an_offence_undetermined_that_nobody_has_ruled_on(agency, clerk):
    assert result_of_hold(agency, clerk) == "undetermined"


def test_counts_an_offence_that_two_administrators_confirmed(
    agency, clerk, administrators
):
    ruled(administrators, status="confirmed")

    assert result_of_hold(agency, clerk) == "compliant"


def test_counts_no_offence_that_two_administrators_struck(
    agency, clerk, administrators
):
    ruled(administrators, status="struck")

    assert result_of_hold(agency, clerk) == "violation"


@pytest.mark.parametrize(("day", "result"), [(10, "compliant"), (9, "undetermined")])
def test_counts_a_ruling_from_its_own_date_on(
    agency, clerk, administrators, day, result
):
    ruled(administrators, effective_from=date(2026, 3, 10))

    at = datetime(2026, 3, day, 12, 0, tzinfo=ZONE)
    assert result_of_hold(agency, clerk, at=at) == result


def test_counts_no_proposal_that_waits_for_its_second_person(
    agency, clerk, administrators
):
    review.propose_ruling(
        section=SECTION,
        status="confirmed",
        citation="P.A. 25-29, sec. 1",
        effective_from=date(2025, 10, 1),
        by=administrators[0],
        at=NOON,
    )

    assert result_of_hold(agency, clerk) == "undetermined"


def test_counts_no_proposal_that_was_withdrawn(agency, clerk, administrators):
    proposal = review.propose_ruling(
        section=SECTION,
        status="confirmed",
        citation="P.A. 25-29, sec. 1",
        effective_from=date(2025, 10, 1),
        by=administrators[0],
        at=NOON,
    )

    review.withdraw_ruling(ruling=proposal, by=administrators[0], at=NOON)

    assert result_of_hold(agency, clerk) == "undetermined"


def test_lets_the_later_ruling_count(agency, clerk, administrators):
    ruled(administrators, status="confirmed")
    ruled(administrators, status="struck", at=NOON + timedelta(minutes=5))

    assert result_of_hold(agency, clerk) == "violation"


def test_leaves_screenings_made_before_a_ruling_as_they_were(
    agency, clerk, administrators
):
    ice_request = factories.file_request(
        agency=agency,
        clerk=clerk,
        asks=["hold"],
        convictions=[factories.conviction(**UNDER_IT)],
    )
    before = newest(factories.ask_of(ice_request))

    ruled(administrators, status="confirmed")

    assert said_of(before)["54-192h(b)(1)(A)"] == "undetermined"
    screen(ice_request, Screening.Cause.LAW_CHANGED, by=clerk)
    after = newest(factories.ask_of(ice_request))
    assert said_of(after)["54-192h(b)(1)(A)"] == "compliant"
    assert after.cause == "law_changed"


def test_refuses_a_ruling_by_the_one_who_proposed(administrators):
    proposal = review.propose_ruling(
        section=SECTION,
        status="confirmed",
        citation="P.A. 25-29, sec. 1",
        effective_from=date(2025, 10, 1),
        by=administrators[0],
        at=NOON,
    )

    with pytest.raises(review.SecondPersonNeeded):
        review.rule(ruling=proposal, by=administrators[0], at=NOON)

    assert OffenceRuling.objects.ruled().count() == 0


def test_refuses_a_second_proposal_for_a_section_while_one_waits(administrators):
    proposal = {
        "section": SECTION,
        "citation": "P.A. 25-29, sec. 1",
        "effective_from": date(2025, 10, 1),
        "by": administrators[0],
        "at": NOON,
    }
    review.propose_ruling(status="confirmed", **proposal)

    with pytest.raises(review.AlreadyProposed):
        review.propose_ruling(status="struck", **proposal)


def test_refuses_a_ruling_on_a_section_that_is_not_on_the_list(administrators):
    with pytest.raises(review.NotASection):
        review.propose_ruling(
            section="53a-1",
            status="confirmed",
            citation="P.A. 25-29, sec. 1",
            effective_from=date(2025, 10, 1),
            by=administrators[0],
            at=NOON,
        )


@pytest.mark.parametrize(
    "change",
    [
        "ruled_by_id = proposed_by_id, ruled_at = now()",
        "ruled_at = now()",
        "ruled_by_id = proposed_by_id",
    ],
)
def test_has_the_database_refuse_a_ruling_by_one_person(administrators, change):
    review.propose_ruling(
        section=SECTION,
        status="confirmed",
        citation="P.A. 25-29, sec. 1",
        effective_from=date(2025, 10, 1),
        by=administrators[0],
        at=NOON,
    )

    with (
        pytest.raises(DatabaseError),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"UPDATE requests_app_offenceruling SET {change}")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE requests_app_offenceruling SET status = 'struck'",
        "UPDATE requests_app_offenceruling SET effective_from = '2014-01-01'",
        "DELETE FROM requests_app_offenceruling",
    ],
)
def test_has_the_database_keep_a_ruling_once_made(administrators, statement):
    ruled(administrators, status="confirmed")

    with (
        pytest.raises(DatabaseError),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


def test_counts_findings_once_for_each_provision(agency, clerk):
    ice_request = factories.file_request(agency=agency, clerk=clerk, asks=["hold"])
    screening = newest(factories.ask_of(ice_request))
    (row,) = screening.findings.all()

    with pytest.raises(DatabaseError), transaction.atomic():
        Finding.objects.create(
            screening=screening,
            citation=row.citation,
            result="compliant",
            is_confirmed=True,
            because="Said twice.",
        )


def test_settles_a_felony_of_uncertain_class_by_a_ruling(agency, clerk):
    administrators = [factories.make_administrator(agency) for _ in range(2)]
    ruling = review.propose_ruling(
        section="53a-54d",
        status="confirmed",
        citation="An invented opinion",
        effective_from=date(2019, 10, 1),
        by=administrators[0],
        at=NOON,
    )
    charge = factories.conviction(section="53a-54d", felony_class="A")
    before = factories.file_request(agency=agency, clerk=clerk, convictions=[charge])

    review.rule(ruling=ruling, by=administrators[1], at=NOON)
    after = factories.file_request(agency=agency, clerk=clerk, convictions=[charge])

    citation = "54-192h(b)(1)(A)"
    assert said_of(newest(factories.ask_of(before)))[citation] == "undetermined"
    assert said_of(newest(factories.ask_of(after)))[citation] == "compliant"
