"""The report of 54-192h(e)(3): its periods, its draft, its certificate, its files."""

from datetime import date

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import (
    require_GET,
    require_http_methods,
    require_POST,
)

from requests_app.accounts import reads
from requests_app.accounts.access import REPORTERS, for_roles
from requests_app.accounts.adapter import accept_password, signed_in_lately
from requests_app.accounts.models import Agency, Role
from requests_app.documents import keeping
from requests_app.reporting import accesses, papers, preflight, statement
from requests_app.reporting.figure_forms import CertifyForm, DraftReportForm, SentForm
from requests_app.reporting.figures import preset_of, presets
from requests_app.reporting.models import Report
from requests_app.reporting.services import reports as services

CERTIFIERS = frozenset({Role.RECORDS_OFFICER})
REFUSED_CERTIFIERS = (
    services.SamePerson,
    services.NotYourReport,
    services.AppointedSince,
)


@require_GET
@for_roles(*REPORTERS)
def report_list(request):
    """Each period that has begun, and where its report stands. No request is named."""
    agencies = _agencies(request.standing)
    rows = [
        {
            "agency": agency,
            "is_bound": services.is_bound(agency),
            "periods": _periods(agency, request.standing.on),
        }
        for agency in agencies
    ]
    return render(request, "reporting/report_list.html", {"rows": rows})


def _periods(agency: Agency, today: date) -> list[dict]:
    if not services.is_bound(agency):
        return []
    newest = {
        one.since: one
        for one in Report.objects.filter(agency=agency, status__in=services.STANDING)
        .order_by("since", "version")
        .defer("frozen", "amended_because")
    }
    return [
        {
            "period": one,
            "report": newest.get(one.since),
            "has_ended": one.until <= today,
        }
        for one in presets(today)
    ]


@require_http_methods(["GET", "POST"])
@for_roles(*REPORTERS)
def report_period(request, code: str, since: str):
    """What is open before the report of a period, its versions, and a new draft."""
    agency = _agency(request.standing, code)
    period = _period(since)
    newest = services.newest_of(agency, since=period.since, until=period.until)
    form = DraftReportForm(request.POST or None, is_amendment=newest is not None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            report, status = _draft(request, agency, period, form)
            if report:
                return redirect("report_detail", report.public_id)
    return _show_period(request, agency, period, newest, form, status)


def _draft(request, agency: Agency, period, form):
    given = form.cleaned_data
    try:
        report = services.draft(
            agency=agency,
            since=period.since,
            form=given["form"],
            because=given.get("because", ""),
            standing=request.standing,
            at=timezone.now(),
        )
    except services.NotYourReport as refusal:
        form.add_error(None, str(refusal))
        return None, 403
    except (services.DraftedAlready, services.NotAPeriod, services.NotBound) as refusal:
        form.add_error(None, str(refusal))
        return None, 409
    messages.success(request, "Drafted. Another records officer certifies it.")
    return report, 200


def _show_period(request, agency: Agency, period, newest, form, status: int):
    listed = []
    if services.is_bound(agency):
        listed = preflight.open_questions(
            agency=agency, since=period.since, until=period.until
        )
    has_more, listed = len(listed) > preflight.MOST, listed[: preflight.MOST]
    reads.of_list(request, [_with(agency, one["ice_request"]) for one in listed])
    versions = Report.objects.of_period(agency, period.since, period.until)
    context = {
        "agency": agency,
        "period": period,
        "newest": newest,
        "versions": versions.select_related(
            "drafted_by", "certified_by"
        ).newest_first(),
        "listed": listed,
        "has_more": has_more,
        "form": form,
        "form_list": [form],
        "is_bound": services.is_bound(agency),
        "has_ended": period.until <= request.standing.on,
        "may_draft": request.standing.holds_any(services.DRAFTERS, agency.pk)
        and (newest is None or newest.status != Report.Status.DRAFT),
    }
    return render(request, "reporting/report_period.html", context, status=status)


def _with(agency: Agency, ice_request):
    ice_request.agency = agency
    return ice_request


@require_GET
@for_roles(*REPORTERS)
def report_detail(request, report_id: str):
    """One version: its numbers, where it came from, and what may be done with it."""
    return _show_report(request, _report(request, report_id))


def _show_report(
    request, report: Report, *, certify=None, sent=None, status: int = 200
):
    reads.of_report(request, report)
    before = report.supersedes
    holds = request.standing.holds(Role.RECORDS_OFFICER, report.agency_id)
    is_draft = report.status == Report.Status.DRAFT
    is_own = report.drafted_by_id == request.user.pk
    certify = certify or CertifyForm(needs_password=not signed_in_lately(request))
    sent = sent or SentForm()
    context = {
        "report": report,
        "last": statement.last_day(report.until.isoformat()),
        "tables": statement.shown(report.frozen),
        "alike": report.frozen["alike"],
        "differences": statement.differences(before.frozen, report.frozen)
        if before
        else [],
        "certify": certify if is_draft and holds and not is_own else None,
        "is_own_draft": is_draft and is_own,
        "sent": sent if report.status == Report.Status.CERTIFIED and holds else None,
        "may_drop": is_draft
        and request.standing.holds_any(services.DRAFTERS, report.agency_id),
        "form_list": [certify, sent],
    }
    return render(request, "reporting/report_detail.html", context, status=status)


@require_POST
@for_roles(*CERTIFIERS)
def report_certify(request, report_id: str):
    """Certify a draft; who signed in some time ago enters the password again."""
    report = _report(request, report_id)
    form = CertifyForm(request.POST, needs_password=not signed_in_lately(request))
    typed = form.cleaned_data.get("password") if form.is_valid() else None
    if typed is not None and not accept_password(request, typed):
        form.add_error("password", "This is not your password. Type it again.")
    if not form.is_valid():
        return _show_report(request, report, certify=form, status=422)
    try:
        services.certify(report=report, standing=request.standing, at=timezone.now())
    except REFUSED_CERTIFIERS as refusal:
        form.add_error(None, str(refusal))
        return _show_report(request, report, certify=form, status=403)
    except services.NotThatState as refusal:
        messages.error(request, str(refusal))
    except papers.NotRendered as refusal:
        form.add_error(None, f"{refusal} Try again, or tell the administrator.")
        return _show_report(request, report, certify=form, status=503)
    else:
        messages.success(request, "Certified. The files are below.")
    return redirect("report_detail", report.public_id)


@require_POST
@for_roles(*CERTIFIERS)
def report_sent(request, report_id: str):
    """Record how a certified report went out."""
    report = _report(request, report_id)
    form = SentForm(request.POST)
    if not form.is_valid():
        return _show_report(request, report, sent=form, status=422)
    try:
        services.mark_sent(
            report=report,
            how=form.cleaned_data["how"],
            standing=request.standing,
            at=timezone.now(),
        )
    except services.NotYourReport as refusal:
        form.add_error(None, str(refusal))
        return _show_report(request, report, sent=form, status=403)
    except services.NotThatState as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "Recorded as sent.")
    return redirect("report_detail", report.public_id)


