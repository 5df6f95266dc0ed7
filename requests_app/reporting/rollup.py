"""One row of figures a request, built from the docket, and rebuilt when it changed.

A trigger notes each request that changes. Whoever counts first rebuilds the rows noted,
a bounded number at a time; the rest is a job's. Nothing here is of record: what these
rows hold can always be built anew, and a test builds it a second way.
"""

from collections.abc import Collection
from datetime import datetime

from django.db import connection, transaction

from requests_app.accounts import tenancy
from requests_app.outbox import jobs
from requests_app.outbox import services as outbox
from requests_app.reporting.models import StaleFigure
from requests_app.review.models import DUTIES_OF_DOING

KIND = "figures.rebuilt"
# The job's two names: a job cannot wait for itself.
KINDS = (KIND, "figures.rebuilt_on")
# So many are rebuilt before a page is answered; more wait for the job.
AT_ONCE = 500
IN_A_JOB = 5_000
MOST_ROUNDS = 20
_SUBJECT = "figures"

# Each transaction notes its own change, so a request may stand there often: all its
# notes go at once, those that somebody else holds left to him. They are picked first,
# since a plan may run a subquery with SKIP LOCKED once a row.
_TAKEN = """
    WITH wanted AS MATERIALIZED (
        SELECT ice_request_id FROM requests_app_stalefigure GROUP BY ice_request_id
        ORDER BY bool_or(agency_id = ANY(%s)) DESC, min(id) LIMIT %s),
    picked AS MATERIALIZED (
        SELECT id FROM requests_app_stalefigure
        WHERE ice_request_id IN (SELECT ice_request_id FROM wanted)
        FOR UPDATE SKIP LOCKED)
    DELETE FROM requests_app_stalefigure stale USING picked
    WHERE stale.id = picked.id RETURNING stale.ice_request_id
"""
# What each column holds is said by `figures.FIGURES`, in words.
_BUILT = """
    INSERT INTO requests_app_requestfigures (
        ice_request_id, agency_id, received_on, filed_on, instrument, channel, status,
        origin, asks, acts, findings, decisions, mismatches, ice_access, access_on,
        municipal_report, overrides, is_flagged, notices_owed, notices_served,
        hours_to_copy, hours_to_decision, staff_minutes, cost_cents, rebuilt_at)
    SELECT r.id, r.agency_id,
        (r.received_at AT TIME ZONE 'America/New_York')::date,
        (r.filed_at AT TIME ZONE 'America/New_York')::date,
        r.instrument, r.channel, r.status, r.origin,
        coalesce(asks.kinds, '{}'), coalesce(acts.kinds, '{}'),
        coalesce(found.said, '{}'), coalesce(decided.said, '{}'),
        coalesce(parted.kinds, '{}'), coalesce(access.kinds, '{}'),
        coalesce(access.days, '{}'), coalesce(access.is_municipal, false),
        coalesce(decided.overrides, 0),
        coalesce(found.is_flagged, false) OR parted.kinds IS NOT NULL,
        coalesce(papers.owed, 0), coalesce(papers.served, 0),
        extract(epoch FROM papers.copied_at - r.received_at) / 3600.0,
        extract(epoch FROM decided.first_at - r.received_at) / 3600.0,
        coalesce(acts.minutes, 0), coalesce(acts.cents, 0), %s
    FROM requests_app_icerequest r
    LEFT JOIN LATERAL (
        SELECT array_agg(a.kind ORDER BY a.id) AS kinds
        FROM requests_app_ask a WHERE a.ice_request_id = r.id) asks ON true
    LEFT JOIN LATERAL (
        SELECT array_agg(a.kind ORDER BY a.id) AS kinds,
            sum(a.staff_minutes) AS minutes, sum(a.cost_cents) AS cents
        FROM requests_app_act a WHERE a.ice_request_id = r.id) acts ON true
    LEFT JOIN LATERAL (
        SELECT array_agg(f.citation || ' ' || f.result ORDER BY f.id) AS said,
            bool_or(f.result <> 'compliant') AS is_flagged
        FROM (SELECT DISTINCT ON (s.ask_id, s.act_id) s.id, s.ask_id
            FROM requests_app_screening s WHERE s.ice_request_id = r.id
            ORDER BY s.ask_id, s.act_id, s.id DESC) newest
        JOIN requests_app_finding f ON f.screening_id = newest.id
            AND (newest.ask_id IS NULL OR NOT f.citation = ANY(%s))) found ON true
    LEFT JOIN LATERAL (
        SELECT array_agg(a.kind || ' ' || d.decision ORDER BY d.id)
                FILTER (WHERE d.ended_at IS NULL) AS said,
            count(*) FILTER (WHERE d.is_override) AS overrides,
            min(d.effective_at) AS first_at
        FROM requests_app_determination d JOIN requests_app_ask a ON a.id = d.ask_id
        WHERE d.ice_request_id = r.id AND d.effective_at IS NOT NULL) decided ON true
    LEFT JOIN LATERAL (
        SELECT array_agg(m.kind ORDER BY m.id) AS kinds
        FROM requests_app_mismatch m WHERE m.ice_request_id = r.id) parted ON true
    LEFT JOIN LATERAL (
        SELECT array_agg(kind ORDER BY newest.act_id, place) AS kinds,
            array_agg(DISTINCT newest.act_date) AS days,
            bool_or(newest.municipal_report) AS is_municipal
        FROM (SELECT DISTINCT ON (i.act_id) i.*
            FROM requests_app_iceaccess i WHERE i.ice_request_id = r.id
            ORDER BY i.act_id, i.id DESC) newest,
            unnest(newest.kinds) WITH ORDINALITY AS k(kind, place)) access ON true
    LEFT JOIN LATERAL (
        SELECT count(*) FILTER (WHERE n.served_at IS NULL) AS owed,
            count(*) FILTER (WHERE n.served_at IS NOT NULL) AS served,
            min(n.served_at) FILTER (WHERE n.kind = 'detainer_copy') AS copied_at
        FROM requests_app_notice n WHERE n.ice_request_id = r.id) papers ON true
    WHERE r.id = ANY(%s)
    ON CONFLICT (ice_request_id) DO UPDATE SET ({columns}) = ROW ({excluded})
"""
_COLUMNS = (
    ("status", "asks", "acts", "findings", "decisions", "mismatches", "ice_access")
    + ("access_on", "municipal_report", "overrides", "is_flagged", "notices_owed")
    + ("notices_served", "hours_to_copy", "hours_to_decision", "staff_minutes")
    + ("cost_cents", "rebuilt_at")
)


