"""What follows from verifying: a row, an entry, two roles told, and reading only.

It stands here because the ledger and the outbox do not call each other, and this is the
lowest room that may call both.
"""

import logging
import time
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, transaction
from django.db.models import Q
from django.utils import timezone

from requests_app.accounts import tenancy
from requests_app.accounts.models import Appointment, Role, User
from requests_app.ledger import notes, verifying
from requests_app.ledger import services as ledger
from requests_app.ledger.models import Entry, Verification
from requests_app.outbox import services as outbox

logger = logging.getLogger(__name__)

SUBJECT = "ledger"
CLOCK = "clock"
# Clocks that are kept by the same servers part by less.
SKEW = timedelta(seconds=2)
# How long a process may believe what it read of the last verification.
BELIEVED_SECONDS = 5.0

_believed: tuple[float, bool] | None = None


def keys() -> list[notes.Verifier]:
    """The public keys of the log, newest first, from outside the database.

    Raises notes.MalformedNote, FileNotFoundError.
    """
    lines = Path(settings.LEDGER_PUBLIC_KEY_FILE).read_text().splitlines()
    return [notes.Verifier.from_text(line) for line in lines if line.strip()]


def verify(
    *,
    witness: Path | None,
    verifiers: Sequence[notes.Verifier],
    expected: Iterable[str] | None = None,
    is_deep: bool = False,
) -> verifying.Result:
    """Verify in a snapshot of its own, seeing every row; `verifying.verify`."""
    return verifying.verify(
        witness=witness,
        verifiers=verifiers,
        expected=expected,
        is_deep=is_deep,
        context=tenancy.as_system,
    )


def take_note(
    *, result: verifying.Result, began_at: datetime, at: datetime
) -> Verification:
    """Keep what was found; at a change of state record it and tell two roles.

    The row stands even if the history takes no entry any more.
    """
    before = Verification.objects.newest()
    difference = result.difference
    kept = Verification.objects.create(
        began_at=began_at,
        ended_at=at,
        leaves=result.leaves,
        root=result.root,
        witnessed=result.witnessed,
        is_clean=result.is_clean,
        check_name=difference.check if difference else "",
        difference=difference.words if difference else "",
    )
    forget()
    was_clean = before is None or before.is_clean
    if kept.is_clean and not was_clean:
        _record("ledger.verified", {"leaves": kept.leaves}, at)
    if not kept.is_clean and was_clean:
        body = {"check": difference.check, "leaf": difference.leaf}
        _record("ledger.failed", body, at)
        _tell(at)
    return kept


def compare_clocks(*, at: datetime) -> bool:
    """Whether the clocks agree; when that changes, it is recorded and two roles told.

    `at` is what the portal's clock says now. A clock that was moved changes no sealed
    time and no time on record: what is entered meanwhile bears the portal's time beside
    the database's, and the entry says by how much they part.
    """
    clocks = ledger.clocks(at=at)
    is_skewed = max(abs(clocks.ahead), clocks.behind) > SKEW
    newest = Entry.objects.about(CLOCK).order_by("-seq").first()
    was_skewed = newest is not None and newest.event == "clock.skewed"
    if is_skewed and not was_skewed:
        seconds = {"seconds": clocks.ahead, "behind": clocks.behind}
        body = {key: round(one.total_seconds()) for key, one in seconds.items()}
        _record("clock.skewed", body, at, subject=CLOCK)
        _tell(at)
    if was_skewed and not is_skewed:
        _record("clock.agreed", {}, at, subject=CLOCK)
    return not is_skewed


def is_read_only() -> bool:
    """Whether the newest verification found a difference, as of some seconds ago."""
    global _believed
    now = time.monotonic()
    if _believed is None or now - _believed[0] > BELIEVED_SECONDS:
        newest = Verification.objects.newest()
        _believed = (now, newest is not None and not newest.is_clean)
    return _believed[1]


def forget() -> None:
    """Have the next question read the database."""
    global _believed
    _believed = None


def _record(event: str, body: dict, at: datetime, *, subject: str = SUBJECT) -> None:
    try:
        with transaction.atomic():
            ledger.record(
                event=event, subject=subject, at=at, actor=ledger.SYSTEM, body=body
            )
    except DatabaseError as error:
        name = type(error).__name__
        logger.error("ledger: %s could not be recorded (%s)", event, name)


def _tell(at: datetime) -> None:
    """Have administrators and auditors of the state told that something waits."""
    today = timezone.localdate(at)
    watching = Appointment.objects.in_force(today).filter(
        Q(role=Role.ADMINISTRATOR) | Q(role=Role.AUDITOR, agency__isnull=True)
    )
    people = User.objects.filter(is_active=True, appointments__in=watching).distinct()
    with transaction.atomic():
        for public_id in people.values_list("public_id", flat=True):
            outbox.enqueue(kind="person.told", subject=public_id, at=at)