@require_POST
@for_roles(*services.DRAFTERS)
def report_drop(request, report_id: str):
    """Put a draft aside."""
    report = _report(request, report_id)
    try:
        services.drop(report=report, standing=request.standing, at=timezone.now())
    except (services.NotYourReport, services.NotThatState) as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "The draft is dropped.")
    return redirect("report_period", report.agency.code, report.since.isoformat())


@require_GET
@for_roles(*REPORTERS)
def report_rows(request, report_id: str):
    """The frozen rows behind one number, each with the revision that was counted."""
    report = _report(request, report_id)
    table, value = request.GET.get("table", "all"), request.GET.get("value", "")
    try:
        rows = statement.rows_of(report.frozen["rows"], table=table, value=value)
    except KeyError:
        raise Http404("No such table of the report.") from None
    requests = accesses.requests_of(rows)
    reads.of_report(request, report, shown=sorted(requests))
    context = {
        "report": report,
        "title": statement.title(table),
        "word": statement.word(table, value),
        "definition": statement.definition(table),
        "rows": [{**row, "ice_request": requests.get(row["request"])} for row in rows],
    }
    return render(request, "reporting/report_rows.html", context)


@require_GET
@for_roles(*REPORTERS)
def report_file(request, report_id: str, ending: str):
    """The PDF or the CSV as it was certified."""
    report = _report(request, report_id)
    document = {"pdf": report.pdf, "csv": report.csv}[ending]
    if document is None:
        raise Http404("The report has no files before it is certified.")
    reads.of_report(request, report)
    content = keeping.opened(document)
    answer = HttpResponse(content, content_type=document.media_type)
    name = f"{report.agency.code}-{report.since}-v{report.version}.{ending}"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _report(request, report_id: str) -> Report:
    rows = Report.objects.visible_to(request.standing).select_related(
        "agency", "data_key", "drafted_by", "certified_by", "sent_by"
    )
    rows = rows.select_related("supersedes__data_key", "pdf__data_key", "csv__data_key")
    report = get_object_or_404(rows, public_id=report_id)
    # A clerk reads requests at this agency, and no reports.
    if not _reads_at(request.standing, report.agency_id):
        raise Http404("No such report.")
    return report


def _agencies(standing) -> list[Agency]:
    rows = Agency.objects.order_by("name")
    if standing.sees_every_agency:
        return list(rows)
    return list(rows.filter(id__in=standing.agency_ids(REPORTERS)))


def _agency(standing, code: str) -> Agency:
    agency = get_object_or_404(Agency, code=code)
    if not _reads_at(standing, agency.pk):
        raise Http404("No such agency.")
    return agency


def _reads_at(standing, agency_id: int) -> bool:
    return standing.sees_every_agency or standing.holds_any(REPORTERS, agency_id)


def _period(since: str):
    try:
        return preset_of(date.fromisoformat(since))
    except ValueError:
        raise Http404("No such period.") from None
