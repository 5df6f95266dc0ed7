"""The public page says of a code that it is genuine, and since when, or not known."""

import re

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from requests_app.notices import codes
from tests.factories import NOON, file_request, issue_notice, make_agency, make_clerk

pytestmark = pytest.mark.django_db


@pytest.fixture
def code():
    agency = make_agency()
    ice_request = file_request(agency=agency, clerk=make_clerk(agency))
    return issue_notice(ice_request=ice_request).code


@pytest.fixture(autouse=True)
def nobody_has_asked():
    cache.clear()


def ask(code):
    return Client().get(reverse("genuine"), {"code": code})


def test_says_genuine_and_the_day(code):
    response = ask(code)

    assert "Genuine, issued on" in response.content.decode()
    assert NOON.date().isoformat() in response.content.decode()


def test_says_no_more_of_a_code_that_is_not_known(code):
    known, unknown = (ask(one).content.decode() for one in (code, codes.new_code()))

    def shape(page):
        page = re.sub(r"(?s)<div class=\"usa-alert.*?</div>\s*</div>", "", page)
        page = re.sub(r'value="[^"]*"|content="[^"]*"', "", page)
        return page

    assert "Not known." in unknown
    assert shape(known) == shape(unknown)
    assert "agency" not in re.search(r"(?s)<div class=\"usa-alert.*?</div>", known)[0]


def test_looks_once_whatever_is_asked(code):
    looks = []
    for text in (code, codes.new_code(), "not a code"):
        with CaptureQueriesContext(connection) as asked:
            ask(text)
        looks.append(sum("genuinecode" in one["sql"] for one in asked))

    assert looks == [1, 1, 1]


def test_takes_few_questions_from_one_address(code):
    answers = [ask(code).status_code for _ in range(31)]

    assert answers[:30] == [200] * 30
    assert answers[30] == 429


def test_reads_a_code_as_it_is_printed_in_groups(code):
    grouped = "-".join(code[at : at + 4] for at in range(0, 26, 4)).lower()

    assert "Genuine, issued on" in ask(grouped).content.decode()


def test_is_kept_by_no_cache_and_no_search_engine(code):
    response = ask(code)

    assert "no-store" in response.headers["Cache-Control"]
    assert 'name="robots" content="noindex"' in response.content.decode()
