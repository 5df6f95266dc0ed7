"""The main job without JavaScript: filing, deciding, acting, searching."""

import re
from types import SimpleNamespace

import pytest
from django.urls import reverse

from requests_app.docket.models import IceRequest
from tests import factories
from tests.browser.filing import (
    ago,
    attest_and_submit,
    box,
    confirm,
    decide,
    field,
    fill_basis,
    fill_custody,
    fill_person,
    fill_request,
    go_on,
    heading,
    open_decision,
    panel,
    reach,
)

HOLD = "Hold the person"


@pytest.fixture
def town(transactional_db):
    agency = factories.make_agency(code="MLF")
    return SimpleNamespace(
        agency=agency,
        clerk=factories.make_clerk(agency),
        supervisor=factories.make_supervisor(agency),
    )


@pytest.fixture
def plain_tab(tab_of):
    """`plain_tab(user)`: a signed-in tab that runs no script."""
    return lambda user: tab_of(user, java_script_enabled=False)


def list_charge(tab, number, section):
    row = tab.get_by_role("group", name=f"Charge {number}")
    field(row, "Section").fill(section)
    field(row, "Class in the judgment").select_option("D")
    field(row, "Outcome").select_option("pending")


def test_files_decides_acts_and_searches(town, plain_tab):
    clerk = plain_tab(town.clerk)
    _files(clerk)
    number = heading(clerk).removeprefix("Filed as ")
    supervisor = plain_tab(town.supervisor)
    _decides(supervisor, number)
    _acts(clerk)
    _searches(supervisor, number)


def _files(tab):
    tab.goto(reverse("request_new"))
    assert tab.get_by_role("group", name="Which information?").is_visible()
    go_on(tab)
    assert "Choose what came" in tab.locator("[data-error-summary]").inner_text()
    fill_request(tab, asks=[HOLD])
    go_on(tab)
    reach(tab, "Person")
    # The panel is drawn with the page; it has caught up with the first step.
    assert panel(tab).get_by_role("heading", name=HOLD).is_visible()
    fill_person(tab, family="Ñandú", given="")
    go_on(tab)
    reach(tab, "Custody")
    fill_custody(tab, listing="Yes, listed below")
    list_charge(tab, 1, "53a-103")
    tab.get_by_role("button", name="Add another charge").click()
    assert field(tab, "Section").input_value() == "53a-103"
    assert not tab.locator("[data-error-summary]").is_visible()
    list_charge(tab, 2, "53a-125")
    go_on(tab)
    reach(tab, "Legal basis")
    fill_basis(tab)
    tab.get_by_role("button", name="Save draft and close").click()
    reach(tab, "Drafts")
    tab.get_by_role("link", name=re.compile("^Draft of")).click()
    _walk_to_the_review(tab)
    tab.get_by_role("button", name="Submit").click()
    assert "Say that the entries" in tab.locator("[data-error-summary]").inner_text()
    attest_and_submit(tab)
    reach(tab, "Filed as MLF-")
    assert IceRequest.objects.get().convictions.count() == 2


def _walk_to_the_review(tab):
    for words in ("Request", "Person", "Custody", "Legal basis", "Acts already done"):
        reach(tab, words)
        go_on(tab)
    reach(tab, "Review and submit")
    assert "is not a conviction" in panel(tab).inner_text()


def _decides(tab, number):
    tab.goto(reverse("worklist"))
    tab.get_by_role("link", name=number).click()
    open_decision(tab, HOLD)
    tab.get_by_role("button", name="Continue").click()
    assert "Choose whether to approve" in (
        tab.locator("[data-error-summary]").inner_text()
    )
    decide(
        tab, decision="Deny", reason="Charged, not convicted", words="Both are pending."
    )
    confirm(tab)
    reach(tab, number)
    assert "Denied" in box(tab, HOLD).inner_text()


def _acts(tab):
    tab.get_by_role("link", name="Open the request").click()
    tab.get_by_role("link", name="Record what was done").click()
    assert tab.get_by_role("group", name="Which information was").is_visible()
    field(tab, "What was done?").select_option(label="Held the person")
    field(tab, "When it happened").fill(ago(minutes=30))
    tab.get_by_role("button", name="Record the act").click()
    reach(tab, "MLF-")
    assert "Done before the decision" in box(tab, "Held the person").inner_text()


def _searches(tab, number):
    tab.goto(reverse("request_search"))
    field(tab, "Name of the person").fill("nandu")
    tab.get_by_role("button", name="Search").click()
    assert tab.get_by_role("link", name=number).is_visible()
    assert "nandu" not in tab.url
    tab.goto(reverse("request_list"))
    field(tab, "State").select_option(label="Determined")
    tab.get_by_role("button", name="Show").click()
    assert "status=determined" in tab.url
