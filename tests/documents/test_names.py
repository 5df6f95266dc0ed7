"""What a file is called on the screen."""

import pytest

from requests_app.documents import names


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("I-247A signed.pdf", "I-247A signed.pdf"),
        ("scan 11.22.2026.pdf", "scan 11.22.2026.pdf"),
        ("Detención Peña.pdf", "Detención Peña.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Windows\\paper.pdf", "paper.pdf"),
        ("a\0b\x07.pdf", "ab.pdf"),
        ("paper\u202egpj.pdf", "papergpj.pdf"),
        ("paper.exe.pdf", "paper_exe.pdf"),
        ("<script>.pdf", "_script_.pdf"),
        ("a\r\nSet-Cookie: b.pdf", "a Set-Cookie_ b.pdf"),
        ("...", "file"),
        ("", "file"),
        (".pdf", "file.pdf"),
        ("n" * 300 + ".pdf", "n" * 116 + ".pdf"),
    ],
)
def test_a_name_is_shown_without_tricks(sent, shown):
    assert names.shown(sent) == shown


def test_the_ending_that_counts_is_the_last():
    assert names.ending("paper.pdf.exe") == "exe"
    assert names.is_of_kind("SHOUTED.PDF", "pdf")
    assert names.is_of_kind("no ending", "tiff")
    assert not names.is_of_kind("paper\u202efdp.exe", "pdf")
