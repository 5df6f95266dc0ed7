"""Figures: what the roll-up holds, and that every number agrees with a second way."""

import csv
import html
import io
import random
import re
from collections import Counter
from datetime import date, timedelta
from statistics import median
from unittest import mock

import openpyxl
import time_machine
from django.db.models import Prefetch
from django.http import QueryDict
from django.test import Client, TestCase
from django.urls import reverse

from requests_app.docket.models import AskKind, IceRequest
from requests_app.docket.moments import ZONE
from requests_app.reporting import counting, rollup
from requests_app.reporting.figures import FIGURES
from requests_app.reporting.models import RequestFigures, StaleFigure
from requests_app.reporting.narrowing import Asked, agencies_of, asked
from requests_app.review.filters import UnknownFilter
from requests_app.review.models import DUTIES_OF_DOING, Finding, Screening
from tests import factories

NOON = factories.NOON
WAYS = (("fax", "I-247A"), ("telephone", "telephone"), ("email", "email"))


class Figures(TestCase):
    """Two agencies, twelve requests over four months, by a fixed seed."""

    @classmethod
    def setUpTestData(cls):
        draw = random.Random(20260310)
        cls.agencies = [factories.make_agency(code=code) for code in ("AAA", "BBB")]
        cls.auditor = factories.make_auditor()
        cls.supervisor = factories.make_supervisor(cls.agencies[0])
        for number in range(12):
            _course(draw, cls.agencies[number % 2], number)
        rollup.refresh(at=NOON + timedelta(days=200))

    def test_agree_with_a_second_way_on_twenty_random_filters(self):
        draw = random.Random(71)
        standing = factories.standing_of(self.auditor)

        for _ in range(20):
            wanted = _random_filter(draw)
            rows = wanted.rows(standing)
            counted = counting.count(rows, wanted)
            mine = _requests(wanted)
            for name, figure in FIGURES.items():
                with self.subTest(query=wanted.query, figure=name):
                    self.assertEqual(
                        _rounded(counted[name].total), _rounded(_TOTALS[name](mine))
                    )
                    self.assertEqual(
                        counting.one(rows, wanted, figure).total, counted[name].total
                    )

    def test_agree_on_the_page_in_the_csv_and_in_the_workbook(self):
        draw = random.Random(71)
        client = Client()
        client.force_login(self.auditor)

        for number in range(20):
            wanted = _random_filter(draw)
            mine = _requests(wanted)
            # Each figure as a file of every third filter.
            those = list(FIGURES)[number % 3 :: 3]
            with time_machine.travel(NOON + timedelta(days=200)):
                page = client.get(f"{reverse('figures')}?{wanted.query}")
                files = {name: _files(client, wanted, name) for name in those}
            with self.subTest(query=wanted.query):
                self.assertEqual(_cards(page), _expected_cards(mine))
                self.assertEqual(_panels(page), _expected_panels(mine, page))
            for name, (lines, rows) in files.items():
                over_time = _over_time(mine, wanted, name)
                with self.subTest(query=wanted.query, figure=name):
                    self.assertEqual(lines, over_time)
                    self.assertEqual(rows, over_time)

    def test_would_differ_if_a_file_left_out_a_request(self):
        client = Client()
        client.force_login(self.auditor)
        wanted = Asked(date(2026, 1, 1), date(2026, 12, 31))
        lost = IceRequest.objects.order_by("id").first()

        with time_machine.travel(NOON + timedelta(days=200)):
            rollup.refresh(at=NOON)
            RequestFigures.objects.filter(ice_request=lost).delete()
            page = client.get(f"{reverse('figures')}?{wanted.query}")
            lines, rows = _files(client, wanted, "requests")

        expected = _over_time(_requests(wanted), wanted, "requests")
        self.assertNotEqual(_cards(page), _expected_cards(_requests(wanted)))
        self.assertNotEqual(lines, expected)
        self.assertNotEqual(rows, expected)

    def test_agree_by_code_over_time_and_by_agency(self):
        wanted = Asked(date(2026, 1, 1), date(2026, 12, 31))
        counted = counting.count(
            wanted.rows(factories.standing_of(self.auditor)), wanted
        )

        for name in ("asks", "findings", "decisions", "instruments"):
            codes = Counter(
                code for one in _requests(wanted) for code in _CODES[name](one)
            )
            with self.subTest(figure=name):
                self.assertEqual(counted[name].by_code, dict(codes))
                self.assertEqual(sum(counted[name].by_agency.values()), codes.total())
                over = Counter()
                for numbers in counted[name].over_time.values():
                    over.update(numbers)
                self.assertEqual(over, codes)

    def test_open_as_many_rows_as_they_say(self):
        wanted = Asked(date(2026, 1, 1), date(2026, 12, 31))
        rows = wanted.rows(factories.standing_of(self.auditor))

        counted = counting.one(rows, wanted, FIGURES["instruments"])

        for code, number in counted.by_code.items():
            behind = counting.narrowed(rows, FIGURES["instruments"], code)
            self.assertEqual(behind.count(), number)

    def test_are_of_the_agencies_where_a_person_watches(self):
        wanted = Asked(date(2026, 1, 1), date(2026, 12, 31))

        rows = wanted.rows(factories.standing_of(self.supervisor))

        self.assertEqual({row.agency.code for row in rows}, {"AAA"})
        self.assertEqual(
            agencies_of(factories.standing_of(self.supervisor)), [self.agencies[0]]
        )

    def test_are_rebuilt_when_a_request_changes(self):
        ice_request = IceRequest.objects.order_by("id").first()
        before = RequestFigures.objects.get(ice_request=ice_request)

        factories.record_act(
            ice_request=ice_request, kind="interview", at=NOON, staff_minutes=7
        )
        self.assertTrue(
            StaleFigure.objects.filter(ice_request_id=ice_request.pk).exists()
        )
        rollup.refresh(at=NOON)

        after = RequestFigures.objects.get(ice_request=ice_request)
        self.assertEqual(after.staff_minutes, before.staff_minutes + 7)
        self.assertIn("54-192h(a)(6)(D)", after.ice_access)
        self.assertFalse(StaleFigure.objects.exists())

    def test_are_rebuilt_a_bounded_number_at_a_time(self):
        for one in IceRequest.objects.order_by("id")[:3]:
            factories.record_act(ice_request=one, kind="interview", at=NOON)

        left = rollup.refresh(at=NOON, most=1)

        self.assertGreater(left, 0)
        rollup.carry_on(kind=rollup.KIND, at=NOON)
        self.assertFalse(StaleFigure.objects.exists())

    def test_are_left_by_requests_and_not_by_changes(self):
        first, second = IceRequest.objects.order_by("id")[:2]
        for one in (first, first, first, second):
            factories.record_act(ice_request=one, kind="interview", at=NOON)

        self.assertEqual(rollup.refresh(at=NOON, most=1), 1)
        self.assertEqual(rollup.refresh(at=NOON, most=1), 0)

    def test_are_rebuilt_for_the_reader_first(self):
        theirs, mine = (
            IceRequest.objects.filter(agency=one).order_by("id").first()
            for one in self.agencies
        )
        for one in (theirs, mine):
            factories.record_act(ice_request=one, kind="interview", at=NOON)

        rollup.refresh(at=NOON, most=1, agencies=[mine.agency_id])

        left = StaleFigure.objects.values_list("ice_request_id", flat=True)
        self.assertEqual(set(left), {theirs.pk})

    def test_are_all_rebuilt_before_a_paper_is_made(self):
        for one in IceRequest.objects.all():
            factories.record_act(ice_request=one, kind="interview", at=NOON)
        agencies = [one.pk for one in self.agencies]

        with mock.patch.object(rollup, "IN_A_JOB", 2):
            self.assertTrue(rollup.bring_up_to_date(agencies=agencies, at=NOON))
        with mock.patch.object(rollup, "MOST_ROUNDS", 0):
            self.assertFalse(rollup.bring_up_to_date(agencies=agencies, at=NOON))


