"""A mapping: which column of a table becomes what, kept as TOML. Pure.

A mapping names columns by their headings; a heading is found whatever its capitals,
accents and signs. Values are looked up and never guessed: one that stands in no list is
an error. What the table does not tell may be stated for all rows (`[constants]`), and
who reads the mapping sees that it was stated.

    title = "Jail list of Sampleton"
    notes = ["The time of booking stands for the time of receipt."]
    group_by = ["Booking No"]

    [only]
    "ICE hold" = ["1", "Y"]

    [skip]
    "ICE hold" = ["0", "N", ""]

    [dates]
    formats = ["%m/%d/%Y %H:%M", "%m/%d/%Y"]
    time_of_day = "12:00"

    [constants]
    instrument = "I-247A"
    asks = ["hold"]

    [[columns]]
    heading = "Sex"
    field = "sex"
    values = { "M" = "male", "F" = "female", "U*" = "unknown" }
"""

import json
import re
import tomllib
from collections.abc import Mapping as AnyMapping
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, time
from pathlib import Path

from requests_app.intake.fields import CHOICES, FIELDS, MOMENT, NAMES, NEEDED, Field
from requests_app.intake.tables import comparable

MAPS = Path(__file__).parent / "maps"
MOST_LETTERS = 200_000
_KEYS = {"title", "notes", "group_by", "only", "skip", "dates", "constants", "columns"}
_COLUMN_KEYS = {"heading", "field", "values", "formats", "blank"}
_DATE_KEYS = {"formats", "time_of_day"}
# What may stand in a format: no name of a zone, nothing that depends on a language.
_FORMAT = re.compile(r"(?:%[YmdyHMSIpbBj]|[ T/:.,\-])+\Z")


class NotAMapping(ValueError):
    """The text is no mapping; `faults` names each thing that is wrong."""

    def __init__(self, faults: Sequence[str]):
        super().__init__(" ".join(faults))
        self.faults = list(faults)


@dataclass(frozen=True)
class Column:
    """What one column becomes."""

    heading: str
    field: str
    values: AnyMapping[str, object] = field(default_factory=dict)
    formats: tuple[str, ...] = ()
    blank: str = ""

    @property
    def meaning(self) -> Field:
        return FIELDS[self.field]


@dataclass(frozen=True)
class Mapping:
    """What a whole table becomes."""

    title: str
    columns: tuple[Column, ...] = ()
    constants: AnyMapping[str, object] = field(default_factory=dict)
    group_by: tuple[str, ...] = ()
    # Of these columns: the values that make a row one to import, and one to leave out.
    only: AnyMapping[str, tuple[str, ...]] = field(default_factory=dict)
    skip: AnyMapping[str, tuple[str, ...]] = field(default_factory=dict)
    formats: tuple[str, ...] = ("%Y-%m-%d %H:%M", "%Y-%m-%d")
    time_of_day: time | None = None
    notes: tuple[str, ...] = ()


def built_in() -> dict[str, str]:
    """The maps that ship, by name: their titles."""
    found = sorted(MAPS.glob("*.toml"))
    return {one.stem: loads(one.read_text()).title for one in found}


def load_built_in(name: str) -> Mapping:
    """One of the maps that ship. Raises KeyError."""
    if name not in built_in():
        raise KeyError(name)
    return loads((MAPS / f"{name}.toml").read_text())


def loads(text: str) -> Mapping:
    """A mapping from its TOML. Raises NotAMapping."""
    if len(text) > MOST_LETTERS:
        raise NotAMapping(["The mapping is too long to be one."])
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise NotAMapping([f"This is not TOML: {error}."]) from None
    faults = _Faults()
    faults.unknown("", content, _KEYS)
    dates = faults.table("dates", content)
    faults.unknown("dates.", dates, _DATE_KEYS)
    mapping = Mapping(
        title=faults.text("title", content) or "A mapping",
        columns=_columns(content, faults),
        constants=_constants(faults.table("constants", content), faults),
        group_by=faults.texts("group_by", content),
        only=_lists("only.", faults.table("only", content), faults),
        skip=_lists("skip.", faults.table("skip", content), faults),
        formats=_formats("dates.formats", dates.get("formats"), faults)
        or Mapping.formats,
        time_of_day=_time_of_day(dates, faults),
        notes=faults.texts("notes", content),
    )
    if faults.found:
        raise NotAMapping(faults.found)
    return mapping


