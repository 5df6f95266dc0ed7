"""A whole portal under a crowd: one decision an ask, one request a draft.

The short version of `python -m tests.faults.crowds`; kills and a broker that forgets
are commands beside it (docs/assurance.md).
"""

import pytest

from tests.faults import crowds
from tests.faults.town import town

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    with town(tmp_path_factory.mktemp("faults") / "town") as portal:
        yield portal


@pytest.fixture(scope="module")
def crowd(built):
    return crowds.run(built, deciders=20, cases=10, drafts=50)


def test_takes_one_decision_an_ask_from_a_crowd(crowd):
    decided = crowd["decisions"]

    assert decided["answers"] == {302: 10, 409: 190}
    assert (decided["decisions"], decided["recorded"]) == (10, 10)
    assert (decided["decided twice"], decided["not moved"]) == (0, 0)


def test_makes_one_request_of_a_draft_submitted_twice_at_once(crowd):
    assert crowd["doubles"] == {
        "answers": {302: 100},
        "requests": 50,
        "made twice": 0,
    }


def test_would_find_an_ask_decided_twice(built, crowd):
    with built.database() as database:
        database.execute("ALTER TABLE requests_app_determination DISABLE TRIGGER ALL")
        database.execute("DROP INDEX determination_one_live_an_ask")
        database.execute(
            "INSERT INTO requests_app_determination SELECT (jsonb_populate_record(d,"
            """ '{"id": -1, "public_id": "planted","""
            """ "seal_id": "00000000-0000-4000-8000-000000000001"}')).*"""
            " FROM requests_app_determination d LIMIT 1"
        )

    assert crowds.count_decisions(built)["decided twice"] == 1
