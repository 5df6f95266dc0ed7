"""Which function does a job of which kind, and which one records a job given up.

Rooms above register theirs: the outbox calls no other room.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from datetime import datetime

Work = Callable[..., None]
_WORK: dict[str, Work] = {}
_AT_DEATH: list[Callable[..., None]] = []
_AROUND: list[Callable[[str], AbstractContextManager]] = []


class NoSuchJob(LookupError):
    """No room has registered work of this kind."""


def does(kind: str) -> Callable[[Work], Work]:
    """Register the function below as the work of `kind`.

    It is called with `subject` and `at` inside the transaction that marks the job
    done, so that what it writes and the mark stand or fall together.
    """

    def register(work: Work) -> Work:
        _WORK[kind] = work
        return work

    return register


def do(kind: str, *, subject: str, at: datetime) -> None:
    """Do one job. Raises NoSuchJob."""
    try:
        work = _WORK[kind]
    except KeyError:
        raise NoSuchJob(f"No work is registered for {kind}.") from None
    work(subject=subject, at=at)


def at_death(record: Callable[..., None]) -> Callable[..., None]:
    """Register the function below as the one that records a job given up.

    It is called with `kind`, `subject`, `agency`, `attempts` and `at` inside the
    transaction that marks the job dead.
    """
    _AT_DEATH.append(record)
    return record


def bury(kind: str, *, subject: str, agency: str, attempts: int, at: datetime) -> None:
    """Have a job given up recorded."""
    for record in _AT_DEATH:
        record(kind=kind, subject=subject, agency=agency, attempts=attempts, at=at)


def around(enter: Callable[[str], AbstractContextManager]):
    """Register the function below as what every transaction of the outbox runs in.

    It is called with the code of a job's agency, or with nothing for the outbox's own
    work on its table, and returns the context in which the database shows the rows.
    """
    _AROUND.append(enter)
    return enter


@contextmanager
def context(agency: str) -> Iterator[None]:
    """Enter what the rooms above have registered."""
    with ExitStack() as stack:
        for enter in _AROUND:
            stack.enter_context(enter(agency))
        yield
