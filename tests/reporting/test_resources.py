"""Staff time and cost of ICE access, added up."""

import csv
import io
from datetime import date, timedelta

import openpyxl
import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from requests_app.reporting import resources
from tests.factories import (
    NOON,
    file_request,
    make_agency,
    make_clerk,
    make_records_officer,
    record_act,
)

pytestmark = pytest.mark.django_db
SPAN = {"since": date(2026, 1, 1), "until": date(2026, 7, 1)}


@pytest.fixture
def agency():
    agency = make_agency()
    ice_request = file_request(agency=agency, clerk=make_clerk(agency))
    april = NOON + timedelta(days=30)
    record_act(
        ice_request=ice_request, kind="interview", staff_minutes=20, cost_cents=500
    )
    record_act(ice_request=ice_request, kind="interview", staff_minutes=15)
    record_act(ice_request=ice_request, kind="interview")
    record_act(ice_request=ice_request, kind="interview", staff_minutes=7, at=april)
    # No ICE access, so it is not counted.
    record_act(ice_request=ice_request, kind="decline", staff_minutes=99)
    return agency


def test_adds_up_by_month_and_type(agency):
    found = resources.lines(agencies=[agency.pk], **SPAN)

    said = [
        (one.month, one.kind, one.acts, one.not_entered, one.minutes, one.cents)
        for one in found
    ]
    assert said == [
        (date(2026, 3, 1), "interview", 3, 1, 35, 500),
        (date(2026, 4, 1), "interview", 1, 0, 7, 0),
    ]
    assert resources.total(found)["minutes"] == 42
    assert resources.by(found, "agency")[0]["acts"] == 4


def test_counts_no_other_agency_and_no_other_day(agency):
    other = make_agency()

    assert resources.lines(agencies=[other.pk], **SPAN) == []
    before = {"since": date(2025, 1, 1), "until": date(2026, 3, 10)}
    assert resources.lines(agencies=[agency.pk], **before) == []


def test_gives_the_same_sums_as_csv(agency):
    client = Client()
    client.force_login(make_records_officer(agency))
    with time_machine.travel(NOON + timedelta(days=40), tick=True):
        page = client.get(reverse("resources"))
        answer = client.get(reverse("resources_file", args=["csv"]))
        book = client.get(reverse("resources_file", args=["xlsx"]))

    rows = list(csv.DictReader(io.StringIO(answer.content.decode())))
    assert sum(int(row["minutes"]) for row in rows) == 42
    assert [row["cost"] for row in rows] == ["5.00", "0.00"]
    sheet = openpyxl.load_workbook(io.BytesIO(book.content)).active
    lines = list(sheet.iter_rows(values_only=True))
    assert [line[-1] for line in lines] == ["cost", 5, 0]
    assert "42 min" in page.content.decode()


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
@pytest.mark.parametrize(
    "days, sentence",
    [
        ("since=2026-02-01&last=2026-01-01", "The last day is before the first."),
        ("since=soon&last=2026-01-01", "Enter a date, such as 2026-03-07."),
    ],
)
def test_gives_no_file_of_days_that_are_none(agency, ending, days, sentence):
    client = Client()
    client.force_login(make_records_officer(agency))
    with time_machine.travel(NOON):
        answer = client.get(f"{reverse('resources_file', args=[ending])}?{days}")

    assert answer.status_code == 422
    assert sentence in answer.content.decode()
