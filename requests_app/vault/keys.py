"""The keys that are kept outside the database, behind one small interface.

`KeyService` is what a cloud's key management or a hardware module has to offer; the
service in use is named by the setting VAULT_KEY_SERVICE. The one that ships, `Keysets`,
holds two Tink keysets in files or in the environment: one wraps data keys, the other
derives the keys of the blind index.
"""

import json
import os
import tempfile
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from threading import Lock
from typing import Protocol

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import import_string

from requests_app.vault.sealing import CannotBeOpened


class KeyService(Protocol):
    """What the vault asks of whoever keeps the keys."""

    def primary(self) -> str:
        """The name of the key that wraps today."""

    def wrap(self, secret: bytes, *, about: bytes) -> tuple[str, bytes]:
        """The wrapping key's name, and `secret` wrapped by it, bound to `about`."""

    def unwrap(self, wrapped: bytes, *, about: bytes) -> bytes:
        """What was wrapped. Raises CannotBeOpened."""

    def is_by_primary(self, wrapped: bytes) -> bool:
        """Whether the key that wraps today has wrapped it."""

    def index_primary(self) -> str:
        """The name of the index key that new rows are indexed under."""

    def index_keys(self, purpose: str) -> dict[str, bytes]:
        """A 256-bit key for `purpose` from every index key, by the key's name."""


class CannotRotate(Exception):
    """The keys are not the portal's to change: they come from the environment."""


class Keysets:
    """Tink keysets in JSON: from a file, read again when it changes, or from a text."""

    def __init__(self):
        self._data = _Keyset(
            settings.VAULT_KEYSET, settings.VAULT_KEYSET_FILE, _aead_of
        )
        self._index = _Keyset(
            settings.VAULT_INDEX_KEYSET, settings.VAULT_INDEX_KEYSET_FILE, _prfs_of
        )

    def primary(self) -> str:
        return self._data.read().primary

    def wrap(self, secret: bytes, *, about: bytes) -> tuple[str, bytes]:
        keyset = self._data.read()
        return keyset.primary, keyset.primitive.encrypt(secret, about)

    def unwrap(self, wrapped: bytes, *, about: bytes) -> bytes:
        import tink

        try:
            return self._data.read().primitive.decrypt(bytes(wrapped), about)
        except tink.TinkError:
            raise CannotBeOpened("No key of the keyset unwraps it.") from None

    def is_by_primary(self, wrapped: bytes) -> bool:
        # Tink's own prefix: a version, then the number of the key.
        return int.from_bytes(wrapped[1:5], "big") == int(self.primary())

    def index_primary(self) -> str:
        return self._index.read().primary

    def index_keys(self, purpose: str) -> dict[str, bytes]:
        keyset = self._index.read()
        return {
            name: keyset.primitive[name].compute(purpose.encode(), 32)
            for name in keyset.names
        }

    def add_data_key(self) -> str:
        """Put a new wrapping key first; the old ones go on unwrapping."""
        return self._data.add_first(new_data_keyset())

    def add_index_key(self) -> str:
        """Put a new index key first; searches go on under the old ones too."""
        return self._index.add_first(new_index_keyset())

    def keep_first_data_key_only(self) -> None:
        """Take every wrapping key but the first out of the keyset."""
        self._data.keep_first_only()

    def keep_first_index_key_only(self) -> None:
        self._index.keep_first_only()


@lru_cache(maxsize=1)
def service() -> KeyService:
    """The key service of this process."""
    return import_string(settings.VAULT_KEY_SERVICE)()


def new_data_keyset() -> str:
    """A new keyset that wraps, as JSON."""
    from tink import aead

    aead.register()
    return _new_keyset(aead.aead_key_templates.AES256_GCM)


def new_index_keyset() -> str:
    """A new keyset that derives index keys, as JSON."""
    from tink import prf

    prf.register()
    return _new_keyset(prf.prf_key_templates.HMAC_SHA256)


def write_keyset(path: Path, keyset: str, *, replaces: bool = False) -> bool:
    """Write a keyset whole, readable by its owner only; whether it was written.

    Unless it `replaces`, a file that is there already stays.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, draft = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w") as file:
            file.write(keyset)
            file.flush()
            os.fsync(file.fileno())
        if replaces:
            # Whoever reads it today reads it tomorrow: root may be writing.
            before = path.stat()
            os.chmod(draft, before.st_mode & 0o777)
            os.chown(draft, before.st_uid, before.st_gid)
            os.replace(draft, path)
            return True
        os.chmod(draft, 0o600)
        os.link(draft, path)
        return True
    except FileExistsError:
        return False
    finally:
        Path(draft).unlink(missing_ok=True)


class _Read:
    """A keyset as read: its keys' names, the first of them, and what they can do."""

    def __init__(self, text: str, primitive_of):
        self.content = json.loads(text)
        self.primary = str(self.content["primaryKeyId"])
        self.names = [
            str(one["keyId"])
            for one in self.content["key"]
            if one["status"] == "ENABLED"
        ]
        self.primitive = primitive_of(_handle(text))


class _Keyset:
    """Where one keyset comes from."""

    def __init__(self, text: str, path: str, primitive_of):
        if not text and not path:
            raise ImproperlyConfigured(
                "Name the keysets: VAULT_KEYSET_FILE and VAULT_INDEX_KEYSET_FILE."
            )
        self._text, self._path = text, Path(path) if path else None
        self._primitive_of = primitive_of
        self._stamp, self._kept = None, None
        self._lock = Lock()

    def read(self) -> _Read:
        stamp = self._stamp_now()
        with self._lock:
            if self._kept is None or stamp != self._stamp:
                text = self._path.read_text() if self._path else self._text
                self._kept = _Read(text, self._primitive_of)
                self._stamp = stamp
            return self._kept

    def add_first(self, keyset: str) -> str:
        added = json.loads(keyset)
        content = self._own().content
        content = {**added, "key": [*added["key"], *content["key"]]}
        self._write(content)
        return str(added["primaryKeyId"])

    def keep_first_only(self) -> None:
        content = self._own().content
        first = content["primaryKeyId"]
        kept = [one for one in content["key"] if one["keyId"] == first]
        self._write({**content, "key": kept})

    def _own(self) -> _Read:
        if self._path is None:
            raise CannotRotate(
                "The keyset comes from the environment. Put a new primary key there "
                "(with Tink's tinkey), restart the portal, then run this command with "
                "--rewrap."
            )
        return self.read()

    def _write(self, content: dict) -> None:
        text = json.dumps(content, indent=2)
        _Read(text, self._primitive_of)
        write_keyset(self._path, text, replaces=True)

    def _stamp_now(self):
        if self._path is None:
            return ()
        about = self._path.stat()
        return about.st_ino, about.st_mtime_ns, about.st_size


def _handle(text: str):
    from tink import aead, json_proto_keyset_format, prf, secret_key_access

    aead.register()
    prf.register()
    return json_proto_keyset_format.parse(text, secret_key_access.TOKEN)


def _aead_of(handle):
    from tink import aead

    return handle.primitive(aead.Aead)


def _prfs_of(handle):
    from tink import prf

    found = handle.primitive(prf.PrfSet).all()
    return {str(name): one for name, one in found.items()}


def _new_keyset(template) -> str:
    import tink
    from tink import json_proto_keyset_format, secret_key_access

    handle = tink.new_keyset_handle(template)
    return json_proto_keyset_format.serialize(handle, secret_key_access.TOKEN)


def fingerprint(name: str) -> str:
    """A key's name as it may stand in the history: a code, not the name itself."""
    return f"k{sha256(name.encode()).hexdigest()[:12]}"
