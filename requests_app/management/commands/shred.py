"""Destroy what a request holds of a person, under a disposal authorization."""

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from requests_app.accounts import tenancy
from requests_app.accounts.models import Appointment, Role, User
from requests_app.docket import holds
from requests_app.docket import services as docket
from requests_app.docket.models import IceRequest
from requests_app.ledger import services as ledger
from requests_app.vault.services import AlreadyShredded


class Command(BaseCommand):
    help = (
        "Destroy the data key of a request, and with it every personal value, every "
        "salt and every index token. There is no way back. The history is kept."
    )

    def add_arguments(self, parser):
        parser.add_argument("request", help="the request's number, as BPT-2026-00042")
        parser.add_argument("--authority", default="", help="as RC-075-2026-00123")
        parser.add_argument("--by", required=True, help="the username of who orders it")

    def handle(self, *args, **options):
        with tenancy.as_system():
            self._shred(options)

    def _shred(self, options) -> None:
        by = User.objects.filter(username=options["by"], is_active=True).first()
        if by is None:
            raise CommandError("Nobody has that username.")
        ice_request = (
            IceRequest.objects.select_related("agency", "data_key")
            .filter(number=options["request"])
            .first()
        )
        if ice_request is None:
            raise CommandError("There is no such request.")
        now = timezone.now()
        role = _role_of(by, ice_request.agency_id, on=timezone.localdate(now))
        try:
            docket.shred(
                ice_request=ice_request,
                authority=options["authority"],
                by=by,
                role=role,
                at=now,
            )
        except (docket.NoAuthority, holds.OnHold, AlreadyShredded) as refusal:
            _record_refusal(ice_request, by=by, role=role, at=now)
            raise CommandError(str(refusal)) from None
        self.stdout.write(f"{ice_request.number}: destroyed. Its history is kept.")


def _role_of(user: User, agency_id: int, *, on) -> str:
    held = Appointment.objects.of(user).in_force(on).filter(agency_id=agency_id)
    roles = set(held.values_list("role", flat=True))
    for role in (Role.RECORDS_OFFICER, Role.HEAD):
        if role in roles:
            return role
    raise CommandError("Only a records officer or the head of the agency orders it.")


def _record_refusal(ice_request, *, by, role, at) -> None:
    ledger.record(
        event="request.shredded",
        subject=ice_request.public_id,
        at=at,
        actor=by.public_id,
        role=role,
        agency=ice_request.agency.code,
        outcome="refused",
    )
