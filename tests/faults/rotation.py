"""Keys renewed while writers write: nothing unreadable, nothing left on the old key.

    python -m tests.faults.rotation --records 10000 --writers 4

(C8 of docs/assurance.md.) Writers in processes of their own make records, change them
and read them back, before, during and after `rotate_keys`; then the old key is taken
out of the keyset, and everything is opened under the new one alone. The control takes
the old key out first: then nothing opens. DATABASE_URL names a server on which a
database may be made; it goes again.
"""

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
AT = "2026-03-10T12:00:00+00:00"
BATCH = 1000
CHANGED_IN_TEN, READ_IN_TEN = 3, 4


def name_of(number: int) -> str:
    """The family name of the record with this number: known, so that it is checked."""
    return f"Quispe {number}"


def make_records(*, agency, clerk, first: int, count: int) -> None:
    """Requests with a person each, all sealed, under one entry for each batch."""
    from django.db import transaction

    from requests_app.docket.models import IceRequest, Person
    from requests_app.ledger import services as ledger
    from requests_app.vault import keys, ring
    from requests_app.vault import services as vault
    from requests_app.vault.models import DataKey
    from requests_app.vault.sealing import Key, new_secret

    for begin in range(first, first + count, BATCH):
        numbers = range(begin, min(begin + BATCH, first + count))
        with transaction.atomic():
            if count == 1:
                made = [vault.new_key(agency=agency.code, at=_at())]
            else:
                made = []
                for _ in numbers:
                    row = DataKey(agency=agency.code, made_at=_at())
                    secret = new_secret()
                    row.kek, row.wrapped = keys.service().wrap(
                        secret, about=ring.about(row.pk)
                    )
                    ring.hold(Key(row.pk, secret))
                    made.append(row)
                DataKey.objects.bulk_create(made)
            requests = IceRequest.objects.bulk_create(
                _request(agency, clerk, number, key)
                for number, key in zip(numbers, made, strict=True)
            )
            Person.objects.bulk_create(
                Person(
                    ice_request=one,
                    family_names=name_of(number),
                    date_of_birth_answer="unknown",
                )
                for number, one in zip(numbers, requests, strict=True)
            )
            ledger.record(
                event="request.read",
                subject=requests[0].public_id,
                at=_at(),
                actor=clerk.public_id,
                agency=agency.code,
            )


def _at():
    from datetime import datetime

    return datetime.fromisoformat(AT)


def _request(agency, clerk, number: int, key):
    import uuid

    from requests_app.docket.models import IceRequest

    return IceRequest(
        agency=agency,
        number=f"{agency.code}-2026-{number:05d}",
        filed_by=clerk,
        filed_at=_at(),
        received_at=_at(),
        channel="fax",
        instrument="I-247A",
        submit_id=uuid.uuid4(),
        data_key=key,
    )


def change(person) -> None:
    """Seal the name of a record anew, which takes its data key."""
    from django.db import transaction

    from requests_app.ledger import services as ledger

    with transaction.atomic():
        person.family_names = person.family_names + ""
        person.given_names = "Renewed"
        person.save()
        ledger.record(
            event="request.read",
            subject=person.ice_request.public_id,
            at=_at(),
            actor="system",
        )


def is_readable(person) -> bool:
    """Whether a record opens, and says what it should."""
    from requests_app.vault.sealing import CannotBeOpened

    try:
        number = int(person.ice_request.number.rpartition("-")[2])
        return person.family_names == name_of(number)
    except CannotBeOpened:
        return False


def unreadable() -> int:
    """How many of all records do not open, in this process and with its keyset."""
    from requests_app.docket.models import Person
    from requests_app.vault import ring

    ring.forget_all()
    rows = Person.objects.select_related("ice_request__data_key").order_by("pk")
    return sum(not is_readable(one) for one in rows.iterator(chunk_size=BATCH))


# A writer


def write(*, agency_id: int, clerk_id: int, first: int) -> Counter:
    """Make, change and read records until standard input ends."""
    from requests_app.accounts.models import Agency, User
    from requests_app.docket.models import Person
    from requests_app.vault import ring

    agency = Agency.objects.get(pk=agency_id)
    clerk = User.objects.get(pk=clerk_id)
    stop = threading.Event()
    threading.Thread(target=lambda: (sys.stdin.read(), stop.set()), daemon=True).start()
    done, dice = Counter(), random.Random(first)
    newest = Person.objects.order_by("-pk").values_list("pk", flat=True)[0]
    while not stop.is_set():
        throw = dice.randrange(10)
        if throw >= CHANGED_IN_TEN + READ_IN_TEN:
            number = first + done["made"]
            make_records(agency=agency, clerk=clerk, first=number, count=1)
            done["made"] += 1
            continue
        ring.forget_all()
        person = (
            Person.objects.select_related("ice_request__data_key")
            .filter(pk__lte=dice.randint(1, newest))
            .order_by("-pk")
            .first()
        )
        if person is None:
            continue
        done["read"] += 1
        done["unreadable"] += not is_readable(person)
        if throw < CHANGED_IN_TEN:
            change(person)
            done["changed"] += 1
    return done


