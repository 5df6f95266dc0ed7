"""The `verify_ledger` command: is the history what it was? Exit status 0 or 2."""

import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.utils import timezone

from requests_app.accounts import watch
from requests_app.docket import services  # noqa: F401 registers what --deep opens
from requests_app.ledger import definitions, notes, verifying

DIFFERS = 2


class Command(BaseCommand):
    """Verify the whole history against itself, the witness, the rows and the list."""

    help = "Verify the history; 0 when it is what it was, 2 and the first difference."
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="answer in JSON")
        parser.add_argument(
            "--deep", action="store_true", help="also open what is sealed"
        )
        parser.add_argument(
            "--witness",
            metavar="FILE",
            type=Path,
            help="a copy of the witness file, in place of the portal's own",
        )
        parser.add_argument(
            "--no-witness",
            action="store_true",
            help="without one, which a history rewritten from end to end passes",
        )
        parser.add_argument(
            "--look",
            action="store_true",
            help="keep no result, tell nobody, leave the portal as it is",
        )
        parser.add_argument(
            "--definitions",
            action="store_true",
            help="only print the lines that describe this database",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["definitions"]:
            self._print_definitions()
            return
        began_at = timezone.now()
        result = watch.verify(
            witness=self._witness(options),
            verifiers=self._keys(),
            is_deep=options["deep"],
        )
        if not options["look"]:
            watch.take_note(result=result, began_at=began_at, at=timezone.now())
        self.stdout.write(_as_json(result) if options["json"] else _in_words(result))
        if not result.is_clean:
            sys.exit(DIFFERS)

    def _print_definitions(self) -> None:
        with verifying.snapshot(), connection.cursor() as cursor:
            self.stdout.write("\n".join(definitions.found(cursor)))

    def _witness(self, options: dict) -> Path | None:
        if options["no_witness"]:
            return None
        return options["witness"] or Path(settings.LEDGER_WITNESS_FILE)

    def _keys(self) -> list[notes.Verifier]:
        try:
            return watch.keys()
        except FileNotFoundError as error:
            raise CommandError(
                "The public key of the log is not there: LEDGER_PUBLIC_KEY_FILE."
            ) from error
        except notes.MalformedNote as error:
            raise CommandError(f"LEDGER_PUBLIC_KEY_FILE: {error}") from error


def _as_json(result: verifying.Result) -> str:
    difference = result.difference
    return json.dumps(
        {
            "clean": result.is_clean,
            "leaves": result.leaves,
            "root": result.root.hex() if result.root else None,
            "witnessed": result.witnessed,
            "seconds": round(result.seconds, 2),
            "difference": difference
            and {
                "check": difference.check,
                "words": difference.words,
                "leaf": difference.leaf,
            },
        },
        indent=2,
    )


def _in_words(result: verifying.Result) -> str:
    if result.difference:
        return f"DIFFERS ({result.difference.check}): {result.difference.words}"
    seen = "no witness was asked"
    if result.witnessed is not None:
        seen = f"the witness vouches for {result.witnessed}"
    return (
        f"Clean: {result.leaves} entries, {seen}, root {result.root.hex()}, "
        f"{result.seconds:.1f} s"
    )
