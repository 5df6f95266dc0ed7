"""Everything that can be proved of the code without running its tests.

Each check is a function that returns what is wrong; nothing means that it holds.
"""

import os
import re
import subprocess
import sys
import time
import tomllib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent

# No server is asked: the settings only want to see every variable of production set.
NOWHERE = "postgresql://nobody@127.0.0.1:1/none"
PRODUCTION = {
    "DJANGO_SETTINGS_MODULE": "portal.settings.production",
    "SECRET_KEY": "only-for-the-check-0123456789-abcdefghijklmnopqrstuvwxyz-ABCDEF",
    "DATABASE_URL": NOWHERE,
    "CELERY_BROKER_URL": "amqp://127.0.0.1:1//",
    "ALLOWED_HOSTS": "portal.example",
    "PORTAL_ADDRESS": "https://portal.example",
    "VAULT_KEYSET_FILE": "of-no-vault",
    "VAULT_INDEX_KEYSET_FILE": "of-no-vault",
}
TESTS = {"DJANGO_SETTINGS_MODULE": "portal.settings.test", "DATABASE_URL": NOWHERE}

# Written in parts, so that this file passes its own check.
REGISTRIES = ("pypi" + ".org", "python" + "hosted.org", "registry.npmjs" + ".org")
MACHINE_PATH = re.compile(r"(?<![\w.~-])/(?:work|root|home/\w+|Users/\w+)/[\w.]")


def tool(module: str, *arguments: str, **environment: str) -> str:
    """Run one of the environment's tools, and return what it says if it fails."""
    done = subprocess.run(
        [sys.executable, *module.split(), *arguments],
        cwd=PROJECT,
        env={**os.environ, **environment},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    return done.stdout or "failed without a word" if done.returncode else ""


def style() -> str:
    return tool("-m ruff", "check", "--quiet", "--output-format", "concise")


def layout() -> str:
    return tool("-m ruff", "format", "--check", "--output-format", "concise")


def types_of_the_law() -> str:
    return tool("-m mypy", "--strict", "requests_app/law")


def contracts() -> str:
    command = "from importlinter.cli import lint_imports_command as run; run()"
    return tool("-c", command)


def production_settings() -> str:
    options = ("--deploy", "--fail-level", "WARNING")
    return tool("manage.py", "check", *options, **PRODUCTION)


def migrations() -> str:
    return tool(
        "-W ignore manage.py", "makemigrations", "--check", "--dry-run", **TESTS
    )


def pins() -> str:
    """Requirements say what pyproject.toml says, each with its hashes."""
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text())
    wanted = {
        "requirements.txt": project["project"]["dependencies"],
        "requirements-dev.txt": project["dependency-groups"]["dev"],
    }
    wrong = []
    for name, requirements in wanted.items():
        text = (PROJECT / name).read_text()
        pinned = {}
        for entry in re.split(r"\n(?=[\w-])", re.sub(r"\\\n", " ", text)):
            found = re.match(r"([\w.-]+)==(\S+)", entry)
            if found is None or "--hash=sha256:" not in entry:
                wrong.append(f"{name}: no pin with a hash in: {entry[:60]}")
                continue
            pinned[canonical(found[1])] = found[2]
        for requirement in requirements:
            package, version = re.sub(r"\[.*?\]", "", requirement).split("==")
            if pinned.get(canonical(package)) != version:
                wrong.append(f"{name}: {requirement} is not what it pins: run bin/lock")
    return "\n".join(wrong)


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def addresses() -> str:
    """No tracked file names a package registry's host or a place on one machine."""
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=PROJECT, capture_output=True, text=True
    )
    if listed.returncode:
        return ""  # an unpacked archive, where nothing is tracked
    wrong = []
    for name in filter(None, listed.stdout.split("\0")):
        try:
            lines = (PROJECT / name).read_text().splitlines()
        except (UnicodeDecodeError, FileNotFoundError, IsADirectoryError):
            continue
        for number, line in enumerate(lines, 1):
            found = next((host for host in REGISTRIES if host in line), None)
            if found is None and (path := MACHINE_PATH.search(line)):
                found = path[0]
            if found:
                wrong.append(f"{name}:{number}: {found}")
    return "\n".join(wrong)


CHECKS: dict[str, Callable[[], str]] = {
    "style": style,
    "layout": layout,
    "types of the law": types_of_the_law,
    "contracts between rooms": contracts,
    "production settings": production_settings,
    "migrations": migrations,
    "pins": pins,
    "addresses": addresses,
}


def main() -> int:
    began = time.monotonic()
    with ThreadPoolExecutor(max_workers=2) as pool:
        running = {name: pool.submit(check) for name, check in CHECKS.items()}
        faults = {name: each.result() for name, each in running.items()}
    for name, fault in faults.items():
        print(f"{'FAULT' if fault else 'ok   '} {name}")
        if fault:
            print("      " + fault.strip().replace("\n", "\n      "))
    failed = sum(map(bool, faults.values()))
    took = time.monotonic() - began
    print(f"{len(faults) - failed} of {len(faults)} checks hold ({took:.0f} s)")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
