"""Names made comparable, and the traces by which a misspelt one is found. Pure."""

import pytest

from requests_app.docket.names import comparable, found_by, likeness, traces, words_of

ONE_SLIP = """
    Quispe Quispo · Quispe Qispe · Quispe Quisppe · Quispe Qiuspe · Mamani Mamami
    Zambrano Sambrano · Hernández Hernandes · Oyelowo Oyelow
"""
BY_EAR = """
    Hernández Ernandes · Jiménez Ximenes · Rodríguez Rodriges · Quispe Kispe
    Castillo Castiyo · Reyes Relles · Yáñez Llanez · Vásquez Basques · Huamán Waman
    Peña Penha · Geovanny Jovani · Celestin Selesten · Thibeaux Tibo · Joseph Josef
    Philippe Filip · Guillermo Guiyermo · Duvalier Dubalyer · Ayala Allala
"""
STRANGERS = """
    Quispe Condori · Mamani Zambrano · Rojas Vargas · Ana Eva · Luz Paz · Li Lu
    Jean Baptiste · Pereira Ferreira · Smith Jones · Silva Salas
"""


def pairs(text):
    lines = (one.strip() for one in text.replace("\n", "·").split("·"))
    return [tuple(one.split()) for one in lines if one]


def shares(one, other):
    (first,), (second,) = words_of(one), words_of(other)
    return not set(traces(first)).isdisjoint(traces(second))


@pytest.mark.parametrize(("borne", "typed"), pairs(ONE_SLIP))
def test_finds_a_name_with_one_slip(borne, typed):
    assert shares(borne, typed)


@pytest.mark.parametrize(("borne", "typed"), pairs(BY_EAR))
def test_finds_a_name_spelled_by_ear(borne, typed):
    assert shares(borne, typed)


@pytest.mark.parametrize(("borne", "typed"), pairs(STRANGERS))
def test_does_not_take_one_name_for_another(borne, typed):
    assert not shares(borne, typed)


def test_ranks_what_was_typed_before_a_slip_and_a_slip_before_a_sound():
    borne = words_of("Quispe Mamani")

    distances = [
        likeness(words_of(typed), borne)
        for typed in ("mamani", "mamami", "kispe", "condori")
    ]

    assert distances == [0, 2, 3, None]


def test_adds_up_over_the_words():
    borne = words_of("Quispe Mamani")

    assert likeness(words_of("quispo mamami"), borne) == 4
    assert likeness(words_of("quispe condori"), borne) is None


def test_leaves_no_neighbours_of_a_short_word():
    assert traces("luz") == [("name", "luz"), ("sound", "ls")]
    assert ("name", "anaa"[:3]) in traces("anaa")


@pytest.mark.parametrize("typed", ["a-087 654 321", "A087654321", " a 087654321 "])
def test_reads_a_number_however_it_is_written(typed):
    assert comparable(typed) == "a087654321"


def test_is_found_by_nothing_that_was_not_entered():
    nothing = {"alien_number": "", "event_number": " - "}

    assert (
        found_by(
            family_names="",
            given_names="",
            aliases=[],
            date_of_birth=None,
            numbers=nothing,
        )
        == []
    )
