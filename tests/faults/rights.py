"""Try to change the history as the portal's own role, in ten thousand ways.

Run with `python -m tests.faults.rights`, and a database of the tests there already
(`bin/test tests/ledger` leaves one with --reuse-db). Every attempt is a transaction of
its own, taken back at the end. None may succeed; the owner's must, or the attempts
would be worth nothing. The status is 1 otherwise.
"""

import argparse
import itertools
import random
import sys
from collections.abc import Iterator
from dataclasses import dataclass

import psycopg

TABLES = ("entry", "leaf", "head", "checkpoint", "rowchange", "rowshape", "unsealed")
COLUMN = {
    "entry": ("body", "at", "actor", "seq", "outcome", "event"),
    "leaf": ("hash", "idx", "sealed_at", "entry_id"),
    "head": ("n", "stack", "last_at"),
    "checkpoint": ("root", "note", "at", "size"),
    "rowchange": ("digest", "entry_id", "op", "row_id"),
    "rowshape": ("columns", "key", "table_name"),
    "unsealed": ("upto", "entry_id"),
}
PRIVILEGES = ("UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER")
FUNCTIONS = (
    "ledger_seal()",
    "ledger_seal_entry(bigint)",
    "ledger_capture()",
    "ledger_entry_written()",
    "ledger_change_has_history()",
    "requests_app_entry_refuses_change()",
)
WAYS = (
    "UPDATE {table} SET {column} = {column}",
    "UPDATE {table} SET {column} = {column} WHERE {where}",
    "UPDATE {table} SET {column} = NULL WHERE {where}",
    "DELETE FROM {table}",
    "DELETE FROM {table} WHERE {where}",
    "WITH gone AS (DELETE FROM {table} WHERE {where} RETURNING 1) SELECT * FROM gone",
    "TRUNCATE {table}",
    "TRUNCATE {table} RESTART IDENTITY CASCADE",
    "SELECT * FROM {table} WHERE {where} FOR UPDATE",
    "MERGE INTO {table} t USING (SELECT 1) s ON {where} WHEN MATCHED THEN DELETE",
    "ALTER TABLE {table} DISABLE TRIGGER ALL",
    "ALTER TABLE {table} DISABLE TRIGGER USER",
    "ALTER TABLE {table} DROP COLUMN {column}",
    "ALTER TABLE {table} ALTER COLUMN {column} DROP NOT NULL",
    "ALTER TABLE {table} RENAME TO other",
    "ALTER TABLE {table} OWNER TO CURRENT_USER",
    "ALTER TABLE {table} DISABLE ROW LEVEL SECURITY",
    "DROP TABLE {table} CASCADE",
    "GRANT ALL ON {table} TO CURRENT_USER; DELETE FROM {table}",
    "CREATE RULE quiet AS ON INSERT TO {table} DO INSTEAD NOTHING",
    "CREATE TRIGGER mine BEFORE INSERT ON {table} FOR EACH ROW"
    " EXECUTE FUNCTION {function}",
    "CREATE TEMP TABLE {name} (LIKE {table}); CREATE TRIGGER mine AFTER INSERT ON"
    " {name} FOR EACH ROW EXECUTE FUNCTION {function}",
    "DROP FUNCTION {function} CASCADE",
    "ALTER FUNCTION {function} OWNER TO CURRENT_USER",
    "ALTER FUNCTION {function} SECURITY INVOKER",
    "SELECT ledger_seal_entry(1)",
    "SET LOCAL ROLE portal_owner; DELETE FROM {table}",
    "SET LOCAL SESSION AUTHORIZATION portal_owner; DELETE FROM {table}",
    "SET LOCAL session_replication_role = replica; DELETE FROM {table}",
    "SELECT set_config('pgtrigger.ignore', '{{{name}}}', true); DELETE FROM {table}",
    "COPY {table} FROM '/dev/null'",
    "COMMENT ON TABLE {table} IS 'mine'",
    "LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE",
)
# What only the sealing functions and the signer write.
CLOSED = ("leaf", "head", "checkpoint", "rowchange", "rowshape", "unsealed")
INSERT = "INSERT INTO requests_app_{table} SELECT * FROM requests_app_{table}"
# Nobody but the owner may even do this; the guards stop the owner from the rest.
OWNER = (
    "ALTER TABLE {table} DISABLE TRIGGER USER; DELETE FROM {table}",
    "ALTER TABLE {table} DISABLE TRIGGER USER; TRUNCATE {table}",
    "ALTER TABLE {table} DISABLE TRIGGER USER; UPDATE {table} SET {column} = {column}",
)


@dataclass(frozen=True)
class Tally:
    """How many attempts were made, and those that were not refused."""

    made: int
    succeeded: list[str]


def attempts(ways: tuple[str, ...], *, seed: int) -> Iterator[str]:
    """Statements without end: every way at every table, then with other words."""
    words = random.Random(seed)
    yield from (INSERT.format(table=one) for one in CLOSED if ways is WAYS)
    for way, table in itertools.cycle(itertools.product(ways, TABLES)):
        column = words.choice(COLUMN[table])
        where = words.choice(
            (
                f"{column} IS NOT NULL",
                f"{column} IS NULL",
                "true",
                "false",
                f"ctid = '({words.randrange(9)},{words.randrange(1, 99)})'",
            )
        )
        yield way.format(
            table=f"requests_app_{table}",
            column=column,
            where=where,
            function=words.choice(FUNCTIONS),
            name=f"mine_{words.randrange(10**9)}",
        )


def attempt(connection: psycopg.Connection, ways, *, count: int, seed: int) -> Tally:
    """Make `count` attempts, each taken back."""
    succeeded = []
    for statement in itertools.islice(attempts(ways, seed=seed), count):
        try:
            connection.execute(statement)
        except psycopg.Error:
            pass
        else:
            succeeded.append(statement)
        connection.rollback()
    return Tally(made=count, succeeded=succeeded)


def privileges(connection: psycopg.Connection, role: str) -> list[str]:
    """The privileges over the tables of the history that a role has and should not."""
    found = [
        f"{privilege} on {table}"
        for table, privilege in itertools.product(TABLES, PRIVILEGES)
        if connection.execute(
            "SELECT has_table_privilege(%s, %s, %s)",
            [role, f"requests_app_{table}", privilege],
        ).fetchone()[0]
    ]
    found += [
        f"INSERT on {table}"
        for table in CLOSED
        if connection.execute(
            "SELECT has_table_privilege(%s, %s, 'INSERT')",
            [role, f"requests_app_{table}"],
        ).fetchone()[0]
    ]
    connection.rollback()
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("application", help="address of the database as portal_app")
    parser.add_argument("owner", help="address of the database as portal_owner")
    parser.add_argument("--attempts", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    with psycopg.connect(asked.application) as connection:
        rights = privileges(connection, "portal_app")
        tried = attempt(connection, WAYS, count=asked.attempts, seed=asked.seed)
    with psycopg.connect(asked.owner) as connection:
        owner = attempt(connection, OWNER, count=21, seed=asked.seed)
    print(f"privileges too many: {rights or 'none'}")
    print(f"as portal_app: {len(tried.succeeded)} of {tried.made} succeeded")
    for statement in tried.succeeded[:10]:
        print(f"  {statement}")
    print(f"as portal_owner: {len(owner.succeeded)} of {owner.made} succeeded")
    held = not rights and not tried.succeeded and len(owner.succeeded) == owner.made
    return int(not held)


if __name__ == "__main__":
    sys.exit(main())
