"""A kind of job made for the tests, and the wire that the bell rings on."""

import pytest

from requests_app.outbox import jobs
from requests_app.outbox.tasks import deliver

KIND = "test.done"


class Work:
    """Counts what it did; fails as often as it is told to."""

    def __init__(self):
        self.done: list[str] = []
        self.fails: Exception | None = None

    def __call__(self, *, subject, at):
        self.done.append(subject)
        if self.fails is not None:
            raise self.fails


@pytest.fixture
def work(monkeypatch):
    counted = Work()
    monkeypatch.setitem(jobs._WORK, KIND, counted)
    return counted


@pytest.fixture
def wire():
    """The queue of the broker in memory, empty."""
    with deliver.app.connection_for_read() as connection:
        queue = connection.SimpleQueue(deliver.app.conf.task_default_queue)
        queue.clear()
        yield queue
        queue.close()
