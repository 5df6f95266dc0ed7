"""Public records of ICE access: built from what is allowed, read again, released."""

import csv
import html
import io
import json
from datetime import date
from types import SimpleNamespace

import pytest
import time_machine
from django.test import Client, override_settings
from django.urls import reverse
from pypdf import PdfReader

from requests_app.documents import keeping
from requests_app.intake import services as intake
from requests_app.ledger.models import Entry
from requests_app.reporting import (
    accesses,
    extracting,
    release_policy,
    rereading,
    sheets,
)
from requests_app.reporting.models import Extract
from requests_app.reporting.services import extracts
from requests_app.review.models import IceAccess
from tests.factories import (
    NOON,
    PASSWORD,
    conviction,
    file_request,
    make_agency,
    make_clerk,
    make_head,
    make_records_officer,
    make_supervisor,
    record_act,
    write_note,
)
from tests.notices.pdf_structure import faults

AUDIENCES = ["public", "person", "opm", "oversight"]

pytestmark = pytest.mark.django_db


def build(**facts):
    """A request with ICE access, and two people who keep the records."""
    agency = make_agency()
    clerk = make_clerk(agency)
    ice_request = file_request(
        agency=agency,
        clerk=clerk,
        family_names="Zarigüeya Quetzal",
        given_names="Xochil",
        a_number="A087654321",
        event_number="EVT-00917",
        sender_office="Hartford sub-office",
        **facts,
    )
    record_act(
        ice_request=ice_request,
        kind="interview",
        staff_minutes=25,
        cost_cents=1250,
        narrative="wept at the gate",
    )
    return SimpleNamespace(
        agency=agency,
        clerk=clerk,
        ice_request=ice_request,
        officer=make_records_officer(agency, password=PASSWORD),
        head=make_head(agency, password=PASSWORD),
    )


def make(town, audience="public", *, number="", since=date(2026, 1, 1)):
    return extracts.make_extract(
        agency=town.agency,
        order=extracts.Order(
            audience=audience,
            since=since,
            until=date(2026, 7, 1),
            reference="FOI 2026-17",
            number=number,
        ),
        by=town.officer,
        role="records_officer",
        at=NOON,
    )


def release(extract, by):
    return extracts.release(extract=extract, by=by, role="head", at=NOON)


def table_of(extract) -> dict:
    text = keeping.opened(extract.csv).decode()
    return next(csv.DictReader(io.StringIO(text)))


def text_of(extract) -> str:
    pages = PdfReader(io.BytesIO(keeping.opened(extract.pdf))).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def test_releases_the_access_and_labels_each_withheld_item_with_its_exemption():
    town = build()
    write_note(ice_request=town.ice_request, by=town.clerk, text="For my eyes")
    write_note(
        ice_request=town.ice_request, by=town.clerk, text="To all", kind="for_release"
    )

    extract = make(town)

    row = table_of(extract)
    assert row["number"] == town.ice_request.number
    assert row["access_date"] == "2026-03-10"
    assert row["access_type"].startswith("54-192h(a)(6)")
    assert (row["staff_minutes"], row["cost"]) == ("25", "12.50")
    assert "From ICE" in row["communications"]
    assert row["notes"] == "To all"
    withheld = {name for name, value in row.items() if value.startswith("[Withheld")}
    assert "person_name" in withheld
    assert {"person_birth", "internal_notes", "narrative", "arrest"} <= withheld
    assert extract.withheld == len(withheld)
    assert row["person_name"].startswith(f"[Withheld: {release_policy.TO_BE_NAMED}")
    for word in ("Zarigüeya", "Xochil", "087654321", "For my eyes", "wept"):
        assert word not in str(row)
        assert word not in text_of(extract)
    assert extract.leaks == 0
    assert faults(keeping.opened(extract.pdf)) == []


def test_shows_the_person_what_is_about_the_person():
    town = build()

    extract = make(town, "person", number=town.ice_request.number)

    row = table_of(extract)
    assert row["person_name"].startswith("Zarigüeya Quetzal, Xochil")
    assert row["narrative"].startswith("[Withheld")
    assert extract.leaks == 0


def test_makes_none_for_a_person_without_a_request():
    with pytest.raises(extracts.NoSuchRequest):
        make(build(), "person", number="XXX-2026-00001")


@pytest.mark.parametrize("audience", AUDIENCES)
def test_knows_a_rule_for_every_field_it_can_read(audience):
    rules = release_policy.rules_for(audience, citations={})

    assert {rule.field for rule in rules} == set(extracting._VALUES)
    assert {rule.label for rule in rules if not rule.label} == set()


