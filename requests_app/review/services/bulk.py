"""Bulk: one order over many requests, done in batches, with a result for each."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from requests_app.accounts.access import DECIDERS, Standing
from requests_app.accounts.models import Agency, Role, User
from requests_app.docket.models import IceRequest
from requests_app.ledger import services as ledger
from requests_app.outbox import services as outbox
from requests_app.review.models import (
    Bulk,
    BulkItem,
    BulkKind,
    Label,
    MessageKind,
)
from requests_app.review.services import handling, labelling
from requests_app.review.services.telling import tell

MOST = 1_000
BATCH = 100
# A job that waits is there once, and the one at work waits until it is done: the next
# batch goes by the other name.
KINDS = ("bulk.carried_out", "bulk.carried_on")


class NotYourBulk(PermissionError):
    """Only those who decide at the agency order many things at once."""


class TooMany(ValueError):
    """Nothing was chosen, or more than one order may hold."""


@dataclass(frozen=True)
class Order:
    """What is to be done to each request."""

    kind: str
    assignee: User | None = None
    label: Label | None = None
    until: datetime | None = None
    code: str = ""


@transaction.atomic
def order(
    *,
    agency: Agency,
    what: Order,
    ice_requests: Sequence[IceRequest],
    standing: Standing,
    at: datetime,
) -> Bulk:
    """Keep an order with an item for each request, and have it carried out.

    Raises NotYourBulk, TooMany, handling.Away, handling.NotThatDay.
    """
    if not standing.holds_any(DECIDERS, agency.pk):
        raise NotYourBulk("Only a supervisor or the head of agency does this.")
    if not 0 < len(ice_requests) <= MOST:
        raise TooMany(f"Choose between one and {MOST:,} requests.")
    if what.kind == BulkKind.ASSIGN:
        handling.refuse_away(what.assignee, agency, at=at)
    if what.kind == BulkKind.DEFER:
        handling.refuse_that_day(what.until, at=at)
    is_head = standing.holds(Role.HEAD, agency.pk)
    bulk = Bulk.objects.create(
        agency=agency,
        kind=what.kind,
        assignee=what.assignee,
        label=what.label,
        until=what.until,
        code=what.code,
        ordered_by=standing.user,
        ordered_as=Role.HEAD if is_head else Role.SUPERVISOR,
        ordered_at=at,
        total=len(ice_requests),
    )
    BulkItem.objects.bulk_create(
        BulkItem(bulk=bulk, ice_request=one) for one in ice_requests
    )
    body = {"kind": str(what.kind), "total": bulk.total}
    _record("bulk.ordered", bulk, at=at, body=body)
    outbox.enqueue(kind=KINDS[0], subject=bulk.public_id, agency=agency.code, at=at)
    return bulk


@transaction.atomic
def carry_on(*, bulk: Bulk, kind: str, at: datetime) -> Bulk:
    """Do the next batch of an order. What has a result is left alone.

    Whoever ordered it must decide at the agency still, and each request is asked anew:
    what may not be done stays as it was, and its row says why.
    """
    bulk = (
        Bulk.objects.select_for_update(of=("self",))
        .select_related("agency", "ordered_by", "assignee", "label")
        .get(pk=bulk.pk)
    )
    if bulk.done_at is not None:
        return bulk
    waiting = bulk.items.filter(result=BulkItem.Result.WAITING).order_by("id")
    items = list(waiting.select_related("ice_request__agency")[: BATCH + 1])
    standing = Standing.of(bulk.ordered_by, on=timezone.localdate(at))
    for item in items[:BATCH]:
        _do(item, bulk, standing=standing, at=at)
    if len(items) > BATCH:
        other = KINDS[1 - KINDS.index(kind)]
        outbox.enqueue(
            kind=other, subject=bulk.public_id, agency=bulk.agency.code, at=at
        )
        return bulk
    _finish(bulk, at=at)
    return bulk


def _do(item: BulkItem, bulk: Bulk, *, standing: Standing, at: datetime) -> None:
    refusals = (
        *(handling.NotOpen, handling.NotYourWork, handling.Away, handling.NotThatDay),
        *(labelling.NotYourLabel, labelling.LabelRetired, labelling.LabelledAlready),
    )
    who = {"standing": standing, "at": at, "bulk": bulk}
    try:
        _DEEDS[bulk.kind](item.ice_request, bulk, who)
    except refusals as refusal:
        item.result, item.because = BulkItem.Result.SKIPPED, str(refusal)[:200]
    else:
        item.result = BulkItem.Result.DONE
    item.done_at = at
    item.save(update_fields=["result", "because", "done_at"])


_DEEDS = {
    BulkKind.ASSIGN: lambda ice_request, bulk, who: handling.give(
        ice_request=ice_request, to=bulk.assignee, **who
    ),
    BulkKind.DEFER: lambda ice_request, bulk, who: handling.defer(
        ice_request=ice_request, until=bulk.until, code=bulk.code, note="", **who
    ),
    BulkKind.LABEL: lambda ice_request, bulk, who: labelling.put_on(
        ice_request=ice_request, label=bulk.label, **who
    ),
}


def _finish(bulk: Bulk, *, at: datetime) -> None:
    bulk.done_at = at
    bulk.save(update_fields=["done_at"])
    done = bulk.items.filter(result=BulkItem.Result.DONE).count()
    body = {"done": done, "skipped": bulk.total - done}
    _record("bulk.finished", bulk, at=at, body=body)
    told = {bulk.ordered_by}
    if done and bulk.assignee is not None:
        told.add(bulk.assignee)
    tell(people=told, agency=bulk.agency, kind=MessageKind.BULK, at=at)


def _record(event: str, bulk: Bulk, *, at: datetime, body: dict) -> None:
    ledger.record(
        event=event,
        subject=bulk.public_id,
        at=at,
        actor=bulk.ordered_by.public_id,
        role=bulk.ordered_as,
        agency=bulk.agency.code,
        body=body,
    )
