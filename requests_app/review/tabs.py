"""The tabs of the worklist: which rows each holds, and how many, never all counted."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Func, IntegerField, OuterRef, Subquery, Value
from django.db.models.functions import Concat, JSONObject
from django.urls import reverse
from django.utils import timezone

from requests_app.accounts.access import DECIDERS, FILERS
from requests_app.accounts.models import Appointment, Placement, Unit, User
from requests_app.docket.models import Ask, IceRequest, Status
from requests_app.docket.moments import ZONE
from requests_app.review import outstanding
from requests_app.review.models import (
    DECIDING_ROLES,
    Assignment,
    ColumnChoice,
    Label,
    Labelling,
    Queue,
    SavedView,
)

# A tab says how many up to here, then that there are more.
COUNTED = 500
# Tabs that no index holds are counted among so many that are due soonest.
WINDOW = 1_000
WINDOWED = ("unassigned", "head", "second", "deferred")
# What is not reconciled is counted among so many that were filed last.
NEWEST = 300


@dataclass(frozen=True)
class Tab:
    """A part of the worklist, and what the page says of it."""

    name: str
    label: str
    says: str = ""


TABS = (
    Tab("", "All open"),
    Tab("mine", "Mine"),
    Tab("unassigned", "Unassigned"),
    Tab("unit", "My unit", "Filtered by my unit"),
    Tab("head", "Head of agency"),
    Tab("today", "Due today"),
    Tab("overdue", "Overdue"),
    Tab("second", "Awaiting a second person"),
    Tab("deferred", "Put off"),
)
CHOICES = tuple((one.name, one.label) for one in TABS if one.name)


class Cardinality(Func):
    """How many elements an array has."""

    function = "cardinality"
    output_field = IntegerField()


def narrowed(rows, tab: str, *, user, now: datetime):
    """The rows of a tab. Off every other tab is what is put off until later."""
    if tab == "deferred":
        return rows.deferred(now)
    rows = rows.not_deferred(now)
    on = timezone.localdate(now)
    narrows = {
        "mine": lambda: rows.held_by(user),
        "unassigned": lambda: rows.unassigned(on),
        "unit": lambda: rows.filter(unit__in=units_of(user, on=on)),
        "head": lambda: rows.in_queue(Queue.HEAD),
        "today": lambda: rows.filter(due_at__gte=now, due_at__lt=_midnight(now)),
        "overdue": lambda: rows.overdue(now),
        "second": lambda: rows.in_queue(Queue.SECOND_PERSON),
    }
    return narrows[tab]() if tab in narrows else rows


def units_of(user, *, on):
    """The units that somebody works in that day."""
    return Placement.objects.in_force(on).filter(user=user).values("unit_id")


def _midnight(now: datetime) -> datetime:
    local = timezone.localtime(now, ZONE)
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight + timedelta(days=1)


def facts(request, *, now: datetime) -> dict:
    """Every tab's count, and the agency's own words to filter by, in one statement."""
    agencies = request.standing.agency_ids(DECIDERS)
    rows = Assignment.objects.open().visible_to(request.standing)
    counts = {
        f"count_{tab.name}": Cardinality(
            ArraySubquery(
                narrowed(rows, tab.name, user=request.user, now=now).values("id")[
                    : COUNTED + 1
                ]
            )
        )
        for tab in TABS
        if tab.name not in WINDOWED
    }
    units = Unit.objects.open().filter(agency__in=agencies).order_by("name", "id")
    labels = Label.objects.in_use().filter(agency__in=agencies).order_by("name", "id")
    mine = Unit.objects.filter(pk__in=units_of(request.user, on=request.standing.on))
    named = JSONObject(value="public_id", label="name")
    found = (
        User.objects.filter(pk=request.user.pk)
        .annotate(
            **counts,
            window=ArraySubquery(rows.soonest_first().values(json=_ROW)[:WINDOW]),
            newest=Cardinality(ArraySubquery(_determined(request).values("pk"))),
            open_ends=Cardinality(
                ArraySubquery(
                    outstanding.unreconciled(
                        IceRequest.objects.filter(
                            pk__in=_determined(request).values("pk")
                        )
                    ).values("pk")
                )
            ),
            there=ArraySubquery(
                _deciding(agencies, on=request.standing.on).values(json=_PLACE)
            ),
            units=ArraySubquery(units.values(json=named)[:200]),
            labels=ArraySubquery(labels.values(json=named)[:200]),
            mine=ArraySubquery(mine.order_by("name").values("name")[:5]),
            pinned=ArraySubquery(
                SavedView.objects.pinned_by(
                    request.user, SavedView.Page.WORKLIST
                ).values(json=JSONObject(name="name", filters="filters"))
            ),
            columns=Subquery(
                ColumnChoice.objects.filter(
                    user=OuterRef("pk"), page=SavedView.Page.WORKLIST
                ).values("columns")[:1]
            ),
        )
        .values(*counts, *_FOUND)
        .get()
    )
    return {**found, **_in_window(found, now=now)}


_FOUND = ("window", "there", "units", "labels", "mine", "pinned", "columns") + (
    "newest",
    "open_ends",
)
_ROW = JSONObject(
    queue="queue", person="assigned_to_id", agency="agency_id", until="deferred_until"
)
_PLACE = JSONObject(person="user_id", agency="agency_id")


def _deciding(agencies, *, on):
    posts = Appointment.objects.in_force(on).filter(agency__in=agencies)
    return posts.filter(role__in=DECIDING_ROLES)


def _determined(request):
    """The newest determined requests of the agencies where the reader files."""
    agencies = request.standing.agency_ids(FILERS)
    rows = IceRequest.objects.filter(agency__in=agencies, status=Status.DETERMINED)
    return rows.newest_first()[:NEWEST]


def _in_window(found: dict, *, now: datetime) -> dict:
    """Counts among the soonest due; where there are more rows, each is "at least"."""
    there = {(one["person"], one["agency"]) for one in found["there"]}
    counts = dict.fromkeys(WINDOWED, 0)
    for row in found["window"]:
        if row["until"] and datetime.fromisoformat(row["until"]) > now:
            counts["deferred"] += 1
            continue
        counts["unassigned"] += (row["person"], row["agency"]) not in there
        counts["head"] += row["queue"] == Queue.HEAD
        counts["second"] += row["queue"] == Queue.SECOND_PERSON
    is_full = len(found["window"]) == WINDOW
    return {
        **{f"count_{name}": number for name, number in counts.items()},
        "at_least": WINDOWED if is_full else (),
    }


def shown(current: str, found: dict, link) -> list[dict]:
    """The tabs as the page shows them, then those that are other pages."""
    shown = [
        {
            "label": tab.label,
            "url": link(tab=tab.name or None),
            "is_current": tab.name == current,
            "count": _counted(
                found[f"count_{tab.name}"], at_least=tab.name in found["at_least"]
            ),
        }
        for tab in TABS
        if tab.name != "unit" or found["mine"]
    ]
    # A page of its own: what is decided waits on no desk.
    number, is_full = found["open_ends"], found["newest"] == NEWEST
    shown.append(
        {
            "label": "Unreconciled",
            "url": reverse("unreconciled_list"),
            "is_current": False,
            "count": _counted(number, at_least=is_full),
        }
    )
    return shown


def _counted(number: int, *, at_least: bool) -> str:
    if number > COUNTED:
        return f"{COUNTED}+"
    return f"{number}+" if at_least else str(number)


def with_more(rows):
    """Rows with asks, labels and who has them, read in the same statement."""
    asks = Ask.objects.filter(ice_request=OuterRef("ice_request")).order_by("id")
    labels = Labelling.objects.filter(
        ice_request=OuterRef("ice_request"), removed_at=None
    ).order_by("id")
    holder = User.objects.filter(pk=OuterRef("assigned_to")).values(
        name=Concat("first_name", Value(" "), "last_name")
    )
    unit = Unit.objects.filter(pk=OuterRef("unit")).values("name")
    return rows.annotate(
        ask_kinds=ArraySubquery(asks.values("kind")),
        label_names=ArraySubquery(labels.values("label__name")),
        holder=Subquery(holder[:1]),
        unit_name=Subquery(unit[:1]),
    )
