"""Shredding: the key goes, with it every word, salt and token; the history stays."""

import hmac
import json
from hashlib import sha256

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.urls import reverse

from requests_app.accounts.models import Role
from requests_app.docket import services as docket
from requests_app.docket.models import IceRequest, Person
from requests_app.intake import services as intake
from requests_app.ledger.models import Entry
from requests_app.vault import ring, sealing
from requests_app.vault.models import DataKey
from requests_app.vault.sealing import Destroyed
from tests.factories import (
    NOON,
    file_request,
    make_auditor,
    make_draft,
    make_head,
    make_records_officer,
    make_supervisor,
    record_act,
)
from tests.opened import opened

AUTHORITY = "RC-075-2026-00123"

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer(agency):
    return make_records_officer(agency, username="officer")


@pytest.fixture
def shredded(ice_request, officer):
    record_act(ice_request=ice_request, narrative="handed over", done_by="Sgt. X")
    docket.shred(
        ice_request=ice_request,
        authority=AUTHORITY,
        by=officer,
        role=Role.RECORDS_OFFICER,
        at=NOON,
    )
    ring.forget_all()
    return IceRequest.objects.with_keys().get(pk=ice_request.pk)


def client_of(person):
    client = Client()
    client.force_login(person)
    return client


# What is gone


def test_leaves_nothing_that_opens(shredded):
    with pytest.raises(Destroyed):
        _ = shredded.person.family_names
    with pytest.raises(Destroyed):
        _ = shredded.acts.get().narrative
    with pytest.raises(Destroyed):
        _ = shredded.event_number


def test_takes_the_key_and_the_tokens_out_of_the_database(shredded):
    key = DataKey.objects.get(pk=shredded.data_key_id)

    assert (key.wrapped, key.authority) == (None, AUTHORITY)
    assert (shredded.found_by, shredded.index_key) == ([], "")


def test_is_found_by_no_name_any_more(shredded, agency):
    rows = IceRequest.objects.named("quispe", agencies=[agency.pk])

    assert not rows.exists()


def test_destroys_what_was_typed_into_a_draft_that_is_discarded(agency, clerk):
    draft = make_draft(agency=agency, owner=clerk)

    intake.discard_draft(draft=draft, at=NOON)

    assert DataKey.objects.get(pk=draft.data_key_id).wrapped is None


def test_seals_nothing_under_a_key_that_is_gone(shredded):
    with pytest.raises(Destroyed):
        record_act(ice_request=shredded, narrative="afterwards")


# What stays


def test_keeps_the_history_and_says_under_which_authority(shredded):
    entries = list(Entry.objects.about(shredded.public_id).order_by("seq"))

    assert [entry.seq for entry in entries] == list(range(1, len(entries) + 1))
    assert entries[-1].event == "request.shredded"
    assert json.loads(entries[-1].body) == {"authority": AUTHORITY}
    assert docket.broken_commitments(shredded) == []


def test_answers_gone_on_every_page_of_the_request(shredded, agency, clerk):
    doors = [
        (clerk, "request_detail", [shredded.public_id]),
        (clerk, "act_new", [shredded.public_id]),
        (clerk, "request_correct", [shredded.public_id, "person"]),
        (
            make_supervisor(agency),
            "ask_determine",
            [shredded.public_id, shredded.asks.get().public_id],
        ),
        (clerk, "request_filed", [shredded.public_id]),
    ]

    answers = [
        opened(client_of(person), reverse(door, args=keys))
        for person, door, keys in doors
    ]

    assert [answer.status_code for answer in answers] == [410] * len(doors)
    page = answers[0].content.decode()
    assert f"Destroyed under authority {AUTHORITY}" in page
    assert "Quispe" not in page


def test_records_that_somebody_asked_for_what_is_gone(shredded, clerk):
    client_of(clerk).get(reverse("request_detail", args=[shredded.public_id]))

    entry = Entry.objects.get(event="record.unopened")
    assert (entry.subject, entry.actor) == (shredded.public_id, clerk.public_id)
    assert entry.outcome == "shredded"


def test_shows_the_row_in_lists_without_a_name(shredded, agency, clerk):
    head = make_head(agency)
    other = file_request(agency=agency, clerk=clerk)

    listed = client_of(clerk).get(reverse("request_list")).content.decode()
    worked = client_of(head).get(reverse("worklist")).content.decode()

    for page in (listed, worked):
        assert shredded.number in page
        assert "Destroyed" in page
        assert other.number in page
        assert "J. Q. M." not in page


