"""What must always be true of the rows of record, the database holds."""

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from requests_app.docket.models import (
    Act,
    Ask,
    Communication,
    Custody,
    IceRequest,
    Person,
)
from requests_app.docket.record import Record
from requests_app.vault import services as vault
from tests.database import as_owner
from tests.factories import (
    NOON,
    administrative_warrant,
    conviction,
    file_request,
    make_agency,
    make_clerk,
    record_act,
)

HOUR = timedelta(hours=1)

pytestmark = pytest.mark.django_db


@pytest.fixture
def clerk():
    return make_clerk(make_agency())


@pytest.fixture
def ice_request(clerk):
    return file_request(agency=clerk.appointments.get().agency, clerk=clerk)


def by_sql(statement):
    """As the owner: the portal's role has not even the right to try."""
    with transaction.atomic():
        return as_owner(statement)


# Append-only


@pytest.mark.parametrize("table", ["act", "communication"])
@pytest.mark.parametrize(
    "statement",
    ["UPDATE requests_app_{} SET recorded_at = now()", "DELETE FROM requests_app_{}"],
    ids=["update", "delete"],
)
def test_never_edits_an_act_or_a_communication(ice_request, table, statement):
    record_act(ice_request=ice_request, kind="notify_release")

    with pytest.raises(DatabaseError, match="Cannot update or delete rows"):
        by_sql(statement.format(table))


@pytest.mark.parametrize("table", ["act", "communication"])
def test_would_edit_an_act_or_a_communication_without_its_trigger(ice_request, table):
    record_act(ice_request=ice_request, kind="notify_release")

    by_sql("SET CONSTRAINTS ALL IMMEDIATE")
    by_sql(f"ALTER TABLE requests_app_{table} DISABLE TRIGGER USER")
    changed = by_sql(f"UPDATE requests_app_{table} SET recorded_at = now()")
    by_sql(f"ALTER TABLE requests_app_{table} ENABLE TRIGGER USER")

    assert changed >= 1


def test_never_deletes_a_request(ice_request):
    with pytest.raises(DatabaseError, match="Cannot delete rows"):
        by_sql("DELETE FROM requests_app_icerequest")


def test_never_changes_who_filed(ice_request):
    with pytest.raises(DatabaseError, match="Cannot update rows"):
        by_sql("UPDATE requests_app_icerequest SET filed_at = now()")


# Constraints: each with its other side


def changed(model, **values):
    row = model.objects.get()
    for name, value in values.items():
        setattr(row, name, value)
    with transaction.atomic():
        row.save(update_fields=list(values))
    return 1


def test_refuses_a_receipt_after_the_filing(clerk):
    agency = clerk.appointments.get().agency
    row = IceRequest(
        agency=agency,
        number="SMP-2026-00009",
        filed_by=clerk,
        filed_at=NOON,
        received_at=NOON + timedelta(seconds=1),
        data_key=vault.new_key(agency=agency.code, at=NOON),
        channel="fax",
        instrument="I-247A",
        submit_id="00000000-0000-4000-8000-000000000001",
    )

    with (
        pytest.raises(IntegrityError, match="ice_request_received_before_filed"),
        transaction.atomic(),
    ):
        row.save()

    row.received_at = NOON
    row.save()


def test_refuses_an_act_that_ends_before_it_begins(ice_request):
    with (
        pytest.raises(IntegrityError, match="act_ends_after_it_begins"),
        transaction.atomic(),
    ):
        record_act(
            ice_request=ice_request,
            happened_at=NOON - HOUR,
            ended_at=NOON - HOUR - timedelta(seconds=1),
        )

    record_act(ice_request=ice_request, happened_at=NOON - HOUR, ended_at=NOON - HOUR)
    assert Act.objects.count() == 1


def test_refuses_an_act_that_is_still_to_come(ice_request):
    with (
        pytest.raises(IntegrityError, match="act_happened_before_recorded"),
        transaction.atomic(),
    ):
        record_act(ice_request=ice_request, happened_at=NOON + HOUR)


def test_refuses_a_person_without_a_name(ice_request):
    with pytest.raises(IntegrityError, match="person_has_a_name"):
        changed(Person, family_names="", given_names="")

    assert changed(Person, family_names="", given_names="Alma") == 1


