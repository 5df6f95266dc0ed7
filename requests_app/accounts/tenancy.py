"""Which agencies' rows the database shows: the second wall behind `visible_to`.

Every transaction that touches agency data says for whom it works: it sets
`desk.context`, a line signed with a key that only the owner of the tables can read.
The policies of migration 0017 read that line and nothing else. Without it, with a wrong
one, or with one signed for another connection, there are no rows; and a statement that
somebody smuggles in can set the line but not sign it.

A context is set for the rest of one transaction and ends with it, so that a pooled
connection carries nothing to the next request. Views get theirs from `for_roles`, jobs
from their agency; commands say `with tenancy.as_system():`.
"""

import hmac
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.conf import settings
from django.db import connection, transaction

STATE, SYSTEM_SCOPE = "state", "system"
_PURPOSE = b"desk.context v1"
_BLOCK = 64


class NotInTransaction(RuntimeError):
    """A context would not last: it is set for a transaction, and there is none."""


@dataclass(frozen=True)
class Context:
    """For whom a transaction works, and what the rows may show and take.

    `reads`, `writes`, `administers` and `staff` are identifiers of agencies: those
    whose requests are shown, filed or decided at, whose roles are granted, and where
    the person holds any role. With the scope `state` every agency is read; with
    `system` every agency is read and written.
    """

    user_id: int = 0
    person: str = ""
    reads: frozenset = frozenset()
    writes: frozenset = frozenset()
    administers: frozenset = frozenset()
    staff: frozenset = frozenset()
    scope: str = ""

    def token(self, *, pid: int) -> str:
        """The signed line for the connection whose server process is `pid`."""
        lists = (
            ",".join(str(one) for one in sorted(agencies))
            for agencies in (self.reads, self.writes, self.administers, self.staff)
        )
        parts = (str(pid), str(self.user_id), self.person, *lists, self.scope)
        said = "|".join(parts)
        return f"{said}|{_mac(said)}"


NOBODY = Context()
SYSTEM = Context(scope=SYSTEM_SCOPE)


def of_person(user) -> Context:
    """What somebody may see as himself alone: the appointments held, nothing more."""
    return Context(user_id=user.pk, person=user.public_id)


def of_agency(agency) -> Context:
    """Work done for one agency by the portal itself."""
    one = frozenset({agency.pk})
    return Context(reads=one, writes=one, administers=one, staff=one)


def enter(context: Context) -> None:
    """Work for `context` until the transaction ends.

    Raises NotInTransaction.
    """
    if not connection.in_atomic_block:
        raise NotInTransaction("A context lasts for a transaction: open one first.")
    _set(context.token(pid=_pid()), is_local=True)


@contextmanager
def entered(context: Context) -> Iterator[None]:
    """Work for `context` inside the block, in a transaction; then as before."""
    if not connection.in_atomic_block:
        with transaction.atomic():
            enter(context)
            yield
        return
    before = _replace(context.token(pid=_pid()))
    yield
    # After an error the transaction is rolled back, and the setting with it.
    if not connection.needs_rollback:
        _set(before, is_local=True)


@contextmanager
def as_system() -> Iterator[None]:
    """Work for the portal as a whole: commands, and the outbox on its own table.

    Outside a transaction it holds for the connection, which then is one of no pool.
    """
    if connection.in_atomic_block:
        with entered(SYSTEM):
            yield
        return
    with _connection_of_no_pool():
        connection.ensure_connection()
        _set(SYSTEM.token(pid=_pid()), is_local=False)
        yield


@contextmanager
def _connection_of_no_pool() -> Iterator[None]:
    pooled = connection.settings_dict
    options = {key: each for key, each in pooled["OPTIONS"].items() if key != "pool"}
    connection.close()
    connection.settings_dict = {**pooled, "OPTIONS": options}
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict = pooled


def _pid() -> int:
    connection.ensure_connection()
    return connection.connection.info.backend_pid


def _replace(token: str) -> str:
    """Set the line for the transaction, and return what it was."""
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH old AS MATERIALIZED"
            " (SELECT coalesce(current_setting('desk.context', true), '') AS token)"
            " SELECT token, set_config('desk.context', %s, true) FROM old",
            [token],
        )
        return cursor.fetchone()[0]


def _set(token: str, *, is_local: bool) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('desk.context', %s, %s)", [token, is_local])


# The key


def _key(secret: str) -> bytes:
    return hmac.digest(secret.encode(), _PURPOSE, "sha256")


def _mac(said: str) -> str:
    return hmac.digest(_key(settings.SECRET_KEY), said.encode(), "sha256").hex()


def _pads(secret: str) -> tuple[bytes, bytes]:
    """The key as HMAC mixes it in, so that the database needs only SHA-256."""
    key = _key(secret).ljust(_BLOCK, b"\0")
    return bytes(one ^ 0x36 for one in key), bytes(one ^ 0x5C for one in key)


def install_keys(cursor) -> None:
    """Have the database accept what this SECRET_KEY signs; `cursor` is the owner's.

    Keys of SECRET_KEY_FALLBACKS are accepted too, those of before them no more.
    """
    secrets = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    cursor.execute("DELETE FROM portal_context_key")
    for secret in dict.fromkeys(secrets):
        cursor.execute(
            "INSERT INTO portal_context_key (inner_pad, outer_pad) VALUES (%s, %s)",
            _pads(secret),
        )
