"""What the worklist costs an agency with 100,000 open requests, at any depth.

    bin/bench worklist [REQUESTS]

One agency's requests are copied in the tests' database; a supervisor opens the first
page, page 1,000 and the last page, through the door, with the policies and the entry of
who looked. Printed are the statements of each page, the medians of 15 rounds, and how
much slower the deepest is than the first. The status is 1 when a page needs more than
12 statements, or the last takes twice as long as the first or longer.

Then the minute's look for clocks that warn or lapse, with nothing due; and, with every
other request determined, the first page of what is not reconciled, and the worklist
again, whose tab counts it. What it writes is taken back.
"""

import os
import statistics
import sys
import time

REQUESTS, ROUNDS, MOST = 100_000, 15, 12

COPIES = """
    WITH made AS (
        INSERT INTO requests_app_icerequest SELECT (jsonb_populate_record(r,
            to_jsonb(r) || jsonb_build_object(
                'id', nextval(pg_get_serial_sequence('requests_app_icerequest', 'id')),
                'number', 'BIG-2026-' || lpad((n + 100)::text, 6, '0'),
                'public_id', left(md5(n::text || random()::text), 22),
                'seal_id', gen_random_uuid(), 'submit_id', gen_random_uuid()))).*
        FROM requests_app_icerequest r, generate_series(1, {count}) n
        WHERE r.id = {like} RETURNING id
    )
    {more}
"""
# A row of another table for every copied request, its times a minute apart.
CHILD = """
    INSERT INTO requests_app_{table} SELECT (jsonb_populate_record(t,
        to_jsonb(t) || jsonb_build_object(
            'id', nextval(pg_get_serial_sequence('requests_app_{table}', 'id')),
            'ice_request_id', r.id{changes}))).*
    FROM requests_app_{table} t, requests_app_icerequest r
    WHERE t.ice_request_id = {like} AND r.id > {like} AND r.agency_id = {agency}
"""
TABLES = ("icerequest", "person", "ask", "screening", "finding", "assignment")


def fill(count: int):
    """One agency with `count` requests more than one; its supervisor; when filed."""
    from tests import factories
    from tests.database import as_owner

    agency = factories.make_agency(code="BIG")
    like = factories.file_request(agency=agency, clerk=factories.make_clerk(agency))
    supervisor = factories.make_supervisor(agency)
    own = "'public_id', left(md5(random()::text || r.id::text), 22)"
    sealed = "'seal_id', gen_random_uuid()"
    due = f"'due_at', t.due_at + (r.id - {like.pk}) * interval '1 minute'"
    changes = {
        "person": f", {sealed}",
        "ask": f", {own}",
        "screening": f", {own}",
        "assignment": f", {sealed}, {due}",
    }
    kept = [f"ALTER TABLE requests_app_{one} DISABLE TRIGGER USER" for one in TABLES]
    as_owner("SET CONSTRAINTS ALL IMMEDIATE", *kept)
    as_owner(
        COPIES.format(count=count, like=like.pk, more="SELECT count(*) FROM made"),
        *(
            CHILD.format(table=one, like=like.pk, agency=agency.pk, changes=changed)
            for one, changed in changes.items()
        ),
    )
    # Without statistics the join below would be one row by one.
    as_owner(*(f"ANALYZE requests_app_{one}" for one in TABLES))
    _screen_each(like)
    as_owner(
        *(f"ALTER TABLE requests_app_{one} ENABLE TRIGGER USER" for one in TABLES),
        *(f"ANALYZE requests_app_{one}" for one in TABLES),
    )
    return agency, supervisor, like.filed_at


def _screen_each(like) -> None:
    """Point the copied screenings at the copied asks."""
    from tests.database import as_owner

    as_owner(
        "UPDATE requests_app_screening s SET ask_id = a.id"
        " FROM requests_app_ask a WHERE s.ask_id IS NOT NULL"
        f" AND a.ice_request_id = s.ice_request_id AND s.ice_request_id > {like.pk}"
    )


def places(agency) -> dict[str, str]:
    """The addresses of the first page, of page 1,000 and of the last one."""
    from urllib.parse import urlencode

    from django.urls import reverse

    from requests_app.review.models import Assignment
    from requests_app.review.views.paging import PAGE

    rows = Assignment.objects.open().filter(agency=agency).soonest_first()
    keys = list(rows.values_list("due_at", "id"))
    found = {"first page": ""}
    for name, at in (
        ("page 1,000", 999 * PAGE - 1),
        ("last page", (len(keys) - 1) // PAGE * PAGE - 1),
    ):
        if 0 <= at < len(keys):
            due_at, number = keys[at]
            found[name] = "?" + urlencode({"after": f"{due_at.isoformat()}~{number}"})
    return {name: reverse("worklist") + query for name, query in found.items()}


def measure(client, address: str) -> tuple[int, float]:
    """The statements of one page, and the median in milliseconds."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    statements = [
        one["sql"]
        for one in captured.captured_queries
        if one["sql"].split(" ", 1)[0] in ("SELECT", "INSERT", "UPDATE", "WITH")
        and "set_config" not in one["sql"]
    ]
    times = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        client.get(address)
        times.append(1000 * (time.perf_counter() - began))
    return len(statements), statistics.median(times)


def beside(client, agency, like_at) -> dict[str, tuple[int, float]]:
    """The scan of the alarms, and the page of what is not reconciled."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext
    from django.urls import reverse

    from requests_app.review.services import alarms
    from tests.database import as_owner

    with CaptureQueriesContext(connection) as captured:
        assert alarms.watch(agency=agency, at=like_at) == []
    times = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        alarms.watch(agency=agency, at=like_at)
        times.append(1000 * (time.perf_counter() - began))
    found = {"alarms": (len(captured), statistics.median(times))}
    as_owner(
        "ALTER TABLE requests_app_icerequest DISABLE TRIGGER USER",
        "UPDATE requests_app_icerequest SET status = 'determined' WHERE id % 2 = 0",
        "ALTER TABLE requests_app_icerequest ENABLE TRIGGER USER",
        "ANALYZE requests_app_icerequest",
    )
    found["unreconciled"] = measure(client, reverse("unreconciled_list"))
    found["desk again"] = measure(client, reverse("worklist"))
    return found


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.test")
    import django

    django.setup()
    from django.db import transaction
    from django.test import Client

    from tests import database

    count = int(sys.argv[1]) if len(sys.argv) > 1 else REQUESTS
    with database.of_a_command(), transaction.atomic():
        agency, supervisor, at = fill(count)
        client = Client()
        client.force_login(supervisor)
        found = {
            name: measure(client, address) for name, address in places(agency).items()
        }
        also = beside(client, agency, at)
        transaction.set_rollback(True)
    print(f"worklist of {count:,} open requests, medians of {ROUNDS} rounds")
    for name, (statements, median) in found.items():
        print(f"  {name:12} {statements:3} statements {median:8.1f} ms")
    for name, (statements, median) in also.items():
        print(f"  {name:12} {statements:3} statements {median:8.1f} ms")
    medians = [median for _, median in found.values()]
    ratio = medians[-1] / medians[0]
    print(f"  the deepest takes {ratio:.2f} times as long as the first")
    is_held = ratio < 2 and all(number <= MOST for number, _ in found.values())
    print("Held" if is_held else "NOT HELD")
    return 0 if is_held else 1


if __name__ == "__main__":
    sys.exit(main())
