"""Signed checkpoints in the C2SP formats: signed note, tlog-checkpoint, Ed25519.

Pure but for the cryptography. A checkpoint says how many leaves a log has and what
their root is:

    detainer-desk.example/history
    1234
    <base64 of the root>

    — detainer-desk.example/history <base64 of key id and signature>

Keys are one line of text each, as other tools of the same formats write them:
`PRIVATE+KEY+name+hash+base64` to sign, `name+hash+base64` to verify.
"""

import base64
import binascii
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)

from requests_app.ledger.tree import HASH_BYTES

ED25519 = b"\x01"
_DASH = "— "
_PRIVATE = "PRIVATE+KEY+"
_NAME = re.compile(r"[^\s+]+\Z")
_SIZE = re.compile(r"(0|[1-9][0-9]{0,18})\Z")


class MalformedNote(ValueError):
    """The text is not a signed note, a checkpoint or a key."""


class NotSigned(ValueError):
    """The note holds no signature by the key, or one that is false."""


@dataclass(frozen=True)
class Checkpoint:
    """How many leaves the log `origin` has, and the root over them."""

    origin: str
    size: int
    root: bytes


@dataclass(frozen=True)
class Verifier:
    """The public half of a named key."""

    name: str
    public: bytes

    def __post_init__(self) -> None:
        _refuse_name(self.name)
        if len(self.public) != 32:
            raise MalformedNote("An Ed25519 public key has 32 bytes.")

    @classmethod
    def from_text(cls, text: str) -> Self:
        """Raises MalformedNote."""
        name, key_id, public = _read_key(text.strip())
        verifier = cls(name, public)
        if verifier.key_id != key_id:
            raise MalformedNote("The key's hash is not that of its name and bytes.")
        return verifier

    def to_text(self) -> str:
        key = base64.b64encode(ED25519 + self.public).decode()
        return f"{self.name}+{self.key_id.hex()}+{key}"

    @property
    def key_id(self) -> bytes:
        """Four bytes that say which key of this name it is; no more than a hint."""
        return sha256(f"{self.name}\n".encode() + ED25519 + self.public).digest()[:4]

    def has_signed(self, text: str, signature: bytes) -> bool:
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(
                signature, text.encode()
            )
        except InvalidSignature:
            return False
        return True


@dataclass(frozen=True)
class Signer:
    """A named key with its secret seed of 32 bytes; never shown by repr."""

    name: str
    _key: Ed25519PrivateKey

    @classmethod
    def generate(cls, name: str) -> Self:
        _refuse_name(name)
        return cls(name, Ed25519PrivateKey.generate())

    @classmethod
    def from_text(cls, text: str) -> Self:
        """Raises MalformedNote."""
        text = text.strip()
        if not text.startswith(_PRIVATE):
            raise MalformedNote("A signing key begins with PRIVATE+KEY+.")
        name, key_id, seed = _read_key(text.removeprefix(_PRIVATE))
        if len(seed) != 32:
            raise MalformedNote("An Ed25519 seed has 32 bytes.")
        signer = cls(name, Ed25519PrivateKey.from_private_bytes(seed))
        if signer.verifier.key_id != key_id:
            raise MalformedNote("The key's hash is not that of its name and bytes.")
        return signer

    def to_text(self) -> str:
        seed = base64.b64encode(ED25519 + self._key.private_bytes_raw()).decode()
        return f"{_PRIVATE}{self.name}+{self.verifier.key_id.hex()}+{seed}"

    @property
    def verifier(self) -> Verifier:
        return Verifier(self.name, self._key.public_key().public_bytes_raw())

    def signature(self, text: str) -> bytes:
        return self._key.sign(text.encode())


def checkpoint_text(checkpoint: Checkpoint) -> str:
    """Raises MalformedNote."""
    if not checkpoint.origin or "\n" in checkpoint.origin:
        raise MalformedNote("The origin is one line that is not empty.")
    if len(checkpoint.root) != HASH_BYTES or checkpoint.size < 0:
        raise MalformedNote("A checkpoint has a size and a root of 32 bytes.")
    root = base64.b64encode(checkpoint.root).decode()
    return f"{checkpoint.origin}\n{checkpoint.size}\n{root}\n"


