"""The agency's own wording to begin a reason with, one text for each code."""

from datetime import datetime

from django.db import IntegrityError, transaction

from requests_app.accounts.models import Agency, User
from requests_app.ledger import services as ledger
from requests_app.review import wording
from requests_app.review.models import ReasonText


class WrittenInBetween(Exception):
    """Somebody wrote this text anew after the page was opened."""


_WRITTEN_IN_BETWEEN = (
    "Somebody wrote this text anew since you opened the page. Theirs is shown above; "
    "to save is to replace it."
)


def texts_of(agency: Agency) -> dict[str, str]:
    """For each code the text to begin with: the agency's, or else the portal's."""
    written = ReasonText.objects.filter(agency=agency, ended_at__isnull=True)
    return wording.REASON_TEXTS | dict(written.values_list("reason_code", "text"))


@transaction.atomic
def write_text(
    *,
    agency: Agency,
    reason_code: str,
    text: str,
    instead_of: str,
    by: User,
    role: str,
    at: datetime,
) -> ReasonText:
    """Write the agency's text of one code; the one before it ends and is kept.

    `instead_of` is the text that was on the page. Raises WrittenInBetween.
    """
    open_ones = ReasonText.objects.filter(agency=agency, ended_at__isnull=True)
    standing = list(open_ones.filter(reason_code=reason_code).select_for_update())
    if texts_of(agency)[reason_code] != instead_of:
        raise WrittenInBetween(_WRITTEN_IN_BETWEEN)
    for one in standing:
        one.ended_at = at
        one.save(update_fields=["ended_at"])
    try:
        with transaction.atomic():
            written = ReasonText.objects.create(
                agency=agency,
                reason_code=reason_code,
                text=text,
                made_by=by,
                made_at=at,
            )
    except IntegrityError:
        # The first text of a code, by two at once: the database keeps one.
        raise WrittenInBetween(_WRITTEN_IN_BETWEEN) from None
    ledger.record(
        event="reason_text.written",
        subject=written.public_id,
        at=at,
        actor=by.public_id,
        role=role,
        agency=agency.code,
        body={"reason": reason_code},
    )
    return written