def test_shows_the_history_of_what_is_gone(shredded, agency):
    auditor = client_of(make_auditor(agency))

    answer = auditor.get(reverse("history_request", args=[shredded.public_id]))

    assert answer.status_code == 200
    assert AUTHORITY in answer.content.decode()


# Who may


def command(ice_request, **options):
    call_command("shred", ice_request.number, **{"by": "officer", **options})


def test_destroys_by_command(ice_request, officer, capsys):
    command(ice_request, authority=AUTHORITY)

    assert DataKey.objects.get(pk=ice_request.data_key_id).is_shredded
    assert "destroyed" in capsys.readouterr().out


@pytest.mark.parametrize("authority", ["", "RC-75", "because", "RC-075 x", "rc-075-1"])
def test_refuses_without_an_authority_and_records_that(ice_request, officer, authority):
    with pytest.raises(CommandError, match="disposal authorization"):
        command(ice_request, authority=authority)

    assert Person.objects.get().family_names == "Quispe Mamani"
    assert Entry.objects.get(event="request.shredded").outcome == "refused"


def test_refuses_whoever_is_not_the_records_officer_or_the_head(ice_request, clerk):
    with pytest.raises(CommandError, match="Only a records officer"):
        command(ice_request, authority=AUTHORITY, by=clerk.username)


def test_refuses_a_second_time(shredded):
    with pytest.raises(CommandError, match="Destroyed already"):
        command(shredded, authority="RC-075-2026-00999")

    assert DataKey.objects.get(pk=shredded.data_key_id).authority == AUTHORITY


# What a thief of the database can still find

GUESSES = ["Condori", "Mamani", "Quispe Mamani", "Zambrano"]


# As text by the row itself: not every PostgreSQL is built with XML.
EVERY_TABLE = """
    SELECT string_agg(
        format('SELECT coalesce(string_agg(t::text, chr(10)), '''') FROM %s t',
               oid::regclass), ' UNION ALL ')
    FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
    AND has_table_privilege(oid, 'SELECT')
"""


def everything():
    """Every row of every table that the portal may read, as text."""
    with connection.cursor() as cursor:
        cursor.execute(EVERY_TABLE)
        cursor.execute(cursor.fetchone()[0])
        return "\n".join(row[0] for row in cursor.fetchall())


def recovered(salt_of):
    """The family name as found by trying, against the commitment in the history."""
    entry = Entry.objects.get(event="request.filed")
    committed = {
        one.partition(":")[2]
        for one in json.loads(entry.body)["commitments"]
        if "family_names" in one
    }
    salt = salt_of()
    return [
        guess
        for guess in GUESSES
        if hmac.new(salt, guess.encode(), sha256).hexdigest() in committed
    ]


def test_leaves_no_name_that_a_dictionary_finds(shredded):
    # All that is left to try as a salt is what the tables hold.
    tried = [
        shredded.person.seal_id.bytes,
        shredded.data_key_id.bytes,
        str(shredded.person.seal_id).encode(),
        b"",
    ]

    assert [recovered(lambda salt=salt: salt) for salt in tried] == [[]] * len(tried)
    assert "Quispe" not in everything()


def test_would_leave_the_name_to_a_dictionary_if_the_salt_were_kept(
    ice_request, officer
):
    key = ring.key(ice_request.data_key_id)
    place = f"requests_app_person|family_names|{ice_request.person.seal_id}"
    salt = key._derived(f"commitment|{place}")
    docket.shred(
        ice_request=ice_request,
        authority=AUTHORITY,
        by=officer,
        role=Role.RECORDS_OFFICER,
        at=NOON,
    )

    assert recovered(lambda: salt) == ["Quispe Mamani"]


def test_would_be_readable_from_a_backup_whose_key_store_was_kept(ice_request, officer):
    backup = DataKey.objects.get(pk=ice_request.data_key_id).wrapped
    docket.shred(
        ice_request=ice_request,
        authority=AUTHORITY,
        by=officer,
        role=Role.RECORDS_OFFICER,
        at=NOON,
    )
    ring.forget_all()

    restored = ring._opened(ice_request.data_key_id, ring._Wrapped(backup, ""))

    assert isinstance(restored, sealing.Key)
    assert Person.objects.get().family_names == "Quispe Mamani"
