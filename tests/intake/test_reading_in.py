"""A form read in through the doors: beside the paper, taken over, filed by hand."""

import json
import re
from hashlib import sha256
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from requests_app.documents import clamav, limited
from requests_app.documents.models import Document, FormReading
from requests_app.intake import reading_in
from requests_app.intake.models import Draft
from requests_app.ledger.models import Entry
from tests import factories
from tests.forms import draw, fill, render

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]
# A detainer in the edition of 2017-03, with every value written.
SEED = 5


@pytest.fixture
def agency():
    return factories.make_agency()


@pytest.fixture
def clerk(agency):
    return factories.make_clerk(agency)


@pytest.fixture
def client(clerk):
    client = Client()
    client.force_login(clerk)
    return client


@pytest.fixture
def filled():
    return fill(SEED)


def sent(client, content, name="form.pdf"):
    file = SimpleUploadedFile(name, content, content_type="application/pdf")
    return client.post(reverse("form_read"), {"file": file})


@pytest.fixture
def draft(client, clerk, filled):
    answer = sent(client, render(draw(filled, SEED), "text", SEED))
    assert answer.status_code == 302, answer.content
    return Draft.objects.get(owner=clerk)


def door(draft):
    return reverse("form_compare", args=[draft.public_id])


def accepted(client, draft):
    """Every value accepted, as the page offers them."""
    rows = client.get(door(draft)).context["rows"]
    return {f"how_{row['item'].name}": "accepted" for row in rows}


def events(name):
    """What the entries of one event say."""
    return [json.loads(one.body) for one in Entry.objects.filter(event=name)]


_done = {}


@pytest.fixture(autouse=True)
def _each_file_is_looked_at_once(monkeypatch):
    """What came of a file's first look serves the other tests: a process takes long."""
    run = limited.run

    def run_once(work, *, content, **options):
        key = (work, sha256(content).hexdigest())
        if key not in _done:
            _done[key] = run(work, content=content, **options)
        return _done[key]

    monkeypatch.setattr(limited, "run", run_once)


def test_keeps_the_paper_with_a_draft_and_what_was_read(draft, filled):
    reading = FormReading.objects.get(document__data_key=draft.data_key)
    read = {one["field"]: one["value"] for one in reading.values}
    assert reading.edition == "I-247A 2017-03"
    assert read["family_names"] == filled.truth["family_names"]
    assert [one["edition"] for one in events("form.read")] == ["I-247A 2017-03"]


def test_knows_the_kind_of_form_and_what_it_asks(draft):
    assert draft.answers["request"]["instrument"] == ["I-247A"]
    assert draft.answers["request"]["asks"] == ["hold", "notify_release"]


def test_shows_each_value_beside_its_piece_of_the_page(client, draft, filled):
    page = client.get(door(draft))

    assert page.status_code == 200
    assert f"Accept: {filled.truth['family_names']}" in page.content.decode()
    assert reverse("form_crop", args=[draft.public_id, 0]) in page.content.decode()


def test_cuts_the_piece_out_of_the_page(client, draft):
    answer = client.get(reverse("form_crop", args=[draft.public_id, "0"]))

    assert answer["Content-Type"] == "image/png"
    assert answer.content.startswith(b"\x89PNG")
    assert events("document.read")[0]["part"] == "piece.0"


def test_presets_nothing_and_wants_an_answer_for_each(client, draft):
    answer = client.post(door(draft), {})

    assert answer.status_code == 422
    assert FormReading.objects.get().taken_at is None
    assert "checked" not in answer.content.decode()


def test_takes_over_what_was_accepted(client, draft, filled):
    client.post(door(draft), accepted(client, draft))

    draft.refresh_from_db()
    assert draft.answers["person"]["family_names"] == [filled.truth["family_names"]]
    assert draft.answers["person"]["date_of_birth"] == [filled.truth["date_of_birth"]]
    assert draft.answers["request"]["event_number"] == [filled.truth["event_number"]]
    assert draft.ice_request is None


def test_takes_over_a_correction_and_says_so(client, draft):
    given = {
        **accepted(client, draft),
        "how_family_names": "corrected",
        "value_family_names": "Ñandú Ejemplo",
    }

    client.post(door(draft), given)

    draft.refresh_from_db()
    reading = FormReading.objects.get()
    assert draft.answers["person"]["family_names"] == ["Ñandú Ejemplo"]
    assert reading.taken["family_names"]["how"] == "corrected"
    assert events("form.taken")[0]["corrected"] == ["family_names"]


