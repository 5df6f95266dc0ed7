"""A form is read in, one value corrected, and the request filed, in a browser."""

import pytest
from django.urls import reverse

from requests_app.docket.models import IceRequest
from requests_app.documents.models import Document
from tests import factories
from tests.browser.filing import (
    ago,
    attest_and_submit,
    choose,
    field,
    fill_custody,
    go_on,
    reach,
)
from tests.forms import draw, fill, render

# Two processes look at the file before the answer comes.
PATIENCE = 60_000
SEED = 5
FILLED = fill(SEED, "I-247A", "3/17")
FILLED.ticked |= {"final_order": True, "resume_custody": False}
FILLED.is_signed = True
CORRECTED = "Ñandú Corregida"


@pytest.fixture
def clerk(transactional_db):
    return factories.make_clerk(factories.make_agency(code="MLF"))


def test_reads_a_form_in_corrects_one_value_and_files_it(clerk, tab_of):
    tab = tab_of(clerk)
    _sends_the_form(tab)
    _compares_and_corrects(tab)
    _goes_through_the_steps(tab)

    ice_request = IceRequest.objects.select_related("person").get()
    reading = Document.objects.under(ice_request.data_key).get().reading
    assert ice_request.person.family_names == CORRECTED
    assert ice_request.person.given_names == FILLED.truth["given_names"]
    assert ice_request.event_number == FILLED.truth["event_number"]
    assert reading.taken["family_names"]["how"] == "corrected"
    tab.goto(tab.url.replace("filed/", ""))
    tab.get_by_text("Where these facts come from").click()
    assert tab.get_by_text("Read from the paper, corrected").is_visible()
    # The pictures of the page are still on their way.
    tab.wait_for_load_state("networkidle")


def _sends_the_form(tab) -> None:
    tab.goto(reverse("draft_list"))
    tab.get_by_role("link", name="Read a form in").click()
    paper = {
        "name": "I-247A.pdf",
        "mimeType": "application/pdf",
        "buffer": render(draw(FILLED, SEED), "text", SEED),
    }
    reach(tab, "Read a form in")
    tab.locator("input[type=file]").set_input_files(paper)
    send = tab.get_by_role("button", name="Check and read the form")
    send.click(no_wait_after=True, timeout=PATIENCE)
    tab.locator("h1", has_text="Compare with the paper").wait_for(timeout=PATIENCE)


def _compares_and_corrects(tab) -> None:
    for label in tab.locator("label", has_text="Accept:").all():
        label.click()
    choose(tab, "Family names", "Correct it")
    field(tab, "Family names, as the paper says").fill(CORRECTED)
    tab.get_by_role("button", name="Take over into the draft").click()
    reach(tab, "Request")


def _goes_through_the_steps(tab) -> None:
    field(tab, "How did it come?").select_option(label="Fax")
    field(tab, "Received, date and time").fill(ago(hours=1))
    go_on(tab)
    reach(tab, "Person")
    choose(tab, "Under 18?", "No")
    go_on(tab)
    reach(tab, "Custody")
    fill_custody(tab, listing="None, and this was checked")
    go_on(tab)
    reach(tab, "Legal basis")
    choose(tab, "Did a warrant or removal paper", "None, and this was checked")
    go_on(tab)
    reach(tab, "Acts already done")
    go_on(tab)
    reach(tab, "Review and submit")
    attest_and_submit(tab)
    reach(tab, "Filed as")
