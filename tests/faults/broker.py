"""The broker forgets everything, or is away: filing goes on and no job is lost.

    python -m tests.faults.broker --wipes 10 --down 600

Needs a `redis-server` program on this machine; it starts one of its own.
"""

import argparse
import json
import signal
import statistics
import sys
import tempfile
import time
from pathlib import Path

from tests.faults.kills import submit, wait_for_jobs
from tests.faults.town import Town, town

SUBMITTED_A_WIPE = 3


def wipe(built: Town, drafts: list[dict]) -> dict:
    """Let messages pile up, lose them all, and wait for the relay."""
    worker = next(one for one in built.family.members if one.name == "worker")
    worker.signal(signal.SIGSTOP)
    try:
        made = [submit(built, draft) for draft in drafts]
        built.kill("broker")
        built.wait_until_healthy()
    finally:
        worker.signal(signal.SIGCONT)
    wait_for_jobs(built)
    return {"acknowledged": len([one for one in made if one]), **_left(built)}


def without(built: Town, drafts: list[dict], seconds: float) -> dict:
    """File for a while without any broker; how long answers took, what was lost."""
    built.kill("broker")
    took, made = [], []
    until = time.monotonic() + seconds
    for draft in drafts:
        began = time.monotonic()
        made.append(submit(built, draft))
        took.append(time.monotonic() - began)
        if time.monotonic() > until:
            break
        time.sleep(min(1.0, seconds / len(drafts)))
    time.sleep(max(0.0, until - time.monotonic()))
    wait_for_jobs(built)
    return {
        "submitted": len(made),
        "acknowledged": len([one for one in made if one]),
        "p95 seconds": round(statistics.quantiles(took, n=20)[-1], 3),
        **_left(built),
    }


def _left(built: Town) -> dict:
    ((lost,),) = built.rows(
        "SELECT count(*) FROM requests_app_job"
        " WHERE done_at IS NULL OR died_at IS NOT NULL"
    )
    return {"jobs lost": lost}


def run(built: Town, *, wipes: int, down: float, filed: int) -> dict:
    drafts = wipes * SUBMITTED_A_WIPE + filed
    settled = json.loads(
        built.run("-m", "tests.faults.settle", "2", "3", str(drafts), "0")
    )
    todo = settled["drafts"]
    wiped = []
    for _ in range(wipes):
        share, todo = todo[:SUBMITTED_A_WIPE], todo[SUBMITTED_A_WIPE:]
        wiped.append(wipe(built, share))
    return {"wipes": wiped, "away": without(built, todo, down)}


def main() -> int:
    parser = argparse.ArgumentParser(prog="tests.faults.broker", description=__doc__)
    parser.add_argument("--wipes", type=int, default=10)
    parser.add_argument("--down", type=float, default=600, help="seconds")
    parser.add_argument("--filed", type=int, default=300, help="while it is down")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as home, town(Path(home) / "town") as built:
        if not built.has_redis:
            print("There is no redis-server on this machine: install it first.")
            return 2
        result = run(built, wipes=options.wipes, down=options.down, filed=options.filed)
    print(json.dumps(result, indent=1))
    lost = [one["jobs lost"] for one in [*result["wipes"], result["away"]]]
    return 1 if any(lost) else 0


if __name__ == "__main__":
    sys.exit(main())
