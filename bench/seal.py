"""Measure what sealing costs: transactions a second beside a plain insert.

Run with `bin/bench seal`, on DATABASE_OWNER_URL or else the embedded server. It makes a
scratch database with the portal's tables and lets pgbench write, with 1, 4 and 16
clients: into a copy of the table of entries without its triggers (plain), an entry
(sealed), and an entry with ten rows of record (sealed with rows). After every run the
leaves are counted against the entries. The status is 1 when they differ, or when 16
clients seal fewer than 200 a second, or one in twenty waits 50 ms or longer.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from portal import embedded, env

DATABASE = "bench_seal"
CLIENTS = (1, 4, 16)
SECONDS = 10
RATE_FLOOR = 200.0
WAIT_CEILING_MS = 50.0

COLUMNS = "public_id, event, at, actor, role, agency, subject, seq, outcome, body"
ENTRY = f"""
INSERT INTO {{table}} ({COLUMNS})
SELECT left(one, 22), 'ask.determined', now(), left(one, 22), 'supervisor', 'SMP',
    right(one, 22), 1, 'ok', '{{{{"decision":"deny","kind":"hold"}}}}'
FROM (SELECT replace(gen_random_uuid()::text, '-', '') AS one) made;
"""
ROWS = """
INSERT INTO requests_app_agency (public_id, code, name, kind, body, legislative_body,
    head_title, decide_within_hours, copy_within_hours, second_within_hours,
    warn_before_hours)
SELECT left(one, 22), 'B' || upper(left(one, 11)), 'Bench', 'other_public_employee', '',
    '', '', 24, 24, 24, 4
FROM (SELECT replace(gen_random_uuid()::text, '-', '') AS one
      FROM generate_series(1, 10)) made;
"""
PLAIN, SEALED = (
    ENTRY.format(table="bench_plain"),
    ENTRY.format(table="requests_app_entry"),
)
SCRIPTS = {
    "plain insert": PLAIN,
    "sealed": SEALED,
    "sealed with ten rows": f"BEGIN;{ROWS}{SEALED}COMMIT;\n",
}


def pgbench() -> Path:
    for place in embedded.providers():
        if (place / "pgbench").exists():
            return place / "pgbench"
    found = shutil.which("pgbench")
    if found is None:
        raise SystemExit("pgbench is not here: it comes with PostgreSQL.")
    return Path(found)


@contextmanager
def scratch():
    """A database of its own with the portal's tables; dropped at the end."""
    given = conninfo_to_dict(env.owner_url())
    admin = make_conninfo(**given)
    address = make_conninfo(**{**given, "dbname": DATABASE})
    drop = f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)"
    with psycopg.connect(admin, autocommit=True) as server:
        server.execute(drop)
        server.execute(f"CREATE DATABASE {DATABASE}")
    settings = {
        "DATABASE_URL": address,
        "DATABASE_OWNER_URL": address,
        "DJANGO_SETTINGS_MODULE": "portal.settings.test",
    }
    command = [sys.executable, "manage.py", "migrate", "--verbosity=0"]
    subprocess.run(command, env={**os.environ, **settings}, check=True)
    with psycopg.connect(address, autocommit=True) as database:
        database.execute(
            "CREATE TABLE bench_plain (LIKE requests_app_entry INCLUDING ALL)"
        )
    try:
        yield address
    finally:
        with psycopg.connect(admin, autocommit=True) as server:
            server.execute(drop)


def measure(address: str, script: str, clients: int) -> tuple[float, float]:
    """Transactions a second, and the milliseconds that 95 of 100 stay below."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "script.sql"
        path.write_text(script)
        command = [str(pgbench()), "--no-vacuum", "-f", str(path), "-l"]
        command += ["-T", str(SECONDS), "-c", str(clients), "-j", "1", address]
        subprocess.run(command, cwd=folder, check=True, capture_output=True)
        waits = sorted(
            int(line.split()[2])
            for log in Path(folder).glob("pgbench_log.*")
            for line in log.read_text().splitlines()
        )
    return len(waits) / SECONDS, waits[int(len(waits) * 0.95)] / 1000


def is_whole(address: str) -> bool:
    """Whether every entry has its leaf, and the head says how many there are."""
    with psycopg.connect(address) as database:
        entries, leaves, head, unsealed = database.execute(
            "SELECT (SELECT count(*) FROM requests_app_entry),"
            " (SELECT count(*) FROM requests_app_leaf),"
            " (SELECT n FROM requests_app_head),"
            " (SELECT count(*) FROM requests_app_unsealed)"
        ).fetchone()
    return entries == leaves == head and unsealed == 0


def main() -> int:
    if not os.environ.get("DATABASE_OWNER_URL"):
        with embedded.running():
            return run()
    return run()


def run() -> int:
    failed = False
    with scratch() as address:
        with psycopg.connect(address) as database:
            (version,) = database.execute("SHOW server_version").fetchone()
        print(f"PostgreSQL {version}, {SECONDS} s a run")
        print(f"{'':22}{'clients':>8}{'a second':>10}{'95 % below':>13}  leaves")
        for clients in CLIENTS:
            for name, script in SCRIPTS.items():
                rate, wait = measure(address, script, clients)
                whole = is_whole(address)
                said = "all there" if whole else "NOT AS MANY AS ENTRIES"
                print(f"{name:22}{clients:8}{rate:10.0f}{wait:10.1f} ms  {said}")
                slow = rate < RATE_FLOOR or wait >= WAIT_CEILING_MS
                failed |= not whole or (name, clients) == ("sealed", 16) and slow
    print("NOT HELD" if failed else "Held: 200 sealed a second, 50 ms, at 16 clients")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
