"""Opening the duties of (e)(1) and recording their service."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from requests_app.accounts.models import User
from requests_app.docket import clocks
from requests_app.docket.models import Act, IceRequest
from requests_app.ledger import services as ledger
from requests_app.notices.models import METHODS, Notice, NoticeKind, ServiceMethod

OWED_ON_RECEIPT = (NoticeKind.DETAINER_COPY, NoticeKind.INTENT)


class AlreadyServed(ValueError):
    """The notice was served before; its service is final."""


class NotServiceOf(ValueError):
    """What was done does not give this notice."""


class ServedBeforeOwed(ValueError):
    """The service is dated before the duty arose."""


@transaction.atomic
def owe(
    *,
    ice_request: IceRequest,
    kinds: Sequence[str],
    since: datetime,
    by: User,
    role: str,
    at: datetime,
    act: Act | None = None,
) -> list[Notice]:
    """Open a duty for each kind; the due time is the agency's policy, not law."""
    hours = ice_request.agency.copy_within_hours
    opened = []
    for kind in kinds:
        notice = Notice.objects.create(
            ice_request=ice_request,
            act=act,
            kind=kind,
            owed_since=since,
            policy_due_at=clocks.copy_due(owed_since=since, hours=hours).at,
        )
        ledger.record(
            event="notice.owed",
            subject=ice_request.public_id,
            at=at,
            actor=by.public_id,
            role=role,
            agency=ice_request.agency.code,
            body={
                "notice": notice.public_id,
                "kind": str(kind),
                "due_at": notice.policy_due_at.isoformat(),
            },
        )
        opened.append(notice)
    return opened


@transaction.atomic
def serve(
    *,
    notice: Notice,
    how: str,
    served_at: datetime,
    language: str,
    by: User,
    role: str,
    at: datetime,
) -> Notice:
    """Record that a notice was given.

    Raises AlreadyServed, ServedBeforeOwed, NotServiceOf.
    """
    notice = Notice.objects.select_for_update().get(pk=notice.pk)
    if notice.served_at is not None:
        raise AlreadyServed("This notice is recorded as given already.")
    if how not in METHODS[notice.kind]:
        raise NotServiceOf(
            f"“{ServiceMethod(how).label}” does not give this notice: "
            f"{notice.get_kind_display().lower()}."
        )
    if served_at < notice.owed_since:
        raise ServedBeforeOwed(
            "The notice cannot be given before it was owed. Check the date and time."
        )
    notice.served_at = served_at
    notice.served_by = by
    notice.served_how = how
    notice.language = language
    notice.save(update_fields=["served_at", "served_by", "served_how", "language"])
    ledger.record(
        event="notice.served",
        subject=notice.ice_request.public_id,
        at=at,
        actor=by.public_id,
        role=role,
        agency=notice.ice_request.agency.code,
        body={
            "notice": notice.public_id,
            "kind": notice.kind,
            "how": how,
            "served_at": served_at.isoformat(),
        },
    )
    return notice


def owe_intent_again(
    *, ice_request: IceRequest, by: User, role: str, at: datetime
) -> list[Notice]:
    """What the person was told may no longer hold: that duty is open again."""
    intent = ice_request.notices.filter(kind=NoticeKind.INTENT)
    if not intent.served().exists() or intent.owed().exists():
        return []
    return owe(
        ice_request=ice_request,
        kinds=[NoticeKind.INTENT],
        since=at,
        by=by,
        role=role,
        at=at,
    )
