"""Facts into the raw answers of a filing, as a browser would post them."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from requests_app.docket.moments import ZONE, moments_of
from requests_app.intake import forms, steps
from requests_app.intake.forms.base import TYPED

_FORMS = (
    ("acts", forms.ReceiptForm),
    ("basis", forms.BasisForm),
    ("custody", forms.CustodyForm),
    ("person", forms.PersonForm),
    ("request", forms.RequestForm),
)
_PLACE = {name: (step, name) for step, form in _FORMS for name in form.base_fields}
# Two steps have a field `language`: the person's own, and that of the notices.
_PLACE["notice_language"] = ("acts", "language")

Rows = Sequence[Mapping]
Answers = dict[str, dict[str, list[str]]]


def type_in(
    facts: Mapping, *, convictions: Rows = (), warrants: Rows = (), acts: Rows = ()
) -> Answers:
    """The answers of every step; an unknown name of a fact is a KeyError.

    Values may be text, numbers, days, aware moments, or sequences of text.
    """
    answers: Answers = {name: {} for name, _ in _FORMS}
    for name, value in facts.items():
        step, field = _PLACE[name]
        answers[step].update(_typed(field, value))
    for step, rows in (("custody", convictions), ("basis", warrants), ("acts", acts)):
        answers[step].update(_typed_rows(rows))
    return answers


def _typed_rows(rows: Rows) -> dict[str, list[str]]:
    typed = {
        f"{steps.PREFIX}-TOTAL_FORMS": [str(len(rows))],
        f"{steps.PREFIX}-INITIAL_FORMS": ["0"],
    }
    for number, row in enumerate(rows):
        for name, value in row.items():
            typed.update(_typed(f"{steps.PREFIX}-{number}-{name}", value))
    return typed


def _typed(name: str, value) -> dict[str, list[str]]:
    if isinstance(value, datetime):
        return _clock_reading(name, value)
    if isinstance(value, date):
        return {name: [value.isoformat()]}
    if isinstance(value, list | tuple):
        return {name: [str(one) for one in value]}
    return {name: [str(value)]}


def _clock_reading(name: str, moment: datetime) -> dict[str, list[str]]:
    local = moment.astimezone(ZONE)
    typed = {name: [local.strftime(TYPED)]}
    if len(moments_of(local.replace(tzinfo=None))) == 2:
        typed[f"{name}_which"] = ["second" if local.fold else "first"]
    return typed
