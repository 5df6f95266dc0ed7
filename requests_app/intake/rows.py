"""Rows of a table into requests to be filed, by a mapping. Pure: nothing is saved.

What the law asks and a row does not say stays unknown. What a row says and no list of
values knows is an error, never a guess. Rows of one booking make one request, and must
not contradict each other.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from hashlib import blake2b

from requests_app.accounts.models import Agency, User
from requests_app.docket.models import (
    Act,
    ActKind,
    Answer,
    Ask,
    AskKind,
    Channel,
    Conviction,
    Custody,
    IceRequest,
    Instrument,
    LegalBasis,
    Listing,
    Origin,
    Person,
    Release,
    Status,
    Warrant,
)
from requests_app.docket.moments import moments_of
from requests_app.docket.record import Record
from requests_app.intake.fields import CHOICES, DAY, FIELDS, MOMENT, Field
from requests_app.intake.forms.base import LATE_AFTER, YEARS
from requests_app.intake.forms.person import a_number_of
from requests_app.intake.mapping import Column, Mapping, found_in, squeezed
from requests_app.intake.tables import Row, Table, comparable

LATE_BECAUSE = "Imported from a table of the agency's earlier records."
_SECTION = re.compile(
    r"(?:c\.?g\.?s\.?\s*)?(?:§\s*)?(\d{1,3}[a-z]?-\d{1,4}[a-z]{0,3})\s*((?:\([^)]*\))*)\Z",
    re.IGNORECASE,
)
_ROW_MODELS = {"charge": Conviction, "warrant": Warrant, "act": Act}


@dataclass(frozen=True)
class Fault:
    """What is wrong in one row, in a sentence."""

    number: int
    text: str
    column: str = ""


@dataclass
class Made:
    """One request as rows of a table tell it."""

    record: Record
    acts: list[Act] = field(default_factory=list)
    release: Release | None = None
    rows: list[Row] = field(default_factory=list)

    @property
    def numbers(self) -> list[int]:
        return [row.number for row in self.rows]


@dataclass
class Reading:
    """How far a table has been read, and what was left out or not understood."""

    rows: int = 0
    requests: int = 0
    skipped: int = 0
    faults: int = 0
    # By column: values that stand in no list, and how often.
    unread: dict[str, Counter] = field(default_factory=dict)


class _Wrong(ValueError):
    """A cell cannot be taken as it is."""


def read(
    table: Table,
    mapping: Mapping,
    *,
    agency: Agency,
    by: User,
    now: datetime,
    reading: Reading | None = None,
) -> Iterator[Made | Fault]:
    """Every request that a table makes, in the order of its rows, and every fault.

    `reading` counts along. A table is passed through twice, and only the rows of
    groups that are not complete are held. Raises tables.Unreadable.
    """
    maker = Maker(mapping, table.headings, agency=agency, by=by, now=now)
    reading = reading if reading is not None else Reading()
    reading.unread = maker.unread
    for group in groups_of(table, mapping):
        reading.rows += len(group)
        made = maker.make(group)
        if made is None:
            reading.skipped += len(group)
        elif isinstance(made, Made):
            reading.requests += 1
            yield made
        else:
            reading.faults += len(made)
            yield from made


def groups_of(table: Table, mapping: Mapping) -> Iterator[list[Row]]:
    """The rows of each group together, as soon as its last row is there.

    Raises tables.Unreadable.
    """
    place = {comparable(one): at for at, one in enumerate(table.headings)}
    grouping = [place[comparable(one)] for one in mapping.group_by]
    if not grouping:
        yield from ([row] for row in table.rows())
        return
    left = Counter(_key(row, grouping) for row in table.rows())
    open_groups: dict[bytes, list[Row]] = {}
    for row in table.rows():
        key = _key(row, grouping)
        held = open_groups.setdefault(key, [])
        held.append(row)
        left[key] -= 1
        if not left[key]:
            del left[key]
            yield open_groups.pop(key)


def _key(row: Row, grouping: Sequence[int]) -> bytes:
    """What the rows of one group have in common; a row without it stands alone."""
    parts = [squeezed(row.cells[at]) for at in grouping]
    if row.fault or not any(parts):
        parts = ["\0", str(row.number)]
    return blake2b("\0".join(parts).encode(), digest_size=16).digest()


class Maker:
    """A mapping at work on the columns of one table."""

    def __init__(self, mapping: Mapping, headings: Sequence[str], *, agency, by, now):
        self.mapping, self.agency, self.by, self.now = mapping, agency, by, now
        place = {comparable(one): at for at, one in enumerate(headings)}
        self.columns = [
            (place[comparable(one.heading)], one) for one in mapping.columns
        ]
        self.grouping = [place[comparable(one)] for one in mapping.group_by]
        self.filters = [
            (place[comparable(one)], one)
            for one in dict.fromkeys((*mapping.only, *mapping.skip))
        ]
        self.unread: dict[str, Counter] = {}

    def make(self, group: list[Row]) -> Made | list[Fault] | None:
        """The request of a group, or its faults; None when it is to be left out."""
        faults = [Fault(row.number, row.fault) for row in group if row.fault]
        if faults:
            return faults
        if self.grouping and not any(group[0].cells[at] for at in self.grouping):
            heading = self.mapping.group_by[0]
            return [Fault(group[0].number, "There is no value to group by.", heading)]
        wanted = self._wanted(group, faults)
        if faults or not wanted:
            return faults or None
        said = _Said(self, group, faults)
        made = said.made() if not faults else None
        return faults or made

    def _wanted(self, group: list[Row], faults: list[Fault]) -> bool:
        """Whether the group is one to import; its rows must agree."""
        verdicts = {}
        for row in group:
            verdict = all(
                self._passes(row, at, heading, faults) for at, heading in self.filters
            )
            verdicts.setdefault(verdict, row.number)
        if len(verdicts) == 2 and not faults:
            one, other = sorted(verdicts.values())
            heading = self.filters[0][1]
            faults.append(
                Fault(other, f"Row {one} of the same group says otherwise.", heading)
            )
        return True in verdicts

    def _passes(self, row: Row, at: int, heading: str, faults: list[Fault]) -> bool:
        cell = row.cells[at]
        is_wanted = found_in(dict.fromkeys(self.mapping.only.get(heading, ()), 1), cell)
        if is_wanted:
            return True
        skip = self.mapping.skip.get(heading, ())
        if "*" in skip or found_in(dict.fromkeys(skip, 1), cell):
            return False
        self._not_understood(heading, cell)
        said = f"“{cell}”" if cell else "An empty cell"
        faults.append(
            Fault(row.number, f"{said}: say whether such a row is to import.", heading)
        )
        return False

    def value(self, column: Column, cell: str):
        """What a cell says, None when nothing. Raises _Wrong."""
        known = column.meaning
        if not cell:
            return column.blank or None
        if known.is_chosen:
            found = found_in(column.values, cell)
            if found is None:
                self._not_understood(column.heading, cell)
                raise _Wrong(f"“{cell}” stands in no list of values.")
            return found or None
        if known.kind == DAY:
            return self._read_date(column, cell)[0].date()
        if known.kind == MOMENT:
            return self._moment(column, cell)
        if len(cell) > known.most:
            raise _Wrong(f"More than {known.most} letters.")
        return a_number_of(cell) if known.name == "a_number" else cell

    def _not_understood(self, heading: str, cell: str) -> None:
        seen = self.unread.setdefault(heading, Counter())
        if cell in seen or len(seen) < 200:
            seen[cell] += 1

    def _moment(self, column: Column, cell: str) -> datetime:
        reading, has_time = self._read_date(column, cell)
        if reading.tzinfo is not None:
            return reading
        if not has_time:
            if self.mapping.time_of_day is None:
                raise _Wrong(
                    f"“{cell}” has no time of day. State in the mapping which time "
                    "stands for a day."
                )
            reading = datetime.combine(reading.date(), self.mapping.time_of_day)
        found = moments_of(reading)
        if not found:
            raise _Wrong(f"“{cell}” did not exist: the clocks went forward over it.")
        if len(found) == 2:
            raise _Wrong(
                f"“{cell}” came twice: the clocks went back in that hour. Write it "
                "with its offset, as 2025-11-02T01:30-04:00."
            )
        return found[0]

    def _read_date(self, column: Column, cell: str) -> tuple[datetime, bool]:
        """The date of a cell, and whether a time of day came with it."""
        for form in column.formats or self.mapping.formats:
            try:
                found = datetime.strptime(cell, form)
            except ValueError:
                continue
            return self._of_our_time(found, cell), "%H" in form or "%I" in form
        try:
            # As XLSX cells come out, whatever the formats of text are.
            found = datetime.fromisoformat(cell)
        except ValueError:
            raise _Wrong(
                f"“{cell}” is no date in the formats of the mapping: "
                f"{', '.join(column.formats or self.mapping.formats)}."
            ) from None
        return self._of_our_time(found, cell), ":" in cell

    @staticmethod
    def _of_our_time(found: datetime, cell: str) -> datetime:
        if found.year not in YEARS:
            raise _Wrong(f"“{cell}” is a year that cannot be.")
        return found


class _Said:
    """What the rows of one group say together."""

    def __init__(self, maker: Maker, group: list[Row], faults: list[Fault]):
        self.maker, self.group, self.faults = maker, group, faults
        self.now = maker.now
        self.values: dict[str, object] = {}
        self.where: dict[str, int] = {}
        self.parts: dict[str, list[dict]] = {"charge": [], "warrant": [], "act": []}
        for row in group:
            self._hear(row)

    def _hear(self, row: Row) -> None:
        of_row: dict[str, dict] = {}
        for at, column in self.maker.columns:
            try:
                value = self.maker.value(column, row.cells[at])
            except ValueError as wrong:
                self.faults.append(Fault(row.number, str(wrong), column.heading))
                continue
            if value is None:
                continue
            known = column.meaning
            if known.is_of_a_row:
                of_row.setdefault(known.part, {})[known.target] = value
            else:
                self._agree(known, value, row, column)
        for part, told in of_row.items():
            told = self._with_constants(part, told)
            if part == "charge" or told not in self.parts[part]:
                self.parts[part].append(told)

    def _with_constants(self, part: str, told: dict) -> dict:
        stated = {
            FIELDS[name].target: value
            for name, value in self.maker.mapping.constants.items()
            if FIELDS[name].part == part and value
        }
        return {**stated, **told}

    def _agree(self, known: Field, value, row: Row, column: Column) -> None:
        before = self.values.get(known.name)
        if before is None or before == value:
            self.values[known.name] = value
            self.where.setdefault(known.name, row.number)
        elif known.kind == CHOICES:
            self.values[known.name] = tuple(dict.fromkeys((*before, *value)))
        else:
            first = self.where[known.name]
            same = "the same row" if first == row.number else f"row {first}"
            self.faults.append(
                Fault(
                    row.number,
                    f"Contradicts {same}, which is of the same request: "
                    f"{known.label.lower()} is “{_shown(before)}” there and "
                    f"“{_shown(value)}” here.",
                    column.heading,
                )
            )

    def get(self, name: str, default=None):
        """What the rows say, or what is stated for all of them."""
        stated = self.maker.mapping.constants.get(name)
        return self.values.get(name, stated or default)

    def of(self, part: str) -> dict:
        """All that is said of one part, by the names of its model."""
        found = {
            one.target: self.get(one.name)
            for one in FIELDS.values()
            if one.part == part and self.get(one.name) is not None
        }
        return {
            key: list(value) if isinstance(value, tuple) else value
            for key, value in found.items()
        }

    def made(self) -> Made | None:
        """The request, unless a check finds a fault."""
        request = self.of("request")
        asks, information = request.pop("asks", []), request.pop("information", [])
        self._check_request(request, asks, information)
        person, custody = self._person(), self.of("custody")
        basis = self._basis()
        self._check_times(request, custody)
        acts = [self._act(told) for told in self.parts["act"]]
        self._check_acts(request, acts)
        release = self._release()
        if self.faults:
            return None
        ice_request = IceRequest(
            agency=self.maker.agency,
            filed_by=self.maker.by,
            filed_at=self.now,
            origin=Origin.IMPORT,
            status=Status.RECORDED,
            late_reason=self._late(request["received_at"]),
            **request,
        )
        record = Record(
            ice_request=ice_request,
            person=person,
            custody=Custody(**custody),
            legal_basis=basis,
            convictions=[_charge(told) for told in self.parts["charge"]],
            warrants=[Warrant(**told) for told in self.parts["warrant"]],
            asks=[_ask(kind, information) for kind in asks],
        )
        return Made(record=record, acts=acts, release=release, rows=self.group)

    def _late(self, moment: datetime) -> str:
        return LATE_BECAUSE if self.now - moment > LATE_AFTER else ""

    def _wrong(self, text: str, name: str = "") -> None:
        number = self.where.get(name, self.group[0].number)
        column = next(
            (
                one.heading
                for one in self.maker.mapping.columns
                if name and one.field == name
            ),
            "",
        )
        self.faults.append(Fault(number, text, column))

    def _check_request(self, request: dict, asks: list, information: list) -> None:
        needed = {
            "instrument": "what came",
            "received_at": "when it was received",
            "channel": "how it came",
        }
        for name, what in needed.items():
            if name not in request:
                self._wrong(f"The row does not say {what}.", name)
        is_unasked = request.get("instrument") == Instrument.UNASKED
        if is_unasked:
            request["channel"] = Channel.NONE
        if is_unasked == bool(asks):
            self._wrong(
                "ICE never asked, so nothing can be asked."
                if is_unasked
                else "The row does not say what was asked.",
                "asks",
            )
        if AskKind.INFORMATION in asks and not information:
            self._wrong("The row does not say which information.", "information")

    def _check_times(self, request: dict, custody: dict) -> None:
        received = request.get("received_at")
        if received and received > self.now:
            self._wrong("The receipt is in the future.", "received_at")
        booked = custody.get("booked_at")
        for name in ("release_expected_at", "release_eligible_at"):
            if booked and custody.get(name) and custody[name] < booked:
                self._wrong("The release is before the booking.", name)

    def _person(self) -> Person:
        told = self.of("person")
        family, _, given = told.pop("full_name", "").partition(",")
        told.setdefault("family_names", family.strip())
        told.setdefault("given_names", given.strip())
        if not told["family_names"] and not told["given_names"]:
            self._wrong("The row names nobody.", "family_names")
        aliases = [one.strip() for one in told.get("aliases", "").split(";")]
        told["aliases"] = [one for one in aliases if one]
        born: date | None = told.get("date_of_birth")
        if born and born > self.now.date():
            self._wrong("The date of birth is in the future.", "date_of_birth")
        answer = Person.DateOfBirth.KNOWN if born else Person.DateOfBirth.UNKNOWN
        return Person(date_of_birth_answer=answer, **told)

    def _basis(self) -> LegalBasis:
        told = self.of("basis")
        if told.get("grounds_2014"):
            told["grounds_2014_listing"] = Listing.SOME
        if told.get("probable_cause") and told.get("resume_custody") == Answer.YES:
            self._wrong(
                "Box 1 and Box 2 are both ticked. The form allows one of them.",
                "resume_custody",
            )
        return LegalBasis(**told)

    def _act(self, told: dict) -> Act:
        began, ended = told.get("happened_at"), told.get("ended_at")
        if not told.get("kind"):
            self._wrong("A time of an act, but not what was done.", "act_kind")
        if began is None:
            self._wrong("An act without the time when it was done.", "act_happened_at")
        elif max(began, ended or began) > self.now:
            self._wrong("The act is in the future.", "act_happened_at")
        elif ended and ended < began:
            self._wrong("The hold ended before it began.", "act_ended_at")
        if told.get("kind") == ActKind.SHARE_INFORMATION:
            self._wrong(
                "Which information was given cannot be imported. File this one by "
                "hand.",
                "act_kind",
            )
        late = self._late(ended or began) if began else ""
        return Act(late_reason=late, **told)

    def _check_acts(self, request: dict, acts: list[Act]) -> None:
        if request.get("instrument") == Instrument.UNASKED and not acts:
            self._wrong("ICE never asked, and no act is told.", "act_kind")

    def _release(self) -> Release | None:
        told = self.of("release")
        if not told.get("to_whom"):
            return None
        is_never = told["to_whom"] == Release.To.NEVER_HELD
        if is_never:
            told.pop("released_at", None)
        elif told.get("released_at") is None:
            self._wrong("Released, but the row does not say when.", "released_at")
        elif told["released_at"] > self.now:
            self._wrong("The release is in the future.", "released_at")
        return Release(recorded_by=self.maker.by, recorded_at=self.now, **told)


def _charge(told: dict) -> Conviction:
    parts = _SECTION.match(told.get("section", ""))
    if parts and len(parts[2]) <= 20:
        told = {**told, "section": parts[1].lower(), "subdivision": parts[2]}
    return Conviction(**told)


def _ask(kind: str, information: list) -> Ask:
    asked = information if kind == AskKind.INFORMATION else []
    return Ask(kind=kind, information=asked)


def _shown(value) -> str:
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M %Z}".strip()
    return ", ".join(value) if isinstance(value, tuple) else str(value)


def cells_of(rows: Iterable[Row], headings: Sequence[str]) -> list[dict]:
    """The filled cells of rows, by their headings: what a request was made of."""
    return [
        {
            heading: cell
            for heading, cell in zip(headings, row.cells, strict=True)
            if cell
        }
        for row in rows
    ]
