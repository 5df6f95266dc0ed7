"""Alarms: telling of a clock before it lapses and when it has, and passing work up.

A scan each minute finds the agencies where a clock has reached a step and puts off one
job for each; the job raises the alarms. One alarm a clock, a step and a time: the
database holds that, whoever looks twice. When nobody has decided within the agency's
own time, the request goes to the head of agency, once.

No desk's clock lapses sooner than `warn_before_hours` after the work came to it, so
that what was entered late, or comes back from being put off, is seen there first.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from celery import shared_task
from django.db import transaction
from django.db.models import (
    Case,
    DateTimeField,
    DurationField,
    Exists,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    QuerySet,
    Value,
    When,
)
from django.db.models.functions import Coalesce, Greatest
from django.utils import timezone

from requests_app.accounts import staffing
from requests_app.accounts.models import Agency, Role, User
from requests_app.docket.models import Custody, IceRequest, Release, Status
from requests_app.ledger import services as ledger
from requests_app.notices.models import Notice
from requests_app.outbox import jobs
from requests_app.outbox import services as outbox
from requests_app.outbox.messages import CarriesIdentifiers
from requests_app.review import routing
from requests_app.review.models import (
    Alarm,
    Assignment,
    Determination,
    MessageKind,
    Question,
    Queue,
)
from requests_app.review.services.assigning import escalated_due
from requests_app.review.services.concerned import CONCERNED, holding, may_decide
from requests_app.review.services.telling import tell

WATCHED = "clocks.watched"
# Of one kind of clock in one run; what is left is found a minute later.
AT_MOST = 100
_HOUR = Value(timedelta(hours=1))
DECIDE, SECOND, QUESTION = "decide", "second", "question"
WARNING, LAPSED = Alarm.Step.WARNING, Alarm.Step.LAPSED


@dataclass(frozen=True)
class Clock:
    """One kind of clock: the rows it runs for, and whom it concerns."""

    name: str
    rows: QuerySet
    # Where the agency is, seen from a row.
    agency: str = "ice_request__agency"


def _hours(field: str):
    return ExpressionWrapper(F(field) * _HOUR, output_field=DurationField())


def _at(expression):
    return ExpressionWrapper(expression, output_field=DateTimeField())


def _clocks(at: datetime) -> Iterator[Clock]:
    yield Clock(DECIDE, _undecided(at), "agency")
    for name in ("release_expected", "release_eligible"):
        yield Clock(name, _to_be_released(f"{name}_at"))
    owed = Notice.objects.owed().annotate(lapses_at=F("policy_due_at"))
    yield Clock("notice", owed.annotate(clock=F("kind")))
    yield Clock(QUESTION, Question.objects.open().annotate(lapses_at=F("due_at")))
    yield Clock(SECOND, _unconfirmed())


def _undecided(at: datetime) -> QuerySet:
    """Open assignments by the agency's own clock, whatever else they are due for."""
    began = Greatest(F("assigned_at"), Coalesce(F("deferred_until"), F("assigned_at")))
    policy = Case(
        When(due_because__startswith="agency policy", then=F("due_at")),
        When(
            rule=routing.ESCALATED,
            then=_at(F("assigned_at") + _hours("agency__decide_within_hours")),
        ),
        default=_at(
            F("ice_request__received_at") + _hours("agency__decide_within_hours")
        ),
    )
    return (
        Assignment.objects.open()
        .not_deferred(at)
        # The second person has a clock of his own.
        .filter(queue__in=[Queue.SUPERVISOR, Queue.LEGAL_REVIEW, Queue.HEAD])
        # None lapses before it is due, and this is what the index knows.
        .filter(due_at__lte=_at(Value(at) + _hours("agency__warn_before_hours")))
        .annotate(
            lapses_at=Greatest(policy, _at(began + _hours("agency__warn_before_hours")))
        )
    )


def _to_be_released(field: str) -> QuerySet:
    """Release times on record of requests that wait, put off and returned ones too."""
    waiting = Assignment.objects.open().filter(ice_request=OuterRef("ice_request"))
    gone = Release.objects.filter(ice_request=OuterRef("ice_request"))
    return Custody.objects.filter(
        Exists(waiting) | Q(ice_request__status=Status.RETURNED),
        ~Exists(gone),
        **{f"{field}__isnull": False},
    ).annotate(lapses_at=F(field))


def _unconfirmed() -> QuerySet:
    return (
        Determination.objects.live()
        .filter(is_override=True, effective_at__isnull=True)
        .annotate(
            lapses_at=_at(
                F("decided_at") + _hours("ice_request__agency__second_within_hours")
            )
        )
    )


def _reached(clock: Clock, *, at: datetime) -> QuerySet:
    """The rows whose clock has reached a step of which no alarm was raised."""
    warn = _hours(f"{clock.agency}__warn_before_hours")
    rows = clock.rows.annotate(
        step=Case(When(lapses_at__lte=at, then=Value(LAPSED)), default=Value(WARNING))
    )
    if clock.name != "notice":
        rows = rows.annotate(clock=Value(clock.name))
    raised = Alarm.objects.filter(
        ice_request=OuterRef("ice_request"),
        clock=OuterRef("clock"),
        step=OuterRef("step"),
        due_at=OuterRef("lapses_at"),
    )
    return rows.filter(Q(lapses_at__lte=_at(Value(at) + warn)), ~Exists(raised))


