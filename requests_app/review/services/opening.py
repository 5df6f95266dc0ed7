"""Opening a request that is not one's own work: a reason first, kept in the history.

Asked are clerks and supervisors, at the agencies where they are not the head. Their own
is what they filed, corrected or decided, what they were named in or asked about, what
is with them, and what waits for anybody in a queue in which they decide. Everything
else of their agency they may open too, with a reason, which auditors see.
"""

from datetime import datetime

from django.db.models import Exists, OuterRef, Q

from requests_app.accounts.access import Standing
from requests_app.accounts.models import Role
from requests_app.docket.models import IceRequest
from requests_app.ledger import services as ledger
from requests_app.review.models import (
    Assignment,
    Determination,
    Mention,
    OpeningReason,
    Question,
    Queue,
)
from requests_app.review.services.desks import roles_of

_SUPERVISED = [one for one in Queue.values if Role.SUPERVISOR in roles_of(one)]


def needs_reason(request_id: str, *, standing: Standing) -> bool:
    """Whether a person says why before a request shows. One statement at most."""
    asked = standing.agency_ids({Role.CLERK, Role.SUPERVISOR})
    asked -= standing.agency_ids({Role.HEAD})
    if not asked:
        return False
    theirs = IceRequest.objects.filter(public_id=request_id, agency__in=asked)
    return _not_own(theirs, standing).exists()


def _not_own(rows, standing: Standing):
    user = standing.user
    of_request = {"ice_request": OuterRef("pk")}
    waiting = Assignment.objects.open().filter(**of_request)
    for_anybody = waiting.unassigned(standing.on).filter(
        queue__in=_SUPERVISED, agency__in=standing.agency_ids({Role.SUPERVISOR})
    )
    decided = Determination.objects.filter(**of_request).filter(
        Q(decided_by=user) | Q(second_by=user)
    )
    named = Mention.objects.filter(note__ice_request=OuterRef("pk"), user=user)
    asked = Question.objects.filter(**of_request).filter(
        Q(asked_by=user) | Q(answered_by=user)
    )
    return rows.exclude(Q(filed_by=user) | Q(corrected_by=user)).filter(
        ~Exists(waiting.held_by(user)),
        ~Exists(for_anybody),
        ~Exists(decided),
        ~Exists(named),
        ~Exists(asked),
    )


def open_request(
    *, ice_request: IceRequest, reason: OpeningReason, standing: Standing, at: datetime
) -> None:
    """Keep in the history why a person opens a request of somebody else's."""
    agency = ice_request.agency
    is_supervisor = standing.holds(Role.SUPERVISOR, agency.pk)
    ledger.record(
        event="request.opened",
        subject=ice_request.public_id,
        at=at,
        actor=standing.user.public_id,
        role=Role.SUPERVISOR if is_supervisor else Role.CLERK,
        agency=agency.code,
        body={"reason": str(reason)},
    )
