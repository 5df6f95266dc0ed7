"""Notes: who writes them, who is told, who reads them, and how long they are mended."""

import json
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from requests_app.accounts import staffing
from requests_app.accounts.models import Role
from requests_app.ledger.models import Entry
from requests_app.outbox.models import Job
from requests_app.review import services as review
from requests_app.review.models import Mention, Message, Note
from tests import factories
from tests.opened import opened

pytestmark = pytest.mark.django_db

WORDS = review.Words("Quetzalnote: call the jail.", "internal")
MINUTE = timedelta(minutes=1)


@pytest.fixture
def agency():
    return factories.make_agency()


@pytest.fixture
def clerk(agency):
    return factories.make_clerk(agency)


@pytest.fixture
def supervisor(agency):
    return factories.make_supervisor(agency, username="sela.probe")


@pytest.fixture
def ice_request(agency):
    return factories.file_request(agency=agency, clerk=factories.make_clerk(agency))


def standing_of(user):
    return factories.standing_of(user, on=timezone.localdate())


def write(ice_request, by, *, ago=timedelta(0), words=WORDS, mentions=(), units=()):
    return review.add_note(
        ice_request=ice_request,
        words=words,
        mentions=mentions,
        units=units,
        standing=standing_of(by),
        at=timezone.now() - ago,
    )


def client_of(user):
    client = Client()
    client.force_login(user)
    return client


def page_of(ice_request, user):
    url = reverse("request_detail", args=[ice_request.public_id])
    return opened(client_of(user), url).content.decode()


# Writing


def test_is_in_the_history_without_a_word_of_it(ice_request, clerk, supervisor):
    note = write(ice_request, clerk, mentions=[supervisor])

    entry = Entry.objects.get(event="note.added")
    assert entry.subject == ice_request.public_id
    assert json.loads(entry.body) == {
        "note": note.public_id,
        "kind": "internal",
        "urgent": False,
        "mentions": [supervisor.public_id],
    }


def test_is_sealed_in_the_table(ice_request, clerk):
    note = write(ice_request, clerk)

    with connection.cursor() as cursor:
        cursor.execute("SELECT text FROM requests_app_note WHERE id = %s", [note.pk])
        (kept,) = cursor.fetchone()
    assert b"Quetzalnote" not in bytes(kept)
    assert Note.objects.get(pk=note.pk).text == WORDS.text


def test_tells_whoever_is_named_and_nobody_else(ice_request, clerk, supervisor):
    factories.make_head(ice_request.agency)
    words = review.Words("Ask @Sela.Probe, and @sela.probe again.", "internal")

    write(ice_request, clerk, words=words)

    (message,) = Message.objects.all()
    assert (message.user, message.kind) == (supervisor, "mentioned")
    assert message.ice_request == ice_request
    assert Job.objects.filter(kind="person.told").latest("id").subject == (
        supervisor.public_id
    )


def test_does_not_tell_somebody_of_his_own_note(ice_request, supervisor):
    words = review.Words("For @sela.probe to remember.", "internal")

    write(ice_request, supervisor, words=words)

    assert Message.objects.count() == 0
    assert Mention.objects.get().user == supervisor


@pytest.fixture
def booking(ice_request):
    """A unit in which two work, one of them a clerk."""
    agency = ice_request.agency
    administrator = factories.make_administrator(agency)
    unit = factories.make_unit(agency=agency, by=administrator, name="Booking")
    people = [factories.make_supervisor(agency), factories.make_clerk(agency)]
    for person in people:
        place(unit, person, by=administrator)
    return SimpleNamespace(unit=unit, people=people, administrator=administrator)


def place(unit, person, *, by, days=0):
    on = timezone.localdate() + timedelta(days=days)
    staffing.place(unit=unit, user=person, effective_from=on, by=by, at=timezone.now())


def test_tells_everybody_placed_in_a_unit_today_once(ice_request, clerk, booking):
    tomorrow = factories.make_clerk(ice_request.agency)
    place(booking.unit, tomorrow, by=booking.administrator, days=1)

    note = write(ice_request, clerk, mentions=[booking.people[0]], units=[booking.unit])

    told = Message.objects.filter(kind="mentioned")
    assert sorted(told.values_list("user_id", flat=True)) == sorted(
        one.pk for one in booking.people
    )
    assert {(one.user, one.unit) for one in note.mentions.all()} == {
        (booking.people[0], None),
        (booking.people[1], booking.unit),
    }
    entry = Entry.objects.get(event="note.added")
    assert json.loads(entry.body)["mentions"] == sorted(
        one.public_id for one in booking.people
    )


