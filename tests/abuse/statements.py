"""C2: raw statements as the portal's role; no row of another agency comes of any.

As somebody who can send SQL of his own through the portal's connection, but does not
hold the key: statements of many kinds, under a context that is missing, empty, edited,
signed for another connection, for another agency, or for nobody. What comes back is
searched for words and numbers that only the second agency has.

    python -m tests.abuse.statements --queries 5000 [--seed 1] [--without-policy]

The rows are committed to the tests' own database, which is made anew. Exit status 1
and the statement when something is found. `--without-policy` takes the policies of one
table away, to show that this is found.
"""

import argparse
import os
import random
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import psycopg

KINDS = (
    "SELECT * FROM {table}",
    "SELECT t::text FROM {table} t",
    "SELECT to_jsonb(t) FROM {table} t",
    "SELECT count(*) FILTER (WHERE {owned}) FROM {table}",
    "SELECT * FROM {table} WHERE {owned}",
    "SELECT * FROM {table} t WHERE EXISTS (SELECT FROM {table} WHERE {owned})",
    "SELECT * FROM {table} WHERE {owned} OR true ORDER BY 1 DESC LIMIT 5",
    "SELECT string_agg(t::text, ',') FROM {table} t",
    "SELECT max(t::text), min(t::text) FROM {table} t",
    "WITH all_of AS MATERIALIZED (SELECT * FROM {table}) SELECT * FROM all_of",
    "SELECT * FROM {table} a FULL JOIN {other} b ON false",
    "(SELECT t::text FROM {table} t) UNION ALL (SELECT t::text FROM {other} t)",
    "SELECT x.* FROM (SELECT 1) y LEFT JOIN LATERAL (SELECT * FROM {table}) x ON true",
    "COPY {table} TO STDOUT",
    "COPY (SELECT * FROM {table}) TO STDOUT WITH (FORMAT csv)",
    "EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, SUMMARY OFF) SELECT * FROM {table}",
    "SELECT query_to_xml('SELECT * FROM {table}', true, true, '')",
    "SELECT table_to_xml('{table}', true, true, '')",
    "SELECT database_to_xml(true, true, '')",
    "SELECT ledger_rows(id) FROM requests_app_rowshape WHERE table_name = '{table}'",
    "SELECT ledger_content(id) FROM requests_app_entry",
    "SELECT most_common_vals FROM pg_stats WHERE tablename = '{table}'",
    "SELECT histogram_bounds FROM pg_stats WHERE tablename = '{table}'",
    "UPDATE {table} SET id = id WHERE {owned} RETURNING *",
    "DELETE FROM {table} WHERE {owned} RETURNING *",
    "INSERT INTO {table} SELECT * FROM {table} WHERE {owned} RETURNING *",
    "INSERT INTO {table} SELECT * FROM {table} ON CONFLICT DO NOTHING RETURNING *",
    "MERGE INTO {table} t USING (SELECT 1) s ON {owned} WHEN MATCHED THEN DELETE",
    "SELECT * FROM {table} WHERE {owned} FOR UPDATE",
    "SELECT * FROM {table} WHERE {owned} FOR KEY SHARE",
    "DECLARE every CURSOR FOR SELECT * FROM {table}; FETCH ALL FROM every",
    "SELECT * FROM {table} TABLESAMPLE BERNOULLI (100)",
    "SET LOCAL row_security = off; SELECT * FROM {table}",
    "SET LOCAL ROLE portal_owner; SELECT * FROM {table}",
    "SET LOCAL session_replication_role = replica; SELECT * FROM {table}",
    "CREATE TEMP VIEW seen AS SELECT * FROM {table}; SELECT * FROM seen",
    "CREATE FUNCTION pg_temp.peek(anyelement) RETURNS bool LANGUAGE plpgsql COST 0.001"
    " AS $$ BEGIN RAISE NOTICE '%', $1; RETURN true; END $$;"
    " SELECT * FROM {table} t WHERE pg_temp.peek(t::text)",
    "SELECT * FROM {table} t WHERE 1 / (length(t::text) - length(t::text)) = 0",
    "SELECT * FROM {table} t WHERE (t::text)::int = 0",
    "SELECT set_config('desk.context', replace(current_setting('desk.context', true),"
    " '{ours}', '{theirs}'), true); SELECT * FROM {table}",
    "SELECT set_config('desk.context', '', true); SELECT * FROM {table}",
    "SELECT desk_reads(), desk_staff_codes(), desk_scope(); SELECT * FROM {table}",
    "SELECT * FROM portal_context_key; SELECT * FROM {table}",
    "DO $$ BEGIN PERFORM 1 FROM {table} WHERE {owned};"
    " IF FOUND THEN RAISE EXCEPTION '{seen}'; END IF; END $$",
)
# Values that another agency has taken: whether it has must not be told.
PROBES = (
    "INSERT INTO requests_app_icerequest SELECT (jsonb_populate_record(r, to_jsonb(r)"
    " || jsonb_build_object('id', r.id + 1000000, 'number', '{number}', 'public_id',"
    " left(md5(random()::text), 22), 'seal_id', gen_random_uuid(), 'submit_id',"
    " gen_random_uuid()))).* FROM requests_app_icerequest r WHERE agency_id = {ours}",
    "INSERT INTO requests_app_numberseries (agency_id, year, last)"
    " VALUES ({theirs}, 2026, 1)",
)
SEEN = "a row was seen"


