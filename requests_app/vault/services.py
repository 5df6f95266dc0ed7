"""Making data keys, wrapping them anew, destroying them."""

from base64 import b64decode, b64encode
from datetime import datetime
from uuid import uuid4

from django.db import connection, transaction

from requests_app.vault import keys, ring
from requests_app.vault.models import DataKey
from requests_app.vault.sealing import Key, new_secret

# Whoever wraps holds it shared until the commit; rotation takes it whole for a moment,
# after which nobody can still be about to keep what the old key wrapped.
_WRAPPING = 5503


# The authority under which the key of a draft goes: nobody's but its owner's.
DISCARDED = "draft discarded"


class AlreadyShredded(ValueError):
    """The key has been destroyed already."""


@transaction.atomic
def new_key(*, agency: str, at: datetime) -> DataKey:
    """A new data key for one request of the agency with this code."""
    return new_keys(agency=agency, at=at, count=1)[0]


@transaction.atomic
def new_keys(*, agency: str, at: datetime, count: int) -> list[DataKey]:
    """So many new data keys, one for each of as many requests; at most `ring.MOST`."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock_shared(%s)", [_WRAPPING])
    rows = []
    for _ in range(count):
        key_id, secret = uuid4(), new_secret()
        kek, wrapped = keys.service().wrap(secret, about=ring.about(key_id))
        row = DataKey(id=key_id, agency=agency, wrapped=wrapped, kek=kek, made_at=at)
        ring.hold(Key(key_id, secret))
        rows.append(row)
    return DataKey.objects.bulk_create(rows)


@transaction.atomic
def shred(*, key: DataKey, authority: str, at: datetime) -> DataKey:
    """Destroy a data key, and with it all that was sealed under it and every salt.

    Raises AlreadyShredded.
    """
    key = DataKey.objects.select_for_update().get(pk=key.pk)
    if key.is_shredded:
        raise AlreadyShredded(f"Destroyed already, under authority {key.authority}.")
    key.wrapped = None
    key.shredded_at = at
    key.authority = authority
    key.save(update_fields=["wrapped", "shredded_at", "authority"])
    ring.forget(key.id)
    return key


def await_writers() -> None:
    """Return when nobody can still commit a key that the keyset of before wrapped."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_WRAPPING])


@transaction.atomic
def rewrap(*, most: int) -> int:
    """Wrap up to `most` data keys anew by the first key; how many were.

    Passes by rows that somebody else holds: ask again until none is left.
    """
    service = keys.service()
    kek = service.primary()
    rows = list(
        DataKey.objects.wrapped_otherwise(kek)
        .select_for_update(skip_locked=True)
        .order_by("pk")[:most]
    )
    for row in rows:
        about = ring.about(row.pk)
        secret = service.unwrap(row.wrapped, about=about)
        row.kek, row.wrapped = service.wrap(secret, about=about)
    DataKey.objects.bulk_update(rows, ["kek", "wrapped"])
    return len(rows)


def left_on_old_keys() -> int:
    """How many data keys the first key does not wrap."""
    return DataKey.objects.wrapped_otherwise(keys.service().primary()).count()


_SEALED = "sealed:"


def seal_text(text: str, *, about: str) -> str:
    """A short secret that belongs to no request, sealed by the key outside."""
    _, wrapped = keys.service().wrap(text.encode(), about=about.encode())
    return _SEALED + b64encode(wrapped).decode()


def open_text(sealed: str, *, about: str) -> str:
    """What `seal_text` sealed; a text from before it was sealed, as it is.

    Raises CannotBeOpened.
    """
    if not sealed.startswith(_SEALED):
        return sealed
    wrapped = b64decode(sealed.removeprefix(_SEALED))
    return keys.service().unwrap(wrapped, about=about.encode()).decode()


def is_sealed_by_first(sealed: str) -> bool:
    """Whether a short secret is sealed by the key that wraps today."""
    if not sealed.startswith(_SEALED):
        return False
    wrapped = b64decode(sealed.removeprefix(_SEALED))
    return keys.service().is_by_primary(wrapped)
