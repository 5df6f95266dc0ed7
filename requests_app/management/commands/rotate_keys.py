"""Wrap every data key by a new key, or index every request under a new one."""

import time

from allauth.mfa.models import Authenticator
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from requests_app.accounts import tenancy
from requests_app.accounts.adapter import SECOND_FACTOR
from requests_app.docket import services as docket
from requests_app.ledger import services as ledger
from requests_app.vault import blind, keys
from requests_app.vault import services as vault

BATCH = 200


class Command(BaseCommand):
    help = (
        "Put a new key first in the keyset and wrap all data keys by it, a batch at a "
        "time, while the portal runs. With --index, the same for the search index."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "--index", action="store_true", help="renew the index key instead"
        )
        parser.add_argument(
            "--rewrap",
            action="store_true",
            help="make no new key: the keyset has one already, or a run was broken off",
        )
        parser.add_argument(
            "--drop-old",
            action="store_true",
            help="at the end take the old keys out of the keyset, for good",
        )

    def handle(self, *args, **options):
        with tenancy.as_system():
            self._rotate(options)

    def _rotate(self, options) -> None:
        rotation = _Index() if options["index"] else _Wrapping()
        try:
            if not options["rewrap"]:
                rotation.add()
            # Whoever still works with the old key has committed after this.
            vault.await_writers()
            rows = self._work_off(rotation)
            left = rotation.left()
            if left:
                raise CommandError(f"{left} are still under an old key: run it again.")
            if options["drop_old"]:
                rotation.drop_old()
        except keys.CannotRotate as refusal:
            raise CommandError(str(refusal)) from None
        self.stdout.write(f"{rows} {rotation.what} renewed, 0 left under an old key.")

    def _work_off(self, rotation) -> int:
        rows = 0
        while True:
            with transaction.atomic():
                done = rotation.batch(BATCH)
                if done:
                    _record(rotation, rows=done)
            rows += done
            if not done and not rotation.left():
                return rows
            if not done:
                # Somebody holds what is left.
                time.sleep(0.1)


class _Wrapping:
    what = "data keys"
    code = "data_key"

    def add(self) -> None:
        keys.service().add_data_key()

    def primary(self) -> str:
        return keys.service().primary()

    def batch(self, most: int) -> int:
        return vault.rewrap(most=most) + _reseal_second_factors(most)

    def left(self) -> int:
        return vault.left_on_old_keys()

    def drop_old(self) -> None:
        keys.service().keep_first_data_key_only()


class _Index:
    what = "requests"
    code = "index_key"

    def add(self) -> None:
        keys.service().add_index_key()

    def primary(self) -> str:
        return blind.index_key()

    def batch(self, most: int) -> int:
        return docket.reindex(most=most)

    def left(self) -> int:
        return docket.indexed_otherwise()

    def drop_old(self) -> None:
        keys.service().keep_first_index_key_only()


def _reseal_second_factors(most: int) -> int:
    """Seal anew what the first key has not sealed; how many rows were changed."""
    rows = [
        row
        for row in Authenticator.objects.select_for_update(skip_locked=True).order_by(
            "pk"
        )
        if any(not vault.is_sealed_by_first(text) for text in _secrets(row))
    ][:most]
    for row in rows:
        for name in ("secret", "seed"):
            if name in row.data:
                text = vault.open_text(row.data[name], about=SECOND_FACTOR)
                row.data[name] = vault.seal_text(text, about=SECOND_FACTOR)
        row.save(update_fields=["data"])
    return len(rows)


def _secrets(row: Authenticator) -> list[str]:
    return [row.data[name] for name in ("secret", "seed") if name in row.data]


def _record(rotation, *, rows: int) -> None:
    ledger.record(
        event="keys.rotated",
        subject=ledger.SYSTEM,
        at=timezone.now(),
        actor=ledger.SYSTEM,
        body={
            "what": rotation.code,
            "key": keys.fingerprint(rotation.primary()),
            "rows": rows,
        },
    )
