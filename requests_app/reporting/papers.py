"""A report as a PDF, tagged for screen readers, made of its frozen inputs alone. Pure.

The file keeps PDF/UA-1 and PDF/A-2a, or is not made; the same inputs give the same
bytes. The compiler sees this folder, the typefaces of the portal and no network.
"""

import json
from collections.abc import Mapping
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path

import typst

from requests_app.docket.moments import ZONE
from requests_app.notices import render
from requests_app.reporting import statement

ROOM = Path(__file__).parent


class NotRendered(RuntimeError):
    """The file could not be made."""


def pdf_of(frozen: Mapping, *, certified: Mapping) -> bytes:
    """The PDF of a report. `certified` says who, in which words, and when.

    Raises NotRendered.
    """
    paper = _composed(frozen, certified)
    compiler = typst.Compiler(
        input=ROOM / "report.typ",
        root=ROOM,
        font_paths=[render.ROOM / "fonts"],
        ignore_system_fonts=True,
        sys_inputs={"paper": json.dumps(paper)},
    )
    try:
        return compiler.compile(
            format="pdf",
            pdf_standards=render.STANDARDS,
            timestamp=int(datetime.fromisoformat(certified["at"]).timestamp()),
        )
    except typst.TypstError as error:
        raise NotRendered("The report could not be made into a PDF.") from error


def _composed(frozen: Mapping, certified: Mapping) -> dict:
    given = frozen["parameters"]
    last = statement.last_day(given["until"])
    period = f"{_day(date.fromisoformat(given['since']))} to {_day(last)}"
    version = f"version {given['version']}"
    return {
        "title": "Report of ICE access under C.G.S. 54-192h(e)(3)",
        "author": given["legislative_body"] or given["body"],
        "facts": [
            [
                "From",
                f"{given['legislative_body'] or 'The legislative body'}, "
                f"{given['body']}",
            ],
            ["To", "Office of Policy and Management, State of Connecticut"],
            ["Law enforcement agency", given["agency"]],
            ["Period", period],
            ["Version", _version(given)],
        ],
        "statement": _statement(frozen),
        "sections": _amendment(frozen) + _sections(frozen),
        "certificate": _certificate(certified),
        "sources": _sources(frozen),
        "footer": f"{given['agency']} · {period} · {version}",
    }


def _version(given: Mapping) -> str:
    if not given["supersedes"]:
        return str(given["version"])
    return f"{given['version']}, which takes the place of version {given['supersedes']}"


def _statement(frozen: Mapping) -> str:
    if not frozen["rows"]:
        return "No ICE access was given to any individual in this period."
    individuals, accesses = frozen["figures"]["all"]["all"]
    return (
        f"Individuals to whom ICE access was given: {individuals}. "
        f"Accesses: {accesses}."
    )


def _amendment(frozen: Mapping) -> list[dict]:
    """Why a version takes the place of another, and what differs.

    Drafts of before these were frozen are made again without them: the same bytes.
    """
    said = frozen.get("amendment")
    if not said:
        return []
    return [
        {
            "title": f"What differs from version {said['version']}",
            "text": said["because"]
            if said["differences"]
            else f"{said['because']} No number differs.",
            "head": ["Line", "Before: individuals, accesses", "Now"],
            "widths": [1, 0, 0],
            "aligns": ["start", "end", "end"],
            "rows": [
                [
                    f"{one['title']}: {one['label']}",
                    ", ".join(map(str, one["before"])),
                    ", ".join(map(str, one["after"])),
                ]
                for one in said["differences"]
            ],
        }
    ]


def _sections(frozen: Mapping) -> list[dict]:
    if not frozen["rows"]:
        return []
    if frozen["parameters"]["form"] == "records":
        return [_records(frozen)]
    return [
        {
            "title": one["title"],
            "text": one["definition"],
            "head": [one["title"], "Individuals", "Accesses"],
            "widths": [1, 0, 0],
            "aligns": ["start", "end", "end"],
            "rows": [
                [line["label"], str(line["individuals"]), str(line["accesses"])]
                for line in one["lines"]
            ],
        }
        for one in statement.shown(frozen)
    ]


def _records(frozen: Mapping) -> dict:
    return {
        "title": "Records, with identifiers removed",
        "text": statement.definition("all"),
        "head": [one.label for one in statement.RECORD_COLUMNS],
        "widths": [0, 0, 0, 2, 4, 0, 3, 0],
        "aligns": ["end", "end", *["start"] * 6],
        "rows": [
            [str(cell) for cell in row] for row in statement.records(frozen["rows"])
        ],
    }


def _certificate(certified: Mapping) -> dict:
    at = datetime.fromisoformat(certified["at"]).astimezone(ZONE)
    return {
        "title": "Certificate",
        "lines": [
            "I certify that this report states the ICE access on record at the agency "
            "for the period, that the open questions listed before it was certified "
            "were looked at, and that identifiers were removed.",
            f"{certified['name']}, records officer. {_day(at.date())}, {at:%H:%M %Z}.",
        ],
    }


def _sources(frozen: Mapping) -> list[list[str]]:
    head = frozen["head"]
    return [
        ["Versions of the law", ", ".join(frozen["law_versions"]) or "none applied"],
        ["History at that moment", f"{head['size']} entries, root {head['root']}"],
        ["SHA-256 of the CSV file", sha256(statement.csv_of(frozen)).hexdigest()],
        ["Drafted", frozen["drafted_at"]],
    ]


def _day(day: date) -> str:
    return f"{day:%B} {day.day}, {day.year}"