def test_shows_the_unit_that_was_told_and_not_who_works_there(
    ice_request, clerk, booking
):
    door = reverse("note_add", args=[ice_request.public_id])
    said = {"kind": "internal", "text": "Look.", "units": [booking.unit.public_id]}

    answer = client_of(clerk).post(door, said)
    page = page_of(ice_request, clerk)

    assert answer.status_code == 302
    assert "Told: Booking" in page
    assert str(booking.people[0]) not in page


def test_says_that_nobody_works_in_a_unit_today(ice_request, clerk, booking):
    empty = factories.make_unit(
        agency=ice_request.agency, by=booking.administrator, name="Annex"
    )
    door = reverse("note_add", args=[ice_request.public_id])
    said = {"kind": "internal", "text": "Look.", "units": [empty.public_id]}

    page = client_of(clerk).post(door, said)

    assert page.status_code == 422
    assert "Nobody who may read this request works in Annex today." in (
        page.content.decode()
    )
    assert Note.objects.count() == 0


def test_offers_no_unit_of_another_agency(ice_request, clerk):
    there = factories.make_agency()
    unit = factories.make_unit(agency=there, by=factories.make_administrator(there))
    door = reverse("note_add", args=[ice_request.public_id])
    said = {"kind": "internal", "text": "Look.", "units": [unit.public_id]}

    client_of(clerk).post(door, said)

    assert Message.objects.count() == 0


def test_takes_an_address_of_mail_for_no_name(ice_request, clerk):
    words = review.Words("Write to office@sela.probe or call @ noon.", "internal")

    write(ice_request, clerk, words=words)

    assert Mention.objects.count() == 0


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.AUDITOR])
def test_names_nobody_who_reads_no_names(ice_request, clerk, role):
    factories.make_person(role, ice_request.agency, username="other")

    with pytest.raises(review.NobodyOfThatName):
        write(ice_request, clerk, words=review.Words("See @other", "internal"))

    assert Note.objects.count() == 0


def test_names_nobody_of_another_agency(ice_request, clerk):
    stranger = factories.make_supervisor(factories.make_agency(), username="stranger")

    with pytest.raises(review.NobodyOfThatName):
        write(ice_request, clerk, words=review.Words("See @stranger", "internal"))
    with pytest.raises(review.NobodyOfThatName):
        write(ice_request, clerk, mentions=[stranger])


def test_is_written_by_nobody_without_a_role_there(ice_request):
    elsewhere = factories.make_clerk(factories.make_agency())

    with pytest.raises(review.NotYourConversation):
        write(ice_request, elsewhere)


def test_refuses_somebody_who_files_only_elsewhere(ice_request):
    person = factories.make_records_officer(ice_request.agency)
    factories.appoint(person, Role.CLERK, factories.make_agency())

    answer = client_of(person).post(
        reverse("note_add", args=[ice_request.public_id]),
        {"kind": "internal", "text": "No."},
    )

    assert answer.status_code == 403
    assert Note.objects.count() == 0


# Mending


def test_is_mended_by_its_writer_within_five_minutes(ice_request, clerk):
    note = write(ice_request, clerk, ago=4 * MINUTE)

    review.edit_note(
        note=note,
        words=review.Words("Call the court.", "for_release", is_urgent=True),
        standing=standing_of(clerk),
        at=timezone.now(),
    )

    kept = Note.objects.get(pk=note.pk)
    assert (kept.text, kept.kind, kept.is_urgent) == (
        "Call the court.",
        "for_release",
        True,
    )
    assert kept.edited_at is not None
    assert Entry.objects.filter(event="note.edited").count() == 1


def test_is_not_mended_by_a_colleague(ice_request, clerk, supervisor):
    note = write(ice_request, clerk)

    with pytest.raises(review.NotItsWriter):
        review.edit_note(
            note=note, words=WORDS, standing=standing_of(supervisor), at=timezone.now()
        )
    url = reverse("note_edit", args=[ice_request.public_id, note.public_id])
    sent = {"kind": "internal", "text": "Not mine."}
    assert client_of(supervisor).post(url, sent).status_code == 403


def test_is_not_mended_after_five_minutes(ice_request, clerk):
    note = write(ice_request, clerk, ago=6 * MINUTE)

    with pytest.raises(review.NoLongerMended):
        review.edit_note(
            note=note, words=WORDS, standing=standing_of(clerk), at=timezone.now()
        )


