"""Measure how many assessments a second one core gives.

Run with `python bench/law.py`. The facts are all the cases of `tests/law/cases`; each
figure is the median of several rounds, one thread on one core. The seconds are those
of the core at work, so that other work on the machine does not count against it; the
rate by the clock on the wall is printed beside it.
"""

from __future__ import annotations

import os
import statistics
import sys
import time
import tomllib
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from requests_app import law  # noqa: E402

FLOOR = 20_000
ROUNDS = 7
SECONDS = 1.0


def worked_cases() -> list[dict[str, object]]:
    """Read the facts of every case that the tests hold."""
    files = sorted((ROOT / "tests" / "law" / "cases").glob("*.toml"))
    cases = []
    for file in files:
        subject = tomllib.loads(file.read_text(encoding="utf-8"))
        base = subject.get("base", {})
        cases += [{**base, **case.get("facts", {})} for case in subject["case"]]
    return cases


def per_second(work: Callable[[], None], units: int) -> tuple[float, float]:
    """Give the median rates of some rounds: by the core's seconds, by the wall's."""
    by_core, by_wall = [], []
    for _ in range(ROUNDS):
        done = 0
        core, wall = time.process_time(), time.perf_counter()
        while (elapsed := time.process_time() - core) < SECONDS:
            work()
            done += units
        by_core.append(done / elapsed)
        by_wall.append(done / (time.perf_counter() - wall))
    return statistics.median(by_core), statistics.median(by_wall)


def shown(name: str, rates: tuple[float, float]) -> str:
    """Give one line of the table."""
    return f"{name:<18} {rates[0]:>10,.0f} a second on one core ({rates[1]:,.0f} wall)"


def main() -> int:
    """Print the rates; the exit status says whether the floor is reached."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    objects = worked_cases()
    facts = [law.parse(each) for each in objects]
    assess, parse = law.assess, law.parse

    def assess_all() -> None:
        for each in facts:
            assess(each)

    def parse_and_assess_all() -> None:
        for each in objects:
            assess(parse(each))

    print(f"{'cases':<18} {len(facts):>10,}")
    rates = per_second(assess_all, len(facts))
    print(shown("assess", rates))
    print(shown("parse and assess", per_second(parse_and_assess_all, len(facts))))
    reached = rates[0] >= FLOOR
    print(f"{'floor for assess':<18} {FLOOR:>10,} {'reached' if reached else 'MISSED'}")
    return 0 if reached else 1


if __name__ == "__main__":
    sys.exit(main())
