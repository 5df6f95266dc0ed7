"""What the law says so far of a record not yet filed; nothing is kept."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime

from django.utils import timezone

from requests_app import law
from requests_app.docket.record import Record
from requests_app.review import facts, wording
from requests_app.review.models import DUTIES_OF_DOING
from requests_app.review.services import assess_facts, current_statute


@dataclass
class PanelItem:
    """One proposed or finished act, and what the law says of it."""

    title: str
    assessment: law.Assessment
    findings: list = field(default_factory=list)
    duties: list = field(default_factory=list)


@dataclass
class Panel:
    """The side panel of filing."""

    items: list[PanelItem]
    version: str | None
    caution: str
    open_facts: list[dict]


def of(
    record: Record, acts: list, *, given: Collection[str] = (), now: datetime
) -> Panel:
    """Judge each ask on the day of `now`, each act and the receipt on its own day.

    `given` are the kinds of notice that have been given already.
    """
    statute = current_statute()
    official = record.ice_request.agency.kind
    items = []
    for ask in record.asks:
        content = facts.of_ask(
            record, ask, official=official, on=timezone.localdate(now)
        )
        items.append(_item(ask.get_kind_display(), content, statute, is_asked=True))
    for act in acts:
        content = facts.of_act(record, act, official=official)
        items.append(_item(act.get_kind_display(), content, statute))
    if facts.is_detainer(record):
        content = facts.of_receipt(record, official=official, served=given)
        items.append(_item("On receipt, whatever is decided", content, statute))
    version = statute.version_on(timezone.localdate(now))
    return Panel(
        items=items,
        version=version.name if version else None,
        caution="" if version is None or version.confirmed else version.note,
        open_facts=_open_facts(items),
    )


def _item(
    title: str, content: dict, statute: law.Statute, *, is_asked: bool = False
) -> PanelItem:
    """What is only asked cannot have met the duties that doing it brings."""
    assessment = assess_facts(content, statute=statute)
    shown = [
        {"finding": row, "version": assessment.version} for row in assessment.findings
    ]
    duties = [
        row for row in shown if is_asked and row["finding"].citation in DUTIES_OF_DOING
    ]
    return PanelItem(
        title=title,
        assessment=assessment,
        findings=[row for row in shown if row not in duties],
        duties=duties,
    )


def _open_facts(items: list[PanelItem]) -> list[dict]:
    """The facts that would settle something, each with the step that asks it."""
    keys = []
    for item in items:
        for row in item.findings:
            missing = row["finding"].missing
            keys += [key for key in missing if key not in keys]
    return [
        {"label": wording.fact_label(key), "step": wording.step_of_fact(key)}
        for key in keys
    ]