def test_shows_a_citation_that_counsel_has_named():
    rules = release_policy.rules_for("public", citations={"privacy": "C.G.S. 1-210(z)"})

    rule = next(one for one in rules if one.field == "person_name")
    assert rule.exemption.citation == "C.G.S. 1-210(z)"
    assert rule.exemption.is_confirmed is True
    unnamed = next(one for one in rules if one.field == "narrative")
    assert unnamed.exemption.is_confirmed is False


def test_is_made_again_from_what_was_frozen_byte_for_byte():
    town = build()
    extract = Extract.objects.get(pk=make(town).pk)
    record_act(ice_request=town.ice_request, kind="interview")

    again = extracts.files_of(extract.frozen)

    assert again == extracts.kept_files(extract)


@pytest.mark.parametrize("day", ["1990-02-01", "February 1, 1990"])
def test_stops_a_leak_through_a_note_for_release(day):
    town = build()
    write_note(
        ice_request=town.ice_request,
        by=town.clerk,
        text=f"Ms. Zarigüeya, born {day}, was interviewed.",
        kind="for_release",
    )
    extract = make(town)
    assert extract.leaks > 0

    with pytest.raises(extracts.Leaks) as refusal:
        release(extract, town.head)

    fields = {leak.field for leak in refusal.value.found}
    assert {"person_name", "person_birth"} <= fields
    entry = Entry.objects.about(extract.public_id).latest("seq")
    assert (entry.event, entry.outcome) == ("extract.released", "refused")


@pytest.mark.parametrize(
    "field, said",
    [
        ("narrative", "He wept at the gate, they say."),
        ("internal_notes", "Remember: ask his cousin in Hamden first."),
        ("arrest", "Charged under 53a-125b."),
    ],
)
def test_stops_what_staff_wrote_for_themselves(field, said):
    town = build(convictions=[conviction(section="53a-125b")])
    write_note(
        ice_request=town.ice_request,
        by=town.clerk,
        text="Ask his cousin in Hamden first.",
    )
    assert make(town).leaks == 0
    write_note(
        ice_request=town.ice_request, by=town.clerk, text=said, kind="for_release"
    )

    extract = make(town)

    found = extracts.reread(extract, extracts.kept_files(extract))
    assert {leak.field for leak in found} == {field}


@pytest.mark.parametrize(
    "field, said",
    [
        ("person_name", "Mx. Ocelotl was interviewed."),
        ("person_birth", "Born 1971-12-24."),
        ("narrative", "The fax of the night shift was misread."),
    ],
)
def test_stops_what_a_correction_replaced(field, said):
    town = build()
    misread = {"family_names": "Ocelotl", "date_of_birth": date(1971, 12, 24)}
    right = {"family_names": "Zarigüeya", "date_of_birth": date(1990, 2, 1)}
    for rev, values in enumerate((misread, right), start=1):
        intake.correct(
            ice_request=town.ice_request,
            step="person",
            values=values,
            rows=None,
            rev=rev,
            reason="The fax of the night shift was misread.",
            by=town.clerk,
            role="clerk",
            at=NOON,
        )
    assert make(town).leaks == 0
    write_note(
        ice_request=town.ice_request, by=town.clerk, text=said, kind="for_release"
    )

    extract = make(town)

    found = extracts.reread(extract, extracts.kept_files(extract))
    assert {leak.field for leak in found} == {field}


def test_stops_files_that_the_frozen_records_do_not_make(monkeypatch):
    town = build()
    extract = make(town)
    monkeypatch.setattr(extracting, "csv_of", lambda frozen: b"another")

    with pytest.raises(extracts.NotTheSame):
        release(extract, town.head)


def test_is_released_by_a_second_person_alone():
    town = build()
    extract = make(town)
    with pytest.raises(extracts.SecondPersonNeeded):
        release(extract, town.officer)

    released = release(extract, town.head)

    assert released.status == Extract.Status.RELEASED
    entry = Entry.objects.about(extract.public_id).latest("seq")
    assert (entry.event, entry.outcome) == ("extract.released", "ok")
    with pytest.raises(extracts.NotADraft):
        release(extract, town.head)


def test_says_so_when_there_was_no_access():
    town = build()

    extract = make(town, since=date(2026, 6, 1))

    assert extract.rows == 0
    assert "No ICE access is on record for this period." in text_of(extract)


def file_of(extract, user, ending="pdf"):
    client = Client()
    client.force_login(user)
    return client.get(reverse("extract_file", args=[extract.public_id, ending]))


