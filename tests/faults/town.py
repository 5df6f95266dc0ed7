"""A whole portal of its own for the fault tests: servers, people and drafts.

Everything runs on this machine's loopback, in a home of its own that goes with the
test; only processes that were started here are ever ended, each by its number.
"""

import contextlib
import http.client
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

import psycopg

from portal import embedded
from portal.supervise import Family

PROJECT = Path(__file__).resolve().parents[2]
READY_SECONDS = 90
ANSWER_SECONDS = 30


def a_free_port() -> int:
    with contextlib.closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@dataclass(frozen=True)
class Answer:
    """What the portal said: status 0 when the connection broke."""

    status: int
    location: str = ""
    body: bytes = b""


class Town:
    """The portal of one agency, with its web server, worker, beat and broker."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.server = embedded.Server(home)
        self.port = a_free_port()
        self.broker_port = a_free_port()
        self.has_redis = shutil.which("redis-server") is not None
        (home / "run").mkdir(parents=True, exist_ok=True)
        self.family = Family(home / "run")

    # Beginning and end

    def environment(self) -> dict[str, str]:
        given = {
            "DETAINER_DESK_HOME": str(self.home),
            "DJANGO_SETTINGS_MODULE": "portal.settings.development",
            "SECRET_KEY": "only for the fault tests, never for a portal of anybody",
            "PORTAL_ADDRESS": f"http://127.0.0.1:{self.port}",
        }
        if self.has_redis:
            given["CELERY_BROKER_URL"] = f"redis://127.0.0.1:{self.broker_port}/0"
        kept = {
            key: value for key, value in os.environ.items() if "DATABASE" not in key
        }
        return {**kept, **given}

    def begin(self) -> None:
        os.environ.update(self.environment())
        for name in ("DATABASE_URL", "DATABASE_OWNER_URL"):
            os.environ.pop(name, None)
        self.server.start(end_with_caller=True)
        self.run("-m", "portal.prepare")
        if self.has_redis:
            self.start_broker()
        web = ["--bind", f"127.0.0.1:{self.port}", "--no-control-socket"]
        web += ["--worker-class", "gthread", "--workers", "2", "--threads", "4"]
        celery = [sys.executable, "-m", "celery", "-A", "portal.celery"]
        quiet = ["--without-gossip", "--without-mingle", "--without-heartbeat"]
        beat = ["beat", "-s", str(self.home / "run" / "beat"), "--pidfile="]
        self.family.start(
            "web", [sys.executable, "-m", "gunicorn", "portal.wsgi", *web]
        )
        self.family.start(
            "worker", [*celery, "worker", "-P", "threads", "-c", "2", *quiet]
        )
        self.family.start("beat", [*celery, *beat])
        self.wait_until_healthy()

    def start_broker(self) -> None:
        # Keeps nothing on disk: killed, it comes back with every message gone.
        alone = ["--port", str(self.broker_port), "--bind", "127.0.0.1"]
        keeps_nothing = ["--save", "", "--appendonly", "no", "--dir", str(self.home)]
        self.family.start("broker", ["redis-server", *alone, *keeps_nothing])

    def end(self) -> None:
        self.family.stop()
        self.server.destroy()

    def run(self, *arguments: str) -> str:
        """Run Python with the town's environment; what it prints."""
        done = subprocess.run(
            [sys.executable, *arguments],
            cwd=PROJECT,
            env=self.environment(),
            capture_output=True,
            text=True,
        )
        if done.returncode:
            raise RuntimeError(f"{arguments} failed:\n{done.stdout}\n{done.stderr}")
        return done.stdout

    def wait_until_healthy(self) -> None:
        until = time.monotonic() + READY_SECONDS
        while time.monotonic() < until:
            self.tend()
            with contextlib.suppress(OSError, http.client.HTTPException):
                door = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
                door.request("GET", "/healthz")
                if door.getresponse().status == 200:
                    return
            time.sleep(0.2)
        said = (self.home / "run" / "web.log").read_text()[-2000:]
        raise RuntimeError(f"The portal does not answer:\n{said}")

    def tend(self) -> None:
        """Start again whatever was killed, as a service manager would."""
        if not self.server.is_ready():
            self.server.start(end_with_caller=True)
        # Killed here on purpose, and often: not a sign that it cannot run.
        for member in self.family.members:
            member.soon = 0
        self.family.tend()

    def kill(self, name: str) -> None:
        """End one part outright, as a power cut or the kernel would."""
        if name == "database":
            pid = (self.server.data / "postmaster.pid").read_text().split()[0]
            os.kill(int(pid), signal.SIGKILL)
            return
        member = next(one for one in self.family.members if one.name == name)
        member.signal(signal.SIGKILL, group=True)

    # Reading

    @contextlib.contextmanager
    def database(self) -> Iterator[psycopg.Connection]:
        """The database as its superuser, whom no policy hides a row from."""
        with psycopg.connect(self.server.admin_url, autocommit=True) as connection:
            yield connection

    def rows(self, query: str, *values: object) -> list[tuple]:
        with self.database() as connection:
            return connection.execute(query, values or None).fetchall()

    # Asking

    def post(
        self, path: str, session: str, fields: Sequence[tuple[str, str]]
    ) -> Answer:
        """One POST of a signed-in person; a broken connection is answer 0."""
        token = secrets.token_hex(16)
        body = urlencode([*fields, ("csrfmiddlewaretoken", token)])
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "Cookie": f"sessionid={session}; csrftoken={token}",
        }
        door = http.client.HTTPConnection(
            "127.0.0.1", self.port, timeout=ANSWER_SECONDS
        )
        try:
            door.request("POST", path, body, headers)
            said = door.getresponse()
            return Answer(said.status, said.headers.get("Location", ""), said.read())
        except (OSError, http.client.HTTPException):
            return Answer(0)
        finally:
            door.close()


@contextlib.contextmanager
def town(home: Path) -> Iterator[Town]:
    """A town that runs, and is gone afterwards."""
    before = dict(os.environ)
    built = Town(home)
    try:
        built.begin()
        yield built
    finally:
        built.end()
        os.environ.clear()
        os.environ.update(before)
