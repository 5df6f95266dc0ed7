"""What was corrected of a request, entry by entry: old, new, who, when and why.

Facts that the law asks for stand in each screening, before and after. Every value that
a correction replaced is kept, sealed, with its reason; of one made before they were
kept, the history's commitments show what changed and not what it was.
"""

import json
from collections.abc import Iterator
from datetime import date, datetime

from django.db import models

from requests_app.docket.models import Custody, IceRequest, LegalBasis, Person
from requests_app.docket.moments import ZONE
from requests_app.ledger.models import Entry
from requests_app.review import wording
from requests_app.vault.fields import SealedDateField

_EVENTS = ("request.filed", "request.corrected", "request.screened")
_TABLES = {model._meta.model_name: model for model in (Person, Custody, LegalBasis)}


def of_request(ice_request: IceRequest, named, *, shows_values: bool) -> list[dict]:
    """Every correction, the newest first; `named` adds the names of who acted.

    Without `shows_values` what is personal is named, and its values are left out.
    """
    kept = {row.rev: row for row in ice_request.corrections.all()}
    entries = Entry.objects.about(ice_request.public_id).filter(event__in=_EVENTS)
    differences = _differences_by_screening(ice_request)
    found, committed = [], set()
    for entry in named(entries).order_by("seq"):
        body = json.loads(entry.body)
        if entry.event == "request.screened":
            # What a correction changed is seen by the screenings that follow it.
            if found and body.get("cause") == "corrected":
                _add(found[-1]["facts"], body, differences)
            continue
        before, committed = committed, set(body.get("commitments") or [])
        if entry.event == "request.corrected":
            row = kept.get(body.get("rev"))
            said = _correction(entry, body, before ^ committed)
            if row is not None and shows_values:
                said |= {"reason": row.reason, "values": list(_values(row))}
            found.append(said)
    return found[::-1]


def _correction(entry, body: dict, changed: set[str]) -> dict:
    return {
        "at": entry.at,
        "actor": (entry.actor_name or "").strip() or "The portal",
        "step": wording.STEP_LABELS.get(body.get("step"), ""),
        "facts": [],
        "reason": "",
        "values": [],
        "changed": _columns(changed),
    }


def _values(row) -> Iterator[dict]:
    for column, before in row.before.items():
        table, _, name = column.partition(".")
        field = _TABLES[table]._meta.get_field(name)
        yield {
            "label": wording.FACT_LABELS.get(name) or wording.column_label(name),
            "before": _word(field, before),
            "after": _word(field, row.after[column]),
        }


def _word(field, value) -> str:
    """A kept value in plain words, for a page and for a paper."""
    if value is None or value == []:
        return "Not known"
    if isinstance(value, list):
        return ", ".join(_word(field, one) for one in value)
    choices = field.choices or getattr(field, "base_field", field).choices or ()
    if value in dict(choices):
        return str(dict(choices)[value])
    # By the field: a booking number may read like a day.
    if isinstance(field, models.DateTimeField):
        local = datetime.fromisoformat(value).astimezone(ZONE)
        return f"{local:%b} {local.day}, {local:%Y, %H:%M %Z}"
    if isinstance(field, models.DateField | SealedDateField):
        on = date.fromisoformat(value)
        return f"{on:%b} {on.day}, {on:%Y}"
    return str(value)


def _add(facts: list[dict], body: dict, differences: dict[str, list]) -> None:
    for screening in body.get("screenings") or []:
        for one in differences.get(screening, []):
            if one not in facts:
                facts.append(one)


def _columns(commitments: set[str]) -> list[str]:
    columns = {one.partition(":")[0].partition(".")[2] for one in commitments}
    return sorted(wording.column_label(one) for one in columns)


def _differences_by_screening(ice_request: IceRequest) -> dict[str, list]:
    """What each screening saw otherwise than the one before it of the same subject."""
    found: dict[str, list] = {}
    before: dict[tuple, dict] = {}
    rows = ice_request.screenings.order_by("id").only(
        "public_id", "ask_id", "act_id", "facts", "ice_request_id"
    )
    for row in rows:
        key = (row.ask_id, row.act_id)
        seen = before.get(key)
        found[row.public_id] = wording.fact_differences(seen, row.facts) if seen else []
        before[key] = row.facts
    return found
