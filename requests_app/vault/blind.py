"""The blind index: keyed tokens by which a row is found without its words.

A token is the first 64 bits of HMAC-SHA-256 over a comparable value, under a key of its
own for each agency and purpose: the same name has other tokens at another agency, and a
name that is also a number has nothing in common with the number.
"""

import hmac
from collections.abc import Collection, Iterable

from requests_app.vault import keys

NAME, SOUND = "name", "sound"
ALIEN_NUMBER, EVENT_NUMBER = "alien_number", "event_number"
SUBJECT_ID, BOOKING_NUMBER = "subject_id", "booking_number"
BIRTH = "family_name_and_birth"
NUMBERS = (ALIEN_NUMBER, BOOKING_NUMBER, EVENT_NUMBER, SUBJECT_ID)


def index_key() -> str:
    """The name of the key that rows are indexed under today."""
    return keys.service().index_primary()


def tokens_to_keep(
    values: Iterable[tuple[str, str]], *, agency: int
) -> tuple[str, list[int]]:
    """The key's name, and the tokens of (purpose, value) pairs for one row, sorted.

    Sorted, so that their order tells nothing of which belongs to which.
    """
    service = keys.service()
    name = service.index_primary()
    pairs = list(values)
    by_purpose = {
        purpose: service.index_keys(_purpose(agency, purpose))[name]
        for purpose in {purpose for purpose, _ in pairs}
    }
    found = {_token(by_purpose[purpose], value) for purpose, value in pairs}
    return name, sorted(found)


def tokens_to_seek(
    values: Iterable[tuple[str, str]], *, agencies: Collection[int]
) -> list[int]:
    """The tokens of (purpose, value) pairs at each agency, under every index key."""
    service = keys.service()
    pairs = list(values)
    found = set()
    for agency in agencies:
        by_purpose = {
            purpose: service.index_keys(_purpose(agency, purpose)).values()
            for purpose in {purpose for purpose, _ in pairs}
        }
        found.update(
            _token(key, value)
            for purpose, value in pairs
            for key in by_purpose[purpose]
        )
    return sorted(found)


def _purpose(agency: int, purpose: str) -> str:
    return f"blind index|{agency}|{purpose}"


def _token(key: bytes, value: str) -> int:
    said = value.encode("utf-8", "surrogatepass")
    digest = hmac.digest(key, said, "sha256")
    return int.from_bytes(digest[:8], "big", signed=True)
