"""A mapping proposed from the headings of a table and what stands below them. Pure.

A proposal is looked through by a person before anything is read by it. Values that are
not recognised stay without a meaning, and the check names them.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from difflib import SequenceMatcher

from requests_app.intake.fields import CHOICE, CHOICES, DAY, FIELDS, MOMENT, Field
from requests_app.intake.mapping import Column, found_in, squeezed
from requests_app.intake.mapping import Mapping as Proposed
from requests_app.intake.tables import Row, comparable

MOST_VALUES = 60
_SAMPLES = 3
_LEAST_ALIKE = 0.84
# Tried in this order; one that fits every sample is proposed.
DATE_FORMATS = (
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%d %H:%M",
    "%Y-%m-%dT%H:%M:%S",
    "%Y-%m-%dT%H:%M",
    "%Y-%m-%d",
    "%m/%d/%Y %H:%M:%S",
    "%m/%d/%Y %H:%M",
    "%m/%d/%Y %I:%M %p",
    "%m/%d/%Y",
    "%d/%m/%Y %H:%M",
    "%d/%m/%Y",
    "%d.%m.%Y %H:%M",
    "%d.%m.%Y",
    "%d-%b-%Y",
    "%Y%m%d",
    "%m/%d/%y %H:%M",
    "%m/%d/%y",
    "%m-%d-%Y",
)
# How other agencies write what the portal's lists of choices say.
_WRITTEN_AS = {
    "yes": "y yes true 1 si sí s x t oui sim",
    "no": "n no false 0 f non não nao",
    "unknown": "u unk unknown n/a na desconocido se_ignora ? -",
    "refused": "refused declined",
    "male": "m male man masculino hombre h",
    "female": "f female woman femenino mujer",
    "hispanic": "h hispanic latino hispano hispanic_or_latino",
    "black": "b black negro african_american",
    "white": "w white blanco caucasian",
    "asian": "a asian asiatico",
    "I-247A": "i-247a i247a 247a i-247",
    "I-247D": "i-247d i247d 247d",
    "I-247N": "i-247n i247n 247n",
    "I-247X": "i-247x i247x 247x",
    "I-247G": "i-247g i247g 247g",
    "fax": "fax faxed telefax",
    "email": "email e-mail correo mail_electronico correo_electronico",
    "telephone": "phone telephone telefono teléfono call llamada",
    "in_person": "in_person person en_persona",
    "mail": "mail post correo_postal",
    "system": "system electronic electrónico electronico teletype nlets",
    "hold": "hold detain detener detención retener",
    "notify_release": "notify notify_release notification avisar notificar",
    "convicted": "convicted guilty conv condenado culpable",
    "pending": "pending open awaiting pendiente",
    "nolle": "nolle nolled nolle_prosequi",
    "dismissed": "dismissed desestimado sobreseído",
    "community": "bond released ror time_served fianza libertad posted_bond",
    "court": "court to_court corte tribunal",
    "ice": "ice released_to_ice to_ice transfer_to_ice entregado_a_ice",
    "transfer": "transferred handed_over entregado_a_ice released_to_ice",
}


@dataclass
class Survey:
    """What stands below one heading: three samples, and all values if they are few."""

    heading: str
    samples: list[str] = field(default_factory=list)
    values: Counter = field(default_factory=Counter)
    filled: int = 0
    is_many: bool = False

    def add(self, cell: str) -> None:
        if not cell:
            return
        self.filled += 1
        if cell not in self.samples and len(self.samples) < _SAMPLES:
            self.samples.append(cell)
        if self.is_many:
            return
        self.values[cell] += 1
        if len(self.values) > MOST_VALUES:
            self.is_many = True
            # Enough of them stay to tell a date from a code.
            self.values = Counter(dict(self.values.most_common(MOST_VALUES)))


def survey(headings: Sequence[str], rows: Iterable[Row]) -> list[Survey]:
    """What stands in each column of a table."""
    found = [Survey(heading) for heading in headings]
    for row in rows:
        for column, cell in zip(found, row.cells, strict=True):
            column.add(cell)
    return found


def propose(surveyed: Sequence[Survey], *, title: str) -> Proposed:
    """The mapping that headings and samples suggest; a column without one is left."""
    taken, columns = set(), []
    ranked = sorted(
        (
            (score, -place, one, column)
            for place, column in enumerate(surveyed)
            for one, score in _likely(column)
        ),
        key=lambda row: (row[0], row[1]),
        reverse=True,
    )
    mapped = set()
    for _score, _place, known, column in ranked:
        if known.name in taken or column.heading in mapped:
            continue
        taken.add(known.name)
        mapped.add(column.heading)
        columns.append(_column(known, column))
    order = {column.heading: place for place, column in enumerate(surveyed)}
    columns.sort(key=lambda one: order[one.heading])
    return Proposed(
        title=title,
        columns=tuple(columns),
        group_by=_grouping(columns, surveyed),
        formats=_formats(columns, surveyed),
    )


def propose_values(known: Field, values: Iterable[str]) -> dict[str, object]:
    """What the values of a column seem to mean; those not recognised are left out."""
    found = {}
    for value in values:
        meant = _meant(known, value)
        if meant is not None:
            found[value] = (meant,) if known.kind == CHOICES else meant
    return found


def unread(column: Column, surveyed: Survey) -> list[str]:
    """Values that stand in the column and in no list, the most frequent first."""
    if not column.meaning.is_chosen:
        return []
    said = surveyed.values.most_common()
    return [value for value, _ in said if found_in(column.values, value) is None]


def proposed_format(values: Iterable[str]) -> str:
    """The first format of dates that fits every value; empty when none does."""
    given = list(values)
    return next(
        (one for one in DATE_FORMATS if given and all(_fits(one, v) for v in given)), ""
    )


def is_ambiguous(values: Iterable[str]) -> bool:
    """Whether days and months of these dates could be taken for each other."""
    given = list(values)
    return proposed_format(given).startswith("%m/%d") and all(
        _fits("%d/%m" + proposed_format(given)[5:], one) for one in given
    )


def _likely(column: Survey) -> list[tuple[Field, float]]:
    heading = comparable(column.heading)
    scored = [(one, _score(one, heading)) for one in FIELDS.values()]
    return [
        (one, score)
        for one, score in scored
        if score >= _LEAST_ALIKE and _can_hold(one, column)
    ]


def _score(known: Field, heading: str) -> float:
    names = (comparable(known.label), comparable(known.name), *known.headings)
    return max(_likeness(heading, comparable(name)) for name in names)


def _likeness(heading: str, name: str) -> float:
    if heading == name:
        return 1.0
    if heading.replace(" ", "") == name.replace(" ", ""):
        return 0.98
    words, others = set(heading.split()), set(name.split())
    if len(others) > 1 and others <= words:
        return 0.93
    return SequenceMatcher(None, heading, name).ratio() * 0.95


def _can_hold(known: Field, column: Survey) -> bool:
    """Whether what stands in the column can be what the field asks for."""
    if not column.filled:
        return False
    if known.kind in (DAY, MOMENT):
        return bool(proposed_format(column.values))
    if known.kind in (CHOICE, CHOICES):
        return not column.is_many
    return True


def _column(known: Field, column: Survey) -> Column:
    values = propose_values(known, column.values) if known.is_chosen else {}
    return Column(heading=column.heading, field=known.name, values=values)


def _meant(known: Field, value: str):
    said = squeezed(value)
    for code, label in known.choices.items():
        if said in (code.casefold(), squeezed(label)):
            return code
    bare = said.replace(" ", "_")
    return next(
        (code for code in known.choices if bare in _WRITTEN_AS.get(code, "").split()),
        None,
    )


def _grouping(columns: Sequence[Column], surveyed: Sequence[Survey]) -> tuple[str, ...]:
    """The booking number, when the rows bring charges: one row a charge."""
    by_field = {one.field: one.heading for one in columns}
    has_charges = any(one.meaning.is_of_a_row for one in columns)
    key = by_field.get("booking_number")
    return (key,) if key and has_charges else ()


def _formats(columns: Sequence[Column], surveyed: Sequence[Survey]) -> tuple[str, ...]:
    by_heading: Mapping[str, Survey] = {one.heading: one for one in surveyed}
    found = dict.fromkeys(
        proposed_format(by_heading[one.heading].values)
        for one in columns
        if one.meaning.kind in (DAY, MOMENT)
    )
    return tuple(found) or Proposed.formats


def _fits(form: str, value: str) -> bool:
    try:
        return 1900 <= datetime.strptime(value, form).year < 2200
    except ValueError:
        return False
