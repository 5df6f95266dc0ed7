"""Fill a town with people, sessions and drafts; run inside the town's environment.

`python -m tests.faults.settle CLERKS SUPERVISORS DRAFTS REQUESTS` prints one object
with the sessions of the clerks (and their drafts) and supervisors, and the asks.
"""

import itertools
import json
import os
import sys
import time
from datetime import date, timedelta

import django
from django.utils import timezone

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.development")
django.setup()

from django.contrib.auth import (  # noqa: E402
    BACKEND_SESSION_KEY,
    HASH_SESSION_KEY,
    SESSION_KEY,
)
from django.contrib.sessions.backends.db import SessionStore  # noqa: E402
from django.db import transaction  # noqa: E402

from requests_app.accounts import tenancy  # noqa: E402
from tests import factories  # noqa: E402

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def session_of(user) -> str:
    store = SessionStore()
    store[SESSION_KEY] = str(user.pk)
    store[BACKEND_SESSION_KEY] = BACKEND
    store[HASH_SESSION_KEY] = user.get_session_auth_hash()
    store.set_expiry(6 * 60 * 60)
    store.create()
    return store.session_key


def somebody() -> dict:
    """A person unlike every other, so that no filing asks about duplicates."""
    number = next(factories._numbers)
    letters = "".join(chr(ord("a") + int(digit)) for digit in str(number))
    return {
        "family_names": f"{letters} Inventado",
        "given_names": letters[::-1],
        "date_of_birth": date(1930, 1, 1) + timedelta(days=number % 25_000),
        "event_number": f"EVT-{number}",
    }


def settle(clerks: int, supervisors: int, drafts: int, requests: int) -> dict:
    now = timezone.now()
    agency = factories.make_agency()
    filers = [factories.make_clerk(agency) for _ in range(clerks)]
    deciders = [
        factories.make_supervisor(agency, email=f"decider{number}@town.example")
        for number in range(supervisors)
    ]
    typed = [
        [filers[number % clerks], factories.answers(at=now, **somebody())]
        for number in range(drafts)
    ]
    asks = []
    for number in range(requests):
        ice_request = factories.file_request(
            agency=agency, clerk=filers[number % clerks], at=now
        )
        ask = ice_request.asks.get()
        asks.append(
            {
                "request": ice_request.public_id,
                "ask": ask.public_id,
                "screening": ask.screenings.get().public_id,
            }
        )
    return {
        "agency": agency.code,
        "deciders": [session_of(one) for one in deciders],
        "drafts": [
            {
                "draft": factories.intake.begin_draft(
                    agency=agency, by=owner, at=now, answers=answers
                ).public_id,
                "session": sessions[owner.pk],
            }
            for sessions in [{one.pk: session_of(one) for one in filers}]
            for owner, answers in typed
        ],
        "asks": asks,
    }


if __name__ == "__main__":
    # A town may be settled again: nobody gets a name that somebody has.
    factories._numbers = itertools.count(int(time.time() * 10) % 100_000_000)
    with transaction.atomic(), tenancy.as_system():
        settled = settle(*map(int, sys.argv[1:5]))
    print(json.dumps(settled))
