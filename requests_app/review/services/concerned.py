"""Whom a clock concerns: who can keep it still, and who hears that it has lapsed."""

from collections.abc import Iterable
from datetime import datetime

from django.utils import timezone

from requests_app.accounts.models import Appointment, Role, User
from requests_app.docket.models import IceRequest
from requests_app.review.models import Alarm, Assignment
from requests_app.review.services.desks import roles_of

_FILERS = (Role.CLERK, Role.SUPERVISOR, Role.HEAD)
_DECIDERS = (Role.SUPERVISOR, Role.HEAD)


def _on_the_desk(row, ice_request: IceRequest, step: str, at: datetime) -> list[User]:
    """Whoever has the request, else those who decide in its queue.

    What was returned is on no desk: its filer has it, and the supervisors sent it back.
    """
    desk = row if isinstance(row, Assignment) else _desk_of(ice_request)
    if desk is None:
        others = holding(ice_request, (Role.SUPERVISOR,), at=at)
        return _filer(ice_request, at=at) + others
    there = holding(ice_request, roles_of(desk.queue), at=at)
    holder = [person for person in there if person.pk == desk.assigned_to_id]
    return holder or there


def _desk_of(ice_request: IceRequest) -> Assignment | None:
    return ice_request.assignments.open().first()


def _who_gives(row, ice_request: IceRequest, step: str, at: datetime) -> list[User]:
    """The filer gives the notices; when one has lapsed, the supervisors hear too."""
    also = (Role.SUPERVISOR,) if step == Alarm.Step.LAPSED else ()
    return _filer(ice_request, at=at) + holding(ice_request, also, at=at)


def _who_answers(row, ice_request: IceRequest, step: str, at: datetime) -> list[User]:
    asked_by = (
        holding(ice_request, _DECIDERS, at=at) if step == Alarm.Step.LAPSED else []
    )
    return _filer(ice_request, at=at) + [
        person for person in asked_by if person.pk == row.asked_by_id
    ]


def _who_confirms(row, ice_request: IceRequest, step: str, at: datetime) -> list[User]:
    """Those who may be the second person; when it has lapsed, the administrators."""
    roles = _DECIDERS + ((Role.ADMINISTRATOR,) if step == Alarm.Step.LAPSED else ())
    return [
        person
        for person in may_decide(holding(ice_request, roles, at=at), ice_request)
        if person.pk != row.decided_by_id
    ]


def _filer(ice_request: IceRequest, *, at: datetime) -> list[User]:
    """Who filed, if he still files there; else all the clerks."""
    there = holding(ice_request, _FILERS, at=at)
    filer = [person for person in there if person.pk == ice_request.filed_by_id]
    return filer or holding(ice_request, (Role.CLERK,), at=at)


def may_decide(people: Iterable[User], ice_request: IceRequest) -> list[User]:
    barred = {ice_request.filed_by_id, ice_request.corrected_by_id}
    return [person for person in people if person.pk not in barred]


def holding(ice_request: IceRequest, roles, *, at: datetime) -> list[User]:
    posts = (
        Appointment.objects.in_force(timezone.localdate(at))
        .filter(agency=ice_request.agency, role__in=roles, user__is_active=True)
        .select_related("user")
        .order_by("user_id")
    )
    return list({post.user_id: post.user for post in posts}.values())


# By the clock of `alarms`.
CONCERNED = {
    "decide": _on_the_desk,
    "release_expected": _on_the_desk,
    "release_eligible": _on_the_desk,
    "notice": _who_gives,
    "question": _who_answers,
    "second": _who_confirms,
}
