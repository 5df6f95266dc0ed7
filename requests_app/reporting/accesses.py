"""What a report under 54-192h(e)(3) counts: ICE access given in a period.

Read from the docket as it stands, into plain rows that are frozen with the report. A
row is one act; of its records of ICE access the newest counts. Who the individual is
stays behind: of a person only sex, ethnicity and the age on that day go along.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from requests_app.accounts.models import Agency
from requests_app.docket.models import IceRequest, Link, LinkKind
from requests_app.review.models import IceAccess
from requests_app.vault.sealing import CannotBeOpened

# An interview that a detainer never asked for is no compliance with it.
_COMPLYING = "54-192h(a)(6)(A)"
# Links that say: it is the same person.
_SAME_PERSON = frozenset({LinkKind.LINKED, LinkKind.SUPERSEDES, LinkKind.CANCELS})


def gather(*, agency: Agency, since: date, until: date) -> list[dict]:
    """One row for each act of ICE access from `since` until before `until`."""
    found = _newest(agency, since, until)
    requests = {row.ice_request_id: row.ice_request for row in found}
    individuals = _individuals(found, same=_linked(requests))
    ages: dict[int, int | None] = {}
    for row in found:
        ages.setdefault(individuals[row.ice_request_id], _age(row))
    return [
        {
            "request": row.ice_request.public_id,
            "rev": row.ice_request.rev,
            "act": row.act.public_id,
            "date": row.act_date.isoformat(),
            "kinds": list(row.kinds),
            "through_detainer": is_through_detainer(row),
            "law_version": row.screening.law_version,
            "individual": individuals[row.ice_request_id],
            "sex": row.ice_request.person.sex,
            "ethnicity": row.ice_request.person.ethnicity,
            "age": ages[individuals[row.ice_request_id]],
        }
        for row in found
    ]


def is_through_detainer(row: IceAccess) -> bool:
    """Whether the access was given by complying with a detainer, (a)(6)(A)."""
    return row.through_detainer and _COMPLYING in row.kinds


def _newest(agency: Agency, since: date, until: date) -> list[IceAccess]:
    rows = (
        IceAccess.objects.filter(
            ice_request__agency=agency, act_date__gte=since, act_date__lt=until
        )
        .filter(ice_request__in=IceRequest.objects.shown())
        .select_related("act", "screening", "ice_request__person")
        .select_related("ice_request__data_key")
        .order_by("act_id", "-id")
        .distinct("act_id")
    )
    counted = [row for row in rows if row.kinds and row.municipal_report]
    return sorted(counted, key=lambda row: (row.act_date, row.act_id))


def _linked(requests: Iterable[int]) -> dict[int, set[int]]:
    """Of each request those that somebody decided are of the same person."""
    ids = list(requests)
    rows = Link.objects.filter(ice_request__in=ids) | Link.objects.filter(other__in=ids)
    newest: dict[tuple[int, int], str] = {}
    for one in rows.order_by("id").values_list("ice_request_id", "other_id", "kind"):
        newest[one[0], one[1]] = one[2]
    same = defaultdict(set)
    for (later, earlier), kind in newest.items():
        if kind in _SAME_PERSON:
            same[later].add(earlier)
            same[earlier].add(later)
    return same


def _individuals(rows: list[IceAccess], *, same: dict[int, set[int]]) -> dict[int, int]:
    """A number for each individual, in the order of the first access."""
    numbers: dict[int, int] = {}
    last = 0
    for row in rows:
        if row.ice_request_id in numbers:
            continue
        last += 1
        together = [row.ice_request_id]
        while together:
            one = together.pop()
            if one not in numbers:
                numbers[one] = last
                together += same.get(one, ())
    return numbers


def _age(row: IceAccess) -> int | None:
    """The age in years on the day of the access; nothing where it is not known."""
    try:
        born = row.ice_request.person.date_of_birth
    except CannotBeOpened:
        return None
    if born is None:
        return None
    day = row.act_date
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def requests_of(rows: Iterable[dict]) -> dict[str, IceRequest]:
    """The requests that frozen rows name, by their public identifiers."""
    ids = {row["request"] for row in rows}
    found = IceRequest.objects.filter(public_id__in=ids).select_related("agency")
    return {one.public_id: one for one in found}
