"""Recording: the only way into the history."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import rfc8785
from django.db import connection, transaction
from django.db.models.functions import Now

from requests_app.ledger.events import AGENCY, CODE, EVENTS, IDENTIFIER, SHAPES
from requests_app.ledger.models import (
    Checkpoint,
    Entry,
    Head,
    Leaf,
    Verification,
    new_public_id,
)
from requests_app.ledger.signing import CHANNEL

SYSTEM = "system"
ANONYMOUS = "anonymous"
# News that has waited so long shows that the signer is away.
UNWITNESSED_AFTER = timedelta(seconds=60)

# The arguments of the database's `ledger_write`, in their order.
_WRITTEN = ("public_id", "event", "at", "actor", "role", "agency", "subject", "seq")
_WRITTEN += ("outcome", "body")
_WRITE = f"SELECT ledger_write({', '.join(['%s'] * len(_WRITTEN))})"


class NotAnEvent(ValueError):
    """The event is not on the closed list of `ledger.events`."""


class NotForTheLedger(ValueError):
    """The entry holds something other than identifiers, codes, numbers and dates."""


def record(
    *,
    event: str,
    subject: str,
    at: datetime,
    actor: str,
    role: str = "",
    agency: str = "",
    outcome: str = "ok",
    body: Mapping[str, object] | None = None,
) -> Entry:
    """Write one entry in the caller's transaction and return it.

    `subject` is the public identifier of what the entry is about; its entries are
    numbered 1, 2, 3 without a gap. `body` holds the event's own keys only.

    The database seals the entry when the transaction commits, together with every
    change of rows that was made before it and after the entry before it; the last
    entry of a transaction takes what was changed after it. It refuses a transaction
    that is not READ COMMITTED, and one that changed rows and records nothing.

    Raises NotAnEvent, NotForTheLedger.
    """
    if event not in EVENTS:
        raise NotAnEvent(f"{event} is not on the list of ledger.events.")
    content = dict(body or {})
    _refuse_unlisted(event, content)
    _refuse_names(subject=subject, actor=actor, role=role, agency=agency)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT ledger_next_seq(%s)", [subject])
        (seq,) = cursor.fetchone()
        entry = Entry(
            event=event,
            subject=subject,
            seq=seq,
            at=at,
            actor=actor,
            role=role,
            agency=agency,
            outcome=outcome,
            body=rfc8785.dumps(content).decode(),
        )
        # By a function of the database, because a plain INSERT would need the row to
        # be shown to its writer: a refused sign-in is nobody's to read.
        values = [getattr(entry, name) for name in _WRITTEN]
        cursor.execute(_WRITE, values)
        (entry.pk,) = cursor.fetchone()
        entry._state.adding = False
        return entry


# The same of many at once; a subject is numbered on from its last entry.
_WRITE_ALL = """
    SELECT ledger_write(one.public_id, one.event, %s, %s, %s, %s, one.subject,
        ledger_next_seq(one.subject), 'ok', one.body)
    FROM unnest(%s::text[], %s::text[], %s::text[], %s::text[])
        AS one (public_id, event, subject, body)
"""


def record_all(
    entries: Sequence[tuple[str, str, Mapping[str, object]]],
    *,
    at: datetime,
    actor: str,
    role: str,
    agency: str,
) -> int:
    """Write many entries of one actor in the caller's transaction; how many.

    Each is an event, its subject and its body, and is refused as by `record`. What was
    changed before belongs to the first of them. A transaction should not hold more
    than a few thousand: each is sealed on the row that the one before it changed.

    Raises NotAnEvent, NotForTheLedger.
    """
    bodies = []
    for event, subject, body in entries:
        if event not in EVENTS:
            raise NotAnEvent(f"{event} is not on the list of ledger.events.")
        _refuse_unlisted(event, body)
        _refuse_names(subject=subject, actor=actor, role=role, agency=agency)
        bodies.append(rfc8785.dumps(dict(body)).decode())
    events = [event for event, _, _ in entries]
    subjects = [subject for _, subject, _ in entries]
    names = [new_public_id() for _ in entries]
    with transaction.atomic(), connection.cursor() as cursor:
        who = [at, actor, role, agency]
        cursor.execute(_WRITE_ALL, [*who, names, events, subjects, bodies])
    return len(entries)


@dataclass(frozen=True)
class Clocks:
    """How far the portal's clock is from the database's, and that from its history.

    `ahead` is how much later the portal reads than the database; `behind` how much
    earlier the database reads than the last time it sealed an entry. That time never
    goes back: an entry is sealed at the later of the clock and the entry before it.
    """

    ahead: timedelta
    behind: timedelta


def clocks(*, at: datetime) -> Clocks:
    """What the clocks say when the portal's says `at`; the database's is right."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT now, greatest(last_at - now, interval '0')"
            " FROM (SELECT clock_timestamp() AS now) AS clock"
            " LEFT JOIN requests_app_head ON one"
        )
        now, behind = cursor.fetchone()
    return Clocks(ahead=at - now, behind=behind)