def dumps(mapping: Mapping) -> str:
    """The TOML of a mapping; `loads` makes the same mapping of it."""
    lines = [f"title = {_toml(mapping.title)}"]
    if mapping.notes:
        lines.append(f"notes = {_toml(mapping.notes)}")
    lines.append(f"group_by = {_toml(mapping.group_by)}")
    for name, lists in (("only", mapping.only), ("skip", mapping.skip)):
        if lists:
            lines += ["", f"[{name}]"]
            lines += [f"{_toml(k)} = {_toml(v)}" for k, v in lists.items()]
    lines += ["", "[dates]", f"formats = {_toml(mapping.formats)}"]
    if mapping.time_of_day is not None:
        lines.append(f'time_of_day = "{mapping.time_of_day:%H:%M}"')
    if mapping.constants:
        lines += ["", "[constants]"]
        lines += [f"{k} = {_toml(v)}" for k, v in mapping.constants.items()]
    for one in mapping.columns:
        lines += _lines_of(one)
    return "\n".join(lines) + "\n"


def _lines_of(column: Column) -> list[str]:
    lines = ["", "[[columns]]", f"heading = {_toml(column.heading)}"]
    lines.append(f"field = {_toml(column.field)}")
    if column.formats:
        lines.append(f"formats = {_toml(column.formats)}")
    if column.blank:
        lines.append(f"blank = {_toml(column.blank)}")
    if column.values:
        pairs = (f"{_toml(k)} = {_toml(v)}" for k, v in column.values.items())
        lines.append(f"values = {{ {', '.join(pairs)} }}")
    return lines


def _toml(value) -> str:
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_toml(one) for one in value) + "]"
    # A basic string of TOML escapes as JSON does; both leave letters as they are.
    return json.dumps(str(value), ensure_ascii=False).replace("\x7f", "\\u007f")


def missing(mapping: Mapping, headings: Sequence[str]) -> list[str]:
    """What has to be said before this mapping can read a table with these headings."""
    there = {comparable(one) for one in headings}
    told = {one.field for one in mapping.columns} | set(mapping.constants)
    wanted = [one.heading for one in mapping.columns]
    wanted += [*mapping.group_by, *mapping.only, *mapping.skip]
    lacking = dict.fromkeys(one for one in wanted if comparable(one) not in there)
    said = [f"The table has no column “{one}”." for one in lacking]
    said += [
        f"Say from which column comes: {FIELDS[one].label.lower()}. Or state it for "
        "all rows."
        for one in NEEDED
        if one not in told
    ]
    if not told & set(NAMES):
        said.append(
            "Say which column has the person's name. If the table names nobody, state "
            "“Unknown” as the family names."
        )
    said += [
        f"Say which values of “{heading}” make a row one to import."
        for heading, values in mapping.only.items()
        if not values
    ]
    if "act_kind" in told and "act_happened_at" not in told:
        said.append("Say which column has the time of the act.")
    return said


def found_in(values: AnyMapping[str, object], cell: str):
    """What a list of values makes of a cell; None when it stands in none of them.

    Capitals and doubled blanks make no difference. A value that ends in * stands for
    all that begin like it; the longest counts.
    """
    said = squeezed(cell)
    exact = {squeezed(key): value for key, value in values.items()}
    if said in exact:
        return exact[said]
    stems = [key[:-1] for key in exact if key.endswith("*") and len(key) > 1]
    fitting = max((one for one in stems if said.startswith(one)), key=len, default=None)
    return None if fitting is None else exact[f"{fitting}*"]


def squeezed(cell: str) -> str:
    return " ".join(cell.casefold().split())


# Reading the parts


