"""A small portal with a history and a witness, for tests that tamper with copies."""

import pytest
from django.db import connection

from tests import database
from tests.faults import tampering


@pytest.fixture(scope="session")
def place(django_db_setup, django_db_blocker, tmp_path_factory):
    """A filled copy of the tests' database, which is migrated and holds no rows."""
    with django_db_blocker.unblock():
        where = database.addresses()
        server = tampering.Server(
            where.admin, where.owner, where.application, is_superuser=False
        )
        connection.close()
        home = tmp_path_factory.mktemp("witness")
        with tampering.ground(server, where.name, home) as ground:
            yield ground
