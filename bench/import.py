"""What an import costs: minutes and memory for 100,000 rows, and why it has pages.

    bin/bench import [BOOKINGS] [--xlsx]

A booking list of 50,000 bookings with two charges each (invented) is written to a file,
sealed, read in, tried and imported by the steps that the jobs make, every page in a
transaction of its own; then the import is undone. Printed are the seconds of each step
and the peak of the process's memory. At last entries are written in one transaction,
more and more of them, which shows what a single transaction would cost. The status is 1
when something is not there at the end, or the peak is 500 MB or more.
"""

import os
import resource
import sys
import tempfile
import time
from pathlib import Path

BOOKINGS, MOST_MEGABYTES = 50_000, 500
TOGETHER = (500, 1_000, 2_000, 4_000)


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.test")
    import django

    django.setup()
    from tests import database

    numbers = [int(one) for one in sys.argv[1:] if one.isdecimal()]
    bookings = numbers[0] if numbers else BOOKINGS
    with database.of_a_command(anew=True), tempfile.TemporaryDirectory() as folder:
        path = write(Path(folder), bookings, is_sheet="--xlsx" in sys.argv)
        is_whole = run(path, bookings)
        together()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"  peak of memory {peak:17.0f} MB")
    is_held = is_whole and peak < MOST_MEGABYTES
    print("Held" if is_held else "NOT HELD")
    return 0 if is_held else 1


def write(folder: Path, bookings: int, *, is_sheet: bool) -> Path:
    from tests import sample_tables

    rows = sample_tables.jail_rows(bookings, charges=2)
    if is_sheet:
        return sample_tables.write_xlsx(folder / "t.xlsx", sample_tables.JAIL, rows)
    return sample_tables.write_csv(folder / "t.csv", sample_tables.JAIL, rows)


def run(path: Path, bookings: int) -> bool:
    """Import and undo; whether every request is shown, and then none."""
    from django.utils import timezone

    from requests_app.accounts.models import Role
    from requests_app.docket.models import IceRequest
    from requests_app.intake import importing
    from requests_app.intake import mapping as mappings
    from tests import factories

    agency = factories.make_agency(code="BIG")
    by, head = factories.make_supervisor(agency), factories.make_head(agency)
    who = {"by": by, "role": Role.SUPERVISOR, "at": timezone.now()}
    text = mappings.dumps(mappings.load_built_in("jail_bookings"))
    print(f"import of {bookings:,} bookings in {2 * bookings:,} rows")
    with timed("seal the file"):
        batch = importing.begin(path=path, name=path.name, agency=agency, **who)
    with timed("read it in"):
        importing.order_trial(batch=batch, mapping=text, **who)
        page = importing.read_in(batch=batch, at=timezone.now())
    with timed("try every page"):
        while page:
            page = importing.try_page(batch=batch, number=page, at=timezone.now())
    importing.confirm(batch=batch, is_meant=True, **who)
    slowest, page = 0.0, 1
    with timed("write every page"):
        while page:
            began = time.perf_counter()
            page = importing.write_page(batch=batch, number=page, at=timezone.now())
            slowest = max(slowest, time.perf_counter() - began)
    print(f"  the slowest page {slowest:15.2f} s")
    is_there = IceRequest.objects.shown().count() == bookings
    with timed("undo"):
        importing.undo(
            batch=batch, reason="x", by=head, role=Role.HEAD, at=timezone.now()
        )
    return is_there and not IceRequest.objects.shown().exists()


def together() -> None:
    """So many entries in one transaction: what all at once would cost."""
    from django.utils import timezone

    from requests_app.ledger import services as ledger
    from requests_app.ledger.models import new_public_id

    for count in TOGETHER:
        entries = [("draft.begun", new_public_id(), {}) for _ in range(count)]
        with timed(f"{count:,} entries at once"):
            ledger.record_all(
                entries, at=timezone.now(), actor="system", role="system", agency=""
            )


class timed:  # noqa: N801 it reads as a word of the line it stands on
    """Prints what the block took."""

    def __init__(self, what: str):
        self.what = what

    def __enter__(self):
        self.began = time.perf_counter()

    def __exit__(self, *_error):
        print(f"  {self.what:26} {time.perf_counter() - self.began:8.1f} s", flush=True)


if __name__ == "__main__":
    sys.exit(main())
