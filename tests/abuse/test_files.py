"""Hostile files are refused for the right reason or made harmless; good ones pass.

Every file goes through the limited process. Some controls look away from one check, and
the files that this check refuses are then let through.
"""

import io
from collections import Counter

import pytest
from PIL import Image

from requests_app.documents import (
    checking,
    inspecting,
    limited,
    names,
    redrawing,
)
from requests_app.documents.checking import Refused
from tests.abuse import hostile_files
from tests.abuse.good_files import good
from tests.abuse.hostile_files import hostile
from tests.abuse.hostile_pdfs import EICAR

# As many of each kind as the walls ask for, at the least.
_ASKED = {
    "active": 12,
    "bomb": 8,
    "polyglot": 8,
    "malformed": 6,
    "image": 6,
    "name": 6,
    "type": 6,
    "locked": 2,
    "virus": 2,
    "cut": 4,
}
_SHORT = limited.Limits(cpu_seconds=3, wall_seconds=60)


@pytest.fixture(scope="module")
def outcomes():
    """Of each hostile file what came of it, by its name."""
    return hostile_files.outcomes(hostile(), limits=_SHORT)


def test_there_are_as_many_as_asked():
    counted = Counter(file.group for file in hostile())

    assert sum(counted.values()) >= 60
    assert not [group for group, most in _ASKED.items() if counted[group] < most]
    assert len(good()) >= 30


@pytest.mark.parametrize("file", hostile(), ids=lambda file: ascii(file.name)[:40])
def test_hostile_files_are_refused_for_the_right_reason_or_made_harmless(
    file, outcomes
):
    outcome = outcomes[file.name]

    if file.codes:
        assert outcome.code in file.codes
        assert checking.REFUSALS[outcome.code].status in (413, 415, 422)
    else:
        assert outcome.code == ""
        assert outcome.files
        for drawn in outcome.files.values():
            assert not [one for one in file.hidden if one in drawn]
            with Image.open(io.BytesIO(drawn)) as page:
                assert page.format == "JPEG"
                assert not set(page.info) - {
                    "jfif",
                    "jfif_version",
                    "jfif_unit",
                    "jfif_density",
                }


def test_no_name_is_a_path_or_hides_its_ending():
    shown = [names.shown(file.name) for file in hostile()]

    assert not [one for one in shown if set(one) & set("/\\\0\u202e<>\r\n")]
    assert max(len(one) for one in shown) <= names.MOST_CHARACTERS


def test_the_hidden_words_are_in_the_files_as_sent():
    telling = [file for file in hostile() if file.hidden]

    assert telling
    assert all(one in file.content for file in telling for one in file.hidden)


def test_good_files_pass_and_every_page_is_drawn():
    files = good()
    results = limited.run_each(
        inspecting.WORK,
        [file.content for file in files],
        options=[{"name": file.name} for file in files],
    )

    refused = {
        file.name: result.said.get("refused")
        for file, result in zip(files, results, strict=True)
        if "refused" in result.said
    }
    assert refused == {}
    for result in results:
        drawn = {redrawing.page_name(1), redrawing.thumbnail_name(1)}
        assert drawn <= set(result.files)
        assert len(result.files) == 2 * len(result.said["pages"])


# Which check, looked away from, lets which hostile files through.
_LOOKED_AWAY = {
    "requests_app.documents.sniffing.refuse_second_file": [
        "zip-behind.png",
        "html-inside.jpg",
        "html-inside.pdf",
    ],
    "requests_app.documents.pdf_walk._refuse_active": [
        "xfa.pdf",
        "page-opens.pdf",
        "screen.pdf",
    ],
    "requests_app.documents.pdf_walk._refuse_broken_tables": ["wrong-offsets.pdf"],
    "requests_app.documents.streams._refuse_nested": ["run-lengths.pdf"],
    "requests_app.documents.names.is_of_kind": ["paper.pdf.exe"],
}


@pytest.mark.parametrize(
    ("check", "name"),
    [(check, name) for check, found in _LOOKED_AWAY.items() for name in found],
)
def test_without_its_check_a_file_is_let_through(check, name, monkeypatch, tmp_path):
    file = next(one for one in hostile() if one.name == name)
    monkeypatch.setattr(check, lambda *given: True)

    drawn = inspecting._inspected(file.content, tmp_path, file.name)

    assert drawn["pages"]


def test_without_a_scanner_the_sample_is_let_through(tmp_path):
    file = next(one for one in hostile() if one.name == "eicar.pdf")

    assert EICAR in file.content
    assert inspecting._inspected(file.content, tmp_path, file.name)["pages"]


def test_a_file_is_refused_in_a_process_of_its_own():
    file = next(one for one in hostile() if one.name == "opens-script.pdf")

    result = limited.run(
        inspecting.WORK, content=file.content, options={"name": file.name}
    )

    assert result.said == {"refused": "script"}
    assert result.no_network


def test_every_refusal_says_what_to_do():
    for code in checking.REFUSALS:
        refused = Refused(code)
        assert refused.status in (413, 415, 422, 429, 503)
        assert refused.words.endswith(".")
