"""What the review pages show of one request, read in few queries."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from types import SimpleNamespace

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import CharField, OuterRef, Subquery, Value
from django.db.models.functions import Concat, JSONObject

from requests_app import law
from requests_app.accounts.models import Role, User
from requests_app.docket import chains, holds
from requests_app.docket.models import (
    Act,
    Ask,
    Channel,
    Communication,
    Conviction,
    IceRequest,
    LegalBasis,
    Warrant,
)
from requests_app.ledger.events import READS
from requests_app.ledger.models import Entry
from requests_app.notices.models import Issue, Notice
from requests_app.review import handled, outstanding, wording
from requests_app.review.models import (
    DUTIES_OF_DOING,
    Assignment,
    Determination,
    Finding,
    Level,
    Mismatch,
    Result,
    Screening,
)

_CONVICTION = ("section", "subdivision", "felony_class", "jurisdiction") + (
    "disposition",
    "inchoate",
    "offense_date",
)
_WARRANT = ("form", "signed_by", "court", "heading_names_court") + (
    "has_docket_number",
    "names_person",
    "is_current",
    "orders_the_act",
    "accompanies_detainer",
)
_ASK = ("id", "public_id", "kind", "information")
_ASSIGNMENT = ("id", "queue", "level", "rule", "reason", "due_at", "due_because") + (
    "assigned_to_id",
)

# Who has it on the desk, by name; nothing while nobody has.
_CLAIMED_BY = Concat("assigned_to__first_name", Value(" "), "assigned_to__last_name")
_NOTICE = ("id", "public_id", "kind", "owed_since", "policy_due_at") + (
    "served_at",
    "served_how",
    "language",
)
_GIVEN_BY = Concat("served_by__first_name", Value(" "), "served_by__last_name")

WORDING_NOT_ON_FILE = (
    "The wording of this act is not on file: the words of the version before it are "
    "applied."
)


def with_facts(requests):
    """Requests with everything the page's facts need, in one query."""
    return requests.select_related(
        "agency", "filed_by", "data_key", "person", "custody", "legal_basis"
    ).annotate(
        is_linked=chains.is_linked(),
        hold_rows=holds.rows(),
        conviction_rows=_json_rows(Conviction, _CONVICTION),
        warrant_rows=_json_rows(Warrant, _WARRANT),
        communication_rows=_contacts(),
        handling_row=handled.row(),
        label_names=handled.labels(),
        reviewed_mismatch=outstanding.reviewed_mismatch(),
        release_rows=outstanding.release_rows(),
        notice_rows=ArraySubquery(
            Notice.objects.filter(ice_request=OuterRef("pk"))
            .order_by("id")
            .values(
                json=JSONObject(
                    **{one: one for one in _NOTICE}, giver=_GIVEN_BY, paper=_paper()
                )
            )
        ),
        first_inputs=Subquery(
            Assignment.objects.filter(ice_request=OuterRef("pk"))
            .order_by("id")
            .values("inputs")[:1]
        ),
        ask_rows=ArraySubquery(
            Ask.objects.filter(ice_request=OuterRef("pk"))
            .order_by("id")
            .values(json=JSONObject(**{one: one for one in _ASK}))
        ),
        assignment_row=Subquery(
            Assignment.objects.open()
            .filter(ice_request=OuterRef("pk"))
            .values(
                json=JSONObject(
                    **{one: one for one in _ASSIGNMENT}, claimed_by=_CLAIMED_BY
                )
            )[:1]
        ),
    )


def _json_rows(model, names):
    rows = model.objects.filter(ice_request=OuterRef("pk"), is_removed=False)
    return ArraySubquery(
        rows.order_by("id").values(json=JSONObject(**{one: one for one in names}))
    )


def _paper():
    """The newest paper issued for a notice."""
    row = {"public_id": "public_id", "language": "language", "failed": "failed"}
    issues = Issue.objects.filter(notice=OuterRef("pk")).order_by("-id")
    made = JSONObject(**row, made="rendered_at")
    return Subquery(issues.values(json=made)[:1])


def _contacts():
    rows = Communication.objects.filter(ice_request=OuterRef("pk")).order_by("at", "id")
    names = ("direction", "channel", "at", "about")
    return ArraySubquery(rows.values(json=JSONObject(**{one: one for one in names})))


def communications_of(ice_request: IceRequest) -> list[dict]:
    """Every contact with the authority, the first first, for (e)(2)."""
    return [
        {
            "at": datetime.fromisoformat(row["at"]),
            "direction": Communication.Direction(row["direction"]).label,
            "channel": Channel(row["channel"]).label,
            "about": wording.contact_about(row["about"]),
        }
        for row in ice_request.communication_rows
    ]


