"""An account that appears or changes leaves an entry, however it was done."""

import json

import pytest
from allauth.account.models import EmailAddress
from django.core.management import call_command
from django.urls import reverse

from requests_app.accounts.models import User
from requests_app.ledger.models import Entry
from tests.factories import PASSWORD, make_user

pytestmark = pytest.mark.django_db(transaction=True)


def test_records_an_account_that_the_operator_makes(monkeypatch):
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", PASSWORD)

    call_command(
        "createsuperuser", username="op", email="op@example.test", interactive=False
    )

    user = User.objects.get(username="op")
    entry = Entry.objects.get(event="user.added")
    assert (entry.subject, entry.actor) == (user.public_id, "system")
    assert entry.changes.get().row_id == str(user.pk)


def test_records_that_a_person_chose_another_address(client):
    user = make_user(password=PASSWORD)
    EmailAddress.objects.create(user=user, email="new@example.test", verified=True)
    client.force_login(user)
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})

    client.post(
        reverse("account_email"), {"action_primary": "", "email": "new@example.test"}
    )

    assert User.objects.get().email == "new@example.test"
    entry = Entry.objects.get(event="user.changed")
    assert (entry.subject, entry.actor) == (user.public_id, user.public_id)
    assert json.loads(entry.body) == {"fields": ["email"]}
