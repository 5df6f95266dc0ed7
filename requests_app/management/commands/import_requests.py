"""Import a table of past requests: try it, or file it whole or not at all."""

import sys
from argparse import ArgumentParser
from collections import Counter
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from requests_app.accounts import tenancy
from requests_app.accounts.access import DECIDERS
from requests_app.accounts.models import Agency, Appointment, User
from requests_app.documents import services as documents
from requests_app.documents.checking import Refused
from requests_app.intake import importing, proposing, rows, tables
from requests_app.intake import mapping as mappings
from requests_app.intake.models import ImportBatch, ImportMap
from requests_app.review.services import imported
from requests_app.review.services.screening import current_statute

MOST_SAID = 40


class Command(BaseCommand):
    """Reads by a mapping; says what is wrong row by row; files nothing while it is."""

    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="a CSV or XLSX file")
        parser.add_argument("--agency", required=True, help="the agency's code")
        parser.add_argument(
            "--map",
            help="a file of TOML, the name of a saved mapping, or one that ships: "
            + ", ".join(mappings.built_in()),
        )
        parser.add_argument("--by", help="username of the supervisor who imports")
        parser.add_argument(
            "--besides",
            action="store_true",
            help="file them besides what the agency seems to hold already",
        )
        parser.add_argument(
            "--dry-run", action="store_true", help="say what would be, file nothing"
        )
        parser.add_argument(
            "--propose-map", action="store_true", help="print a mapping to begin with"
        )

    def handle(self, *args, **options) -> None:
        with tenancy.as_system():
            self._handle(options)

    def _handle(self, options: dict) -> None:
        agency = Agency.objects.filter(code=options["agency"]).first()
        if agency is None:
            raise CommandError(f"There is no agency {options['agency']}.")
        try:
            documents.scanned(options["file"].read_bytes())
            table = tables.open_table(options["file"])
            if options["propose_map"]:
                self.stdout.write(mappings.dumps(_proposed(table)), ending="")
                return
            mapping = _mapping(options["map"], agency, table)
            if lacking := mappings.missing(mapping, table.headings):
                raise CommandError("\n".join(lacking))
            if options["dry_run"]:
                self._try(table, mapping, agency)
            else:
                self._import(options["file"], mapping, agency, options)
        except Refused as refused:
            raise CommandError(refused.words) from None
        except (tables.Unreadable, mappings.NotAMapping, OSError) as refusal:
            raise CommandError(str(refusal)) from None

    def _try(self, table: tables.Table, mapping: mappings.Mapping, agency) -> None:
        """Read the whole table and ask the law; nothing is kept."""
        reading, results = rows.Reading(), Counter()
        statute, now = current_statute(), timezone.now()
        who = {"agency": agency, "by": User(), "now": now, "reading": reading}
        for one in rows.read(table, mapping, **who):
            if isinstance(one, rows.Fault):
                if reading.faults <= MOST_SAID:
                    self._blame(one.number, one.column, one.text)
                continue
            one.record.acts = one.acts
            results.update(
                imported.results_of(imported.assess_all(one.record, statute=statute))
            )
        self._say_unread(reading.unread)
        self._say_findings(results)
        self.stdout.write(
            f"{reading.rows:,} rows, {reading.requests:,} requests, "
            f"{reading.skipped:,} rows left out, {reading.faults:,} faults. "
            "Nothing was filed."
        )
        if reading.faults:
            sys.exit(1)

    def _import(self, path: Path, mapping, agency: Agency, options: dict) -> None:
        by, role = _importer(options["by"], agency)
        is_meant = options["besides"]
        who = {"by": by, "role": role}
        batch = importing.begin(
            path=path, name=path.name, agency=agency, at=timezone.now(), **who
        )
        text = mappings.dumps(mapping)
        importing.order_trial(
            batch=batch, mapping=text, at=timezone.now(), is_queued=False, **who
        )
        self._try_pages(batch)
        if batch.status != ImportBatch.Status.TRIED:
            for number, column, said in batch.faults.get("faults", [])[:MOST_SAID]:
                self._blame(number, column, said)
            importing.drop(batch=batch, at=timezone.now(), **who)
            raise CommandError(f"{batch.fault_count:,} faults. Nothing was filed.")
        try:
            importing.confirm(batch=batch, at=timezone.now(), is_meant=is_meant, **who)
        except importing.SeemsHeld as refusal:
            importing.drop(batch=batch, at=timezone.now(), **who)
            raise CommandError(
                f"{refusal} Then give --besides. Nothing was filed."
            ) from None
        self._write(batch)

    def _try_pages(self, batch: ImportBatch) -> None:
        try:
            page = importing.read_in(batch=batch, at=timezone.now())
            while page:
                page = importing.try_page(batch=batch, number=page, at=timezone.now())
                self._progress("Tried", batch, "rows")
        except BaseException:
            importing.fail(batch=batch, code="command_stopped", at=timezone.now())
            raise
        batch.refresh_from_db()

    def _write(self, batch: ImportBatch) -> None:
        page = 1
        try:
            while page:
                page = importing.write_page(batch=batch, number=page, at=timezone.now())
                self._progress("Written", batch, "requests")
        except BaseException:
            importing.fail(batch=batch, code="command_stopped", at=timezone.now())
            raise
        batch.refresh_from_db()
        if batch.status != ImportBatch.Status.DONE:
            raise CommandError("The import could not go on. Nothing was filed.")
        self.stdout.write(
            f"\n{batch.done:,} requests imported, {batch.flagged:,} with a violation. "
            f"The import is {batch.public_id}."
        )

    def _progress(self, word: str, batch: ImportBatch, of: str) -> None:
        batch.refresh_from_db(fields=["done", "rows", "requests", "status"])
        most = batch.rows if of == "rows" else batch.requests
        self.stderr.write(f"\r{word} {batch.done:,} of {most:,} {of}", ending="")

    def _blame(self, number: int, column: str, text: str) -> None:
        place = f"row {number}" if number else "the table"
        self.stderr.write(f"{place}{f', {column}' if column else ''}: {text}")

    def _say_unread(self, unread: dict[str, Counter]) -> None:
        for heading, seen in unread.items():
            listed = ", ".join(f"“{one}” ({n})" for one, n in seen.most_common(20))
            self.stdout.write(f"{heading}: values in no list: {listed}")

    def _say_findings(self, results: Counter) -> None:
        for (version, result), count in sorted(results.items()):
            self.stdout.write(f"Under the version of {version}: {count:,} {result}")


