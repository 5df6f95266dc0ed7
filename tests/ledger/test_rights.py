"""The portal's own role cannot change the history; the owner could (I3, in short)."""

import psycopg
import pytest

from requests_app.accounts import grants
from tests import database
from tests.faults import rights

pytestmark = pytest.mark.django_db


@pytest.fixture
def as_application():
    with psycopg.connect(database.addresses().application) as connection:
        yield connection


@pytest.fixture
def as_owner():
    with psycopg.connect(database.owner_address()) as connection:
        yield connection


def test_has_no_privilege_to_change_the_history(as_application):
    assert rights.privileges(as_application, grants.APPLICATION) == []


def test_would_find_the_privileges_of_the_owner(as_application):
    assert len(rights.privileges(as_application, grants.OWNER)) == (
        len(rights.TABLES) * len(rights.PRIVILEGES) + len(rights.CLOSED)
    )


def test_changes_nothing_in_any_way(as_application):
    tally = rights.attempt(as_application, rights.WAYS, count=480, seed=7)

    assert tally.made > len(rights.WAYS) * len(rights.TABLES)
    assert tally.succeeded == []


def test_would_succeed_as_the_owner(as_owner):
    tally = rights.attempt(as_owner, rights.OWNER, count=21, seed=7)

    assert len(tally.succeeded) == tally.made
