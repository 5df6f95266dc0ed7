"""The whole check of one file, as it is done in the limited process."""

from pathlib import Path

from requests_app.documents import pdf_walk, redrawing, sniffing
from requests_app.documents.checking import PDF, Refused

WORK = "requests_app.documents.inspecting:inspect"


def inspect(source: Path, folder: Path, options: dict) -> dict:
    """What a file is, its pages drawn anew in the folder; or why it is refused."""
    try:
        return _inspected(source.read_bytes(), folder, options["name"])
    except Refused as refused:
        return {"refused": refused.code}


def _inspected(content: bytes, folder: Path, name: str) -> dict:
    kind = sniffing.kind_of(content, name)
    sniffing.refuse_second_file(content, kind)
    if kind == PDF and pdf_walk.pages_of(content) != redrawing.count_pdf(content):
        # Two readers see two papers: nobody could say which of them was received.
        raise Refused("broken")
    return {"kind": kind, "pages": redrawing.draw(kind, content, folder)}
