"""C2: no statement under a context that is not signed for it gives anything away.

As a command, with other seeds: `python -m tests.abuse.statements --seed 2`.
"""

import psycopg
import pytest

from tests import database
from tests.abuse import statements
from tests.database import as_owner

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

QUERIES = 5_000


@pytest.fixture
def place():
    """Two agencies with records, committed: the statements come by another session."""
    return statements.build(database.addresses().application)


def test_gives_nothing_away_of_another_agency(place):
    assert statements.run(place, queries=QUERIES, seed=1) == 0


def test_would_give_it_away_without_the_policies_of_one_table(place):
    as_owner("ALTER TABLE requests_app_ask DISABLE ROW LEVEL SECURITY")
    try:
        assert (
            statements.run(place, queries=QUERIES, seed=1, tell=lambda line: None) > 0
        )
    finally:
        as_owner("ALTER TABLE requests_app_ask ENABLE ROW LEVEL SECURITY")


def test_shows_our_own_rows_under_our_own_context(place):
    with psycopg.connect(place.address, autocommit=True) as connection:
        token = statements.contexts(place, connection.info.backend_pid)["of our clerk"]
        said = statements.answer(
            connection, token, "SELECT count(*) FROM requests_app_icerequest"
        )

    assert said.endswith("[(1,)]")
