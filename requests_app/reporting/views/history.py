"""The auditor's pages: the history, of one request, who saw it, the overrides."""

from datetime import timedelta
from urllib.parse import urlencode

from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from requests_app.accounts import reads
from requests_app.accounts.access import for_roles
from requests_app.accounts.models import Agency, Role
from requests_app.docket.models import IceRequest
from requests_app.ledger import services as ledger
from requests_app.ledger.events import READS
from requests_app.ledger.models import Entry
from requests_app.reporting import search
from requests_app.reporting.forms import HistoryForm, PeriodForm, midnight
from requests_app.review import shown
from requests_app.review.models import Determination, Mismatch
from requests_app.review.views import paging
from requests_app.review.wording import EVENT_LABELS, WHAT_LABELS
from requests_app.vault.models import DataKey

AUDITS = (Role.AUDITOR, Role.ADMINISTRATOR)
OVERRIDES_SHOWN = 100


def _audited_codes(request) -> list[str] | None:
    """Codes of the agencies whose history the reader may see; None for all."""
    if request.standing.sees_every_agency:
        return None
    return [agency.code for agency in request.standing.agencies(AUDITS)]


def _audited(request):
    """The agencies whose history the reader may see."""
    agencies = Agency.objects.order_by("name")
    if request.standing.sees_every_agency:
        return agencies
    return agencies.filter(id__in=request.standing.agency_ids(AUDITS))


@require_GET
@for_roles(*AUDITS)
def history(request):
    """Entries of a range of days, the newest first, paged by key, never counted."""
    form = HistoryForm.of(request.GET.dict(), agencies=_audited(request))
    found, wanted = search.Found(), {}
    if form.is_valid():
        wanted = form.wanted()
        after = paging.place(request, "after")
        query = search.Wanted(codes=_audited_codes(request), **wanted)
        if not _asks_for_nothing(form.cleaned_data, wanted):
            found = search.find(query, after=after, most=paging.PAGE)
    entries = _with_requests(found.entries)
    _record(request, wanted, form, entries)
    context = {
        "form": form,
        "form_list": [form],
        "entries": entries,
        "chips": _chips(request, form) if form.is_valid() else [],
        "reached": found.reached,
        "older_url": _older(request, found),
        "newer_url": paging.link(request) if request.GET.get("after") else "",
        "has_errors": not form.is_valid(),
        "ledger": ledger.standing(),
        # The files of an auditor; an administrator holds no key to seal one with.
        "export_query": _export_query(request, form),
    }
    status = 200 if form.is_valid() else 422
    return render(request, "reporting/history.html", context, status=status)


def _asks_for_nothing(given: dict, wanted: dict) -> bool:
    """Whether a request is asked for that is not there."""
    return bool(given["number"].strip()) and not wanted["subject"]


def _record(request, wanted: dict, form, entries: list[dict]) -> None:
    if not wanted:
        return
    given = form.cleaned_data
    body = {
        "since": given["since"].isoformat(),
        "until": given["until"].isoformat(),
        "request": wanted["subject"],
        **{name: wanted[name] for name in ("event", "what", "actor", "role")},
        **{name: wanted[name] for name in ("outcome", "agency")},
        "shown": list({one["subject"]: 1 for one in entries if one["number"]}),
    }
    reads.of_history(
        request,
        subject=request.user.public_id,
        agencies=[],
        body={name: value for name, value in body.items() if value != ""},
    )


def _chips(request, form) -> list[dict]:
    """Each filter in words, with the address that drops it."""
    given = form.cleaned_data
    words = {
        "event": {**WHAT_LABELS, **EVENT_LABELS}.get(given["event"], ""),
        "number": given["number"].strip().upper(),
        "actor": str(given["actor"] or ""),
        "role": dict(form.fields["role"].choices).get(given["role"], ""),
        "outcome": dict(form.fields["outcome"].choices).get(given["outcome"], ""),
        "agency": str(given["agency"] or ""),
    }
    return [
        {
            "label": form.fields[name].label,
            "value": value,
            "url": paging.link(request, **{name: ""}),
        }
        for name, value in words.items()
        if value and request.GET.get(name)
    ]


def _export_query(request, form) -> str:
    if Role.AUDITOR not in request.standing.roles or not form.is_valid():
        return ""
    days = {name: form.cleaned_data[name] for name in ("since", "until")}
    given = {name: request.GET[name] for name in form.fields if request.GET.get(name)}
    # An export keeps its address: who acted stands there by identifier.
    if form.cleaned_data["actor"]:
        given["actor"] = form.cleaned_data["actor"].public_id
    return urlencode({**days, **given})


def _older(request, found: search.Found) -> str:
    if found.older is None:
        return ""
    at, entry_id = found.older
    return paging.link(request, after=f"{at.isoformat()}~{entry_id}")


def _with_requests(page: list[Entry]) -> list[dict]:
    numbers = dict(
        IceRequest.objects.filter(
            public_id__in={entry.subject for entry in page}
        ).values_list("public_id", "number")
    )
    return [
        {**_shown(entry), "number": numbers.get(entry.subject, "")} for entry in page
    ]