def basis_labels(ice_request: IceRequest) -> dict[str, list[str]]:
    """The words for the boxes and grounds that are ticked."""
    basis = ice_request.legal_basis
    return {
        "probable_cause": [
            LegalBasis.ProbableCause(one).label for one in basis.probable_cause
        ],
        "grounds_2014": [
            LegalBasis.Ground2014(one).label for one in basis.grounds_2014
        ],
    }


def convictions_of(ice_request: IceRequest) -> list[Conviction]:
    return [Conviction(**row) for row in ice_request.conviction_rows]


def warrants_of(ice_request: IceRequest) -> list[Warrant]:
    return [Warrant(**row) for row in ice_request.warrant_rows]


def assignment_of(ice_request: IceRequest) -> Assignment | None:
    """The open assignment, if there is one."""
    row = ice_request.assignment_row
    if row is None:
        return None
    given = {name: value for name, value in row.items() if name != "claimed_by"}
    due_at = datetime.fromisoformat(row["due_at"])
    assignment = Assignment(**{**given, "due_at": due_at})
    assignment.claimed_by = (row["claimed_by"] or "").strip()
    return assignment


def latest_screenings(requests) -> dict[int, list[Screening]]:
    """The newest screening of each subject of each request, findings with it."""
    findings = Finding.objects.filter(screening=OuterRef("pk")).order_by("id")
    names = ("citation", "result", "is_confirmed", "because", "missing", "used")
    rows = (
        Screening.objects.filter(ice_request__in=requests)
        .latest_by_subject()
        .annotate(
            finding_rows=ArraySubquery(
                findings.values(json=JSONObject(**{one: one for one in names}))
            )
        )
    )
    found = defaultdict(list)
    for row in rows:
        found[row.ice_request_id].append(row)
    return found


@dataclass
class ShownFinding:
    """A finding as includes/finding.html wants it."""

    finding: SimpleNamespace
    version: str
    provision: law.Provision | None
    stands_from: object
    stands_until: object
    public_act: str
    caution: str
    missing_labels: list[str]
    facts: list[tuple]


def findings_of(screening: Screening | None) -> list[ShownFinding]:
    if screening is None:
        return []
    return [_shown_finding(row, screening) for row in _rows_of(screening)]


def _rows_of(screening: Screening) -> list[SimpleNamespace]:
    return [
        SimpleNamespace(**row, confirmed=row["is_confirmed"])
        for row in screening.finding_rows
    ]


def duties_of_doing(findings: list[ShownFinding]) -> list[ShownFinding]:
    """Among the findings of an ask, the duties that come when it is done."""
    return [row for row in findings if row.finding.citation in DUTIES_OF_DOING]


def _shown_finding(row: SimpleNamespace, screening: Screening) -> ShownFinding:
    version = next(
        (one for one in law.STATUTE.versions if one.name == screening.law_version), None
    )
    provision = next(
        (
            one
            for one in law.STATUTE.provisions
            if one.citation == row.citation and one.version == screening.law_version
        ),
        None,
    )
    return ShownFinding(
        finding=row,
        version=screening.law_version,
        provision=provision,
        stands_from=version.effective_from if version else None,
        stands_until=version.effective_until if version else None,
        public_act=version.act if version else "",
        caution="" if version is None or version.confirmed else WORDING_NOT_ON_FILE,
        missing_labels=[wording.fact_label(key) for key in row.missing],
        facts=[
            (wording.fact_label(key), wording.fact_value(screening.facts, key))
            for key in row.used
        ],
    )


@dataclass
class ShownAsk:
    """An ask with what the law says and what was decided."""

    ask: Ask
    screening: Screening | None
    findings: list[ShownFinding]
    determination: Determination | None
    duties: list[ShownFinding] = field(default_factory=list)
    # What the reader may do with it: `next_steps`.
    steps: list = field(default_factory=list)
    earlier: list[Determination] = field(default_factory=list)

    @property
    def information(self) -> list[str]:
        return wording.information_labels(self.ask.information)


@dataclass
class ShownAct:
    """An act with what the law says and how it parts from what was decided."""

    act: Act
    screening: Screening | None
    findings: list[ShownFinding]
    mismatches: list[Mismatch]

    @property
    def information(self) -> list[str]:
        return wording.information_labels(self.act.information)


