"""The lists of an agency's records that can be taken out: what was claimed, held,
reported, released, destroyed, imported, overridden and asked.
"""

from datetime import timedelta

from django.db.models import Q

from requests_app.accounts.access import DECIDERS, FILERS, KEEPERS, REPORTERS
from requests_app.accounts.models import Role
from requests_app.docket.models import Claim, ClaimOutcome, Disposal, Hold
from requests_app.intake.models import ImportBatch
from requests_app.reporting.listed import DESTROYED, Listing, Source
from requests_app.reporting.models import ExportKind, Extract, Publication, Report
from requests_app.reporting.services.publications import PROPOSERS
from requests_app.reporting.tables import Cell, Column, Kind
from requests_app.review.models import Determination, Mismatch, Question

# As far back as the page of overrides and mismatches looks.
A_YEAR = timedelta(days=365)


def _of(rows, source: Source, roles, agency: str = "agency_id"):
    """The rows of the agency, or of all agencies where the person holds a role."""
    if source.agency_id is not None:
        rows = rows.filter(**{agency: source.agency_id})
    if source.standing.sees_every_agency and Role.AUDITOR in roles:
        return rows
    return rows.filter(**{f"{agency}__in": source.standing.agency_ids(roles)})


def _by(person) -> str | None:
    return str(person) if person else None


# Claims and holds

_CLAIM = (
    Column("claim", "Claim"),
    Column("agency", "Agency"),
    Column("court", "Court"),
    Column("request", "Request"),
    Column("relief", "Relief sought"),
    Column("filed_date", "Filed", Kind.DAY),
    Column("served_date", "Served", Kind.DAY),
    Column("outcome", "Outcome"),
    Column("docket_number", "Docket number", holds_names=True),
    Column("claimant", "Who claims", holds_names=True),
)
_HOLD = (
    Column("hold", "Hold"),
    Column("agency", "Agency"),
    Column("request", "Request"),
    Column("reach", "What it keeps"),
    Column("cause", "Because of"),
    Column("placed_at", "Placed", Kind.MOMENT),
    Column("placed_by", "By"),
)


def _kept(rows, source: Source):
    """Those of the agencies where the person keeps the records."""
    rows = rows.filter(agency_id__in=source.standing.agency_ids(KEEPERS))
    return rows.filter(agency_id=source.agency_id).select_related("agency")


def _claims(source: Source):
    rows = _kept(Claim.objects.all(), source)
    return rows.select_related(
        "agency", "data_key", "ice_request__data_key"
    ).prefetch_related("events")


def _claim_cells(row: Claim) -> list[Cell]:
    newest = max(row.events.all(), key=lambda one: (one.on_date, one.pk), default=None)
    is_gone = row.data_key.is_shredded
    return [
        row.public_id,
        row.agency.code,
        row.court,
        row.ice_request.number if row.ice_request else None,
        ", ".join(row.relief),
        row.filed_date,
        row.served_date,
        newest.outcome if newest else ClaimOutcome.PENDING,
        DESTROYED if is_gone else row.docket_number,
        DESTROYED if is_gone else row.claimant,
    ]


def _holds(source: Source):
    rows = _kept(Hold.objects.in_force(), source)
    return rows.select_related("agency", "ice_request__data_key", "placed_by")


def _hold_cells(row: Hold) -> list[Cell]:
    return [
        row.public_id,
        row.agency.code,
        row.ice_request.number,
        row.get_reach_display(),
        row.get_cause_display(),
        row.placed_at,
        str(row.placed_by),
    ]


# Reports, releases, public tables

_REPORT = (
    Column("report", "Report"),
    Column("agency", "Agency"),
    Column("first_day", "First day", Kind.DAY),
    Column("last_day", "Last day", Kind.DAY),
    Column("version", "Version", Kind.WHOLE),
    Column("form", "Form"),
    Column("state", "State"),
    Column("is_nil", "No ICE access in the period"),
    Column("drafted_at", "Drafted", Kind.MOMENT),
    Column("certified_at", "Certified", Kind.MOMENT),
    Column("certified_by", "Certified by"),
    Column("sent_at", "Sent", Kind.MOMENT),
)
_RELEASE = (
    Column("extract", "Extract"),
    Column("agency", "Agency"),
    Column("audience", "For whom"),
    Column("first_day", "First day", Kind.DAY),
    Column("last_day", "Last day", Kind.DAY),
    Column("records", "Records", Kind.WHOLE),
    Column("withheld", "Items withheld", Kind.WHOLE),
    Column("stopped", "Found by the machine", Kind.WHOLE),
    Column("state", "State"),
    Column("made_at", "Made", Kind.MOMENT),
    Column("made_by", "Made by"),
    Column("decided_at", "Answered", Kind.MOMENT),
    Column("decided_by", "Answered by"),
)
_PUBLICATION = (
    Column("tables", "Tables"),
    Column("agency", "Agency"),
    Column("first_day", "First day", Kind.DAY),
    Column("last_day", "Last day", Kind.DAY),
    Column("version", "Version", Kind.WHOLE),
    Column("state", "State"),
    Column("proposed_at", "Proposed", Kind.MOMENT),
    Column("proposed_by", "Proposed by"),
    Column("decided_at", "Answered", Kind.MOMENT),
    Column("decided_by", "Answered by"),
    Column("withdrawn_at", "Withdrawn", Kind.MOMENT),
)


