"""A notice is owed, then given: once, after it was owed, and for good."""

import json
from datetime import datetime, timedelta

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from requests_app.accounts.models import Role
from requests_app.docket.moments import ZONE
from requests_app.ledger.models import Entry
from requests_app.notices import services as notices
from requests_app.notices.models import Notice, NoticeKind, ServiceMethod
from tests.database import as_owner
from tests.factories import NOON, file_request, make_agency, make_clerk, record_act

HOUR = timedelta(hours=1)

pytestmark = pytest.mark.django_db


@pytest.fixture
def clerk():
    return make_clerk(make_agency(copy_within_hours=24))


@pytest.fixture
def ice_request(clerk):
    """A detainer received an hour before noon; its copy and the intent are owed."""
    return file_request(
        agency=clerk.appointments.get().agency, clerk=clerk, received_at=NOON - HOUR
    )


@pytest.fixture
def notice(ice_request):
    return ice_request.notices.get(kind=NoticeKind.DETAINER_COPY)


def serve(notice, clerk, *, served_at=NOON, how=ServiceMethod.BY_HAND):
    return notices.serve(
        notice=notice,
        how=how,
        served_at=served_at,
        language="Spanish",
        by=clerk,
        role=Role.CLERK,
        at=NOON,
    )


def test_owes_the_copy_and_the_intent_on_receipt(ice_request):
    owed = ice_request.notices.owed()

    assert set(owed.values_list("kind", flat=True)) == {"detainer_copy", "intent"}
    assert set(owed.values_list("owed_since", flat=True)) == {NOON - HOUR}


def test_shows_the_agency_s_own_hours(notice):
    assert notice.policy_due_at == NOON - HOUR + timedelta(hours=24)


def test_counts_the_agency_s_hours_as_elapsed_ones(ice_request, clerk):
    eve = datetime(2026, 3, 7, 12, 0, tzinfo=ZONE)

    (opened,) = notices.owe(
        ice_request=ice_request,
        kinds=[NoticeKind.NOTIFICATION_COPY_PERSON],
        since=eve,
        by=clerk,
        role=Role.CLERK,
        at=NOON,
    )

    assert opened.policy_due_at == datetime(2026, 3, 8, 13, 0, tzinfo=ZONE)


def test_records_what_is_owed(notice):
    bodies = [
        json.loads(body)
        for body in Entry.objects.filter(event="notice.owed").values_list(
            "body", flat=True
        )
    ]

    assert {
        "notice": notice.public_id,
        "kind": "detainer_copy",
        "due_at": notice.policy_due_at.isoformat(),
    } in bodies


def test_owes_a_paper_once(ice_request, clerk):
    with pytest.raises(IntegrityError, match="notice_owed_once"), transaction.atomic():
        notices.owe(
            ice_request=ice_request,
            kinds=[NoticeKind.INTENT],
            since=NOON,
            by=clerk,
            role=Role.CLERK,
            at=NOON,
        )


def test_owes_the_same_paper_for_each_act(ice_request):
    acts = [record_act(ice_request=ice_request, kind="notify_release") for _ in "ab"]

    copies = Notice.objects.filter(kind=NoticeKind.NOTIFICATION_COPY_PERSON)
    assert set(copies.values_list("act", flat=True)) == {act.pk for act in acts}


def test_keeps_when_how_and_by_whom_it_was_given(notice, clerk):
    serve(notice, clerk, how=ServiceMethod.INTERPRETER)

    kept = Notice.objects.served().get()
    assert (kept.pk, kept.served_at, kept.served_by) == (notice.pk, NOON, clerk)
    assert (kept.served_how, kept.language) == ("interpreter", "Spanish")


def test_records_the_service_without_the_language(notice, clerk):
    serve(notice, clerk)

    entry = Entry.objects.get(event="notice.served")
    assert json.loads(entry.body) == {
        "notice": notice.public_id,
        "kind": "detainer_copy",
        "how": "by_hand",
        "served_at": NOON.isoformat(),
    }


def test_refuses_to_give_it_twice(notice, clerk):
    serve(notice, clerk)

    with pytest.raises(notices.AlreadyServed, match="already"):
        serve(notice, clerk, served_at=NOON + HOUR)

    assert Notice.objects.get(pk=notice.pk).served_at == NOON
    assert Entry.objects.filter(event="notice.served").count() == 1


def test_refuses_a_service_before_it_was_owed(notice, clerk):
    with pytest.raises(notices.ServedBeforeOwed, match="Check the date"):
        serve(notice, clerk, served_at=NOON - HOUR - timedelta(seconds=1))

    assert Notice.objects.get(pk=notice.pk).served_at is None


def test_takes_a_service_at_the_moment_it_was_owed(notice, clerk):
    assert serve(notice, clerk, served_at=NOON - HOUR).served_at == NOON - HOUR


# In the database


def by_hand(notice, **values):
    with transaction.atomic():
        return Notice.objects.filter(pk=notice.pk).update(**values)


def test_makes_a_service_final(notice, clerk):
    serve(notice, clerk)

    with pytest.raises(DatabaseError, match="Cannot update rows"):
        by_hand(notice, served_at=None, served_by=None, served_how="")
    with pytest.raises(DatabaseError, match="Cannot update rows"):
        by_hand(notice, language="English")


def test_keeps_a_notice_that_is_owed(notice):
    with (
        pytest.raises(DatabaseError, match="permission denied"),
        transaction.atomic(),
    ):
        Notice.objects.filter(pk=notice.pk).delete()
    with (
        pytest.raises(DatabaseError, match="Cannot delete rows"),
        transaction.atomic(),
    ):
        as_owner(f"DELETE FROM requests_app_notice WHERE id = {notice.pk}")


@pytest.mark.parametrize(
    "left_out", ["served_at", "served_by", "served_how"], ids="without {}".format
)
def test_takes_a_service_only_whole(notice, clerk, left_out):
    whole = {"served_at": NOON, "served_by": clerk, "served_how": "by_hand"}
    nothing = {"served_at": None, "served_by": None, "served_how": ""}

    with pytest.raises(IntegrityError, match="notice_service_is_whole"):
        by_hand(notice, **{**whole, left_out: nothing[left_out]})

    assert by_hand(notice, **whole) == 1


def test_refuses_how_without_a_service(notice):
    with pytest.raises(IntegrityError, match="notice_service_is_whole"):
        by_hand(notice, served_how="by_hand")


def test_refuses_a_service_before_it_was_owed_by_sql(notice, clerk):
    with pytest.raises(IntegrityError, match="notice_served_after_owed"):
        by_hand(
            notice,
            served_at=NOON - HOUR - timedelta(seconds=1),
            served_by=clerk,
            served_how="by_hand",
        )


def test_never_changes_when_it_was_owed(notice):
    with pytest.raises(DatabaseError, match="Cannot update rows"):
        by_hand(notice, owed_since=NOON - 2 * HOUR)
