"""A signer of the tests: a key, a state and a witness file of its own."""

import os
from types import SimpleNamespace

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from portal import env
from requests_app.accounts import grants
from requests_app.ledger import notes, signing
from tests import database


def signer_address():
    """The test database as the signer's own role."""
    where = database.addresses()
    if os.environ.get("LEDGER_SIGNER_URL") or not os.environ.get("DATABASE_URL"):
        given = conninfo_to_dict(env.signer_url())
        return make_conninfo(**{**given, "dbname": where.name})
    role = {"user": grants.SIGNER, "password": database.PASSWORD}
    return make_conninfo(**{**conninfo_to_dict(where.owner), **role})


@pytest.fixture
def place(tmp_path):
    return SimpleNamespace(
        signer=notes.Signer.generate("tests.example/history"),
        state=tmp_path / "state.json",
        witness=tmp_path / "witness",
    )


@pytest.fixture
def desk(place, transactional_db):
    """`desk()` opens the signer's desk anew, as its process does when it starts."""
    with psycopg.connect(signer_address(), autocommit=True) as connection:

        def open_desk(**changed):
            given = {**vars(place), **changed}
            return signing.SigningDesk(database=connection, **given)

        yield open_desk
