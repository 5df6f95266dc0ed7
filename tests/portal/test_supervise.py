"""Processes that run together, and end together."""

import os
import signal
import subprocess
import sys
import time

import pytest

from portal import embedded, supervise

SLEEPER = [sys.executable, "-c", "import time; time.sleep(60)"]
STUBBORN = [
    sys.executable,
    "-c",
    "import signal, time\n"
    "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
    "print('deaf', flush=True); time.sleep(60)",
]


@pytest.fixture
def family(tmp_path):
    family = supervise.Family(tmp_path)
    yield family
    family.stop()


def alive(process_number):
    try:
        os.kill(process_number, 0)
    except ProcessLookupError:
        return False
    return True


def eventually(condition, seconds=10):
    until = time.monotonic() + seconds
    while not condition() and time.monotonic() < until:
        time.sleep(0.05)
    return condition()


def test_starts_again_a_process_that_was_killed(family):
    family.start("sleeper", SLEEPER)
    first = family.members[0].process
    first.kill()
    first.wait()

    family.tend()

    assert family.members[0].process.pid != first.pid
    assert family.members[0].process.poll() is None


def test_gives_up_on_a_process_that_ends_at_once_and_shows_its_log(family):
    family.start("hasty", [sys.executable, "-c", "print('no room'); exit(1)"])

    def gave_up():
        try:
            family.tend()
        except supervise.GaveUpError as error:
            return "hasty" in str(error) and "no room" in str(error)
        return False

    assert eventually(gave_up)


def test_ends_a_process_that_does_not_listen(family, tmp_path, monkeypatch):
    monkeypatch.setattr(supervise, "PATIENCE_SECONDS", 0.5)
    family.start("deaf", STUBBORN)
    number = family.members[0].process.pid
    eventually(lambda: "deaf" in (tmp_path / "deaf.log").read_text())

    family.stop()

    assert alive(number) is False


def test_takes_its_processes_along_when_it_is_killed_outright(tmp_path):
    script = (
        "import sys, time; sys.path.insert(0, sys.argv[1])\n"
        "from pathlib import Path\n"
        "from portal.supervise import Family\n"
        "family = Family(Path(sys.argv[2]))\n"
        "family.start('sleeper', ['sleep', '60'])\n"
        "print(family.members[0].process.pid, flush=True); time.sleep(60)\n"
    )
    command = [sys.executable, "-c", script, embedded.PROJECT, tmp_path]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as parent:
        number = int(parent.stdout.readline())
        os.kill(parent.pid, signal.SIGKILL)

    assert eventually(lambda: not alive(number) or zombie(number))


def zombie(process_number):
    with open(f"/proc/{process_number}/stat") as file:
        return file.read().rsplit(")", 1)[1].split()[0] == "Z"
