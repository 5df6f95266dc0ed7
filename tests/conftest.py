"""What every test runs in: the portal's own role, and a broker in memory.

The database is made by its owner and used as `portal_app` (`tests.database`). The
history refuses to be emptied, and the runner empties every table after a test that
commits: only there its guard is switched off, by the owner.
"""

import fcntl
import os
from pathlib import Path

import pytest
from django.core.handlers.base import BaseHandler
from django.db.backends.postgresql.operations import DatabaseOperations
from django.db.backends.signals import connection_created
from django.test import override_settings

from portal.celery import app
from requests_app.outbox import bell
from tests import database

HERE = Path(__file__).parent
# They start servers and kill them, share the machine's broker, and collect the static
# files where the portal looks for them: one file at a time, of all processes.
ALONE = {"faults", "portal", "test_story.py"}
HELD = "TESTS_LOCK_IS_HELD"


def pytest_make_parametrize_id(val, argname):
    """Name no test after bytes: a file that was made anew has others each time."""
    return argname if isinstance(val, bytes) else None


@pytest.fixture(autouse=True, scope="module")
def servers_one_at_a_time(request):
    """Wait until no other process of the tests runs a file of `ALONE`."""
    is_shared = request.path.relative_to(HERE).parts[0] not in ALONE
    # Tests that a test runs in a process of its own: it holds the lock for them.
    if is_shared or HELD in os.environ:
        yield
        return
    place = HERE.parent / ".local"
    place.mkdir(exist_ok=True)
    with open(place / "tests.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv(HELD, "yes")
            yield


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment,
    django_db_blocker,
    django_db_keepdb,
    django_db_createdb,
    django_db_modify_db_settings,
):
    """A migrated database with the grants of production, signed in to as the portal."""
    with django_db_blocker.unblock():
        where = database.make(anew=django_db_createdb or not django_db_keepdb)
    yield
    if not django_db_keepdb:
        with django_db_blocker.unblock():
            database.drop(where)


@pytest.fixture(scope="session", autouse=True)
def rows_of_every_agency():
    """Let a test see all rows; a page shows what its own context does."""
    answered = database.answer_as_in_production(BaseHandler.get_response)
    connection_created.connect(database.show_every_row)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(BaseHandler, "get_response", answered)
        yield


@pytest.fixture(scope="session", autouse=True)
def tables_emptied_by_their_owner():
    """Let the runner empty the tables after a test, the append-only one too."""

    def tables_to_empty(operations, style, tables, **options):
        return list(tables)

    def empty(operations, tables):
        database.empty(tables)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(DatabaseOperations, "sql_flush", tables_to_empty)
        patch.setattr(DatabaseOperations, "execute_sql_flush", empty)
        yield


@pytest.fixture(scope="session", autouse=True)
def broker_in_memory():
    """Ring no real broker from this process; a job's row is what tests look at."""
    # The application itself, which any import of the wsgi module would make current.
    app.set_current()
    app.conf.update(broker_url="memory://", broker_transport_options={})
    # Rung before the commit returns, so that a test finds the message.
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bell, "ring", bell.ring_now)
        yield


@pytest.fixture(scope="session", autouse=True)
def static_files_looked_up_when_asked_for():
    """Spare every client the reading of all static files before its first request."""
    with override_settings(WHITENOISE_AUTOREFRESH=True):
        yield