def _shown(entry: Entry) -> dict:
    leaf = getattr(entry, "leaf", None)
    return {
        **shown.timeline_entry(entry),
        "event": entry.event,
        "outcome": entry.outcome,
        "agency": entry.agency,
        "subject": entry.subject,
        "seq": entry.seq,
        "id": entry.public_id,
        "actor_id": entry.actor if entry.actor_name else "",
        # Entries are cited by their place in the sealed history, from 1 on.
        "leaf": leaf.idx + 1 if leaf else None,
    }


@require_GET
@for_roles(*AUDITS)
def history_overrides(request):
    """Every override and every mismatch of the last year, the newest first."""
    overrides = Determination.objects.filter(is_override=True).select_related(
        "ice_request__agency", "ask", "decided_by", "second_by"
    )
    mismatches = Mismatch.objects.select_related("ice_request__agency", "act")
    if not request.standing.sees_every_agency:
        ids = request.standing.agency_ids(AUDITS)
        overrides = overrides.filter(ice_request__agency_id__in=ids)
        mismatches = mismatches.filter(ice_request__agency_id__in=ids)
    since = timezone.now() - timedelta(days=365)
    overrides = list(
        overrides.filter(decided_at__gte=since).order_by("-id")[:OVERRIDES_SHOWN]
    )
    mismatches = list(
        mismatches.filter(found_at__gte=since).order_by("-id")[:OVERRIDES_SHOWN]
    )
    reads.of_list(request, [row.ice_request for row in [*overrides, *mismatches]])
    # Read at once, and as far as the reader may: an administrator has no keys.
    sealed = {row.ice_request.data_key_id for row in overrides}
    context = {
        "overrides": overrides,
        "keys": {key.pk for key in DataKey.objects.filter(pk__in=sealed)},
        "mismatches": mismatches,
        "most": OVERRIDES_SHOWN,
        "reads_requests": Role.AUDITOR in request.standing.roles,
    }
    return render(request, "reporting/overrides.html", context)


def _audited_request(request, request_id: str) -> IceRequest:
    rows = IceRequest.objects.select_related("agency")
    if not request.standing.sees_every_agency:
        rows = rows.filter(agency_id__in=request.standing.agency_ids(AUDITS))
    return get_object_or_404(rows, public_id=request_id)


@require_GET
@for_roles(*AUDITS)
def history_request(request, request_id: str):
    """What was done on one request, in its own numbers, without the person's name."""
    ice_request = _audited_request(request, request_id)
    rows = Entry.objects.about(request_id).exclude(event__in=READS)
    after = paging.number(request, "after")
    if after:
        rows = rows.filter(seq__gt=after)
    page = list(
        shown.named(rows.select_related("leaf")).order_by("seq")[: paging.PAGE + 1]
    )
    has_more = len(page) > paging.PAGE
    page = page[: paging.PAGE]
    reads.of_history(
        request, subject=request_id, agencies=[ice_request.agency], body={}
    )
    context = {
        "ice_request": ice_request,
        "entries": [_shown(entry) for entry in page],
        "later_url": paging.link(request, after=page[-1].seq) if has_more else "",
        "first_url": paging.link(request) if after else "",
        "reads_requests": Role.AUDITOR in request.standing.roles,
        "ledger": ledger.standing(),
        "here": "done",
    }
    return render(request, "reporting/history_request.html", context)


@require_GET
@for_roles(*AUDITS)
def history_readers(request, request_id: str):
    """Who saw one request: its pages, lists and searches, prints, and who tried."""
    ice_request = _audited_request(request, request_id)
    form = PeriodForm({**_since_filing(ice_request), **request.GET.dict()})
    found = search.Found()
    if form.is_valid():
        given = form.cleaned_data
        found = search.readers(
            request_id,
            since=midnight(given["since"]),
            until=midnight(given["until"] + timedelta(days=1)),
            after=paging.place(request, "after"),
            most=paging.PAGE,
        )
        days = {name: given[name].isoformat() for name in ("since", "until")}
        reads.of_history(
            request, subject=request_id, agencies=[ice_request.agency], body=days
        )
    context = {
        "ice_request": ice_request,
        "form": form,
        "form_list": [form],
        "entries": [_shown(entry) for entry in found.entries],
        "older_url": _older(request, found),
        "newer_url": paging.link(request) if request.GET.get("after") else "",
        "has_errors": not form.is_valid(),
        "reads_requests": Role.AUDITOR in request.standing.roles,
        "ledger": ledger.standing(),
        "here": "readers",
    }
    status = 200 if form.is_valid() else 422
    return render(request, "reporting/history_readers.html", context, status=status)


def _since_filing(ice_request: IceRequest) -> dict:
    filed = timezone.localdate(ice_request.filed_at)
    return {"since": filed, "until": timezone.localdate(timezone.now())}
