"""What stands on a notice: the words of a language with the values of one request.

Pure. `compose` gives all that the file is made from, as plain JSON; it is frozen with
the notice, and the same composition gives the same bytes. What was decided comes in as
codes, and each language says the code in its own words: no text can say other.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from requests_app.docket.moments import ZONE
from requests_app.notices import plainness, wording
from requests_app.notices.signs import printable
from requests_app.notices.wording import ENGLISH, Words

TO_THE_OTHER_READER = ("notification_copy_attorney",)
# In a text that runs from the right, what runs from the left is set apart, or the parts
# of a citation would change places.
FROM_THE_LEFT = re.compile(r"\(?[A-Za-z0-9](?:[A-Za-z0-9 ()./:\-]*[A-Za-z0-9)])?")
STRONG_RIGHT = re.compile(r"[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]")


@dataclass(frozen=True)
class Answer:
    """One ask, and what was decided of it: approve, deny or still open."""

    kind: str
    decision: str = "open"
    reason: str = ""
    own_words: str = ""
    authority: str = ""


@dataclass(frozen=True)
class Help:
    """A place of legal help, as the agency names it."""

    name: str
    lines: tuple[str, ...] = ()


@dataclass(frozen=True)
class Stated:
    """What a notice states, without any language."""

    kind: str
    agency: str
    number: str
    person: str
    issued_at: datetime
    received_at: datetime
    code: str
    address: str
    reader: str = ""
    answers: tuple[Answer, ...] = ()
    told_at: datetime | None = None
    told: str = ""
    why: Answer | None = None
    help: tuple[Help, ...] = ()


@dataclass
class _Writer:
    """Writes the blocks of one language, and notes signs that cannot be printed."""

    words: Words
    stated: Stated
    missing: set[str] = field(default_factory=set)

    def value(self, text: str) -> dict[str, str]:
        shown = printable(text)
        self.missing.update(shown.missing)
        direction = "rtl" if STRONG_RIGHT.search(shown.text) else "ltr"
        return {"value": shown.text, "dir": direction}

    def parts(self, text: str) -> list[Any]:
        """A sentence as plain runs and set-apart values."""
        found: list[Any] = []
        for number, run in enumerate(wording.PLACEHOLDER.split(text)):
            if number % 2:
                found.append(self._variable(run))
            elif run:
                found += self._runs(run)
        return found

    def _variable(self, name: str) -> Any:
        stated = self.stated
        moments = {"received": stated.received_at, "told": stated.told_at}
        if name in moments:
            moment = moments[name]
            if moment is None:
                raise ValueError(f"A {stated.kind} states when ICE was told.")
            return {"words": self._runs(self.words.moment(moment.astimezone(ZONE)))}
        return self.value({"agency": stated.agency, "person": stated.person}[name])

    def _runs(self, text: str) -> list[Any]:
        if self.words.direction == "ltr":
            return [text]
        runs: list[Any] = []
        end = 0
        for found in FROM_THE_LEFT.finditer(text):
            runs += [text[end : found.start()]] if found.start() > end else []
            runs.append({"value": found[0], "dir": "ltr"})
            end = found.end()
        return runs + ([text[end:]] if end < len(text) else [])

    def paragraph(self, text: str) -> dict[str, Any]:
        return {"type": "paragraph", "parts": self.parts(text)}

    def listing(self, texts: Sequence[str]) -> dict[str, Any]:
        return {"type": "list", "items": [self.parts(one) for one in texts]}

    def quote(self, label: str, text: str) -> dict[str, Any]:
        name = self.words["labels"][label]
        return {"type": "quote", "label": name, "text": self.value(text)["value"]}

    def section(self, title: str, *blocks: dict[str, Any]) -> dict[str, Any]:
        return {"title": self.parts(title) if title else [], "blocks": list(blocks)}


def compose(stated: Stated, *, language: str, is_reviewed: bool) -> dict[str, Any]:
    """All that the paper is made from. An unreviewed language stands beside English.

    Raises LanguageMissing.
    """
    chosen = wording.of(language)
    alone = language == ENGLISH or is_reviewed
    columns = [chosen] if alone else [chosen, wording.of(ENGLISH)]
    writers = [_Writer(words, stated) for words in columns]
    sides = [_sections(one, says_translated=not alone) for one in writers]
    missing = sorted(set().union(*(one.missing for one in writers)))
    if missing:
        for one, side in zip(writers, sides, strict=True):
            note = {"type": "note", "parts": [one.words["common"]["sign_missing"]]}
            side[0]["blocks"].append(note)
    return {
        "format": 1,
        "kind": stated.kind,
        "template": chosen.template,
        "number": stated.number,
        "issued": int(stated.issued_at.timestamp()),
        "code": grouped(stated.code),
        "address": stated.address,
        "missing": missing,
        "columns": [
            {
                "language": words.language,
                "name": words.name,
                "direction": words.direction,
                "title": words["kinds"][stated.kind]["title"],
                "genuine": words["common"]["genuine"],
                "genuine_title": words["common"]["genuine_title"],
                "genuine_alt": words["common"]["genuine_alt"],
                "code": words["labels"]["code"],
                "receipt": words["common"]["receipt"],
                "signature": words["labels"]["signature"],
                "signed_at": words["labels"]["signed_at"],
            }
            for words in columns
        ],
        "sections": [list(row) for row in zip(*sides, strict=True)],
    }


def grouped(code: str) -> str:
    """A code in groups of four, as it is read and typed."""
    return "-".join(code[at : at + 4] for at in range(0, len(code), 4))


def plain_text(composed: Mapping[str, Any], *, column: int) -> str:
    """The running text of one language, a block a line, in the order of reading."""
    lines = [composed["columns"][column]["title"]]
    for row in composed["sections"]:
        section = row[column]
        lines += [_flat(section["title"])] if section["title"] else []
        lines += [line for block in section["blocks"] for line in _lines(block)]
    return "\n".join(lines)


def reading_level(kind: str) -> plainness.Plainness:
    """How plain the English of a kind is: its sentences, without labels and titles."""
    words = wording.of(ENGLISH)
    common, own = words["common"], words["kinds"][kind]
    texts = [*own["before"], *own["after"], *common["not"]]
    texts += [common[name] for name in ("rights_law", "rights_court", "receipt")]
    if kind not in TO_THE_OTHER_READER:
        texts.append(common["rights_lawyer"])
    if kind == "intent":
        texts += [*words["decisions"].values(), *words["reasons"].values()]
    return plainness.of("\n".join(texts).replace("{", "").replace("}", ""))


def _sections(write: _Writer, *, says_translated: bool) -> list[dict[str, Any]]:
    words, stated = write.words, write.stated
    own, common = words["kinds"][stated.kind], words["common"]
    head = write.section("", _facts(write))
    if says_translated:
        head["blocks"].append({"type": "note", "parts": [common["translation"]]})
    found = [head, write.section("", *map(write.paragraph, own["before"]))]
    if stated.answers:
        found += _answers(write, title=own["asks_title"])
    if stated.why is not None:
        found += _told(write, stated.why)
    if own["after"]:
        found.append(write.section("", *map(write.paragraph, own["after"])))
    return [*found, *_rights(write), write.section(common["not_title"], _not(write))]


def _facts(write: _Writer) -> dict[str, Any]:
    labels, stated = write.words["labels"], write.stated
    issued = write.words.day(stated.issued_at.astimezone(ZONE))
    rows: list[tuple[str, Any]] = [
        (labels["from"], [write.value(stated.agency)]),
        (labels["number"], [write.value(stated.number)]),
        (labels["issued"], write.parts(issued)),
    ]
    if stated.kind in TO_THE_OTHER_READER:
        rows.insert(0, (labels["about"], [write.value(stated.person)]))
        if stated.reader:
            rows.insert(0, (labels["to"], [write.value(stated.reader)]))
    else:
        rows.insert(0, (labels["to"], [write.value(stated.person)]))
    return {"type": "facts", "rows": [{"label": a, "parts": b} for a, b in rows]}


def _answers(write: _Writer, *, title: str) -> list[dict[str, Any]]:
    """What was asked; in the notice of intent, an answer a section."""
    asks, answers = write.words["asks"], write.stated.answers
    if write.stated.kind != "intent":
        wanted = write.listing([asks[one.kind] for one in answers])
        return [write.section(title, wanted)]
    rows = [
        {
            "type": "answer",
            "place": place,
            "ask": write.parts(asks[one.kind]),
            "blocks": _answer(write, one),
        }
        for place, one in enumerate(answers, 1)
    ]
    return [
        write.section(title, rows[0]),
        *(write.section("", row) for row in rows[1:]),
    ]


def _answer(write: _Writer, answer: Answer) -> list[dict[str, Any]]:
    words = write.words
    decided = {
        "type": "decision",
        "decision": answer.decision,
        "parts": write.parts(words["decisions"][answer.decision]),
    }
    return [decided, *_reason(write, answer)]


def _reason(write: _Writer, answer: Answer) -> list[dict[str, Any]]:
    words, blocks = write.words, []
    if answer.reason:
        label = f"{words['labels']['reason']}: "
        parts = [label, *write.parts(words["reasons"][answer.reason])]
        blocks.append({"type": "paragraph", "parts": parts})
    if answer.authority:
        blocks.append(write.quote("authority", answer.authority))
    if answer.own_words:
        blocks.append(write.quote("own_words", answer.own_words))
    return blocks


def _told(write: _Writer, why: Answer) -> list[dict[str, Any]]:
    labels = write.words["labels"]
    return [
        write.section(labels["told"], write.quote("own_words", write.stated.told)),
        write.section(labels["why"], *_reason(write, why)),
    ]


def _rights(write: _Writer) -> list[dict[str, Any]]:
    common = write.words["common"]
    texts = [common["rights_law"], common["rights_court"]]
    title = common["rights_title_other"]
    if write.stated.kind not in TO_THE_OTHER_READER:
        texts.insert(0, common["rights_lawyer"])
        title = common["rights_title"]
    if not write.stated.help:
        help_ = write.paragraph(common["help_none"])
    else:
        places = [[one.name, *one.lines] for one in write.stated.help]
        rows = [[write.value(line) for line in lines] for lines in places]
        help_ = {"type": "places", "rows": rows}
    return [
        write.section(title, *map(write.paragraph, texts)),
        write.section(common["help_title"], help_),
    ]


def _not(write: _Writer) -> dict[str, Any]:
    return write.listing(write.words["common"]["not"])


def _flat(parts: Sequence[Any]) -> str:
    return "".join(
        one
        if isinstance(one, str)
        else _flat(one["words"])
        if "words" in one
        else one["value"]
        for one in parts
    )


def _lines(block: Mapping[str, Any]) -> list[str]:
    """The lines of a block."""
    kind = block["type"]
    if kind in ("paragraph", "decision", "note"):
        return [_flat(block["parts"])]
    if kind == "list":
        return [_flat(one) for one in block["items"]]
    if kind == "quote":
        return [block["label"], block["text"]]
    if kind == "facts":
        return [f"{row['label']}: {_flat(row['parts'])}" for row in block["rows"]]
    if kind == "places":
        return [line["value"] for row in block["rows"] for line in row]
    inner = [line for one in block["blocks"] for line in _lines(one)]
    return [f"{block['place']}. {_flat(block['ask'])}", *inner]
