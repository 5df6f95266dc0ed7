"""What stands behind bin/demo, bin/test, bin/check, bin/bench and bin/lock.

Starts with nothing but Python 3.11, installs what is missing into the virtual
environment and goes on inside it.
"""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from demonstration import StopRequest, demo, stop_on_signals  # noqa: E402
from installation import (  # noqa: E402
    DEVELOPMENT,
    ENVIRONMENT,
    INSTALLER,
    PROJECT,
    PYTHON,
    RUNTIME,
    RefusalError,
    apt_install,
    enter,
    run,
    say,
)

from portal import embedded  # noqa: E402
from portal.supervise import GaveUpError  # noqa: E402


def check(arguments: Sequence[str]) -> int:
    enter(development=True)
    command = [PYTHON, PROJECT / "bin" / "checks.py", *arguments]
    return subprocess.run(command, cwd=PROJECT).returncode


def test(arguments: Sequence[str]) -> int:
    if check([]):
        raise RefusalError("bin/check found faults (above), so no test was run.")
    home = embedded.default_home() / "tests"
    os.environ["DETAINER_DESK_HOME"] = str(home)
    os.environ["DJANGO_SETTINGS_MODULE"] = "portal.settings.test"
    os.environ.setdefault("PYTHONDONTWRITEBYTECODE", "1")
    find_chromium()
    find_tesseract()
    find_real_servers()
    server = None if os.environ.get("DATABASE_URL") else embedded.Server(home)
    started = bool(server and server.start(end_with_caller=True))
    # pytest hears Ctrl-C itself, and ends with its own summary.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    end_with_this = embedded.end_with_parent(signal.SIGKILL)

    def prepare() -> None:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        end_with_this()

    command = [PYTHON, "-m", "pytest", *side_by_side(arguments), *arguments]
    try:
        return subprocess.run(command, cwd=PROJECT, preexec_fn=prepare).returncode
    finally:
        if server and started:
            server.stop()


def side_by_side(arguments: Sequence[str]) -> list[str]:
    """Two processes share all the tests, a file at a time."""
    is_whole = all(one.startswith("-") for one in arguments)
    if not is_whole or (os.cpu_count() or 1) < 2:
        return []
    return ["--numprocesses=2", "--dist=loadfile"]


def find_chromium() -> None:
    """Name the browser of the tests in CHROMIUM; unset means Playwright's own."""
    if os.environ.get("CHROMIUM"):
        return
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if not found and os.geteuid() == 0 and shutil.which("apt-get"):
        with contextlib.suppress(subprocess.CalledProcessError):
            apt_install("chromium")
        found = shutil.which("chromium")
    if found:
        os.environ["CHROMIUM"] = found
        say(f"Browser tests use {found}")
        return
    run(PYTHON, "-m", "playwright", "install", "chromium")
    say("Browser tests use the Chromium that Playwright installed")


def find_tesseract() -> None:
    """Install the reader of scans where root may; its tests are skipped without it."""
    if shutil.which("tesseract"):
        return
    if os.geteuid() == 0 and shutil.which("apt-get"):
        for package in ("tesseract-ocr", "tesseract-ocr-spa"):
            with contextlib.suppress(subprocess.CalledProcessError):
                apt_install(package)
    if not shutil.which("tesseract"):
        say("Tests of reading scans are skipped: tesseract is not installed")


def find_real_servers() -> None:
    """Name a PostgreSQL and a broker to test with beside the embedded pair."""
    import kombu
    import psycopg

    def postgresql(address: str) -> None:
        psycopg.connect(address, connect_timeout=3).close()

    def broker(address: str) -> None:
        with kombu.Connection(address, connect_timeout=3) as connection:
            connection.connect()

    for variable, usual, connect, what in (
        (
            "TEST_DATABASE_URL",
            "postgresql://postgres@127.0.0.1:5432/postgres",
            postgresql,
            "PostgreSQL server",
        ),
        (
            "TEST_BROKER_URL",
            "amqp://guest:guest@127.0.0.1:5672//",
            broker,
            "message broker",
        ),
    ):
        given = os.environ.get(variable)
        try:
            connect(given or usual)
        except Exception as error:  # each client has its own kinds
            reason = f"no {what} answers ({variable}: {type(error).__name__})"
            if given or os.environ.get("CI") == "true":
                raise RefusalError(f"The tests need it, but {reason}.") from error
            say(f"Tests on a real {what} are skipped: {reason}")
        else:
            os.environ[variable] = given or usual
            where = variable if given else "127.0.0.1"
            say(f"Tests run on the real {what} of {where} too")


def bench(arguments: Sequence[str]) -> int:
    names = sorted(path.stem for path in (PROJECT / "bench").glob("[a-z]*.py"))
    if not arguments or arguments[0] not in names:
        raise RefusalError(f"Say which measurement: {', '.join(names) or 'none yet'}.")
    enter(development=True)
    name, *rest = arguments
    command = [PYTHON, "-m", f"bench.{name}", *rest]
    return subprocess.run(command, cwd=PROJECT).returncode


def lock(arguments: Sequence[str]) -> int:
    """Write the hashed requirements; `--upgrade-package NAME` and the like pass on."""
    enter(development=False)
    uv = [ENVIRONMENT / "bin" / "uv", "pip", "compile", "--quiet", "--no-config"]
    uv += [
        "--universal",
        "--generate-hashes",
        "--no-header",
        "--no-emit-index-url",
        *arguments,
    ]
    project = [PROJECT / "pyproject.toml"]
    run(*uv, *project, "-o", RUNTIME.name)
    run(*uv, "--group", "dev", "-c", RUNTIME.name, "-o", DEVELOPMENT.name)
    pin = INSTALLER.read_text().split(maxsplit=1)[0]
    run(*uv, "-", "-o", INSTALLER.name, input=pin, text=True)
    return 0


COMMANDS = {"demo": demo, "test": test, "check": check, "bench": bench, "lock": lock}


def main() -> int:
    stop_on_signals()
    try:
        return COMMANDS[sys.argv[1]](sys.argv[2:])
    except (RefusalError, GaveUpError, embedded.EmbeddedError) as error:
        print(f"{error}", file=sys.stderr)
    except subprocess.CalledProcessError as error:
        print(f"{error.cmd[0]} failed; the reason is above.", file=sys.stderr)
    except StopRequest:
        return 0 if sys.argv[1] == "demo" else 130
    return 1


if __name__ == "__main__":
    sys.exit(main())
