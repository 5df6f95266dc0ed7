"""The administrator's pages of the agency's own routing rules."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from requests_app.accounts import reads, staffing
from requests_app.accounts.access import chosen_agency, for_roles
from requests_app.accounts.models import Role, Unit, User
from requests_app.docket.models import AskKind
from requests_app.review.desk_forms import BeginForm, RuleFormSet
from requests_app.review.models import Level, RoutingRule, RoutingTable, Shift
from requests_app.review.services import routing_tables as services

SHOWN = 100
REFUSALS = (services.NotTried, services.NotBackwards, services.InForceAlready)


def _tables(request):
    administered = request.standing.agency_ids({Role.ADMINISTRATOR})
    return RoutingTable.objects.filter(agency__in=administered).select_related(
        "agency", "made_by", "effective_by"
    )


@require_GET
@for_roles(Role.ADMINISTRATOR)
def routing_tables(request):
    """Every version of the agency's routing rules, the newest first."""
    rows = list(_tables(request).order_by("-id")[:SHOWN])
    reads.of_people(request)
    context = {"tables": rows, "in_force": _in_force(rows), "now": timezone.now()}
    return render(request, "review/routing_tables.html", context)


def _in_force(rows) -> set[int]:
    """The one table of each agency that chooses desks now."""
    now, found = timezone.now(), {}
    begun = [one for one in rows if one.effective_at and one.effective_at <= now]
    for one in sorted(begun, key=lambda one: (one.effective_at, one.pk)):
        if one.withdrawn_at is None:
            found[one.agency_id] = one.pk
    return set(found.values())


def _newest(agency) -> RoutingTable | None:
    """The table that chooses desks now: one rule is changed, not all typed anew."""
    in_force = RoutingTable.objects.filter(agency=agency).in_force(timezone.now())
    return in_force.select_related("made_by").first()


def _rows_of(table: RoutingTable | None, options: dict) -> list[dict]:
    """Its rules as the form takes them; one about a closed unit is left out."""
    if table is None:
        return []
    offered = {one.public_id for kind in options.values() for one in kind}
    rules = table.rules.select_related("from_unit", "to_unit", "to_person")
    rows = []
    for rule in rules.order_by("position"):
        desk = (rule.to_unit or rule.to_person).public_id
        unit = rule.from_unit.public_id if rule.from_unit else ""
        if desk in offered and (not unit or unit in offered):
            same = {key: getattr(rule, key) for key in _SAME}
            rows.append({**same, "from_unit": unit, "desk": desk})
    return rows


_SAME = ("shift", "ask", "citation", "level")


@require_http_methods(["GET", "POST"])
@for_roles(Role.ADMINISTRATOR)
def routing_table_new(request):
    """Write a table row by row; it is tried before it can take effect."""
    agency = chosen_agency(request, {Role.ADMINISTRATOR})
    options = {
        "units": list(Unit.objects.open().filter(agency=agency).order_by("name")[:200]),
        "people": list(staffing.may_enter_for([agency.pk], on=request.standing.on)),
    }
    is_longer = "add_form" in request.POST
    data = request.POST.copy() if request.method == "POST" else None
    if is_longer:
        total = data.get("form-TOTAL_FORMS", "1")
        data["form-TOTAL_FORMS"] = (
            str(min(int(total) + 1, 40))
            if (total.isdecimal() and len(total) < 4)
            else "1"
        )
    begun_from = None if data else _newest(agency)
    initial = _rows_of(begun_from, options)
    formset = RuleFormSet(data, form_kwargs=options, initial=initial)
    problem = ""
    if request.method == "POST" and not is_longer and formset.is_valid():
        try:
            table = services.propose(
                agency=agency,
                rules=[RoutingRule(**row) for row in formset.rows()],
                by=request.user,
                at=timezone.now(),
            )
        except services.NoRules as refusal:
            problem = str(refusal)
        else:
            messages.success(request, "Kept. The dry run is being made.")
            return redirect("routing_table", table.public_id)
    reads.of_people(request)
    context = {
        "agency": agency,
        "agencies": request.standing.agencies({Role.ADMINISTRATOR}),
        "formset": formset,
        "formset_list": [formset],
        "has_errors": formset.is_bound and not is_longer and not formset.is_valid(),
        "problem": problem,
        "begun_from": begun_from,
    }
    status = 422 if request.method == "POST" and not is_longer else 200
    return render(request, "review/routing_table_new.html", context, status=status)


@require_http_methods(["GET", "POST"])
@for_roles(Role.ADMINISTRATOR)
def routing_table(request, table_id: str):
    """One table with its dry run; try it again, put it in force, or withdraw it."""
    table = get_object_or_404(_tables(request), public_id=table_id)
    form = BeginForm(request.POST if "begin" in request.POST else None)
    if request.method == "POST":
        try:
            if _done(request, table, form):
                return redirect("routing_table", table.public_id)
        except REFUSALS as refusal:
            messages.error(request, str(refusal))
            return redirect("routing_table", table.public_id)
    reads.of_people(request)
    rules = list(
        table.rules.select_related("from_unit", "to_unit", "to_person").order_by(
            "position"
        )
    )
    context = {
        "table": table,
        "rules": [_worded(rule) for rule in rules],
        "trial": _worded_trial(table, rules),
        "form": form,
        "form_list": [form],
        "now": timezone.now(),
    }
    status = 422 if form.is_bound else 200
    return render(request, "review/routing_table.html", context, status=status)


def _done(request, table: RoutingTable, form) -> bool:
    who = {"table": table, "by": request.user, "at": timezone.now()}
    if "try" in request.POST:
        services.order_trial(**who)
        messages.success(request, "The dry run is being made again.")
        return True
    if "withdraw" in request.POST:
        services.withdraw(**who)
        messages.success(request, "Withdrawn: it chooses no desk any more.")
        return True
    if "begin" in request.POST and form.is_valid():
        wanted = form.cleaned_data["effective_at"] or who["at"]
        services.put_in_force(effective_at=wanted, **who)
        messages.success(request, "Its beginning is set.")
        return True
    return "begin" not in request.POST


def _worded(rule: RoutingRule) -> dict:
    conditions = [
        ("filed by", rule.from_unit),
        ("filed in the", Shift(rule.shift).label if rule.shift else ""),
        ("asks for", AskKind(rule.ask).label if rule.ask else ""),
        ("flagged finding", rule.citation),
        ("highest flag", "" if rule.level is None else Level(rule.level).label),
    ]
    return {
        "number": rule.position,
        "when": "; ".join(f"{word}: {value}" for word, value in conditions if value),
        "desk": str(rule.to_unit or rule.to_person),
        "count": (rule.table.trial or {}).get("by_rule", {}).get(rule.public_id, 0),
    }


def _worded_trial(table: RoutingTable, rules: list[RoutingRule]) -> dict | None:
    if table.trial is None:
        return None
    names = {one.public_id: one.name for one in table.agency.units.all()[:500]}
    ids = {
        public_id
        for was, would, _ in table.trial["moves"]
        for public_id in (was, would)
    }
    people = User.objects.filter(public_id__in=ids)
    names |= {one.public_id: str(one) for one in people}
    names[""] = "Nobody in particular"
    return {
        **table.trial,
        "unmatched": table.trial["by_rule"].get("", 0),
        "moves": [
            {"was": names.get(was, "?"), "would": names.get(would, "?"), "count": count}
            for was, would, count in table.trial["moves"]
        ],
    }
