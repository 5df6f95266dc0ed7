"""A data key seals for one place, and opens nothing else. Pure."""

import uuid
from itertools import pairwise

import pytest

from requests_app.vault.sealing import (
    LEAST_BYTES,
    CannotBeOpened,
    Key,
    key_of,
    new_secret,
)

PLACE = {"table": "requests_app_person", "column": "family_names"}
ROW, OTHER_ROW = uuid.uuid4(), uuid.uuid4()


@pytest.fixture
def key():
    return Key(uuid.uuid4(), new_secret())


@pytest.mark.parametrize(
    "text", ["x", "Quispe Mamani", "ñ" * 500, "ends in \0\0", "\ud800", "\x01"]
)
def test_opens_what_it_sealed(key, text):
    raw = text.encode("utf-8", "surrogatepass")

    sealed = key.seal(raw, **PLACE, seal_id=ROW)

    assert key.open(sealed, **PLACE, seal_id=ROW) == raw


def test_names_its_key_and_never_seals_the_same_twice(key):
    first = key.seal(b"Quispe", **PLACE, seal_id=ROW)
    second = key.seal(b"Quispe", **PLACE, seal_id=ROW)

    assert key_of(first) == key.id
    assert first != second
    assert b"Quispe" not in first


@pytest.mark.parametrize(
    "moved",
    [
        {"table": "requests_app_act", "column": "family_names", "seal_id": ROW},
        {"table": "requests_app_person", "column": "given_names", "seal_id": ROW},
        {"table": "requests_app_person", "column": "family_names"}
        | {"seal_id": OTHER_ROW},
    ],
    ids=["table", "column", "row"],
)
def test_refuses_what_was_sealed_for_another(key, moved):
    sealed = key.seal(b"Quispe", **PLACE, seal_id=ROW)

    with pytest.raises(CannotBeOpened):
        key.open(sealed, **moved)


def opens(key, blob):
    try:
        key.open(blob, **PLACE, seal_id=ROW)
    except CannotBeOpened:
        return False
    return True


def test_refuses_every_changed_bit(key):
    sealed = key.seal(b"Quispe", **PLACE, seal_id=ROW)
    changed = [
        bytes([*sealed[:place], sealed[place] ^ 1 << bit, *sealed[place + 1 :]])
        for place in range(len(sealed))
        for bit in range(8)
    ]

    assert [one for one in changed if opens(key, one)] == []
    assert opens(key, sealed)


@pytest.mark.parametrize("junk", [b"", b"\x01", b"x" * 200, b"\x01" + b"0" * 100])
def test_refuses_junk(key, junk):
    assert not opens(key, junk)


def test_hides_how_long_a_name_is(key):
    lengths = {
        len(key.seal(b"x" * size, **PLACE, seal_id=ROW)) for size in range(1, 32)
    }

    assert lengths == {LEAST_BYTES}


def test_commits_to_the_same_text_in_either_form_of_its_accents(key):
    place = {**PLACE, "seal_id": ROW}

    assert key.commitment("Núñez", **place) == key.commitment(
        "Nu\N{COMBINING ACUTE ACCENT}n\N{COMBINING TILDE}ez", **place
    )


def test_commits_to_nothing_that_is_the_same_elsewhere(key):
    others = [
        key.commitment("Núñez", table=table, column=column, seal_id=row)
        for table in ("person", "act")
        for column in ("family_names", "given_names")
        for row in (ROW, OTHER_ROW)
    ]
    others.append(Key(key.id, new_secret()).commitment("Núñez", **PLACE, seal_id=ROW))

    assert len(set(others)) == len(others)


def test_would_find_two_that_are_the_same(key):
    place = {**PLACE, "seal_id": ROW}
    made = [key.commitment("Núñez", **place) for _ in range(2)]

    assert [one == other for one, other in pairwise(made)] == [True]


def test_prints_no_key(key):
    assert key._secret.hex() not in f"{key} {key!r}"
    assert str(key._secret) not in repr(key)
