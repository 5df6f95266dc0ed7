"""The report of 54-192h(e)(3): golden figures, freezing, certifying, amending."""

import csv
import io
from datetime import date, datetime, timedelta
from hashlib import sha256
from unittest import mock

import time_machine
from django.test import Client, TestCase
from django.urls import reverse

from requests_app.docket.models import Link, LinkKind
from requests_app.docket.moments import ZONE
from requests_app.documents import keeping
from requests_app.ledger.models import Entry
from requests_app.reporting import papers, preflight, statement
from requests_app.reporting.models import Report, ReportRow
from requests_app.reporting.services import reports
from tests import factories
from tests.notices.pdf_structure import faults
from tests.notices.pdf_text import with_tables

SINCE, UNTIL = date(2026, 1, 1), date(2026, 7, 1)
AFTER = datetime(2026, 7, 6, 9, 0, tzinfo=ZONE)
FEBRUARY = datetime(2026, 2, 3, 12, 0, tzinfo=ZONE)

# What is filed: who, when, what was done. Each line is one request of one person.
FILED = (
    # sex, ethnicity, born, received, act, day of the act
    ("female", "hispanic", date(2001, 2, 10), FEBRUARY, "notify_release", 3),
    ("male", "black", date(1980, 6, 1), FEBRUARY, "notify_release", 3),
    ("male", "white", date(2010, 1, 1), FEBRUARY, "interview", 5),
    ("male", "white", date(1990, 1, 1), FEBRUARY, None, 0),
)
# What the report must say of them, added up by hand: individuals, accesses.
BY_HAND = {
    "all": {"all": [3, 4]},
    "through": {"detainer": [2, 2], "other": [2, 2]},
    "date": {"2026-02-03": [2, 2], "2026-02-05": [2, 2]},
    "kind": {
        "54-192h(a)(6)(A)": [2, 2],
        "54-192h(a)(6)(B)": [2, 2],
        "54-192h(a)(6)(D)": [2, 2],
    },
    "sex": {"female": [1, 1], "male": [2, 3]},
    "ethnicity": {"black": [1, 2], "hispanic": [1, 1], "white": [1, 1]},
    "age": {"18 to 24": [1, 1], "45 and over": [1, 2], "under 18": [1, 1]},
}