def test_leaves_the_rows_of_the_legal_basis_whole(client, draft):
    client.post(door(draft), accepted(client, draft))

    page = client.get(reverse("draft_step", args=[draft.public_id, "basis"]))

    assert "did not arrive whole" not in page.content.decode()


def test_leaves_out_what_is_left_out(client, draft):
    given = {**accepted(client, draft), "how_subject_id": "left_out"}

    client.post(door(draft), given)

    draft.refresh_from_db()
    assert "subject_id" not in draft.answers["request"]


def test_refuses_a_correction_without_a_value(client, draft):
    given = {**accepted(client, draft), "how_family_names": "corrected"}

    answer = client.post(door(draft), {**given, "value_family_names": " "})

    assert answer.status_code == 422
    assert "Enter what the paper says" in answer.content.decode()


def test_turns_a_tick_round_when_it_is_corrected(client, draft, filled):
    given = {**accepted(client, draft), "how_instrument_signed": "corrected"}

    client.post(door(draft), given)

    draft.refresh_from_db()
    contrary = "no" if filled.is_signed else "yes"
    assert draft.answers["basis"]["instrument_signed"] == [contrary]


def test_takes_over_once(client, draft):
    client.post(door(draft), accepted(client, draft))

    again = client.post(door(draft), {"how_family_names": "left_out"})

    assert again.status_code == 302
    assert len(events("form.taken")) == 1


def test_keeps_the_source_of_each_value_with_the_request(client, draft, clerk):
    client.post(door(draft), accepted(client, draft))
    draft.refresh_from_db()
    ice_request = factories.file_request(agency=draft.agency, clerk=clerk)
    assert ice_request.data_key_id != draft.data_key_id

    papers = Document.objects.under(draft.data_key)

    assert papers.get().reading.taken["a_number"]["how"] == "accepted"


def test_keeps_a_paper_that_is_no_form_and_says_that_it_was_not_read(client, clerk):
    page = draw(fill(SEED), SEED)
    page.marks = [one for one in page.marks if not hasattr(one, "text")]
    page.label(60, 90, "Minutes of a meeting, which name nobody and ask for nothing.")
    sent(client, render(page, "text", SEED))

    draft = Draft.objects.get(owner=clerk)
    answer = client.get(door(draft))

    assert "This does not look like a form" in answer.content.decode()
    assert Document.objects.under(draft.data_key).count() == 1


def test_says_why_a_file_is_refused_and_leaves_no_draft(client, clerk):
    answer = sent(client, b"%PDF-1.7 that is nothing more")

    assert answer.status_code in (415, 422)
    assert not Draft.objects.filter(owner=clerk).exists()
    assert len(events("document.refused")) == 1


def test_answers_for_a_colleague_s_paper_as_for_none(draft, agency):
    colleague = Client()
    colleague.force_login(factories.make_clerk(agency))

    assert colleague.get(door(draft)).status_code == 404
    crop = reverse("form_crop", args=[draft.public_id, "0"])
    assert colleague.get(crop).status_code == 404


def test_is_answered_before_the_proxy_gives_up():
    proxy = Path(settings.BASE_DIR, "deploy", "nginx.conf").read_text()
    (waits,) = re.findall(r"proxy_read_timeout (\d+)s;", proxy)
    scanning = clamav.SECONDS
    checking = limited.PATIENCE_SECONDS + limited.USUAL.wall_seconds
    reading = limited.PATIENCE_SECONDS + reading_in.LIMITS.wall_seconds

    assert scanning + checking + reading < int(waits)


@pytest.mark.parametrize("is_ticked", [True, False])
def test_says_among_duplicates_that_the_paper_cancels_a_detainer(
    client, agency, clerk, is_ticked
):
    filled = fill(SEED)
    factories.file_request(
        agency=agency, clerk=clerk, event_number=filled.truth["event_number"]
    )
    filled.ticked["cancels"] = is_ticked
    sent(client, render(draw(filled, SEED), "text", SEED))
    draft = Draft.objects.get(owner=clerk, ice_request=None)

    assert reading_in.says_it_cancels(draft) is is_ticked