@transaction.atomic
def refresh(
    *, at: datetime, most: int = AT_ONCE, agencies: Collection[int] = ()
) -> int:
    """Rebuild the figures of requests that changed, those of `agencies` first.

    `agencies` are their primary keys. How many requests are left for the job.
    """
    with tenancy.as_system():
        taken = _taken(most, agencies)
        if taken:
            _build(taken, at=at)
        left = _left() if len(taken) == most else 0
        if left:
            outbox.enqueue(kind=KINDS[0], subject=_SUBJECT, at=at)
    return left


@transaction.atomic
def bring_up_to_date(*, agencies: Collection[int], at: datetime) -> bool:
    """Rebuild all the figures of some agencies; whether none is left.

    For what is written down and goes out: a page may be a minute late, a paper not.
    """
    for _ in range(MOST_ROUNDS):
        refresh(at=at, most=IN_A_JOB, agencies=agencies)
        with tenancy.as_system():
            if not StaleFigure.objects.filter(agency_id__in=agencies).exists():
                return True
    return False


def _left() -> int:
    return StaleFigure.objects.values("ice_request_id").distinct().count()


def carry_on(*, kind: str, at: datetime) -> None:
    """Rebuild the next rows, and put the rest off to the job's other name."""
    with tenancy.as_system():
        taken = _taken(IN_A_JOB)
        if taken:
            _build(taken, at=at)
        if len(taken) == IN_A_JOB:
            other = KINDS[1 - KINDS.index(kind)]
            outbox.enqueue(kind=other, subject=_SUBJECT, at=at)


def _taken(most: int, agencies: Collection[int] = ()) -> set[int]:
    with connection.cursor() as cursor:
        cursor.execute(_TAKEN, [list(agencies), most])
        return {number for (number,) in cursor.fetchall()}


def _build(requests: set[int], *, at: datetime) -> None:
    said = _BUILT.replace("{columns}", ", ".join(_COLUMNS)).replace(
        "{excluded}", ", ".join(f"EXCLUDED.{one}" for one in _COLUMNS)
    )
    with connection.cursor() as cursor:
        cursor.execute(said, [at, sorted(DUTIES_OF_DOING), list(requests)])


@jobs.does(KINDS[0])
def _rebuild(*, subject: str, at: datetime) -> None:
    carry_on(kind=KINDS[0], at=at)


@jobs.does(KINDS[1])
def _rebuild_on(*, subject: str, at: datetime) -> None:
    carry_on(kind=KINDS[1], at=at)
