"""Run the portal with demonstration data until somebody asks it to stop."""

import argparse
import contextlib
import fcntl
import http.client
import os
import secrets
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from installation import PROJECT, PYTHON, RefusalError, enter, say

from portal import embedded
from portal.supervise import Family

READY_SECONDS = 90
# What the demonstration keeps in its home beside the database's own files.
KEPT = ("secret-key", "mail", "media", "run", "ledger")


class StopRequest(BaseException):
    """Somebody asked the command to end."""


def demo(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="bin/demo")
    parser.add_argument("--reset", action="store_true", help="delete all data first")
    options = parser.parse_args(arguments)
    listen().close()  # a taken port is said before anything is installed or started
    if options.reset and os.environ.get("DATABASE_URL"):
        raise RefusalError(
            "--reset deletes the embedded database only, and DATABASE_URL names "
            "another: empty that one yourself, or unset DATABASE_URL."
        )
    enter(development=False)
    with contextlib.closing(listen()) as listener, demo_lock() as home:
        if options.reset:
            reset(home)
        serve(home, listener)
    return 0


def listen() -> socket.socket:
    asked = os.environ.get("PORT") or "8000"
    if not asked.isdecimal() or not 0 < int(asked) < 65536:
        raise RefusalError(f"PORT is {asked!r}: give a number from 1 to 65535.")
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(("127.0.0.1", int(asked)))
        listener.listen(128)
    except PermissionError as error:
        raise RefusalError(
            f"Port {asked} is not open to ordinary users: choose one above 1023, for "
            "example PORT=8000 bin/demo"
        ) from error
    except OSError as error:
        other = int(asked) % 65535 + 1
        raise RefusalError(
            f"Port {asked} is taken: stop what uses it, or choose another, for "
            f"example PORT={other} bin/demo"
        ) from error
    return listener


@contextlib.contextmanager
def demo_lock() -> Iterator[Path]:
    """The home of the demonstration, held by one demonstration at a time."""
    home = embedded.default_home()
    # Asking for the address makes the home, and refuses one that is another user's.
    assert embedded.Server(home).url
    with open(home / "demo.lock", "a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise RefusalError(
                f"The demonstration of {home} is running already: use it, or stop it "
                "with Ctrl-C where it was started."
            ) from error
        yield home


def reset(home: Path) -> None:
    say("Deleting the demonstration's data")
    embedded.Server(home).destroy()
    for name in KEPT:
        path = home / name
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)


def demo_settings(home: Path, address: str) -> None:
    """Set what every process of the demonstration reads."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "portal.settings.development"
    os.environ["PORTAL_ADDRESS"] = address
    if not (os.environ.get("SECRET_KEY") or os.environ.get("SECRET_KEY_FILE")):
        path = home / "secret-key"
        with contextlib.suppress(FileExistsError):
            descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
            with open(descriptor, "w") as file:
                file.write(secrets.token_urlsafe(64))
        os.environ["SECRET_KEY_FILE"] = str(path)
    if has_signer():
        os.environ.setdefault("LEDGER_WAITS_FOR_WITNESS", "true")


def has_signer() -> bool:
    """Whether checkpoints can be signed: a server of one's own has to give a role."""
    given = os.environ
    return not given.get("DATABASE_URL") or bool(given.get("LEDGER_SIGNER_URL"))


def serve(home: Path, listener: socket.socket) -> None:
    """Run the portal until somebody asks it to stop."""
    os.chdir(PROJECT)
    began = time.monotonic()
    address = f"http://127.0.0.1:{listener.getsockname()[1]}"
    demo_settings(home, address)
    server = None if os.environ.get("DATABASE_URL") else embedded.Server(home)
    (home / "run").mkdir(mode=0o700, exist_ok=True)
    family = Family(home / "run")
    started = False
    try:
        started = bool(server and server.start(end_with_caller=True))
        sign_ins = prepare()
        start_signer(family, home)
        start_web(family, listener)
        wait_until_healthy(family, listener.getsockname()[1])
        start_worker_and_beat(family)
        say(f"\nDetainer Desk is ready at {address}/")
        say(f"(invented people only; started in {time.monotonic() - began:.0f} s)")
        say(f"\n{sign_ins}\nCtrl-C stops it. Data and logs: {home}")
        while True:
            time.sleep(1)
            if server and not server.is_ready():
                server.start(end_with_caller=True)
            family.tend()
    finally:
        ignore_signals()
        say("\nStopping")
        family.stop()
        if server and started:
            server.stop()


def prepare() -> str:
    """Bring everything up to date in one process, and return the sign-ins."""
    command = [PYTHON, "-m", "portal.prepare", "--demonstration"]
    process = subprocess.Popen(
        command,
        cwd=PROJECT,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
        preexec_fn=embedded.end_with_parent(signal.SIGKILL),
    )
    try:
        sign_ins, _ = process.communicate()
    except BaseException:
        process.kill()
        process.wait()
        raise
    if process.returncode:
        raise RefusalError("The database could not be prepared; the reason is above.")
    return sign_ins


def start_signer(family: Family, home: Path) -> None:
    """Sign the history in a process of its own, with a key made at the first start."""
    if not has_signer():
        return
    (home / "ledger").mkdir(mode=0o700, exist_ok=True)
    settings = ["--settings", "portal.settings.signer"]
    command = [str(PYTHON), "manage.py", "sign_ledger", *settings]
    key = os.environ.get("LEDGER_KEY_FILE") or home / "ledger" / "signing-key"
    if not Path(key).exists():
        made = subprocess.run(
            [*command, "--make-key"], cwd=PROJECT, stdout=subprocess.DEVNULL
        )
        if made.returncode:
            raise RefusalError("The key of the history could not be made; see above.")
    family.start("signer", command)


def start_web(family: Family, listener: socket.socket) -> None:
    door = ["--bind", f"fd://{listener.fileno()}", "--no-control-socket"]
    threads = ["--worker-class", "gthread", "--workers", "2", "--threads", "4"]
    command = [str(PYTHON), "-m", "gunicorn", "portal.wsgi:application"]
    family.start("web", [*command, *door, *threads], keep=(listener.fileno(),))


def start_worker_and_beat(family: Family) -> None:
    # The embedded broker's queue names hold 47 characters, so no long host name; and
    # it cannot carry heartbeats, which nothing listens to.
    node = f"desk@{socket.gethostname()[:16]}"
    alone = ["--without-gossip", "--without-mingle", "--without-heartbeat", "-n", node]
    celery = [str(PYTHON), "-m", "celery", "-A", "portal.celery"]
    schedule = str(family.logs / "beat-schedule")
    family.start("worker", [*celery, "worker", "-P", "threads", "-c", "2", *alone])
    family.start("beat", [*celery, "beat", "-s", schedule, "--pidfile="])


def wait_until_healthy(family: Family, port: int) -> None:
    until = time.monotonic() + READY_SECONDS
    while time.monotonic() < until:
        family.tend()
        with contextlib.suppress(OSError, http.client.HTTPException):
            door = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            door.request("GET", "/healthz")
            if door.getresponse().status == 200:
                return
        time.sleep(0.2)
    raise RefusalError(f"The portal did not answer; its log is {family.logs}/web.log")


def stop_on_signals() -> None:
    """Turn the signals that ask a process to end into a StopRequest, once."""

    def stop(number: int, frame: object) -> None:
        ignore_signals()
        raise StopRequest

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is not signal.SIG_IGN or number != signal.SIGHUP:
            signal.signal(number, stop)


def ignore_signals() -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
