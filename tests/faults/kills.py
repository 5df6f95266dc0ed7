"""Submissions under `kill -9`: none acknowledged is lost, none is made twice.

    python -m tests.faults.kills --submissions 10000 --kills 100

Clerks submit finished drafts over HTTP and write down what was acknowledged; what was
not, they send again, as a browser's reader would. Meanwhile the web server, the worker,
the broker (which loses every message) and PostgreSQL are killed in turn, by number.
"""

import argparse
import json
import random
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.faults.town import Town, town

# Out of ten kills: three of the web server, three of the worker, and so on.
SHARES = ("web",) * 3 + ("worker",) * 3 + ("broker",) * 2 + ("database",) * 2
CLIENTS = 4
GIVE_UP_SECONDS = 180
DONE_SECONDS = 240


def submit(built: Town, draft: dict) -> str | None:
    """Send a draft until it is acknowledged; the request's identifier, or nothing."""
    path = f"/drafts/{draft['draft']}/review/"
    until = time.monotonic() + GIVE_UP_SECONDS
    while time.monotonic() < until:
        answer = built.post(path, draft["session"], [("attested", "yes")])
        if answer.status == 302 and "/requests/" in answer.location:
            return answer.location.split("/")[2]
        if answer.status not in (0, 500, 502, 503):
            raise AssertionError(f"{path} answered {answer.status}: {answer.location}")
        time.sleep(0.2)
    return None


def faults(built: Town, journal: Sequence[tuple[str, str | None]]) -> dict[str, int]:
    """What is wrong, counted: the clerks' journal against the database."""
    filed = {
        public_id: requests
        for public_id, requests in built.rows(
            "SELECT d.public_id, array_agg(r.public_id)"
            " FROM requests_app_draft d JOIN requests_app_icerequest r"
            " ON r.submit_id = d.submit_id GROUP BY 1"
        )
    }
    counted = dict(
        built.rows(
            "SELECT subject, count(*) FROM requests_app_entry"
            " WHERE event = 'request.filed' GROUP BY 1"
        )
    )
    acknowledged = [(draft, made) for draft, made in journal if made]
    (unfinished,) = built.rows(
        "SELECT count(*) FROM requests_app_job"
        " WHERE done_at IS NULL OR died_at IS NOT NULL"
    )[0]
    return {
        "never acknowledged": sum(1 for _, made in journal if not made),
        "lost": sum(
            1 for draft, made in acknowledged if made not in filed.get(draft, ())
        ),
        "made twice": sum(1 for made in filed.values() if len(made) > 1),
        "recorded other than once": sum(
            1 for _, made in acknowledged if counted.get(made) != 1
        ),
        "jobs not done": unfinished,
        **_seal_faults(built),
    }


def _seal_faults(built: Town) -> dict[str, int]:
    (entries,) = built.rows("SELECT count(*) FROM requests_app_entry")[0]
    (leaves,) = built.rows("SELECT count(*) FROM requests_app_leaf")[0]
    return {"entries without a leaf": entries - leaves}


def kill_in_turn(
    built: Town, count: int, is_over: Callable[[], bool], seed: int
) -> list:
    """Kill one part after another, and tend the town until all submissions are in."""
    chosen = random.Random(seed)
    parts = [part for part in SHARES if built.has_redis or part != "broker"]
    order = (parts * (count // len(parts) + 1))[:count]
    chosen.shuffle(order)
    done = []
    while not is_over():
        built.tend()
        time.sleep(chosen.uniform(0.3, 1.0))
        if order and not is_over():
            done.append(order.pop())
            built.kill(done[-1])
            time.sleep(chosen.uniform(0.0, 0.3))
            built.wait_until_healthy()
    return done


def run(built: Town, *, submissions: int, kills: int, seed: int = 1) -> dict:
    """The whole trial; what was done and what was wrong."""
    people = (str(CLIENTS), "3", str(submissions), "0")
    settled = json.loads(built.run("-m", "tests.faults.settle", *people))
    drafts = settled["drafts"]
    began = time.monotonic()
    with ThreadPoolExecutor(CLIENTS) as clients:
        sent = [clients.submit(submit, built, draft) for draft in drafts]
        # Here and not in a thread: what a thread starts ends with that thread.
        killed = kill_in_turn(
            built, kills, lambda: all(one.done() for one in sent), seed
        )
    took = time.monotonic() - began
    journal = [
        (draft["draft"], one.result()) for draft, one in zip(drafts, sent, strict=True)
    ]
    wait_for_jobs(built)
    return {
        "submissions": len(journal),
        "kills": {part: killed.count(part) for part in sorted(set(killed))},
        "seconds": round(took),
        "faults": faults(built, journal),
        "journal": journal,
    }


def wait_for_jobs(built: Town) -> None:
    """Let the worker do what is left; a job that never ends shows in the faults."""
    until = time.monotonic() + DONE_SECONDS
    while time.monotonic() < until:
        built.tend()
        (left,) = built.rows(
            "SELECT count(*) FROM requests_app_job WHERE done_at IS NULL"
        )[0]
        if not left:
            return
        time.sleep(1)


def main() -> int:
    parser = argparse.ArgumentParser(prog="tests.faults.kills", description=__doc__)
    parser.add_argument("--submissions", type=int, default=10_000)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as home, town(Path(home) / "town") as built:
        result = run(
            built,
            submissions=options.submissions,
            kills=options.kills,
            seed=options.seed,
        )
    del result["journal"]
    print(json.dumps(result, indent=1))
    return 1 if any(result["faults"].values()) else 0


if __name__ == "__main__":
    sys.exit(main())
