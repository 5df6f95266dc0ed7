"""What was corrected of a request, entry by entry, as far as values are kept.

Facts that the law asks for stand in each screening, before and after. What is personal
is sealed and overwritten: the history keeps a commitment of it, which shows that it
changed and not what it was.
"""

import json

from requests_app.docket.models import IceRequest
from requests_app.ledger.models import Entry
from requests_app.review import wording

_EVENTS = ("request.filed", "request.corrected", "request.screened")


def of_request(ice_request: IceRequest, named) -> list[dict]:
    """Every correction, the newest first; `named` adds the names of who acted."""
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
            found.append(_correction(entry, body, before ^ committed))
    return found[::-1]


def _correction(entry, body: dict, changed: set[str]) -> dict:
    return {
        "at": entry.at,
        "actor": (entry.actor_name or "").strip() or "The portal",
        "step": wording.STEP_LABELS.get(body.get("step"), ""),
        "facts": [],
        "changed": _columns(changed),
    }


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
