"""Measure the auditor's pages on a long history: plans, and times at every depth.

Run with `bin/bench history [ENTRIES]`; 1,000,000 unless told, and 10,000,000 is what
the portal is made for. On a database of its own, which goes afterwards, it writes that
many entries over five years and asks what an auditor may ask, as the portal's role and
under the row-level security of a reader of the whole state: the first page, and pages
half and nine tenths of the way back. No question may read the whole table, and none may
take longer than the ceiling, however deep. A question that no index answers is asked
for comparison: that one grows with the history.
"""

from __future__ import annotations

import os
import statistics
import sys
import time
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.test")
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import django  # noqa: E402

django.setup()

import psycopg  # noqa: E402
from django.db import connection, transaction  # noqa: E402

from requests_app.accounts import tenancy  # noqa: E402
from tests import database  # noqa: E402
from tests.reporting import long_history  # noqa: E402

ENTRIES = 1_000_000
CEILING_SECONDS = 0.5
DEPTHS = (None, 0.5, 0.9)
ROUNDS = 5
UNINDEXED = "SELECT count(*) FROM requests_app_entry WHERE role = 'nobody'"


def main() -> int:
    """Print plans and times; the exit status says whether all kept the ceiling."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else ENTRIES
    connection.settings_dict["NAME"] = f"test_desk_bench_{os.getpid()}"
    where = database.make(anew=True)
    try:
        _fill(where, count)
        wrong = _ask(where)
    finally:
        database.drop(where)
    for words in wrong:
        print("FAILS:", words)
    return 1 if wrong else 0


def _fill(where: database.Addresses, count: int) -> None:
    began = time.monotonic()
    with psycopg.connect(where.owner) as owner:
        # Sealing is measured elsewhere; here the entries need only be there.
        owner.execute("ALTER TABLE requests_app_entry DISABLE TRIGGER USER")
        long_history.fill(owner, count)
        owner.execute("ALTER TABLE requests_app_entry ENABLE TRIGGER USER")
    with psycopg.connect(where.owner, autocommit=True) as owner:
        owner.execute("VACUUM ANALYZE requests_app_entry")
        (size,) = owner.execute(
            "SELECT pg_size_pretty(pg_total_relation_size('requests_app_entry'))"
        ).fetchone()
        rows = owner.execute(
            "SELECT indexrelname, pg_size_pretty(pg_relation_size(indexrelid))"
            " FROM pg_stat_user_indexes WHERE relname = 'requests_app_entry'"
            " ORDER BY pg_relation_size(indexrelid) DESC"
        ).fetchall()
    print(f"{count} entries, {size}, written in {time.monotonic() - began:.0f} s")
    print("indexes:", ", ".join(f"{name} {large}" for name, large in rows))


def _ask(where: database.Addresses) -> list[str]:
    wrong = []
    state = tenancy.Context(scope="state")
    print(f"{'question':34} {'first':>8} {'half':>8} {'nine tenths':>12}  indexes")
    for asked, work in long_history.ASKED.items():
        times, used = [], set()
        for depth in DEPTHS:
            after = long_history.at(depth) if depth else None
            with transaction.atomic(), tenancy.entered(state):
                times.append(_median(lambda w=work, a=after: w(a)))
                sql = long_history.statements(lambda w=work, a=after: w(a))
            wrong += _faults(where, asked, sql, used)
        shown = " ".join(f"{1000 * one:8.1f}" for one in times)
        print(f"{asked:34} {shown} ms  {', '.join(sorted(used))}")
        if max(times) > CEILING_SECONDS:
            wrong.append(f"{asked} took {max(times):.2f} s")
    with transaction.atomic(), tenancy.entered(state), connection.cursor() as cursor:
        seconds = _median(lambda: cursor.execute(UNINDEXED))
    print(f"{'without an index, for comparison':34} {1000 * seconds:8.1f} ms")
    return wrong


def _median(work) -> float:
    work()
    seconds = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - began)
    return statistics.median(seconds)


def _faults(where, asked: str, statements: list[str], used: set) -> list[str]:
    wrong = []
    with psycopg.connect(where.owner) as owner:
        long_history.as_auditor_of_the_state(owner)
        for plan in long_history.plans(owner, statements):
            used |= {
                node["Index Name"]
                for node in long_history.nodes(plan)
                if node.get("Index Name", "").startswith(
                    ("entry", "requests_app_entry")
                )
            }
            if long_history.reads_all_entries(plan):
                wrong.append(f"{asked} reads the whole table")
    return wrong


if __name__ == "__main__":
    raise SystemExit(main())
