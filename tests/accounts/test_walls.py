"""Nothing starts in production on a database that lacks a wall."""

import psycopg
import pytest
from django.core.checks import run_checks
from django.core.exceptions import ImproperlyConfigured
from django.db import connection

from portal import celery
from requests_app.accounts import checks, walls
from tests import database
from tests.database import as_owner

pytestmark = pytest.mark.django_db


@pytest.fixture
def in_production(settings):
    settings.REFUSES_UNSAFE_DATABASE = True


def test_finds_nothing_wrong_with_the_tests_own_database():
    assert walls.faults() == []


@pytest.mark.parametrize(
    ("breach", "fault"),
    [
        (
            "ALTER TABLE requests_app_person NO FORCE ROW LEVEL SECURITY",
            "Row-level security is not forced on requests_app_person.",
        ),
        (
            "ALTER TABLE requests_app_person DISABLE ROW LEVEL SECURITY",
            "Row-level security is not forced on requests_app_person.",
        ),
        (
            "CREATE TABLE requests_app_new (name text)",
            "Row-level security is not forced on requests_app_new.",
        ),
        (
            "CREATE OR REPLACE FUNCTION _pgtrigger_should_ignore(trigger_name name)"
            " RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT true'",
            "A setting of a session opens triggers: run portal.prepare.",
        ),
        (
            "DELETE FROM portal_context_key",
            "The database knows another SECRET_KEY: run portal.prepare.",
        ),
    ],
    ids=["not forced", "not enabled", "new table", "pgtrigger", "another key"],
)
def test_names_a_wall_that_is_missing(breach, fault):
    as_owner(breach)

    assert walls.faults() == [fault]


def test_names_a_server_that_could_lose_what_it_acknowledged():
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL synchronous_commit = off")

    assert walls.faults() == ["PostgreSQL's synchronous_commit is not on."]


def faults_of(address):
    with psycopg.connect(address) as server:
        return walls._faults_of_the_role(server.cursor())


def test_refuses_the_owner_of_the_tables():
    (fault,) = faults_of(database.addresses().owner)

    assert "may act as the owner of" in fault
    assert "requests_app_person" in fault


def test_refuses_a_superuser():
    where = database.addresses()
    if not database._is_superuser(where.admin):
        pytest.skip("the tests run without a superuser here")

    assert "The portal signs in to the database as a superuser." in faults_of(
        where.admin
    )


def test_accepts_the_portals_role():
    assert faults_of(database.addresses().application) == []


def test_is_asked_by_the_check_command_when_it_is_given_the_database():
    as_owner("ALTER TABLE requests_app_person NO FORCE ROW LEVEL SECURITY")

    asked = run_checks(databases=["default"], include_deployment_checks=True)
    not_asked = run_checks(include_deployment_checks=True)

    assert [one.id for one in asked if one.id == "accounts.E003"] == ["accounts.E003"]
    assert [one for one in not_asked if one.id == "accounts.E003"] == []


class Closed:
    def close(self):
        pass


@pytest.fixture
def breached(monkeypatch):
    monkeypatch.setattr(walls, "faults", lambda: ["A wall is missing."])
    # The check closes its connection, which would end the test's transaction.
    monkeypatch.setattr(checks, "connection", Closed())


def test_lets_the_web_server_refuse_to_start(breached, in_production):
    with pytest.raises(ImproperlyConfigured, match="A wall is missing"):
        checks.refuse_an_unsafe_database()


def test_lets_the_worker_refuse_to_start(breached, in_production):
    with pytest.raises(SystemExit, match="A wall is missing"):
        celery.refuse_an_unsafe_database()


def test_refuses_nothing_where_people_only_try_it_out(breached):
    checks.refuse_an_unsafe_database()
