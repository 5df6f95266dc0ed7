"""What the figures of a million requests cost, over a year and over ten.

    bin/bench dashboard [REQUESTS]

Rows of figures of invented requests are written to the tests' database, spread over 50
agencies and ten years; an auditor of the state and a head of one agency have every
figure counted, the charts drawn. Printed are the statements and the medians of five
rounds. What it writes is taken back.
"""

import os
import statistics
import sys
import time
from datetime import date

REQUESTS, ROUNDS = 1_000_000, 5
LAST = date(2026, 3, 10)

FILLED = """
    INSERT INTO requests_app_requestfigures (
        ice_request_id, agency_id, received_on, filed_on, instrument, channel, status,
        origin, asks, acts, findings, decisions, mismatches, ice_access, access_on,
        municipal_report, overrides, is_flagged, notices_owed, notices_served,
        hours_to_copy, hours_to_decision, staff_minutes, cost_cents, rebuilt_at)
    SELECT n, {first} + n %% 50, d, d,
        (ARRAY['I-247A','I-200','I-205','telephone','email'])[1 + n %% 5], 'fax',
        'determined', 'desk',
        ARRAY['hold', (ARRAY['interview','transfer','notify_release'])[1 + n %% 3]],
        ARRAY['detain'],
        ARRAY['54-192h(b)(1)(A) violation', '54-192h(e)(1) copy compliant'],
        ARRAY['hold ' || (ARRAY['approve','deny','deny'])[1 + n %% 3]],
        CASE WHEN n %% 20 = 0 THEN ARRAY['denied_yet_done'] ELSE '{{}}' END,
        CASE WHEN n %% 9 = 0 THEN ARRAY['54-192h(a)(6)(A)'] ELSE '{{}}' END,
        '{{}}', false, (n %% 300 = 0)::int, n %% 3 = 0, n %% 2, 1 - n %% 2,
        n %% 40, n %% 30, n %% 90, n %% 9000, now()
    FROM (SELECT n, date '2026-03-10' - (n %% 3650)::int AS d
          FROM generate_series({begin}, {end}) n) one
""".replace("%%", "%")


def fill(count: int):
    """Fifty agencies with `count` rows of figures; who looks at them."""
    from tests import factories
    from tests.database import as_owner

    agencies = [factories.make_agency(code=f"B{number:02}") for number in range(50)]
    people = factories.make_auditor(), factories.make_head(agencies[0])
    # The rows stand for requests that are not there.
    as_owner(
        "DO $$ DECLARE name text; BEGIN FOR name IN SELECT conname FROM pg_constraint"
        " WHERE conrelid = 'requests_app_requestfigures'::regclass AND contype = 'f'"
        " LOOP EXECUTE format('ALTER TABLE requests_app_requestfigures"
        " DROP CONSTRAINT %I', name); END LOOP; END $$",
        FILLED.format(first=agencies[0].pk, begin=10**9, end=10**9 + count - 1),
        "ANALYZE requests_app_requestfigures",
    )
    return people


def measure(person, asked) -> tuple[int, float]:
    """The statements of one dashboard, and the median in milliseconds."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from requests_app.reporting import counting, panels
    from tests import factories

    standing = factories.standing_of(person, on=LAST)

    def dashboard():
        counted = counting.count(asked.rows(standing), asked)
        return panels.panels(counted, asked)

    with CaptureQueriesContext(connection) as captured:
        assert dashboard()
    times = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        dashboard()
        times.append(1000 * (time.perf_counter() - began))
    return len(captured), statistics.median(times)


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.test")
    import django

    django.setup()
    from django.db import transaction

    from requests_app.reporting.narrowing import Asked
    from tests import database

    count = int(sys.argv[1]) if len(sys.argv) > 1 else REQUESTS
    with database.of_a_command(), transaction.atomic():
        auditor, head = fill(count)
        print(f"{count:,} requests of 50 agencies over ten years")
        for name, person, since in (
            ("one agency, twelve months", head, date(2025, 4, 1)),
            ("the state, twelve months", auditor, date(2025, 4, 1)),
            ("one agency, ten years", head, date(2016, 4, 1)),
            ("the state, ten years", auditor, date(2016, 4, 1)),
        ):
            by = "month" if since.year == 2025 else "year"
            statements, median = measure(person, Asked(since, LAST, by=by))
            print(f"{name}: {statements} statements, median {median:,.0f} ms")
        transaction.set_rollback(True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