def _days(row) -> list[Cell]:
    """First and last day: a row keeps the day after the last."""
    return [row.since, row.until - timedelta(days=1)]


def _reports(source: Source):
    rows = _of(Report.objects.defer("frozen", "amended_because"), source, REPORTERS)
    return rows.select_related("agency", "certified_by")


def _report_cells(row: Report) -> list[Cell]:
    return [
        row.public_id,
        row.agency.code,
        *_days(row),
        row.version,
        row.form,
        row.status,
        "yes" if row.is_nil else "no",
        row.drafted_at,
        row.certified_at,
        _by(row.certified_by),
        row.sent_at,
    ]


def _releases(source: Source):
    # For whom exactly, and what was answered, is sealed and stays on the page.
    rows = Extract.objects.defer("frozen", "reference", "decided_words")
    rows = _of(rows, source, KEEPERS)
    return rows.select_related("agency", "made_by", "decided_by")


def _release_cells(row: Extract) -> list[Cell]:
    return [
        row.public_id,
        row.agency.code,
        row.audience,
        *_days(row),
        row.rows,
        row.withheld,
        row.leaks,
        row.status,
        row.made_at,
        str(row.made_by),
        row.decided_at,
        _by(row.decided_by),
    ]


def _publications(source: Source):
    rows = _of(Publication.objects.defer("counts", "tables"), source, PROPOSERS)
    return rows.select_related("agency", "proposed_by", "decided_by")


def _publication_cells(row: Publication) -> list[Cell]:
    return [
        row.public_id,
        row.agency.code,
        *_days(row),
        row.version,
        row.status,
        row.proposed_at,
        str(row.proposed_by),
        row.decided_at,
        _by(row.decided_by),
        row.withdrawn_at,
    ]


# Disposals and imports

_DISPOSAL = (
    Column("disposal", "Disposal"),
    Column("agency", "Agency"),
    Column("authorization", "Authorization"),
    Column("records", "Records"),
    Column("rule", "Schedule"),
    Column("state", "State"),
    Column("proposed_at", "Proposed", Kind.MOMENT),
    Column("proposed_by", "Proposed by"),
    Column("first_by", "First approval"),
    Column("second_by", "Second approval"),
    Column("done_at", "Carried out", Kind.MOMENT),
    Column("certificate_sha256", "SHA-256 of the certificate"),
)
_IMPORT = (
    Column("import", "Import"),
    Column("agency", "Agency"),
    Column("state", "State"),
    Column("begun_at", "Begun", Kind.MOMENT),
    Column("begun_by", "Begun by"),
    Column("rows", "Rows", Kind.WHOLE),
    Column("faults", "Faults", Kind.WHOLE),
    Column("requests", "Requests", Kind.WHOLE),
    Column("flagged", "Flagged", Kind.WHOLE),
    Column("finished_at", "Finished", Kind.MOMENT),
    Column("undone_at", "Taken back", Kind.MOMENT),
)


def _disposals(source: Source):
    rows = _of(Disposal.objects.all(), source, KEEPERS)
    return rows.select_related("agency", "rule", "proposed_by", "first_by", "second_by")


def _disposal_cells(row: Disposal) -> list[Cell]:
    return [
        row.public_id,
        row.agency.code,
        row.authorization,
        row.record_class,
        row.rule.authority,
        row.status,
        row.proposed_at,
        str(row.proposed_by),
        _by(row.first_by),
        _by(row.second_by),
        row.done_at,
        row.certificate_sha256,
    ]


def _imports(source: Source):
    rows = ImportBatch.objects.defer("name", "faults", "undone_reason")
    return _of(rows, source, DECIDERS).select_related("agency", "begun_by")


def _import_cells(row: ImportBatch) -> list[Cell]:
    return [
        row.public_id,
        row.agency.code,
        row.status,
        row.begun_at,
        str(row.begun_by),
        row.rows,
        row.fault_count,
        row.requests,
        row.flagged,
        row.finished_at,
        row.undone_at,
    ]


