"""Public tables: proposed by one person, released by another, never unsaid."""

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from hashlib import sha256

from django.db import connection, transaction

from requests_app.accounts.access import Standing
from requests_app.accounts.models import Agency, Role
from requests_app.ledger import services as ledger
from requests_app.reporting import public_tables, rollup, suppression
from requests_app.reporting.cells import Release
from requests_app.reporting.disclosure import TooManyPieces
from requests_app.reporting.figures import preset_of
from requests_app.reporting.models import Publication
from requests_app.reporting.suppression import DiffersByProtectedCount, Narrowed
from requests_app.vault import services as vault

PROPOSERS = frozenset({Role.RECORDS_OFFICER, Role.SUPERVISOR, Role.HEAD})
RELEASERS = frozenset({Role.RECORDS_OFFICER, Role.HEAD})
Status = Publication.Status


class NotYourTables(PermissionError):
    """The person holds no role at the agency that may do this."""


class NotTransparent(ValueError):
    """The agency has not switched its public page on."""


class NotAPeriod(ValueError):
    """Public tables are of six months that have ended."""


class SecondPersonNeeded(PermissionError):
    """Whoever proposed public tables does not release them."""


class NotThatState(ValueError):
    """The tables have gone on since the page was shown."""


class StillCounting(ValueError):
    """Figures of the agency are older than its requests; nothing was entered."""


class Refused(ValueError):
    """The tables would tell a protected count; the history says that they were refused.

    `code` is that of the entry.
    """

    def __init__(self, sentence: str, *, code: str):
        super().__init__(sentence)
        self.code = code


# Why tables may tell a protected count, and its code in the history.
_TELLING = {
    DiffersByProtectedCount: "differs",
    Narrowed: "narrowed",
    TooManyPieces: "too_many_pieces",
}


def propose(
    *, agency: Agency, since: date, standing: Standing, at: datetime
) -> Publication:
    """Count the tables of six months, hide what must be hidden, and keep them.

    Raises NotYourTables, NotTransparent, NotAPeriod, StillCounting, Refused. A refusal
    is entered in the history.
    """
    role = _role(standing, agency, PROPOSERS)
    try:
        return _propose(agency, since, standing, role=role, at=at)
    except tuple(_TELLING) as refusal:
        code = _TELLING[type(refusal)]
        ledger.record(
            event="publication.refused",
            subject=agency.public_id,
            at=at,
            actor=standing.user.public_id,
            role=role,
            agency=agency.code,
            outcome="refused",
            body={"code": code},
        )
        raise Refused(str(refusal), code=code) from refusal


@transaction.atomic
def _propose(
    agency: Agency, since: date, standing: Standing, *, role: str, at: datetime
) -> Publication:
    period = _period(agency, since, standing.on)
    _take_turns(agency.pk)
    if not rollup.bring_up_to_date(agencies=[agency.pk], at=at):
        raise StillCounting(
            "Requests that changed are still being counted. Try again in a minute."
        )
    versions = Publication.objects.filter(agency=agency, since=since)
    version = versions.count() + 1
    earlier = _earlier(agency)
    people, releases = public_tables.people(
        agency, period.since, period.until, version=version, earlier=earlier
    )
    tables = {
        "schema": public_tables.SCHEMA,
        "agency": {"code": agency.code, "name": agency.name},
        "since": period.since.isoformat(),
        "until": period.until.isoformat(),
        "version": version,
        "tables": public_tables.exact(agency, period.since, period.until) + people,
    }
    publication = Publication(
        agency=agency,
        since=period.since,
        until=period.until,
        version=version,
        tables=tables,
        tables_sha256=sha256(as_json(tables)).hexdigest(),
        audit=_audited(releases, earlier),
        data_key=vault.new_key(agency=agency.code, at=at),
        counts={name: public_tables.kept(one) for name, one in releases.items()},
        proposed_by=standing.user,
        proposed_at=at,
    )
    publication.save(force_insert=True)
    body = {
        "since": period.since.isoformat(),
        "until": period.until.isoformat(),
        "version": version,
        "sha256": publication.tables_sha256,
    }
    _record("publication.proposed", publication, standing, role, at=at, body=body)
    return publication


