"""Units and who works in them; absences and who covers."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import (
    require_GET,
    require_http_methods,
    require_POST,
)

from requests_app.accounts import reads, staffing
from requests_app.accounts.access import DECIDERS, chosen_agency, for_roles
from requests_app.accounts.models import (
    Absence,
    Agency,
    Appointment,
    Placement,
    Role,
    Unit,
    User,
)
from requests_app.accounts.staff_forms import AbsenceForm, PlacementForm, UnitForm

SHOWN = 300


def _administered(request):
    return request.standing.agency_ids({Role.ADMINISTRATOR})


@require_http_methods(["GET", "POST"])
@for_roles(Role.ADMINISTRATOR)
def units(request):
    """The units of the reader's agency; add one."""
    agency = chosen_agency(request, {Role.ADMINISTRATOR})
    form = UnitForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            unit = staffing.add_unit(
                agency=agency,
                name=form.cleaned_data["name"],
                by=request.user,
                at=timezone.now(),
            )
        except staffing.NameTaken as refusal:
            form.add_error("name", str(refusal))
        else:
            messages.success(request, f"Added: {unit}.")
            return redirect("unit", unit.public_id)
    rows = Unit.objects.open().filter(agency__in=_administered(request))
    context = {
        "form": form,
        "form_list": [form],
        "agency": agency,
        "agencies": request.standing.agencies({Role.ADMINISTRATOR}),
        "units": rows.select_related("agency").order_by("name", "id")[:SHOWN],
    }
    status = 422 if form.is_bound else 200
    return render(request, "accounts/units.html", context, status=status)


@require_http_methods(["GET", "POST"])
@for_roles(Role.ADMINISTRATOR)
def unit(request, unit_id: str):
    """Who works in a unit: place somebody, end a placement, close the unit."""
    one = get_object_or_404(
        Unit.objects.select_related("agency"),
        public_id=unit_id,
        agency__in=_administered(request),
    )
    people = list(_staff_of(one.agency, on=request.standing.on))
    is_placing = "person" in request.POST or not request.POST
    form = PlacementForm(
        request.POST if request.method == "POST" and is_placing else None,
        people=people,
        initial={"effective_from": request.standing.on},
    )
    if request.method == "POST":
        try:
            if _done(request, one, form):
                return redirect("units" if "close" in request.POST else request.path)
        except (staffing.NotThere, staffing.NotFree, staffing.UnitClosed) as refusal:
            form.add_error(None, str(refusal))
        except staffing.EndedAlready as refusal:
            messages.error(request, str(refusal))
            return redirect(request.path)
    reads.of_people(request)
    context = {
        "unit": one,
        "form": form,
        "form_list": [form],
        "placements": one.placements.in_force(request.standing.on)
        .select_related("user")
        .order_by("user__last_name", "id")[:SHOWN],
    }
    status = 422 if form.is_bound else 200
    return render(request, "accounts/unit.html", context, status=status)


def _done(request, one: Unit, form) -> bool:
    at, by = timezone.now(), request.user
    if "close" in request.POST:
        staffing.close_unit(unit=one, by=by, at=at)
        messages.success(request, f"Closed: {one}.")
        return True
    if "end" in request.POST:
        placement = get_object_or_404(
            Placement, unit=one, public_id=request.POST["end"]
        )
        staffing.end_placement(
            placement=placement, on=request.standing.on, by=by, at=at
        )
        messages.success(request, f"{placement.user} works there no more.")
        return True
    if not form.is_valid():
        return False
    given = form.cleaned_data
    staffing.place(
        unit=one,
        user=given["person"],
        effective_from=given["effective_from"],
        by=by,
        at=at,
    )
    messages.success(request, f"Placed: {given['person']}.")
    return True


def _staff_of(agency: Agency, *, on):
    """Everybody with a role at the agency."""
    posts = Appointment.objects.in_force(on).filter(agency=agency)
    return User.objects.filter(pk__in=posts.values("user_id"), is_active=True).order_by(
        "last_name", "first_name", "id"
    )[:SHOWN]


# Absences


MAY_ENTER = DECIDERS | {Role.ADMINISTRATOR}


def _absences(request):
    """Those at the reader's agencies: a decider sees who covers whom."""
    return Absence.objects.filter(
        agency__in=request.standing.agency_ids(MAY_ENTER)
    ).select_related("user", "cover", "agency")


@require_GET
@for_roles(Role.SUPERVISOR, Role.HEAD, Role.ADMINISTRATOR)
def absences(request):
    """Who is away or will be, until when, and who covers."""
    rows = (
        _absences(request)
        .filter(ended_at=None, effective_until__gt=request.standing.on)
        .order_by("effective_from", "id")[:SHOWN]
    )
    administered = _administered(request)
    reads.of_people(request)
    context = {
        "absences": [
            {
                "absence": row,
                "may_end": row.user_id == request.user.pk
                or row.agency_id in administered,
            }
            for row in rows
        ],
        "today": request.standing.on,
    }
    return render(request, "accounts/absences.html", context)


@require_http_methods(["GET", "POST"])
@for_roles(Role.SUPERVISOR, Role.HEAD, Role.ADMINISTRATOR)
def absence_new(request):
    """Enter an absence: one's own, or as an administrator anybody's."""
    agency = chosen_agency(request, MAY_ENTER)
    covers = list(staffing.may_enter_for([agency.pk], on=request.standing.on))
    is_administrator = request.standing.holds(Role.ADMINISTRATOR, agency.pk)
    people = covers if is_administrator else [request.user]
    form = AbsenceForm(
        request.POST or None,
        people=people,
        covers=covers,
        initial={
            "effective_from": request.standing.on,
            "user": "" if is_administrator else request.user.public_id,
        },
    )
    if request.method == "POST" and form.is_valid():
        try:
            absence = staffing.enter_absence(
                agency=agency,
                **form.cleaned_data,
                by=request.user,
                at=timezone.now(),
            )
        except (staffing.NotYours, staffing.NotThere, staffing.NotFree) as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"Entered: {absence}.")
            return redirect("absences")
    reads.of_people(request)
    context = {
        "form": form,
        "form_list": [form],
        "agency": agency,
        "agencies": request.standing.agencies(MAY_ENTER),
    }
    status = 422 if form.is_bound else 200
    return render(request, "accounts/absence_new.html", context, status=status)


@require_POST
@for_roles(Role.SUPERVISOR, Role.HEAD, Role.ADMINISTRATOR)
def absence_end(request, absence_id: str):
    """The person is back before the day that was entered."""
    absence = get_object_or_404(_absences(request), public_id=absence_id)
    try:
        staffing.end_absence(absence=absence, by=request.user, at=timezone.now())
    except (staffing.NotYours, staffing.EndedAlready) as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"{absence.user} is back.")
    return redirect("absences")
