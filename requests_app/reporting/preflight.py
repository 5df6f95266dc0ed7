"""What is still open at an agency before a report on a period is certified.

Each line names a request and what to set right; none of them stops the certification,
because a court or a missing person can keep a request open for years: the certifier
says that they were looked at.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, time

from django.db.models import Exists, OuterRef, Q

from requests_app.accounts.models import Agency
from requests_app.docket.models import Act, IceRequest, Person, Status
from requests_app.docket.moments import ZONE
from requests_app.review import outstanding
from requests_app.review.models import Finding, Result, Screening

_OPEN = {
    Status.AWAITING: "Nothing is decided yet",
    Status.AWAITING_SECOND: "Waits for its second person",
    Status.RETURNED: "Returned for correction",
}
_NOT_TOLD = ("unknown",)
MOST = 500


def open_questions(*, agency: Agency, since: date, until: date) -> list[dict]:
    """Requests of the period that are incomplete or not reconciled, with what is.

    The oldest `MOST` of them, and one more when there are more.
    """
    touching = _touching(agency, since, until)
    found: dict[int, list[str]] = defaultdict(list)
    for pk, status in touching.filter(status__in=_OPEN).values_list("pk", "status"):
        found[pk].append(_OPEN[Status(status)])
    for row in outstanding.unreconciled(touching):
        found[row.pk] += outstanding.missing_of(row)
    for pk in _undetermined(touching):
        found[pk].append("What was done could not be judged: a fact is not known")
    for person in _unknown_people(touching):
        found[person.ice_request_id] += _not_told(person)
    rows = IceRequest.objects.filter(pk__in=sorted(found)[: MOST + 1]).order_by("id")
    return [{"ice_request": row, "what": found[row.pk]} for row in rows]


def _touching(agency: Agency, since: date, until: date):
    """Requests received in the period, and those with an act done in it."""
    begins = _midnight(since)
    ends = _midnight(until)
    done = Act.objects.filter(
        ice_request=OuterRef("pk"), happened_at__gte=begins, happened_at__lt=ends
    )
    return (
        IceRequest.objects.shown()
        .filter(agency=agency)
        .filter(Q(received_at__gte=begins, received_at__lt=ends) | Exists(done))
    )


def _undetermined(requests) -> Iterable[int]:
    """Those with an act whose newest screening has an undetermined finding."""
    newest = Screening.objects.filter(ice_request__in=requests.values("pk"))
    newest = newest.filter(act__isnull=False).latest_by_subject()
    findings = Finding.objects.filter(
        screening__in=newest.values("pk"), result=Result.UNDETERMINED
    )
    return findings.values_list("screening__ice_request_id", flat=True).distinct()


def _unknown_people(requests):
    """People to whom ICE access was given and of whom the report lacks something."""
    given = requests.filter(ice_accesses__municipal_report=True)
    return Person.objects.filter(ice_request__in=given.values("pk")).filter(
        Q(sex__in=_NOT_TOLD)
        | Q(ethnicity__in=_NOT_TOLD)
        | Q(date_of_birth_answer__in=_NOT_TOLD)
    )


def _not_told(person: Person) -> list[str]:
    unknown = [
        label
        for label, value in (
            ("sex", person.sex),
            ("race or ethnicity", person.ethnicity),
            ("date of birth", person.date_of_birth_answer),
        )
        if value in _NOT_TOLD
    ]
    return [f"For the report is not known: {', '.join(unknown)}"]


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, tzinfo=ZONE)
