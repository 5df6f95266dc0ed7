"""How long records are kept, and their destruction by three people."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from requests_app.accounts import reads
from requests_app.accounts.access import KEEPERS, chosen_agency, for_roles
from requests_app.accounts.models import Role
from requests_app.docket import holds
from requests_app.docket import services as docket
from requests_app.docket.models import Disposal, RecordClass, RetentionRule
from requests_app.documents.checking import Refused
from requests_app.ledger import services as ledger
from requests_app.reporting import retention as keeping
from requests_app.reporting.keeping_forms import (
    DisposalForm,
    PasswordForm,
    RuleForm,
)
from requests_app.reporting.services import disposals
from requests_app.reporting.views.claims import (
    handed_out,
    is_own_password,
    role_of,
)
from requests_app.review.views import paging

SCHEDULERS = (Role.RECORDS_OFFICER, Role.HEAD, Role.ADMINISTRATOR)


@require_http_methods(["GET", "POST"])
@for_roles(*SCHEDULERS)
def retention(request):
    """The agency's schedule, and a new rule in it."""
    agency = chosen_agency(request, SCHEDULERS)
    now = timezone.now()
    form = RuleForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            disposals.set_rule(
                agency=agency,
                **form.cleaned_data,
                by=request.user,
                role=role_of(request, agency.pk),
                at=now,
            )
        except disposals.BackDated as refusal:
            form.add_error("effective_from", str(refusal))
        else:
            messages.success(request, "Entered. The rule before it is kept.")
            return redirect(f"{request.path}?agency={agency.code}")
    rules = RetentionRule.objects.filter(agency=agency).select_related("set_by")
    in_force = keeping.rules_of(agency, on=timezone.localdate(now))
    context = {
        "agency": agency,
        "agencies": request.standing.agencies(SCHEDULERS),
        "classes": [
            {"label": label, "rule": in_force.get(value)}
            for value, label in RecordClass.choices
        ],
        "rules": list(rules.order_by("-id")[: paging.PAGE]),
        "may_dispose": request.standing.holds_any(KEEPERS, agency.pk),
        "form": form,
        "form_list": [form],
    }
    status = 422 if form.is_bound else 200
    return render(request, "reporting/retention.html", context, status=status)


@require_http_methods(["GET", "POST"])
@for_roles(*KEEPERS)
def disposal_new(request, rule_id: str):
    """The requests whose period has ended under a rule, to be destroyed."""
    rule = get_object_or_404(
        RetentionRule.objects.select_related("agency"),
        public_id=rule_id,
        agency_id__in=request.standing.agency_ids(KEEPERS),
    )
    now = timezone.now()
    form = DisposalForm(request.POST or None, request.FILES or None)
    chosen = request.POST.getlist("request")
    refused, status = "", 422 if form.is_bound else 200
    if request.method == "POST":
        disposal, refused, status = _propose(request, rule, form, chosen, at=now)
        if disposal is not None:
            messages.success(
                request, "Proposed. Two other people approve it; then it is destroyed."
            )
            return redirect("disposal_detail", disposal.public_id)
    found = []
    try:
        disposals.refuse_another_rule(rule, at=now)
    except disposals.NotInForce as refusal:
        refused, status = str(refusal), 409
    else:
        found = keeping.ended(rule=rule, on=timezone.localdate(now))
    reads.of_list(request, [row.ice_request for row in found])
    context = {
        "rule": rule,
        "rows": found,
        "most": keeping.MOST,
        "chosen": chosen,
        "refused": refused,
        "form": form,
        "form_list": [form],
    }
    return render(request, "reporting/disposal_new.html", context, status=status)


