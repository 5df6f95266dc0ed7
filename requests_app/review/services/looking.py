"""Who else has the page of a request open: said by their browsers, for a minute."""

from collections import defaultdict
from dataclasses import replace
from datetime import datetime, timedelta

from requests_app.accounts import tenancy
from requests_app.accounts.models import User
from requests_app.docket.models import IceRequest
from requests_app.review.models import Looking

# A browser speaks each twenty seconds; who is silent for three of them has gone.
GONE_AFTER = timedelta(seconds=60)
MOST_NAMED = 5


def look(*, ice_request: IceRequest, by: User, at: datetime) -> None:
    """Say that a person has a request open, and forget what that person had open."""
    Looking.objects.filter(user=by, heard_at__lt=at - GONE_AFTER).delete()
    Looking.objects.bulk_create(
        [Looking(ice_request=ice_request, user=by, heard_at=at)],
        update_conflicts=True,
        unique_fields=["ice_request", "user"],
        update_fields=["heard_at"],
    )


def forget_gone(*, at: datetime) -> int:
    """Forget everybody who has gone, whatever became of the account. How many rows.

    The database lets nobody but the person take such a row away, so it is done in each
    one's context, at the agencies of the requests that were open.
    """
    rows = Looking.objects.filter(heard_at__lt=at - GONE_AFTER)
    agencies = defaultdict(set)
    people = {}
    for row in rows.select_related("user", "ice_request"):
        people[row.user_id] = row.user
        agencies[row.user_id].add(row.ice_request.agency_id)
    gone = 0
    for user_id, person in people.items():
        reads = frozenset(agencies[user_id])
        whose = replace(tenancy.of_person(person), reads=reads)
        with tenancy.entered(whose):
            gone += rows.filter(user=person).delete()[0]
    return gone


def others(*, ice_request: IceRequest, than: User, at: datetime) -> list[User]:
    """Who else has it open, one more than are named."""
    rows = (
        Looking.objects.filter(ice_request=ice_request, heard_at__gte=at - GONE_AFTER)
        .exclude(user=than)
        .select_related("user")
        .order_by("user__last_name", "user_id")
    )
    return [row.user for row in rows[: MOST_NAMED + 1]]
