"""What a page says of a record that was tampered with; second factors are sealed."""

import logging

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.test import Client
from django.urls import reverse

from requests_app.accounts.adapter import SecondFactorAdapter
from requests_app.accounts.models import Role
from requests_app.ledger.models import Entry
from requests_app.vault import ring
from requests_app.vault.models import DataKey
from tests.database import as_owner
from tests.factories import (
    NOON,
    ask_of,
    file_request,
    make_head,
    make_person,
    make_user,
    override,
)

pytestmark = pytest.mark.django_db

SWAP = (
    "UPDATE requests_app_person one SET family_names = other.family_names"
    " FROM requests_app_person other WHERE one.id = {} AND other.id = {}"
)


@pytest.fixture
def swapped(ice_request, agency, clerk):
    other = file_request(agency=agency, clerk=clerk, family_names="Condorcanqui")
    as_owner(SWAP.format(ice_request.person.pk, other.person.pk))
    return ice_request


@pytest.fixture
def client(clerk):
    client = Client(raise_request_exception=False)
    client.force_login(clerk)
    return client


def test_says_that_a_record_cannot_be_opened(swapped, client, caplog):
    caplog.set_level(logging.DEBUG)

    answer = client.get(reverse("request_detail", args=[swapped.public_id]))

    page = answer.content.decode()
    assert answer.status_code == 500
    assert "This record cannot be opened" in page
    assert "Condorcanqui" not in page
    assert "\\x01" not in page
    assert "Condorcanqui" not in caplog.text


def test_records_that_it_did_not_open(swapped, client, clerk):
    client.get(reverse("request_detail", args=[swapped.public_id]))

    entry = Entry.objects.get(event="record.unopened")
    assert (entry.subject, entry.outcome) == (swapped.public_id, "failed")
    assert entry.actor == clerk.public_id


def test_goes_on_showing_the_list(swapped, client):
    answer = client.get(reverse("request_list"))

    assert answer.status_code == 200
    assert "Cannot be opened" in answer.content.decode()


def test_shows_a_record_that_nobody_touched(ice_request, client):
    answer = client.get(reverse("request_detail", args=[ice_request.public_id]))

    assert answer.status_code == 200
    assert "Quispe Mamani" in answer.content.decode()


def test_opens_nothing_by_the_key_that_another_reader_had(ice_request, client):
    client.get(reverse("request_detail", args=[ice_request.public_id]))
    held = ring._fresh(ice_request.data_key_id)

    client.get(reverse("draft_list"))

    assert held is not None
    assert ring._fresh(ice_request.data_key_id) is None


@pytest.mark.parametrize(
    ("role", "is_shown"), [(Role.AUDITOR, True), (Role.ADMINISTRATOR, False)]
)
def test_shows_the_authority_of_an_override_to_who_reads_requests(
    ice_request, agency, role, is_shown, monkeypatch
):
    override(ask=ask_of(ice_request), head=make_head(agency), authority="Op. 17")
    # As the database's policies have it: the keys are for readers.
    monkeypatch.setattr(
        "requests_app.reporting.views.history.DataKey.objects",
        DataKey.objects.all() if is_shown else DataKey.objects.none(),
    )
    reader = Client()
    reader.force_login(make_person(role, agency))

    with time_machine.travel(NOON):
        page = reader.get(reverse("history_overrides")).content.decode()

    assert ("Op. 17" in page) is is_shown
    assert ice_request.number in page


# Second factors


def test_stores_the_secret_of_a_second_factor_sealed():
    secret = generate_totp_secret()

    TOTP.activate(make_user(), secret)

    stored = Authenticator.objects.get().data["secret"]
    assert secret not in stored
    assert SecondFactorAdapter().decrypt(stored) == secret


def test_reads_a_secret_from_before_it_was_sealed():
    assert SecondFactorAdapter().decrypt("JBSWY3DPEHPK3PXP") == "JBSWY3DPEHPK3PXP"
