"""What the second wall costs: the list of 25 requests from 20,000, with and without it.

    bin/bench tenancy

Both sides run in turns on the same rows of the tests' database: the filter of
`visible_to` alone, and the filter with the policies and the signed context of the
transaction. Medians of 300 rounds each. What it writes is taken back.
"""

import os
import statistics
import time

ROWS, ROUNDS, PAGE = 20_000, 300, 25


def fill() -> tuple:
    """Two agencies with half of the rows each; a clerk of the first one."""
    from tests import factories
    from tests.database import as_owner

    agencies = [factories.make_agency(code=code) for code in ("ONE", "TWO")]
    clerks = [factories.make_clerk(agency) for agency in agencies]
    for agency, clerk in zip(agencies, clerks, strict=True):
        like = factories.file_request(agency=agency, clerk=clerk)
        as_owner(
            "SET CONSTRAINTS ALL IMMEDIATE",
            "ALTER TABLE requests_app_icerequest DISABLE TRIGGER USER",
            "INSERT INTO requests_app_icerequest SELECT (jsonb_populate_record(r,"
            " to_jsonb(r) || jsonb_build_object('id',"
            " nextval(pg_get_serial_sequence('requests_app_icerequest', 'id')),"
            " 'number', left(r.number, 9) || lpad((n + 100)::text, 5, '0'),"
            " 'public_id', left(md5(random()::text), 22), 'seal_id',"
            " gen_random_uuid(), 'submit_id', gen_random_uuid()))).*"
            f" FROM requests_app_icerequest r, generate_series(1, {ROWS // 2}) n"
            f" WHERE r.id = {like.pk}",
            "ALTER TABLE requests_app_icerequest ENABLE TRIGGER USER",
            "SET CONSTRAINTS ALL DEFERRED",
        )
    as_owner("SET CONSTRAINTS ALL IMMEDIATE", "ANALYZE requests_app_icerequest")
    return agencies[0], clerks[0]


def listed(standing) -> int:
    from requests_app.docket.models import IceRequest

    rows = IceRequest.objects.visible_to(standing).newest_first()
    return len(rows.values_list("id", "number", "status")[:PAGE])


def measure(work) -> float:
    began = time.perf_counter()
    assert work() == PAGE
    return 1000 * (time.perf_counter() - began)


def compare(standing) -> dict[str, float]:
    from django.db import transaction

    from requests_app.accounts import tenancy
    from tests.database import as_owner

    def with_context() -> int:
        tenancy.enter(standing.context)
        return listed(standing)

    found = {"filter only": [], "filter and policies": []}
    for _ in range(ROUNDS // 50):
        with transaction.atomic():
            as_owner("ALTER TABLE requests_app_icerequest DISABLE ROW LEVEL SECURITY")
            found["filter only"] += [
                measure(lambda: listed(standing)) for _ in range(50)
            ]
            transaction.set_rollback(True)
        with transaction.atomic():
            found["filter and policies"] += [measure(with_context) for _ in range(50)]
            transaction.set_rollback(True)
    return {name: statistics.median(times) for name, times in found.items()}


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.test")
    import django

    django.setup()
    from django.db import transaction

    from tests import database, factories

    with database.of_a_command(), transaction.atomic():
        _agency, clerk = fill()
        medians = compare(factories.standing_of(clerk))
        transaction.set_rollback(True)
    print(f"list of {PAGE} from {ROWS} requests of two agencies, medians of {ROUNDS}")
    for name, median in medians.items():
        print(f"  {name:20} {median:6.2f} ms")


if __name__ == "__main__":
    main()
