"""The tests' database: made by its owner, used as the portal's own role.

`make` creates and migrates it as `portal_owner` and applies the grants; after that the
default connection signs in as `portal_app`, so that a test has the rights the portal
has. `as_owner` is the way round for a test that shows what a guard is worth: it runs a
statement with the owner's rights, on the test's own connection and in its transaction.

The server is the one of the environment. Given a superuser's DATABASE_URL, the roles
that are missing are made there first.
"""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from unittest import mock

import psycopg
from django.core.handlers.base import BaseHandler
from django.core.management import call_command
from django.db import connection, transaction
from django.db.backends.signals import connection_created
from django.test import override_settings
from django.test.utils import setup_test_environment
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.pq import TransactionStatus

from portal import env
from portal.celery import app
from requests_app.accounts import grants, tenancy

# Of roles made here; a server that trusts its network does not ask for it. Without a
# space, which the embedded broker's client would not keep together.
PASSWORD = "only-for-tests"
RIGHTS = "LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEROLE NOCREATEDB"
# Set where several processes share the tests: each has a database of its own.
OF_PROCESS = [os.environ[key] for key in ["PYTEST_XDIST_WORKER"] if key in os.environ]
# Held on the server while roles are made, which belong to all its databases.
MAKING = 20_251_001
# What migrations put there and no test changes.
KEPT = frozenset({"django_content_type", "auth_permission", "requests_app_rowshape"})
# Statements that put back what an emptied table cannot be without.
SEEDS = ("INSERT INTO requests_app_head (one, n, stack) VALUES (true, 0, '{}')",)

HELPERS = (
    "CREATE SCHEMA IF NOT EXISTS tests",
    f"GRANT USAGE ON SCHEMA tests TO {grants.APPLICATION}",
    """
    CREATE OR REPLACE FUNCTION tests.as_owner(statement text) RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER AS $$
    DECLARE changed bigint;
    BEGIN
        EXECUTE statement;
        GET DIAGNOSTICS changed = ROW_COUNT;
        RETURN changed;
    END $$
    """,
    """
    CREATE OR REPLACE FUNCTION tests.empty(tables text[]) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER AS $$
    DECLARE guard record;
    DECLARE names text;
    DECLARE closing text[] := '{}';
    DECLARE one text;
    BEGIN
        SELECT string_agg(format('%I', name), ', ') INTO names FROM unnest(tables) name;
        -- Those that refuse TRUNCATE, which only a test may pass by.
        FOR guard IN
            SELECT tgrelid::regclass AS place, tgname, CASE tgenabled
                WHEN 'A' THEN 'ALWAYS' WHEN 'R' THEN 'REPLICA' ELSE '' END AS state
            FROM pg_trigger WHERE tgtype & 32 > 0 AND tgenabled <> 'D' AND tgrelid IN (
                SELECT to_regclass(quote_ident(name)) FROM unnest(tables) name)
        LOOP
            EXECUTE format(
                'ALTER TABLE %s DISABLE TRIGGER %I', guard.place, guard.tgname);
            closing := closing || format('ALTER TABLE %s ENABLE %s TRIGGER %I',
                guard.place, guard.state, guard.tgname);
        END LOOP;
        EXECUTE 'TRUNCATE ' || names;
        FOREACH one IN ARRAY closing LOOP EXECUTE one; END LOOP;
    END $$
    """,
)


@dataclass(frozen=True)
class Addresses:
    """Of one test database: whose server, as its owner, and as the portal."""

    admin: str
    owner: str
    application: str
    name: str


def addresses(name: str = "") -> Addresses:
    """Where the tests' database is, or will be; its server must answer."""
    given = conninfo_to_dict(env.owner_url())
    name = name or connection.settings_dict["NAME"]
    if not name.startswith("test_"):
        name = "_".join(["test", name, *OF_PROCESS])
    admin = make_conninfo(**{**given, "dbname": "postgres"})
    of_the_test = {**given, "dbname": name}
    if not _is_superuser(admin):
        application = {**conninfo_to_dict(env.database_url()), "dbname": name}
        return Addresses(
            admin=admin,
            owner=make_conninfo(**of_the_test),
            application=make_conninfo(**application),
            name=name,
        )
    owner, application = (
        make_conninfo(**{**of_the_test, "user": role, "password": PASSWORD})
        for role in (grants.OWNER, grants.APPLICATION)
    )
    return Addresses(admin=admin, owner=owner, application=application, name=name)


def _is_superuser(admin: str) -> bool:
    with psycopg.connect(admin) as server:
        row = server.execute(
            "SELECT rolsuper FROM pg_roles WHERE rolname = current_user"
        ).fetchone()
        return row[0]


def make(*, anew: bool) -> Addresses:
    """Create and migrate the database, or use the one that is there already."""
    where = addresses()
    make_empty(where, anew=anew)
    _connect_as(where.owner)
    call_command("migrate", interactive=False, verbosity=0)
    with transaction.atomic(), connection.cursor() as cursor:
        for statement in HELPERS:
            cursor.execute(statement)
        grants.apply(cursor)
        tenancy.install_keys(cursor)
    _connect_as(where.application)
    return where


