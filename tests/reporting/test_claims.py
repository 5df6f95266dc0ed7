"""The page of a claim: what its title tells, and what recording an outcome does."""

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from requests_app.docket import holds
from tests import kept
from tests.factories import (
    NOON,
    file_request,
    make_agency,
    make_clerk,
    make_head,
    make_supervisor,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def claim():
    agency = make_agency()
    ice_request = file_request(agency=agency, clerk=make_clerk(agency))
    return kept.record_claim(
        agency=agency, ice_request=ice_request, by=make_head(agency)
    )


def visit(claim, by, **posted):
    client = Client()
    client.force_login(by)
    address = reverse("claim_detail", args=[claim.public_id])
    with time_machine.travel(NOON, tick=True):
        if posted:
            client.post(address, posted)
        return client.get(address).content.decode()


def test_names_no_docket_in_its_title(claim):
    page = visit(claim, make_supervisor(claim.agency))

    title = page.partition("<title>")[2].partition("</title>")[0]
    assert "Claim in court" in title
    assert claim.docket_number not in title
    assert claim.docket_number in page


def test_says_that_a_claim_before_the_court_again_holds_again(claim):
    supervisor = make_supervisor(claim.agency)
    visit(claim, supervisor, outcome="dismissed", on_date="2026-03-10", words="")
    holds.lift(
        hold=claim.holds.get(),
        words="It ended.",
        by=supervisor,
        role="supervisor",
        at=NOON,
    )

    page = visit(claim, supervisor, outcome="pending", on_date="2026-03-10", words="")

    assert page.count("Lift it") == 1
    assert page.count("Lifted ") == 1
