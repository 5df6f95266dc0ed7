"""bin/check: it finds what it says it finds."""

import importlib.util
import shutil
import subprocess
import sys

import pytest

from portal.embedded import PROJECT


@pytest.fixture
def checks(tmp_path, monkeypatch):
    """The checks, looking at a small project instead of this one."""
    spec = importlib.util.spec_from_file_location(
        "checks", PROJECT / "bin" / "checks.py"
    )
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "checks", module)
    spec.loader.exec_module(module)
    for name in ("pyproject.toml", "requirements.txt", "requirements-dev.txt"):
        shutil.copy(PROJECT / name, tmp_path)
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    monkeypatch.setattr(module, "PROJECT", tmp_path)
    return module


def track(directory, text):
    (directory / "planted.txt").write_text(text)
    subprocess.run(["git", "add", "planted.txt"], cwd=directory, check=True)


def test_finds_the_pins_equal_to_the_project(checks):
    assert checks.pins() == ""


def test_finds_a_version_that_differs(checks, tmp_path):
    path = tmp_path / "requirements.txt"
    path.write_text(path.read_text().replace("django==", "django==1"))

    assert "Django" in checks.pins()


def test_finds_a_pin_without_its_hash(checks, tmp_path):
    path = tmp_path / "requirements-dev.txt"
    path.write_text("pytest==9.2.0\n" + path.read_text())

    assert "no pin with a hash" in checks.pins()


def test_finds_the_address_of_a_registry(checks, tmp_path):
    track(tmp_path, f"see https://{checks.REGISTRIES[0]}/simple\n")

    assert checks.addresses().startswith("planted.txt:1: ")


@pytest.mark.parametrize("place", ["root", "home/ana", "Users/ana", "work"])
def test_finds_a_path_of_one_machine(checks, tmp_path, place):
    track(tmp_path, f"first\nopen('/{place}/x')\n")

    assert checks.addresses().startswith("planted.txt:2: ")


def test_takes_addresses_of_the_portal_for_what_they_are(checks, tmp_path):
    track(
        tmp_path, "href='/requests/work/1' ../home/x ~/root/x https://a.test/root/b\n"
    )

    assert checks.addresses() == ""