@pytest.mark.parametrize("ending", ["pdf", "csv"])
@pytest.mark.parametrize("role", ["officer", "head", "supervisor"])
@pytest.mark.parametrize("state", ["draft", "leaking", "refused", "released"])
def test_hands_out_the_files_of_a_released_extract_alone(state, role, ending):
    town = build()
    reader = getattr(town, role, None) or make_supervisor(town.agency)
    if state == "leaking":
        write_note(
            ice_request=town.ice_request,
            by=town.clerk,
            text="Zarigüeya was told.",
            kind="for_release",
        )
    with time_machine.travel(NOON, tick=True):
        extract = make(town)
        if state == "refused":
            extracts.refuse(
                extract=extract, words="No.", by=town.head, role="head", at=NOON
            )
        if state == "released":
            release(extract, town.head)
        answer = file_of(extract, reader, ending)

    assert answer.status_code == (200 if state == "released" else 409)
    said = "These files are not released" in answer.content.decode("utf-8", "replace")
    assert said is (state != "released")


def test_shows_the_second_person_every_word_that_would_leave():
    town = build()
    write_note(
        ice_request=town.ice_request, by=town.clerk, text="To all", kind="for_release"
    )
    with time_machine.travel(NOON, tick=True):
        extract = make(town)
        client = Client()
        client.force_login(town.head)
        page = client.get(reverse("extract_detail", args=[extract.public_id]))

    shown = html.unescape(page.content.decode())
    for value in table_of(extract).values():
        assert value in shown


def test_loses_no_act_to_those_that_gave_no_access_in_the_end(monkeypatch):
    town = build()
    for _ in range(2):
        record_act(ice_request=town.ice_request, kind="interview")
    first, *_ = IceAccess.objects.order_by("act_id")
    IceAccess.objects.create(
        act=first.act,
        ice_request=first.ice_request,
        kinds=[],
        act_date=first.act_date,
        through_detainer=False,
        municipal_report=False,
        screening=first.screening,
    )

    monkeypatch.setattr(extracting, "MOST", 2)
    kept = make(town)
    monkeypatch.setattr(extracting, "MOST", 1)

    assert kept.rows == 2
    with pytest.raises(extracting.TooMany):
        make(town)


@pytest.mark.parametrize(
    "kind, through",
    [("interview", "otherwise"), ("notify_release", "through a detainer")],
)
def test_says_of_a_detainer_what_the_report_says(kind, through):
    town = build()
    record_act(ice_request=town.ice_request, kind=kind)
    days = {"since": date(2026, 1, 1), "until": date(2026, 7, 1)}

    counted = accesses.gather(agency=town.agency, **days)[-1]
    released = make(town).frozen["rows"][-1]

    assert released["through_detainer"] == through
    assert counted["through_detainer"] is (through == "through a detainer")


def stopped():
    """A town whose note for release names the person, and the stopped extract."""
    town = build()
    write_note(
        ice_request=town.ice_request,
        by=town.clerk,
        text="Ms. Zarigüeya was told by telephone.",
        kind="for_release",
    )
    return town, make(town)


def withhold(extract, user, records="1", field="notes", code="privacy"):
    """What the page answers to the form, and the newest extract."""
    client = Client()
    client.force_login(user)
    posted = {"records": records, "field": field, "code": code}
    answer = client.post(
        reverse("extract_detail", args=[extract.public_id]),
        {"_withhold": "1", **{f"withhold-{name}": one for name, one in posted.items()}},
        follow=True,
    )
    return answer, Extract.objects.latest("pk")


@override_settings(RELEASE_CITATIONS={})
def test_withholds_the_note_in_which_the_leak_stands_and_can_be_released():
    town, first = stopped()
    with time_machine.travel(NOON, tick=True):
        client = Client()
        client.force_login(town.officer)
        page = client.get(reverse("extract_detail", args=[first.public_id]))
        answer, anew = withhold(first, town.officer)
        released = release(anew, town.head)

    assert "Record 1: notes that were written for release" in page.content.decode()
    assert "Put together anew" in answer.content.decode()
    label = f"[Withheld: {release_policy.TO_BE_NAMED}. It tells who the individual is"
    assert table_of(anew)["notes"].startswith(label)
    assert text_of(anew).count(label) > text_of(first).count(label)
    assert "Record 1: Notes that were written for release" in text_of(anew)
    assert "telephone" not in text_of(anew)
    assert faults(keeping.opened(anew.pdf)) == []
    assert (anew.leaks, anew.withheld) == (0, first.withheld + 1)
    assert released.status == "released"
    entry = Entry.objects.about(anew.public_id).get(event="extract.withheld")
    act = town.ice_request.acts.get()
    assert json.loads(entry.body) == {
        "extract": anew.public_id,
        "act": act.public_id,
        "field": "notes",
        "code": "privacy",
    }
    first.refresh_from_db()
    assert (first.status, first.leaks > 0) == ("draft", True)


