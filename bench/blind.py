"""Measure what the blind index tells a thief of the dump who has no key.

Run with `python -m bench.blind`. People are drawn with names of very unequal frequency
(the k-th commonest is borne 1/k as often, as in real towns). The thief has the tokens
of every row and a perfect table of how often each name is borne, takes the tokens apart
by how many rows hold them, and calls the commonest token by the commonest name, and so
on. Printed is the share of rows whose name he gets right, beside guessing the commonest
name for everybody.
"""

import random
from collections import Counter

NAMES, ROUNDS = 400, 5
TOWNS = (50, 500, 5_000)


def names(count: int) -> list[str]:
    """Invented names of two and three syllables, the commonest first."""
    syllables = ["qui", "ma", "za", "ro", "ca", "ve", "lu", "pen", "dor", "ti", "nes"]
    made = [a + b + c for a in syllables for b in syllables for c in ("", *syllables)]
    random.Random(1).shuffle(made)
    return made[:count]


def shares(town: int, dice: random.Random) -> tuple[float, float]:
    """The thief's share of right names, and that of naming everybody alike."""
    borne = names(NAMES)
    weights = [1 / rank for rank in range(1, len(borne) + 1)]
    people = dice.choices(borne, weights, k=town)
    # A name's own token stands in as many rows as bear the name: that is all he sees.
    by_count = [name for name, _ in Counter(people).most_common()]
    guessed = dict(zip(by_count, borne, strict=False))
    right = sum(guessed.get(one) == one for one in people)
    return right / town, Counter(people)[borne[0]] / town


def main() -> None:
    for town in TOWNS:
        found = [shares(town, random.Random(round_)) for round_ in range(ROUNDS)]
        thief, alike = (sum(one) / ROUNDS for one in zip(*found, strict=True))
        print(f"{town:>6} rows: {thief:.0%} named rightly; all alike {alike:.0%}")


if __name__ == "__main__":
    main()
