"""Lists taken out: same rows as their pages, in pieces, once, sealed, logged."""

import csv
import io
from datetime import date, timedelta
from unittest import mock

import openpyxl
import time_machine
from django.test import Client, TestCase
from django.urls import reverse

from requests_app.documents.models import Document, DocumentPart
from requests_app.ledger.models import Entry
from requests_app.outbox.models import Job
from requests_app.reporting.models import Export
from requests_app.reporting.services import exports
from requests_app.review.models import Message
from tests import factories, kept

NOON = factories.NOON


class Exports(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.agency = factories.make_agency(code="EXP")
        cls.clerk = factories.make_clerk(cls.agency)
        cls.head = factories.make_head(cls.agency)
        cls.requests = [
            factories.file_request(
                agency=cls.agency,
                clerk=cls.clerk,
                family_names="=HYPERLINK Ejemplo",
                given_names="Zoë",
                channel=channel,
            )
            for channel in ("fax", "email", "fax")
        ]

    def ask(self, *, kind="requests", form="csv", query="", names=False, by=None):
        return exports.ask(
            kind=kind,
            form=form,
            query=query,
            with_names=names,
            agency=self.agency,
            standing=factories.standing_of(by or self.clerk),
            at=NOON,
        )

    def rows_of(self, export) -> list[dict]:
        text = exports.fetch(export=export, at=NOON).decode()
        return list(csv.DictReader(io.StringIO(text, newline="")))

    def test_takes_out_a_short_list_at_once(self):
        export = self.ask()

        rows = self.rows_of(export)

        self.assertEqual(
            [row["number"] for row in rows], [one.number for one in self.requests]
        )
        self.assertEqual(rows[0]["received_at"], "2026-03-10T11:00:00-04:00")
        self.assertNotIn("family_names", rows[0])

    def test_narrows_as_the_page_does(self):
        self.assertEqual(len(self.rows_of(self.ask(query="channel=email"))), 1)

    def test_gives_names_as_text_that_is_no_formula(self):
        row = self.rows_of(self.ask(names=True))[0]

        self.assertEqual(row["family_names"], "'=HYPERLINK Ejemplo")
        self.assertEqual(row["given_names"], "Zoë")

    def test_gives_an_auditor_no_names(self):
        auditor = factories.make_auditor(self.agency)

        with self.assertRaises(exports.NotYourList):
            self.ask(names=True, by=auditor)

    def test_gives_nobody_a_list_of_another_agency(self):
        other = factories.make_clerk(factories.make_agency())

        with self.assertRaises(exports.NotYourList):
            self.ask(by=other)

    def test_writes_the_same_rows_to_a_workbook(self):
        content = exports.fetch(export=self.ask(form="xlsx"), at=NOON)

        sheet = openpyxl.load_workbook(io.BytesIO(content)).active
        rows = list(sheet.iter_rows(values_only=True))
        self.assertEqual(rows[0][0], "number")
        self.assertEqual(
            [row[0] for row in rows[1:]], [one.number for one in self.requests]
        )
        self.assertEqual(rows[1][5].isoformat(), "2026-03-10T11:00:00")

    def test_takes_out_every_list(self):
        for kind, by in (
            ("worklist", self.head),
            ("unreconciled", self.clerk),
            ("owed", self.clerk),
        ):
            with self.subTest(kind=kind):
                export = self.ask(kind=kind, by=by)

                self.assertEqual(export.status, Export.Status.READY)
                self.assertEqual(export.done, export.total)

    def test_takes_out_the_history_as_its_page_finds_it(self):
        auditor = factories.make_auditor(self.agency)
        number = self.requests[0].number
        query = f"since=2026-03-01&until=2026-03-31&event=request.filed&number={number}"

        rows = self.rows_of(self.ask(kind="history", by=auditor, query=query))

        self.assertEqual([row["event"] for row in rows], ["request.filed"])
        self.assertEqual(rows[0]["request"], number)
        self.assertEqual(rows[0]["actor"], self.clerk.get_full_name())
        self.assertEqual(rows[0]["outcome"], "ok")
        entry = Entry.objects.get(public_id=rows[0]["id"])
        self.assertEqual(entry.subject, self.requests[0].public_id)
        # It is sealed when the transaction of the test would be committed.
        self.assertEqual(rows[0]["place"], "")

    def test_gives_an_auditor_no_history_of_another_agency(self):
        other = factories.make_agency()
        factories.file_request(agency=other, clerk=factories.make_clerk(other))
        auditor = factories.make_auditor(self.agency)

        query = "since=2026-03-01&until=2026-03-31"
        rows = self.rows_of(self.ask(kind="history", by=auditor, query=query))

        self.assertEqual({row["agency"] for row in rows}, {"EXP"})

    def test_refuses_filters_that_are_too_long_to_keep(self):
        auditor = factories.make_auditor(self.agency)

        with self.assertRaisesMessage(exports.TooLong, "Shorten"):
            self.ask(kind="history", by=auditor, query=f"actor={'%C3%91' * 90}")

    def test_takes_out_claims_and_holds(self):
        kept.record_claim(
            agency=self.agency, ice_request=self.requests[0], by=self.head
        )

        claims = self.rows_of(self.ask(kind="claims", by=self.head))
        named = self.rows_of(self.ask(kind="claims", by=self.head, names=True))
        holds = self.rows_of(self.ask(kind="holds", by=self.head))

        self.assertEqual(len(claims), 1)
        self.assertNotIn("claimant", claims[0])
        self.assertIn("claimant", named[0])
        self.assertEqual([row["request"] for row in holds], [self.requests[0].number])

    def test_takes_out_what_was_released_and_destroyed(self):
        extract = kept.make_extract(agency=self.agency)
        rule = kept.set_rule(agency=self.agency, by=self.head)
        disposal = kept.dispose(rule=rule, ice_request=self.requests[0])

        (released,) = self.rows_of(self.ask(kind="releases", by=self.head))
        (destroyed,) = self.rows_of(self.ask(kind="disposals", by=self.head))

        self.assertEqual(released["extract"], extract.public_id)
        self.assertEqual(
            (released["first_day"], released["last_day"]),
            (f"{extract.since}", f"{extract.until - timedelta(days=1)}"),
        )
        self.assertEqual(destroyed["disposal"], disposal.public_id)
        self.assertEqual(destroyed["rule"], rule.authority)

    def test_takes_out_overrides_and_mismatches_for_auditors(self):
        auditor = factories.make_auditor(self.agency)
        elsewhere = factories.make_auditor(factories.make_agency())
        ask = factories.ask_of(self.requests[0])
        factories.override(ask=ask, head=self.head)
        factories.record_act(ice_request=self.requests[1], kind="transfer")

        (override,) = self.rows_of(self.ask(kind="overrides", by=auditor))
        mismatches = self.rows_of(self.ask(kind="mismatches", by=auditor))

        self.assertEqual(override["request"], self.requests[0].number)
        self.assertEqual(override["decided_by"], str(self.head))
        self.assertEqual(override["expires_at"], "2026-03-12T12:00:00-04:00")
        self.assertEqual(
            {row["request"] for row in mismatches}, {self.requests[1].number}
        )
        for by in (self.head, elsewhere):
            with self.assertRaises(exports.NotYourList):
                self.ask(kind="overrides", by=by)

    def test_takes_out_ones_own_questions(self):
        supervisor = factories.make_supervisor(self.agency)
        factories.ask_filer(ice_request=self.requests[0], by=supervisor)
        other = factories.make_clerk(self.agency)

        asked = self.rows_of(self.ask(kind="questions", by=supervisor))
        waiting = self.rows_of(self.ask(kind="questions", by=self.clerk))
        none = self.rows_of(self.ask(kind="questions", by=other))

        self.assertEqual(asked, waiting)
        self.assertEqual((len(asked), none), (1, []))
        self.assertNotIn("When was the person booked?", str(asked))

    def test_takes_out_reports_public_tables_and_imports(self):
        officer = factories.make_records_officer(self.agency)
        rows = {
            "reports": factories.draft_report(agency=self.agency, by=officer),
            "publications": factories.propose_tables(
                agency=self.agency,
                administrator=factories.make_administrator(self.agency),
                by=officer,
            ),
            "imports": factories.begin_import(agency=self.agency, by=self.head),
        }
        for kind, row in rows.items():
            with self.subTest(kind=kind):
                (line,) = self.rows_of(self.ask(kind=kind, by=self.head))

                self.assertIn(row.public_id, line.values())
                self.assertEqual(line["agency"], self.agency.code)

    def test_offers_each_list_on_its_page(self):
        auditor = factories.make_auditor(self.agency)
        factories.override(ask=factories.ask_of(self.requests[0]), head=self.head)
        factories.record_act(ice_request=self.requests[1], kind="transfer")
        kept.make_extract(agency=self.agency)
        rule = kept.set_rule(agency=self.agency, by=self.head)
        kept.dispose(rule=rule, ice_request=self.requests[0])
        factories.begin_import(agency=self.agency, by=self.head)
        for page, kind, by in (
            ("report_list", "reports", self.head),
            ("extract_list", "releases", self.head),
            ("publication_list", "publications", self.head),
            ("disposal_list", "disposals", self.head),
            ("import_list", "imports", self.head),
            ("question_list", "questions", self.clerk),
            ("history_overrides", "overrides", auditor),
            ("history_overrides", "mismatches", auditor),
        ):
            with self.subTest(kind=kind):
                client = Client()
                client.force_login(by)
                door = reverse("export_new", args=[kind])

                self.assertContains(client.get(reverse(page)), f'href="{door}"')
                self.assertEqual(client.get(door).status_code, 200)

    def test_gives_a_figure_as_both_kinds_of_file(self):
        client = Client()
        client.force_login(self.head)
        address = f"{reverse('export_new', args=['figures'])}?since=2026-03-01"
        address += "&until=2026-03-31&figure=instruments"
        with time_machine.travel(NOON):
            text = client.get(address)
            book = client.get(f"{address}&form=xlsx")
            other = client.get(f"{address}&after=1")

        lines = list(csv.DictReader(io.StringIO(text.content.decode(), newline="")))
        sheet = openpyxl.load_workbook(io.BytesIO(book.content)).active
        number = [row[0] for row in sheet.iter_rows(values_only=True)].index("figure")
        self.assertEqual(lines[0]["number"], "3")
        self.assertEqual(sheet.cell(number + 2, 6).value, 3)
        self.assertEqual(other.status_code, 400)

    def test_is_fetched_once(self):
        export = self.ask()
        exports.fetch(export=export, at=NOON)

        with self.assertRaises(exports.NotReady):
            exports.fetch(export=export, at=NOON)

    def test_is_not_handed_out_after_the_role_has_ended(self):
        leaving = factories.make_user()
        factories.appoint(
            leaving, "clerk", self.agency, effective_until=date(2026, 3, 11)
        )
        factories.appoint(leaving, "auditor", self.agency)
        export = self.ask(by=leaving, names=True)
        client = Client()
        client.force_login(leaving)

        with time_machine.travel(NOON + timedelta(hours=20)):
            answer = client.post(
                reverse("export_fetch", args=[export.public_id]), follow=True
            )

        self.assertContains(answer, "Your roles do not open this list")
        export.refresh_from_db()
        self.assertEqual(export.status, Export.Status.FAILED)
        entry = Entry.objects.about(export.public_id).latest("seq")
        self.assertEqual(entry.event, "export.failed")
        with self.assertRaises(exports.NotReady):
            exports.fetch(export=export, at=NOON)

    def test_is_gone_after_a_day(self):
        export = self.ask()
        later = NOON + timedelta(hours=24)

        with self.assertRaises(exports.NotReady):
            exports.fetch(export=export, at=later)
        exports.empty(export=export, at=later)

        export.refresh_from_db()
        self.assertEqual(export.status, Export.Status.EXPIRED)
        self.assertTrue(export.data_key.is_shredded)
        documents = Document.objects.filter(data_key=export.data_key)
        self.assertFalse(DocumentPart.objects.filter(document__in=documents).exists())

    def test_is_sealed_while_it_waits(self):
        export = self.ask(names=True)

        parts = DocumentPart.objects.filter(document__data_key=export.data_key)

        self.assertTrue(parts.exists())
        for part in parts:
            blob = bytes(part.__dict__["body"].blob)
            self.assertNotIn(b"Ejemplo", blob)
            self.assertNotIn("Zoë".encode(), blob)

    def test_enters_each_step_in_the_history(self):
        export = self.ask(names=True)
        exports.fetch(export=export, at=NOON)

        events = Entry.objects.filter(subject=export.public_id).order_by("seq")

        self.assertEqual(
            [one.event for one in events],
            ["export.asked", "export.carried", "export.finished", "export.fetched"],
        )
        self.assertIn('"names":true', events[0].body)


class OfTheState(TestCase):
    """What an auditor of the whole state takes out."""

    @classmethod
    def setUpTestData(cls):
        cls.agencies = [factories.make_agency() for _ in range(2)]
        for agency in cls.agencies:
            clerk = factories.make_clerk(agency)
            factories.file_request(agency=agency, clerk=clerk)
        cls.auditor = factories.make_auditor()

    def ask(self, by=None, **changed):
        given = {"kind": "requests", "form": "csv", "query": "", "with_names": False}
        return exports.ask(
            **{**given, **changed},
            agency=None,
            standing=factories.standing_of(by or self.auditor),
            at=NOON,
        )

    rows_of = Exports.rows_of

    def test_holds_every_agency(self):
        export = self.ask()

        self.assertEqual(exports.file_name(export), "state-requests-2026-03-10.csv")
        self.assertEqual(
            {row["agency"] for row in self.rows_of(export)},
            {one.code for one in self.agencies},
        )

    def test_is_opened_by_its_page_and_by_nobody_else(self):
        stranger = Client()
        stranger.force_login(factories.make_auditor(self.agencies[0]))
        client = Client()
        client.force_login(self.auditor)
        with time_machine.travel(NOON):
            page = client.get(reverse("export_new", args=["requests"]))
            answer = client.post(
                reverse("export_new", args=["requests"]),
                {"format": "csv", "agency": ""},
            )
            made = client.get(answer.url)
            refused = stranger.get(answer.url)
            fetched = client.post(f"{answer.url}fetch/")

        self.assertContains(page, "The whole state")
        self.assertContains(made, "The whole state")
        self.assertEqual(refused.status_code, 404)
        self.assertEqual(len(fetched.content.decode().splitlines()), 3)

    def test_says_when_a_long_one_is_ready(self):
        with mock.patch.object(exports, "AT_ONCE", 0):
            export = self.ask()
            exports.carry_on(export=export, kind="export.made", at=NOON)

        told = Message.objects.get(user=self.auditor)
        self.assertEqual((told.kind, told.agency), ("file_ready", None))
        client = Client()
        client.force_login(self.auditor)
        page = client.get(reverse("message_list"))
        self.assertContains(page, "The whole state")
        self.assertTrue(
            Job.objects.filter(
                kind="person.told", subject=self.auditor.public_id, agency=""
            ).exists()
        )

    def test_is_not_for_who_reads_one_agency(self):
        clerk = factories.make_clerk(self.agencies[0])

        with self.assertRaises(exports.NotYourList):
            self.ask(by=clerk)
        with self.assertRaises(exports.NotYourList):
            self.ask(with_names=True)


class InPieces(TestCase):
    """A long list, with pieces so small that three requests make two of them."""

    @classmethod
    def setUpTestData(cls):
        Exports.setUpTestData.__func__(cls)

    def setUp(self):
        self.enterContext(self.settings())
        self.small = {"PIECE": exports.PIECE, "AT_ONCE": exports.AT_ONCE}
        exports.PIECE, exports.AT_ONCE = 2, 0
        self.addCleanup(lambda: vars(exports).update(self.small))

    ask = Exports.ask
    rows_of = Exports.rows_of

    def test_is_made_by_jobs_that_say_how_far_they_are(self):
        export = self.ask()
        self.assertEqual(Job.objects.waiting().filter(kind="export.made").count(), 1)

        export = exports.carry_on(export=export, kind="export.made", at=NOON)
        self.assertEqual((export.status, export.done), (Export.Status.RUNNING, 2))
        export = exports.carry_on(export=export, kind="export.made_on", at=NOON)

        self.assertEqual((export.status, export.done), (Export.Status.READY, 3))
        told = Message.objects.get(user=self.clerk)
        self.assertEqual((told.kind, told.ice_request), ("file_ready", None))
        self.assertEqual(len(self.rows_of(export)), 3)

    def test_is_not_made_on_after_it_was_cancelled(self):
        export = self.ask()
        exports.carry_on(export=export, kind="export.made", at=NOON)
        exports.cancel(export=export, at=NOON)

        export = exports.carry_on(export=export, kind="export.made_on", at=NOON)

        self.assertEqual(export.status, Export.Status.CANCELLED)
        exports.empty(export=export, at=NOON)
        export.data_key.refresh_from_db()
        self.assertTrue(export.data_key.is_shredded)