def test_keeps_withheld_what_was_withheld_singly_before():
    town, first = stopped()
    with time_machine.travel(NOON, tick=True):
        _, second = withhold(first, town.officer)
        extracts.refuse(
            extract=second, words="Cost too.", by=town.head, role="head", at=NOON
        )
        _, third = withhold(second, town.head, field="cost", code="internal")

    row = table_of(third)
    assert row["notes"].startswith("[Withheld")
    assert row["cost"].startswith("[Withheld")
    assert third.made_by == town.head
    assert [one["field"] for one in third.frozen["singly"]] == ["notes", "cost"]


def test_finds_the_withheld_note_in_the_record_of_another_act():
    town, _ = stopped()
    record_act(ice_request=town.ice_request, kind="interview")
    first = make(town)

    with time_machine.travel(NOON, tick=True):
        _, one = withhold(first, town.officer)
        _, both = withhold(first, town.officer, records="1, 2")

    found = extracts.reread(one, extracts.kept_files(one))
    assert "notes" in {leak.field for leak in found}
    assert both.leaks == 0


@pytest.mark.parametrize(
    "posted",
    [
        {"records": "2"},
        {"records": "0"},
        {"records": "one"},
        {"records": ""},
        {"field": "person_name"},
        {"field": ""},
        {"code": "release"},
    ],
)
def test_withholds_nothing_that_is_not_there(posted):
    town, first = stopped()
    with time_machine.travel(NOON, tick=True):
        answer, newest = withhold(first, town.officer, **posted)

    assert (answer.status_code, newest) == (422, first)


def test_withholds_nothing_of_a_draft_that_waits_for_its_second_person():
    town = build()
    extract = make(town)
    with time_machine.travel(NOON, tick=True):
        answer, newest = withhold(extract, town.officer)

    assert (answer.status_code, newest) == (409, extract)
    assert "a second person refuses it first" in answer.content.decode()


def fails(error):
    def failing(*given, **named):
        raise error

    return failing


FAULTS = [
    (rereading, "read", rereading.CannotBeRead("The PDF cannot be read again.")),
    (sheets, "render", sheets.NotRendered("The paper could not be made into a PDF.")),
]


@pytest.mark.parametrize("where, name, error", FAULTS)
def test_says_that_a_file_could_not_be_made_or_read_again(
    monkeypatch, where, name, error
):
    town = build()
    extract = make(town)
    monkeypatch.setattr(where, name, fails(error))
    posted = {"audience": "public", "since": "2026-01-01", "last": "2026-06-30"}
    with time_machine.travel(NOON, tick=True):
        officer, head = Client(), Client()
        officer.force_login(town.officer)
        head.force_login(town.head)
        made = officer.post(reverse("extract_new"), {**posted, "reference": "FOI 17"})
        let_go = head.post(
            reverse("extract_detail", args=[extract.public_id]), {"password": PASSWORD}
        )

    assert (made.status_code, let_go.status_code) == (422, 409)
    assert str(error) in made.content.decode()
    assert str(error) in let_go.content.decode()
    assert Extract.objects.count() == 1


@override_settings(RELEASE_CITATIONS={})
def test_goes_through_its_doors():
    town = build()
    with time_machine.travel(NOON, tick=True):
        officer, head = Client(), Client()
        officer.force_login(town.officer)
        head.force_login(town.head)
        posted = {"audience": "public", "since": "2026-01-01", "last": "2026-06-30"}
        made = officer.post(reverse("extract_new"), {**posted, "reference": "FOI 17"})
        extract = Extract.objects.get()
        address = reverse("extract_detail", args=[extract.public_id])
        page = officer.get(address)
        alone = officer.post(address, {"password": PASSWORD})
        wrong = head.post(address, {"password": "not the password"})
        done = head.post(address, {"password": PASSWORD})
        late = head.post(address, {"password": PASSWORD})
        file = head.get(reverse("extract_file", args=[extract.public_id, "csv"]))

    assert made.status_code == 302
    assert release_policy.TO_BE_NAMED in page.content.decode()
    assert "Zarigüeya" not in page.content.decode()
    statuses = [one.status_code for one in (alone, wrong, done, late)]
    assert statuses == [403, 422, 302, 409]
    refused = Entry.objects.about(extract.public_id).filter(outcome="refused")
    assert refused.filter(event="extract.released").count() == 1
    assert file.content == keeping.opened(extract.csv)
    assert "ice-access-2026-01-01" in file["Content-Disposition"]


def test_is_refused_with_words():
    town = build()
    extract = make(town)
    with time_machine.travel(NOON, tick=True):
        client = Client()
        client.force_login(town.head)
        address = reverse("extract_detail", args=[extract.public_id])
        empty = client.post(address, {"_refuse": "1"})
        done = client.post(address, {"_refuse": "1", "refuse-words": "Ask counsel."})

    assert (empty.status_code, done.status_code) == (422, 302)
    extract.refresh_from_db()
    assert (extract.status, extract.decided_words) == ("refused", "Ask counsel.")