def is_witnessed(*, leaves: int) -> bool:
    """Whether a checkpoint covers the first `leaves` entries of the tree.

    The witness file has a checkpoint before the database has it.
    """
    return Checkpoint.objects.filter(size__gte=leaves).exists()


def await_witness(*, seconds: float) -> bool:
    """Ask for a checkpoint of all that is sealed now, and wait for it.

    Called outside a transaction. False when none came within `seconds`.
    """
    leaves = Head.objects.values_list("n", flat=True).get()
    with connection.cursor() as cursor:
        cursor.execute(f"NOTIFY {CHANNEL}")
    until = time.monotonic() + seconds
    while not is_witnessed(leaves=leaves):
        if time.monotonic() >= until:
            return False
        time.sleep(0.02)
    return True


def is_unwitnessed() -> bool:
    """Whether an entry has waited more than a minute to be signed."""
    size = Checkpoint.objects.order_by("-size").values_list("size", flat=True).first()
    oldest = Leaf.objects.filter(idx=size or 0)
    return oldest.filter(sealed_at__lt=Now() - UNWITNESSED_AFTER).exists()


@dataclass(frozen=True)
class Standing:
    """How far the history is sealed, witnessed and verified.

    `state` is "never", "failed", "behind" (entries came since) or "verified".
    """

    state: str
    entries: int
    checkpoint: Checkpoint | None
    verification: Verification | None

    @property
    def unverified(self) -> int:
        """How many entries came after the last verification."""
        known = self.verification.leaves if self.verification else 0
        return max(self.entries - (known or 0), 0)


def standing() -> Standing:
    """What the last verification and the last checkpoint say, in three reads."""
    head = Head.objects.values_list("n", flat=True).first() or 0
    checkpoint = Checkpoint.objects.order_by("-size").first()
    verification = Verification.objects.newest()
    if verification is None:
        state = "never"
    elif not verification.is_clean:
        state = "failed"
    else:
        state = "behind" if (verification.leaves or 0) < head else "verified"
    return Standing(state, head, checkpoint, verification)


def _refuse_unlisted(event: str, content: Mapping[str, object]) -> None:
    unlisted = set(content) - EVENTS[event]
    if unlisted:
        raise NotForTheLedger(f"{event} does not carry {', '.join(sorted(unlisted))}.")
    for key, value in content.items():
        values = value if isinstance(value, list | tuple) else (value,)
        if not all(_is_safe(key, one) for one in values):
            raise NotForTheLedger(
                f"{event}.{key} may hold identifiers, codes, numbers and dates only."
            )


def _is_safe(key: str, value: object) -> bool:
    if isinstance(value, str):
        return SHAPES.get(key, CODE).match(value) is not None
    return value is None or isinstance(value, bool | int)


def _refuse_names(*, subject: str, actor: str, role: str, agency: str) -> None:
    for name, value, shapes in (
        ("subject", subject, (IDENTIFIER, CODE)),
        ("actor", actor, (IDENTIFIER, CODE)),
        ("role", role or SYSTEM, (CODE,)),
        ("agency", agency or "NONE", (AGENCY,)),
    ):
        if not any(shape.match(value) for shape in shapes):
            raise NotForTheLedger(f"The {name} is not an identifier or a code.")