def read_checkpoint(text: str) -> Checkpoint:
    """The checkpoint that a note's text says; further lines are extensions.

    Raises MalformedNote.
    """
    lines = text.split("\n")
    if len(lines) < 4 or lines[-1] or not all(lines[:-1]):
        raise MalformedNote("A checkpoint is three lines or more, none empty.")
    origin, size, root = lines[:3]
    if not _SIZE.match(size):
        raise MalformedNote("The size of a checkpoint is a number without zeros ahead.")
    hashed = _decode(root)
    if len(hashed) != HASH_BYTES:
        raise MalformedNote("The root of a checkpoint has 32 bytes.")
    return Checkpoint(origin=origin, size=int(size), root=hashed)


def sign(text: str, *signers: Signer) -> str:
    """The note: the text, an empty line, and a line for each signature.

    Raises MalformedNote for a text that could not be read back.
    """
    if not text.endswith("\n") or "\n\n" in text or text.startswith("\n"):
        raise MalformedNote("A note's text ends its lines and has no empty one.")
    if any(ord(sign) < 0x20 and sign != "\n" for sign in text):
        raise MalformedNote("A note's text holds no control character.")
    return f"{text}\n" + "".join(_signature_line(text, one) for one in signers)


def open_note(note: str, verifier: Verifier) -> str:
    """The text of a note that the key has signed. Signatures by others are ignored.

    Raises MalformedNote, NotSigned.
    """
    text, signatures = _take_apart(note)
    for name, key_id, signature in signatures:
        if (name, key_id) == (verifier.name, verifier.key_id):
            if verifier.has_signed(text, signature):
                return text
            raise NotSigned(f"The signature of {verifier.name} is false.")
    raise NotSigned(f"The note is not signed by {verifier.name}.")


def read_notes(lines: Iterable[str]) -> Iterator[str]:
    """The notes of a witness file, which holds them one after another.

    Raises MalformedNote at the end for a last note that is torn.
    """
    note: list[str] = []
    signing = False
    for one in lines:
        if signing and not one.startswith(_DASH):
            yield "".join(note)
            note, signing = [], False
        signing = signing or one.startswith(_DASH)
        note.append(one)
    if note:
        if not signing or not note[-1].endswith("\n"):
            raise MalformedNote("The last note of the file is torn.")
        yield "".join(note)


def _signature_line(text: str, signer: Signer) -> str:
    signed = signer.verifier.key_id + signer.signature(text)
    return f"{_DASH}{signer.name} {base64.b64encode(signed).decode()}\n"


def _take_apart(note: str) -> tuple[str, list[tuple[str, bytes, bytes]]]:
    text, gap, signed = note.rpartition("\n\n")
    if not gap or not signed.endswith("\n"):
        raise MalformedNote("A note is a text, an empty line and signatures.")
    return f"{text}\n", [_read_signature(one) for one in signed[:-1].split("\n")]


def _read_signature(one: str) -> tuple[str, bytes, bytes]:
    name, _, encoded = one.removeprefix(_DASH).partition(" ")
    signed = _decode(encoded)
    if not one.startswith(_DASH) or not _NAME.match(name) or len(signed) < 5:
        raise MalformedNote("A line after the empty one is not a signature.")
    return name, signed[:4], signed[4:]


def _read_key(text: str) -> tuple[str, bytes, bytes]:
    name, _, rest = text.partition("+")
    key_id, _, encoded = rest.partition("+")
    key = _decode(encoded)
    if not re.fullmatch(r"[0-9a-f]{8}", key_id) or key[:1] != ED25519:
        raise MalformedNote("A key is its name, its hash and base64, joined by +.")
    _refuse_name(name)
    return name, bytes.fromhex(key_id), key[1:]


def _decode(encoded: str) -> bytes:
    try:
        decoded = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError) as error:
        raise MalformedNote("That is not base64.") from error
    if base64.b64encode(decoded).decode() != encoded:
        raise MalformedNote("That base64 could be written in two ways.")
    return decoded


def _refuse_name(name: str) -> None:
    if not _NAME.match(name):
        raise MalformedNote("A key's name has no space and no plus sign.")
