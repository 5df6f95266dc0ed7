"""What the page of a request shows of its place on the desk, read with the request."""

from datetime import date, datetime

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef, Subquery
from django.db.models.functions import JSONObject
from django.utils import timezone

from requests_app.accounts.access import DECIDERS, Standing
from requests_app.accounts.models import Absence, Appointment, Role
from requests_app.docket.models import IceRequest
from requests_app.review.models import Assignment, Labelling
from requests_app.review.services import desks


def row():
    """The open assignment's holder, unit and delay as one value of the statement."""
    on = timezone.localdate()
    return Subquery(
        Assignment.objects.open()
        .filter(ice_request=OuterRef("pk"))
        .values(
            json=JSONObject(
                queue="queue",
                asks="inputs__asks",
                holder="assigned_to_id",
                since="assigned_since",
                unit="unit__name",
                desk_reason="desk_reason",
                deferred_until="deferred_until",
                is_held=Exists(_still_there(on)),
                cover=Subquery(_cover(on).values("cover_id")[:1]),
                proposers=desks.proposers_of("ice_request_id"),
            )
        )[:1]
    )


def _still_there(on: date):
    """Of whoever has it: what he or she holds at the agency that day."""
    posts = Appointment.objects.in_force(on).filter(role__in=DECIDERS)
    return posts.filter(user=OuterRef("assigned_to"), agency=OuterRef("agency"))


def _cover(on: date):
    return Absence.objects.in_force(on).filter(
        user=OuterRef("assigned_to"), agency=OuterRef("agency")
    )


def labels():
    """The names of the labels that a request bears."""
    borne = Labelling.objects.filter(ice_request=OuterRef("pk"), removed_at=None)
    return ArraySubquery(borne.order_by("id").values("label__name"))


def of(ice_request: IceRequest, *, standing: Standing, now: datetime) -> dict | None:
    """Who has it, and until when it is put off; None when it is off the worklist."""
    found = ice_request.handling_row
    if found is None:
        return None
    until, since = (
        datetime.fromisoformat(found[name]) if found[name] else None
        for name in ("deferred_until", "since")
    )
    person = standing.user.pk
    is_mine = found["holder"] == person
    # Nobody has what is with somebody who has left; a cover may take what is with
    # somebody who is away.
    may_take = not found["is_held"] or found["cover"] == person
    return {
        **found,
        "since": since,
        "deferred_until": until,
        "is_deferred": until is not None and until > now,
        "is_mine": is_mine,
        "may_dispose": is_mine
        or may_take
        or standing.holds(Role.HEAD, ice_request.agency_id),
        "is_offered": may_take
        and not is_mine
        and desks.is_offered(
            standing,
            ice_request,
            queue=found["queue"],
            asks=bool(found["asks"]),
            proposers=found["proposers"],
        ),
        "labels": ice_request.label_names,
    }
