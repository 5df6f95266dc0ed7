"""Seeding: agencies, people and requests, in one transaction."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

from django.db import transaction

from requests_app.accounts.models import Agency, User
from requests_app.docket.moments import ZONE
from requests_app.intake import services as intake
from requests_app.management.demonstration.agencies import (
    MAIN,
    RETIRED_AT,
    Staff,
    open_agencies,
    retire,
)
from requests_app.management.demonstration.agenda import Agenda
from requests_app.management.demonstration.courses import Course
from requests_app.management.demonstration.plans import Plan, draw_plans
from requests_app.management.demonstration.sign_ins import open_doors
from requests_app.outbox.models import Job
from requests_app.reporting import rollup
from requests_app.review import services as review

RULINGS_FROM = datetime(2025, 11, 4, 10, 0, tzinfo=ZONE)


class AlreadyPeopled(ValueError):
    """The database has users: demonstration data does not mix with real data."""


@transaction.atomic
def seed(
    *,
    seed: int,
    count: int,
    now: datetime,
    tell: Callable[[str], None] = lambda line: None,
) -> None:
    """Fill an empty database as the agencies' people would have, up to `now`.

    Raises AlreadyPeopled.
    """
    if User.objects.exists():
        raise AlreadyPeopled(
            "There are users in this database already. Demonstration data goes into "
            "an empty one only: choose another DATABASE_URL, or empty this one."
        )
    staffs = open_agencies()
    agenda = Agenda(until=now.astimezone(UTC))
    plans = draw_plans(staffs=staffs, count=count, seed=seed, now=now)
    for plan in plans:
        Course(plan, agenda)
    _enter_rulings(agenda, staffs, now=now)
    agenda.enter(RETIRED_AT, lambda at: retire(staffs[MAIN]))
    _leave_drafts(agenda, staffs[MAIN], plans, now=now)
    year = 0
    for at in agenda.run():
        if at.year != year:
            year = at.year
            tell(f"Living through {year}")
    open_doors()
    agencies = Agency.objects.values_list("pk", flat=True)
    rollup.bring_up_to_date(agencies=list(agencies), at=now)
    # Nobody is to be told today that something waited years ago.
    Job.objects.filter(done_at=None, died_at=None).update(done_at=now)


def _enter_rulings(agenda: Agenda, staffs: dict[str, Staff], *, now: datetime) -> None:
    """One proposal withdrawn, one that waits for a second administrator.

    None is ruled: what the act says is not confirmed, in the demonstration either.
    """
    administrator = staffs[MAIN]["administrator"]
    begins = min(RULINGS_FROM, now - timedelta(days=9))

    def propose(section: str, at: datetime):
        return review.propose_ruling(
            section=section,
            status="confirmed",
            citation="P.A. 25-29, as read in an uncertified copy",
            effective_from=date(2025, 10, 1),
            by=administrator,
            at=at,
        )

    def propose_and_withdraw(at: datetime) -> None:
        ruling = propose("53a-60", at)
        agenda.enter(
            at + timedelta(days=2),
            lambda then: review.withdraw_ruling(
                ruling=ruling, by=administrator, at=then
            ),
        )

    agenda.enter(begins, propose_and_withdraw)
    agenda.enter(now - timedelta(days=3), lambda at: propose("53a-223", at))


def _leave_drafts(
    agenda: Agenda, main: Staff, plans: list[Plan], *, now: datetime
) -> None:
    """Three filings that the main agency's clerk has begun and not finished."""
    reached = (("request",), ("request", "person"), ("request", "person", "custody"))
    for number, names in enumerate(reached):
        answers = plans[number].answers

        def begin(at: datetime, names=names, answers=answers) -> None:
            intake.begin_draft(
                agency=main.agency,
                by=main["clerk"],
                at=at,
                answers={name: answers[name] for name in names},
            )

        agenda.enter(now - timedelta(hours=5 * number + 1), begin)
