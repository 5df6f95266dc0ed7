"""Paper forms: numbered, entered once, marked late with the true time of receipt."""

from datetime import timedelta

import pytest
from django.urls import reverse

from requests_app.intake import paper_forms, services
from requests_app.ledger.models import Entry
from tests.factories import NOON, make_agency, make_clerk, make_draft
from tests.notices import pdf_structure

pytestmark = pytest.mark.django_db


@pytest.fixture
def place():
    agency = make_agency(code="PAPER")
    return agency, make_clerk(agency)


def _reserve(place, count=3):
    agency, clerk = place
    return paper_forms.reserve(
        agency=agency, count=count, by=clerk, role="clerk", at=NOON
    )


def _draft(place, number):
    agency, clerk = place
    return make_draft(
        agency=agency,
        owner=clerk,
        paper_number=number,
        received_at=NOON - timedelta(hours=30),
        late_reason="The portal could not be reached",
    )


def _file(place, number):
    return services.file_draft(draft=_draft(place, number), role="clerk", at=NOON)


def test_numbers_go_on_and_are_entered_in_the_history(place):
    first, second = _reserve(place, 2), _reserve(place, 2)

    numbers = [one.number for one in (*first, *second)]
    assert numbers == [f"PAPER-P{one:05d}" for one in (1, 2, 3, 4)]
    assert Entry.objects.filter(event="paper.printed").count() == 2


@pytest.mark.parametrize("count", [0, 51])
def test_so_many_are_not_printed_at_once(place, count):
    with pytest.raises(paper_forms.NotThatMany):
        _reserve(place, count)


def test_a_filing_from_paper_keeps_both_times_and_the_number(place):
    _reserve(place)

    ice_request = _file(place, "paper-p00002")

    assert ice_request.paper_number == "PAPER-P00002"
    assert ice_request.origin == "paper"
    assert ice_request.received_at == NOON - timedelta(hours=30)
    assert ice_request.filed_at == NOON
    assert ice_request.late_reason
    left = [one.number for one in paper_forms.open_forms(place[0])]
    assert left == ["PAPER-P00001", "PAPER-P00003"]


def test_a_number_is_used_once(place):
    _reserve(place)
    _file(place, "PAPER-P00001")

    with pytest.raises(paper_forms.NotAnOpenForm):
        _file(place, "PAPER-P00001")


@pytest.mark.parametrize("number", ["PAPER-P00099", "OTHER-P00001"])
def test_a_number_that_was_not_printed_here_is_refused(place, number):
    _reserve(place)
    paper_forms.reserve(
        agency=make_agency(code="OTHER"), count=1, by=place[1], role="clerk", at=NOON
    )

    with pytest.raises(paper_forms.NotAnOpenForm):
        _file(place, number)


def test_a_spoiled_form_waits_no_more(place):
    _reserve(place)

    paper_forms.spoil(
        agency=place[0], number="PAPER-P00001", by=place[1], role="clerk", at=NOON
    )

    assert "PAPER-P00001" not in {
        one.number for one in paper_forms.open_forms(place[0])
    }
    with pytest.raises(paper_forms.NotAnOpenForm):
        _file(place, "PAPER-P00001")


def test_the_file_to_print_is_tagged_and_bears_each_number(place):
    import pypdfium2

    forms = _reserve(place, 2)

    content = paper_forms.pdf(forms, agency=place[0])

    assert pdf_structure.faults(content) == []
    with pypdfium2.PdfDocument(content) as file:
        pages = [page.get_textpage().get_text_range() for page in file]
    assert len(pages) == 2
    assert "PAPER-P00001" in pages[0]
    assert "PAPER-P00002" in pages[1]


def test_the_pages_reserve_print_and_spoil(place, client):
    client.force_login(place[1])

    reserved = client.post(
        reverse("paper_forms"), {"agency": place[0].pk, "count": "2"}
    )
    refused = client.post(
        reverse("paper_forms"), {"agency": place[0].pk, "count": "500"}
    )
    printed = client.get(reverse("paper_form_print", args=["PAPER-P00001"]))
    spoiled = client.post(reverse("paper_form_spoil", args=["PAPER-P00002"]))
    listed = client.get(reverse("paper_forms")).content.decode()

    assert reserved.status_code == spoiled.status_code == 302
    assert refused.status_code == 422
    assert printed.content.startswith(b"%PDF")
    assert "PAPER-P00001" in listed
    assert 'Mark as spoiled<span class="usa-sr-only">: PAPER-P00002' not in listed


def test_another_agencys_form_is_not_there(place, client):
    other = make_agency(code="OTHER")
    paper_forms.reserve(agency=other, count=1, by=place[1], role="clerk", at=NOON)
    client.force_login(place[1])

    page = client.get(reverse("paper_form_print", args=["OTHER-P00001"]))

    assert page.status_code == 404
