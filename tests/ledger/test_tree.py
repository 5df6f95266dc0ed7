"""The tree: public vectors, a second implementation, and corrupted proofs."""

from hashlib import sha256

import pytest

from requests_app.ledger import tree
from tests.faults import one_bit
from tests.ledger import slow_tree
from tests.ledger.corruptions import (
    LEAVES,
    ROOTS,
    VECTORS,
    consistency_cases,
    inclusion_cases,
    proof_of,
)

LARGEST = 300
MANY = [tree.leaf_hash(str(number).encode()) for number in range(LARGEST)]

inclusion = list(inclusion_cases())
consistency = list(consistency_cases())
named = {"ids": lambda value: value if isinstance(value, str) else ""}


@pytest.mark.parametrize("size", range(1, 9))
def test_has_the_published_root(size):
    assert tree.root_of(LEAVES[:size]) == ROOTS[size - 1]


def test_has_the_root_of_nothing():
    assert tree.root_of([]) == sha256(b"").digest()


@pytest.mark.parametrize("vector", VECTORS["inclusion"])
def test_makes_the_published_inclusion_proof(vector):
    made = tree.inclusion_proof(LEAVES, vector["index"], vector["size"])

    assert made == proof_of(vector)


@pytest.mark.parametrize("vector", VECTORS["consistency"])
def test_makes_the_published_consistency_proof(vector):
    made = tree.consistency_proof(LEAVES, vector["first"], vector["second"])

    assert made == proof_of(vector)


@pytest.mark.parametrize(("name", "arguments", "is_true"), inclusion, **named)
def test_judges_the_published_inclusion_case(name, arguments, is_true):
    assert tree.is_included(*arguments) is is_true


@pytest.mark.parametrize(("name", "arguments", "is_true"), consistency, **named)
def test_judges_the_published_consistency_case(name, arguments, is_true):
    assert tree.is_consistent(*arguments) is is_true


def test_would_not_pass_by_accepting_all():
    wrongly = [name for name, _, is_true in inclusion + consistency if not is_true]

    assert len(wrongly) == 192


def test_agrees_with_the_definitions_on_every_root():
    sizes = range(LARGEST + 1)

    assert [tree.root_of(MANY[:size]) for size in sizes] == [
        slow_tree.root(MANY[:size]) for size in sizes
    ]


def test_agrees_with_the_definitions_on_every_size():
    """Every tenth leaf and first size here; all of them in `tests.faults.one_bit`."""
    sizes = range(1, LARGEST + 1)

    assert [one_bit.disagreements(MANY, size, step=10) for size in sizes] == [[]] * 300


@pytest.mark.parametrize("what", ["inclusion", "consistency"])
def test_refuses_every_corruption_of_one_bit(what):
    proofs = one_bit.proofs(what, 6)

    assert one_bit.accepted(proofs) == []


@pytest.mark.parametrize("what", ["inclusion", "consistency"])
def test_would_see_a_corruption_accepted(what):
    proofs = one_bit.proofs(what, 1)

    assert one_bit.accepted(proofs, judge=lambda *_: True) != []


def test_grows_its_stack_as_its_root():
    stack = []
    for size, leaf in enumerate(MANY):
        tree.push(stack, size, leaf)

    assert tree.fold(stack) == tree.root_of(MANY)
    assert len(stack) == LARGEST.bit_count()


@pytest.mark.parametrize(("index", "size"), [(0, 0), (5, 5), (-1, 5)])
def test_has_no_inclusion_proof_outside_the_tree(index, size):
    with pytest.raises(tree.NoSuchProof, match="has no leaf"):
        tree.inclusion_proof(MANY, index, size)


@pytest.mark.parametrize(("first", "second"), [(0, 4), (5, 4)])
def test_has_no_consistency_proof_from_nothing_or_to_the_past(first, second):
    with pytest.raises(tree.NoSuchProof, match="does not grow from"):
        tree.consistency_proof(MANY, first, second)


def test_has_no_proof_beyond_the_leaves_it_is_given():
    with pytest.raises(tree.NoSuchProof, match="There are 3 leaves"):
        tree.inclusion_proof(MANY[:3], 1, 4)
