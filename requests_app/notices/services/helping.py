"""What an agency's notices are made with: legal help, and reviewed translations."""

from datetime import date, datetime

from django.db import transaction

from requests_app.accounts.models import Agency, Role, User
from requests_app.ledger import services as ledger
from requests_app.notices import paper, wording
from requests_app.notices.models import LegalHelp, TranslationReview


class HelpRetired(ValueError):
    """The place is not printed any more already."""


class ReviewedAlready(ValueError):
    """A review of these words stands."""


class WithdrawnAlready(ValueError):
    """The review was withdrawn already."""


@transaction.atomic
def add_help(
    *,
    agency: Agency,
    name: str,
    telephone: str,
    address: str,
    hours: str,
    languages: list[str],
    place: int,
    by: User,
    at: datetime,
) -> LegalHelp:
    """Print one more place of legal help on the agency's notices."""
    added = LegalHelp.objects.create(
        agency=agency,
        name=name,
        telephone=telephone,
        address=address,
        hours=hours,
        languages=languages,
        place=place,
        added_by=by,
        added_at=at,
    )
    _record("legal_help.added", agency, {"help": added.public_id}, by=by, at=at)
    return added


@transaction.atomic
def retire_help(*, help: LegalHelp, by: User, at: datetime) -> LegalHelp:
    """Print a place no more. Papers that name it stay as they are.

    Raises HelpRetired.
    """
    help = LegalHelp.objects.select_for_update(of=("self",)).get(pk=help.pk)
    if help.retired_at is not None:
        raise HelpRetired("This place is not printed any more already.")
    help.retired_at = at
    help.save(update_fields=["retired_at"])
    _record("legal_help.retired", help.agency, {"help": help.public_id}, by=by, at=at)
    return help


def help_of(agency: Agency, *, language: str) -> tuple[paper.Help, ...]:
    """The places to print: those that speak the language first."""
    rows = LegalHelp.objects.filter(agency=agency, retired_at__isnull=True)
    ordered = sorted(rows, key=lambda row: (language not in row.languages, row.place))
    return tuple(
        paper.Help(
            row.name,
            tuple(line for line in (row.telephone, row.address, row.hours) if line),
        )
        for row in ordered
    )


@transaction.atomic
def review_translation(
    *,
    agency: Agency,
    language: str,
    translator: str,
    certificate: str,
    reviewed_on: date,
    by: User,
    at: datetime,
) -> TranslationReview:
    """Keep that a certified translator has reviewed the words as they stand now.

    From now on the agency's notices in that language print without the English.

    Raises ReviewedAlready.
    """
    template = wording.of(language).template
    if is_reviewed(agency, language):
        raise ReviewedAlready("A review of these words stands already.")
    kept = TranslationReview.objects.create(
        agency=agency,
        template=template,
        language=language,
        translator=translator,
        certificate=certificate,
        reviewed_on=reviewed_on,
        entered_by=by,
        entered_at=at,
    )
    body = {"template": template, "language": language}
    _record("translation.reviewed", agency, body, by=by, at=at)
    return kept


@transaction.atomic
def withdraw_review(
    *, review: TranslationReview, by: User, at: datetime
) -> TranslationReview:
    """Take a review back: notices in that language print beside the English again.

    Raises WithdrawnAlready.
    """
    review = TranslationReview.objects.select_for_update(of=("self",)).get(pk=review.pk)
    if review.withdrawn_at is not None:
        raise WithdrawnAlready("This review was withdrawn already.")
    review.withdrawn_at = at
    review.save(update_fields=["withdrawn_at"])
    body = {"template": review.template, "language": review.language}
    _record("translation.withdrawn", review.agency, body, by=by, at=at)
    return review


def is_reviewed(agency: Agency, language: str) -> bool:
    """Whether a review of the words as they stand now holds at the agency."""
    return language in reviewed_languages(agency)


def reviewed_languages(agency: Agency) -> set[str]:
    """The languages that print without the English at the agency."""
    rows = TranslationReview.objects.filter(agency=agency, withdrawn_at__isnull=True)
    return {
        language
        for language, template in rows.values_list("language", "template")
        if template == wording.of(language).template
    }


def _record(event: str, agency: Agency, body: dict, *, by: User, at: datetime) -> None:
    ledger.record(
        event=event,
        subject=agency.public_id,
        at=at,
        actor=by.public_id,
        role=Role.ADMINISTRATOR,
        agency=agency.code,
        body=body,
    )
