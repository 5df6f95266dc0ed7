"""What each database role may do is what the one list says, and no more."""

import pytest
from django.db import connection

from requests_app.accounts import grants
from tests.database import as_owner

pytestmark = pytest.mark.django_db

PRIVILEGES = ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES")
PRIVILEGES += ("TRIGGER",)


def held_by(role):
    """Table to the privileges that a role holds on it, however it came by them."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname, array_remove(array_agg(CASE WHEN"
            " has_table_privilege(%s, c.oid, p) THEN p END), NULL)"
            " FROM pg_class c, unnest(%s::text[]) p"
            " WHERE c.relnamespace = 'public'::regnamespace"
            " AND c.relkind IN ('r', 'p', 'v', 'm', 'f') GROUP BY 1",
            [role, list(PRIVILEGES)],
        )
        return {table: set(held) for table, held in cursor.fetchall() if held}


def listed(granted):
    return {
        table: set(privileges.split(", "))
        for table, privileges in granted.items()
        if privileges
    }


def only_present(rows):
    with connection.cursor() as cursor:
        present = set(grants.tables(cursor))
    return {table: held for table, held in rows.items() if table in present}


def test_lists_every_table_and_function():
    with connection.cursor() as cursor:
        assert grants.unlisted(cursor) == []


def test_would_miss_a_table_or_a_function_that_no_list_names():
    as_owner(
        "CREATE TABLE another (name text)",
        "CREATE FUNCTION another() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    )

    with connection.cursor() as cursor:
        assert grants.unlisted(cursor) == ["another", "another()"]


@pytest.mark.parametrize(
    ("role", "granted"),
    [
        (grants.APPLICATION, grants.APPLICATION_TABLES),
        (grants.SIGNER, grants.SIGNER_TABLES),
    ],
    ids=["portal_app", "portal_signer"],
)
def test_gives_each_role_what_is_listed_and_nothing_else(role, granted):
    assert held_by(role) == only_present(listed(granted))


def test_takes_back_what_somebody_granted_by_hand():
    as_owner("GRANT DELETE ON requests_app_entry TO portal_app, PUBLIC")
    assert "DELETE" in held_by(grants.APPLICATION)["requests_app_entry"]

    as_owner(*applied())

    assert held_by(grants.APPLICATION)["requests_app_entry"] == {"SELECT", "INSERT"}


def applied():
    """The statements that `apply` runs, in their order."""

    class Listening:
        said: list[str] = []

        def __init__(self, cursor):
            self.cursor = cursor

        def execute(self, statement):
            if statement.strip().startswith(("GRANT", "REVOKE", "CREATE")):
                self.said.append(statement)
            else:
                self.cursor.execute(statement)

        def __getattr__(self, name):
            return getattr(self.cursor, name)

    with connection.cursor() as cursor:
        listening = Listening(cursor)
        grants.apply(listening)
    return listening.said


def test_makes_no_table_and_no_schema_as_the_portal():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT has_schema_privilege('public', 'CREATE'),"
            " has_database_privilege(current_database(), 'CREATE'),"
            " has_database_privilege(current_database(), 'TEMPORARY')"
        )

        assert cursor.fetchone() == (False, False, False)
