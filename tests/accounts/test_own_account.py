"""What a person changes of his or her own account is in the history."""

import json
import time

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as totp
from django.test import Client
from django.urls import reverse

from requests_app.ledger.models import Entry
from tests.factories import PASSWORD, make_agency, make_clerk

ANOTHER = "another long invented password"

pytestmark = pytest.mark.django_db


@pytest.fixture
def clerk():
    return make_clerk(make_agency(), username="aclerk", password=PASSWORD)


def signed_in(client):
    client.post(reverse("account_login"), {"login": "aclerk", "password": PASSWORD})
    return client


def changed(user):
    entries = Entry.objects.filter(event="user.changed", subject=user.public_id)
    return [json.loads(entry.body)["fields"] for entry in entries.oldest_first()]


def change_password(client, old):
    return client.post(
        reverse("account_change_password"),
        {"oldpassword": old, "password1": ANOTHER, "password2": ANOTHER},
    )


def test_records_that_a_password_was_changed_and_not_to_what(client, clerk):
    change_password(signed_in(client), PASSWORD)

    assert changed(clerk) == [["password"]]
    assert not Entry.objects.filter(body__contains=ANOTHER).exists()


def test_records_nothing_when_the_password_stays(client, clerk):
    change_password(signed_in(client), "a wrong one")

    assert changed(clerk) == []


def test_records_a_second_factor_added_and_taken_away(
    client, clerk, django_capture_on_commit_callbacks
):
    signed_in(client)
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    client.get(reverse("mfa_activate_totp"))
    secret = client.session["mfa.totp.secret"]
    counter = int(time.time()) // 30
    code = totp.format_hotp_value(totp.hotp_value(secret, counter))

    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("mfa_activate_totp"), {"code": code})
    client.post(reverse("mfa_deactivate_totp"))

    assert changed(clerk) == [["second_factor"], ["second_factor"]]


def test_records_that_a_session_elsewhere_was_ended(client, clerk):
    elsewhere = signed_in(Client())
    elsewhere.get(reverse("home"))
    signed_in(client).get(reverse("home"))

    client.post(reverse("usersessions_list"))

    ended = Entry.objects.filter(event="session.ended", subject=clerk.public_id)
    assert ended.count() == 1
    assert elsewhere.get(reverse("home")).status_code == 302


def with_a_second_factor(clerk):
    totp.TOTP.activate(clerk, totp.generate_totp_secret())
    return RecoveryCodes.activate(clerk)


@pytest.mark.parametrize(
    "door", ["mfa_view_recovery_codes", "mfa_download_recovery_codes"]
)
def test_records_that_recovery_codes_were_shown_and_not_which(client, clerk, door):
    signed_in(client)
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    codes = with_a_second_factor(clerk).get_unused_codes()

    page = client.get(reverse(door)).content.decode()

    assert codes[0] in page
    assert changed(clerk) == [["recovery_codes_shown"]]
    assert not Entry.objects.filter(body__contains=codes[0]).exists()


def test_records_nothing_when_recovery_codes_are_starred_out(client, clerk):
    codes = with_a_second_factor(clerk).get_unused_codes()
    client.force_login(clerk)

    page = client.get(reverse("mfa_view_recovery_codes")).content.decode()

    assert codes[0] not in page
    assert changed(clerk) == []


def test_records_that_recovery_codes_were_made_anew(
    client, clerk, django_capture_on_commit_callbacks
):
    signed_in(client)
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    with_a_second_factor(clerk)

    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("mfa_generate_recovery_codes"))

    assert changed(clerk) == [["recovery_codes"]]