# Overrides, mismatches, questions

_OVERRIDE = (
    Column("request", "Request"),
    Column("agency", "Agency"),
    Column("ask", "Ask"),
    Column("decided_at", "Decided", Kind.MOMENT),
    Column("decided_by", "Decided by"),
    Column("second_at", "Second person answered", Kind.MOMENT),
    Column("second_by", "Second person"),
    Column("effective_at", "In effect from", Kind.MOMENT),
    Column("expires_at", "Ends", Kind.MOMENT),
    Column("ended_at", "Superseded or refused", Kind.MOMENT),
)
_MISMATCH = (
    Column("request", "Request"),
    Column("agency", "Agency"),
    Column("kind", "Mismatch"),
    Column("label", "In words"),
    Column("act", "Act"),
    Column("happened_at", "Act done", Kind.MOMENT),
    Column("found_at", "Found", Kind.MOMENT),
)
_QUESTION = (
    Column("request", "Request"),
    Column("agency", "Agency"),
    Column("kind", "Question or return"),
    Column("about", "About"),
    Column("asked_at", "Asked", Kind.MOMENT),
    Column("asked_by", "Asked by"),
    Column("asked_of", "Asked of"),
    Column("due_at", "Due", Kind.MOMENT),
)
_AUDITORS = frozenset({Role.AUDITOR})


def _overrides(source: Source):
    rows = Determination.objects.filter(
        is_override=True, decided_at__gte=source.at - A_YEAR
    ).defer("reason", "authority", "named")
    rows = _of(rows, source, _AUDITORS, "ice_request__agency_id")
    return rows.select_related("ice_request__agency", "ask", "decided_by", "second_by")


def _override_cells(row: Determination) -> list[Cell]:
    return [
        row.ice_request.number,
        row.ice_request.agency.code,
        row.ask.kind,
        row.decided_at,
        str(row.decided_by),
        row.second_at,
        _by(row.second_by),
        row.effective_at,
        row.expires_at,
        row.ended_at,
    ]


def _mismatches(source: Source):
    rows = Mismatch.objects.filter(found_at__gte=source.at - A_YEAR)
    rows = _of(rows, source, _AUDITORS, "ice_request__agency_id")
    return rows.select_related("ice_request__agency", "act")


def _mismatch_cells(row: Mismatch) -> list[Cell]:
    return [
        row.ice_request.number,
        row.ice_request.agency.code,
        row.kind,
        row.get_kind_display(),
        row.act.kind,
        row.act.happened_at,
        row.found_at,
    ]


def _questions(source: Source):
    """What waits for the person's answer, and what the person asked, as on the page."""
    person = source.standing.user
    rows = Question.objects.open().filter(
        Q(ice_request__filed_by=person) | Q(asked_by=person)
    )
    rows = _of(rows.defer("text"), source, FILERS, "ice_request__agency_id")
    return rows.select_related(
        "ice_request__agency", "ice_request__filed_by", "asked_by"
    )


def _question_cells(row: Question) -> list[Cell]:
    return [
        row.ice_request.number,
        row.ice_request.agency.code,
        row.kind,
        row.code,
        row.asked_at,
        str(row.asked_by),
        str(row.ice_request.filed_by),
        row.due_at,
    ]


RECORD_LISTINGS: dict[str, Listing] = {
    ExportKind.CLAIMS: Listing("Claims", KEEPERS, _CLAIM, _claims, _claim_cells),
    ExportKind.HOLDS: Listing("Holds in force", KEEPERS, _HOLD, _holds, _hold_cells),
    ExportKind.REPORTS: Listing(
        "Reports to OPM", REPORTERS, _REPORT, _reports, _report_cells
    ),
    ExportKind.RELEASES: Listing(
        "Releases", KEEPERS, _RELEASE, _releases, _release_cells
    ),
    ExportKind.PUBLICATIONS: Listing(
        "Public tables", PROPOSERS, _PUBLICATION, _publications, _publication_cells
    ),
    ExportKind.DISPOSALS: Listing(
        "Disposals", KEEPERS, _DISPOSAL, _disposals, _disposal_cells
    ),
    ExportKind.IMPORTS: Listing("Imports", DECIDERS, _IMPORT, _imports, _import_cells),
    ExportKind.OVERRIDES: Listing(
        "Overrides", _AUDITORS, _OVERRIDE, _overrides, _override_cells
    ),
    ExportKind.MISMATCHES: Listing(
        "Mismatches", _AUDITORS, _MISMATCH, _mismatches, _mismatch_cells
    ),
    ExportKind.QUESTIONS: Listing(
        "Questions and returns", FILERS, _QUESTION, _questions, _question_cells
    ),
}