class _Faults:
    """What is wrong with a mapping, gathered so that all is said at once."""

    def __init__(self):
        self.found: list[str] = []

    def unknown(self, place: str, content: AnyMapping, known: set) -> None:
        self.found += [
            f"{place}{key} is nothing a mapping has."
            for key in content
            if key not in known
        ]

    def table(self, key: str, content: AnyMapping) -> dict:
        value = content.get(key, {})
        if isinstance(value, dict):
            return value
        self.found.append(f"{key} must be a table.")
        return {}

    def text(self, key: str, content: AnyMapping, place: str = "") -> str:
        value = content.get(key, "")
        if isinstance(value, str) and len(value) <= 300:
            return value
        self.found.append(f"{place}{key} must be a short text.")
        return ""

    def texts(self, key: str, content: AnyMapping, place: str = "") -> tuple[str, ...]:
        value = content.get(key, [])
        if isinstance(value, list) and all(isinstance(one, str) for one in value):
            return tuple(value)
        self.found.append(f"{place}{key} must be a list of texts.")
        return ()


def _columns(content: AnyMapping, faults: _Faults) -> tuple[Column, ...]:
    rows = content.get("columns", [])
    if not isinstance(rows, list) or not all(isinstance(one, dict) for one in rows):
        faults.found.append("columns must be tables: [[columns]].")
        return ()
    return tuple(one for row in rows if (one := _column(row, faults)))


def _column(row: AnyMapping, faults: _Faults) -> Column | None:
    heading = faults.text("heading", row, "columns: ")
    place = f"Column “{heading}”: "
    faults.unknown(place, row, _COLUMN_KEYS)
    name = faults.text("field", row, place)
    if not heading or name not in FIELDS:
        faults.found.append(f"{place}“{name}” is no field of a request.")
        return None
    values = row.get("values", {})
    if not isinstance(values, dict):
        faults.found.append(f"{place}values must be a table.")
        return None
    known = FIELDS[name]
    return Column(
        heading=heading,
        field=name,
        values={
            key: _value(known, value, f"{place}{key}", faults)
            for key, value in values.items()
        },
        formats=_formats(f"{place}formats", row.get("formats"), faults),
        blank=_blank(known, row, place, faults),
    )


def _blank(known: Field, row: AnyMapping, place: str, faults: _Faults) -> str:
    value = faults.text("blank", row, place)
    if value and known.kind == CHOICES:
        faults.found.append(f"{place}an empty cell asks nothing: leave out blank.")
        return ""
    return value and str(_value(known, value, f"{place}blank", faults))


def _value(known: Field, value, place: str, faults: _Faults):
    """A value as its field knows it. "" says: this value tells nothing."""
    listed = value if isinstance(value, list) else [value]
    if value == "" or not known.is_chosen:
        if not isinstance(value, str):
            faults.found.append(f"{place}: must be a text.")
        return value
    wrong = [one for one in listed if one not in known.choices]
    if wrong or (isinstance(value, list) and known.kind != CHOICES):
        faults.found.append(
            f"{place}: “{', '.join(map(str, listed))}” is none of "
            f"{', '.join(known.choices)}."
        )
    return tuple(listed) if known.kind == CHOICES else value


def _constants(content: AnyMapping, faults: _Faults) -> dict:
    found = {}
    for name, value in content.items():
        known = FIELDS.get(name)
        if known is None or known.is_of_a_row and known.part != "charge":
            faults.found.append(f"constants.{name} cannot be stated for all rows.")
        elif known.kind == MOMENT:
            faults.found.append(f"constants.{name}: a time is of one request only.")
        else:
            found[name] = _value(known, value, f"constants.{name}", faults)
    return found


def _lists(place: str, content: AnyMapping, faults: _Faults) -> dict:
    return {key: faults.texts(key, content, place) for key in content}


def _formats(place: str, value, faults: _Faults) -> tuple[str, ...]:
    if value is None:
        return ()
    is_list = isinstance(value, list) and all(isinstance(one, str) for one in value)
    if not is_list or not all(_FORMAT.match(one) and "%" in one for one in value):
        faults.found.append(
            f"{place} must be formats of dates, such as %m/%d/%Y or %d.%m.%Y %H:%M."
        )
        return ()
    return tuple(value)


def _time_of_day(dates: AnyMapping, faults: _Faults) -> time | None:
    value = faults.text("time_of_day", dates, "dates.")
    if not value:
        return None
    try:
        return datetime.strptime(value, "%H:%M").time()
    except ValueError:
        faults.found.append("dates.time_of_day must be a time, such as 12:00.")
        return None
