"""The attacker of `releases` against an agency's own public tables (C9).

    python -m tests.reporting.public_releases --count 200 [--seed 9] [--apart]

Each round draws people, releases both tables of them as `public_tables.people` makes
them, and in about every second round a later version with more people. All tables of a
round are attacked together: they share the people under different names. With
`--apart` no table is compared with another: he must succeed.
"""

import argparse
import os
import random
import sys
from datetime import date
from unittest import mock

import django

from tests.reporting.releases import REFUSALS, Tally

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.test")
    django.setup()

from requests_app.reporting import public_tables, suppression  # noqa: E402

SINCE = date(2026, 1, 1)
DIMENSIONS = (public_tables.SEX, public_tables.AGE, public_tables.ETHNICITY)


def attack_public(*, count: int, seed: int, apart: bool = False) -> Tally:
    """At least `count` tables of random people, all of a round attacked together."""
    draw, tally = random.Random(seed), Tally()
    while tally.tables < count:
        tally.rounds += 1
        rows, published = _people(draw), []
        for version in range(1, draw.randint(1, 2) + 1):
            try:
                published += _released(rows, version, published, apart)
            except REFUSALS as refusal:
                tally.refuse(refusal)
            rows = rows + _people(draw)[: draw.choice((0, 3, 40))]
        if published:
            tally.add(published)
    return tally


def _released(rows: list[dict], version: int, earlier: list, apart: bool) -> list:
    given = mock.patch.object(public_tables, "_people", return_value=rows)
    compared = mock.patch.object(
        suppression, "related", side_effect=None if apart else suppression.related
    )
    with given, compared as related:
        related.return_value = []
        _, releases = public_tables.people(
            None, SINCE, SINCE, version=version, earlier=earlier
        )
    return [
        public_tables.of_kept(public_tables.kept(one), name=f"{name} {version}")
        for name, one in releases.items()
    ]


def _people(draw: random.Random) -> list[dict[str, str]]:
    """Invented people; of each dimension one value is common and others are rare."""
    weights = {
        one.id: [60, *(draw.choice((0, 1, 4, 40)) for _ in one.categories[1:])]
        for one in DIMENSIONS
    }
    return [
        {one.id: draw.choices(one.categories, weights[one.id])[0].id for one in those}
        for those in [DIMENSIONS] * draw.choice((60, 150, 400))
    ]


def main() -> int:
    words = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    words.add_argument("--count", type=int, default=200)
    words.add_argument("--seed", type=int, default=9)
    words.add_argument("--apart", action="store_true")
    asked = words.parse_args()
    tally = attack_public(**vars(asked))
    print(f"{tally} (seed {asked.seed})")
    return 1 if tally.narrowed else 0


if __name__ == "__main__":
    sys.exit(main())