def asks_of(ice_request: IceRequest, screenings: list[Screening]) -> list[ShownAsk]:
    by_ask = {row.ask_id: row for row in screenings if row.ask_id}
    determinations = defaultdict(list)
    for row in ice_request.determinations.select_related(
        "decided_by", "second_by", "reopening__reopened_by"
    ).order_by("-id"):
        determinations[row.ask_id].append(row)
    shown = []
    for one in ice_request.ask_rows:
        ask = Ask(**one, ice_request=ice_request)
        rows = determinations[ask.pk]
        live = next((row for row in rows if row.ended_at is None), None)
        screening = by_ask.get(ask.pk)
        findings = findings_of(screening)
        duties = duties_of_doing(findings)
        shown.append(
            ShownAsk(
                ask=ask,
                screening=screening,
                findings=[row for row in findings if row not in duties],
                duties=duties,
                determination=live,
                earlier=[row for row in rows if row is not live],
            )
        )
    return shown


def acts_of(ice_request: IceRequest, screenings: list[Screening]) -> list[ShownAct]:
    by_act = {row.act_id: row for row in screenings if row.act_id}
    mismatches = Mismatch.objects.filter(act=OuterRef("pk")).order_by("id")
    rows = (
        ice_request.acts.select_related("recorded_by")
        .annotate(
            mismatch_rows=ArraySubquery(
                mismatches.values(
                    json=JSONObject(id="id", kind="kind", because="because")
                )
            )
        )
        .order_by("happened_at", "id")
    )
    return [
        ShownAct(
            act=act,
            screening=by_act.get(act.pk),
            findings=findings_of(by_act.get(act.pk)),
            mismatches=[Mismatch(**row) for row in act.mismatch_rows],
        )
        for act in rows
    ]


def questions_of(ice_request: IceRequest) -> list:
    """Questions and returns, those still open first, then the newest."""
    rows = ice_request.questions.select_related("asked_by", "answered_by")
    return sorted(rows.order_by("-id"), key=lambda row: not row.is_open)


def notices_of(ice_request: IceRequest) -> list[Notice]:
    """The notices owed or given, each with the name of who gave it as `giver`."""
    return [_notice(dict(row)) for row in ice_request.notice_rows]


def _notice(row: dict) -> Notice:
    giver = (row.pop("giver") or "").strip()
    paper = row.pop("paper")
    for name in ("owed_since", "policy_due_at", "served_at"):
        row[name] = datetime.fromisoformat(row[name]) if row[name] else None
    notice = Notice(**row)
    notice.giver = giver
    notice.paper = paper
    return notice


def receipt_of(screenings: list[Screening]) -> list[ShownFinding]:
    row = next((one for one in screenings if not one.ask_id and not one.act_id), None)
    return findings_of(row)


def differences_of(seen: Screening, newest: Screening) -> dict:
    """What two screenings of one ask say otherwise: facts, findings, version."""
    before = {(row.citation, row.result) for row in seen.findings.all()}
    after = {(row.citation, row.result) for row in _rows_of(newest)}
    return {
        "facts": wording.fact_differences(seen.facts, newest.facts),
        "gained": sorted(after - before),
        "lost": sorted(before - after),
        "version": newest.law_version if seen.law_version != newest.law_version else "",
    }


def named(entries):
    """History entries with the name of who acted."""
    person = User.objects.filter(public_id=OuterRef("actor")).values(
        name=Concat("first_name", Value(" "), "last_name", output_field=CharField())
    )
    return entries.annotate(actor_name=Subquery(person[:1]))


def timeline_of(ice_request: IceRequest) -> list[dict]:
    """Everything that was done, the newest first; who read it, the history tells."""
    entries = Entry.objects.about(ice_request.public_id).exclude(event__in=READS)
    return [timeline_entry(entry) for entry in named(entries).order_by("-seq")]


def timeline_entry(entry: Entry) -> dict:
    role = Role(entry.role).label.lower() if entry.role in Role else entry.role
    return wording.timeline_entry(
        entry, actor=(entry.actor_name or "").strip() or "The portal", role=role
    )


def flags_of(screenings: list[Screening], *, level: int, has_override: bool) -> list:
    """The flags of a row in a list, the gravest first; never the receipt's."""
    kinds = []
    if level == Level.MISMATCH:
        kinds.append("mismatch")
    if has_override:
        kinds.append("override")
    results = {
        row.result
        for one in screenings
        if one.ask_id or one.act_id
        for row in one.weighing(_rows_of(one))
    }
    kinds += [
        kind for kind in (Result.VIOLATION, Result.UNDETERMINED) if kind in results
    ]
    if any(one.legal_review for one in screenings if one.ask_id or one.act_id):
        kinds.append("legal_review")
    return [str(kind) for kind in kinds]
