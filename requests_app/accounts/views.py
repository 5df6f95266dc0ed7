"""The front door, the error pages and the health answer."""

import logging
import secrets
import sys
from datetime import timedelta

from django.contrib import messages
from django.db import connection
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from requests_app.accounts import reads, services
from requests_app.accounts.access import ANYONE, SIGNED_IN, for_roles
from requests_app.accounts.forms import AppointmentForm, ClocksForm
from requests_app.accounts.models import Agency, Appointment, Role
from requests_app.outbox import services as outbox
from requests_app.outbox.models import Job

logger = logging.getLogger(__name__)

JOBS_SHOWN = 100
# A job that has been due for so long points to a worker or a broker that is away.
LATE = timedelta(minutes=5)


@require_GET
@for_roles(*ANYONE)
def healthz(request):
    """Answers "ok" when the database does."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("ok", content_type="text/plain")


FIRST_PAGE = (
    (Role.SUPERVISOR, "worklist"),
    (Role.HEAD, "worklist"),
    (Role.CLERK, "request_list"),
    # Which report is due stands there.
    (Role.RECORDS_OFFICER, "report_list"),
    (Role.AUDITOR, "history"),
    (Role.ADMINISTRATOR, "people"),
)


@require_GET
@for_roles(*SIGNED_IN)
def home(request):
    """Send each person to the page where the day's work is."""
    for role, url_name in FIRST_PAGE:
        if role in request.standing.roles:
            return redirect(url_name)
    return render(request, "accounts/no_role.html")


@require_POST
@for_roles(*SIGNED_IN)
def session_extend(request):
    """Renew the session when its reader says so."""
    request.session.modified = True
    return HttpResponse(status=204)


@require_POST
@for_roles(*SIGNED_IN)
def printed(request):
    """Record that the reader printed a page that was shown to him or her."""
    try:
        reads.of_print(request, request.POST.get("mark", ""))
    except reads.NotPrintable as refusal:
        return HttpResponse(str(refusal), status=409, content_type="text/plain")
    return HttpResponse(status=204)


def _administered(request):
    return request.standing.agency_ids({Role.ADMINISTRATOR})


@require_GET
@for_roles(Role.ADMINISTRATOR)
def people(request):
    """Who holds which role at the reader's agencies, in force and ended."""
    rows = (
        Appointment.objects.filter(agency_id__in=_administered(request))
        .select_related("user", "agency")
        .order_by("agency__name", "role", "user__last_name", "id")[:500]
    )
    reads.of_people(request)
    context = {"appointments": rows, "today": request.standing.on}
    return render(request, "accounts/people.html", context)


@require_http_methods(["GET", "POST"])
@for_roles(Role.ADMINISTRATOR)
def appointment_new(request):
    """Grant a role at one of the reader's agencies."""
    agencies = Agency.objects.filter(id__in=_administered(request)).order_by("name")
    form = AppointmentForm(
        request.POST or None,
        agencies=agencies,
        initial={"effective_from": request.standing.on},
    )
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            appointment = services.grant(
                user=given["username"],
                agency=given["agency"],
                role=given["role"],
                effective_from=given["effective_from"],
                effective_until=given["effective_until"],
                by=request.user,
                at=timezone.now(),
            )
        except (services.SelfGrant, services.AlreadyHeld) as refusal:
            form.add_error("username", str(refusal))
        else:
            messages.success(request, f"Granted: {appointment}.")
            return redirect("people")
    status = 422 if form.is_bound else 200
    return render(
        request,
        "accounts/appointment_new.html",
        {"form": form, "form_list": [form]},
        status=status,
    )


@require_http_methods(["GET", "POST"])
@for_roles(Role.ADMINISTRATOR)
def appointment_end(request, appointment_id: str):
    """Ask, then end a role from today on."""
    appointment = get_object_or_404(
        Appointment.objects.select_related("user", "agency"),
        public_id=appointment_id,
        agency_id__in=_administered(request),
    )
    if request.method == "POST":
        try:
            services.end(
                appointment=appointment,
                on=request.standing.on,
                by=request.user,
                at=timezone.now(),
            )
        except (services.AlreadyEnded, services.LastAdministrator) as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, f"Ended: {appointment}.")
        return redirect("people")
    reads.of_people(request)
    return render(
        request, "accounts/appointment_end.html", {"appointment": appointment}
    )


@require_http_methods(["GET", "POST"])
@for_roles(Role.ADMINISTRATOR)
def agency_clocks(request):
    """The hours that an agency sets for itself, shown as policy."""
    agencies = request.standing.agencies({Role.ADMINISTRATOR})
    given = request.GET.get("agency", "")
    agency = next((row for row in agencies if given in ("", row.public_id)), None)
    if agency is None:
        raise Http404
    agency = Agency.objects.get(pk=agency.pk)
    form = ClocksForm(
        request.POST or None,
        initial={name: getattr(agency, name) for name in services.AGENCY_CLOCKS},
    )
    if request.method == "POST" and form.is_valid():
        try:
            changed = services.set_clocks(
                agency=agency,
                hours=form.cleaned_data,
                by=request.user,
                at=timezone.now(),
            )
        except services.WarnsTooEarly as refusal:
            form.add_error("warn_before_hours", str(refusal))
        else:
            said = "The clocks were changed." if changed else "Nothing was changed."
            messages.success(request, said)
            return redirect(request.get_full_path())
    context = {
        "agency": agency,
        "agencies": agencies if len(agencies) > 1 else [],
        "form": form,
        "form_list": [form],
    }
    status = 422 if form.is_bound else 200
    return render(request, "accounts/agency_clocks.html", context, status=status)


