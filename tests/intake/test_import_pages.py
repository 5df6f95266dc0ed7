"""The doors of an import: upload, map, look at what was found, confirm, take back."""

import html
from datetime import timedelta
from unittest import mock

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from requests_app.docket.models import IceRequest
from requests_app.intake import (
    importing,
    tasks,  # noqa: F401 registers the jobs
)
from requests_app.intake.models import ImportBatch, ImportMap
from requests_app.outbox import jobs
from requests_app.outbox.models import Job
from tests import sample_tables
from tests.factories import (
    NOON,
    make_agency,
    make_clerk,
    make_head,
    make_supervisor,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def place():
    agency = make_agency()
    return agency, make_supervisor(agency)


@pytest.fixture(autouse=True)
def noon():
    with time_machine.travel(NOON + timedelta(minutes=1)):
        yield


def _upload(client, agency, path):
    table = SimpleUploadedFile(path.name, path.read_bytes())
    return client.post(reverse("import_new"), {"agency": agency.pk, "table": table})


def _begun(client, place, path):
    client.force_login(place[1])
    _upload(client, place[0], path)
    return ImportBatch.objects.latest("id")


def _work():
    while job := Job.objects.filter(done_at=None, kind__startswith="import.").first():
        with jobs.context(job.agency):
            jobs.do(job.kind, subject=job.subject, at=NOON)
        Job.objects.filter(pk=job.pk).update(done_at=NOON)


def _jail(tmp_path, **options):
    lines = sample_tables.jail_rows(4, **options)
    return sample_tables.write_csv(tmp_path / "jail.csv", sample_tables.JAIL, lines)


def test_a_shipped_map_is_tried_confirmed_and_seen(place, client, tmp_path):
    batch = _begun(client, place, _jail(tmp_path))
    page = reverse("import_map", args=[batch.public_id])
    detail = reverse("import_detail", args=[batch.public_id])

    begun = client.get(page, {"from": "ships-jail_bookings"})
    tried = client.post(
        page, {**sample_tables.as_sent(begun), "_try": "1", "name": "Our jail"}
    )
    _work()
    found = client.get(detail).content.decode()
    client.post(reverse("import_confirm", args=[batch.public_id]), {"confirmed": "yes"})
    _work()
    done = client.get(detail).content.decode()
    listed = client.get(reverse("request_list"), {"origin": "import"}).content.decode()

    assert tried.status_code == 302
    assert "Import 4 requests?" in found
    assert "See the imported requests" in done
    ice_request = IceRequest.objects.first()
    assert ice_request.number in listed
    assert ImportMap.objects.get().name == "Our jail"
    source = client.get(reverse("request_source", args=[ice_request.public_id]))
    assert "AN INVENTED CHARGE" in source.content.decode()


def test_headings_nobody_foresaw_are_mapped_on_the_page(place, client, tmp_path):
    path = sample_tables.write_csv(
        tmp_path / "t.csv",
        sample_tables.UNFORESEEN,
        sample_tables.unforeseen_rows(6),
        encoding="cp1252",
        delimiter=";",
    )
    batch = _begun(client, place, path)
    page = reverse("import_map", args=[batch.public_id])
    sent = sample_tables.as_sent(client.get(page, {"from": "proposed"}))
    chosen = ("booking_number", "family_names", "given_names", "date_of_birth", "sex")
    chosen += ("instrument", "received_at", "channel", "asks", "charge_section")
    sent |= {f"field-{place}": name for place, name in enumerate(chosen)}
    sent["formats"] = "%d.%m.%Y %H:%M\n%d/%m/%Y"

    asked = client.post(page, {**sent, "_look": "1"})
    meant = {
        "varón": "male",
        "mujer": "female",
        "boleta 247A": "I-247A",
        "boleta 247G": "I-247G",
        "aparato de fax": "fax",
        "buzón": "mail",
        "que se le retenga": "hold",
        "que se le avise": "notify_release",
    }
    sent = sample_tables.as_sent(asked)
    for entry in asked.context["page"].entries:
        for value in entry.values:
            sent[f"value-{entry.place}-{value.place}"] = meant[value.text]
    client.post(page, {**sent, "_try": "1"})
    _work()

    batch.refresh_from_db()
    assert batch.faults.get("faults", []) == []
    assert (batch.status, batch.requests) == ("tried", 6)
    client.post(reverse("import_confirm", args=[batch.public_id]), {"confirmed": "yes"})
    _work()
    filed = IceRequest.objects.shown().filter(instrument="I-247A", channel="fax")
    ice_request = filed.first()
    assert IceRequest.objects.shown().count() == 6
    assert ice_request.asks.get().kind == "hold"
    assert ice_request.screenings.filter(ask=ice_request.asks.get()).count() == 1


def test_names_what_is_still_to_say(place, client, tmp_path):
    batch = _begun(client, place, _jail(tmp_path))
    page = reverse("import_map", args=[batch.public_id])
    sent = sample_tables.as_sent(client.get(page, {"from": "proposed"}))

    refused = client.post(page, {**sent, "_try": "1"})

    assert refused.status_code == 422
    assert "Say from which column comes: what came" in refused.content.decode()


def test_a_value_without_meaning_is_said_and_can_be_downloaded(place, client, tmp_path):
    lines = list(sample_tables.jail_rows(2, charges=1))
    lines[1] = (*lines[1][:3], "perhaps", *lines[1][4:])
    path = sample_tables.write_csv(tmp_path / "t.csv", sample_tables.JAIL, lines)
    batch = _begun(client, place, path)
    page = reverse("import_map", args=[batch.public_id])
    sent = sample_tables.as_sent(client.get(page, {"from": "ships-jail_bookings"}))

    client.post(page, {**sent, "_try": "1"})
    _work()
    shown = client.get(reverse("import_detail", args=[batch.public_id]))
    listed = client.get(reverse("import_faults", args=[batch.public_id]))

    assert "“perhaps” stands in no list of values" in shown.content.decode()
    assert "3,Sex," in b"".join(listed.streaming_content).decode()


def test_the_mapping_can_be_typed_as_text(place, client, tmp_path):
    batch = _begun(client, place, _jail(tmp_path))
    page = reverse("import_map", args=[batch.public_id])

    shown = client.post(page, {"typed": 'title = "Mine"', "_text": "1"})
    refused = client.post(page, {"typed": "nonsense", "_text": "1"})

    assert "title = &quot;Mine&quot;" in shown.content.decode()
    assert "not TOML" in refused.content.decode()


@pytest.mark.parametrize(
    ("name", "content"),
    [("t.csv", b"\x00\x01\x02"), ("t.xlsx", b"PK\x03\x04broken")],
)
def test_what_is_no_table_is_refused_with_a_reason(place, client, name, content):
    client.force_login(place[1])

    refused = client.post(
        reverse("import_new"),
        {"agency": place[0].pk, "table": SimpleUploadedFile(name, content)},
    )

    assert refused.status_code == 422
    assert not ImportBatch.objects.exists()


def test_another_person_takes_it_back(place, client, tmp_path):
    batch = _begun(client, place, _jail(tmp_path))
    page = reverse("import_map", args=[batch.public_id])
    sent = sample_tables.as_sent(client.get(page, {"from": "ships-jail_bookings"}))
    client.post(page, {**sent, "_try": "1"})
    _work()
    client.post(reverse("import_confirm", args=[batch.public_id]), {"confirmed": "yes"})
    _work()
    undo = reverse("import_undo", args=[batch.public_id])

    same = client.post(undo, {"reason": "Wrong table"})
    client.force_login(make_head(place[0]))
    other = client.post(undo, {"reason": "Wrong table"})

    assert same.status_code == 409
    assert other.status_code == 302
    assert not IceRequest.objects.shown().exists()
    listed = client.get(reverse("request_list")).content.decode()
    assert IceRequest.objects.first().number not in listed


def test_is_not_there_for_other_agencies_and_not_for_clerks(place, client, tmp_path):
    batch = _begun(client, place, _jail(tmp_path))
    page = reverse("import_detail", args=[batch.public_id])

    client.force_login(make_supervisor(make_agency()))
    foreign = client.get(page)
    client.force_login(make_clerk(place[0]))
    clerk = client.get(page)

    assert foreign.status_code == 404
    assert clerk.status_code == 403


BROKEN = b'Family name,What came\nExample,I-247A\nSample,I-247A\n"never closed,I-247A\n'


def test_a_row_that_cannot_be_read_is_named_and_the_import_given_up(place, client):
    client.force_login(place[1])
    table = SimpleUploadedFile("t.csv", BROKEN)
    client.post(reverse("import_new"), {"agency": place[0].pk, "table": table})
    batch = ImportBatch.objects.latest("id")

    shown = client.get(reverse("import_map", args=[batch.public_id]))
    client.post(reverse("import_drop", args=[batch.public_id]))

    page = shown.content.decode()
    assert shown.status_code == 409
    assert "Row 4: a quotation mark opens a text" in html.unescape(page)
    assert "Give this import up" in page
    assert "Change the mapping" not in page
    batch.refresh_from_db()
    assert batch.status == "dropped"


def test_a_table_tried_in_another_tab_is_said_to_be_under_way(place, client, tmp_path):
    batch = _begun(client, place, _jail(tmp_path))
    page = reverse("import_map", args=[batch.public_id])
    sent = sample_tables.as_sent(client.get(page, {"from": "ships-jail_bookings"}))
    ordered = importing.order_trial

    def after_another(**options):
        ordered(**options)
        return ordered(**options)

    with mock.patch.object(importing, "order_trial", after_another):
        answer = client.post(page, {**sent, "_try": "1"})

    assert answer.status_code == 409
    assert "under way or over" in answer.content.decode()


def test_a_kept_mapping_that_cannot_be_read_gives_way_to_a_proposal(
    place, client, tmp_path
):
    batch = _begun(client, place, _jail(tmp_path))
    kept = ImportMap.objects.create(
        agency=place[0],
        name="Old",
        mapping="title = 'Old'\nsurely = 'unknown'",
        saved_by=place[1],
        saved_at=NOON,
    )

    shown = client.get(
        reverse("import_map", args=[batch.public_id]),
        {"from": f"saved-{kept.public_id}"},
    )

    assert shown.status_code == 200
    assert "The mapping chosen cannot be used" in shown.content.decode()


def test_a_table_imported_before_wants_a_deliberate_tick(place, client, tmp_path):
    path = _jail(tmp_path)
    for _ in range(2):
        batch = _begun(client, place, path)
        page = reverse("import_map", args=[batch.public_id])
        begun = client.get(page, {"from": "ships-jail_bookings"})
        client.post(page, {**sample_tables.as_sent(begun), "_try": "1"})
        _work()
        shown = client.get(reverse("import_detail", args=[batch.public_id]))
        door = reverse("import_confirm", args=[batch.public_id])
        answer = client.post(door, {"confirmed": "yes"})
        _work()

    assert "This very file was imported" in shown.content.decode()
    assert answer.status_code == 409
    assert IceRequest.objects.count() == 4
    client.post(door, {"confirmed": "yes", "meant": "yes"})
    _work()
    assert IceRequest.objects.count() == 8