class Address(TestCase):
    def test_is_refused_with_a_key_that_is_not_on_the_list(self):
        with self.assertRaises(UnknownFilter):
            asked(QueryDict("officer=1"), agencies=[], today=date(2026, 3, 10))

    def test_names_the_values_that_are_none(self):
        found = asked(
            QueryDict("since=soon&instrument=I-999&by=week&agency=ZZZ"),
            agencies=[],
            today=date(2026, 3, 10),
        )

        self.assertEqual(found.wrong, ("From", "Agency", "Instrument", "By"))
        self.assertEqual(found.since, date(2025, 4, 1))

    def test_is_the_same_whatever_order_it_is_typed_in(self):
        one = asked(
            QueryDict("ask=hold&since=2026-01-01&until=2026-02-01"),
            agencies=[],
            today=date(2026, 3, 10),
        )

        self.assertEqual(
            one.query, "since=2026-01-01&until=2026-02-01&ask=hold&by=month"
        )

    def test_divides_a_range_into_quarters(self):
        wanted = Asked(date(2025, 11, 5), date(2026, 4, 1), by="quarter")

        self.assertEqual(
            [first for first, _ in counting.stretches(wanted)],
            [date(2025, 10, 1), date(2026, 1, 1), date(2026, 4, 1)],
        )