def _jobs(request):
    """Jobs of the reader's agencies and of the whole portal; kinds and codes only."""
    codes = [row.code for row in request.standing.agencies({Role.ADMINISTRATOR})]
    return Job.objects.at_agency(codes)


@require_GET
@for_roles(Role.ADMINISTRATOR)
def job_list(request):
    """Work that was given up after every attempt failed, and what still waits."""
    waiting = _jobs(request).waiting().order_by("due_at")
    due = waiting.values_list("due_at", flat=True)[: JOBS_SHOWN + 1]
    late_since = timezone.now() - LATE
    context = {
        "dead": _jobs(request).dead().order_by("-died_at")[:JOBS_SHOWN],
        "waiting": len(due),
        "overdue": len([moment for moment in due if moment <= late_since]),
        "shown": JOBS_SHOWN,
    }
    return render(request, "accounts/jobs.html", context)


@require_POST
@for_roles(Role.ADMINISTRATOR)
def job_retry(request, job_id: str):
    """Have a job that was given up tried again."""
    job = get_object_or_404(_jobs(request), public_id=job_id)
    try:
        services.retry_job(job=job, by=request.user, at=timezone.now())
    except outbox.NotDead as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "It will be tried again within a minute.")
    return redirect("job_list")


def bad_request(request, exception=None):
    # Other exceptions may repeat what was sent.
    sentence = getattr(exception, "sentence", "")
    return _error(request, 400, "This request could not be read", sentence)


def too_large(request, most_bytes: int):
    """What was sent is larger than this door takes; none of it was read."""
    sentence = (
        f"A file here may have {most_bytes // (1 << 20)} MB at most. Nothing was kept. "
        "Scan the paper at 200 dots per inch in black and white, or send it in parts."
    )
    return _error(request, 413, "This file is too large", sentence)


def forbidden(request, exception=None):
    return _error(request, 403, "This is not open to you", str(exception or ""))


def csrf_failure(request, reason=""):
    return _error(
        request,
        403,
        "This form has expired",
        "Go back, reload the page and send the form again. Nothing was changed.",
    )


def not_found(request, exception=None):
    return _error(
        request,
        404,
        "There is no such page",
        "The address may be mistyped, or the record belongs to another agency.",
    )


def unavailable(request):
    """No entry, no answer: 503, with nothing shown and nothing done."""
    request.incident = secrets.token_hex(5)
    _log_incident(request, sys.exc_info()[1])
    sentence = (
        "Nothing was shown and nothing was changed. Try again in a minute; if it "
        f"lasts, tell your administrator this incident number: {request.incident}."
    )
    return _plain_if_need_be(request, 503, "The portal cannot answer now", sentence)


def lost_afterwards(request):
    """The view was over when the database went: what was sent may stand, or may not."""
    request.incident = secrets.token_hex(5)
    _log_incident(request, sys.exc_info()[1])
    sentence = (
        "What you sent may have been kept. Wait a minute, open the page again and look "
        "before you send it once more. If it lasts, tell your administrator this "
        f"incident number: {request.incident}."
    )
    return _plain_if_need_be(request, 503, "The portal lost its database", sentence)


def shows_only(request):
    """Nothing is taken in until the history verifies again; work goes on, on paper."""
    return render(request, "accounts/shows_only.html", status=503)


def gone(request, authority: str):
    return _error(
        request,
        410,
        f"Destroyed under authority {authority}",
        "What this record held of a person no longer exists, here or in any backup. "
        "Its history is kept.",
    )


def not_yet_witnessed(request):
    """What a decision gets that stands and that no witness vouches for yet."""
    response = render(request, "accounts/not_yet_witnessed.html", status=503)
    response["Retry-After"] = "60"
    return response


def no_witness(request):
    """What a decision gets that was not taken, because nobody vouches for it."""
    response = render(request, "accounts/no_witness.html", status=503)
    response["Retry-After"] = "60"
    return response


def cannot_be_opened(request):
    return _error(
        request,
        500,
        "This record cannot be opened",
        "It is not what was sealed here. Nothing of it is shown, and this is on "
        "record. Tell your administrator now.",
    )


def server_error(request):
    request.incident = secrets.token_hex(5)
    _log_incident(request, sys.exc_info()[1])
    sentence = (
        "Nothing was changed. Try again; if it happens again, tell your administrator "
        f"this incident number: {request.incident}."
    )
    return _plain_if_need_be(request, 500, "Something went wrong", sentence)


def _plain_if_need_be(request, status, title, sentence):
    try:
        return _error(request, status, title, sentence)
    except Exception:  # noqa: BLE001 without the database no page can be drawn
        return HttpResponse(
            f"{title}. {sentence}", status=status, content_type="text/plain"
        )


def _log_incident(request, error: BaseException | None) -> None:
    # The message and the frames may hold what somebody typed: only the kind of error,
    # its place in the code and the incident number reach the log.
    frame = error.__traceback__ if error else None
    while frame is not None and frame.tb_next is not None:
        frame = frame.tb_next
    place = f"{frame.tb_frame.f_code.co_name}:{frame.tb_lineno}" if frame else "?"
    logger.error(
        "incident %s: %s at %s in %s",
        request.incident,
        type(error).__name__,
        getattr(request.resolver_match, "url_name", None),
        place,
    )


def _error(request, status, title, sentence):
    context = {"status": status, "title": title, "sentence": sentence}
    return render(request, "error.html", context, status=status)