@dataclass(frozen=True)
class Place:
    """Where the rows are, whose they are, and the words only the second agency has."""

    address: str
    ours: int
    theirs: int
    clerk: int
    number: str
    context: object
    words: Sequence[str]
    tables: Mapping[str, str]


def contexts(place: Place, pid: int) -> Mapping[str, str]:
    """The lines a session may have, by name; all but the first are worth nothing."""
    from requests_app.accounts import tenancy

    own = place.context.token(pid=pid)
    everything = tenancy.SYSTEM.token(pid=pid)
    return {
        "of our clerk": own,
        "none": "",
        "of nobody": tenancy.NOBODY.token(pid=pid),
        "edited": own.replace(f"|{place.ours}|", f"|{place.theirs}|"),
        "of another connection": tenancy.SYSTEM.token(pid=pid + 1),
        "without its signature": everything.rpartition("|")[0],
        "with another signature": everything[:-64] + "0" * 64,
        "noise": "|||||||system|" + "f" * 64,
    }


def statements(place: Place, chance: random.Random) -> Iterator[str]:
    """Statements of every kind on tables drawn by lot, without end."""
    names = sorted(place.tables)
    while True:
        table = chance.choice(names)
        kind = chance.choice((*KINDS, *PROBES))
        for name, value in {
            "table": f"requests_app_{table}",
            "other": f"requests_app_{chance.choice(names)}",
            "owned": place.tables[table],
            "ours": place.ours,
            "theirs": place.theirs,
            "clerk": place.clerk,
            "number": place.number,
            "seen": SEEN,
        }.items():
            kind = kind.replace(f"{{{name}}}", str(value))
        yield kind


def answer(connection, token: str, statement: str) -> str:
    """Everything that comes back of one transaction: rows, notices and refusals."""
    said: list[str] = []
    connection.add_notice_handler(lambda notice: said.append(notice.message_primary))
    try:
        with connection.transaction(force_rollback=True), connection.cursor() as cursor:
            cursor.execute("SELECT set_config('desk.context', %s, true)", [token])
            for part in _parts(statement):
                said.append(_rows(cursor, part))
    except psycopg.Error as error:
        said.append(f"{error.diag.message_primary} {error.diag.message_detail}")
        if isinstance(error, psycopg.errors.UniqueViolation):
            said.append(SEEN)
    finally:
        connection._notice_handlers.clear()
    return "\n".join(said)


def _parts(statement: str) -> list[str]:
    # The bodies of functions hold semicolons of their own.
    return [statement] if statement.startswith("DO") else statement.split("; ")


def _rows(cursor, statement: str) -> str:
    if statement.startswith("COPY"):
        with cursor.copy(statement) as copied:
            return b"".join(bytes(part) for part in copied).decode()
    cursor.execute(statement)
    return str(cursor.fetchall()) if cursor.description else str(cursor.rowcount)


def leaks(place: Place, said: str) -> list[str]:
    return [word for word in (*place.words, SEEN) if word in said]


def run(
    place: Place, *, queries: int, seed: int, tell: Callable[[str], None] = print
) -> int:
    """How many statements gave something away, of `queries`."""
    chance = random.Random(seed)
    found = 0
    with psycopg.connect(place.address, autocommit=True) as connection:
        lines = contexts(place, connection.info.backend_pid)
        for number, statement in enumerate(statements(place, chance)):
            if number == queries:
                return found
            name = chance.choice(sorted(lines))
            if words := leaks(place, answer(connection, lines[name], statement)):
                found += 1
                tell(f"FOUND {words} under a context {name}: {statement}")
    return found


def build(address: str) -> Place:
    """Commit two agencies with records, and say where they are."""
    from requests_app.docket.models import IceRequest
    from tests import factories
    from tests.abuse import doors

    town = doors.build()
    ours, theirs = town.ours.row, town.theirs.row
    clerk = ours.appointments.filter(role="clerk").first().user
    keys = {"agency": theirs.pk, "code": f"'{theirs.code}'"}
    return Place(
        address=address,
        ours=ours.pk,
        theirs=theirs.pk,
        clerk=clerk.pk,
        number=IceRequest.objects.get(agency=theirs).number,
        context=factories.standing_of(clerk).context,
        words=[word for word in town.theirs.canaries if not word.endswith("son")],
        tables={
            table: condition % keys
            for table, condition in doors.ROWS.items()
            if table != "agency"
        },
    )


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="tests.abuse.statements")
    parser.add_argument("--queries", type=int, default=5_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--without-policy", action="store_true")
    options = parser.parse_args(arguments)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.test")
    import django

    django.setup()
    from tests import database

    with database.of_a_command(anew=True):
        place = build(database.addresses().application)
        if options.without_policy:
            database.as_owner("ALTER TABLE requests_app_ask DISABLE ROW LEVEL SECURITY")
        began = time.monotonic()
        found = run(place, queries=options.queries, seed=options.seed)
    took = time.monotonic() - began
    print(
        f"{options.queries} statements, {found} gave something away, {took:.0f} s,"
        f" seed {options.seed}"
    )
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