# What is read from the page and from the files

_CARD = re.compile(r"<dt>([^<]*)</dt><dd><a [^>]*>([^<]*)<span")
_CELL = re.compile(r'<td class="desk-number">(?:<a [^>]*>)?([^<]*)<')
_PANEL = re.compile(r"figure=([a-z_]+)\"")
# They stand in a file alone.
_NO_CARD = ("instruments", "staff_minutes", "cost_cents")
_MEDIANS = ("hours_to_copy", "hours_to_decision")


def _cards(page) -> dict[str, str]:
    return dict(_CARD.findall(html.unescape(page.content.decode())))


def _expected_cards(mine) -> dict[str, str]:
    if not mine:
        return {}
    return {
        one.title: _written(_TOTALS[name](mine))
        for name, one in FIGURES.items()
        if name not in _NO_CARD
    }


def _written(number) -> str:
    if number is None:
        return "–"
    return f"{number:,.1f}" if isinstance(number, float) else f"{number:,}"


def _panels(page) -> list[tuple[str, int]]:
    """Of each panel that can be added up, the sum of the numbers in its table."""
    text = page.content.decode()
    return [
        (name, sum(int(cell.replace(",", "")) for cell in _CELL.findall(section)))
        for section in text.split("<section")[1:]
        for name in _PANEL.findall(section)[:1]
        if name not in _MEDIANS
    ]


def _expected_panels(mine, page) -> list[tuple[str, int]]:
    return [(name, _TOTALS[name](mine)) for name, _ in _panels(page)]


def _files(client, wanted: Asked, name: str) -> tuple[dict, dict]:
    """The numbers of one figure by the first day, of the CSV and of the workbook."""
    address = f"{reverse('export_new', args=['figures'])}?{wanted.query}&figure={name}"
    text = client.get(address).content.decode()
    book = client.get(f"{address}&form=xlsx").content
    lines = csv.DictReader(io.StringIO(text, newline=""))
    sheet = list(openpyxl.load_workbook(io.BytesIO(book)).active.values)
    head = next(place for place, row in enumerate(sheet) if row[0] == "figure")
    rows = [dict(zip(sheet[head], row, strict=True)) for row in sheet[head + 1 :]]
    return (
        _added((date.fromisoformat(one["first_day"]), one["number"]) for one in lines),
        _added((one["first_day"], one["number"]) for one in rows),
    )


def _added(pairs) -> dict[date, float]:
    found: dict[date, float] = {}
    for day, number in pairs:
        first = date(day.year, day.month, day.day)
        if number not in ("", None):
            found[first] = round(found.get(first, 0) + float(number), 4)
    return found


def _over_time(mine, wanted: Asked, name: str) -> dict[date, float]:
    """The figure of each stretch in which a request was received, if it has any."""
    parts: dict[date, list] = {}
    for one in mine:
        parts.setdefault(_first_of(_day(one.received_at), wanted.by), []).append(one)
    found = {first: _TOTALS[name](those) for first, those in parts.items()}
    return {
        first: round(float(number), 4)
        for first, number in found.items()
        if number is not None and (number or name not in _CODES)
    }


