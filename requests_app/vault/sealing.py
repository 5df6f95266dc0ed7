"""One data key at work: sealing, opening, commitments. Pure.

A sealed value is `version (1 byte) | key id (16) | nonce (12) | ciphertext and tag`,
AES-256-GCM. Its associated data name the table, the column and the row's seal id, so
that a value moved anywhere else does not open. What is sealed is padded to 32 bytes:
the length of a name is not to be read from the length of its ciphertext.
"""

import hmac
import os
import unicodedata
from hashlib import sha256
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

VERSION = 1
KEY_BYTES = 32
_NONCE_BYTES = 12
_TAG_BYTES = 16
_HEAD_BYTES = 1 + 16
_BLOCK = 32
# The shortest sealed value: head, nonce, one block, tag.
LEAST_BYTES = _HEAD_BYTES + _NONCE_BYTES + _BLOCK + _TAG_BYTES


class CannotBeOpened(Exception):
    """A sealed value is not what was sealed in this place; says no more than that."""


class Destroyed(CannotBeOpened):
    """The data key is gone by order; `authority` says under which.

    A template that meets it writes nothing: a list shows the row without its words.
    """

    silent_variable_failure = True

    def __init__(self, authority: str):
        super().__init__("Destroyed.")
        self.authority = authority


def new_secret() -> bytes:
    """256 random bits for a new data key."""
    return os.urandom(KEY_BYTES)


def key_of(blob: bytes) -> UUID:
    """The id of the data key that a sealed value names. Raises CannotBeOpened."""
    if len(blob) < LEAST_BYTES or blob[0] != VERSION:
        raise CannotBeOpened("This is no sealed value.")
    return UUID(bytes=bytes(blob[1:_HEAD_BYTES]))


class Key:
    """An unwrapped data key. Its bytes are in memory only, and never printed."""

    __slots__ = ("id", "_secret", "_cipher")

    def __init__(self, id: UUID, secret: bytes):
        self.id = id
        self._secret = secret
        self._cipher = AESGCM(self._derived("seal"))

    def seal(self, text: bytes, *, table: str, column: str, seal_id: UUID) -> bytes:
        """The sealed value of `text` for one place."""
        nonce = os.urandom(_NONCE_BYTES)
        place = _place(table, column, seal_id)
        sealed = self._cipher.encrypt(nonce, _padded(text), place)
        return bytes([VERSION]) + self.id.bytes + nonce + sealed

    def open(self, blob: bytes, *, table: str, column: str, seal_id: UUID) -> bytes:
        """What was sealed for this place. Raises CannotBeOpened."""
        if key_of(blob) != self.id:
            raise CannotBeOpened("It was sealed under another key.")
        nonce = bytes(blob[_HEAD_BYTES : _HEAD_BYTES + _NONCE_BYTES])
        sealed = bytes(blob[_HEAD_BYTES + _NONCE_BYTES :])
        try:
            padded = self._cipher.decrypt(nonce, sealed, _place(table, column, seal_id))
        except InvalidTag:
            raise CannotBeOpened("It was changed, or belongs elsewhere.") from None
        return padded.rstrip(b"\0")[:-1]

    def commitment(self, text: str, *, table: str, column: str, seal_id: UUID) -> str:
        """64 hexadecimal digits that prove `text` later, to whoever has the key.

        The salt comes from the data key: once that is destroyed, the words cannot be
        found by trying.
        """
        salt = self._derived(f"commitment|{table}|{column}|{seal_id}")
        said = unicodedata.normalize("NFC", text).encode("utf-8", "surrogatepass")
        return hmac.new(salt, said, sha256).hexdigest()

    def _derived(self, purpose: str) -> bytes:
        kdf = HKDF(
            algorithm=SHA256(), length=KEY_BYTES, salt=None, info=purpose.encode()
        )
        return kdf.derive(self._secret)


def _place(table: str, column: str, seal_id: UUID) -> bytes:
    return f"{table}|{column}|{seal_id}|{VERSION}".encode()


def _padded(text: bytes) -> bytes:
    marked = text + b"\x01"
    return marked + b"\0" * (-len(marked) % _BLOCK)
