"""The report of 54-192h(e)(3): drafted, certified by another person, sent, amended."""

from collections.abc import Mapping
from datetime import date, datetime
from hashlib import sha256

from django.db import IntegrityError, transaction

from requests_app.accounts.access import Standing
from requests_app.accounts.models import Agency, AgencyKind, Appointment, Role, User
from requests_app.docket.clocks import FIRST_REPORTED
from requests_app.documents import keeping
from requests_app.documents.models import Document, DocumentKind
from requests_app.ledger import services as ledger
from requests_app.ledger import tree
from requests_app.ledger.models import Head
from requests_app.reporting import accesses, papers, statement
from requests_app.reporting.figures import preset_of
from requests_app.reporting.models import Report, ReportRow
from requests_app.vault import services as vault

DRAFTERS = frozenset({Role.RECORDS_OFFICER, Role.SUPERVISOR, Role.HEAD})
Status = Report.Status
# Versions that count for somebody: a dropped draft never did.
STANDING = (Status.DRAFT, Status.CERTIFIED, Status.SENT)


class NotBound(ValueError):
    """(e)(3) speaks of municipalities: other agencies owe no such report."""


class NotAPeriod(ValueError):
    """A report is on six months from January 1 or July 1 that have ended."""


class NotYourReport(PermissionError):
    """The person holds no role at the agency that may do this."""


class DraftedAlready(ValueError):
    """A draft of the period waits to be certified or dropped."""


class ReasonMissing(ValueError):
    """An amendment says why it was made."""


class SamePerson(PermissionError):
    """Whoever drafted a report does not certify it."""


class AppointedSince(PermissionError):
    """A draft prints the names of its day: who came later stands in none of them."""


class NotThatState(ValueError):
    """The report has gone on since the page was shown."""


def is_bound(agency: Agency) -> bool:
    """Whether the legislative body over the agency may owe the report."""
    return agency.kind == AgencyKind.MUNICIPAL_POLICE


def newest_of(agency: Agency, *, since: date, until: date) -> Report | None:
    """The version that counts for a period: the newest one not dropped."""
    rows = Report.objects.of_period(agency, since, until).filter(status__in=STANDING)
    return rows.newest_first().first()


@transaction.atomic
def draft(
    *,
    agency: Agency,
    since: date,
    form: str,
    because: str,
    standing: Standing,
    at: datetime,
) -> Report:
    """Freeze the rows of a period as they stand, and what is made of them.

    The first version of a period needs no reason; every later one amends and says why.

    Raises NotBound, NotAPeriod, NotYourReport, DraftedAlready, ReasonMissing.
    """
    role = _role(standing, agency, DRAFTERS)
    period = _period(agency, since, standing.on)
    before = newest_of(agency, since=period.since, until=period.until)
    _refuse_second_draft(before, because)
    versions = Report.objects.of_period(agency, period.since, period.until)
    newest = versions.order_by("-version").first()
    report = Report(
        agency=agency,
        since=period.since,
        until=period.until,
        form=form,
        version=newest.version + 1 if newest else 1,
        supersedes=before,
        amended_because=because if before else "",
        data_key=vault.new_key(agency=agency.code, at=at),
        drafted_by=standing.user,
        drafted_at=at,
    )
    _freeze(report)
    return _keep_draft(report, role=role)


def _keep_draft(report: Report, *, role: str) -> Report:
    try:
        with transaction.atomic():
            report.save(force_insert=True)
    except IntegrityError as error:
        raise DraftedAlready(_WAITS) from error
    _keep_rows(report)
    _record(
        "report.drafted",
        report,
        by=report.drafted_by,
        role=role,
        at=report.drafted_at,
        body={
            "report": report.public_id,
            "form": report.form,
            "since": report.since.isoformat(),
            "until": report.until.isoformat(),
            "version": report.version,
            "nil": report.is_nil,
            "rows": len(report.frozen["rows"]),
            "size": report.head_size,
            "root": report.head_root,
        },
    )
    return report


_WAITS = "A draft of this period waits to be certified. Certify it, or drop it first."


