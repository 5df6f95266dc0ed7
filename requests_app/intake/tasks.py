"""The deferred steps of an import: a page of rows at a time."""

from datetime import datetime

from requests_app.intake import importing
from requests_app.intake.models import ImportBatch
from requests_app.outbox import jobs

_ENDED_BY_DEATH = (importing.STAGE, importing.TRY, importing.WRITE)


@jobs.does(importing.STAGE)
def read_in(*, subject: str, at: datetime) -> None:
    """Read the table of an import into pages, and have the first tried."""
    batch, _ = _named(subject)
    if importing.read_in(batch=batch, at=at):
        importing.enqueue(importing.TRY, batch, number=1, at=at)


@jobs.does(importing.TRY)
def try_page(*, subject: str, at: datetime) -> None:
    """Try one page, and have the next tried."""
    batch, number = _named(subject)
    if following := importing.try_page(batch=batch, number=number, at=at):
        importing.enqueue(importing.TRY, batch, number=following, at=at)


@jobs.does(importing.WRITE)
def write_page(*, subject: str, at: datetime) -> None:
    """Write one page, and have the next written."""
    batch, number = _named(subject)
    if following := importing.write_page(batch=batch, number=number, at=at):
        importing.enqueue(importing.WRITE, batch, number=following, at=at)


@jobs.at_death
def fail(*, kind: str, subject: str, agency: str, attempts: int, at: datetime) -> None:
    """An import of which a page could not be done is not imported at all."""
    if kind in _ENDED_BY_DEATH:
        batch, _ = _named(subject)
        importing.fail(batch=batch, code="given_up", at=at)


def _named(subject: str) -> tuple[ImportBatch, int]:
    batch, number = (int(one) for one in subject.removeprefix("b").split("_"))
    return ImportBatch.objects.get(pk=batch), number
