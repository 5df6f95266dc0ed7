"""Make the virtual environment hold the pinned requirements.

Starts with nothing but Python 3.11 and pip's or uv's own idea of where packages are.
"""

import contextlib
import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
ENVIRONMENT = PROJECT / ".venv"
PYTHON = ENVIRONMENT / "bin" / "python"
INSTALLER = PROJECT / "requirements-uv.txt"
RUNTIME = PROJECT / "requirements.txt"
DEVELOPMENT = PROJECT / "requirements-dev.txt"
STAMP = ENVIRONMENT / "installed.json"


class RefusalError(Exception):
    """The command cannot go on; the message says why and what to do."""


def say(what: str) -> None:
    print(what, flush=True)


def run(*command: object, **options: object) -> None:
    subprocess.run([str(part) for part in command], check=True, cwd=PROJECT, **options)


def wanted(development: bool) -> list[Path]:
    """Requirement files to install; what was installed for tests stays installed."""
    keep = development or (ENVIRONMENT / "bin" / "pytest").exists()
    return [RUNTIME, DEVELOPMENT] if keep else [RUNTIME]


def digests(files: Sequence[Path]) -> dict[str, str]:
    return {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in files}


def is_installed(files: Sequence[Path]) -> bool:
    return STAMP.exists() and json.loads(STAMP.read_text()) == digests(files)


def install(*, development: bool) -> None:
    """Make the virtual environment hold the pinned requirements, if it does not."""
    files = wanted(development)
    if is_installed(files):
        return
    began = time.monotonic()
    say("Installing the pinned requirements into .venv (the first time: minutes)")
    STAMP.unlink(missing_ok=True)
    make_environment()
    try:
        pip("--require-hashes", "-r", INSTALLER)
        uv = [ENVIRONMENT / "bin" / "uv", "pip", "sync", "--quiet", "--require-hashes"]
        # Offices whose proxy opens TLS have its certificate in the system's store.
        uv += ["--system-certs"]
        run(*uv, "--python", PYTHON, *files)
    except (subprocess.CalledProcessError, OSError):
        say("uv could not install them; trying pip")
        try:
            pip("--require-hashes", *(part for file in files for part in ("-r", file)))
        except subprocess.CalledProcessError as error:
            raise RefusalError(
                "The requirements could not be installed: is there a network, and "
                "does `.venv/bin/python -m pip download Django` work?"
            ) from error
    STAMP.write_text(json.dumps(digests(files)))
    say(f"Installed in {time.monotonic() - began:.0f} s")


def pip(*arguments: object) -> None:
    quiet = ("--quiet", "--disable-pip-version-check", "--no-input")
    run(PYTHON, "-m", "pip", "install", *quiet, *arguments)


def make_environment() -> None:
    with contextlib.suppress(subprocess.CalledProcessError, OSError):
        run(PYTHON, "-m", "pip", "--version", stdout=subprocess.DEVNULL)
        return
    if importlib.util.find_spec("ensurepip") is None:
        install_venv_module()
    run(sys.executable, "-m", "venv", "--clear", ENVIRONMENT)


def install_venv_module() -> None:
    """Debian keeps a part of Python's standard library in a package of its own."""
    if os.geteuid() or not shutil.which("apt-get"):
        raise RefusalError(
            "This Python cannot make virtual environments: install the package "
            "python3-venv (Debian: apt-get install python3-venv) and try again."
        )
    apt_install("python3-venv")


def apt_install(package: str) -> None:
    say(f"Installing Debian's {package}")
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    run("apt-get", "update", "-q", env=environment, stdout=subprocess.DEVNULL)
    options = ("-q", "-y", "--no-install-recommends")
    quiet = {"env": environment, "stdout": subprocess.DEVNULL}
    run("apt-get", "install", *options, package, **quiet)


def enter(*, development: bool) -> None:
    """Install what is missing, and go on as the virtual environment's Python."""
    install(development=development)
    if Path(sys.prefix) != ENVIRONMENT:
        os.execv(PYTHON, [str(PYTHON), *sys.argv])
