"""The `export_history` command: one request's history as a file to be verified."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from requests_app.accounts import tenancy, watch
from requests_app.docket.models import IceRequest
from requests_app.ledger import history, verifying
from requests_app.ledger import services as ledger

# The signer makes a checkpoint within ten seconds of news.
PATIENCE_SECONDS = 30.0


class Command(BaseCommand):
    """Export the entries of one request, with proofs, checkpoint and key."""

    help = "Write the history of a request to a file that verify_history.py verifies."
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "request", metavar="REQUEST", help="its number or public identifier"
        )
        parser.add_argument(
            "--out", metavar="FILE", type=Path, help="a new file; else standard output"
        )

    def handle(self, *args: Any, request: str, **options: Any) -> None:
        subject = _record_export(request)
        said = json.dumps(_compile(subject), indent=1, ensure_ascii=False)
        if options["out"] is None:
            self.stdout.write(said)
            return
        with options["out"].open("x", encoding="utf-8") as file:
            file.write(said + "\n")
        self.stdout.write(f"{options['out']}: verify it with verify_history.py")


@transaction.atomic
def _record_export(named: str) -> str:
    """The entry that ends the file: whatever stands before it is in the file."""
    with tenancy.as_system():
        ice_request = (
            IceRequest.objects.select_related("agency")
            .filter(Q(number=named) | Q(public_id=named))
            .first()
        )
        if ice_request is None:
            raise CommandError(f"There is no request {named}.")
        ledger.record(
            event="history.exported",
            subject=ice_request.public_id,
            at=timezone.now(),
            actor=ledger.SYSTEM,
            agency=ice_request.agency.code,
        )
        return ice_request.public_id


def _compile(subject: str) -> dict:
    """The file, once a checkpoint covers its last entry."""
    (verifier, *_) = watch.keys()
    if not ledger.await_witness(seconds=PATIENCE_SECONDS):
        raise CommandError(
            "No checkpoint covers the export yet. Is the signer running?"
        )
    with verifying.snapshot(), tenancy.as_system():
        return history.export(subject=subject, verifier=verifier)
