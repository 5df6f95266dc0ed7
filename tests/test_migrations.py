"""The migrations say what the models say, and every one can be taken back."""

import uuid
from datetime import UTC, date, datetime

import pytest
from django.core.management import call_command
from django.db import connections
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader

from portal import env
from tests import canaries, database

APP = "requests_app"
SCRATCH = "scratch"

# Everything the portal's tables are made of, as the database itself describes it.
DESCRIPTION = """
    SELECT 'column', table_name || '.' || column_name || ' ' || data_type
           || ' ' || is_nullable || ' ' || coalesce(column_default, '')
    FROM information_schema.columns WHERE table_schema = 'public'
    UNION ALL
    SELECT 'constraint', conrelid::regclass || ' ' || conname || ' '
           || pg_get_constraintdef(oid)
    FROM pg_constraint WHERE connamespace = 'public'::regnamespace
    UNION ALL
    SELECT 'index', indexdef FROM pg_indexes WHERE schemaname = 'public'
    UNION ALL
    SELECT 'trigger', pg_get_triggerdef(oid) || ' ' || tgenabled::text
    FROM pg_trigger WHERE NOT tgisinternal
    UNION ALL
    SELECT 'extension', extname FROM pg_extension
"""


@pytest.fixture(scope="module")
def scratch(django_db_setup, django_db_blocker):
    """An empty database of the owner's; dropped at the end."""
    with django_db_blocker.unblock():
        default = connections["default"].settings_dict
        where = database.addresses(f"{default['NAME']}_{SCRATCH}")
        database.make_empty(where, anew=True)
        owner = env.database(pool=False, url=where.owner)
        connections.settings[SCRATCH] = {**default, **owner}
        try:
            yield connections[SCRATCH]
        finally:
            connections[SCRATCH].close()
            del connections[SCRATCH]
            del connections.settings[SCRATCH]
            database.drop(where)


def migrate(connection, name):
    MigrationExecutor(connection).migrate([(APP, name)])


def described(connection):
    with connection.cursor() as cursor:
        cursor.execute(DESCRIPTION)
        return sorted(cursor.fetchall())


def own_migrations():
    graph = MigrationLoader(None).graph
    return sorted(name for app, name in graph.nodes if app == APP)


@pytest.mark.django_db
def test_has_a_migration_for_every_change_of_a_model(capsys):
    call_command("makemigrations", check=True, dry_run=True, verbosity=1)

    assert "No changes detected" in capsys.readouterr().out


@pytest.mark.slow
def test_takes_every_migration_back_and_makes_the_same_again(scratch):
    newest = own_migrations()[-1]
    migrate(scratch, newest)
    made = described(scratch)

    migrate(scratch, None)
    left = [row for row in described(scratch) if APP in row[1] or row[0] == "trigger"]
    migrate(scratch, newest)

    assert left == []
    assert described(scratch) == made
    assert any(what.startswith(f"{APP}_entry") for _, what in made)


# Sealing: rows as release 0012 kept them


PLAIN = "0012_agency_codes_are_capitals_and_digits"
SEALED = "0013_vault"
PERSON = {
    "family_names": "Núñez Quispe",
    "given_names": "José",
    "aliases": ["El Sastre", "Pepe"],
    "date_of_birth": date(1990, 2, 1),
    "date_of_birth_answer": "known",
    "a_number": "A087654321",
    "attorney": "",
    "name_words": ["el", "jose", "nunez", "pepe", "quispe", "sastre"],
}
ANSWERS = {"person": {"family_names": ["Ñusta"]}}
NOON = datetime(2026, 3, 10, 16, tzinfo=UTC)


def fill(connection):
    """A request with its person, an act that may not be edited, and a draft."""
    apps = MigrationExecutor(connection).loader.project_state([(APP, PLAIN)]).apps

    def make(model, **values):
        rows = apps.get_model(APP, model).objects.using(connection.alias)
        return rows.create(**values)

    clerk = make("User", username="clerk")
    agency = make("Agency", code="OLD", name="Old Town", kind="municipal_police")
    ice_request = make(
        "IceRequest",
        agency=agency,
        number="OLD-2026-00001",
        filed_by=clerk,
        filed_at=NOON,
        received_at=NOON,
        event_number="EVT-17",
        submit_id=uuid.uuid4(),
    )
    make("Person", ice_request=ice_request, **PERSON)
    make(
        "Act",
        ice_request=ice_request,
        kind="detain",
        happened_at=NOON,
        recorded_at=NOON,
        recorded_by=clerk,
        narrative="wept at the gate",
    )
    make(
        "Draft",
        owner=clerk,
        agency=agency,
        answers=ANSWERS,
        started_at=NOON,
        saved_at=NOON,
    )


def told(connection):
    """What the tables say of the person, the request, the act and the draft."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT to_jsonb(p) - 'id' - 'ice_request_id', r.event_number, a.narrative,"
            " d.answers FROM requests_app_person p, requests_app_icerequest r,"
            " requests_app_act a, requests_app_draft d"
        )
        return cursor.fetchone()


@pytest.mark.slow
def test_seals_the_rows_that_are_there_and_opens_them_when_taken_back(scratch):
    migrate(scratch, None)
    migrate(scratch, PLAIN)
    fill(scratch)
    plain = told(scratch)

    migrate(scratch, SEALED)
    sealed = told(scratch)
    with scratch.cursor() as cursor:
        cursor.execute(
            "SELECT ice_requests_found_by(found_by) FROM requests_app_icerequest"
        )
        found = cursor.fetchall()
    migrate(scratch, PLAIN)

    assert "Quispe" in str(plain)
    assert not canaries.found(
        ["Quispe", "Sastre", "A087654321", "EVT-17", "wept", "Ñusta"], str(sealed)
    )
    assert len(found) == 1
    assert told(scratch) == plain
    with scratch.cursor() as cursor:
        cursor.execute("TRUNCATE requests_app_draft, requests_app_icerequest CASCADE")


def test_numbers_its_migrations_without_a_gap():
    names = own_migrations()

    numbers = [int(name.partition("_")[0]) for name in names]
    assert numbers == list(range(1, len(names) + 1))
