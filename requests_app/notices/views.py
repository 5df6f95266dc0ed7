"""The doors of the room: what is owed, whether a paper is genuine, and its words."""

from datetime import UTC, datetime

from allauth.core.internal import ratelimit
from django.contrib import messages
from django.db.models import OuterRef, Subquery
from django.db.models.functions import JSONObject
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from requests_app.accounts import reads
from requests_app.accounts.access import ANYONE, FILERS, for_roles
from requests_app.accounts.models import Role
from requests_app.docket.models import IceRequest
from requests_app.notices import codes, paper, services, wording
from requests_app.notices.forms import GenuineForm, HelpForm, ReviewForm
from requests_app.notices.models import (
    Attempt,
    GenuineCode,
    Issue,
    LegalHelp,
    Notice,
    NoticeKind,
    TranslationReview,
)

SHOWN = 200
# How often one address asks after a code.
ASKED_BY_ONE_ADDRESS = {"genuine": "30/m/ip"}
# What narrows the list of notices owed, and its words when nothing is found.
TABS = {
    "all": ("All", "No notice is owed."),
    "overdue": ("Past the agency's hours", "No notice is past the agency's hours."),
    "to_issue": ("No paper yet", "Every notice owed has its paper."),
    "failed": ("File not made", "Every paper could be made."),
    "tried": ("Tried, not reached", "Nobody was tried in vain."),
}


@require_GET
@never_cache
@for_roles(*ANYONE)
def genuine(request):
    """Whether a notice bears this code, and since which day; nothing else."""
    is_asked = "code" in request.GET
    form = GenuineForm(request.GET if is_asked else None)
    context = {"form": form, "is_asked": False}
    if not _may_ask(request):
        return render(request, "notices/genuine.html", context, status=429)
    if is_asked and form.is_valid():
        # What is no code is looked up all the same: every answer takes one look.
        digest = codes.digest(codes.as_typed(form.cleaned_data["code"]))
        context["known"] = GenuineCode.objects.filter(digest=digest).first()
        context["is_asked"] = True
    return render(request, "notices/genuine.html", context)


def _may_ask(request) -> bool:
    usage = ratelimit.consume(
        request,
        app="notices",
        action="genuine",
        config=ASKED_BY_ONE_ADDRESS,
        limit_get=True,
    )
    return bool(usage)


@require_GET
@for_roles(*FILERS)
def notice_list(request):
    """The notices owed at the reader's agencies, the soonest due first."""
    tab = request.GET.get("show", "all")
    if tab not in TABS:
        raise Http404("There is no such list of notices.")
    now = timezone.now()
    owed = _owed(request)
    rows = list(_narrowed(owed, tab, now=now)[: SHOWN + 1])
    for row in rows:
        row.paper = _paper_of(row)
    reads.of_list(request, [row.ice_request for row in rows[:SHOWN]])
    context = {
        "rows": rows[:SHOWN],
        "has_more": len(rows) > SHOWN,
        "most": SHOWN,
        "tabs": [
            {"name": name, "label": label, "is_current": name == tab}
            for name, (label, _) in TABS.items()
        ],
        "empty": TABS[tab][1],
        "now": now,
    }
    return render(request, "notices/notice_list.html", context)


def _owed(request):
    newest = Issue.objects.filter(notice=OuterRef("pk")).order_by("-id")
    tried = Attempt.objects.filter(notice=OuterRef("pk")).order_by("-tried_at")
    row = JSONObject(
        public_id="public_id", language="language", failed="failed", made="rendered_at"
    )
    return (
        Notice.objects.owed()
        .filter(
            ice_request__in=IceRequest.objects.visible_to(request.standing),
            ice_request__agency__in=request.standing.agency_ids(FILERS),
        )
        .select_related("ice_request__agency")
        .annotate(
            newest=Subquery(newest.values(json=row)[:1]),
            failed=Subquery(newest.values("failed")[:1]),
            last_tried_at=Subquery(tried.values("tried_at")[:1]),
        )
        .order_by("policy_due_at", "id")
    )


def _narrowed(owed, tab: str, *, now: datetime):
    if tab == "overdue":
        return owed.filter(policy_due_at__lt=now)
    if tab == "to_issue":
        return owed.filter(issued_at__isnull=True)
    if tab == "failed":
        return owed.exclude(failed="").filter(failed__isnull=False)
    if tab == "tried":
        return owed.filter(last_tried_at__isnull=False)
    return owed


def _paper_of(notice: Notice) -> dict | None:
    if notice.newest is None:
        return None
    words = wording.of(notice.newest["language"])
    return {**notice.newest, "language": words.english_name}


@require_http_methods(["GET", "POST"])
@for_roles(Role.ADMINISTRATOR)
def legal_help(request):
    """Where legal help is, as the agency's notices print it; add a place."""
    agency = request.standing.agencies({Role.ADMINISTRATOR})[0]
    form = HelpForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        services.add_help(
            agency=agency, **form.cleaned_data, by=request.user, at=timezone.now()
        )
        messages.success(request, "Added. Notices issued from now on print it.")
        return redirect("legal_help")
    rows = LegalHelp.objects.filter(agency=agency, retired_at__isnull=True)
    context = {
        "agency": agency,
        "form": form,
        "form_list": [form],
        "places": rows.order_by("place", "id")[:SHOWN],
        "names": {one: wording.of(one).english_name for one in wording.languages()},
    }
    status = 422 if form.is_bound else 200
    return render(request, "notices/legal_help.html", context, status=status)


