"""The Merkle tree of RFC 6962 and RFC 9162 over SHA-256, as functions of bytes.

Pure: no clock, no database, no Django. Leaves are numbered from 0; a range
`(start, end)` excludes its end. A *node* is `(level, index)`: the root of the perfect
subtree over the leaves `index * 2**level` up to `(index + 1) * 2**level`.

A *stack* is the compact form of a tree: the roots of its perfect subtrees, the largest
first, one for each bit that is set in the size. It is all that is needed to append, and
its fold is the root. The database keeps the same stack in `head`.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from hashlib import sha256

HASH_BYTES = 32
EMPTY_ROOT = sha256(b"").digest()

Node = tuple[int, int]
Range = tuple[int, int]


class NoSuchProof(ValueError):
    """The tree is too small for the proof that was asked for."""


def leaf_hash(content: bytes) -> bytes:
    return sha256(b"\x00" + content).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right).digest()


def push(stack: list[bytes], size: int, leaf: bytes) -> None:
    """Append one leaf hash to the stack of a tree that held `size` leaves."""
    while size & 1:
        leaf = node_hash(stack.pop(), leaf)
        size >>= 1
    stack.append(leaf)


def fold(stack: Sequence[bytes]) -> bytes:
    """The root of the tree whose compact form is `stack`."""
    if not stack:
        return EMPTY_ROOT
    root = stack[-1]
    for left in reversed(stack[:-1]):
        root = node_hash(left, root)
    return root


def root_of(leaves: Iterable[bytes]) -> bytes:
    stack: list[bytes] = []
    for size, leaf in enumerate(leaves):
        push(stack, size, leaf)
    return fold(stack)


def inclusion_ranges(index: int, size: int) -> list[Range]:
    """The subtrees whose roots prove leaf `index` in a tree of `size`, leaf to root.

    Raises NoSuchProof.
    """
    if not 0 <= index < size:
        raise NoSuchProof(f"A tree of {size} leaves has no leaf {index}.")
    ranges: list[Range] = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            ranges.append((middle, end))
            end = middle
        else:
            ranges.append((start, middle))
            start = middle
    return ranges[::-1]


def consistency_ranges(first: int, second: int) -> list[Range]:
    """The subtrees whose roots prove that the tree of `first` leaves begins `second`.

    Raises NoSuchProof.
    """
    if not 0 < first <= second:
        raise NoSuchProof(f"A tree of {second} leaves does not grow from {first}.")
    ranges: list[Range] = []
    start, end = 0, second
    while end != first:
        middle = start + _split(end - start)
        if first <= middle:
            ranges.append((middle, end))
            end = middle
        else:
            ranges.append((start, middle))
            start = middle
    # A first tree that is one perfect subtree is known to the verifier already.
    if start:
        ranges.append((start, end))
    return ranges[::-1]


def nodes_within(start: int, end: int) -> Iterator[Node]:
    """The perfect subtrees of a range that a proof names, the largest first."""
    while start < end:
        level = (end - start).bit_length() - 1
        yield level, start >> level
        start += 1 << level


def gather(leaves: Iterable[bytes], wanted: Collection[Node]) -> dict[Node, bytes]:
    """The hashes of the wanted nodes, from one pass over the leaf hashes in order.

    Holds the stack and the wanted nodes only. A node past the last leaf is left out.
    """
    found: dict[Node, bytes] = {}
    stack: list[bytes] = []
    for size, leaf in enumerate(leaves):
        level, index, node = 0, size, leaf
        if (0, size) in wanted:
            found[0, size] = leaf
        while index & 1:
            node = node_hash(stack.pop(), node)
            level, index = level + 1, index >> 1
            if (level, index) in wanted:
                found[level, index] = node
        stack.append(node)
    return found


def prove(ranges: Iterable[Range], nodes: Mapping[Node, bytes]) -> list[bytes]:
    """The proof that `ranges` describe, from nodes that `gather` found."""
    return [fold([nodes[node] for node in nodes_within(*one)]) for one in ranges]


def inclusion_proof(leaves: Sequence[bytes], index: int, size: int) -> list[bytes]:
    """Raises NoSuchProof."""
    return _proof(leaves, inclusion_ranges(index, size), size)


def consistency_proof(leaves: Sequence[bytes], first: int, second: int) -> list[bytes]:
    """Raises NoSuchProof."""
    return _proof(leaves, consistency_ranges(first, second), second)


def is_included(
    leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes
) -> bool:
    """Whether the proof leads from the leaf hash to the root (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size or not _are_hashes([leaf, *proof]):
        return False
    position, last, node = index, size - 1, leaf
    for step in proof:
        if not last:
            return False
        if position & 1 or position == last:
            node = node_hash(step, node)
            while not position & 1 and position:
                position, last = position >> 1, last >> 1
        else:
            node = node_hash(node, step)
        position, last = position >> 1, last >> 1
    return last == 0 and node == root


def is_consistent(
    first: int,
    second: int,
    first_root: bytes,
    second_root: bytes,
    proof: Sequence[bytes],
) -> bool:
    """Whether the proof shows the first tree to begin the second (RFC 9162, 2.1.4.2).

    A first tree of no leaves begins every tree and proves nothing: refused.
    """
    if not 0 < first <= second or not _are_hashes(proof):
        return False
    if first == second:
        return not proof and first_root == second_root
    path = list(proof)
    if first & (first - 1) == 0:
        path.insert(0, first_root)
    if not path:
        return False
    position, last = first - 1, second - 1
    while position & 1:
        position, last = position >> 1, last >> 1
    return (first_root, second_root) == _climb(path, position, last)


def _climb(
    path: Sequence[bytes], position: int, last: int
) -> tuple[bytes, bytes] | None:
    """Both roots that a consistency proof leads to; nothing if its length is wrong."""
    before = after = path[0]
    for step in path[1:]:
        if not last:
            return None
        if position & 1 or position == last:
            before, after = node_hash(step, before), node_hash(step, after)
            while not position & 1 and position:
                position, last = position >> 1, last >> 1
        else:
            after = node_hash(after, step)
        position, last = position >> 1, last >> 1
    return None if last else (before, after)


def _proof(leaves: Sequence[bytes], ranges: list[Range], size: int) -> list[bytes]:
    if len(leaves) < size:
        raise NoSuchProof(f"There are {len(leaves)} leaves, and {size} were asked for.")
    wanted = {node for one in ranges for node in nodes_within(*one)}
    return prove(ranges, gather(leaves[:size], wanted))


def _split(count: int) -> int:
    """The largest power of two below `count`."""
    return 1 << ((count - 1).bit_length() - 1)


def _are_hashes(values: Iterable[bytes]) -> bool:
    return all(len(value) == HASH_BYTES for value in values)