@pytest.mark.parametrize(
    "contradiction",
    [
        {"date_of_birth_answer": "known", "date_of_birth": None},
        {"date_of_birth_answer": "unknown", "date_of_birth": date(1990, 2, 1)},
        {"date_of_birth_answer": "refused", "date_of_birth": date(1990, 2, 1)},
    ],
)
def test_refuses_a_birth_date_that_contradicts_its_answer(ice_request, contradiction):
    with pytest.raises(IntegrityError, match="person_birth_date_matches_answer"):
        changed(Person, **contradiction)


@pytest.mark.parametrize(
    "agreement",
    [
        {"date_of_birth_answer": "known", "date_of_birth": date(1990, 2, 1)},
        {"date_of_birth_answer": "unknown", "date_of_birth": None},
        {"date_of_birth_answer": "refused", "date_of_birth": None},
    ],
)
def test_takes_a_birth_date_that_agrees_with_its_answer(ice_request, agreement):
    assert changed(Person, **agreement) == 1


@pytest.mark.parametrize("release", ["release_expected_at", "release_eligible_at"])
def test_refuses_a_release_before_the_booking(ice_request, release):
    with pytest.raises(IntegrityError, match="after_booking"):
        changed(Custody, booked_at=NOON, **{release: NOON - HOUR})

    assert changed(Custody, booked_at=NOON, **{release: NOON}) == 1


def test_refuses_the_same_ask_twice(ice_request):
    with pytest.raises(IntegrityError, match="ask_once_a_request"):
        Ask.objects.create(ice_request=ice_request, kind="hold")


def test_refuses_the_same_number_twice(ice_request, clerk):
    with pytest.raises(IntegrityError, match="number"):
        IceRequest.objects.create(
            agency=ice_request.agency,
            number=ice_request.number,
            data_key=ice_request.data_key,
            filed_by=clerk,
            filed_at=NOON,
            received_at=NOON,
            channel="fax",
            instrument="I-247A",
            submit_id="00000000-0000-4000-8000-000000000001",
        )


# What is kept


def test_keeps_the_receipt_as_a_communication(ice_request):
    kept = Communication.objects.get()

    assert (kept.direction, kept.about, kept.channel) == ("in", "request", "fax")
    assert kept.at == ice_request.received_at


@pytest.mark.parametrize("kind", ["notify_release", "share_information", "decline"])
def test_keeps_a_word_to_ice_as_a_communication(ice_request, kind):
    act = record_act(ice_request=ice_request, kind=kind)

    kept = Communication.objects.get(direction="out")
    assert (kept.about, kept.act_id, kept.at) == (kind, act.pk, act.happened_at)


def test_keeps_no_communication_of_what_ice_is_not_told(ice_request):
    record_act(ice_request=ice_request, kind="detain")

    assert not Communication.objects.filter(direction="out").exists()


def test_matches_an_act_to_its_ask(ice_request):
    detained = record_act(ice_request=ice_request, kind="detain")
    interviewed = record_act(ice_request=ice_request, kind="interview")

    assert detained.ask == ice_request.asks.get(kind="hold")
    assert interviewed.ask is None


def test_gathers_the_whole_record(clerk):
    ice_request = file_request(
        agency=clerk.appointments.get().agency,
        clerk=clerk,
        asks=("hold", "interview"),
        convictions=[conviction(section="53a-134"), conviction(section="53a-55")],
        warrants=[administrative_warrant()],
        acts=[{"kind": "interview", "happened_at": NOON - HOUR}],
    )
    ice_request.convictions.filter(section="53a-55").update(is_removed=True)

    record = Record.of(ice_request)

    assert record.person.full_name == "Ejemplo Inventado, Alma"
    assert record.custody.under_control == "yes"
    assert record.legal_basis.warrants_listing == "some"
    assert [row.section for row in record.convictions] == ["53a-134"]
    assert [row.form for row in record.warrants] == ["I-200"]
    assert [row.kind for row in record.asks] == ["hold", "interview"]
    assert [row.kind for row in record.acts] == ["interview"]


@pytest.mark.parametrize(
    ("given", "family", "masked"),
    [
        ("Alma", "Ejemplo Inventado", "A. E. I."),
        ("", "Ejemplo", "E."),
        ("Ñusta", "O'Muster", "Ñ. O."),
        ("", "1234", "–"),
    ],
)
def test_masks_a_name_to_its_initials(given, family, masked):
    assert Person(given_names=given, family_names=family).masked_name == masked


def test_shows_no_name_when_a_row_is_printed(ice_request):
    rows = [ice_request.person, ice_request.custody, ice_request.legal_basis]

    assert "Ejemplo" not in " ".join(str(row) for row in [ice_request, *rows])