def _propose(request, rule, form, chosen: list[str], *, at):
    """The disposal; or None, why, and with which status the page is answered."""
    who = {
        "by": request.user,
        "role": role_of(request, rule.agency_id),
        "at": at,
    }
    try:
        disposals.refuse_without_authority(request.POST.get("authority", ""))
    except docket.NoAuthority as refusal:
        _record_refusal(rule, **who)
        if form.is_valid():
            form.add_error("authority", str(refusal))
        return None, "", 422
    if not form.is_valid():
        return None, "", 422
    paper = form.cleaned_data["paper"]
    try:
        disposal = disposals.propose(
            rule=rule,
            requests=chosen,
            authority=form.cleaned_data["authority"],
            paper=(paper.name, paper.read()),
            **who,
        )
    except holds.OnHold as refusal:
        _record_refusal(rule, **who)
        return None, str(refusal), 409
    except disposals.NotInForce as refusal:
        return None, str(refusal), 409
    except (disposals.NothingListed, disposals.NotEligible) as refusal:
        return None, str(refusal), 422
    except Refused as refusal:
        form.add_error("paper", str(refusal))
        return None, "", 422
    return disposal, "", 200


def _record_refusal(rule: RetentionRule, *, by, role, at) -> None:
    ledger.record(
        event="disposal.proposed",
        subject=rule.public_id,
        at=at,
        actor=by.public_id,
        role=role,
        agency=rule.agency.code,
        outcome="refused",
        body={"record_class": str(rule.record_class)},
    )


def _disposals(request):
    rows = Disposal.objects.filter(agency_id__in=request.standing.agency_ids(KEEPERS))
    return rows.select_related(
        "agency", "rule", "data_key", "proposed_by", "first_by", "second_by"
    )


@require_GET
@for_roles(*KEEPERS)
def disposal_list(request):
    """The disposals of the reader's agencies, the newest first. No request is named."""
    rows = _disposals(request).order_by("-id")
    after = paging.number(request, "after")
    if after:
        rows = rows.filter(id__lt=after)
    page = list(rows[: paging.PAGE + 1])
    has_older = len(page) > paging.PAGE
    page = page[: paging.PAGE]
    context = {
        "rows": page,
        "older_url": paging.link(request, after=page[-1].pk) if has_older else "",
        "newer_url": paging.link(request) if after else "",
    }
    return render(request, "reporting/disposal_list.html", context)


@require_http_methods(["GET", "POST"])
@for_roles(*KEEPERS)
def disposal_detail(request, disposal_id: str):
    """What is listed, who approved, what became of it; approving and taking back."""
    disposal = get_object_or_404(_disposals(request), public_id=disposal_id)
    form, refused = PasswordForm(request.POST or None), ""
    if request.method == "POST" and form.is_valid() and is_own_password(request, form):
        try:
            _decide(request, disposal)
        except disposals.NotYoursToApprove as refusal:
            raise PermissionDenied(str(refusal)) from None
        except (disposals.NotOpen, disposals.NotInForce) as refusal:
            refused = str(refusal)
        else:
            return redirect("disposal_detail", disposal.public_id)
    items = list(disposal.items.select_related("ice_request__agency").order_by("id"))
    reads.of_list(request, [item.ice_request for item in items])
    had_part = (disposal.proposed_by_id, disposal.first_by_id, disposal.second_by_id)
    context = {
        "disposal": disposal,
        "items": items,
        "paper": disposals.paper_of(disposal),
        "is_open": disposal.status in ("proposed", "approved_once"),
        "may_approve": request.user.pk not in had_part,
        "refused": refused,
        "form": form,
        "form_list": [form],
    }
    status = 409 if refused else 422 if form.is_bound else 200
    return render(request, "reporting/disposal_detail.html", context, status=status)


def _decide(request, disposal: Disposal) -> None:
    who = {
        "by": request.user,
        "role": role_of(request, disposal.agency_id),
        "at": timezone.now(),
    }
    if "_withdraw" in request.POST:
        disposals.withdraw(disposal=disposal, **who)
        messages.success(request, "Taken back. Nothing is destroyed.")
        return
    disposals.approve(disposal=disposal, **who)
    messages.success(request, "Approved by you.")


@require_GET
@for_roles(*KEEPERS)
def disposal_certificate(request, disposal_id: str):
    """Hand out the certificate of destruction."""
    disposal = get_object_or_404(
        _disposals(request), public_id=disposal_id, status=Disposal.Status.DONE
    )
    document = disposals.certificate(disposal)
    reads.of_document(request, document, subject=disposal.public_id, part="original")
    return handed_out(document, f"certificate-{disposal.authorization}.pdf")
