"""What the limited process may do, how it ends, and what is left of it."""

import os
import socket
import threading
import time

import pytest

from requests_app.documents import limited
from requests_app.documents.limited import Limits

_WORKS = "tests.documents.works"


def test_the_work_has_its_file_and_nothing_else():
    result = limited.run(f"{_WORKS}:tells", content=b"synthetic", options={"a": 1})

    said = result.said
    assert said["content"] == "synthetic"
    assert said["mode"] == "0o600"
    assert said["options"] == {"a": 1}
    # The interpreter itself sets the one that there is.
    assert said["environment"] in ([], ["LC_CTYPE"])
    assert said["user"] != 0
    assert result.files == {"left.txt": b"synthetic"}


def test_its_folder_is_gone_afterwards():
    result = limited.run(f"{_WORKS}:tells", content=b"synthetic")

    assert not os.path.exists(result.said["folder"])


def test_it_reaches_nothing_beyond_its_limits():
    with socket.create_server(("127.0.0.1", 0)) as listening:
        result = limited.run(
            f"{_WORKS}:reaches",
            content=b"",
            limits=Limits(file_bytes=1 << 20),
            options={"port": listening.getsockname()[1], "most": 1 << 20},
        )

    # A kernel without Landlock leaves what everybody may read.
    assert set(result.said["done"]) <= (set() if result.no_files else {"read", "write"})
    assert result.no_network


def test_the_same_attempts_succeed_without_limits(tmp_path):
    from tests.documents import works

    with socket.create_server(("127.0.0.1", 0)) as listening:
        said = works.reaches(
            tmp_path / "file",
            tmp_path,
            {"port": listening.getsockname()[1], "most": 1 << 20},
        )

    assert {"connect", "run", "memory", "disk", "read", "write"} <= set(said["done"])


def test_work_that_spins_is_ended_by_its_time():
    with pytest.raises(limited.Stopped, match="time"):
        limited.run(f"{_WORKS}:spins", content=b"", limits=Limits(cpu_seconds=1))


def test_work_that_waits_is_ended_by_the_clock():
    with pytest.raises(limited.Stopped, match="time"):
        limited.run(f"{_WORKS}:sleeps", content=b"", limits=Limits(wall_seconds=1))


def test_work_that_dies_or_fills_the_disk_is_stopped():
    with pytest.raises(limited.Stopped, match="killed"):
        limited.run(f"{_WORKS}:dies", content=b"")
    with pytest.raises(limited.Stopped, match="output"):
        limited.run(f"{_WORKS}:fills", content=b"", limits=Limits(output_bytes=3 << 20))


def test_a_third_file_is_sent_away_while_two_are_checked(monkeypatch):
    monkeypatch.setattr(limited, "PATIENCE_SECONDS", 0.05)
    turns = threading.BoundedSemaphore(2)
    monkeypatch.setattr(limited, "_turns", turns)
    turns.acquire()
    turns.acquire()

    with pytest.raises(limited.Busy):
        limited.run(f"{_WORKS}:tells", content=b"")


def test_what_a_killed_portal_left_is_swept_away():
    left = limited._home() / "left-behind"
    left.mkdir()
    (left / "file").write_bytes(b"synthetic")
    long_ago = time.time() - 7200
    os.utime(left, (long_ago, long_ago))

    removed = limited.sweep()

    assert removed >= 1
    assert not left.exists()


def test_a_full_disk_is_said_and_nothing_is_left(monkeypatch):
    def full(path, content):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(limited.os, "fsync", lambda number: full(None, None))
    before = set(limited._home().iterdir())

    with pytest.raises(limited.NoRoom):
        limited.run(f"{_WORKS}:tells", content=b"synthetic")

    assert set(limited._home().iterdir()) == before


def test_many_files_are_done_one_after_another():
    results = limited.run_each(
        f"{_WORKS}:tells", [b"first", b"second"], options={"a": 1}
    )

    assert [one.said["content"] for one in results] == ["first", "second"]
