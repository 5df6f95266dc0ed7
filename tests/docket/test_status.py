"""The status moves only along its table, in the service and in the database."""

import itertools
import json
import uuid

import pytest
from django.db import DatabaseError, connection, transaction

from requests_app.accounts.models import Role
from requests_app.docket import services as docket
from requests_app.docket.models import IceRequest, Status
from requests_app.ledger import services as ledger
from requests_app.ledger.models import Entry
from requests_app.vault import services as vault
from tests.database import as_owner
from tests.factories import NOON, make_agency, make_clerk

ALLOWED = {
    ("awaiting", "awaiting_second"),
    ("awaiting", "determined"),
    ("awaiting_second", "awaiting"),
    ("awaiting_second", "determined"),
    ("determined", "awaiting"),
    ("awaiting", "returned"),
    ("awaiting_second", "returned"),
    ("returned", "awaiting"),
    ("returned", "determined"),
}
EVERY = list(itertools.permutations([str(one) for one in Status.values], 2))
REFUSED = [pair for pair in EVERY if pair not in ALLOWED]

pytestmark = pytest.mark.django_db


@pytest.fixture
def clerk():
    return make_clerk(make_agency())


@pytest.fixture
def ice_request(clerk):
    agency = clerk.appointments.get().agency
    return IceRequest.objects.create(
        agency=agency,
        data_key=vault.new_key(agency=agency.code, at=NOON),
        number="SMP-2026-00001",
        filed_by=clerk,
        filed_at=NOON,
        received_at=NOON,
        channel="fax",
        instrument="I-247A",
        submit_id=uuid.uuid4(),
    )


def put(ice_request, status):
    """Where the test begins, whatever the table says."""
    as_owner(
        "SET CONSTRAINTS ALL IMMEDIATE",
        "ALTER TABLE requests_app_icerequest DISABLE TRIGGER USER",
        f"UPDATE requests_app_icerequest SET status = '{status}'"
        f" WHERE id = {ice_request.pk}",
        "ALTER TABLE requests_app_icerequest ENABLE TRIGGER USER",
        "SET CONSTRAINTS ALL DEFERRED",
    )
    ice_request.status = status


def set_by_sql(ice_request, status):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE requests_app_icerequest SET status = %s WHERE id = %s",
            [status, ice_request.pk],
        )
        ledger.record(
            event="request.moved",
            subject=ice_request.public_id,
            at=NOON,
            actor=ledger.SYSTEM,
        )


def stored(ice_request):
    return IceRequest.objects.values_list("status", flat=True).get(pk=ice_request.pk)


def move(ice_request, to, clerk):
    return docket.move(
        ice_request=ice_request, to=to, by=clerk, role=Role.CLERK, at=NOON
    )


def test_has_a_table_of_nine_moves():
    assert len(ALLOWED) == 9
    assert len(REFUSED) == 11


@pytest.mark.parametrize(("before", "after"), sorted(ALLOWED))
def test_moves_along_the_table(ice_request, clerk, before, after):
    put(ice_request, before)

    move(ice_request, after, clerk)

    assert stored(ice_request) == after
    entry = Entry.objects.get(event="request.moved")
    assert json.loads(entry.body) == {"from": before, "to": after}


@pytest.mark.parametrize(("before", "after"), REFUSED)
def test_refuses_every_other_move(ice_request, clerk, before, after):
    put(ice_request, before)

    with pytest.raises(docket.IllegalMove, match="cannot become"):
        move(ice_request, after, clerk)

    assert stored(ice_request) == before
    assert not Entry.objects.about(ice_request.public_id).exists()


def test_does_not_call_staying_a_move(ice_request, clerk):
    move(ice_request, Status.AWAITING, clerk)

    assert not Entry.objects.about(ice_request.public_id).exists()


@pytest.mark.parametrize(("before", "after"), sorted(ALLOWED))
def test_moves_along_the_table_by_sql(ice_request, before, after):
    put(ice_request, before)

    set_by_sql(ice_request, after)

    assert stored(ice_request) == after


@pytest.mark.parametrize(("before", "after"), REFUSED)
def test_refuses_every_other_move_by_sql(ice_request, before, after):
    put(ice_request, before)

    with pytest.raises(DatabaseError, match="Invalid transition"):
        set_by_sql(ice_request, after)

    assert stored(ice_request) == before


def test_refuses_a_status_that_nobody_knows(ice_request):
    with pytest.raises(DatabaseError):
        set_by_sql(ice_request, "forgotten")


def test_refuses_to_begin_in_the_middle(clerk):
    with pytest.raises(DatabaseError, match="begins awaiting"), transaction.atomic():
        IceRequest.objects.create(
            agency=clerk.appointments.get().agency,
            number="SMP-2026-00002",
            filed_by=clerk,
            filed_at=NOON,
            received_at=NOON,
            channel="fax",
            instrument="I-247A",
            submit_id=uuid.uuid4(),
            status=Status.DETERMINED,
        )
