"""Public tables: proposed, audited, released by another, never unsaid (71, 72, 74)."""

import json
from collections import Counter
from datetime import date, datetime, timedelta
from types import SimpleNamespace
from unittest import mock

import pytest
import time_machine
from django.test import Client, TestCase

from requests_app.accounts import services as accounts
from requests_app.docket.moments import ZONE
from requests_app.ledger.models import Entry
from requests_app.reporting import disclosure, public_tables, rollup, suppression
from requests_app.reporting.cells import TOTAL, Release
from requests_app.reporting.models import Publication
from requests_app.reporting.services import publications
from tests import factories
from tests.reporting.public_releases import attack_public
from tests.reporting.releases import narrowed
from tests.turns import while_open

SINCE = date(2026, 1, 1)
AFTER = datetime(2026, 7, 6, 9, 0, tzinfo=ZONE)
FEBRUARY = datetime(2026, 2, 3, 12, 0, tzinfo=ZONE)


def people(*, minors: int = 7, more: int = 0) -> list[dict[str, str]]:
    """Invented people by sex, age and ethnicity: 7 girls under 18 among many."""
    kinds = (
        ("female", "under_18", minors),
        ("female", "25_to_34", 40),
        ("male", "under_18", 25),
        ("male", "25_to_34", 60 + more),
    )
    return [
        {"sex": sex, "age": age, "ethnicity": ("white", "hispanic")[number % 2]}
        for sex, age, count in kinds
        for number in range(count)
    ]


def several(count: int, **kind: str) -> list[dict[str, str]]:
    return [kind] * count


# By age so thin that "other", "unknown" and "refused" are shown together: 17. By
# ethnicity they could be told apart: 5, 12 and nobody.
SEVENTEEN = [
    *several(5, sex="other", age="25_to_34", ethnicity="white"),
    *several(6, sex="unknown", age="35_to_44", ethnicity="white"),
    *several(6, sex="unknown", age="45_and_over", ethnicity="white"),
    *several(100, sex="female", age="25_to_34", ethnicity="white"),
    *several(100, sex="male", age="25_to_34", ethnicity="white"),
    *several(30, sex="male", age="25_to_34", ethnicity="hispanic"),
    *several(30, sex="female", age="25_to_34", ethnicity="hispanic"),
]


def of_sex(table: dict) -> dict:
    """What a table shows of each sex, of all ages or ethnicities."""
    other = next(one for one in table["dimensions"] if one != "sex")
    return {row["sex"]: row["count"] for row in table["rows"] if row[other] == TOTAL}


def released(publication: Publication) -> list[Release]:
    return [
        public_tables.of_kept(said, name=name)
        for name, said in publication.counts.items()
    ]


def counted(rows):
    return mock.patch.object(public_tables, "_people", return_value=rows)


@pytest.fixture
def town():
    """An agency whose tables one person proposes and another releases."""
    agency = factories.make_agency(code="PUB")
    administrator = factories.make_administrator(agency)
    agency = accounts.set_transparent(
        agency=agency, is_on=True, by=administrator, at=AFTER
    )
    officer, head = factories.make_records_officer(agency), factories.make_head(agency)

    def propose(more=0):
        with counted(people(more=more)):
            return publications.propose(
                agency=agency,
                since=SINCE,
                standing=factories.standing_of(officer, on=AFTER.date()),
                at=AFTER,
            )

    def release(publication):
        return publications.release(
            publication=publication,
            standing=factories.standing_of(head, on=AFTER.date()),
            at=AFTER,
        )

    return SimpleNamespace(propose=propose, release=release)


@pytest.mark.django_db(transaction=True)
def test_releases_one_of_two_that_tell_three_beside_each_other(town):
    first, second = town.propose(), town.propose(more=3)

    with pytest.raises(publications.NotThatState, match="propose them anew"):
        while_open(lambda: town.release(first), lambda: town.release(second))

    second.refresh_from_db()
    assert second.status == "proposed"


@pytest.mark.django_db(transaction=True)
def test_gives_two_proposals_at_once_a_version_each(town):
    second = while_open(town.propose, town.propose)

    assert second.version == 2


