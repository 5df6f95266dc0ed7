"""Fill an empty database with the demonstration, or print its sign-ins."""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from requests_app.accounts import tenancy
from requests_app.management.demonstration import seeding, sign_ins


class Command(BaseCommand):
    help = "Fill an empty database with invented agencies, people and requests."

    def add_arguments(self, parser):
        parser.add_argument("--seed", type=int, default=54192)
        parser.add_argument("--requests", type=int, default=400)
        parser.add_argument(
            "--sign-ins",
            action="store_true",
            help="print who can sign in to the demonstration, and change nothing",
        )

    def handle(self, *args, **options):
        if not (settings.DEMONSTRATION or settings.DEBUG):
            raise CommandError(
                "These settings are not those of a demonstration: nothing was done. "
                "Invented people and a password that everybody knows have no place "
                "beside real records. Use portal.settings.development."
            )
        with tenancy.as_system():
            self._seed(options)

    def _seed(self, options):
        if options["sign_ins"]:
            self.stdout.write(sign_ins.table())
            return
        try:
            seeding.seed(
                seed=options["seed"],
                count=options["requests"],
                now=timezone.now(),
                tell=self.stdout.write,
            )
        except seeding.AlreadyPeopled as refusal:
            raise CommandError(str(refusal)) from None
        self.stdout.write(f"Seeded {options['requests']} requests. See --sign-ins.")
