"""Telling people that something waits: inside the portal, and by a mail of no facts."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from requests_app.accounts.models import Agency, User
from requests_app.docket.models import IceRequest
from requests_app.outbox import services as outbox
from requests_app.review.models import Message


@transaction.atomic
def tell(
    *,
    people: Iterable[User],
    agency: Agency | None,
    kind: str,
    at: datetime,
    ice_request: IceRequest | None = None,
) -> list[Message]:
    """Write each person a message, and have a mail say that something waits.

    `kind` is one of `MessageKind`; without an agency it is of the whole state. The mail
    goes by the outbox, after the commit.
    """
    told = sorted(set(people), key=lambda one: one.pk)
    messages = Message.objects.bulk_create(
        Message(user=one, agency=agency, kind=kind, ice_request=ice_request, sent_at=at)
        for one in told
    )
    for one in told:
        outbox.enqueue(
            kind="person.told",
            subject=one.public_id,
            agency=agency.code if agency else "",
            at=at,
        )
    return messages


def mark_read(*, user: User, at: datetime, public_id: str = "", until: int = 0) -> int:
    """Mark one of a person's messages as read, or all up to a row. How many."""
    rows = Message.objects.of(user).unread()
    rows = rows.filter(public_id=public_id) if public_id else rows.filter(pk__lte=until)
    return rows.update(read_at=at)