def make_empty(where: Addresses, *, anew: bool) -> None:
    """Have a database of the owner's there, with nothing in it if it is made anew."""
    with psycopg.connect(where.admin, autocommit=True) as server:
        if _is_superuser(where.admin):
            server.execute("SELECT pg_advisory_lock(%s)", [MAKING])
            _make_roles(server)
            server.execute("SELECT pg_advisory_unlock(%s)", [MAKING])
        owned_by = server.execute(
            "SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = %s",
            [where.name],
        ).fetchone()
        # One that another role made, as an earlier release of the tests did.
        if owned_by and (anew or owned_by[0] != grants.OWNER):
            drop(where)
            owned_by = None
        if owned_by is None:
            server.execute(
                sql.SQL("CREATE DATABASE {} OWNER {}").format(
                    sql.Identifier(where.name), sql.Identifier(grants.OWNER)
                )
            )


def _make_roles(server) -> None:
    for role in (grants.OWNER, grants.APPLICATION, grants.SIGNER):
        found = server.execute("SELECT to_regrole(%s)", [role]).fetchone()
        if found[0] is None:
            server.execute(f"CREATE ROLE {role} {RIGHTS} PASSWORD '{PASSWORD}'")
    server.execute(f"GRANT {grants.APPLICATION} TO {grants.OWNER}")


def drop(where: Addresses) -> None:
    connection.close()
    with psycopg.connect(where.admin, autocommit=True) as server:
        server.execute(
            sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(
                sql.Identifier(where.name)
            )
        )


def _connect_as(address: str) -> None:
    connection.close()
    connection.settings_dict.update(env.database(pool=False, url=address))
    connection.settings_dict["ATOMIC_REQUESTS"] = True
    connection.ensure_connection()


# Whose rows show: all of them, except while a page is answered


_answering = threading.local()


def show_every_row(sender=None, connection=connection, **kwargs) -> None:
    """Let the connection see every agency, unless a page is being answered on it."""
    is_silent = getattr(_answering, "shows_nothing", False)
    if not (is_silent or getattr(_answering, "is_on", False)):
        token = tenancy.SYSTEM.token(pid=connection.connection.info.backend_pid)
        _say(connection, token)


def answer_as_in_production(get_response):
    """Have a page begin with no context at all, and the test go on with all rows."""

    def answered(handler, request):
        _answering.is_on = True
        if connection.connection is not None:
            _say(connection, "")
        try:
            return get_response(handler, request)
        finally:
            _answering.is_on = False
            if connection.connection is not None:
                show_every_row()

    return answered


def _say(connection, token: str) -> None:
    # Not by Django's cursor: a test that counts queries does not count these.
    raw = connection.connection
    if not raw.closed and raw.info.transaction_status != TransactionStatus.INERROR:
        raw.execute("SELECT set_config('desk.context', %s, false)", [token])


@contextmanager
def of_a_command(*, anew: bool = False) -> Iterator[None]:
    """The same for a proof that runs as a command: the database made, and used.

    One that is made anew, since the proof commits to it, is dropped at the end.
    """
    setup_test_environment()
    app.set_current()
    app.conf.update(broker_url="memory://", broker_transport_options={})
    where = make(anew=anew)
    answered = answer_as_in_production(BaseHandler.get_response)
    connection_created.connect(show_every_row)
    show_every_row()
    try:
        with (
            mock.patch.object(BaseHandler, "get_response", answered),
            override_settings(WHITENOISE_AUTOREFRESH=True),
        ):
            yield
    finally:
        connection_created.disconnect(show_every_row)
        connection.close()
        if anew:
            drop(where)


def as_owner(*statements: str) -> int:
    """Run statements with the owner's rights; how many rows the last one changed."""
    changed = 0
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute("SELECT tests.as_owner(%s)", [statement])
            (changed,) = cursor.fetchone()
    return changed


def past_the_guards(table: str, *statements: str) -> None:
    """Run statements with the table's triggers off, and leave each as it was.

    `ENABLE TRIGGER USER` would not: a guard that always fires would fire in ordinary
    sessions only, and a test that commits would leave it so to the tests after it.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT quote_ident(tgname), CASE tgenabled WHEN 'A' THEN 'ALWAYS'"
            " WHEN 'R' THEN 'REPLICA' ELSE '' END FROM pg_trigger"
            " WHERE tgrelid = to_regclass(%s) AND tgenabled <> 'D'"
            " AND NOT tgisinternal",
            [table],
        )
        guards = cursor.fetchall()
    as_owner(
        f"ALTER TABLE {table} DISABLE TRIGGER USER",
        *statements,
        *(
            f"ALTER TABLE {table} ENABLE {state} TRIGGER {name}"
            for name, state in guards
        ),
    )


def owner_address() -> str:
    """The test database as its owner, for a connection of its own."""
    return addresses().owner


def empty(tables: list[str]) -> None:
    """Empty tables after a test that committed, the append-only ones too."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT tests.empty(%s)", [[name for name in tables if name not in KEPT]]
        )
        for seed in SEEDS:
            cursor.execute("SELECT tests.as_owner(%s)", [seed])
