"""The database shows rows to the agencies they belong to, whatever is asked of it."""

import hashlib
import hmac

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse

from requests_app.accounts import tenancy, walls
from requests_app.accounts.models import Appointment, Role
from requests_app.docket.models import Ask, IceRequest, NumberSeries, Person
from requests_app.intake.models import Draft
from requests_app.ledger import services as ledger
from requests_app.ledger.models import Entry
from requests_app.outbox import services as outbox
from requests_app.outbox.models import Job
from requests_app.review.models import Assignment, Finding, Screening
from requests_app.vault.models import DataKey
from tests import database
from tests.database import as_owner
from tests.factories import (
    NOON,
    appoint,
    file_request,
    make_administrator,
    make_agency,
    make_auditor,
    make_clerk,
    make_draft,
    standing_of,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def ours():
    return make_agency(code="OUR")


@pytest.fixture
def theirs():
    return make_agency(code="THE")


@pytest.fixture
def clerk(ours):
    return make_clerk(ours)


@pytest.fixture
def requests(ours, theirs, clerk):
    """One request here and one elsewhere, each with a draft beside it."""
    stranger = make_clerk(theirs)
    make_draft(agency=ours, owner=clerk)
    make_draft(agency=theirs, owner=stranger)
    for agency in (ours, theirs):
        outbox.enqueue(
            kind="person.told", subject="a" * 22, agency=agency.code, at=NOON
        )
    return (
        file_request(agency=ours, clerk=clerk),
        file_request(agency=theirs, clerk=stranger),
    )


def seen_by(user, model, column="ice_request__agency__code"):
    with tenancy.entered(standing_of(user).context):
        return set(model.objects.values_list(column, flat=True))


# What a context shows


@pytest.mark.parametrize(
    ("model", "column"),
    [
        (IceRequest, "agency__code"),
        (Person, "ice_request__agency__code"),
        (Ask, "ice_request__agency__code"),
        (Screening, "ice_request__agency__code"),
        (Finding, "screening__ice_request__agency__code"),
        (Assignment, "agency__code"),
        (Draft, "agency__code"),
        (NumberSeries, "agency__code"),
        (DataKey, "agency"),
        (Job, "agency"),
    ],
)
def test_shows_a_clerk_the_rows_of_the_agency_and_no_others(
    requests, clerk, model, column
):
    appoint(make_clerk(requests[0].agency), Role.SUPERVISOR, requests[1].agency)

    assert seen_by(clerk, model, column) <= {"OUR"}
    with tenancy.as_system():
        assert {"OUR", "THE"} & set(model.objects.values_list(column, flat=True))


def test_shows_somebody_who_serves_two_agencies_both(requests, clerk, theirs):
    appoint(clerk, Role.CLERK, theirs)

    assert seen_by(clerk, Person) == {"OUR", "THE"}


def test_shows_the_auditor_of_the_state_every_agency(requests):
    assert seen_by(make_auditor(None), Person) == {"OUR", "THE"}


def test_lets_the_auditor_of_the_state_write_nothing(requests):
    with tenancy.entered(standing_of(make_auditor(None)).context):
        assert IceRequest.objects.update(rev=9) == 0
        assert Person.objects.update(sex="other") == 0


def test_shows_an_administrator_numbers_and_decisions_but_not_the_person(
    requests, ours
):
    administrator = make_administrator(ours)

    assert seen_by(administrator, IceRequest, "agency__code") == {"OUR"}
    assert seen_by(administrator, Ask) == {"OUR"}
    assert seen_by(administrator, Person) == set()
    assert seen_by(administrator, Screening) == set()
    assert seen_by(administrator, DataKey, "agency") == set()


def test_shows_a_draft_to_its_owner_alone(requests, ours):
    colleague = make_clerk(ours)

    assert seen_by(colleague, Draft, "agency__code") == set()


def test_shows_appointments_of_ones_own_and_of_colleagues(requests, clerk, theirs):
    elsewhere = appoint(make_clerk(make_agency()), Role.HEAD, theirs)

    with tenancy.entered(standing_of(clerk).context):
        held = set(Appointment.objects.values_list("agency__code", flat=True))
        found = Appointment.objects.filter(pk=elsewhere.pk).exists()

    assert (held, found) == ({"OUR"}, False)


def test_shows_the_history_of_the_agency_and_what_one_did_oneself(requests, clerk):
    mine = ledger.record(
        event="session.began",
        subject=clerk.public_id,
        at=NOON,
        actor=clerk.public_id,
    )

    with tenancy.entered(standing_of(clerk).context):
        codes = set(Entry.objects.values_list("agency", flat=True))
        assert codes == {"OUR", ""}
        assert Entry.objects.filter(pk=mine.pk).exists()
        assert not Entry.objects.about(requests[1].public_id).exists()


# What a context takes


def test_refuses_a_row_of_another_agency(requests, clerk, theirs):
    with (
        tenancy.entered(standing_of(clerk).context),
        pytest.raises(DatabaseError, match="row-level security"),
        transaction.atomic(),
    ):
        NumberSeries.objects.create(agency=theirs, year=2031)


def test_changes_no_row_of_another_agency(requests, clerk):
    with tenancy.entered(standing_of(clerk).context):
        changed = IceRequest.objects.filter(pk=requests[1].pk).update(rev=9)

    assert changed == 0


def test_does_not_tell_that_a_number_is_taken_elsewhere(requests, clerk, ours):
    taken = requests[1].number

    with tenancy.entered(standing_of(clerk).context):
        for number in (taken, "THE-2026-09999"):
            with (
                pytest.raises(DatabaseError, match="row-level security"),
                transaction.atomic(),
            ):
                IceRequest.objects.create(
                    agency=ours,
                    number=number,
                    filed_by=clerk,
                    filed_at=NOON,
                    received_at=NOON,
                    channel="fax",
                    instrument="I-247A",
                    submit_id="00000000-0000-4000-8000-000000000001",
                    data_key=requests[0].data_key,
                )


def test_hangs_no_row_on_a_request_of_another_agency(requests, clerk):
    with (
        tenancy.entered(standing_of(clerk).context),
        pytest.raises(DatabaseError, match="row-level security"),
        transaction.atomic(),
    ):
        Ask.objects.create(ice_request_id=requests[1].pk, kind="facility")


# Only a signed line counts


def rows_under(token):
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('desk.context', %s, true)", [token])
        cursor.execute("SELECT count(*) FROM requests_app_icerequest")
        return cursor.fetchone()[0]


def signed(**given):
    context = tenancy.Context(**{"scope": "system", **given})
    return context.token(pid=connection.connection.info.backend_pid)


def test_counts_what_is_signed_for_this_connection(requests):
    assert rows_under(signed()) == 2


@pytest.mark.parametrize(
    "forged",
    [
        lambda token: "",
        lambda token: "|".join(token.split("|")[:-1]),
        lambda token: token.replace("system", "state"),
        lambda token: token[:-1] + ("0" if token[-1] != "0" else "1"),
        lambda token: token + "|",
        lambda token: "x" * 300,
        lambda token: "|system|" + "0" * 64,
    ],
    ids=["none", "unsigned", "edited", "another", "longer", "noise", "short"],
)
def test_shows_nothing_under_a_line_that_is_not_signed(requests, forged):
    assert rows_under(forged(signed())) == 0


def test_shows_nothing_under_a_line_signed_for_another_connection(requests):
    another = tenancy.SYSTEM.token(pid=connection.connection.info.backend_pid + 1)

    assert rows_under(another) == 0


def test_shows_nothing_under_a_line_signed_with_another_key(requests, settings):
    settings.SECRET_KEY = "another secret"

    assert rows_under(signed()) == 0


def test_accepts_an_earlier_key_while_a_new_one_takes_over(requests, settings):
    earlier = signed()
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "a new secret"
    pads = ", ".join(
        f"('\\x{inner.hex()}', '\\x{outer.hex()}')"
        for inner, outer in map(tenancy._pads, ["a new secret", "only for tests"])
    )
    as_owner(
        "DELETE FROM portal_context_key",
        f"INSERT INTO portal_context_key (inner_pad, outer_pad) VALUES {pads}",
    )

    assert rows_under(earlier) == 2
    assert rows_under(signed()) == 2


def test_signs_with_hmac_as_everybody_computes_it():
    said, _, mac = signed(person="p").rpartition("|")
    key = hmac.digest(b"only for tests", b"desk.context v1", "sha256")

    assert mac == hmac.new(key, said.encode(), hashlib.sha256).hexdigest()


def test_lets_the_portal_read_neither_the_key_nor_the_parts():
    for statement in ("SELECT * FROM portal_context_key", "SELECT desk_context()"):
        with (
            pytest.raises(DatabaseError, match="permission denied"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)


# A context ends


def test_refuses_a_context_outside_a_transaction(transactional_db):
    with pytest.raises(tenancy.NotInTransaction):
        tenancy.enter(tenancy.SYSTEM)


def test_goes_back_to_what_was_before(requests, clerk):
    with tenancy.entered(standing_of(clerk).context):
        with tenancy.as_system():
            assert Person.objects.count() == 2
        assert Person.objects.count() == 1


def test_lets_an_error_pass_that_broke_the_transaction(requests, clerk):
    with (
        pytest.raises(DatabaseError, match="permission denied"),
        transaction.atomic(),
        tenancy.entered(standing_of(clerk).context),
        connection.cursor() as cursor,
    ):
        cursor.execute("DELETE FROM requests_app_datakey")


@pytest.fixture
def pooled(transactional_db):
    """The default connection as in production: from a pool that holds one."""
    given = connection.settings_dict
    connection.close()
    pool = {"min_size": 1, "max_size": 1}
    options = {**given["OPTIONS"], "pool": pool}
    connection.settings_dict = {**given, "OPTIONS": options}
    yield
    connection.close()
    connection.close_pool()
    connection.settings_dict = given


def test_leaves_nothing_of_one_request_on_the_pooled_connection(
    pooled, monkeypatch, ours, theirs
):
    clerk, stranger = make_clerk(ours), make_clerk(theirs)
    kept = [file_request(agency=ours, clerk=clerk).number]
    kept.append(file_request(agency=theirs, clerk=stranger).number)
    clients = [Client() for _ in range(3)]
    for client, person in zip(clients, (clerk, stranger, clerk), strict=True):
        client.force_login(person)
    connection.close()
    connection.close_pool()
    monkeypatch.setattr(database._answering, "shows_nothing", True, raising=False)
    pages, processes = [], set()

    for client in clients:
        pages.append(client.get(reverse("request_list")).content.decode())
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_backend_pid(), coalesce(current_setting('desk.context',"
                " true), ''), (SELECT count(*) FROM requests_app_icerequest)"
            )
            pid, left, rows = cursor.fetchone()
        processes.add(pid)
        assert (left, rows) == ("", 0)
        connection.close()

    assert len(processes) == 1
    assert [[number in page for number in kept] for page in pages] == [
        [True, False],
        [False, True],
        [True, False],
    ]


def test_holds_a_commands_context_on_a_connection_of_no_pool(pooled):
    with tenancy.as_system():
        assert connection.pool is None
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT desk_scope()")
            assert cursor.fetchone() == ("system",)
    assert connection.pool is not None


# Every table


def tables():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname, c.relrowsecurity AND c.relforcerowsecurity,"
            " (SELECT string_agg(DISTINCT p.polcmd::text, '' ORDER BY p.polcmd::text)"
            "  FROM pg_policy p WHERE p.polrelid = c.oid"
            "  AND 'portal_app'::regrole = ANY (p.polroles))"
            " FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace"
            " AND c.relkind = 'r' AND c.relname LIKE 'requests\\_app\\_%'"
        )
        return {name: (forced, commands) for name, forced, commands in cursor}


def test_forces_policies_on_every_table_that_is_not_named_with_a_reason():
    walled = {name for name, row in tables().items() if row == (True, "adrw")}

    assert walled | set(walls.OPEN) == set(tables())
    assert walled & set(walls.OPEN) == set()


def test_would_miss_a_table_that_is_neither():
    as_owner("CREATE TABLE requests_app_new (name text)")

    assert tables()["requests_app_new"] == (False, None)


def test_has_no_view_that_would_pass_by_the_policies():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace"
            " AND relkind IN ('v', 'm')"
            " AND NOT coalesce('security_invoker=true' = ANY (reloptions), false)"
        )

        assert cursor.fetchall() == []


# pgtrigger's setting


def names_of_triggers(table):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT string_agg(tgname, ',') FROM pg_trigger"
            " WHERE tgrelid = %s::regclass AND NOT tgisinternal",
            [table],
        )
        return cursor.fetchone()[0]


def status_forced_by_the_setting(requests):
    names = names_of_triggers("requests_app_icerequest")
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SELECT set_config('pgtrigger.ignore', '{{{names}}}', true)")
        cursor.execute("UPDATE requests_app_icerequest SET status = 'recorded'")
        changed = cursor.rowcount
        transaction.set_rollback(True)
    return changed


def test_opens_no_trigger_by_a_setting(requests):
    with pytest.raises(DatabaseError, match="Invalid transition"):
        status_forced_by_the_setting(requests)


def test_would_open_triggers_if_pgtriggers_own_function_stood(requests):
    as_owner(
        "CREATE OR REPLACE FUNCTION _pgtrigger_should_ignore(trigger_name name)"
        " RETURNS boolean LANGUAGE sql STABLE AS $$ SELECT trigger_name ="
        " ANY (current_setting('pgtrigger.ignore')::text[]) $$"
    )

    assert status_forced_by_the_setting(requests) == 2