def _first_of(day: date, by: str) -> date:
    months = {"month": 1, "quarter": 3, "year": 12}[by]
    return date(day.year, (day.month - 1) // months * months + 1, 1)


# What is filed


def _course(draw: random.Random, agency, number: int) -> None:
    at = NOON + timedelta(days=draw.randrange(0, 120), hours=draw.randrange(0, 6))
    channel, instrument = draw.choice(WAYS)
    clerk = factories.make_clerk(agency)
    ice_request = factories.file_request(
        agency=agency,
        clerk=clerk,
        at=at,
        channel=channel,
        instrument=instrument,
        asks=draw.sample(["hold", "interview", "transfer"], draw.randint(1, 2)),
    )
    head = factories.make_head(agency)
    for ask in ice_request.asks.all():
        if draw.random() < 0.6:
            factories.determine(ask=ask, by=head, at=at + timedelta(hours=number))
    if draw.random() < 0.5:
        factories.record_act(
            ice_request=ice_request,
            kind=draw.choice(["detain", "interview"]),
            at=at + timedelta(hours=20),
            staff_minutes=draw.randrange(5, 60),
            cost_cents=draw.randrange(100, 900),
        )


def _random_filter(draw: random.Random) -> Asked:
    first = date(2026, 3, 1) + timedelta(days=draw.randrange(0, 90))
    return Asked(
        since=first,
        until=first + timedelta(days=draw.randrange(0, 120)),
        agency=draw.choice(["", "", "AAA", "BBB"]),
        instrument=draw.choice(["", "", "I-247A", "telephone"]),
        ask=draw.choice(["", "", *AskKind.values[:4]]),
        by=draw.choice(["month", "quarter", "year"]),
    )


# The second way: plain Python over the rows of the docket


def _requests(wanted: Asked) -> list[IceRequest]:
    rows = IceRequest.objects.select_related("agency").prefetch_related(
        "asks",
        "acts",
        "determinations__ask",
        "mismatches",
        "notices",
        "ice_accesses",
        Prefetch("screenings", Screening.objects.prefetch_related("findings")),
    )
    return [
        one
        for one in rows
        if wanted.since <= _day(one.received_at) <= wanted.until
        and wanted.agency in ("", one.agency.code)
        and wanted.instrument in ("", one.instrument)
        and (not wanted.ask or wanted.ask in [ask.kind for ask in one.asks.all()])
    ]


def _day(moment):
    return moment.astimezone(ZONE).date()


def _findings(one: IceRequest) -> list[Finding]:
    newest = {(row.ask_id, row.act_id): row for row in _by_id(one.screenings.all())}
    return [
        f"{finding.citation} {finding.result}"
        for row in newest.values()
        for finding in row.findings.all()
        if row.ask_id is None or finding.citation not in DUTIES_OF_DOING
    ]


def _by_id(rows):
    return sorted(rows, key=lambda row: row.pk)


def _in_effect(one: IceRequest) -> list:
    return [row for row in one.determinations.all() if row.effective_at is not None]


def _access(one: IceRequest) -> list[str]:
    newest = {row.act_id: row for row in _by_id(one.ice_accesses.all())}
    return [kind for row in newest.values() for kind in row.kinds]


def _hours(one: IceRequest, moments) -> list[float]:
    return [(min(moments) - one.received_at).total_seconds() / 3600] if moments else []


def _copied(one: IceRequest) -> list:
    return [
        row.served_at
        for row in one.notices.all()
        if row.kind == "detainer_copy" and row.served_at
    ]


_CODES = {
    "instruments": lambda one: [one.instrument],
    "asks": lambda one: [ask.kind for ask in one.asks.all()],
    "findings": _findings,
    "decisions": lambda one: [
        f"{row.ask.kind} {row.decision}"
        for row in _in_effect(one)
        if row.ended_at is None
    ],
    "mismatches": lambda one: [row.kind for row in one.mismatches.all()],
    "ice_access": _access,
}


def _each(name):
    return lambda rows: sum(len(_CODES[name](one)) for one in rows)


def _median(moments_of):
    def found(rows):
        hours = [hour for one in rows for hour in _hours(one, moments_of(one))]
        return median(hours) if hours else None

    return found


def _notices(is_served):
    return lambda rows: sum(
        (notice.served_at is not None) is is_served
        for one in rows
        for notice in one.notices.all()
    )


def _of_acts(name):
    return lambda rows: sum(
        getattr(act, name) or 0 for one in rows for act in one.acts.all()
    )


_TOTALS = {
    "requests": len,
    **{name: _each(name) for name in _CODES},
    "hours_to_copy": _median(_copied),
    "hours_to_decision": _median(
        lambda one: [row.effective_at for row in _in_effect(one)]
    ),
    "notices_owed": _notices(False),
    "notices_served": _notices(True),
    "overrides": lambda rows: sum(
        row.is_override for one in rows for row in _in_effect(one)
    ),
    "staff_minutes": _of_acts("staff_minutes"),
    "cost_cents": _of_acts("cost_cents"),
}


def _rounded(number):
    return None if number is None else round(float(number), 6)
