"""A whole portal: killed in parts, crowded, and with a broker that forgets.

The short versions of `python -m tests.faults.kills`, `crowds` and `broker`; the long
ones and their last results are in docs/assurance.md.
"""

import pytest

from tests.faults import broker, crowds, kills
from tests.faults.town import town

SUBMISSIONS = 600
KILLS = 12

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    with town(tmp_path_factory.mktemp("faults") / "town") as portal:
        yield portal


@pytest.fixture(scope="module")
def trial(built):
    return kills.run(built, submissions=SUBMISSIONS, kills=KILLS)


def test_loses_nothing_acknowledged_and_makes_nothing_twice_under_kills(trial):
    assert sum(trial["kills"].values()) == KILLS
    assert len(trial["journal"]) == SUBMISSIONS
    assert {what: count for what, count in trial["faults"].items() if count} == {}


def test_would_find_a_submission_that_was_lost_and_one_that_was_not_taken(built, trial):
    planted = [
        *trial["journal"][2:],
        ("a-draft-that-never-was", "made"),
        ("late", None),
    ]

    found = kills.faults(built, planted)

    assert (found["lost"], found["never acknowledged"]) == (1, 1)
    assert found["recorded other than once"] == 1


def test_loses_no_job_to_a_broker_that_forgets_or_is_away(built):
    if not built.has_redis:
        pytest.skip(
            "there is no redis-server program here; the embedded broker is kept"
        )

    result = broker.run(built, wipes=1, down=5, filed=20)

    assert [one["jobs lost"] for one in [*result["wipes"], result["away"]]] == [0, 0]
    assert result["wipes"][0]["acknowledged"] == broker.SUBMITTED_A_WIPE
    assert result["away"]["acknowledged"] == result["away"]["submitted"] > 0


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