@contextmanager
def writers(count: int, *, agency, clerk, environment: dict) -> Iterator[Counter]:
    """Writers at work; what they did, counted when they have stopped."""
    started = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.faults.rotation", "--write"]
            + [str(agency.pk), str(clerk.pk), str(20000 + 15000 * place)],
            cwd=PROJECT,
            env={**os.environ, **environment},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for place in range(count)
    ]
    done = Counter()
    try:
        for one in started:
            if one.stdout.readline().strip() != "ready":
                raise AssertionError("A writer did not begin.")
        yield done
    finally:
        for one in started:
            said, _ = one.communicate()
            if one.returncode:
                raise AssertionError(f"A writer failed: {one.returncode}")
            done.update(json.loads(said))


# The proof


def rotate(*, records: int, count: int, agency, clerk, environment: dict) -> dict:
    """What is found after the keys were renewed under writers."""
    from django.core.management import call_command

    from requests_app.docket.models import IceRequest
    from requests_app.vault import keys
    from requests_app.vault import services as vault

    make_records(agency=agency, clerk=clerk, first=1, count=records)
    old = keys.service().primary()
    with writers(count, agency=agency, clerk=clerk, environment=environment) as done:
        time.sleep(2)
        began = time.monotonic()
        call_command("rotate_keys")
        seconds = time.monotonic() - began
        left_at_once = vault.left_on_old_keys()
        time.sleep(1)
    left = vault.left_on_old_keys()
    keys.service().keep_first_data_key_only()
    return {
        "records": IceRequest.objects.count(),
        "renewed_key": keys.service().primary() != old,
        "seconds": round(seconds, 1),
        "left_on_old_key": max(left, left_at_once),
        "unreadable": unreadable() + done["unreadable"],
        "writers": {name: done[name] for name in ("made", "changed", "read")},
    }


def unreadable_when_the_old_key_goes_first() -> int:
    """The control: how many records do not open when nothing was wrapped anew."""
    from requests_app.vault import keys

    service = keys.service()
    service.add_data_key()
    service.keep_first_data_key_only()
    return unreadable()


def use_keysets(home: Path) -> dict[str, str]:
    """Fresh keysets in files for this process; the same for a process begun here."""
    from django.conf import settings

    from requests_app.vault import keys

    named = {}
    for name, new in (
        ("VAULT_KEYSET_FILE", keys.new_data_keyset),
        ("VAULT_INDEX_KEYSET_FILE", keys.new_index_keyset),
    ):
        path = home / f"{name.lower()}.json"
        if not path.exists():
            keys.write_keyset(path, new())
        setattr(settings, name, str(path))
        named[name] = str(path)
    settings.VAULT_KEYSET = settings.VAULT_INDEX_KEYSET = ""
    keys.service.cache_clear()
    return {"ROTATION_HOME": str(home)}


def _set_up() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.test")
    import django

    django.setup()


def _be_a_writer(agency_id: int, clerk_id: int, first: int) -> int:
    _set_up()
    from requests_app.accounts import tenancy

    use_keysets(Path(os.environ["ROTATION_HOME"]))
    with tenancy.as_system():
        print("ready", flush=True)
        done = write(agency_id=agency_id, clerk_id=clerk_id, first=first)
    print(json.dumps(done))
    return 0


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="tests.faults.rotation")
    parser.add_argument("--records", type=int, default=10_000)
    parser.add_argument("--writers", type=int, default=4)
    parser.add_argument("--write", nargs=3, type=int, help=argparse.SUPPRESS)
    given = parser.parse_args(arguments)
    if given.write:
        return _be_a_writer(*given.write)
    _set_up()
    from django.db import connection

    from requests_app.accounts import tenancy
    from tests import database
    from tests.factories import make_agency, make_clerk

    connection.settings_dict["NAME"] = "test_rotation"
    where = database.make(anew=True)
    try:
        with tempfile.TemporaryDirectory() as home, tenancy.as_system():
            environment = use_keysets(Path(home))
            agency = make_agency(code="ROT")
            found = rotate(
                records=given.records,
                count=given.writers,
                agency=agency,
                clerk=make_clerk(agency),
                environment={**environment, "DATABASE_URL": where.application},
            )
            print(json.dumps(found, indent=2))
            control = unreadable_when_the_old_key_goes_first()
            print(f"control: {control} of {found['records']} do not open")
    finally:
        database.drop(where)
    holds = found["left_on_old_key"] == found["unreadable"] == 0
    return 0 if holds and control == found["records"] else 1


if __name__ == "__main__":
    sys.exit(main())
