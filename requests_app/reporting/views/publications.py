"""Public tables: propose, release by a second person, withdraw; and the public page."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import (
    require_GET,
    require_http_methods,
    require_POST,
)

from requests_app.accounts import services as accounts
from requests_app.accounts.access import ANYONE, for_roles
from requests_app.accounts.models import Agency, Role
from requests_app.reporting import public_tables
from requests_app.reporting.figures import preset_of, presets
from requests_app.reporting.models import Publication
from requests_app.reporting.services import publications as services

PUBLISHERS = services.PROPOSERS | {Role.ADMINISTRATOR}
Status = Publication.Status
SHOWN = (Status.PUBLISHED, Status.WITHDRAWN)
REFUSED_PROPOSALS = (
    services.NotTransparent,
    services.NotAPeriod,
    services.StillCounting,
    services.Refused,
)
# So long may anybody keep a public page: a release is seen within five minutes.
CACHED = "public, max-age=300"


@require_http_methods(["GET", "POST"])
@for_roles(*PUBLISHERS)
def publication_list(request):
    """The agency's public tables, proposed and released, and proposing the next."""
    if request.method == "POST":
        return _propose(request)
    return _list(request)


def _list(request, *, refusal: str = "", status: int = 200):
    agencies = Agency.objects.filter(
        id__in=request.standing.agency_ids(PUBLISHERS)
    ).order_by("name")
    rows = Publication.objects.filter(agency__in=agencies).select_related("agency")
    rows = rows.defer("counts", "tables").order_by("-since", "-version")
    context = {
        "may_take_out": bool(request.standing.roles & services.PROPOSERS),
        "agencies": [_agency_row(request, one, rows) for one in agencies],
        "periods": [
            one for one in presets(request.standing.on) if _has_ended(request, one)
        ],
        "refusal": refusal,
    }
    return render(request, "reporting/publication_list.html", context, status=status)


def _has_ended(request, period) -> bool:
    return period.until <= request.standing.on


def _agency_row(request, agency: Agency, rows) -> dict:
    holds = request.standing.holds_any
    return {
        "agency": agency,
        "publications": [one for one in rows if one.agency_id == agency.pk],
        "may_propose": agency.is_transparent and holds(services.PROPOSERS, agency.pk),
        "may_switch": holds({Role.ADMINISTRATOR}, agency.pk),
    }


def _propose(request):
    agency = _own_agency(request, services.PROPOSERS)
    try:
        since = preset_of(_day(request.POST.get("since", ""))).since
        publication = services.propose(
            agency=agency, since=since, standing=request.standing, at=timezone.now()
        )
    except REFUSED_PROPOSALS as refusal:
        status = 422 if isinstance(refusal, services.NotAPeriod) else 409
        return _list(request, refusal=str(refusal), status=status)
    messages.success(
        request, "Proposed. Another person looks at them and releases them."
    )
    return redirect("publication_detail", publication.public_id)


def _day(typed: str):
    period = {one.id: one.since for one in presets(timezone.localdate())}
    if typed not in period:
        raise services.NotAPeriod("Choose a period of the list.")
    return period[typed]


@require_POST
@for_roles(Role.ADMINISTRATOR)
def transparency_switch(request):
    """Switch an agency's public page on or off."""
    agency = _own_agency(request, {Role.ADMINISTRATOR})
    is_on = request.POST.get("is_on") == "yes"
    accounts.set_transparent(
        agency=agency, is_on=is_on, by=request.user, at=timezone.now()
    )
    said = "The public page is on." if is_on else "The public page is off."
    messages.success(request, said)
    return redirect("publication_list")


def _own_agency(request, roles) -> Agency:
    ids = request.standing.agency_ids(roles)
    return get_object_or_404(Agency, code=request.POST.get("agency", ""), id__in=ids)


@require_GET
@for_roles(*PUBLISHERS)
def publication_detail(request, publication_id: str):
    """The tables as everybody would read them, with what the audit found."""
    publication = _publication(request, publication_id)
    holds = request.standing.holds_any(services.RELEASERS, publication.agency_id)
    context = {
        "publication": publication,
        "tables": public_tables.shown(publication.tables),
        "audit": publication.audit,
        "may_decide": holds
        and publication.status == Status.PROPOSED
        and publication.proposed_by_id != request.user.pk,
        "may_withdraw": holds and publication.status == Status.PUBLISHED,
    }
    return render(request, "reporting/publication_detail.html", context)


@require_POST
@for_roles(*services.RELEASERS)
def publication_decide(request, publication_id: str):
    """Release, refuse or withdraw tables."""
    publication = _publication(request, publication_id)
    does = {
        "release": (services.release, "Released to everybody."),
        "refuse": (services.refuse, "Refused. Nobody else sees them."),
        "withdraw": (services.withdraw, "Withdrawn. They stay listed as withdrawn."),
    }
    try:
        deed, said = does[request.POST.get("decision", "")]
    except KeyError:
        raise Http404("No such decision.") from None
    try:
        deed(publication=publication, standing=request.standing, at=timezone.now())
    except (services.SecondPersonNeeded, services.NotYourTables) as refusal:
        return _refused(request, publication, str(refusal), 403)
    except services.NotThatState as refusal:
        return _refused(request, publication, str(refusal), 409)
    messages.success(request, said)
    return redirect("publication_detail", publication.public_id)


def _refused(request, publication: Publication, sentence: str, status: int):
    context = {
        "publication": publication,
        "tables": public_tables.shown(publication.tables),
        "audit": publication.audit,
        "refusal": sentence,
    }
    template = "reporting/publication_detail.html"
    return render(request, template, context, status=status)


def _publication(request, publication_id: str) -> Publication:
    rows = Publication.objects.select_related("agency", "proposed_by", "decided_by")
    ids = request.standing.agency_ids(PUBLISHERS)
    return get_object_or_404(rows, public_id=publication_id, agency_id__in=ids)


# Without sign-in


@require_GET
@for_roles(*ANYONE)
def public_page(request, code: str):
    """An agency's public tables: the newest, and every release there ever was."""
    agency = get_object_or_404(Agency, code=code, is_transparent=True)
    rows = Publication.objects.filter(agency=agency, status__in=SHOWN)
    rows = list(rows.defer("counts").order_by("-since", "-version"))
    newest: dict = {}
    for one in rows:
        if one.status == Status.PUBLISHED:
            newest.setdefault(one.since, one)
    shown = next(iter(newest.values()), None)
    context = {
        "agency": agency,
        "shown": shown,
        "tables": public_tables.shown(shown.tables) if shown else [],
        "releases": [
            {
                "publication": one,
                "is_superseded": newest.get(one.since) not in (one, None),
            }
            for one in rows
        ],
    }
    return _cached(render(request, "reporting/public_page.html", context))


@require_GET
@for_roles(*ANYONE)
def public_file(request, code: str, publication_id: str, ending: str):
    """The tables of one release for programs: JSON, or CSV."""
    publication = get_object_or_404(
        Publication.objects.defer("counts"),
        public_id=publication_id,
        agency__code=code,
        agency__is_transparent=True,
        status__in=SHOWN,
    )
    makes = {
        "json": (services.as_json, "application/json; charset=utf-8"),
        "csv": (public_tables.as_csv, "text/csv; charset=utf-8"),
    }
    make, media_type = makes[ending]
    answer = HttpResponse(make(publication.tables), content_type=media_type)
    name = f"{code}-{publication.since}-v{publication.version}.{ending}"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return _cached(answer)


def _cached(answer: HttpResponse) -> HttpResponse:
    answer["Cache-Control"] = CACHED
    return answer
