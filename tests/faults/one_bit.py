"""Corrupt every bit of a thousand proofs, one at a time; none may be accepted.

Run with `python -m tests.faults.one_bit` (I4 of docs/assurance.md). It also holds the
tree against its second implementation for every leaf and first size up to 300.

Corrupted are the hashes of the proof, the leaf, its index and the roots. The sizes are
not: trees of 3102 and 3103 leaves give most leaves proofs of one shape, so a proof does
not say the size. The signature does, over size and root together.
"""

import random
import sys
import time
from collections.abc import Callable, Iterator, Sequence

from requests_app.ledger import tree
from tests.ledger import slow_tree

SEED = 54192
LARGEST = 5000
PROOFS = 500
ALL_SIZES = 300

Judge = Callable[..., bool]
# A judge, which of its arguments are sizes, and its arguments.
Proof = tuple[Judge, tuple[int, ...], tuple]


def proofs(what: str, count: int) -> Iterator[Proof]:
    """`count` true proofs of trees up to LARGEST, the same ones in every run."""
    chance = random.Random(f"{SEED} {what}")
    leaves = [tree.leaf_hash(chance.randbytes(8)) for _ in range(LARGEST)]
    for _ in range(count):
        size = chance.randrange(2, LARGEST + 1)
        root = tree.root_of(leaves[:size])
        if what == "inclusion":
            index = chance.randrange(size)
            proof = tree.inclusion_proof(leaves, index, size)
            yield tree.is_included, (2,), (leaves[index], index, size, proof, root)
        else:
            first = chance.randrange(1, size)
            proof = tree.consistency_proof(leaves, first, size)
            before = tree.root_of(leaves[:first])
            yield tree.is_consistent, (0, 1), (first, size, before, root, proof)


def corruptions(sizes: tuple[int, ...], arguments: tuple) -> Iterator[tuple]:
    """Each with one bit of one hash or of the index changed."""
    for position, value in enumerate(arguments):
        if position not in sizes:
            for changed in _one_bit_off(value):
                yield (*arguments[:position], changed, *arguments[position + 1 :])


def accepted(some: Iterator[Proof], judge: Judge | None = None) -> list[tuple]:
    """The corruptions that were accepted, and the true proofs that were refused."""
    wrong = []
    for rightly, sizes, arguments in some:
        asked = judge or rightly
        if not asked(*arguments):
            wrong.append(arguments)
        wrong += [one for one in corruptions(sizes, arguments) if asked(*one)]
    return wrong


def disagreements(leaves: Sequence[bytes], size: int, step: int = 1) -> list[str]:
    """Where the two implementations, or a proof and its verifier, differ at a size."""
    some, wrong = list(leaves[:size]), []
    root = slow_tree.root(some)
    for index in range(0, size, step):
        proof = tree.inclusion_proof(some, index, size)
        if proof != slow_tree.path(index, some) or not tree.is_included(
            some[index], index, size, proof, root
        ):
            wrong.append(f"leaf {index} of {size}")
    for first in range(1, size + 1, step):
        proof = tree.consistency_proof(some, first, size)
        before = slow_tree.root(some[:first])
        if proof != slow_tree.proof(first, some) or not tree.is_consistent(
            first, size, before, root, proof
        ):
            wrong.append(f"{first} to {size}")
    return wrong


def _one_bit_off(value: object) -> Iterator[object]:
    if isinstance(value, int):
        yield from (value ^ (1 << bit) for bit in range(64))
    elif isinstance(value, bytes):
        whole = int.from_bytes(value, "big")
        for bit in range(len(value) * 8):
            yield (whole ^ (1 << bit)).to_bytes(len(value), "big")
    else:
        for position, step in enumerate(value):
            for changed in _one_bit_off(step):
                yield [*value[:position], changed, *value[position + 1 :]]


def main() -> int:
    began, wrong = time.monotonic(), []
    for what in ("inclusion", "consistency"):
        found = accepted(proofs(what, PROOFS))
        print(f"{what}: {PROOFS} proofs, {len(found)} corruptions accepted")
        wrong += found
    leaves = [tree.leaf_hash(str(number).encode()) for number in range(ALL_SIZES)]
    for size in range(1, ALL_SIZES + 1):
        wrong += disagreements(leaves, size)
    print(f"all sizes to {ALL_SIZES}: {len(wrong)} differences in all")
    print(f"{time.monotonic() - began:.0f} s")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