def _period(agency: Agency, since: date, today: date):
    if not is_bound(agency):
        raise NotBound(
            "54-192h(e)(3) asks for this report from the legislative body of a "
            "municipality. This agency has no such duty."
        )
    try:
        period = preset_of(since)
    except ValueError as error:
        raise NotAPeriod(str(error)) from error
    if period.since < FIRST_REPORTED or period.until > today:
        raise NotAPeriod("The period has not ended yet.")
    return period


def _refuse_second_draft(before: Report | None, because: str) -> None:
    if before is None:
        return
    if before.status == Status.DRAFT:
        raise DraftedAlready(_WAITS)
    if not because.strip():
        raise ReasonMissing("Write why the report is amended.")


def _freeze(report: Report) -> None:
    """Put into the report everything that its files are made of."""
    rows = accesses.gather(agency=report.agency, since=report.since, until=report.until)
    head = Head.objects.get()
    versions = sorted({row["law_version"] for row in rows if row["law_version"]})
    report.is_nil = not rows
    report.law_versions = ", ".join(versions)
    report.head_size = head.n
    report.head_root = tree.fold([bytes(one) for one in head.stack]).hex()
    report.frozen = {
        "parameters": _parameters(report),
        "rows": rows,
        "figures": statement.figures(rows),
        "alike": statement.alike(rows),
        "law_versions": versions,
        "head": {"size": report.head_size, "root": report.head_root},
        "drafted_at": report.drafted_at.isoformat(timespec="seconds"),
        "certifiers": _certifiers(report.agency, report.drafted_at.date()),
    }
    if report.supersedes:
        report.frozen["amendment"] = {
            "version": report.supersedes.version,
            "because": report.amended_because,
            "differences": statement.differences(
                report.supersedes.frozen, report.frozen
            ),
        }


def _parameters(report: Report) -> dict:
    agency = report.agency
    return {
        "agency": agency.name,
        "body": agency.body,
        "legislative_body": agency.legislative_body,
        "since": report.since.isoformat(),
        "until": report.until.isoformat(),
        "form": report.form,
        "version": report.version,
        "supersedes": report.supersedes.version if report.supersedes else 0,
    }


def _certifiers(agency: Agency, on: date) -> dict[str, str]:
    """Who may certify, by name as it will be printed: names change, papers do not."""
    rows = Appointment.objects.in_force(on).filter(
        agency=agency, role=Role.RECORDS_OFFICER
    )
    return {row.user.public_id: str(row.user) for row in rows.select_related("user")}


def _keep_rows(report: Report) -> None:
    """Each request once, in the order of its first access, with its revision."""
    requests = accesses.requests_of(report.frozen["rows"])
    named = dict.fromkeys(row["request"] for row in report.frozen["rows"])
    ReportRow.objects.bulk_create(
        ReportRow(
            report=report,
            ice_request=requests[public_id],
            place=place,
            rev=requests[public_id].rev,
        )
        for place, public_id in enumerate(named, start=1)
    )


@transaction.atomic
def drop(*, report: Report, standing: Standing, at: datetime) -> Report:
    """Put a draft aside that will not be certified.

    Raises NotYourReport, NotThatState.
    """
    report = _locked(report, Status.DRAFT)
    role = _role(standing, report.agency, DRAFTERS)
    report.status = Status.DROPPED
    report.save(update_fields=["status"])
    body = {"report": report.public_id}
    _record("report.dropped", report, by=standing.user, role=role, at=at, body=body)
    return report


