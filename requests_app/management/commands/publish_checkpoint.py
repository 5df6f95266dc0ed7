"""The `publish_checkpoint` command: the newest signed note, printed or mailed.

A note names no person and no request. Kept by others, it shows any later rewriting.
"""

from argparse import ArgumentParser
from typing import Any

from django.core.mail import send_mail
from django.core.management.base import BaseCommand, CommandError

from requests_app.ledger.models import Checkpoint

SUBJECT = "Detainer Desk: checkpoint of the history"


class Command(BaseCommand):
    """Print the newest checkpoint, or mail it to those who keep copies."""

    help = "Print the newest checkpoint of the history, or mail it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--mail", nargs="+", metavar="ADDRESS", help="mail it, to each alone"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        newest = Checkpoint.objects.order_by("-size").first()
        if newest is None:
            raise CommandError("Nothing is signed yet. Is the signer running?")
        for address in options["mail"] or ():
            send_mail(SUBJECT, newest.note, None, [address])
        if not options["mail"]:
            self.stdout.write(newest.note, ending="")
