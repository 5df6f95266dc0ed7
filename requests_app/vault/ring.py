"""The unwrapped keys that one thread holds, for one request or a short while.

A list reads its keys with its rows (`select_related("data_key")`): whatever is read of
DataKey is remembered here, so that opening a column asks the database nothing. A key
that was not read with its row is looked up by its id.

A request begins with an empty ring (`accounts.middleware.Unopened`): the keys that the
database shows to one reader never open anything for the next.
"""

import threading
import time
from collections import OrderedDict
from uuid import UUID

from django.apps import apps

from requests_app.vault import keys
from requests_app.vault.sealing import CannotBeOpened, Destroyed, Key

MOST = 4096
# In a command or a worker, which serve nobody, a key that was shredded elsewhere is
# forgotten after this long.
SECONDS = 30.0


class _Ring(threading.local):
    """By the key's id: until when it is held, and the key or its wrapping."""

    def __init__(self):
        self.held: OrderedDict[UUID, tuple[float, Key | _Wrapped]] = OrderedDict()


_ring = _Ring()


class _Wrapped:
    __slots__ = ("wrapped", "authority")

    def __init__(self, wrapped: bytes | None, authority: str):
        self.wrapped, self.authority = wrapped, authority


def about(key_id: UUID) -> bytes:
    """What the wrapping of a data key is bound to."""
    return f"data key|{key_id}".encode()


def remember(row) -> None:
    """Keep a data key as it was read; it is unwrapped when something is opened."""
    if {"wrapped", "authority"} & row.get_deferred_fields():
        return
    kept = _ring.held.get(row.id)
    is_open = kept is not None and isinstance(kept[1], Key)
    if is_open and row.wrapped is not None:
        _put(row.id, kept[1])
    else:
        _put(row.id, _Wrapped(row.wrapped, row.authority))


def hold(key: Key) -> None:
    """Keep a key that was just made."""
    _put(key.id, key)


def forget(key_id: UUID) -> None:
    _ring.held.pop(key_id, None)


def forget_all() -> None:
    _ring.held.clear()


def key(key_id: UUID) -> Key:
    """The data key. Raises CannotBeOpened, Destroyed."""
    one = _fresh(key_id)
    if isinstance(one, Key):
        return one
    if one is not None:
        try:
            return _opened(key_id, one)
        except Destroyed:
            raise
        except CannotBeOpened:
            # It was remembered before its wrapping was renewed.
            forget(key_id)
    return _opened(key_id, _read(key_id))


def _read(key_id: UUID) -> "_Wrapped":
    model = apps.get_model("requests_app", "DataKey")
    row = model.objects.filter(pk=key_id).values_list("wrapped", "authority").first()
    if row is None:
        raise CannotBeOpened("Its data key is not there.")
    return _Wrapped(*row)


def _opened(key_id: UUID, one: "_Wrapped") -> Key:
    if one.wrapped is None:
        raise Destroyed(one.authority)
    secret = keys.service().unwrap(one.wrapped, about=about(key_id))
    opened = Key(key_id, secret)
    hold(opened)
    return opened


def _fresh(key_id: UUID):
    kept = _ring.held.get(key_id)
    if kept is None or kept[0] < time.monotonic():
        return None
    _ring.held.move_to_end(key_id)
    return kept[1]


def _put(key_id: UUID, one) -> None:
    _ring.held[key_id] = (time.monotonic() + SECONDS, one)
    _ring.held.move_to_end(key_id)
    while len(_ring.held) > MOST:
        _ring.held.popitem(last=False)
