"""The tree a second time, as the definitions of RFC 6962 (2.1) are written.

Pure and slow: it shares no line with `requests_app.ledger.tree`, so that each may be
held against the other.
"""

from hashlib import sha256


def root(leaves: list[bytes]) -> bytes:
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    half = largest_power_below(len(leaves))
    return pair(root(leaves[:half]), root(leaves[half:]))


def path(index: int, leaves: list[bytes]) -> list[bytes]:
    if len(leaves) == 1:
        return []
    half = largest_power_below(len(leaves))
    if index < half:
        return [*path(index, leaves[:half]), root(leaves[half:])]
    return [*path(index - half, leaves[half:]), root(leaves[:half])]


def proof(first: int, leaves: list[bytes], is_whole: bool = True) -> list[bytes]:
    if first == len(leaves):
        return [] if is_whole else [root(leaves)]
    half = largest_power_below(len(leaves))
    if first <= half:
        return [*proof(first, leaves[:half], is_whole), root(leaves[half:])]
    return [*proof(first - half, leaves[half:], False), root(leaves[:half])]


def pair(left: bytes, right: bytes) -> bytes:
    return sha256(b"".join((b"\x01", left, right))).digest()


def largest_power_below(count: int) -> int:
    power = 1
    while power * 2 < count:
        power *= 2
    return power
