"""Deferred work of reporting: the pieces of a file, and the end of one."""

from datetime import datetime

from requests_app.outbox.jobs import does
from requests_app.reporting.models import Export
from requests_app.reporting.services import exports


@does(exports.KINDS[0])
def make(*, subject: str, at: datetime) -> None:
    """Make the first piece of a file, or one after the next."""
    _carry_on(subject, exports.KINDS[0], at)


@does(exports.KINDS[1])
def make_on(*, subject: str, at: datetime) -> None:
    """Make the next piece of a file."""
    _carry_on(subject, exports.KINDS[1], at)


@does(exports.EMPTIED)
def empty(*, subject: str, at: datetime) -> None:
    """Remove the bytes of a file that was fetched, given up or is too old."""
    exports.empty(export=Export.objects.get(public_id=subject), at=at)


def _carry_on(subject: str, kind: str, at: datetime) -> None:
    export = Export.objects.get(public_id=subject)
    exports.carry_on(export=export, kind=kind, at=at)
