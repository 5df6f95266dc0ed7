"""The virus scanner is asked, and no answer is not a yes."""

import pytest

from requests_app.documents import clamav
from tests.abuse.hostile_pdfs import EICAR
from tests.documents import scanners


def test_a_clean_file_is_clean_and_the_sample_is_found():
    with scanners.speaking() as address:
        assert clamav.is_clean(b"synthetic" * 50_000, address)
        assert not clamav.is_clean(b"before" + EICAR + b"after", address)


@pytest.mark.parametrize(
    "answer",
    [b"INSTREAM size limit exceeded. ERROR", b"", b"stream: OK maybe", b"x" * 9000],
)
def test_any_other_answer_is_none(answer):
    with (
        scanners.speaking(lambda content: answer) as address,
        pytest.raises(clamav.NoAnswer),
    ):
        clamav.is_clean(b"synthetic", address)


@pytest.mark.parametrize("address", ["127.0.0.1:1", "/nowhere/clamd.sock", "nonsense"])
def test_a_scanner_that_is_not_there_is_no_answer(address):
    with pytest.raises(clamav.NoAnswer):
        clamav.is_clean(b"synthetic", address)


@pytest.mark.skipif(not scanners.is_installed(), reason="clamd is not installed")
def test_the_real_scanner_speaks_the_same_language():
    with scanners.clamd() as address:
        assert clamav.is_clean(b"synthetic" * 50_000, address)
        assert not clamav.is_clean(b"before" + EICAR + b"after", address)
