"""What the page of a request shows of its place on the desk, read with the request."""

from datetime import datetime

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Subquery
from django.db.models.functions import JSONObject

from requests_app.accounts.access import Standing
from requests_app.docket.models import IceRequest
from requests_app.review.models import Assignment, Labelling
from requests_app.review.services.desks import is_offered


def row():
    """The open assignment's holder, unit and delay as one value of the statement."""
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
            )
        )[:1]
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
    return {
        **found,
        "since": since,
        "deferred_until": until,
        "is_deferred": until is not None and until > now,
        "is_mine": found["holder"] == standing.user.pk,
        "is_offered": found["holder"] is None
        and is_offered(
            standing, ice_request, queue=found["queue"], asks=bool(found["asks"])
        ),
        "labels": ice_request.label_names,
    }
