"""What was corrected of a request, entry by entry, as far as values are kept.

Facts that the law asks for stand in each screening, before and after. What is personal
is sealed and overwritten: the history keeps a commitment of it, which shows that it
changed and not what it was.
"""

import json
from collections import defaultdict

from requests_app.docket.models import IceRequest
from requests_app.ledger.models import Entry
from requests_app.review import wording

_EVENTS = ("request.filed", "request.corrected")


def of_request(ice_request: IceRequest, named) -> list[dict]:
    """Every correction, the newest first; `named` adds the names of who acted."""
    entries = Entry.objects.about(ice_request.public_id).filter(event__in=_EVENTS)
    found, before = [], set()
    facts = _differences_by_moment(ice_request)
    for entry in named(entries).order_by("seq"):
        body = json.loads(entry.body)
        after = set(body.get("commitments") or [])
        if entry.event == "request.corrected":
            found.append(
                {
                    "at": entry.at,
                    "actor": (entry.actor_name or "").strip() or "The portal",
                    "step": wording.STEP_LABELS.get(body.get("step"), ""),
                    "facts": facts.get(entry.at, []),
                    "changed": _columns(before ^ after),
                }
            )
        before = after
    return found[::-1]


def _columns(commitments: set[str]) -> list[str]:
    columns = {one.partition(":")[0].partition(".")[2] for one in commitments}
    return sorted(wording.column_label(one) for one in columns)


def _differences_by_moment(ice_request: IceRequest) -> dict:
    """What the screenings of each moment saw otherwise than those before them."""
    found = defaultdict(list)
    before: dict = {}
    rows = ice_request.screenings.order_by("id").only(
        "ask_id", "act_id", "screened_at", "facts", "ice_request_id"
    )
    for row in rows:
        key = (row.ask_id, row.act_id)
        seen = before.get(key)
        for one in wording.fact_differences(seen, row.facts) if seen else []:
            if one not in found[row.screened_at]:
                found[row.screened_at].append(one)
        before[key] = row.facts
    return found
