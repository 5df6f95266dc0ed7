"""Dashboards: figures of the agencies that a person watches, and what they count."""

from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from requests_app.accounts import reads
from requests_app.accounts.access import READERS, WATCHERS, for_roles
from requests_app.docket.models import IceRequest
from requests_app.reporting import counting, narrowing, panels, rollup
from requests_app.reporting.figure_forms import FiguresForm
from requests_app.review.views import paging


@require_GET
@for_roles(*WATCHERS)
def figures(request):
    """Every figure of a range of days, as charts, words and tables."""
    agencies, wanted = _asked(request)
    mine = [] if request.standing.sees_every_agency else [one.pk for one in agencies]
    left = rollup.refresh(at=timezone.now(), agencies=mine)
    counted = counting.count(wanted.rows(request.standing), wanted)
    reads.of_figures(
        request,
        agencies=_of(wanted, agencies),
        since=wanted.since,
        until=wanted.until,
    )
    context = {
        "form": _form(wanted, agencies),
        "wanted": wanted,
        "left": left,
        "cards": panels.cards(counted, wanted),
        "panels": panels.panels(counted, wanted),
        "is_empty": not counted["requests"].total,
    }
    status = 422 if wanted.wrong else 200
    return render(request, "reporting/figures.html", context, status=status)


@require_GET
@for_roles(*WATCHERS)
def figure_rows(request):
    """The requests that one number counts, the newest first, paged by key."""
    agencies, wanted = _asked(request, beside=narrowing.OF_ROWS)
    figure = narrowing.figure_of(request.GET)
    code = request.GET.get("code", "").replace("\0", "")
    rows = counting.narrowed(wanted.rows(request.standing), figure, code)
    found = IceRequest.objects.filter(pk__in=rows.values("pk"))
    after = paging.number(request, "after")
    if after:
        found = found.older_than(after)
    page = list(found.select_related("agency").newest_first()[: paging.PAGE + 1])
    has_older = len(page) > paging.PAGE
    page = page[: paging.PAGE]
    reads.of_list(request, page)
    context = {
        "figure": figure,
        "code": figure.word(code) if code else "",
        "wanted": wanted,
        "rows": page,
        "reads_requests": bool(request.standing.roles & READERS),
        "older_url": paging.link(request, after=page[-1].pk) if has_older else "",
        "newer_url": paging.link(request, after=None) if after else "",
    }
    return render(request, "reporting/figure_rows.html", context)


def _asked(request, *, beside: frozenset = frozenset()):
    agencies = narrowing.agencies_of(request.standing)
    wanted = narrowing.asked(
        request.GET, agencies=agencies, today=request.standing.on, beside=beside
    )
    return agencies, wanted


def _of(wanted, agencies) -> list:
    return [one for one in agencies if wanted.agency in ("", one.code)]


def _form(wanted, agencies) -> FiguresForm:
    initial = {key: getattr(wanted, key) for key in narrowing.KEYS}
    return FiguresForm(initial=initial, agencies=agencies)
