"""What is hashed of an entry: one line of canonical JSON, RFC 8785.

Pure. The sealing trigger of the database writes the same line in SQL, and
`verify_history.py` reads it: a change here is a change of `VERSION` and of all three.
"""

import json
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from functools import lru_cache
from json.encoder import encode_basestring as _text

VERSION = 1
KEYS = (
    "actor",
    "agency",
    "at",
    "body",
    "changes",
    "event",
    "id",
    "outcome",
    "role",
    "sealed_at",
    "seq",
    "subject",
    "v",
)
# RFC 8785 writes numbers as ECMAScript does, which is exact up to here.
LARGEST = 2**53 - 1

# Table, identifier of the row, operation, shape, SHA-256 of the row in hex.
Change = tuple[str, str, str, int, str]

_NOT_INTEGER = "A value is neither text nor an integer of at most 53 bits."

_encode = json.JSONEncoder(
    ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":")
).encode
_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]")


class NotCanonical(ValueError):
    """The value has no one canonical form, or is not written in it."""


def moment(at: datetime | str) -> str:
    """UTC with six digits of a second: `2026-01-31T17:00:00.000000Z`.

    Text is taken to be in this form already. Raises NotCanonical for a time without a
    zone.
    """
    if isinstance(at, str):
        return at
    if at.tzinfo is None:
        raise NotCanonical("A time without a zone names no moment.")
    if at.tzinfo is not UTC:
        at = at.astimezone(UTC)
    return f"{at.isoformat(timespec='microseconds')[:26]}Z"


def canonical(value: object) -> str:
    """The RFC 8785 text of text, integers, booleans, nothing, lists and objects.

    Raises NotCanonical for a fraction, an integer beyond 53 bits, half a surrogate
    pair, or a key beyond ASCII (whose order would not be that of code points).
    """
    _refuse(value)
    return _encode(value)


def line(
    *,
    id: str,
    event: str,
    at: datetime | str,
    actor: str,
    role: str,
    agency: str,
    subject: str,
    seq: int,
    outcome: str,
    body: str,
    sealed_at: datetime | str,
    changes: Iterable[Change],
) -> bytes:
    """The content of an entry. `id` is its public identifier, `body` as stored.

    Raises NotCanonical.
    """
    _check(body)
    made = ",".join(
        f"[{_text(table)},{_text(row)},{_text(op)},{shape:d},{_text(digest)}]"
        for table, row, op, shape, digest in changes
    )
    # The keys are known and in order; a million of them are read at each verification.
    return (
        f'{{"actor":{_text(actor)},"agency":{_text(agency)},"at":"{moment(at)}",'
        f'"body":{body},"changes":[{made}],"event":{_text(event)},"id":{_text(id)},'
        f'"outcome":{_text(outcome)},"role":{_text(role)},'
        f'"sealed_at":"{moment(sealed_at)}","seq":{seq:d},'
        f'"subject":{_text(subject)},"v":{VERSION}}}'
    ).encode()


def read(content: bytes) -> Mapping[str, object]:
    """The entry that a content line says, with `KEYS` and no others.

    Raises NotCanonical when the line is not the canonical form of what it says.
    """
    try:
        said = json.loads(content)
        text = content.decode()
    except ValueError as error:
        raise NotCanonical("The line is not JSON in UTF-8.") from error
    if not isinstance(said, dict) or tuple(sorted(said)) != KEYS:
        raise NotCanonical("The line does not hold the keys of an entry.")
    if canonical(said) != text:
        raise NotCanonical("The line is not in canonical form.")
    return said


@lru_cache(maxsize=4096)
def _check(body: str) -> None:
    """Refuse a stored body that is not canonical: it could be read in two ways."""
    try:
        opened = _decode(body)
    except ValueError as error:
        raise NotCanonical("The body is not JSON of text and integers.") from error
    if not isinstance(opened, dict) or _encode(opened) != body:
        raise NotCanonical("The body is not a canonical object.")
    if not body.isascii():
        _refuse(opened)


def _read_integer(text: str) -> int:
    # Longer than any that is allowed, and slow to read.
    if len(text) > 17:
        raise NotCanonical(_NOT_INTEGER)
    return _within(int(text))


def _refuse_fraction(text: str) -> None:
    raise NotCanonical(_NOT_INTEGER)


def _within(number: int) -> int:
    if abs(number) > LARGEST:
        raise NotCanonical(_NOT_INTEGER)
    return number


_decode = json.JSONDecoder(
    parse_int=_read_integer,
    parse_float=_refuse_fraction,
    parse_constant=_refuse_fraction,
).decode


def _refuse(value: object) -> None:
    if isinstance(value, dict):
        for key, one in value.items():
            if not isinstance(key, str) or _BEYOND_ASCII.search(key):
                raise NotCanonical("A key is not ASCII text.")
            _refuse(one)
    elif isinstance(value, list | tuple):
        for one in value:
            _refuse(one)
    elif isinstance(value, str):
        _refuse_surrogates(value)
    else:
        _refuse_numbers(value)


def _refuse_numbers(value: object) -> None:
    if isinstance(value, int):
        _within(value)
    elif value is not None:
        raise NotCanonical(_NOT_INTEGER)


def _refuse_surrogates(text: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise NotCanonical("The text holds half a surrogate pair.") from error