@require_POST
@for_roles(Role.ADMINISTRATOR)
def legal_help_retire(request, help_id: str):
    """Print a place no more."""
    place = get_object_or_404(
        LegalHelp.objects.filter(
            agency__in=request.standing.agency_ids({Role.ADMINISTRATOR})
        ),
        public_id=help_id,
    )
    try:
        services.retire_help(help=place, by=request.user, at=timezone.now())
    except services.HelpRetired as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "Notices issued from now on do not print it.")
    return redirect("legal_help")


@require_http_methods(["GET", "POST"])
@for_roles(Role.ADMINISTRATOR)
def notice_words(request):
    """The words of notices, their languages and reviews; mark one as reviewed."""
    agency = request.standing.agencies({Role.ADMINISTRATOR})[0]
    now = timezone.now()
    form = ReviewForm(request.POST or None, today=request.standing.on)
    if request.method == "POST" and form.is_valid():
        try:
            services.review_translation(
                agency=agency, **form.cleaned_data, by=request.user, at=now
            )
        except services.ReviewedAlready as refusal:
            form.add_error("language", str(refusal))
        else:
            messages.success(
                request, "Kept. Notices in that language print without the English."
            )
            return redirect("notice_words")
    context = {
        "agency": agency,
        "form": form,
        "form_list": [form],
        "rows": _languages(agency),
        "kinds": _kinds(),
    }
    status = 422 if form.is_bound else 200
    return render(request, "notices/words.html", context, status=status)


def _languages(agency) -> list[dict]:
    """Each language with what was found of its words, and its review."""
    standing = {
        row.language: row
        for row in TranslationReview.objects.filter(
            agency=agency, withdrawn_at__isnull=True
        )
    }
    english = wording.of(wording.ENGLISH).parts
    rows = []
    for language in wording.languages():
        words, review = wording.of(language), standing.get(language)
        rows.append(
            {
                "words": words,
                "faults": wording.faults(words.parts, english),
                "review": review,
                "is_current": bool(review and review.template == words.template),
            }
        )
    return rows


def _kinds() -> list[dict]:
    words = wording.of(wording.ENGLISH)
    return [
        {
            "label": label,
            "level": paper.reading_level(kind),
            "variables": sorted(
                set().union(
                    *map(wording.placeholders, words["kinds"][kind]["before"]),
                )
            ),
        }
        for kind, label in NoticeKind.choices
    ]


@require_GET
@for_roles(Role.ADMINISTRATOR)
def notice_sample(request, kind: str, language: str):
    """The words of one kind with an invented case, beside the English."""
    agency = request.standing.agencies({Role.ADMINISTRATOR})[0]
    composed = paper.compose(
        _sample(kind, agency.name, at=timezone.now()),
        language=language,
        is_reviewed=language in services.reviewed_languages(agency),
    )
    columns = [
        {**column, "lines": paper.plain_text(composed, column=number).splitlines()}
        for number, column in enumerate(composed["columns"])
    ]
    context = {
        "columns": columns,
        "kind": NoticeKind(kind).label,
        "words": wording.of(language),
        "kinds": NoticeKind.choices,
        "languages": [wording.of(one) for one in wording.languages()],
        "current": kind,
    }
    return render(request, "notices/sample.html", context)


def _sample(kind: str, agency: str, *, at: datetime) -> paper.Stated:
    """An invented case in which everything occurs."""
    why = paper.Answer("notify_release", "approve", "class_a_b", own_words="(reason)")
    tells = kind.startswith("notification")
    answers = (
        paper.Answer("hold", "deny", "no_exception", own_words="(reason)"),
        paper.Answer("notify_release", "approve", "class_a_b", authority="(authority)"),
    )
    return paper.Stated(
        kind=kind,
        agency=agency,
        number="SAMPLE",
        person="Wanda Exampleson",
        issued_at=at,
        received_at=datetime(2026, 1, 2, 15, 4, tzinfo=UTC),
        code="",
        address="",
        reader="Avery Lawyer" if tells else "",
        answers=() if tells else answers,
        told_at=datetime(2026, 1, 3, 15, 4, tzinfo=UTC) if tells else None,
        told="(what was told)" if tells else "",
        why=why if tells else None,
    )


@require_POST
@for_roles(Role.ADMINISTRATOR)
def translation_withdraw(request, review_id: str):
    """Take a review back: that language prints beside the English again."""
    review = get_object_or_404(
        TranslationReview.objects.filter(
            agency__in=request.standing.agency_ids({Role.ADMINISTRATOR})
        ),
        public_id=review_id,
    )
    try:
        services.withdraw_review(review=review, by=request.user, at=timezone.now())
    except services.WithdrawnAlready as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "Withdrawn. The English is printed beside it again.")
    return redirect("notice_words")
