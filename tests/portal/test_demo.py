"""bin/demo: one clear sentence when it cannot, and nothing left when it ends."""

import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path

import pytest

from portal import embedded
from portal.embedded import PROJECT

SECONDS = 900


@pytest.fixture
def home():
    made = Path(tempfile.mkdtemp(prefix="desk-test-", dir="/tmp"))
    yield made
    server = embedded.Server(made)
    server.destroy()
    shutil.rmtree(made)


@pytest.fixture
def taken_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


@pytest.fixture
def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def environment(home, port, **more):
    kept = {
        key: value
        for key, value in os.environ.items()
        if key not in {"DATABASE_URL", "CELERY_BROKER_URL", "DJANGO_SETTINGS_MODULE"}
    }
    return {**kept, "DETAINER_DESK_HOME": str(home), "PORT": str(port), **more}


def demo(home, port, *arguments, **more):
    return subprocess.run(
        [PROJECT / "bin" / "demo", *arguments],
        env=environment(home, port, **more),
        capture_output=True,
        text=True,
    )


def test_names_a_taken_port_before_it_starts_anything(home, taken_port):
    done = demo(home, taken_port)

    assert done.returncode == 1
    assert done.stderr.startswith(f"Port {taken_port} is taken")
    assert done.stderr.count("\n") == 1
    assert list(home.iterdir()) == []


@pytest.mark.parametrize("port", ["http", "0", "65536", "-1"])
def test_refuses_a_port_that_is_none(home, port):
    done = demo(home, port)

    assert done.returncode == 1
    assert done.stderr.startswith(f"PORT is {port!r}")


def test_refuses_to_reset_a_database_that_is_not_its_own(home, free_port):
    done = demo(home, free_port, "--reset", DATABASE_URL="postgresql://db.example/x")

    assert done.returncode == 1
    assert "DATABASE_URL" in done.stderr
    assert list(home.iterdir()) == []


@pytest.mark.slow
def test_serves_and_leaves_nothing_running(home, free_port):
    if not is_installed():
        pytest.skip("the pinned requirements are not installed: use bin/test")
    command = [PROJECT / "bin" / "demo"]
    with subprocess.Popen(
        command,
        env=environment(home, free_port),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    ) as running:
        said = said_until(running, "Ctrl-C stops it")
        status = healthz(free_port)
        second = demo(home, free_port + 1 if free_port < 65535 else 1024)
        members = descendants(running.pid)
        running.send_signal(signal.SIGTERM)
        running.communicate(timeout=60)

    assert f"http://127.0.0.1:{free_port}/" in said
    assert status == 200
    assert "running already" in second.stderr
    assert len(members) >= 5
    assert running.returncode == 0
    assert [number for number in members if Path(f"/proc/{number}").exists()] == []
    assert embedded.Server(home).is_ready() is False


def said_until(process, words):
    said = ""
    until = time.monotonic() + SECONDS
    while time.monotonic() < until:
        line = process.stdout.readline()
        said += line
        if words in line:
            return said
        if not line:
            break
    process.kill()
    pytest.fail(f"bin/demo did not come to {words!r}:\n{said}")


def healthz(port):
    door = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    door.request("GET", "/healthz")
    return door.getresponse().status


def descendants(process_number):
    parents = {}
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(entry.read_text().rsplit(")", 1)[1].split()[1])
        except OSError:
            continue
        parents.setdefault(parent, []).append(int(entry.parent.name))
    found = list(parents.get(process_number, []))
    for number in found:
        found.extend(parents.get(number, []))
    return found


def is_installed():
    stamp = PROJECT / ".venv" / "installed.json"
    return stamp.exists() and "requirements-dev.txt" in json.loads(stamp.read_text())
