"""Public tables: what is hidden, what is refused, and what an attacker finds (C9)."""

import unittest

from requests_app.reporting import suppression
from requests_app.reporting.cells import (
    TOTAL,
    Category,
    Dimension,
    NotATable,
    Release,
    Table,
)
from tests.reporting.releases import attack_many, narrowed


def dimension(name: str, *values: str, coarser: Dimension | None = None) -> Dimension:
    return Dimension(
        name, tuple(Category(one, frozenset([one])) for one in values), coarser
    )


SEX = dimension("sex", "f", "m")
AGE = dimension("age", "minor", "adult", "old")
AGES = {
    ("f", "minor"): 7,
    ("f", "adult"): 40,
    ("f", "old"): 30,
    ("m", "minor"): 25,
    ("m", "adult"): 60,
    ("m", "old"): 22,
}


def by_sex_and_age(counts=AGES, *, name="first", scope=None) -> Table:
    return Table(name, "people", (SEX, AGE), counts, scope or {})


class OneTable(unittest.TestCase):
    def test_hides_seven_and_one_more_in_its_row_and_column(self):
        shown = suppression.release(by_sex_and_age())

        self.assertEqual(shown.shown(("f", "minor")), "1–10")
        self.assertEqual(shown.shown((TOTAL, TOTAL)), 184)
        row = [cell for cell in shown.marks if cell[0] == "f"]
        column = [cell for cell in shown.marks if cell[1] == "minor"]
        self.assertGreaterEqual(len(row), 2)
        self.assertGreaterEqual(len(column), 2)
        self.assertEqual(narrowed([shown]), [])

    def test_hides_nothing_where_nothing_is_protected(self):
        counts = {**AGES, ("f", "minor"): 11}

        shown = suppression.release(by_sex_and_age(counts))

        self.assertEqual(shown.marks, {})

    def test_protects_ten_and_one_but_neither_eleven_nor_zero(self):
        counts = {**AGES, ("f", "minor"): 10, ("m", "minor"): 1, ("m", "old"): 11}
        counts[("f", "old")] = 0

        shown = suppression.primary(by_sex_and_age(counts))

        self.assertEqual(set(shown.protected()), {("f", "minor"), ("m", "minor")})

    def test_shows_a_zero_only_beside_totals_that_are_shown(self):
        place = dimension("place", "a", "b", "c", "d")
        counts = {
            **{("f", one): 30 for one in ("a", "b", "c")},
            **{("m", one): 30 for one in ("a", "b", "c")},
            ("f", "d"): 6,
        }

        shown = suppression.release(Table("t", "people", (SEX, place), counts))

        self.assertEqual(shown.shown((TOTAL, "d")), "1–10")
        self.assertEqual(shown.shown(("m", "d")), "hidden")

    def test_divides_more_coarsely_before_it_hides(self):
        grown = Category("grown", frozenset(["adult", "old"]))
        young = Category("minor", frozenset(["minor"]))
        ages = dimension(
            "age", "minor", "adult", "old", coarser=Dimension("age", (young, grown))
        )
        counts = {
            ("f", "minor"): 20,
            ("m", "minor"): 20,
            ("f", "adult"): 9,
            ("f", "old"): 8,
            ("m", "adult"): 7,
            ("m", "old"): 6,
        }

        shown = suppression.release(Table("t", "people", (SEX, ages), counts))

        self.assertEqual(shown.marks, {})
        self.assertEqual(shown.shown(("f", "grown")), 17)

    def test_shows_no_table_of_ten_people(self):
        with self.assertRaises(suppression.TooFewToPublish):
            suppression.release(by_sex_and_age({("f", "adult"): 6, ("m", "old"): 4}))

    def test_has_two_to_four_dimensions(self):
        with self.assertRaises(NotATable):
            Table("t", "people", (SEX,), {("f",): 12})


class BesideEarlierReleases(unittest.TestCase):
    def test_refuses_the_second_release_that_differs_by_three(self):
        first = suppression.release(
            by_sex_and_age(scope={"entered": frozenset(["until_may"])})
        )
        more = {**AGES, ("m", "adult"): 63}
        second = by_sex_and_age(
            more, name="second", scope={"entered": frozenset(["until_may", "june"])}
        )

        with self.assertRaisesRegex(
            suppression.DiffersByProtectedCount, "differs by a protected count"
        ):
            suppression.release(second, earlier=[first])

    def test_allows_the_second_release_that_differs_by_thirty(self):
        scope = {"entered": frozenset(["until_may"])}
        first = suppression.release(by_sex_and_age(scope=scope))
        more = {**AGES, ("m", "adult"): 90}
        second = by_sex_and_age(
            more, name="second", scope={"entered": frozenset(["until_may", "june"])}
        )

        shown = suppression.release(second, earlier=[first])

        self.assertEqual(narrowed([first, shown]), [])

    def test_refuses_numbers_that_have_changed_by_three(self):
        first = suppression.release(by_sex_and_age())
        second = by_sex_and_age({**AGES, ("m", "adult"): 57}, name="second")

        with self.assertRaises(suppression.DiffersByProtectedCount):
            suppression.release(second, earlier=[first])

    def test_compares_only_what_counts_the_same(self):
        first = suppression.release(by_sex_and_age())
        other = Table("other", "asks", (SEX, AGE), {**AGES, ("m", "adult"): 63})

        shown = suppression.release(other, earlier=[first])

        self.assertEqual(shown.shown((TOTAL, TOTAL)), 187)

    def test_finds_a_hand_made_release_that_narrows_an_earlier_one(self):
        first = suppression.release(by_sex_and_age())
        unmarked = Release(by_sex_and_age(name="second"), {})

        with self.assertRaises(suppression.DiffersByProtectedCount):
            suppression.audit(unmarked, earlier=[first])


class Attacked(unittest.TestCase):
    def test_narrows_nothing_in_random_releases(self):
        tally = attack_many(count=60, seed=4)

        self.assertEqual(tally.narrowed, 0)
        self.assertGreater(tally.protected, 50)

    def test_would_find_what_primary_suppression_alone_leaves(self):
        tally = attack_many(count=5, seed=9, primary_only=True)

        self.assertGreater(tally.narrowed, 0)
