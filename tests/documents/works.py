"""Pieces of work for the limited process, well-behaved and not."""

import os
import signal
import socket
import subprocess
from pathlib import Path


def tells(source: Path, folder: Path, options: dict) -> dict:
    """What the work has around it."""
    (folder / "left.txt").write_text("synthetic")
    os.symlink("/etc/passwd", folder / "link.txt")
    return {
        "environment": sorted(os.environ),
        "mode": oct(source.stat().st_mode & 0o777),
        "user": os.getuid(),
        "folder": str(folder),
        "options": options,
        "content": source.read_text(),
    }


def reaches(source: Path, folder: Path, options: dict) -> dict:
    """Which of the things that it may not do it could do."""
    tried = {
        "connect": lambda: socket.socket().connect(("127.0.0.1", options["port"])),
        "run": lambda: subprocess.run(["/bin/true"], check=True),
        "signal": lambda: os.kill(os.getppid(), 0),
        "memory": lambda: bytearray(3 << 29),
        "disk": lambda: (folder / "large").write_bytes(bytes(options["most"] + 1)),
        "read": lambda: Path("/etc/passwd").read_text(),
        "write": lambda: Path("/var/tmp/synthetic").write_text("synthetic"),
        "become": lambda: os.setuid(0),
    }
    done = []
    for name, attempt in tried.items():
        try:
            attempt()
        except (OSError, MemoryError, subprocess.SubprocessError):
            continue
        done.append(name)
    (folder / "large").unlink(missing_ok=True)
    return {"done": done}


def spins(source: Path, folder: Path, options: dict) -> dict:
    """Never comes to an end."""
    while True:
        pass


def sleeps(source: Path, folder: Path, options: dict) -> dict:
    """Waits for ever, and uses no time of the processor."""
    while True:
        signal.pause()


def dies(source: Path, folder: Path, options: dict) -> dict:
    """Ends as a program does that meets its own fault."""
    os._exit(139)


def fills(source: Path, folder: Path, options: dict) -> dict:
    """Leaves more than is taken from it."""
    for number in range(4):
        (folder / str(number)).write_bytes(bytes(1 << 20))
    return {}
