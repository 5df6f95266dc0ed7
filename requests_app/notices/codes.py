"""The code by which anybody may ask whether a notice is genuine. Pure.

A code is 128 random bits in 26 letters and digits without I, L, O and U. It is printed
on the paper only; what can be asked is the first 160 bits of its SHA-256, since the
history names a row by forty signs at most.
"""

import hashlib
import secrets

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
BITS, LENGTH = 128, 26
# What a reader may take for another sign.
MISTAKEN = str.maketrans({"I": "1", "L": "1", "O": "0"})


def new_code() -> str:
    number = secrets.randbits(BITS)
    return "".join(ALPHABET[(number >> 5 * place) & 31] for place in range(LENGTH))


def as_typed(text: str) -> str:
    """A code as it was typed or scanned, in the form that was printed, or nothing."""
    kept = "".join(sign for sign in text.upper() if sign not in " -\t\r\n")
    kept = kept.translate(MISTAKEN)
    is_code = len(kept) == LENGTH and set(kept) <= set(ALPHABET)
    return kept if is_code else ""


def digest(code: str) -> str:
    return hashlib.sha256(code.encode()).hexdigest()[:40]