def test_is_not_mended_when_the_portal_is_wrong_about_the_time(ice_request, clerk):
    note = write(ice_request, clerk, ago=6 * MINUTE)

    with pytest.raises(review.NoLongerMended):
        review.edit_note(
            note=note,
            words=WORDS,
            standing=standing_of(clerk),
            at=note.written_at + MINUTE,
        )

    assert Entry.objects.filter(event="note.edited").count() == 0


@pytest.mark.parametrize(
    "change",
    ["is_urgent = true", "kind = 'for_release'", "text = text", "written_by_id = 1"],
)
def test_stands_in_the_database_after_five_minutes(ice_request, clerk, change):
    note = write(ice_request, clerk, ago=6 * MINUTE)

    with (
        pytest.raises(DatabaseError, match="five minutes|Cannot update"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(
            f"UPDATE requests_app_note SET {change} WHERE id = %s", [note.pk]
        )


def test_is_never_removed(ice_request, clerk):
    note = write(ice_request, clerk)

    with pytest.raises(DatabaseError), transaction.atomic():
        note.delete()


def test_keeps_what_was_typed_when_it_is_too_late(ice_request, clerk):
    note = write(ice_request, clerk, ago=6 * MINUTE)
    url = reverse("note_edit", args=[ice_request.public_id, note.public_id])

    answer = client_of(clerk).post(url, {"kind": "internal", "text": "Too late."})

    assert answer.status_code == 409
    assert "Too late." in answer.content.decode()
    assert Note.objects.get(pk=note.pk).text == WORDS.text


# Reading


@pytest.mark.parametrize(
    "role", [Role.CLERK, Role.SUPERVISOR, Role.HEAD, Role.RECORDS_OFFICER]
)
def test_is_read_by_those_who_read_names(ice_request, clerk, role):
    write(ice_request, clerk)

    page = page_of(ice_request, factories.make_person(role, ice_request.agency))

    assert "Quetzalnote" in page


def test_is_not_read_without_names_and_the_timeline_tells_of_it(ice_request, clerk):
    write(ice_request, clerk)

    page = page_of(ice_request, factories.make_auditor(ice_request.agency))

    assert "Quetzalnote" not in page
    assert "Note written" in page


def test_is_shown_as_text(ice_request, clerk):
    words = review.Words("<script>alert(1)</script>", "internal")
    write(ice_request, clerk, words=words)

    page = page_of(ice_request, clerk)

    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_offers_mending_to_its_writer_alone(ice_request, clerk, supervisor):
    note = write(ice_request, clerk)
    url = reverse("note_edit", args=[ice_request.public_id, note.public_id])

    assert url in page_of(ice_request, clerk)
    assert url not in page_of(ice_request, supervisor)


def test_posts_a_note_with_the_people_chosen(ice_request, clerk, supervisor):
    url = reverse("note_add", args=[ice_request.public_id])
    sent = {
        "kind": "for_release",
        "text": "Read it.",
        "is_urgent": "on",
        "mentions": [supervisor.public_id],
    }

    answer = client_of(clerk).post(url, sent)

    note = Note.objects.get()
    assert answer.status_code == 302
    assert (note.kind, note.is_urgent, note.written_as) == (
        "for_release",
        True,
        "clerk",
    )
    assert Message.objects.get().user == supervisor


@pytest.mark.parametrize(
    "sent",
    [
        {"kind": "internal", "text": ""},
        {"kind": "secret", "text": "Words."},
        {"kind": "internal", "text": "To @nobody"},
        {"kind": "internal", "text": "Words.", "mentions": ["z" * 22]},
        {"kind": "internal", "text": "x" * 4001},
    ],
)
def test_says_what_is_wrong_and_writes_nothing(ice_request, clerk, supervisor, sent):
    url = reverse("note_add", args=[ice_request.public_id])

    answer = client_of(clerk).post(url, sent)

    assert answer.status_code == 422
    assert Note.objects.count() == 0


# The timeline


@pytest.mark.parametrize(
    ("kind", "is_there"), [("notes", True), ("", True), ("decisions", False)]
)
def test_filters_the_timeline(ice_request, clerk, kind, is_there):
    write(ice_request, clerk)
    url = reverse("request_detail", args=[ice_request.public_id])

    answer = opened(client_of(clerk), f"{url}?show={kind}" if kind else url)

    titles = {one["title"] for one in answer.context["timeline"]}
    assert ("Note written" in titles) is is_there
    assert ("Screened" in titles) is (kind == "")
