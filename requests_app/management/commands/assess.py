"""The `assess` command: facts in, what the law says of them out. Needs no database."""

import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from requests_app import law

REFUSED = 2


class Command(BaseCommand):
    """Assess one object, or a list of them, by the contract in docs/law.md."""

    help = "Say what C.G.S. 54-192h says of an act, from facts given as JSON."
    requires_system_checks: list[str] = []
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "file", metavar="FILE", help="a file of JSON, or - for standard input"
        )

    def handle(self, *args: Any, file: str, **options: Any) -> None:
        name = "standard input" if file == "-" else file
        try:
            given = law.read_json(_read(file))
        except OSError as error:
            self._refuse([f"{name}: cannot be read ({error.strerror}); name a file."])
        except law.NotJson as error:
            self._refuse([f"{name}: is not JSON: {error}; give one object or a list."])
        assessed = self._assess(given)
        self.stdout.write(json.dumps(assessed, indent=2))

    def _assess(self, given: object) -> object:
        if not isinstance(given, list):
            given_list, paths = [given], ["$"]
        else:
            given_list = given
            paths = [f"$[{index}]" for index in range(len(given))]
        facts, faults = [], []
        for each, path in zip(given_list, paths, strict=True):
            try:
                facts.append(law.parse(each, path))
            except law.MalformedFacts as malformed:
                faults += malformed.faults
        if faults:
            self._refuse([str(fault) for fault in faults])
        assessed = [law.assess(each).as_json() for each in facts]
        return assessed if isinstance(given, list) else assessed[0]

    def _refuse(self, lines: list[str]) -> None:
        for line in lines:
            self.stderr.write(line, style_func=str)
        sys.exit(REFUSED)


def _read(file: str) -> bytes:
    if file == "-":
        return sys.stdin.buffer.read()
    return Path(file).read_bytes()
