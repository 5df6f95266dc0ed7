"""The clocks of a request stand on its page, each with what stands behind it."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from requests_app.docket.models import Release
from requests_app.ledger import services as ledger
from requests_app.review.services import alarms
from tests import factories
from tests.factories import NOON
from tests.opened import opened

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]


@pytest.fixture
def agency():
    return factories.make_agency()


@pytest.fixture
def clerk(agency):
    return factories.make_clerk(agency)


def rows_of(ice_request, user):
    """Label, kind, due time and why of each clock on the page that `user` opens."""
    client = Client()
    client.force_login(user)
    page = opened(client, reverse("request_detail", args=[ice_request.public_id]))
    return page.context["clock_rows"], page.content.decode()


def test_shows_what_the_agency_set_as_policy(agency, clerk):
    ice_request = factories.file_request(agency=agency, clerk=clerk)

    rows, text = rows_of(ice_request, clerk)

    assert [(row.label, row.kind) for row in rows] == [
        ("Decide", "Agency policy"),
        ("Copy of the detainer", "Agency policy"),
        ("Whether the agency intends to comply", "Agency policy"),
    ]
    assert "agency policy: decide within 24 hours of receipt" in text
    assert "the section sets no hours" in text


def test_tells_both_readings_of_the_48_hours_where_a_hold_is_asked(agency, clerk):
    ice_request = factories.file_request(
        agency=agency,
        clerk=clerk,
        asks=["hold"],
        release_eligible_at=NOON + timedelta(days=1),
    )

    rows, text = rows_of(ice_request, clerk)

    assert [(row.label, row.kind) for row in rows[-2:]] == [
        ("48 hours beyond release", "What the form says"),
        ("48 hours beyond release", "What the federal regulation says"),
    ]
    assert ("Eligible for release", "On record") in [
        (row.label, row.kind) for row in rows
    ]
    assert text.count("no duty and no permission in Connecticut law") == 2


def test_tells_no_reading_where_nobody_asks_to_hold(agency, clerk):
    ice_request = factories.file_request(
        agency=agency,
        clerk=clerk,
        asks=["interview"],
        release_eligible_at=NOON + timedelta(days=1),
    )

    rows, text = rows_of(ice_request, clerk)

    assert not any(row.is_told_only for row in rows)


def test_shows_no_release_time_of_somebody_who_left(agency, clerk):
    ice_request = factories.file_request(
        agency=agency, clerk=clerk, release_expected_at=NOON + timedelta(days=1)
    )
    Release.objects.create(
        ice_request=ice_request,
        to_whom="community",
        released_at=NOON,
        recorded_by=clerk,
        recorded_at=NOON,
    )
    ledger.record(
        event="release.recorded",
        subject=ice_request.public_id,
        at=NOON,
        actor=clerk.public_id,
        agency=agency.code,
        body={"released_at": NOON.isoformat(), "to_whom": "community"},
    )

    rows, text = rows_of(ice_request, clerk)

    assert "On record" not in {row.kind for row in rows}
    assert "8 CFR 287.7(d)" not in text


def test_shows_the_clock_of_the_second_person(agency, clerk):
    head = factories.make_head(agency)
    ice_request = factories.file_request(agency=agency, clerk=clerk, asks=["hold"])
    factories.override(ask=factories.ask_of(ice_request), head=head)

    rows, _ = rows_of(ice_request, head)

    found = next(row for row in rows if row.label == "Second person")
    assert found.due.at == NOON + timedelta(hours=24)
    assert found.kind == "Agency policy"


def test_shows_the_head_the_clock_that_began_anew(agency, clerk):
    head = factories.make_head(agency)
    ice_request = factories.file_request(agency=agency, clerk=clerk)
    lapsed = NOON + timedelta(hours=23)
    alarms.watch(agency=agency, at=lapsed)

    rows, text = rows_of(ice_request, head)

    assert "within 24 hours of being passed up" in text
    assert "Passed up to the head of agency" in text
    assert "Lapsed: decision, by the agency&#x27;s policy" in text


def test_runs_no_clock_for_what_is_done(agency, clerk):
    supervisor = factories.make_supervisor(agency)
    ice_request = factories.file_request(
        agency=agency, clerk=clerk, asks=["hold"], convictions=[factories.conviction()]
    )
    factories.determine(ask=factories.ask_of(ice_request), by=supervisor)
    for kind in ("detainer_copy", "intent"):
        factories.serve_notice(ice_request=ice_request, kind=kind)

    rows, text = rows_of(ice_request, clerk)

    assert rows == []
    assert "<h2>Clocks</h2>" not in text
