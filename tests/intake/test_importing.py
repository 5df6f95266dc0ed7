"""Imports: tried, confirmed, written whole or not at all, undone by another person."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from requests_app.docket.models import IceRequest, Status
from requests_app.docket.services import broken_commitments
from requests_app.documents.checking import Refused
from requests_app.intake import importing, table_files, tasks
from requests_app.intake import mapping as mappings
from requests_app.intake.models import ImportBatch
from requests_app.ledger.models import Entry
from requests_app.outbox import jobs
from requests_app.outbox.models import Job
from requests_app.review import services as review
from requests_app.review.models import Message, Screening
from tests import sample_tables
from tests.abuse.hostile_pdfs import EICAR
from tests.documents import scanners
from tests.factories import (
    NOON,
    make_agency,
    make_clerk,
    make_head,
    make_supervisor,
    standing_of,
    write_note,
)

pytestmark = pytest.mark.django_db

JAIL = mappings.dumps(mappings.load_built_in("jail_bookings"))


@pytest.fixture
def place():
    agency = make_agency()
    return agency, make_supervisor(agency)


def _jail(tmp_path, bookings=6, **options):
    lines = sample_tables.jail_rows(bookings, **options)
    return sample_tables.write_csv(tmp_path / "jail.csv", sample_tables.JAIL, lines)


def _begun(place, path, mapping=JAIL):
    agency, by = place
    batch = importing.begin(
        path=path, name=path.name, agency=agency, by=by, role="supervisor", at=NOON
    )
    importing.order_trial(
        batch=batch, mapping=mapping, by=by, role="supervisor", at=NOON
    )
    _work(batch)
    return batch


def _work(batch):
    """Do what waits for the import, one job after the other, as the outbox does."""
    while job := Job.objects.filter(
        done_at=None, kind__startswith="import.", subject__startswith=f"b{batch.pk}_"
    ).first():
        with jobs.context(job.agency):
            jobs.do(job.kind, subject=job.subject, at=NOON)
        Job.objects.filter(pk=job.pk).update(done_at=NOON)
    batch.refresh_from_db()


def _imported(place, path, mapping=JAIL):
    batch = _begun(place, path, mapping)
    importing.confirm(batch=batch, by=place[1], role="supervisor", at=NOON)
    _work(batch)
    return batch


def test_tries_without_filing_anything(place, tmp_path):
    batch = _begun(place, _jail(tmp_path, 8, held=2))

    assert batch.status == "tried"
    assert (batch.rows, batch.requests, batch.fault_count) == (16, 4, 0)
    assert batch.faults["findings"]
    assert not IceRequest.objects.exists()


def test_writes_every_request_with_its_rows_and_entries(place, tmp_path):
    batch = _imported(place, _jail(tmp_path, 3))

    assert batch.status == "done"
    assert batch.done == 3
    first = IceRequest.objects.order_by("id").first()
    assert first.status == Status.RECORDED
    assert first.origin == "import"
    assert first.late_reason
    assert first.imported_from.numbers == [2, 3]
    assert first.imported_from.cells["rows"][0]["Charge"] == "AN INVENTED CHARGE"
    events = set(Entry.objects.about(first.public_id).values_list("event", flat=True))
    assert events == {"request.imported", "request.screened"}


def test_what_was_committed_to_can_be_proved(place, tmp_path):
    _imported(place, _jail(tmp_path, 1))
    ice_request = IceRequest.objects.select_related("data_key", "agency").get()

    assert broken_commitments(ice_request) == []


def test_screens_under_the_law_of_the_day_it_came(place, tmp_path):
    lines = list(sample_tables.jail_rows(3, charges=1))
    times = ("06/01/2015 10:00", "06/01/2022 10:00", "02/01/2026 10:00")
    rows = [
        (*line[:4], time, *line[5:11], "")[:12]
        for line, time in zip(lines, times, strict=True)
    ]
    rows = [(*row[:10], "", "") for row in rows]
    path = sample_tables.write_csv(tmp_path / "t.csv", sample_tables.JAIL, rows)

    _imported(place, path)

    asked = Screening.objects.filter(ask__isnull=False)
    assert set(asked.values_list("law_version", flat=True)) == {"2014", "2019", "2025"}


def test_opens_no_notice_and_waits_on_no_desk(place, tmp_path):
    _imported(place, _jail(tmp_path, 1))

    ice_request = IceRequest.objects.get()
    assert not ice_request.notices.exists()
    assert not ice_request.assignments.exists()


def test_nothing_is_to_decide_of_what_is_past(place, tmp_path):
    _imported(place, _jail(tmp_path, 1))
    ask = IceRequest.objects.get().asks.select_related("ice_request").first()
    standing = standing_of(make_head(place[0]))

    refusal = review.refusal_to_decide(ask, standing=standing)

    assert "imported from the past" in str(refusal)


def test_tells_those_who_decide_once(place, tmp_path):
    make_head(place[0])
    make_clerk(place[0])

    _imported(place, _jail(tmp_path, 3))

    assert Message.objects.count() == 2


def test_is_found_by_name_like_any_other(place, tmp_path):
    _imported(place, _jail(tmp_path, 4))
    person = IceRequest.objects.first().person

    found = IceRequest.objects.named(person.family_names, agencies=[place[0].pk])

    assert found.filter(pk=person.ice_request_id).exists()


def test_one_faulty_row_keeps_everything_out(place, tmp_path):
    lines = list(sample_tables.jail_rows(4))
    lines[5] = (*lines[5][:2], "02/31/1980", *lines[5][3:])
    path = sample_tables.write_csv(tmp_path / "t.csv", sample_tables.JAIL, lines)

    batch = _begun(place, path)

    assert batch.status == "failed"
    assert batch.fault_count == 1
    assert batch.faults["faults"][0][:2] == [7, "Date of Birth"]
    with pytest.raises(importing.NotNow):
        importing.confirm(batch=batch, by=place[1], role="supervisor", at=NOON)


def test_a_mapping_that_does_not_fit_says_what_is_missing(place, tmp_path):
    batch = _begun(
        place,
        _jail(tmp_path),
        'title = "x"\n[[columns]]\nheading = "Nombre"\nfield = "full_name"\n',
    )

    assert batch.status == "failed"
    assert "no column “Nombre”" in batch.faults["faults"][0][2]


def test_a_page_is_written_once_however_often_it_is_delivered(
    place, tmp_path, monkeypatch
):
    monkeypatch.setattr(importing, "PAGE", 2)
    batch = _begun(place, _jail(tmp_path, 5))
    importing.confirm(batch=batch, by=place[1], role="supervisor", at=NOON)
    batch.refresh_from_db()

    tasks.write_page(subject=f"b{batch.pk}_1", at=NOON)
    tasks.write_page(subject=f"b{batch.pk}_1", at=NOON)

    assert IceRequest.objects.count() == 2
    assert not IceRequest.objects.shown().exists()
    _work(batch)
    assert IceRequest.objects.shown().count() == 5


def test_what_fails_on_the_way_takes_back_what_was_written(
    place, tmp_path, monkeypatch
):
    monkeypatch.setattr(importing, "PAGE", 2)
    batch = _begun(place, _jail(tmp_path, 5))
    importing.confirm(batch=batch, by=place[1], role="supervisor", at=NOON)
    tasks.write_page(subject=f"b{batch.pk}_1", at=NOON)

    tasks.fail(
        kind=importing.WRITE,
        subject=f"b{batch.pk}_2",
        agency=place[0].code,
        attempts=8,
        at=NOON,
    )
    _work(batch)

    assert batch.status == "failed"
    assert IceRequest.objects.count() == 2
    assert not IceRequest.objects.shown().exists()


def test_another_person_undoes_it_as_a_whole(place, tmp_path):
    batch = _imported(place, _jail(tmp_path, 3))
    head = make_head(place[0])

    with pytest.raises(importing.NotAnotherPerson):
        importing.undo(batch=batch, reason="x", by=place[1], role="supervisor", at=NOON)
    importing.undo(batch=batch, reason="Wrong year", by=head, role="head", at=NOON)
    _work(batch)

    assert batch.status == "undone"
    assert not IceRequest.objects.shown().exists()
    assert Entry.objects.filter(event="import.undone").count() == 1


def test_is_not_undone_once_somebody_worked_on_it(place, tmp_path):
    batch = _imported(place, _jail(tmp_path, 2))
    ice_request = IceRequest.objects.first()
    later = NOON + timedelta(hours=1)
    write_note(ice_request=ice_request, by=place[1], at=later)

    with pytest.raises(importing.ActedOn) as refusal:
        importing.undo(
            batch=batch, reason="x", by=make_head(place[0]), role="head", at=later
        )

    assert refusal.value.numbers == [ice_request.number]


def test_the_file_is_kept_sealed_and_opens_as_it_came(place, tmp_path):
    path = _jail(tmp_path, 2)
    batch = _begun(place, path)

    with table_files.opened(batch.document) as opened:
        assert opened.read_bytes() == path.read_bytes()
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(body, '') FROM requests_app_documentpart")
        assert b"Ejemplo" not in bytes(cursor.fetchone()[0])


def test_reads_a_sheet_as_it_reads_text(place, tmp_path):
    path = sample_tables.write_xlsx(
        tmp_path / "jail.xlsx", sample_tables.JAIL, sample_tables.jail_rows(3)
    )

    assert _imported(place, path).done == 3


def test_says_that_the_very_file_was_imported_before(place, tmp_path):
    path = _jail(tmp_path, 3)
    done = _imported(place, path)

    again = _begun(place, path)

    held = importing.held_already(again)
    assert (held.imports, held.requests) == ([done], 3)
    with pytest.raises(importing.SeemsHeld, match="hold this table"):
        importing.confirm(batch=again, by=place[1], role="supervisor", at=NOON)
    again.refresh_from_db()
    assert again.status == "tried"


def test_counts_the_bookings_that_the_agency_holds_in_another_file(place, tmp_path):
    _imported(place, _jail(tmp_path, 2))

    again = _begun(place, _jail(tmp_path, 5))

    held = importing.held_already(again)
    assert (held.imports, held.requests) == ([], 2)


def test_imports_again_what_is_meant_to_be(place, tmp_path):
    path = _jail(tmp_path, 2)
    _imported(place, path)
    again = _begun(place, path)

    importing.confirm(
        batch=again, by=place[1], role="supervisor", at=NOON, is_meant=True
    )

    again.refresh_from_db()
    assert again.status == "importing"


def test_holds_nothing_of_an_import_that_was_undone(place, tmp_path):
    path = _jail(tmp_path, 2)
    batch = _imported(place, path)
    importing.undo(
        batch=batch,
        reason="The wrong year.",
        by=make_head(place[0]),
        role="head",
        at=NOON,
    )

    assert importing.held_already(_begun(place, path)) is None


def test_reads_no_table_before_the_scanner_looked_at_it(place, tmp_path, settings):
    path = tmp_path / "t.csv"
    path.write_bytes(b"a,b\n1," + EICAR)
    who = {"agency": place[0], "by": place[1], "role": "supervisor", "at": NOON}
    with scanners.speaking() as address:
        settings.CLAMAV_ADDRESS = address
        with pytest.raises(Refused) as found:
            importing.begin(path=path, name="t.csv", **who)
        kept = importing.begin(path=_jail(tmp_path, 2), name="jail.csv", **who)
    settings.CLAMAV_ADDRESS = "127.0.0.1:1"
    with pytest.raises(Refused) as away:
        importing.begin(path=_jail(tmp_path, 2), name="jail.csv", **who)

    assert (found.value.code, away.value.code) == ("virus", "scanner")
    assert kept.document.scanned_by == "clamav"
    refused = Entry.objects.filter(event="document.refused", subject=place[0].public_id)
    assert [one.body for one in refused.order_by("id")] == [
        '{"code":"virus","kind":"table"}',
        '{"code":"scanner","kind":"table"}',
    ]


# The command


def _run(path, agency, *options):
    out = StringIO()
    call_command(
        "import_requests",
        str(path),
        "--agency",
        agency.code,
        *options,
        stdout=out,
        stderr=StringIO(),
    )
    return out.getvalue()


def test_the_command_tries(place, tmp_path):
    said = _run(_jail(tmp_path, 4), place[0], "--map", "jail_bookings", "--dry-run")

    assert "8 rows, 4 requests" in said
    assert "Under the version of 2019" in said
    assert not ImportBatch.objects.exists()


def test_the_command_imports(place, tmp_path):
    by = place[1].username
    said = _run(_jail(tmp_path, 2), place[0], "--map", "jail_bookings", "--by", by)

    assert "2 requests imported" in said
    assert IceRequest.objects.count() == 2


def test_the_command_reads_its_table_itself_with_a_worker_there(
    place, tmp_path, monkeypatch
):
    ordered = importing.order_trial

    def then_a_worker(**options):
        batch = ordered(**options)
        for job in Job.objects.filter(done_at=None, kind=importing.STAGE):
            jobs.do(job.kind, subject=job.subject, at=NOON)
        return batch

    monkeypatch.setattr(importing, "order_trial", then_a_worker)
    by = place[1].username
    said = _run(_jail(tmp_path, 2), place[0], "--map", "jail_bookings", "--by", by)

    assert "2 requests imported" in said


def test_the_command_imports_a_table_twice_only_when_told(place, tmp_path):
    options = ("--map", "jail_bookings", "--by", place[1].username)
    path = _jail(tmp_path, 2)
    _run(path, place[0], *options)

    with pytest.raises(CommandError, match="give --besides"):
        _run(path, place[0], *options)

    assert "2 requests imported" in _run(path, place[0], *options, "--besides")


def test_the_command_reads_nothing_that_the_scanner_did_not(place, tmp_path, settings):
    settings.CLAMAV_ADDRESS = "127.0.0.1:1"

    with pytest.raises(CommandError, match="virus scanner does not answer"):
        _run(_jail(tmp_path, 2), place[0], "--map", "jail_bookings", "--dry-run")


def test_the_command_proposes_a_mapping(place, tmp_path):
    said = _run(_jail(tmp_path, 4), place[0], "--propose-map")

    assert mappings.loads(said).group_by == ("Booking Number",)


def test_the_command_refuses_who_does_not_decide_there(place, tmp_path):
    other = make_supervisor(make_agency())

    with pytest.raises(CommandError, match="no supervisor or head"):
        _run(
            _jail(tmp_path, 1),
            place[0],
            "--map",
            "jail_bookings",
            "--by",
            other.username,
        )
