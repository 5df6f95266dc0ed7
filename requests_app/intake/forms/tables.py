"""Importing a table: the file, what its columns become, and taking an import back."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from crispy_forms.helper import FormHelper
from django import forms

from requests_app.intake import proposing
from requests_app.intake.fields import CHOICES, FIELDS, Field
from requests_app.intake.mapping import (
    Column,
    Mapping,
    NotAMapping,
    dumps,
    found_in,
    loads,
)
from requests_app.intake.proposing import Survey
from requests_app.review.forms import ReviewForm

# More is kept on disk while it is uploaded; the command takes larger files.
MOST_MEGABYTES = 20
# Values of a column that are asked for one by one.
MOST_ASKED = 60
# What stands in lists of values for a cell with nothing in it.
EMPTY = "(empty)"
_KEPT, _UNSAID = "kept", "?"
# What may be stated for all rows on the page; the rest is stated in the text.
STATED = ("instrument", "channel", "asks", "under_control", "convictions_listing")
_PARTS = {
    "request": "The request",
    "person": "The person",
    "custody": "Custody",
    "basis": "The legal basis",
    "charge": "A charge of the row",
    "warrant": "A paper of the row",
    "act": "An act of the row",
    "release": "The release",
}


class TableForm(ReviewForm):
    """Which file, and of which agency."""

    agency = forms.ModelChoiceField(
        label="Agency", queryset=None, error_messages={"required": "Choose the agency."}
    )
    table = forms.FileField(
        label="The table",
        help_text=f"CSV or XLSX, at most {MOST_MEGABYTES} MB, headings in the first "
        "row. Larger files are imported by the command of the portal's operator.",
        error_messages={
            "required": "Choose a file.",
            "empty": "The file is empty.",
        },
    )

    def __init__(self, *args, agencies, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["agency"].queryset = agencies
        self.fields["agency"].empty_label = None if len(agencies) == 1 else "Choose"

    def clean_table(self):
        table = self.cleaned_data["table"]
        if table.size > MOST_MEGABYTES * 1024 * 1024:
            raise forms.ValidationError(
                f"The file has more than {MOST_MEGABYTES} MB. Split the table, or ask "
                "the portal's operator to import it."
            )
        return table


class UndoForm(ReviewForm):
    """Why a whole import is taken back."""

    reason = forms.CharField(
        label="Why is it taken back?",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": "Say why the import is taken back."},
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = FormHelper(self)
        self.helper.form_tag = False
        self.helper.disable_csrf = True
        self.helper.error_summary = False


@dataclass
class Entry:
    """One column on the page: what it says, and what it becomes."""

    place: int
    survey: Survey
    becomes: str = ""
    values: list["Value"] = field(default_factory=list)
    is_again: bool = False
    has_many: bool = False

    @property
    def choices(self) -> list[tuple[str, str]]:
        return list(FIELDS[self.becomes].choices.items()) if self.values else []


@dataclass
class Value:
    """One value of a column, how often it stands there, and what it means."""

    place: int
    text: str
    count: int
    chosen: str
    kept: str = ""

    @property
    def is_unsaid(self) -> bool:
        return self.chosen == _UNSAID


class MappingPage:
    """The mapping of a table as a page shows it, and as a post changes it.

    Every post carries the mapping it was made from as text: what the page has no place
    for stays as it was.
    """

    def __init__(self, surveyed: Sequence[Survey], mapping: Mapping):
        self.surveyed = list(surveyed)
        self.mapping = mapping
        self.entries = self._entries()

    @property
    def text(self) -> str:
        return dumps(self.mapping)

    @property
    def fields(self) -> list[tuple[str, list[Field]]]:
        """All that a column may become, in groups."""
        return [
            (label, [one for one in FIELDS.values() if one.part == part])
            for part, label in _PARTS.items()
        ]

    @property
    def stated(self) -> list[dict]:
        found = []
        for name in STATED:
            value = self.mapping.constants.get(name, "")
            chosen = list(value) if isinstance(value, tuple) else [value]
            known = FIELDS[name]
            found.append(
                {
                    "name": name,
                    "label": known.label,
                    "choices": list(known.choices.items()),
                    "chosen": chosen,
                    "is_many": known.kind == CHOICES,
                }
            )
        return found

    @property
    def names_nobody(self) -> bool:
        return bool(self.mapping.constants.get("family_names"))

    @property
    def group_by(self) -> str:
        return next(iter(self.mapping.group_by), "")

    @property
    def formats(self) -> str:
        return "\n".join(self.mapping.formats)

    @property
    def time_of_day(self) -> str:
        time = self.mapping.time_of_day
        return f"{time:%H:%M}" if time else ""

    @property
    def deciding(self) -> str:
        """The column that says whether a row is one to import."""
        return next(iter((*self.mapping.only, *self.mapping.skip)), "")

    @property
    def only(self) -> str:
        return _lines(self.mapping.only.get(self.deciding, ()))

    @property
    def skip(self) -> str:
        return _lines(self.mapping.skip.get(self.deciding, ()))

    @property
    def ambiguous(self) -> list[str]:
        """Columns of dates whose days and months could be taken for each other."""
        found = (
            one.survey.heading
            for one in self.entries
            if one.becomes
            and FIELDS[one.becomes].kind in ("day", "moment")
            and proposing.is_ambiguous(one.survey.values)
        )
        return list(dict.fromkeys(found))

    def _entries(self) -> list[Entry]:
        by_heading: dict[str, list[Column]] = {}
        for column in self.mapping.columns:
            by_heading.setdefault(column.heading.casefold(), []).append(column)
        found = []
        for survey in self.surveyed:
            columns = by_heading.get(survey.heading.casefold(), [None])
            for again, column in enumerate(columns):
                entry = Entry(len(found), survey, is_again=again > 0)
                if column is not None:
                    entry.becomes = column.field
                    self._ask_values(entry, column)
                found.append(entry)
        return found

    def _ask_values(self, entry: Entry, column: Column) -> None:
        if not column.meaning.is_chosen:
            return
        entry.has_many = entry.survey.is_many
        ordered = entry.survey.values.most_common(MOST_ASKED)
        for place, (text, count) in enumerate(ordered):
            meant = found_in(column.values, text)
            kept = ""
            if isinstance(meant, tuple):
                labels = [column.meaning.choices[one] for one in meant]
                kept = ", ".join(labels) if len(meant) > 1 else ""
                meant = _KEPT if kept else next(iter(meant), "")
            chosen = _UNSAID if meant is None else str(meant)
            entry.values.append(Value(place, text, count, chosen, kept))

    # As posted

    @classmethod
    def posted(cls, surveyed: Sequence[Survey], data) -> "MappingPage":
        """The page as it was sent. Raises NotAMapping."""
        page = cls(surveyed, loads(data.get("text", "")))
        columns = [
            column for one in page.entries if (column := page._column(one, data))
        ]
        changed = replace(
            page.mapping,
            columns=tuple(columns),
            constants=page._constants(data),
            group_by=page._grouping(data),
            formats=tuple(_words(data.get("formats", ""))),
            time_of_day=_time(data.get("time_of_day", "")),
            **page._filters(data),
        )
        # Read again, so that nothing is kept that could not be read.
        return cls(surveyed, loads(dumps(changed)))

    def _column(self, entry: Entry, data) -> Column | None:
        name = data.get(f"field-{entry.place}", "")
        if name not in FIELDS:
            return None
        before = self._before(entry)
        values: dict = {}
        if before is not None and before.field == name:
            values = dict(before.values)
            values |= self._values(entry, data)
            return replace(before, values=_said(values))
        known = FIELDS[name]
        if known.is_chosen:
            values = proposing.propose_values(known, entry.survey.values)
        return Column(heading=entry.survey.heading, field=name, values=values)

    def _before(self, entry: Entry) -> Column | None:
        same = [
            one
            for one in self.mapping.columns
            if one.heading.casefold() == entry.survey.heading.casefold()
        ]
        return next((one for one in same if one.field == entry.becomes), None)

    def _values(self, entry: Entry, data) -> dict:
        found = {}
        is_many = FIELDS[entry.becomes].kind == CHOICES
        for value in entry.values:
            chosen = data.get(f"value-{entry.place}-{value.place}", _KEPT)
            if chosen in (_KEPT, value.chosen):
                continue
            if chosen in FIELDS[entry.becomes].choices:
                found[value.text] = (chosen,) if is_many else chosen
            else:
                found[value.text] = "" if chosen == "" else None
        return found

    def _constants(self, data) -> dict:
        kept = {
            key: value
            for key, value in self.mapping.constants.items()
            if key not in (*STATED, "family_names")
        }
        for name in STATED:
            known, sent = FIELDS[name], data.getlist(f"stated-{name}")
            sent = [one for one in sent if one in known.choices]
            if sent:
                kept[name] = tuple(sent) if known.kind == CHOICES else sent[0]
        if data.get("names_nobody"):
            kept["family_names"] = "Unknown"
        return kept

    def _grouping(self, data) -> tuple[str, ...]:
        heading = data.get("group_by", "")
        if heading and heading == self.group_by:
            return self.mapping.group_by
        return (heading,) if heading in self._headings() else ()

    def _filters(self, data) -> dict:
        heading = data.get("deciding", "")
        if heading not in self._headings():
            return {"only": {}, "skip": {}}
        return {
            "only": {heading: tuple(_words(data.get("only", "")))},
            "skip": {heading: tuple(_words(data.get("skip", "")))},
        }

    def _headings(self) -> set[str]:
        named = {one.heading for one in self.surveyed}
        return named | {self.deciding} - {""}


def _said(values: dict) -> dict:
    return {key: value for key, value in values.items() if value is not None}


def _lines(values: Sequence[str]) -> str:
    return "\n".join(one or EMPTY for one in values)


def _words(text: str) -> list[str]:
    lines = [line.strip() for line in text.splitlines()]
    return ["" if line == EMPTY else line for line in lines if line]


def _time(text: str):
    if not text.strip():
        return None
    try:
        return datetime.strptime(text.strip(), "%H:%M").time()
    except ValueError:
        raise NotAMapping(["Enter a time of day such as 12:00, or none."]) from None