@shared_task(base=CarriesIdentifiers, name="clocks.watch")
def watch_every_agency() -> None:
    """Put off one job for each agency where a clock has reached a step."""
    now = timezone.now()
    with transaction.atomic(), jobs.context(""):
        found = set()
        for clock in _clocks(now):
            rows = _reached(clock, at=now).order_by()
            found |= set(rows.values_list(clock.agency, flat=True).distinct())
        for agency in Agency.objects.filter(pk__in=found).order_by("pk"):
            outbox.enqueue(
                kind=WATCHED, subject=agency.public_id, agency=agency.code, at=now
            )


@jobs.does(WATCHED)
def watched(*, subject: str, at: datetime) -> None:
    """Raise what is to be raised at one agency."""
    watch(agency=Agency.objects.get(public_id=subject), at=at)


@transaction.atomic
def watch(*, agency: Agency, at: datetime) -> list[Alarm]:
    """Raise every alarm of an agency whose time has come; each once.

    A request that somebody is deciding at this moment is left for the next minute.
    """
    raised = []
    for clock in _clocks(at):
        reached = _reached(clock, at=at).filter(**{clock.agency: agency})
        for row in reached.order_by("lapses_at", "pk")[:AT_MOST]:
            ice_request = _locked(row.ice_request_id)
            # What was decided or answered since the rows were read counts no more.
            if ice_request is None or not reached.filter(pk=row.pk).exists():
                continue
            alarm = _raise(row, ice_request, agency, at=at)
            if alarm is not None:
                raised.append(alarm)
                _follow(clock.name, row, alarm, ice_request, at=at)
    return raised


def _locked(ice_request_id: int) -> IceRequest | None:
    return (
        IceRequest.objects.select_for_update(of=("self",), skip_locked=True)
        .select_related("agency", "filed_by")
        .filter(pk=ice_request_id)
        .first()
    )


def _raise(row, ice_request: IceRequest, agency: Agency, *, at) -> Alarm | None:
    alarm, is_new = Alarm.objects.get_or_create(
        ice_request=ice_request,
        clock=row.clock,
        step=row.step,
        due_at=row.lapses_at,
        defaults={"agency": agency, "raised_at": at},
    )
    if not is_new:
        return None
    ledger.record(
        event="clock.alarmed",
        subject=ice_request.public_id,
        at=at,
        actor=ledger.SYSTEM,
        agency=agency.code,
        body={
            "clock": alarm.clock,
            "step": str(alarm.step),
            "due_at": alarm.due_at.isoformat(),
        },
    )
    return alarm


# What follows from an alarm


def _follow(name: str, row, alarm: Alarm, ice_request: IceRequest, *, at) -> None:
    if name == DECIDE and alarm.step == LAPSED:
        _pass_up(row, ice_request, at=at)
        return
    people = CONCERNED[name](row, ice_request, alarm.step, at)
    _tell(people, ice_request, MessageKind(alarm.step), at=at)


def _pass_up(assignment: Assignment, ice_request: IceRequest, *, at) -> None:
    """Give a request to the head of agency; of the head's own, tell who else can act.

    It stays where it is when no head may decide it: the administrators are told.
    """
    heads = may_decide(holding(ice_request, (Role.HEAD,), at=at), ice_request)
    if assignment.queue == Queue.HEAD or not heads:
        others = holding(ice_request, (Role.HEAD, Role.ADMINISTRATOR), at=at)
        _tell(others, ice_request, MessageKind.LAPSED, at=at)
        return
    assignment.closed_at = at
    assignment.save(update_fields=["closed_at"])
    _put_with_the_head(assignment, ice_request, at=at)
    ledger.record(
        event="request.escalated",
        subject=ice_request.public_id,
        at=at,
        actor=ledger.SYSTEM,
        agency=ice_request.agency.code,
        body={"clock": DECIDE, "from": str(assignment.queue), "to": str(Queue.HEAD)},
    )
    _tell(heads, ice_request, MessageKind.ESCALATED, at=at)
    had_it = [person for person in (assignment.assigned_to,) if person is not None]
    _tell(had_it, ice_request, MessageKind.LAPSED, at=at)


def _put_with_the_head(before: Assignment, ice_request: IceRequest, *, at) -> None:
    due = escalated_due(ice_request, since=at)
    Assignment.objects.create(
        ice_request=ice_request,
        agency=ice_request.agency,
        queue=Queue.HEAD,
        level=before.level,
        rule=routing.ESCALATED,
        reason=routing.reason_of(routing.ESCALATED),
        inputs={**before.inputs, routing.PASSED_UP_FROM: str(before.queue)},
        due_at=due.at,
        due_because=due.because,
        assigned_at=at,
    )


def _tell(people: list[User], ice_request: IceRequest, kind: str, *, at) -> None:
    """Tell them, and who covers for those of them who are away."""
    absences = staffing.away(people, ice_request.agency, on=timezone.localdate(at))
    covers = [absence.cover for absence in absences.values()]
    tell(
        people=[*people, *covers],
        agency=ice_request.agency,
        kind=kind,
        ice_request=ice_request,
        at=at,
    )
