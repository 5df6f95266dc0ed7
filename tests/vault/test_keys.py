"""The keys outside the database: files, environment, and refusing to start without."""

import json
import os
import subprocess
import sys

import pytest
from django.core.exceptions import ImproperlyConfigured

from portal import env
from requests_app.vault import keys
from requests_app.vault.sealing import CannotBeOpened
from tests.vault.conftest import forget

ABOUT = b"data key|1"


def test_unwraps_what_it_wrapped(keyset_files):
    kek, wrapped = keys.service().wrap(b"k" * 32, about=ABOUT)

    assert kek == keys.service().primary()
    assert b"k" * 32 not in wrapped
    assert keys.service().unwrap(wrapped, about=ABOUT) == b"k" * 32


def test_unwraps_nothing_for_another_row(keyset_files):
    _, wrapped = keys.service().wrap(b"k" * 32, about=ABOUT)

    with pytest.raises(CannotBeOpened):
        keys.service().unwrap(wrapped, about=b"data key|2")


def test_wraps_by_the_new_key_and_unwraps_by_the_old_one(keyset_files):
    service = keys.service()
    old, wrapped = service.wrap(b"k" * 32, about=ABOUT)

    new = service.add_data_key()

    assert service.primary() == new != old
    assert service.wrap(b"k" * 32, about=ABOUT)[0] == new
    assert service.unwrap(wrapped, about=ABOUT) == b"k" * 32


def test_unwraps_nothing_by_a_key_that_was_dropped(keyset_files):
    service = keys.service()
    _, wrapped = service.wrap(b"k" * 32, about=ABOUT)
    service.add_data_key()

    service.keep_first_data_key_only()

    with pytest.raises(CannotBeOpened):
        service.unwrap(wrapped, about=ABOUT)


def test_reads_a_keyset_again_that_another_process_changed(keyset_files):
    here, elsewhere = keys.service(), keys.Keysets()
    before = here.primary()

    new = elsewhere.add_data_key()

    assert before != new
    assert here.primary() == new


def test_derives_an_index_key_for_each_purpose_from_every_key(keyset_files):
    service = keys.service()
    old = service.index_keys("agency 1")

    service.add_index_key()
    both = service.index_keys("agency 1")

    assert set(old) < set(both)
    assert len(both) == 2
    assert set(both.values()).isdisjoint(service.index_keys("agency 2").values())


def test_writes_a_keyset_for_its_owner_only(tmp_path):
    path = tmp_path / "keys" / "keyset.json"

    keys.write_keyset(path, keys.new_data_keyset())

    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert json.loads(path.read_text())["key"][0]["status"] == "ENABLED"


def test_overwrites_no_keyset_that_is_there(tmp_path):
    path = tmp_path / "keyset.json"
    path.write_text("precious")

    assert keys.write_keyset(path, keys.new_data_keyset()) is False
    assert path.read_text() == "precious"
    assert [one.name for one in tmp_path.iterdir()] == ["keyset.json"]


def test_changes_no_keyset_that_comes_from_the_environment():
    forget()

    with pytest.raises(keys.CannotRotate, match="environment"):
        keys.service().add_data_key()


def test_refuses_to_work_without_a_keyset(settings):
    settings.VAULT_KEYSET = settings.VAULT_KEYSET_FILE = ""

    with pytest.raises(ImproperlyConfigured, match="VAULT_KEYSET_FILE"):
        keys.Keysets()


def test_makes_the_embedded_keysets_once(tmp_path, monkeypatch):
    monkeypatch.setenv("DETAINER_DESK_HOME", str(tmp_path))
    for name in ("VAULT_KEYSET_FILE", "VAULT_INDEX_KEYSET_FILE"):
        monkeypatch.delenv(name, raising=False)

    made = env.embedded_keysets()
    texts = {path.name: path.read_text() for path in (tmp_path / "keys").iterdir()}
    again = env.embedded_keysets()

    assert made == again
    assert len(texts) == 2
    assert {path.name: path.read_text() for path in (tmp_path / "keys").iterdir()} == (
        texts
    )


PRODUCTION = {
    "DJANGO_SETTINGS_MODULE": "portal.settings.production",
    "SECRET_KEY": "s" * 60,
    "DATABASE_URL": "postgresql://portal_app@127.0.0.1/desk",
    "CELERY_BROKER_URL": "amqp://127.0.0.1",
    "ALLOWED_HOSTS": "portal.example",
    "VAULT_KEYSET_FILE": "/etc/keyset.json",
    "VAULT_INDEX_KEYSET_FILE": "/etc/index-keyset.json",
}


def started(without=""):
    kept = {name: value for name, value in PRODUCTION.items() if name != without}
    base = {name: value for name, value in os.environ.items() if "VAULT" not in name}
    done = subprocess.run(
        [sys.executable, "-c", "import django; django.setup()"],
        env={**base, **kept},
        cwd=env.PROJECT,
        capture_output=True,
        text=True,
    )
    return done.returncode, done.stderr


@pytest.mark.parametrize("which", ["VAULT_KEYSET_FILE", "VAULT_INDEX_KEYSET_FILE"])
def test_refuses_to_start_production_without_a_keyset(which):
    code, said = started(without=which)

    assert code != 0
    assert f"Set {which}" in said


def test_starts_production_with_both(capsys):
    code, said = started()

    assert (code, said) == (0, "")
