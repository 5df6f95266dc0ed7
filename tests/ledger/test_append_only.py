"""The database refuses to change the history, whoever asks and whatever is set.

The portal's own role has no right to try; what is tried here is tried as the owner.
"""

import pytest
from django.db import ProgrammingError, connection, transaction

from requests_app.ledger import services as ledger
from requests_app.ledger.models import Entry
from tests.database import as_owner
from tests.factories import NOON, file_request, make_agency, make_clerk

UPDATE = "UPDATE {} SET agency = ''"
UPDATE_NOTHING = "UPDATE {} SET agency = '' WHERE false"
DELETE = "DELETE FROM {}"
TRUNCATE = "TRUNCATE {}"
UPSERT = """
    INSERT INTO {} SELECT * FROM requests_app_entry
    ON CONFLICT (id) DO UPDATE SET agency = ''
"""
MERGE = """
    MERGE INTO {} t USING (SELECT 1) s ON true
    WHEN MATCHED THEN UPDATE SET agency = ''
"""
STATEMENTS = [UPDATE, UPDATE_NOTHING, DELETE, TRUNCATE, UPSERT, MERGE]
NAMES = ["update", "update of no row", "delete", "truncate", "upsert", "merge"]
every_statement = pytest.mark.parametrize("statement", STATEMENTS, ids=NAMES)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def entry():
    return ledger.record(
        event="session.began", subject="a" * 22, at=NOON, actor="a" * 22, agency="SMP"
    )


def run(*statements):
    with transaction.atomic():
        as_owner(*statements)


@every_statement
def test_refuses(statement):
    with pytest.raises(ProgrammingError, match="the history is append-only"):
        run(statement.format("requests_app_entry"))

    assert Entry.objects.get().agency == "SMP"


@every_statement
def test_would_be_changed_if_it_were_another_table(statement):
    run(
        "CREATE TEMPORARY TABLE copied (LIKE requests_app_entry INCLUDING ALL)",
        "INSERT INTO copied SELECT * FROM requests_app_entry",
        statement.format("copied"),
    )


@every_statement
def test_would_be_changed_with_its_trigger_switched_off(statement):
    with transaction.atomic():
        run(
            "ALTER TABLE requests_app_entry DISABLE TRIGGER entry_is_append_only",
            statement.format("requests_app_entry"),
        )
        # An entry that is gone could not be sealed at the end of the test.
        transaction.set_rollback(True)


@pytest.mark.parametrize(
    "setting",
    [
        "SELECT set_config('pgtrigger.ignore', '{%s}', true)",
        "SELECT set_config('pgtrigger.ignore', '{requests_app_entry:%s}', true)",
        "SET LOCAL session_replication_role = replica",
    ],
    ids=["pgtrigger.ignore", "pgtrigger.ignore of the table", "replica"],
)
@pytest.mark.parametrize("statement", [UPDATE, DELETE, TRUNCATE])
def test_is_opened_by_no_setting(setting, statement):
    names = "entry_is_append_only,pgtrigger_entry_is_append_only_07a0a"

    # Only a superuser may ask for the last one; the others are refused it.
    refusals = "the history is append-only|permission denied to set parameter"
    with pytest.raises(ProgrammingError, match=refusals):
        run(setting.replace("%s", names), statement.format("requests_app_entry"))


def test_would_be_opened_by_a_setting_if_its_trigger_heeded_one():
    agency = make_agency()
    file_request(agency=agency, clerk=make_clerk(agency))
    names = ",".join(
        row[0]
        for row in rows(
            "SELECT tgname FROM pg_trigger"
            " WHERE tgrelid = 'requests_app_notice'::regclass AND NOT tgisinternal"
        )
    )

    with pytest.raises(ProgrammingError, match="Cannot delete rows"):
        run("DELETE FROM requests_app_notice")
    with transaction.atomic():
        run(
            # As the library writes it; `accounts.grants` closes it.
            "CREATE OR REPLACE FUNCTION _pgtrigger_should_ignore(trigger_name name)"
            " RETURNS boolean LANGUAGE sql STABLE AS $$ SELECT trigger_name ="
            " ANY (current_setting('pgtrigger.ignore')::text[]) $$",
            f"SELECT set_config('pgtrigger.ignore', '{{{names}}}', true)",
            "DELETE FROM requests_app_notice",
        )
        left = rows("SELECT 1 FROM requests_app_notice")
        transaction.set_rollback(True)

    assert left == []


def rows(query):
    with connection.cursor() as cursor:
        cursor.execute(query)
        return cursor.fetchall()


def test_refuses_the_orm_too(entry):
    entry.agency = "OTH"

    with pytest.raises(ProgrammingError), transaction.atomic():
        entry.save()
    with pytest.raises(ProgrammingError), transaction.atomic():
        entry.delete()


def test_refuses_a_second_entry_of_the_same_number():
    with pytest.raises(Exception, match="entry_seq_once_a_subject"):
        run(
            "INSERT INTO requests_app_entry"
            " (public_id, event, at, actor, role, agency, subject, seq, outcome, body)"
            " SELECT 'other', event, at, actor, role, agency, subject, seq, outcome,"
            " body FROM requests_app_entry"
        )
