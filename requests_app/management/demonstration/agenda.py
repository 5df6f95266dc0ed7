"""Things to do, done in the order of their time."""

import heapq
import itertools
from collections.abc import Callable, Iterator
from datetime import datetime


class Agenda:
    """Steps by their time, up to and including the moment the demonstration begins.

    What lies later has not happened, and is left out.
    """

    def __init__(self, until: datetime):
        self._until = until
        self._steps: list[tuple[datetime, int, Callable]] = []
        self._order = itertools.count()

    def enter(self, at: datetime, step: Callable) -> None:
        if at <= self._until:
            heapq.heappush(self._steps, (at, next(self._order), step))

    def run(self) -> Iterator[datetime]:
        """Do every step, also those that steps enter, and give the time of each."""
        while self._steps:
            at, _, step = heapq.heappop(self._steps)
            step(at)
            yield at
