"""What the page of a request shows of what people wrote to each other about it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import CharField, OuterRef, Value
from django.db.models.functions import Concat

from requests_app.accounts.access import FILERS, Standing
from requests_app.docket.models import IceRequest
from requests_app.review.models import NOTE_MINUTES, Mention, Note

# A page shows so many notes; that there are more, it says.
MOST_NOTES = 100


@dataclass(frozen=True)
class ShownNote:
    """A note as review/_conversation.html wants it."""

    note: Note
    named: list[str]
    may_mend: bool


def conversation(ice_request: IceRequest, *, standing: Standing, now: datetime) -> dict:
    """The notes of one request, the newest first, in one statement.

    Who reads without names reads no notes: a free text may hold one. The timeline
    says that a note was written.
    """
    agency_id = ice_request.agency_id
    if not standing.sees_names_at(agency_id):
        return {"reads_notes": False, "writes_notes": False, "notes": []}
    rows = list(_notes(ice_request)[: MOST_NOTES + 1])
    writes = standing.holds_any(FILERS, agency_id)
    return {
        "reads_notes": True,
        "writes_notes": writes,
        "has_more_notes": len(rows) > MOST_NOTES,
        "notes": [
            _shown(row, ice_request, standing, now, writes) for row in rows[:MOST_NOTES]
        ],
    }


def _notes(ice_request: IceRequest):
    named = Mention.objects.filter(note=OuterRef("pk")).order_by("id")
    units = named.filter(unit__isnull=False).order_by("unit__name").distinct()
    names = named.filter(unit__isnull=True).values(
        name=Concat(
            "user__first_name",
            Value(" "),
            "user__last_name",
            output_field=CharField(),
        )
    )
    return (
        Note.objects.filter(ice_request=ice_request)
        .select_related("written_by")
        .annotate(
            names=ArraySubquery(names),
            unit_names=ArraySubquery(units.values("unit__name")),
        )
        .order_by("-id")
    )


def _shown(row: Note, ice_request, standing, now, writes: bool) -> ShownNote:
    # The request has its data key at hand: the note opens without a statement.
    row.ice_request = ice_request
    is_young = now <= row.written_at + timedelta(minutes=NOTE_MINUTES)
    is_own = row.written_by_id == standing.user.pk
    named = [*row.names, *row.unit_names]
    return ShownNote(row, named, writes and is_own and is_young)