class Publications(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.agency = factories.make_agency(code="PUB")
        cls.administrator = factories.make_administrator(cls.agency)
        cls.officer = factories.make_records_officer(cls.agency)
        cls.head = factories.make_head(cls.agency)
        clerk = factories.make_clerk(cls.agency)
        factories.file_request(agency=cls.agency, clerk=clerk, at=FEBRUARY)
        cls.agency = accounts.set_transparent(
            agency=cls.agency, is_on=True, by=cls.administrator, at=AFTER
        )

    def propose(self, rows=None, *, at=AFTER):
        counted = mock.patch.object(
            public_tables, "_people", return_value=people() if rows is None else rows
        )
        with counted:
            return publications.propose(
                agency=self.agency,
                since=SINCE,
                standing=factories.standing_of(self.officer, on=at.date()),
                at=at,
            )

    def release(self, publication, *, by=None, at=AFTER):
        return publications.release(
            publication=publication,
            standing=factories.standing_of(by or self.head, on=at.date()),
            at=at,
        )

    def table(self, publication, name) -> dict:
        return next(one for one in publication.tables["tables"] if one["id"] == name)

    def test_shows_acts_exactly_and_seven_girls_not(self):
        publication = self.propose()

        self.assertEqual(
            self.table(publication, "requests")["rows"],
            [{"code": "all", "label": "All", "count": 1}],
        )
        shown = self.table(publication, "people_by_sex_and_age")["rows"]
        by_cell = {(row["sex"], row["age"]): row["count"] for row in shown}
        self.assertEqual(by_cell["total", "total"], 132)
        self.assertNotIn(7, by_cell.values())
        self.assertGreater(publication.audit["people_by_sex_and_age"]["protected"], 0)

    def test_keeps_the_true_numbers_out_of_what_is_public(self):
        publication = self.propose()

        self.assertNotIn('"counts"', json.dumps(publication.tables))
        sealed = bytes(Publication.objects.get().__dict__["counts"].blob)
        self.assertNotIn(b"under_18", sealed)

    def test_leaves_out_a_table_of_ten_people(self):
        publication = self.propose(people()[:9])

        self.assertIn("left_out", self.table(publication, "people_by_sex_and_age"))

    def test_is_released_by_a_second_person_alone(self):
        publication = self.propose()

        with self.assertRaises(publications.SecondPersonNeeded):
            self.release(publication, by=self.officer)
        publication = self.release(publication)

        self.assertEqual(publication.status, Publication.Status.PUBLISHED)
        events = Entry.objects.filter(subject=publication.public_id).order_by("seq")
        self.assertEqual(
            [one.event for one in events],
            ["publication.proposed", "publication.published"],
        )

    def test_refuses_a_second_release_that_differs_by_three(self):
        self.release(self.propose())

        with self.assertRaisesRegex(publications.Refused, "protected count"):
            self.propose(people(more=3), at=AFTER + timedelta(days=1))

        entry = Entry.objects.filter(event="publication.refused").get()
        self.assertEqual(entry.outcome, "refused")
        self.assertIn("differs", entry.body)

    def test_allows_a_second_release_of_the_same_people(self):
        self.release(self.propose())

        second = self.propose(at=AFTER + timedelta(days=1))

        self.assertEqual(second.version, 2)
        # Both tables of the first version: they count the same people.
        self.assertEqual(second.audit["people_by_sex_and_age"]["beside"], 2)
        self.assertEqual(second.audit["people_by_sex_and_age"]["narrowed"], 0)

    def test_says_that_the_tables_are_too_many_to_be_compared(self):
        client = Client()
        client.force_login(self.officer)
        posted = {"agency": "PUB", "since": "2026-01-01"}
        with (
            mock.patch.object(disclosure, "MOST_PIECES", 1),
            time_machine.travel(AFTER),
        ):
            answer = self.with_people(lambda: client.post("/public-tables/", posted))

        self.assertContains(answer, "Use coarser divisions", status_code=409)
        self.assertIn("too_many_pieces", self.refusal().body)

    def test_says_that_a_period_is_none(self):
        client = Client()
        client.force_login(self.officer)
        with time_machine.travel(AFTER):
            answer = client.post("/public-tables/", {"agency": "PUB", "since": "2019"})

        self.assertContains(answer, "Choose a period of the list", status_code=422)

    def test_keeps_what_the_audit_found(self):
        with mock.patch.object(
            suppression, "narrowed", return_value=Counter(people_by_sex_and_age=2)
        ):
            self.assertRaises(publications.Refused, self.propose)

        self.assertIn("narrowed", self.refusal().body)

    def refusal(self):
        return Entry.objects.filter(event="publication.refused").get()

    def with_people(self, deed):
        with mock.patch.object(public_tables, "_people", return_value=people()):
            return deed()

    def test_never_tells_five_by_adding_two_tables(self):
        publication = self.propose(SEVENTEEN)

        by_age = self.table(publication, "people_by_sex_and_age")
        by_ethnicity = self.table(publication, "people_by_sex_and_ethnicity")
        self.assertEqual(of_sex(by_age)["other"], 17)
        self.assertNotIn("unknown", of_sex(by_ethnicity))
        self.assertEqual(narrowed(released(publication)), [])

    def test_would_find_the_five_if_the_tables_were_not_compared(self):
        with mock.patch.object(suppression, "related", return_value=[]):
            publication = self.propose(SEVENTEEN)

        self.assertIn(
            ("people_by_sex_and_ethnicity", ("other", TOTAL)),
            narrowed(released(publication)),
        )

    def test_tells_nothing_in_tables_of_random_people(self):
        tally = attack_public(count=12, seed=5)

        self.assertEqual(tally.narrowed, 0)
        self.assertGreater(tally.protected, 10)

    def test_would_tell_if_random_tables_were_not_compared(self):
        self.assertGreater(attack_public(count=8, seed=5, apart=True).narrowed, 0)

    def test_compares_tables_that_were_kept_under_names_of_their_own(self):
        first = self.propose()
        kept = {name: {**said, "counted": name} for name, said in first.counts.items()}

        again = [public_tables.of_kept(said, name=name) for name, said in kept.items()]

        self.assertEqual({one.table.counted for one in again}, {"people"})

    def test_is_not_of_an_agency_whose_page_is_off(self):
        self.agency = accounts.set_transparent(
            agency=self.agency, is_on=False, by=self.administrator, at=AFTER
        )

        with self.assertRaises(publications.NotTransparent):
            self.propose()

    # The public page

    def test_shows_nothing_before_the_release(self):
        self.propose()

        page = self.client.get("/public/PUB/")

        self.assertContains(page, "Nothing is published yet")

    def test_shows_everybody_what_was_released(self):
        publication = self.release(self.propose())

        page = self.client.get("/public/PUB/")
        found = self.client.get(f"/public/PUB/{publication.public_id}.json")
        lines = self.client.get(f"/public/PUB/{publication.public_id}.csv")

        self.assertContains(page, "In force")
        self.assertIn("public", page["Cache-Control"])
        self.assertNotIn("Set-Cookie", page)
        self.assertEqual(found.json(), publication.tables)
        self.assertContains(lines, "people_by_sex_and_age")

    def test_lists_what_was_withdrawn(self):
        publication = self.release(self.propose())
        publications.withdraw(
            publication=publication,
            standing=factories.standing_of(self.head, on=AFTER.date()),
            at=AFTER,
        )

        self.assertContains(self.client.get("/public/PUB/"), "Withdrawn")

    def test_is_not_proposed_while_requests_are_being_counted(self):
        with (
            mock.patch.object(rollup, "MOST_ROUNDS", 0),
            self.assertRaisesMessage(publications.StillCounting, "Try again"),
        ):
            self.propose()

        self.assertFalse(Publication.objects.exists())

    def test_answers_like_none_when_the_page_is_off(self):
        accounts.set_transparent(
            agency=self.agency, is_on=False, by=self.administrator, at=AFTER
        )

        self.assertEqual(self.client.get("/public/PUB/").status_code, 404)
        self.assertEqual(self.client.get("/public/NOPE/").status_code, 404)

    def test_shows_each_value_under_its_own_heading(self):
        publication = self.release(self.propose())
        publication.refresh_from_db()

        table = next(
            one
            for one in public_tables.shown(publication.tables)
            if one["id"] == "people_by_sex_and_age"
        )

        self.assertEqual(table["dimensions"], ["sex", "age"])
        cells = [row["cells"] for row in table["rows"]]
        self.assertIn(["Male", "All ages"], cells)
        self.assertIn(["Female", "25 to 34"], cells)
        self.assertNotIn(0, [row["count"] for row in table["rows"]])
