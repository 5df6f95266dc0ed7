"""What a keeper of records has: claims, holds, case files, disposals, extracts."""

from datetime import date, datetime

from django.db import transaction

from requests_app.accounts.models import Agency, User
from requests_app.docket import claims, holds
from requests_app.docket.models import (
    Claim,
    Disposal,
    DisposalItem,
    Hold,
    IceRequest,
    RetentionRule,
)
from requests_app.documents import keeping
from requests_app.documents.models import DocumentKind
from requests_app.ledger import services as ledger
from requests_app.reporting.models import CaseFile, Extract
from requests_app.reporting.services import disposals, extracts
from requests_app.vault import services as vault
from tests.factories import NOON, make_head, make_records_officer, make_supervisor

# The names under which doors ask for them.
KEPT = ("claim_id", "hold_id", "case_file_id", "rule_id", "disposal_id", "extract_id")
AUTHORITY = "RC-108-2026-0042"


def records(agency: Agency, ice_request: IceRequest) -> dict[str, str]:
    """One of each, by the names of `KEPT`, and the kinds of files."""
    by = make_head(agency)
    claim = record_claim(agency=agency, ice_request=ice_request, by=by)
    rule = set_rule(agency=agency, by=by)
    rows = (
        claim,
        place_hold(ice_request=ice_request, by=by),
        make_case_file(ice_request=ice_request, by=by),
        rule,
        dispose(rule=rule, ice_request=ice_request),
        release_extract(agency=agency),
    )
    found = {name: row.public_id for name, row in zip(KEPT, rows, strict=True)}
    # Who decides on an extract needs one that is not decided.
    return {**found, "file": "zip", "draft": make_extract(agency=agency).public_id}


def record_claim(
    *, agency: Agency, ice_request: IceRequest | None, by: User, at: datetime = NOON
) -> Claim:
    """A claim for an injunction, filed on the day of `at`."""
    words = claims.Words(
        court="Superior Court, Judicial District of Fairfield",
        docket_number="FBT-CV26-0001-S",
        claimant="Alma Inventada",
        represented_by="An invented law clinic",
        relief=["injunction", "declaration"],
        about="A detention on a detainer without a warrant.",
        filed_date=at.date(),
    )
    return claims.record_claim(
        agency=agency, ice_request=ice_request, words=words, by=by, role="head", at=at
    )


def place_hold(*, ice_request: IceRequest, by: User, at: datetime = NOON) -> Hold:
    return holds.place(
        ice_request=ice_request,
        reach="person",
        cause="inquiry",
        words="An inquiry of the council.",
        by=by,
        role="head",
        at=at,
    )


def set_rule(*, agency: Agency, by: User, at: datetime = NOON) -> RetentionRule:
    return disposals.set_rule(
        agency=agency,
        record_class="no_access",
        years=1,
        authority="M7-000",
        effective_from=at.date(),
        by=by,
        role="head",
        at=at,
    )


@transaction.atomic
def make_case_file(
    *, ice_request: IceRequest, by: User, at: datetime = NOON
) -> CaseFile:
    """A case file that is ready, without anything in it."""
    made = [
        keeping.keep_made(
            kind=DocumentKind.CASE_FILE,
            name=name,
            media_type=media_type,
            content=b"made",
            agency=ice_request.agency,
            data_key=ice_request.data_key,
            by=by,
            at=at,
        )
        for name, media_type in (
            ("a.pdf", "application/pdf"),
            ("a.zip", "application/zip"),
        )
    ]
    row = CaseFile.objects.create(
        ice_request=ice_request,
        pdf=made[0],
        bundle=made[1],
        head_size=1,
        head_root="0" * 64,
        made_by=by,
        made_at=at,
    )
    _record("case_file.made", ice_request.public_id, ice_request.agency, by, at=at)
    return row


@transaction.atomic
def dispose(
    *, rule: RetentionRule, ice_request: IceRequest, at: datetime = NOON
) -> Disposal:
    """A disposal that was carried out and kept what it listed, with its certificate."""
    agency = rule.agency
    first, second = make_supervisor(agency), make_head(agency)
    disposal = Disposal.objects.create(
        agency=agency,
        record_class=rule.record_class,
        rule=rule,
        authorization=AUTHORITY,
        data_key=vault.new_key(agency=agency.code, at=at),
        status=Disposal.Status.DONE,
        proposed_by=make_records_officer(agency),
        proposed_at=at,
        first_by=first,
        first_at=at,
        second_by=second,
        second_at=at,
        done_at=at,
        certificate_sha256="0" * 64,
    )
    DisposalItem.objects.create(
        disposal=disposal,
        ice_request=ice_request,
        eligible_since=at.date(),
        skipped="held",
    )
    keeping.keep_made(
        kind=DocumentKind.REPORT,
        name="certificate.pdf",
        media_type="application/pdf",
        content=b"made",
        agency=agency,
        data_key=disposal.data_key,
        by=second,
        at=at,
    )
    _record("disposal.finished", disposal.public_id, agency, second, at=at)
    return disposal


def make_extract(*, agency: Agency, at: datetime = NOON) -> Extract:
    """A draft for anybody, of the year of `at`."""
    return extracts.make_extract(
        agency=agency,
        order=extracts.Order(
            audience="public",
            since=date(at.year, 1, 1),
            until=date(at.year + 1, 1, 1),
            reference="FOI 2026-17",
        ),
        by=make_records_officer(agency),
        role="records_officer",
        at=at,
    )


def release_extract(*, agency: Agency, at: datetime = NOON) -> Extract:
    """An extract as above, released by its second person."""
    return extracts.release(
        extract=make_extract(agency=agency, at=at),
        by=make_head(agency),
        role="head",
        at=at,
    )


def _record(event: str, subject: str, agency: Agency, by: User, *, at: datetime):
    ledger.record(
        event=event, subject=subject, at=at, actor=by.public_id, agency=agency.code
    )
