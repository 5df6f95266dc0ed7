"""Tampering by somebody with the owner's rights is seen, thanks to the witness.

A dozen operations; all of them, as a superuser: `python -m tests.faults.tampering`.
"""

import pytest

from requests_app.ledger import notes
from tests.faults import tampering

pytestmark = pytest.mark.slow

SHORT = [one for one in tampering.OPERATIONS if one.is_short]
REWRITES = [one for one in SHORT if one.is_rewrite]


def named(operations):
    return {"argvalues": operations, "ids": [one.name for one in operations]}


@pytest.mark.parametrize("operation", **named(SHORT))
def test_is_seen(place, operation):
    with tampering.tampered(place, operation) as name:
        seen = tampering.look(place, name).difference

    assert seen is not None
    assert seen.check in operation.checks


@pytest.mark.parametrize("operation", **named(REWRITES))
def test_would_not_be_seen_without_the_witness(place, operation):
    with tampering.tampered(place, operation) as name:
        seen = tampering.look(place, name, with_witness=False).difference

    assert seen is None


def test_is_not_seen_where_there_is_none(place):
    result = tampering.look(place, place.name)

    assert result.difference is None
    assert result.witnessed == result.leaves


def test_is_seen_when_the_witness_was_cut(place, tmp_path):
    cut = tmp_path / "cut.txt"
    with place.witness.open() as file:
        cut.write_text(next(notes.read_notes(file)))
    seen = tampering.look(place, place.name, witness=cut).difference

    assert seen.check == "witness"
    assert "is not in the witness file" in seen.words


def test_is_seen_when_the_witness_was_torn(place, tmp_path):
    torn = tmp_path / "torn.txt"
    torn.write_text(place.witness.read_text()[:-9])
    seen = tampering.look(place, place.name, witness=torn).difference

    assert seen.words == "the witness file is torn"


def test_is_seen_when_the_witness_is_gone(place, tmp_path):
    seen = tampering.look(place, place.name, witness=tmp_path / "none").difference

    assert seen.check == "witness"


def test_counts_forty_operations_and_more():
    assert len(tampering.OPERATIONS) >= 40
    assert len({one.name for one in tampering.OPERATIONS}) == len(tampering.OPERATIONS)
    assert len(SHORT) >= 10
