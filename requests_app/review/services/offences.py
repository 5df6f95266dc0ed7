"""Ruling on rows of the law's tables: one administrator proposes, another rules.

Open to a ruling are the rows of the 2025 list and the felonies of uncertain class.
"""

from datetime import date, datetime

from django.db import IntegrityError, transaction

from requests_app import law
from requests_app.accounts.models import Role, User
from requests_app.ledger import services as ledger
from requests_app.review.models import OffenceRuling


class NotASection(ValueError):
    """The section is no row that the tables leave open."""


class AlreadyProposed(ValueError):
    """A proposal for this section waits for its second person already."""


class AnsweredAlready(ValueError):
    """Somebody has agreed to the proposal or taken it back."""


class SecondPersonNeeded(PermissionError):
    """Whoever proposed does not rule."""


def rows_open_to_ruling() -> dict[str, law.Offence | law.Felony]:
    """Each section that can be confirmed or struck, with its row."""
    uncertain = (row for row in law.STATUTE.felonies if row.status == "UNCERTAIN")
    return {row.section: row for row in (*uncertain, *law.STATUTE.offences)}


@transaction.atomic
def propose_ruling(
    *,
    section: str,
    status: str,
    citation: str,
    effective_from: date,
    by: User,
    at: datetime,
) -> OffenceRuling:
    """Propose that a section is confirmed or struck.

    Raises NotASection, AlreadyProposed.
    """
    if section not in rows_open_to_ruling():
        raise NotASection(f"{section} is no row that the tables leave open.")
    if OffenceRuling.objects.awaiting().filter(section=section).exists():
        raise AlreadyProposed(
            f"A proposal for {section} waits for a second administrator already."
        )
    try:
        with transaction.atomic():
            ruling = OffenceRuling.objects.create(
                section=section,
                status=status,
                citation=citation,
                effective_from=effective_from,
                proposed_by=by,
                proposed_at=at,
            )
    except IntegrityError:
        # Another administrator proposed between the look and the write.
        raise AlreadyProposed(
            f"A proposal for {section} waits for a second administrator already."
        ) from None
    _record("offence.proposed", ruling, by=by, at=at)
    return ruling


@transaction.atomic
def rule(*, ruling: OffenceRuling, by: User, at: datetime) -> OffenceRuling:
    """The second administrator agrees; the row counts from its date on.

    Raises SecondPersonNeeded, AnsweredAlready.
    """
    ruling = _awaiting(ruling)
    if ruling.proposed_by_id == by.pk:
        raise SecondPersonNeeded(
            "You proposed this. A different administrator must agree."
        )
    ruling.ruled_by = by
    ruling.ruled_at = at
    ruling.save(update_fields=["ruled_by", "ruled_at"])
    _record(
        "offence.ruled", ruling, by=by, at=at, proposed_by=ruling.proposed_by.public_id
    )
    return ruling


@transaction.atomic
def withdraw_ruling(*, ruling: OffenceRuling, by: User, at: datetime) -> OffenceRuling:
    """Take a proposal back, or refuse it, before anybody has agreed to it.

    Raises AnsweredAlready.
    """
    ruling = _awaiting(ruling)
    ruling.withdrawn_at = at
    ruling.save(update_fields=["withdrawn_at"])
    ledger.record(
        event="offence.withdrawn",
        subject=ruling.public_id,
        at=at,
        actor=by.public_id,
        role=Role.ADMINISTRATOR,
        body={"section": ruling.section, "status": ruling.status},
    )
    return ruling


def _awaiting(ruling: OffenceRuling) -> OffenceRuling:
    locked = OffenceRuling.objects.select_for_update().get(pk=ruling.pk)
    if locked.ruled_at is not None or locked.withdrawn_at is not None:
        raise AnsweredAlready("This proposal has been answered already.")
    return locked


def _record(event: str, ruling: OffenceRuling, *, by: User, at, **more) -> None:
    ledger.record(
        event=event,
        subject=ruling.public_id,
        at=at,
        actor=by.public_id,
        role=Role.ADMINISTRATOR,
        body={
            "section": ruling.section,
            "status": ruling.status,
            "effective_from": ruling.effective_from.isoformat(),
            # The history carries codes, not free text: the citation stands in the row.
            **more,
        },
    )
