"""A long history made by SQL, and the plans of what the auditor's pages ask of it.

Shared by `test_search.py`, which looks at plans only, and `bench/history.py`, which
measures. Entries are spread evenly over five years, in the order of time: three in five
open a request, one in twenty is a list of fifty requests, one in a thousand a refusal.
"""

import json
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import psycopg
from django.db import connection
from django.test.utils import CaptureQueriesContext

from requests_app.accounts import grants, tenancy
from requests_app.reporting.search import Wanted, find, readers

BEGAN = datetime(2021, 1, 1, tzinfo=UTC)
LENGTH = timedelta(days=5 * 365)
ENDED = BEGAN + LENGTH
WHOLE = {"since": BEGAN, "until": ENDED}
MOST = 50
REQUESTS, ACTORS, AGENCIES, LISTED = 5000, 300, 20, 50

FILL = """
    INSERT INTO requests_app_entry
        (public_id, event, at, actor, role, agency, subject, seq, outcome, body)
    SELECT
        'e' || lpad(n::text, 21, '0'),
        CASE WHEN n %% 1000 = 0 THEN 'access.denied' WHEN n %% 20 = 1 THEN 'list.read'
             WHEN n %% 5 < 3 THEN 'request.read' WHEN n %% 7 = 0 THEN 'ask.determined'
             ELSE 'request.screened' END,
        %(began)s::timestamptz + n * %(step)s::interval,
        'a' || lpad((n * 7919 %% %(actors)s::int)::text, 21, '0'),
        (ARRAY['clerk', 'supervisor', 'head', 'auditor'])[1 + n %% 4],
        'BEN' || (n * 31 %% %(agencies)s::int),
        CASE WHEN n %% 20 = 1
             THEN 'a' || lpad((n * 7919 %% %(actors)s::int)::text, 21, '0')
             ELSE 'r' || lpad((n * 104729 %% %(requests)s::int)::text, 21, '0') END,
        1000000 + n,
        CASE WHEN n %% 1000 = 0 THEN 'refused' ELSE 'ok' END,
        CASE WHEN n %% 20 = 1 THEN (
            SELECT '{"door":"request_list","shown":['
                || string_agg('"r' || lpad(
                    ((n * 13 + i * 17) %% %(requests)s::int)::text, 21, '0'
                ) || '"', ',') || ']}'
            FROM generate_series(1, %(listed)s::int) i
        ) ELSE '{"door":"request_detail"}' END
    FROM generate_series(%(first)s::bigint, %(last)s::bigint) n
"""


def subject(number: int) -> str:
    return f"r{number:021}"


def actor(number: int) -> str:
    return f"a{number:021}"


def fill(owner: psycopg.Connection, count: int) -> None:
    """Write `count` entries by the owner's connection, in its transaction."""
    for first in range(1, count + 1, 100_000):
        owner.execute(
            FILL,
            {
                "began": BEGAN,
                "step": f"{LENGTH / count / timedelta(microseconds=1)} microseconds",
                "first": first,
                "last": min(first + 99_999, count),
                "requests": REQUESTS,
                "actors": ACTORS,
                "agencies": AGENCIES,
                "listed": LISTED,
            },
        )


def at(share: float) -> tuple[datetime, int]:
    """A place in the order, that share of the way back from the end."""
    return ENDED - LENGTH * share, 10**15


# What an auditor may ask, each over all five years.
ASKED: dict[str, Callable] = {
    "everything": lambda after: find(Wanted(**WHOLE), after=after, most=MOST),
    "one event": lambda after: find(
        Wanted(**WHOLE, event="ask.determined"), after=after, most=MOST
    ),
    "one person": lambda after: find(
        Wanted(**WHOLE, actor=actor(7)), after=after, most=MOST
    ),
    "one agency": lambda after: find(
        Wanted(**WHOLE, codes=["BEN3"]), after=after, most=MOST
    ),
    "refusals": lambda after: find(
        Wanted(**WHOLE, outcome="refused"), after=after, most=MOST
    ),
    "event, role, agency and outcome": lambda after: find(
        Wanted(
            **WHOLE,
            event="request.read",
            role="head",
            agency="BEN3",
            outcome="failed",
        ),
        after=after,
        most=MOST,
    ),
    "a role that nobody had": lambda after: find(
        Wanted(**WHOLE, role="records_officer"), after=after, most=MOST
    ),
    "what was done": lambda after: find(
        Wanted(**WHOLE, what="changes"), after=after, most=MOST
    ),
    "three agencies": lambda after: find(
        Wanted(**WHOLE, codes=["BEN1", "BEN2", "BEN3"]), after=after, most=MOST
    ),
    "one request": lambda after: find(
        Wanted(**WHOLE, subject=subject(11)), after=after, most=MOST
    ),
    "who saw one request": lambda after: readers(
        subject(11), **WHOLE, after=after, most=MOST
    ),
}


def statements(work: Callable) -> list[str]:
    """What `work` sends to read entries, with the settings it makes, in order."""
    with CaptureQueriesContext(connection) as captured:
        work()
    return [
        row["sql"]
        for row in captured.captured_queries
        if re.match(r"SELECT\b.*(requests_app_entry|set_config)", row["sql"], re.S)
    ]


def plans(owner: psycopg.Connection, sent: list[str]) -> list[dict]:
    """The plan of each statement, under the settings made before it."""
    found = []
    for sql in sent:
        if "set_config" in sql:
            owner.execute(sql.encode())
        else:
            found.append(plan(owner, sql))
    return found


def as_auditor_of_the_state(owner: psycopg.Connection) -> None:
    """Have the owner's transaction go on as the portal, for a reader of the state."""
    token = tenancy.Context(scope="state").token(pid=owner.info.backend_pid)
    owner.execute(f"SET LOCAL ROLE {grants.APPLICATION}")
    owner.execute("SELECT set_config('desk.context', %s, true)", [token])


def plan(of: psycopg.Connection, sql: str) -> dict:
    """What PostgreSQL would do for a statement."""
    (text,) = of.execute(b"EXPLAIN (FORMAT JSON) " + sql.encode()).fetchone()
    found = text if isinstance(text, list) else json.loads(text)
    return found[0]["Plan"]


def nodes(found: dict) -> Iterator[dict]:
    yield found
    for inner in found.get("Plans", ()):
        yield from nodes(inner)


def reads_all_entries(found: dict) -> bool:
    """Whether a plan reads the whole table, row by row."""
    return any(
        node["Node Type"] == "Seq Scan"
        and node.get("Relation Name") == "requests_app_entry"
        for node in nodes(found)
    )


def sorts_entries(found: dict) -> bool:
    """Whether a plan sorts what it found rather than reading it in order."""
    return any("Sort" in node["Node Type"] for node in nodes(found))
