"""Work on a stranger's file in a limited process, and what came of it.

Promises that the process is ended with everything it started, and that its folder with
the file is removed, whatever happens. Refuses a third check beside two.
"""

import json
import os
import secrets
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path

from requests_app.documents import child

MOST_AT_ONCE = 2
# How long a third file waits for its turn before it is sent away.
PATIENCE_SECONDS = 3.0
# A folder this old belongs to a portal that was killed while it checked.
LEFT_BEHIND_SECONDS = 3600
_FOLDERS = "detainer-desk-quarantine"

_turns = threading.BoundedSemaphore(MOST_AT_ONCE)


class Busy(Exception):
    """As many files as may be are being checked; the caller says to send it again."""


class NoRoom(Exception):
    """The file could not be put into quarantine: the disk is full or not there."""


class Stopped(Exception):
    """The work did not come to an end; `why` is time, memory, output or failed."""

    def __init__(self, why: str):
        super().__init__(why)
        self.why = why


@dataclass(frozen=True)
class Limits:
    """What one piece of work may use."""

    memory_bytes: int = 1 << 30
    cpu_seconds: int = 20
    wall_seconds: int = 30
    file_bytes: int = 100 * 1024 * 1024
    output_bytes: int = 100 * 1024 * 1024
    # None where the work has to start a program.
    processes: int | None = 0


USUAL = Limits()


@dataclass(frozen=True)
class Result:
    """What the work said, the files it left, and what it took."""

    said: dict
    files: dict[str, bytes] = field(default_factory=dict)
    no_network: bool = False
    no_files: bool = False
    cpu_seconds: float = 0.0
    peak_kilobytes: int = 0


def run(
    work: str,
    *,
    content: bytes,
    options: dict | None = None,
    limits: Limits = USUAL,
) -> Result:
    """What `work` says about a file, having run in a process of its own.

    `work` is "package.module:function", called as `function(source: Path, folder: Path,
    options: dict) -> dict`: it reads `source`, may leave files in `folder`, and returns
    what can be written as JSON. Its module must not load Django. Raises Busy, NoRoom,
    Stopped.
    """
    with _a_turn(), _quarantine() as folder:
        _put(folder, work, content, options or {}, limits)
        code = _ended([str(folder)], limits.wall_seconds)
        return _result(folder, code, limits)


def run_each(
    work: str,
    contents: list[bytes],
    *,
    limits: Limits = USUAL,
    options: dict | list[dict],
) -> list[Result | Stopped]:
    """As `run` for many files one after another, from one start of the interpreter.

    `options` are the same for all, or one for each.
    """
    given = options if isinstance(options, list) else [options] * len(contents)
    with _a_turn(), _quarantine() as home:
        folders = [home / str(place) for place in range(len(contents))]
        for folder, content, one in zip(folders, contents, given, strict=True):
            _open_folder(folder)
            _put(folder, work, content, one, limits)
        _ended([str(one) for one in folders], limits.wall_seconds * len(folders))
        return [_result_or_stop(folder, limits) for folder in folders]


def sweep(*, older_than: float = LEFT_BEHIND_SECONDS) -> int:
    """Remove what a killed portal left in quarantine; how many folders."""
    home = _home()
    # The clock that dates the folders, whatever this process believes the time is.
    os.utime(home)
    now, removed = home.stat().st_mtime, 0
    for one in home.iterdir():
        with suppress(FileNotFoundError):
            if now - one.stat().st_mtime > older_than:
                shutil.rmtree(one, ignore_errors=True)
                removed += 1
    return removed


@contextmanager
def _a_turn() -> Iterator[None]:
    if not _turns.acquire(timeout=PATIENCE_SECONDS):
        raise Busy("Two files are being checked.")
    try:
        yield
    finally:
        _turns.release()


@contextmanager
def _quarantine() -> Iterator[Path]:
    folder = _home() / secrets.token_hex(16)
    try:
        _open_folder(folder)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _room_on_disk() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise NoRoom("The file could not be kept for checking.") from error


@_room_on_disk()
def _home() -> Path:
    home = Path(tempfile.gettempdir()) / f"{_FOLDERS}-{os.getuid()}"
    # Whoever runs as another user passes through, and sees no names.
    home.mkdir(mode=0o711, exist_ok=True)
    if home.lstat().st_uid != os.getuid() or home.is_symlink():
        raise NoRoom("The folder of the quarantine belongs to somebody else.")
    return home


@_room_on_disk()
def _open_folder(folder: Path) -> None:
    folder.mkdir(mode=0o700)
    _hand_over(folder)


def _hand_over(path: Path) -> None:
    if os.getuid() == 0:
        os.chown(path, child._NOBODY, child._NOBODY)


def _put(
    folder: Path, work: str, content: bytes, options: dict, limits: Limits
) -> None:
    source = secrets.token_hex(16)
    job = {"work": work, "source": source, "options": options}
    job["limits"] = asdict(limits)
    _write(folder / source, content)
    _write(folder / child.JOB, json.dumps(job).encode())


@_room_on_disk()
def _write(path: Path, content: bytes) -> None:
    number = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(number, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    _hand_over(path)


def _ended(folders: list[str], seconds: float) -> int | None:
    """The exit code of the limited process; None when its time was over."""
    process = _started(folders)
    try:
        return process.wait(timeout=seconds)
    except subprocess.TimeoutExpired:
        return None
    finally:
        _end_group(process)


def _started(folders: list[str]) -> subprocess.Popen:
    return subprocess.Popen(
        [sys.executable, "-I", child.__file__, *folders],
        env={},
        cwd="/",
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def _end_group(process: subprocess.Popen) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _result_or_stop(folder: Path, limits: Limits) -> "Result | Stopped":
    try:
        return _result(folder, 0, limits)
    except Stopped as stop:
        return stop


def _result(folder: Path, code: int | None, limits: Limits) -> Result:
    if code is None:
        raise Stopped("time")
    try:
        files = _files(folder, limits.output_bytes)
    except FileNotFoundError:
        # Its folder was cleared away meanwhile.
        raise Stopped("failed") from None
    answer = json.loads(files.pop(child.ANSWER, b'{"stopped": "killed"}'))
    if code in (-signal.SIGXCPU, -signal.SIGALRM):
        raise Stopped("time")
    if "said" not in answer:
        raise Stopped(answer["stopped"])
    return Result(
        said=answer["said"],
        files=files,
        no_network=answer["no_network"],
        no_files=answer["no_files"],
        cpu_seconds=answer["cpu_seconds"],
        peak_kilobytes=answer["peak_kilobytes"],
    )


def _files(folder: Path, most: int) -> dict[str, bytes]:
    """The ordinary files that the work left; what it was given is not among them."""
    given = {child.JOB, json.loads((folder / child.JOB).read_bytes())["source"]}
    found = {}
    for entry in os.scandir(folder):
        if entry.name in given or not stat.S_ISREG(
            entry.stat(follow_symlinks=False).st_mode
        ):
            continue
        most -= entry.stat(follow_symlinks=False).st_size
        if most < 0:
            raise Stopped("output")
        found[entry.name] = (folder / entry.name).read_bytes()
    return found