def _proposed(table: tables.Table) -> mappings.Mapping:
    surveyed = proposing.survey(table.headings, table.rows())
    return proposing.propose(surveyed, title=f"Proposed for {table.path.name}")


def _mapping(name: str | None, agency: Agency, table: tables.Table):
    """A mapping by file, by the name it was saved or ships under, or proposed."""
    if name is None:
        return _proposed(table)
    if Path(name).is_file():
        return mappings.loads(Path(name).read_text())
    saved = ImportMap.objects.filter(agency=agency, name=name, retired_at=None).first()
    if saved is not None:
        return mappings.loads(saved.mapping)
    try:
        return mappings.load_built_in(name)
    except KeyError:
        raise CommandError(
            f"There is no mapping {name}: give a file, a saved name, or one of "
            f"{', '.join(mappings.built_in())}."
        ) from None


def _importer(username: str | None, agency: Agency) -> tuple[User, str]:
    """Who imports, and as what: a supervisor or the head of the agency."""
    if not username:
        raise CommandError("Name who imports: --by USERNAME.")
    rows = Appointment.objects.in_force(timezone.localdate()).filter(
        user__username=username,
        user__is_active=True,
        agency=agency,
        role__in=DECIDERS,
    )
    appointment = rows.select_related("user").order_by("role").first()
    if appointment is None:
        raise CommandError(f"{username} is no supervisor or head of {agency.code}.")
    return appointment.user, str(appointment.role)
