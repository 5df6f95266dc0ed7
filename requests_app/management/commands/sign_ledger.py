"""The `sign_ledger` command: the process that signs checkpoints of the history."""

import sys
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from requests_app.ledger import notes, signing

REFUSED = 2
# News is signed at most so long after it came, and at once when somebody asks.
PAUSE_SECONDS = 4.0
AGAIN_SECONDS = 1.0


class Command(BaseCommand):
    """Sign the history as it grows; ends with status 2 when it may not be signed."""

    help = "Sign the history as it grows, in a process of its own."
    requires_system_checks = []
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--once", action="store_true", help="sign once and end")
        parser.add_argument(
            "--make-key",
            action="store_true",
            help="make LEDGER_KEY_FILE and LEDGER_PUBLIC_KEY_FILE, and end",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["make_key"]:
            self._make_key()
            return
        if not getattr(settings, "LEDGER_SIGNER_URL", ""):
            raise CommandError(
                "The signer has settings of its own: "
                "DJANGO_SETTINGS_MODULE=portal.settings.signer"
            )
        try:
            signer = signing.read_key(Path(settings.LEDGER_KEY_FILE))
        except signing.NotAKeyFile as error:
            raise CommandError(f"{error} `sign_ledger --make-key` makes one.") from None
        try:
            self._sign(signer, once=options["once"])
        except signing.RefusedToSign as refusal:
            self.stderr.write(f"REFUSED TO SIGN: {refusal}")
            sys.exit(REFUSED)

    def _make_key(self) -> None:
        try:
            verifier = signing.make_key(
                name=settings.LEDGER_ORIGIN,
                private=Path(settings.LEDGER_KEY_FILE),
                public=Path(settings.LEDGER_PUBLIC_KEY_FILE),
            )
        except FileExistsError as error:
            raise CommandError(f"{error.filename} is there already.") from None
        self.stdout.write(verifier.to_text())

    def _sign(self, signer: notes.Signer, *, once: bool) -> None:
        while True:
            try:
                self._serve(signer, once=once)
                return
            except psycopg.OperationalError as error:
                if once:
                    raise CommandError("The database does not answer.") from error
                self.stderr.write(f"The database is away: {type(error).__name__}")
                time.sleep(AGAIN_SECONDS)

    def _serve(self, signer: notes.Signer, *, once: bool) -> None:
        with psycopg.connect(settings.LEDGER_SIGNER_URL, autocommit=True) as database:
            desk = signing.SigningDesk(
                database=database,
                signer=signer,
                state=Path(settings.LEDGER_STATE_FILE),
                witness=Path(settings.LEDGER_WITNESS_FILE),
            )
            database.execute(f"LISTEN {signing.CHANNEL}")
            while True:
                signed = desk.sign(at=timezone.now())
                if signed:
                    self.stdout.write(f"Signed {signed.size} {signed.root.hex()}")
                if once:
                    return
                for _ in database.notifies(timeout=PAUSE_SECONDS, stop_after=1):
                    pass