class Reports(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.agency = factories.make_agency(code="TWN", body="Town of Sampleton")
        cls.clerk = factories.make_clerk(cls.agency)
        cls.officer = factories.make_records_officer(cls.agency)
        cls.other = factories.make_records_officer(cls.agency)
        cls.requests = [_file(cls, *line) for line in FILED]
        # The second person was let be interviewed too, two days later.
        factories.record_act(
            ice_request=cls.requests[1],
            kind="interview",
            at=FEBRUARY + timedelta(days=2),
        )

    def draft(self, *, by=None, form="statistics", because="", at=AFTER):
        return reports.draft(
            agency=self.agency,
            since=SINCE,
            form=form,
            because=because,
            standing=factories.standing_of(by or self.officer, on=at.date()),
            at=at,
        )

    def certify(self, report, *, by=None, at=AFTER):
        return reports.certify(
            report=report,
            standing=factories.standing_of(by or self.other, on=at.date()),
            at=at,
        )

    # Figures

    def test_says_what_was_added_up_by_hand(self):
        self.assertEqual(self.draft().frozen["figures"], BY_HAND)

    def test_opens_the_rows_behind_a_number(self):
        report = self.draft()

        rows = statement.rows_of(report.frozen["rows"], table="sex", value="male")

        self.assertEqual(len(rows), 3)
        self.assertEqual(
            {row["request"] for row in rows},
            {self.requests[1].public_id, self.requests[2].public_id},
        )

    def test_counts_a_linked_person_once(self):
        link = Link(
            ice_request=self.requests[2],
            other=self.requests[1],
            kind=LinkKind.LINKED,
            score=90,
            decided_by=self.clerk,
            decided_at=AFTER,
        )
        link.save()

        self.assertEqual(self.draft().frozen["figures"]["all"]["all"], [2, 4])

    def test_leaves_out_what_was_done_in_another_period(self):
        factories.record_act(ice_request=self.requests[0], kind="interview", at=AFTER)

        self.assertEqual(self.draft().frozen["figures"], BY_HAND)

    def test_freezes_each_request_with_its_revision(self):
        report = self.draft()

        rows = ReportRow.objects.filter(report=report).order_by("place")

        self.assertEqual([row.ice_request_id for row in rows][0], self.requests[0].pk)
        self.assertEqual(len(rows), 3)
        self.assertEqual({row.rev for row in rows}, {1})

    def test_removes_identifiers_from_records(self):
        report = self.draft(form="records")

        text = statement.csv_of(report.frozen).decode()

        for one in self.requests:
            self.assertNotIn(one.number, text)
            self.assertNotIn(one.public_id, text)
        self.assertNotIn("2001-02-10", text)
        self.assertEqual(len(text.splitlines()), 5)

    def test_says_how_many_stand_alone(self):
        self.assertEqual(self.draft().frozen["alike"], {"least": 1, "alone": 3})

    # Certifying

    def test_comes_out_byte_for_byte_the_same(self):
        report = self.certify(self.draft())
        factories.record_act(ice_request=self.requests[3], kind="interview", at=AFTER)

        self.assertTrue(reports.is_the_same(Report.objects.get(pk=report.pk)))
        self.assertEqual(
            sha256(keeping.opened(report.pdf)).hexdigest(), report.pdf.sha256
        )

    def test_would_see_other_bytes(self):
        report = self.certify(self.draft())
        report.frozen["figures"]["all"]["all"] = [3, 5]

        self.assertFalse(reports.is_the_same(report))

    def test_makes_a_pdf_that_can_be_read_aloud(self):
        report = self.certify(self.draft())

        self.assertEqual(faults(keeping.opened(report.pdf)), [])

    def test_has_the_same_numbers_in_pdf_and_csv(self):
        report = self.certify(self.draft())

        text = keeping.opened(report.csv).decode()
        words = with_tables(keeping.opened(report.pdf))

        self.assertIn('"sex","male","Male","2","3"', text)
        self.assertIn('"all","all","All","3","4"', text)
        lines = list(csv.DictReader(io.StringIO(text, newline="")))
        self.assertGreater(len(lines), 10)
        for line in lines:
            _, _, label, individuals, accesses, _ = line.values()
            with self.subTest(line=label):
                self.assertIn(f"{label} {individuals} {accesses}", words)

    def test_is_not_certified_by_its_drafter(self):
        report = self.draft()

        with self.assertRaises(reports.SamePerson):
            self.certify(report, by=self.officer)

    def test_is_not_certified_by_who_was_appointed_after_it_was_made(self):
        report = self.draft()
        later = factories.make_records_officer(self.agency)

        with self.assertRaisesMessage(reports.AppointedSince, "make it anew"):
            self.certify(report, by=later)

    def test_is_not_certified_by_a_head_of_agency(self):
        report = self.draft()

        with self.assertRaises(reports.NotYourReport):
            self.certify(report, by=factories.make_head(self.agency))

    def test_is_certified_once(self):
        report = self.draft()
        self.certify(report)

        with self.assertRaises(reports.NotThatState):
            self.certify(report)

    def test_enters_each_step_in_the_history(self):
        report = self.certify(self.draft())
        reports.mark_sent(
            report=report,
            how="By e-mail to the address of OPM",
            standing=factories.standing_of(self.other, on=AFTER.date()),
            at=AFTER,
        )

        entries = Entry.objects.filter(subject=report.public_id).order_by("seq")

        self.assertEqual(
            [one.event for one in entries],
            ["report.drafted", "report.certified", "report.sent"],
        )
        self.assertIn(report.pdf.sha256, entries[1].body)

    # Periods and versions

    def test_records_that_no_access_was_given(self):
        report = reports.draft(
            agency=self.agency,
            since=date(2025, 7, 1),
            form="statistics",
            because="",
            standing=factories.standing_of(self.officer, on=AFTER.date()),
            at=AFTER,
        )

        self.assertTrue(report.is_nil)
        self.assertEqual(report.frozen["figures"]["all"]["all"], [0, 0])

    def test_is_not_owed_by_the_state_police(self):
        agency = factories.make_agency(kind="state_police", legislative_body="")
        officer = factories.make_records_officer(agency)

        with self.assertRaises(reports.NotBound):
            reports.draft(
                agency=agency,
                since=SINCE,
                form="statistics",
                because="",
                standing=factories.standing_of(officer, on=AFTER.date()),
                at=AFTER,
            )

    def test_waits_for_the_period_to_end(self):
        with self.assertRaises(reports.NotAPeriod):
            self.draft(at=datetime(2026, 6, 30, 9, 0, tzinfo=ZONE))

    def test_has_one_draft_at_a_time(self):
        self.draft()

        with self.assertRaises(reports.DraftedAlready):
            self.draft()

    def test_is_amended_with_a_reason_and_says_what_differs(self):
        first = self.certify(self.draft())
        self.find_an_interview()

        with self.assertRaises(reports.ReasonMissing):
            self.draft()
        second = self.draft(because="An interview was found in the log.")

        self.assertEqual(second.version, 2)
        self.assertEqual(second.supersedes, first)
        differing = statement.differences(first.frozen, second.frozen)
        self.assertIn(
            {
                "title": "Individuals and accesses",
                "label": "All",
                "before": [3, 4],
                "after": [4, 5],
            },
            differing,
        )

    def test_prints_in_an_amended_report_why_and_what_differs(self):
        first = self.certify(self.draft())
        self.find_an_interview()

        second = self.certify(self.draft(because="An interview was found in the log."))

        words = with_tables(keeping.opened(second.pdf))
        self.assertIn("What differs from version 1", words)
        self.assertIn("An interview was found in the log.", words)
        self.assertIn("Individuals and accesses: All 3, 4 4, 5", words)
        self.assertNotIn("differs", with_tables(keeping.opened(first.pdf)))
        self.assertEqual(faults(keeping.opened(second.pdf)), [])
        for report in (first, second):
            self.assertTrue(reports.is_the_same(Report.objects.get(pk=report.pk)))

    def test_comes_out_the_same_if_it_was_drafted_before_that_was_printed(self):
        self.certify(self.draft())
        self.find_an_interview()
        second = self.draft(because="An interview was found in the log.")
        frozen = {**second.frozen}
        del frozen["amendment"]

        made = papers.pdf_of(frozen, certified={"name": "A", "at": AFTER.isoformat()})

        self.assertNotIn("differs", with_tables(made))

    def find_an_interview(self):
        factories.record_act(
            ice_request=self.requests[3],
            kind="interview",
            happened_at=FEBRUARY + timedelta(days=9),
            at=AFTER,
            late_reason="Found in the interview log.",
        )

    # Open questions

    def test_lists_what_is_open(self):
        listed = preflight.open_questions(agency=self.agency, since=SINCE, until=UNTIL)

        self.assertEqual(
            {one["ice_request"].pk for one in listed},
            {one.pk for one in self.requests},
        )
        self.assertIn("Nothing is decided yet", listed[3]["what"])

    def test_says_that_more_is_open_than_is_listed(self):
        client = Client()
        client.force_login(self.officer)
        address = reverse("report_period", args=["TWN", "2026-01-01"])
        with time_machine.travel(AFTER):
            whole = client.get(address)
            with mock.patch.object(preflight, "MOST", 3):
                cut = client.get(address)

        self.assertNotContains(whole, "more are open")
        self.assertContains(cut, "These are the 3 oldest; more are open.")
        self.assertContains(cut, self.requests[0].number)
        self.assertNotContains(cut, self.requests[3].number)

    def test_lists_nothing_of_another_period(self):
        self.assertEqual(
            preflight.open_questions(
                agency=self.agency, since=date(2025, 7, 1), until=SINCE
            ),
            [],
        )


def _file(case, sex, ethnicity, born, at, act, day):
    ice_request = factories.file_request(
        agency=case.agency,
        clerk=case.clerk,
        asks=["notify_release"],
        at=at,
        sex=sex,
        ethnicity=ethnicity,
        date_of_birth=born,
        is_minor="yes" if born > date(2008, 2, 3) else "no",
    )
    if act:
        done_at = at.replace(day=day, hour=15)
        factories.record_act(
            ice_request=ice_request, kind=act, happened_at=done_at, at=done_at
        )
    return ice_request
