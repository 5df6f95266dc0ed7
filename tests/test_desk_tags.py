"""The words of the screen for times, money, flags and places."""

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

from django.template import Context, Template
from django.test import SimpleTestCase

from requests_app.accounts.models import Role
from requests_app.templatetags import desk

NOON = datetime(2026, 11, 22, 17, 0, tzinfo=UTC)


class MomentTests(SimpleTestCase):
    def test_shows_connecticut_time_with_its_zone(self):
        self.assertEqual(
            desk.when(NOON),
            '<time datetime="2026-11-22T12:00:00-05:00" '
            'title="2026-11-22T12:00:00-05:00">Nov 22, 2026, 12:00 EST</time>',
        )

    def test_tells_the_two_half_past_ones_of_autumn_apart(self):
        first = datetime(2026, 11, 1, 5, 30, tzinfo=UTC)
        second = first + timedelta(hours=1)

        self.assertIn("Nov 1, 2026, 01:30 EDT", desk.when(first))
        self.assertIn("Nov 1, 2026, 01:30 EST", desk.when(second))
        self.assertIn("01:30:00-04:00", desk.when(first))
        self.assertIn("01:30:00-05:00", desk.when(second))

    def test_skips_the_hour_that_spring_lacks(self):
        before = datetime(2026, 3, 8, 6, 59, tzinfo=UTC)

        self.assertIn("01:59 EST", desk.when(before))
        self.assertIn("03:00 EDT", desk.when(before + timedelta(minutes=1)))

    def test_refuses_a_moment_without_a_zone(self):
        with self.assertRaisesMessage(ValueError, "has no time zone"):
            desk.when(datetime(2026, 11, 22))

    def test_shows_nothing_for_nothing(self):
        self.assertEqual(desk.when(None), "")


class DayTests(SimpleTestCase):
    def test_shows_the_day_as_written(self):
        self.assertEqual(
            desk.day(date(1986, 1, 1)),
            '<time datetime="1986-01-01">Jan 1, 1986</time>',
        )

    def test_refuses_a_moment(self):
        with self.assertRaisesMessage(TypeError, "show it with the filter `when`"):
            desk.day(NOON)


class SpanTests(SimpleTestCase):
    def test_says_how_old_something_is(self):
        ages = {
            timedelta(seconds=20): "under 1 min",
            timedelta(minutes=59): "59 min",
            timedelta(hours=3): "3 h",
            timedelta(hours=3, minutes=12): "3 h 12 min",
            timedelta(hours=7, minutes=12): "7 h",
            timedelta(hours=23, minutes=59): "23 h",
            timedelta(hours=24): "1 d",
            timedelta(days=2, hours=5): "2 d",
        }

        for length, words in ages.items():
            with self.subTest(length=length):
                self.assertEqual(desk.age(NOON - length, NOON), words)

    def test_says_what_is_left(self):
        self.assertEqual(desk.time_left(NOON + timedelta(hours=2), NOON), "2 h left")

    def test_says_by_how_much_it_is_overdue(self):
        self.assertEqual(
            desk.time_left(NOON - timedelta(hours=2), NOON), "Overdue by 2 h"
        )

    def test_is_overdue_only_after_the_moment(self):
        self.assertEqual(desk.urgency(NOON, NOON), "soon")
        self.assertEqual(desk.urgency(NOON - timedelta(seconds=1), NOON), "overdue")

    def test_is_soon_within_four_hours(self):
        self.assertEqual(desk.urgency(NOON + timedelta(hours=4), NOON), "soon")
        self.assertEqual(
            desk.urgency(NOON + timedelta(hours=4, seconds=1), NOON), "later"
        )


class NumberTests(SimpleTestCase):
    def test_writes_hours(self):
        self.assertEqual(desk.hours(1), "1 hour")
        self.assertEqual(desk.hours(47.5), "47.5 hours")
        self.assertEqual(desk.hours(timedelta(minutes=90)), "1.5 hours")

    def test_writes_minutes(self):
        self.assertEqual(desk.minutes(0), "0 min")
        self.assertEqual(desk.minutes(60), "1 h")
        self.assertEqual(desk.minutes(80), "1 h 20 min")

    def test_writes_money(self):
        self.assertEqual(desk.money(123456), "$1,234.56")
        self.assertEqual(desk.money(5), "$0.05")
        self.assertEqual(desk.money(-150), "-$1.50")


class FlagTests(SimpleTestCase):
    def test_gives_every_flag_a_word_an_icon_and_a_severity(self):
        for kind in desk.FLAGS:
            with self.subTest(kind=kind):
                flag = desk.flag_of(kind)
                self.assertTrue(flag["word"] and flag["icon"] and flag["severity"])

    def test_refuses_an_unknown_flag(self):
        with self.assertRaises(KeyError):
            desk.flag_of("fine")

    def test_shows_more_than_colour(self):
        markup = Template('{% include "includes/flag.html" %}').render(
            Context({"kind": "undetermined"})
        )

        self.assertInHTML('<span class="usa-sr-only"> (to settle)</span>', markup)
        self.assertIn("Undetermined", markup)
        self.assertIn("sprite.svg#help", markup)


class PlaceTests(SimpleTestCase):
    def standing(self, *names):
        rows = [
            SimpleNamespace(agency=SimpleNamespace(name=name) if name else None)
            for name in names
        ]
        return SimpleNamespace(appointments=tuple(rows))

    def test_names_the_one_agency(self):
        standing = self.standing("Norwalk Police", "Norwalk Police")

        self.assertEqual(desk.place(standing), "Norwalk Police")

    def test_counts_several(self):
        self.assertEqual(desk.place(self.standing("Norwalk", "Derby")), "2 agencies")

    def test_names_the_whole_state(self):
        self.assertEqual(desk.place(self.standing(None)), "Whole state")

    def test_says_when_there_is_none(self):
        self.assertEqual(desk.place(self.standing()), "No agency")


class NavigationTests(SimpleTestCase):
    def labels(self, *roles):
        groups = desk.navigation({"roles": frozenset(roles)})
        return [item["label"] for group in groups for item in group["pages"]]

    def test_shows_a_clerk_no_worklist(self):
        labels = self.labels(Role.CLERK)

        self.assertIn("New request", labels)
        self.assertNotIn("Worklist", labels)

    def test_shows_an_auditor_the_history_and_no_form(self):
        labels = self.labels(Role.AUDITOR)

        self.assertIn("History", labels)
        self.assertNotIn("New request", labels)

    def test_folds_what_is_not_the_days_work_under_a_word(self):
        groups = desk.navigation({"roles": frozenset({Role.HEAD})})
        open_pages = [
            item["label"]
            for group in groups
            if not group["label"]
            for item in group["pages"]
        ]

        self.assertIn("Worklist", open_pages)
        self.assertNotIn("Figures", open_pages)
        self.assertIn("Numbers", [group["label"] for group in groups])

    def test_folds_no_single_page(self):
        of_roles = [desk.navigation({"roles": frozenset({role})}) for role in Role]
        single = [
            group for groups in of_roles for group in groups if len(group["pages"]) == 1
        ]

        self.assertTrue(single)
        self.assertEqual({group["label"] for group in single}, {""})

    def test_lists_every_page_once(self):
        names = [name for _, entries in desk.NAVIGATION for _, name, _ in entries]

        self.assertEqual(len(names), len(set(names)))

    def test_shows_everybody_the_law(self):
        self.assertIn("The law", self.labels())
