"""Drawing a sample that anybody can draw again. Pure.

Method 1. Every request of the population holds as many tickets as its weight; ticket
number `t` of request `id` under a seed is the SHA-256 of the text `seed|id|t`. A
request's ticket is the lowest of its own, and those with the lowest tickets are drawn,
the lowest first. With a weight of 1 throughout this is a simple random sample; with
others a request of weight 5 comes as if it lay in the urn five times, and is drawn at
most once. Whole numbers and one hash: no floating point, so that every machine draws
the same, and `sha256sum` is enough to check one ticket by hand.

The population is written as lines `id weight`, sorted by identifier, each ended by a
line feed; its SHA-256 goes into the history together with the seed.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

METHOD = 1
# Weight 1 for being there, and the points of whatever is known of the request.
POINTS: Mapping[str, int] = {
    "mismatch": 5,
    "override": 5,
    "violation": 3,
    "late": 2,
    "undetermined": 1,
}


@dataclass(frozen=True)
class Drawn:
    """One request drawn: its place from 1 on, its weight, its lowest ticket in hex."""

    place: int
    id: str
    weight: int
    ticket: str


def weight_of(marks: Iterable[str]) -> int:
    """1 and the points of each mark, such as 6 for an override.

    Raises KeyError for a mark without points.
    """
    return 1 + sum(POINTS[mark] for mark in set(marks))


def written(population: Mapping[str, int]) -> str:
    """The population, identifier to weight, as the text that is hashed."""
    return "".join(f"{one} {population[one]}\n" for one in sorted(population))


def read(text: str) -> dict[str, int]:
    """The population of a text made by `written`."""
    pairs = (line.split(" ") for line in text.splitlines())
    return {one: int(weight) for one, weight in pairs}


def digest(text: str) -> str:
    """The SHA-256 of a population's text in hex."""
    return hashlib.sha256(text.encode()).hexdigest()


def ticket(seed: str, id: str, number: int) -> str:
    """Ticket `number` of a request under a seed, in hex."""
    return hashlib.sha256(f"{seed}|{id}|{number}".encode()).hexdigest()


def draw(population: Mapping[str, int], *, seed: str, size: int) -> list[Drawn]:
    """The `size` requests with the lowest tickets, the lowest first.

    Raises ValueError when there are fewer requests than `size`, or for a weight
    below 1.
    """
    if size > len(population):
        raise ValueError("A sample is not larger than what it is drawn from.")
    if any(weight < 1 for weight in population.values()):
        raise ValueError("A weight is 1 or more.")
    lowest = sorted(
        (min(ticket(seed, one, number) for number in range(1, weight + 1)), one)
        for one, weight in population.items()
    )
    return [
        Drawn(place=place, id=one, weight=population[one], ticket=found)
        for place, (found, one) in enumerate(lowest[:size], start=1)
    ]