@transaction.atomic
def certify(*, report: Report, standing: Standing, at: datetime) -> Report:
    """Certify a draft as a records officer of the municipality; its files are made.

    Raises NotYourReport, SamePerson, AppointedSince, NotThatState, papers.NotRendered.
    """
    report = _locked(report, Status.DRAFT)
    _role(standing, report.agency, {Role.RECORDS_OFFICER})
    if report.drafted_by_id == standing.user.pk:
        raise SamePerson(
            "You drafted this report. Another records officer certifies it."
        )
    if standing.user.public_id not in report.frozen["certifiers"]:
        raise AppointedSince(
            "You became a records officer after this draft was made, so it cannot "
            "print your name. Drop the draft and make it anew, or have another "
            "records officer certify it."
        )
    report.certified_by, report.certified_at = standing.user, at
    pdf, csv = files(report)
    kept = _keep_files(report, pdf, csv, by=standing.user, at=at)
    report.pdf, report.csv = kept
    report.status = Status.CERTIFIED
    report.save(update_fields=["status", "certified_by", "certified_at", "pdf", "csv"])
    _record(
        "report.certified",
        report,
        by=standing.user,
        role=Role.RECORDS_OFFICER,
        at=at,
        body={
            "report": report.public_id,
            "version": report.version,
            "sha256": report.pdf.sha256,
            "csv_sha256": report.csv.sha256,
        },
    )
    return report


def files(report: Report) -> tuple[bytes, bytes]:
    """The PDF and the CSV, made from what is frozen: always the same bytes.

    Raises papers.NotRendered.
    """
    return (
        papers.pdf_of(report.frozen, certified=certified(report)),
        statement.csv_of(report.frozen),
    )


def certified(report: Report) -> Mapping[str, str]:
    """Who certified, in the words that were frozen with the draft."""
    who = report.certified_by
    return {
        "name": report.frozen["certifiers"][who.public_id],
        "at": report.certified_at.isoformat(timespec="seconds"),
    }


def is_the_same(report: Report) -> bool:
    """Whether the files made anew are those that were certified."""
    made = [sha256(one).hexdigest() for one in files(report)]
    return made == [report.pdf.sha256, report.csv.sha256]


def _keep_files(
    report: Report, pdf: bytes, csv: bytes, *, by: User, at: datetime
) -> tuple[Document, Document]:
    stem = f"{report.agency.code}-{report.since}-v{report.version}"
    first, second = (
        keeping.keep_made(
            kind=DocumentKind.REPORT,
            name=f"{stem}.{ending}",
            media_type=media_type,
            content=content,
            agency=report.agency,
            data_key=report.data_key,
            by=by,
            at=at,
        )
        for ending, media_type, content in (
            ("pdf", "application/pdf", pdf),
            ("csv", "text/csv", csv),
        )
    )
    return first, second


@transaction.atomic
def mark_sent(*, report: Report, how: str, standing: Standing, at: datetime) -> Report:
    """Record that a certified report went to the Office of Policy and Management.

    Raises NotYourReport, NotThatState.
    """
    report = _locked(report, Status.CERTIFIED)
    _role(standing, report.agency, {Role.RECORDS_OFFICER})
    report.status = Status.SENT
    report.sent_by, report.sent_at, report.sent_how = standing.user, at, how
    report.save(update_fields=["status", "sent_by", "sent_at", "sent_how"])
    _record(
        "report.sent",
        report,
        by=standing.user,
        role=Role.RECORDS_OFFICER,
        at=at,
        body={"report": report.public_id, "version": report.version},
    )
    return report


def _locked(report: Report, status: str) -> Report:
    found = Report.objects.select_for_update(of=("self",)).select_related(
        "agency", "data_key", "supersedes", "drafted_by"
    )
    report = found.get(pk=report.pk)
    if report.status != status:
        raise NotThatState(
            f"This version is {report.get_status_display().lower()} now. Load the page "
            "again."
        )
    return report


def _role(standing: Standing, agency: Agency, roles) -> str:
    """The role in which the person acts at the agency."""
    for role in sorted(roles):
        if standing.holds(role, agency.pk):
            return str(role)
    labels = " or ".join(sorted(Role(role).label.lower() for role in roles))
    raise NotYourReport(f"This is for a {labels} of the agency.")


def _record(
    event: str, report: Report, *, by: User, role: str, at: datetime, body: dict
) -> None:
    ledger.record(
        event=event,
        subject=report.public_id,
        at=at,
        actor=by.public_id,
        role=role,
        agency=report.agency.code,
        body=body,
    )
