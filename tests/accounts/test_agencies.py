"""An agency's code is short, in capitals, and one agency's own."""

import pytest
from django.db import IntegrityError

from requests_app.ledger.events import AGENCY
from tests.factories import make_agency

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("code", ["B", "BPT", "CSP-2", "ABCDEFGHIJKL"])
def test_takes_a_code_that_the_history_takes(code):
    assert make_agency(code=code).code == code
    assert AGENCY.match(code)


@pytest.mark.parametrize("code", ["bpt", "2PD", "B PT", "BPT\n", "ÉPD", "-"])
def test_refuses_a_code_that_the_history_refuses(code):
    assert not AGENCY.match(code)
    with pytest.raises(IntegrityError, match="agency_code_is_capitals_and_digits"):
        make_agency(code=code)


def test_refuses_a_code_that_another_agency_has():
    make_agency(code="BPT")

    with pytest.raises(IntegrityError, match="code"):
        make_agency(code="BPT")


def test_refuses_a_kind_that_nobody_knows():
    with pytest.raises(IntegrityError, match="agency_kind_is_known"):
        make_agency(kind="navy")
