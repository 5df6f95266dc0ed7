"""Drawing: whoever has the population and the seed draws the same."""

import hashlib
from collections import Counter

import pytest

from requests_app.reporting import sampling

SEED = "00" * 16


def test_draws_the_same_from_the_same_seed():
    population = {f"r{number}": 1 + number % 7 for number in range(200)}
    turned = dict(reversed(population.items()))

    first = sampling.draw(population, seed=SEED, size=20)

    assert sampling.draw(turned, seed=SEED, size=20) == first


def test_draws_others_from_another_seed():
    population = dict.fromkeys((f"r{number}" for number in range(200)), 1)

    first = sampling.draw(population, seed=SEED, size=20)
    second = sampling.draw(population, seed="11" * 16, size=20)

    assert {one.id for one in first} != {one.id for one in second}


def test_draws_by_the_lowest_ticket_that_sha256sum_gives():
    tickets = {
        name: min(
            hashlib.sha256(f"{SEED}|{name}|{number}".encode()).hexdigest()
            for number in range(1, weight + 1)
        )
        for name, weight in (("a", 1), ("b", 3), ("c", 2))
    }
    expected = sorted(tickets, key=tickets.get)

    drawn = sampling.draw({"a": 1, "b": 3, "c": 2}, seed=SEED, size=3)

    assert [one.id for one in drawn] == expected
    assert [one.ticket for one in drawn] == [tickets[name] for name in expected]
    assert [one.place for one in drawn] == [1, 2, 3]


def test_draws_none_twice():
    drawn = sampling.draw({"a": 90, "b": 1, "c": 1}, seed=SEED, size=3)

    assert sorted(one.id for one in drawn) == ["a", "b", "c"]


def test_draws_each_about_as_often_as_it_weighs():
    population = {"heavy": 6, "light": 2}

    first = Counter(
        sampling.draw(population, seed=f"{number:032x}", size=1)[0].id
        for number in range(4000)
    )

    # Three in four, give or take five standard deviations.
    assert 2863 < first["heavy"] < 3137


@pytest.mark.parametrize(
    ("marks", "weight"),
    [
        ((), 1),
        (("late",), 3),
        (("override",), 6),
        (("mismatch", "override", "violation", "late", "undetermined"), 17),
    ],
)
def test_weighs_by_the_points_of_the_marks(marks, weight):
    assert sampling.weight_of(marks) == weight


def test_reads_the_population_that_it_wrote():
    population = {"b": 3, "a": 1}

    text = sampling.written(population)

    assert text == "a 1\nb 3\n"
    assert sampling.read(text) == population
    assert sampling.digest(text) == hashlib.sha256(b"a 1\nb 3\n").hexdigest()


@pytest.mark.parametrize(
    ("population", "size", "words"),
    [({"a": 1}, 2, "not larger"), ({"a": 0}, 1, "1 or more")],
)
def test_refuses_what_cannot_be_drawn(population, size, words):
    with pytest.raises(ValueError, match=words):
        sampling.draw(population, seed=SEED, size=size)
