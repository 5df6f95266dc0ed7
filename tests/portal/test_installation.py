"""The installation: what is missing is said, and what pip can do is tried."""

import importlib.util
import subprocess
import sys

import pytest

from portal.embedded import PROJECT


@pytest.fixture
def installation(tmp_path, monkeypatch):
    """The module, with an environment of its own that nothing is installed into."""
    spec = importlib.util.spec_from_file_location(
        "installation_under_test", PROJECT / "bin" / "installation.py"
    )
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    (tmp_path / "bin").mkdir()
    monkeypatch.setattr(module, "ENVIRONMENT", tmp_path)
    monkeypatch.setattr(module, "PYTHON", tmp_path / "bin" / "python")
    monkeypatch.setattr(module, "STAMP", tmp_path / "installed.json")
    return module


@pytest.fixture
def commands(installation, monkeypatch):
    """What would be run; a command whose words hold one of `fails` fails."""
    seen = []
    fails = []

    def run(*command, **options):
        words = " ".join(map(str, command))
        seen.append(words)
        if any(part in words for part in fails):
            raise subprocess.CalledProcessError(1, command)

    monkeypatch.setattr(installation, "run", run)
    return seen, fails


def test_installs_once_with_uv(installation, commands):
    seen, _ = commands

    installation.install(development=False)
    first = len(seen)
    installation.install(development=False)

    assert any(" pip sync " in words for words in seen)
    assert len(seen) == first


def test_installs_again_when_the_requirements_changed(
    installation, commands, tmp_path, monkeypatch
):
    seen, _ = commands
    installation.install(development=False)
    first = len(seen)
    changed = tmp_path / "requirements.txt"
    changed.write_text("django==5.2.19")
    monkeypatch.setattr(installation, "RUNTIME", changed)

    installation.install(development=False)

    assert len(seen) > first


def test_falls_back_to_pip_when_uv_fails(installation, commands):
    seen, fails = commands
    fails.append(" pip sync ")

    installation.install(development=False)

    assert "pip install" in seen[-1]
    assert "--require-hashes" in seen[-1]
    assert seen[-1].endswith("requirements.txt")


def test_says_so_when_nothing_can_be_installed(installation, commands, tmp_path):
    _, fails = commands
    fails += [" pip sync ", "requirements"]

    with pytest.raises(installation.RefusalError, match="network"):
        installation.install(development=False)
    assert not (tmp_path / "installed.json").exists()


def test_keeps_the_test_packages_that_were_installed(installation, tmp_path):
    (tmp_path / "bin" / "pytest").touch()

    assert installation.DEVELOPMENT in installation.wanted(False)


def test_names_the_package_that_debian_keeps_apart(installation, commands, monkeypatch):
    _, fails = commands
    fails.append("-m pip --version")
    monkeypatch.setattr(installation.importlib.util, "find_spec", lambda name: None)
    monkeypatch.setattr(installation.os, "geteuid", lambda: 1000)

    with pytest.raises(installation.RefusalError, match="python3-venv"):
        installation.make_environment()


def test_installs_that_package_itself_when_root(installation, commands, monkeypatch):
    seen, fails = commands
    fails.append("-m pip --version")
    monkeypatch.setattr(installation.importlib.util, "find_spec", lambda name: None)
    monkeypatch.setattr(installation.os, "geteuid", lambda: 0)
    monkeypatch.setattr(installation.shutil, "which", lambda name: "/usr/bin/apt-get")

    installation.make_environment()

    assert seen[-2].endswith("install -q -y --no-install-recommends python3-venv")
    assert seen[-1].startswith(f"{sys.executable} -m venv")
