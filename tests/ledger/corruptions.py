"""The corruptions of a proof that the public Merkle vectors are made of.

Pure. A case is a name, the arguments of `tree.is_included` or `tree.is_consistent`,
and whether they must be accepted. Numbers are unsigned and of 64 bits, as in those
vectors: one below zero is 2**64 - 1.
"""

import json
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

from requests_app.ledger import tree

VECTORS = json.loads((Path(__file__).parent / "vectors" / "merkle.json").read_text())
LEAVES = [tree.leaf_hash(bytes.fromhex(leaf)) for leaf in VECTORS["leaves"]]
ROOTS = [bytes.fromhex(root) for root in VECTORS["roots"]]
RANDOM = bytes.fromhex(VECTORS["random"])
EMPTY = sha256(b"").digest()

Case = tuple[str, tuple, bool]


def proof_of(vector: dict) -> list[bytes]:
    return [bytes.fromhex(step) for step in vector["proof"]]


def inclusion_cases() -> Iterator[Case]:
    for vector in VECTORS["inclusion"]:
        index, size, proof = vector["index"], vector["size"], proof_of(vector)
        leaf, root = LEAVES[index], ROOTS[size - 1]
        name = f"leaf {index} of {size}"
        yield f"{name}, as it is", (leaf, index, size, proof, root), True
        for what, arguments in _false_inclusion(leaf, index, size, proof, root):
            yield f"{name}, {what}", arguments, False
    yield from _inclusion_without_a_tree()


def consistency_cases() -> Iterator[Case]:
    for vector in VECTORS["consistency"]:
        first, second, proof = vector["first"], vector["second"], proof_of(vector)
        before, after = ROOTS[first - 1], ROOTS[second - 1]
        name = f"{first} to {second}"
        yield f"{name}, as it is", (first, second, before, after, proof), True
        # Trees of one size have an empty proof, which there is no way to corrupt.
        if proof:
            for what, arguments in _false_consistency(
                first, second, before, after, proof
            ):
                yield f"{name}, {what}", arguments, False
    yield from _consistency_without_a_tree()


def _false_inclusion(leaf, index, size, proof, root):
    yield "index one less", (leaf, (index - 1) % 2**64, size, proof, root)
    yield "index one more", (leaf, index + 1, size, proof, root)
    yield "index in another pair", (leaf, index ^ 2, size, proof, root)
    yield "tree twice as large", (leaf, index, size * 2, proof, root)
    yield "tree half as large", (leaf, index, size // 2, proof, root)
    yield "another leaf", (b"WrongLeaf", index, size, proof, root)
    yield "root of nothing", (leaf, index, size, proof, EMPTY)
    yield "root at random", (leaf, index, size, proof, RANDOM)
    for what, longer in _lengthened(proof, root):
        yield what, (leaf, index, size, longer, root)
    for what, changed in _flipped(proof, 8):
        yield what, (leaf, index, size, changed, root)
    if proof:
        yield "last step left out", (leaf, index, size, proof[:-1], root)
    if len(proof) > 1:
        inserted = [proof[0], RANDOM, *proof[1:]]
        yield "a step put in", (leaf, index, size, inserted, root)


def _false_consistency(first, second, before, after, proof):
    yield "first one less", ((first - 1) % 2**64, second, before, after, proof)
    yield "first one more", (first + 1, second, before, after, proof)
    yield "first in another pair", (first ^ 2, second, before, after, proof)
    yield "second twice as large", (first, second * 2, before, after, proof)
    yield "second half as large", (first, second // 2, before, after, proof)
    yield "another first root", (first, second, b"WrongRoot", after, proof)
    yield "another second root", (first, second, before, b"WrongRoot", proof)
    yield "roots exchanged", (first, second, after, before, proof)
    yield "no proof", (first, second, before, after, [])
    yield "last step left out", (first, second, before, after, proof[:-1])
    yield "first step twice", (first, second, before, after, [proof[0], *proof])
    for root in (before, after):
        for what, longer in _lengthened(proof, root):
            yield what, (first, second, before, after, longer)
    for what, changed in _flipped(proof, 16):
        yield what, (first, second, before, after, changed)


def _lengthened(proof, root):
    yield "nothing behind it", [*proof, b""]
    yield "root behind it", [*proof, root]
    yield "nothing before it", [b"", *proof]
    yield "root before it", [root, *proof]


def _flipped(proof, bit):
    for position, step in enumerate(proof):
        changed = bytes([step[0] ^ bit]) + step[1:]
        yield (
            f"a bit of step {position}",
            [*proof[:position], changed, *proof[position + 1 :]],
        )


def _inclusion_without_a_tree() -> Iterator[Case]:
    for index, size in ((0, 0), (0, 1), (1, 0), (2, 1)):
        name = f"leaf {index} of {size}"
        yield f"{name}, no root", (RANDOM, index, size, [], b""), False
        yield f"{name}, no leaf", (b"", index, size, [], EMPTY), False
        yield f"{name}, neither", (RANDOM, index, size, [], EMPTY), False
    only = tree.leaf_hash(bytes.fromhex(VECTORS["single"]["data"]))
    yield "the only leaf", (only, 0, 1, [], only), True
    yield "the only leaf, left out", (b"", 0, 1, [], only), False
    yield "the only leaf, no root", (only, 0, 1, [], b""), False
    yield "no leaf and no root", (b"", 0, 1, [], b""), False


def _consistency_without_a_tree() -> Iterator[Case]:
    one, other = b"don't care 1", b"don't care 2"
    yield "no leaves, roots differ", (0, 0, one, other, []), False
    yield "one leaf, roots differ", (1, 1, one, other, []), False
    yield "no leaves, roots equal", (0, 0, one, one, []), False
    yield "from no leaves", (0, 1, one, other, []), False
    yield "one leaf, roots equal", (1, 1, other, other, []), True
    yield "to the past", (1, 0, one, other, []), False
    yield "further to the past", (2, 1, one, other, []), False
    yield "sizes differ, no proof", (1, 2, one, other, []), False
    yield "no leaves, one root of nothing", (0, 0, EMPTY, other, []), False
    yield "one leaf, one root of nothing", (1, 1, EMPTY, other, []), False
    yield "no leaves with a proof", (0, 0, EMPTY, EMPTY, [EMPTY]), False
    yield "one leaf with a proof", (1, 1, EMPTY, EMPTY, [EMPTY]), False
    yield "from the root of nothing", (0, 1, EMPTY, other, []), False
    yield "from nothing with a proof", (0, 1, EMPTY, EMPTY, [EMPTY]), False
