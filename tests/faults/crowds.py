"""Many at once on the same thing: one decision an ask, one request a draft.

    python -m tests.faults.crowds --deciders 200 --cases 50 --doubles 1000

Every decider posts a decision on every case over HTTP, all at the same time; then every
draft is submitted twice at once.
"""

import argparse
import json
import random
import sys
import tempfile
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.faults.town import Answer, Town, town

CLIENTS = 16
CLERKS = 4


def decide(built: Town, session: str, case: dict) -> Answer:
    fields = {
        "screening": case["screening"],
        "decision": "deny",
        "reason_code": "no_exception",
        "reason": "No exception is on record.",
        "findings_read": "on",
        "confirmed": "yes",
    }
    path = f"/requests/{case['request']}/asks/{case['ask']}/determine/"
    return built.post(path, session, list(fields.items()))


def submit(built: Town, draft: dict) -> Answer:
    path = f"/drafts/{draft['draft']}/review/"
    return built.post(path, draft["session"], [("attested", "yes")])


def decisions(built: Town, settled: dict, seed: int) -> dict:
    """All deciders on all cases in random order; how they were answered."""
    pairs = [(who, case) for who in settled["deciders"] for case in settled["asks"]]
    random.Random(seed).shuffle(pairs)
    with ThreadPoolExecutor(CLIENTS) as crowd:
        answers = list(crowd.map(lambda pair: decide(built, *pair), pairs))
    return {
        "answers": dict(Counter(answer.status for answer in answers)),
        **count_decisions(built),
    }


def count_decisions(built: Town) -> dict:
    """What the database holds: standing decisions, asks decided twice, lost updates."""
    ((decided, asks),) = built.rows(
        "SELECT count(*), count(DISTINCT ask_id) FROM requests_app_determination"
        " WHERE ended_at IS NULL"
    )
    ((unmoved,),) = built.rows(
        "SELECT count(*) FROM requests_app_icerequest r"
        " JOIN requests_app_determination d ON d.ice_request_id = r.id"
        " WHERE r.status <> 'determined'"
    )
    ((recorded,),) = built.rows(
        "SELECT count(*) FROM requests_app_entry WHERE event = 'ask.determined'"
    )
    return {
        "decisions": decided,
        "decided twice": decided - asks,
        "not moved": unmoved,
        "recorded": recorded,
    }


def doubles(built: Town, settled: dict) -> dict:
    """Every draft submitted twice at once; how they were answered, what was made."""
    twice = [draft for draft in settled["drafts"] for _ in range(2)]
    with ThreadPoolExecutor(CLIENTS) as crowd:
        answers = list(crowd.map(lambda draft: submit(built, draft), twice))
    ((made, drafts),) = built.rows(
        "SELECT count(r.id), count(DISTINCT d.id) FROM requests_app_draft d"
        " JOIN requests_app_icerequest r ON r.submit_id = d.submit_id"
        " WHERE d.public_id = ANY (%s)",
        [[draft["draft"] for draft in settled["drafts"]]],
    )
    return {
        "answers": dict(Counter(answer.status for answer in answers)),
        "requests": made,
        "made twice": made - drafts,
    }


def run(built: Town, *, deciders: int, cases: int, drafts: int, seed: int = 1) -> dict:
    people = (str(CLERKS), str(deciders), str(drafts), str(cases))
    settled = json.loads(built.run("-m", "tests.faults.settle", *people))
    return {
        "decisions": decisions(built, settled, seed),
        "doubles": doubles(built, settled),
    }


def main() -> int:
    parser = argparse.ArgumentParser(prog="tests.faults.crowds", description=__doc__)
    parser.add_argument("--deciders", type=int, default=200)
    parser.add_argument("--cases", type=int, default=50)
    parser.add_argument("--doubles", type=int, default=1_000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as home, town(Path(home) / "town") as built:
        result = run(
            built,
            deciders=options.deciders,
            cases=options.cases,
            drafts=options.doubles,
        )
    print(json.dumps(result, indent=1))
    decided, doubled = result["decisions"], result["doubles"]
    is_well = (
        decided["decisions"] == decided["recorded"] == options.cases
        and decided["answers"].get(302) == options.cases
        and set(decided["answers"]) <= {302, 409}
        and not decided["decided twice"]
        and not decided["not moved"]
        and doubled["requests"] == options.doubles
        and set(doubled["answers"]) == {302}
    )
    return 0 if is_well else 1


if __name__ == "__main__":
    sys.exit(main())