def _take_turns(agency_id: int) -> None:
    """Wait until nobody else proposes or releases tables of the agency.

    What two people release at the same moment would not be compared.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock("
            "hashtextextended('public tables of an agency', %s))",
            [agency_id],
        )


def _period(agency: Agency, since: date, today: date):
    if not agency.is_transparent:
        raise NotTransparent(
            "The agency's public page is off. An administrator switches it on."
        )
    try:
        period = preset_of(since)
    except ValueError as error:
        raise NotAPeriod(str(error)) from error
    if period.until > today:
        raise NotAPeriod("The period has not ended yet.")
    return period


def _earlier(agency: Agency) -> list[Release]:
    """What was ever shown of the agency: what was withdrawn has been read."""
    rows = Publication.objects.filter(
        agency=agency, status__in=(Status.PUBLISHED, Status.WITHDRAWN)
    ).select_related("data_key")
    return [
        public_tables.of_kept(
            said, name=f"{name} of {row.since}, version {row.version}"
        )
        for row in rows.order_by("id")
        for name, said in row.counts.items()
    ]


def _audited(releases: Mapping[str, Release], earlier: Sequence[Release]) -> dict:
    """The audit in numbers: what was looked at, and how many counts were narrowed.

    Raises Narrowed.
    """
    narrowed = suppression.narrowed([*releases.values()], earlier=earlier)
    if narrowed.total():
        raise Narrowed("Together the tables would tell a count of 1 to 10.")
    return {
        name: {
            "cells": len(one.table.cells),
            "protected": len(list(one.protected())),
            "not_shown": len(one.marks),
            "beside": len(suppression.related(one.table, earlier)),
            "narrowed": narrowed[name],
        }
        for name, one in releases.items()
    }


@transaction.atomic
def release(*, publication: Publication, standing: Standing, at: datetime):
    """Show proposed tables to everybody. They are audited again beside what came since.

    Raises NotYourTables, SecondPersonNeeded, NotThatState.
    """
    _take_turns(publication.agency_id)
    publication = _locked(publication, Status.PROPOSED)
    role = _role(standing, publication.agency, RELEASERS)
    if publication.proposed_by_id == standing.user.pk:
        raise SecondPersonNeeded(
            "A second approver is needed: you proposed these tables."
        )
    newer = Publication.objects.filter(
        agency=publication.agency,
        status__in=(Status.PUBLISHED, Status.WITHDRAWN),
        decided_at__gt=publication.proposed_at,
    )
    if newer.exists():
        raise NotThatState(
            "Other tables were released since these were counted. Refuse them and "
            "propose them anew."
        )
    _audit_again(publication)
    return _decide(publication, Status.PUBLISHED, standing, role, at=at)


def _audit_again(publication: Publication) -> None:
    releases = [
        public_tables.of_kept(said, name=name)
        for name, said in publication.counts.items()
    ]
    earlier = _earlier(publication.agency)
    try:
        for one in releases:
            beside = [each for each in releases if each is not one]
            suppression.audit(one, earlier=[*earlier, *beside])
    except tuple(_TELLING) as refusal:
        raise NotThatState(
            "Beside the tables released since these were counted they would tell a "
            "count of 1 to 10. Refuse them and propose them anew."
        ) from refusal


@transaction.atomic
def refuse(*, publication: Publication, standing: Standing, at: datetime):
    """Put proposed tables aside.

    Raises NotYourTables, SecondPersonNeeded, NotThatState.
    """
    publication = _locked(publication, Status.PROPOSED)
    role = _role(standing, publication.agency, RELEASERS)
    if publication.proposed_by_id == standing.user.pk:
        raise SecondPersonNeeded("Another person decides on tables that you proposed.")
    return _decide(publication, Status.REFUSED, standing, role, at=at)


def _decide(publication, status: str, standing: Standing, role: str, *, at: datetime):
    publication.status = status
    publication.decided_by, publication.decided_at = standing.user, at
    publication.save(update_fields=["status", "decided_by", "decided_at"])
    event, body = {
        Status.PUBLISHED: (
            "publication.published",
            {"sha256": publication.tables_sha256},
        ),
        Status.REFUSED: ("publication.refused", {"code": "second_person"}),
    }[status]
    _record(event, publication, standing, role, at=at, body=body)
    return publication


@transaction.atomic
def withdraw(*, publication: Publication, standing: Standing, at: datetime):
    """Mark released tables as withdrawn; they stay listed.

    Raises NotYourTables, NotThatState.
    """
    publication = _locked(publication, Status.PUBLISHED)
    role = _role(standing, publication.agency, RELEASERS)
    publication.status = Status.WITHDRAWN
    publication.withdrawn_by, publication.withdrawn_at = standing.user, at
    publication.save(update_fields=["status", "withdrawn_by", "withdrawn_at"])
    _record("publication.withdrawn", publication, standing, role, at=at, body={})
    return publication


def as_json(tables: Mapping) -> bytes:
    """The public file: the same bytes for the same tables."""
    text = json.dumps(tables, ensure_ascii=False, sort_keys=True, indent=1)
    return text.encode()


def _locked(publication: Publication, status: str) -> Publication:
    rows = Publication.objects.select_for_update(of=("self",)).select_related(
        "agency", "data_key"
    )
    publication = rows.get(pk=publication.pk)
    if publication.status != status:
        raise NotThatState(
            f"These tables are {publication.get_status_display().lower()} now. Load "
            "the page again."
        )
    return publication


def _role(standing: Standing, agency: Agency, roles) -> str:
    for role in sorted(roles):
        if standing.holds(role, agency.pk):
            return str(role)
    raise NotYourTables("Your roles do not open this at this agency.")


def _record(
    event: str,
    publication: Publication,
    standing: Standing,
    role: str,
    *,
    at: datetime,
    body: dict,
) -> None:
    ledger.record(
        event=event,
        subject=publication.public_id,
        at=at,
        actor=standing.user.public_id,
        role=role,
        agency=publication.agency.code,
        body={"publication": publication.public_id, **body},
    )
