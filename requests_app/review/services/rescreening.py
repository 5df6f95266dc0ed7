"""Screening again after a change of law: screenings and flags are added.

Nothing is rewritten: a screening, a finding, a determination or an act stays as it
was made. A determination whose findings change while it can still be carried out is
superseded, as after a correction.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from requests_app import law
from requests_app.accounts.models import Agency, Appointment, Role, User
from requests_app.docket.models import IceRequest
from requests_app.docket.moments import start_of_day
from requests_app.ledger import services as ledger
from requests_app.notices import services as notices
from requests_app.outbox import jobs
from requests_app.outbox import services as outbox
from requests_app.outbox.models import Job
from requests_app.review.models import MessageKind, OffenceRuling, Screening
from requests_app.review.services.assigning import assign
from requests_app.review.services.deciding import reopen_changed
from requests_app.review.services.noticing import owe_newly_found
from requests_app.review.services.screening import (
    current_statute,
    is_outdated,
    is_read_otherwise,
    screen,
)
from requests_app.review.services.telling import tell

CALENDAR, CHANGED, RESCREEN = "law.calendar", "law.changed", "law.rescreen"
WHOLE_LAW = "statute-"
# How many requests one job looks at; the next job goes on after the last of them.
BATCH = 100


@dataclass(frozen=True)
class _Portal:
    """Who acts when nobody does: the history names the portal itself."""

    public_id: str = ledger.SYSTEM


PORTAL = _Portal()


def order_rescreening(*, at: datetime) -> None:
    """Have every agency's requests looked at again, after the caller's commit.

    The job is named for the law's code and tables, so that the row also says by which
    of them every request was last looked at.
    """
    outbox.enqueue(kind=CHANGED, subject=law_of_this_code(), at=at)


def law_of_this_code() -> str:
    """A name for the law's code and tables as installed: their digest."""
    return WHOLE_LAW + settings.CODE_VERSION.rpartition("law.")[2]


def order_if_changed(*, at: datetime) -> bool:
    """Order the re-screening once when the law is another than it was last ordered by.

    It is another when a date has come, and when an installed release brings other
    words, classes or stays, of whatever past date. Says whether it was ordered.
    """
    ordered = Job.objects.filter(kind=CHANGED)
    change = last_change(at=at, statute=law.STATUTE)
    is_known = ordered.filter(subject=law_of_this_code()).exists()
    if is_known and not (
        change and not ordered.filter(created_at__gte=change).exists()
    ):
        return False
    order_rescreening(at=at)
    return True


def last_change(*, at: datetime, statute: law.Statute) -> datetime | None:
    """When the law last became another: a version, a stay or a ruling took effect."""
    days = [one.effective_from for one in statute.versions]
    days += [one.from_date for one in statute.stays]
    days += [one.until_date for one in statute.stays if one.until_date]
    moments = [start_of_day(day) for day in days]
    moments += [
        max(row.ruled_at, start_of_day(row.effective_from))
        for row in OffenceRuling.objects.ruled()
    ]
    return max((moment for moment in moments if moment <= at), default=None)


@jobs.does(CALENDAR)
def look_at_the_calendar(*, subject: str, at: datetime) -> None:
    """Order the re-screening once after each change; a clock that stood still too."""
    order_if_changed(at=at)


@jobs.does(CHANGED)
def send_to_each_agency(*, subject: str, at: datetime) -> None:
    """One chain of jobs an agency, each in the context of that agency alone."""
    for agency in Agency.objects.order_by("id"):
        _enqueue(agency, after=0, at=at)


@jobs.does(RESCREEN)
def rescreen_some(*, subject: str, at: datetime) -> None:
    """Look at some requests of one agency, and have the next job look at the next."""
    agency_id, after = (int(one) for one in subject.removeprefix("a").split("_"))
    agency = Agency.objects.get(pk=agency_id)
    numbers = list(
        IceRequest.objects.filter(agency=agency, id__gt=after)
        .order_by("id")
        .values_list("id", flat=True)[:BATCH]
    )
    for number in _outdated(numbers, at=at):
        rescreen(ice_request=IceRequest(pk=number), at=at)
    if len(numbers) == BATCH:
        _enqueue(agency, after=numbers[-1], at=at)


@transaction.atomic
def rescreen(*, ice_request: IceRequest, at: datetime) -> list[Screening]:
    """Judge one request by the law as it now stands; nothing if it says the same.

    Returns the screenings added.
    """
    ice_request = (
        IceRequest.objects.select_for_update(of=("self",))
        .select_related("agency", "filed_by", "data_key")
        .get(pk=ice_request.pk)
    )
    before = _findings_of(ice_request)
    by = {"by": PORTAL, "role": ledger.SYSTEM, "at": at}
    written = screen(ice_request=ice_request, cause=Screening.Cause.LAW_CHANGED, **by)
    if not written:
        return []
    if reopen_changed(ice_request=ice_request, **by):
        notices.owe_intent_again(ice_request=ice_request, **by)
    owe_newly_found(ice_request=ice_request, **by)
    assign(ice_request=ice_request, **by)
    ledger.record(
        event="law.rescreened",
        subject=ice_request.public_id,
        at=at,
        actor=ledger.SYSTEM,
        role=ledger.SYSTEM,
        agency=ice_request.agency.code,
        body={"screenings": [one.public_id for one in written]},
    )
    if _findings_of(ice_request) != before:
        tell(
            people=_supervisors(ice_request.agency, on=timezone.localdate(at)),
            agency=ice_request.agency,
            kind=MessageKind.RESCREENED,
            ice_request=ice_request,
            at=at,
        )
    return written


def _enqueue(agency: Agency, *, after: int, at: datetime) -> None:
    outbox.enqueue(
        kind=RESCREEN, subject=f"a{agency.pk}_{after}", agency=agency.code, at=at
    )


def _outdated(numbers: list[int], *, at: datetime) -> list[int]:
    """Those of which a newest screening says other than the law now does.

    Coarse: `screen` decides in full which subjects are judged anew.
    """
    statute = current_statute()
    newest = (
        Screening.objects.filter(ice_request__in=numbers)
        .latest_by_subject()
        .prefetch_related("findings")
    )
    of_request = defaultdict(list)
    for one in newest:
        of_request[one.ice_request_id].append(one)
    return [
        number
        for number in numbers
        if any(
            is_read_otherwise(one, statute=statute)
            or (one.ask_id is not None and is_outdated(one, at=at, statute=statute))
            for one in of_request[number]
        )
    ]


def _findings_of(ice_request: IceRequest) -> set:
    newest = ice_request.screenings.latest_by_subject().prefetch_related("findings")
    return {
        (one.ask_id, one.act_id, row.citation, row.result)
        for one in newest
        for row in one.findings.all()
    }


def _supervisors(agency: Agency, *, on: date) -> list[User]:
    appointed = Appointment.objects.in_force(on).filter(
        agency=agency, role__in=[Role.SUPERVISOR, Role.HEAD], user__is_active=True
    )
    return [row.user for row in appointed.select_related("user")]
