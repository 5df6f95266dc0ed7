"""The doors of one notice: issue it, open its paper, record each attempt to give it."""

from dataclasses import replace

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from requests_app.accounts import reads
from requests_app.accounts.access import FILERS, for_roles
from requests_app.docket.models import IceRequest
from requests_app.documents import keeping
from requests_app.documents import services as documents
from requests_app.documents.checking import Refused
from requests_app.documents.models import DocumentKind
from requests_app.intake import giving
from requests_app.intake.forms import GiveForm, IssueForm
from requests_app.intake.views import filable, role_at
from requests_app.notices import paper, wording
from requests_app.notices import services as notices
from requests_app.notices.models import Issue, Notice, NoticeKind
from requests_app.review import services as review

REFUSED_SERVICES = (
    review.NotDecidedYet,
    notices.AlreadyServed,
    notices.NotServiceOf,
    notices.NothingSaid,
    notices.NotItsReader,
    notices.NotThatPaper,
    notices.ServedBeforeOwed,
)
REFUSED_ISSUES = (
    review.NotDecidedYet,
    review.ReasonMissing,
    review.ToldMissing,
    notices.ServedAlready,
    notices.TooLongToJoin,
)
TELLS = ("notification_copy_person", "notification_copy_attorney")
TO_BE_WRITTEN = "(to be written)"


def _notice(ice_request: IceRequest, notice_id: str) -> Notice:
    notice = get_object_or_404(
        Notice.objects.filter(ice_request=ice_request).select_related("act"),
        public_id=notice_id,
    )
    # The request is at hand with its person and key.
    notice.ice_request = ice_request
    if notice.act is not None:
        notice.act.ice_request = ice_request
    return notice


def _issues(notice: Notice) -> list[Issue]:
    """The papers made for a notice, the newest first."""
    issues = list(
        notice.issues.select_related("document", "issued_by").order_by("-id")[:50]
    )
    for one in issues:
        one.ice_request = notice.ice_request
    return issues


@require_http_methods(["GET", "POST"])
@for_roles(*FILERS)
def notice_issue(request, request_id: str, notice_id: str):
    """See a notice in every language beside the English, and issue it in one."""
    ice_request = filable(request, request_id)
    notice = _notice(ice_request, notice_id)
    now = timezone.now()
    spoken = review.language_of(ice_request)
    form = IssueForm(
        request.POST or None,
        now=now,
        tells_of_release=notice.kind in TELLS,
        papers=notices.joinable(notice),
        is_missing=review.is_language_missing(ice_request),
        initial={"language": spoken or wording.ENGLISH},
    )
    if request.method == "POST" and form.is_valid():
        try:
            issued = giving.issue_notice(
                notice=notice,
                **form.said,
                by=request.user,
                role=role_at(request, ice_request.agency_id),
                at=now,
            )
        except REFUSED_ISSUES as refusal:
            form.add_error(None, str(refusal))
        else:
            _say_made(request, issued)
            return redirect("notice_serve", ice_request.public_id, notice.public_id)
    previews, blocked = _previews(notice, now=now)
    reads.of_request(request, ice_request)
    typed = ice_request.person.language
    context = {
        "ice_request": ice_request,
        "notice": notice,
        "form": form,
        "form_list": [form],
        "previews": previews,
        "blocked": blocked,
        "level": paper.reading_level(notice.kind),
        "spoken": spoken,
        "missing_language": wording.LanguageMissing(typed)
        if review.is_language_missing(ice_request)
        else None,
        "issues": _issues(notice),
        "is_copy": notice.kind == NoticeKind.DETAINER_COPY,
        "copied": sum(one.pages for one in notices.copied_papers(notice)),
    }
    status = 422 if form.is_bound else 200
    return render(request, "intake/notice_issue.html", context, status=status)


def _say_made(request, issued: Issue) -> None:
    if issued.failed:
        messages.error(
            request,
            "The notice is issued, but its file could not be made. Issue it again; if "
            "that fails too, tell your administrator and give the notice on paper.",
        )
    else:
        language = issued.get_language_display()
        messages.success(request, f"Issued in {language}. Print it, and give it.")


def _previews(notice: Notice, *, now) -> tuple[list[dict], str]:
    """The notice in each language with its English, and why it cannot be issued."""
    try:
        stated = review.stated_of(
            notice, at=now, told=TO_BE_WRITTEN, reason=TO_BE_WRITTEN
        )
    except review.NotDecidedYet as refusal:
        return [], str(refusal)
    agency = notice.ice_request.agency
    reviewed = notices.reviewed_languages(agency)
    stated = replace(stated, help=notices.help_of(agency, language=wording.ENGLISH))
    found = []
    for language in wording.languages():
        words = wording.of(language)
        alone = language in reviewed
        composed = paper.compose(stated, language=language, is_reviewed=alone)
        found.append(
            {
                "words": words,
                "is_reviewed": alone,
                "columns": [
                    {
                        "language": column["language"],
                        "direction": column["direction"],
                        "lines": paper.plain_text(composed, column=number).splitlines(),
                    }
                    for number, column in enumerate(composed["columns"])
                ],
            }
        )
    return found, ""


@require_GET
@for_roles(*FILERS)
def notice_paper(request, request_id: str, issue_id: str):
    """The file of an issued notice, to be printed or kept."""
    ice_request = filable(request, request_id)
    issued = get_object_or_404(
        Issue.objects.filter(
            ice_request=ice_request, document__isnull=False
        ).select_related("document__data_key", "notice"),
        public_id=issue_id,
    )
    reads.of_request(request, ice_request)
    name = f"{ice_request.number}-{issued.notice.kind}-{issued.language}.pdf"
    return HttpResponse(
        keeping.opened(issued.document),
        content_type="application/pdf",
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "Cache-Control": "no-store",
        },
    )


@require_http_methods(["GET", "POST"])
@for_roles(*FILERS)
def notice_serve(request, request_id: str, notice_id: str):
    """Record an attempt to give a notice owed: when, how, to whom, and whether."""
    ice_request = filable(request, request_id)
    notice = _notice(ice_request, notice_id)
    now = timezone.now()
    issues = _issues(notice)
    form = GiveForm(
        request.POST or None,
        request.FILES or None,
        now=now,
        kind=notice.kind,
        issues=issues,
        initial={
            "tried_by": str(request.user),
            "language": issues[0].get_language_display() if issues else "",
        },
    )
    form.helper.error_summary = False
    if request.method == "POST" and form.is_valid():
        try:
            is_kept = _keep(request, notice, form, now=now)
        except REFUSED_SERVICES as refusal:
            form.add_error(None, str(refusal))
        else:
            if is_kept:
                _say_tried(request, notice, form)
                return redirect("request_detail", ice_request.public_id)
    reads.of_request(request, ice_request)
    status = 422 if form.is_bound else 200
    attempts = list(
        notice.attempts.select_related("recorded_by", "proof").order_by("id")
    )
    for one in attempts:
        one.ice_request = ice_request
    context = {
        "ice_request": ice_request,
        "notice": notice,
        "form": form,
        "form_list": [form],
        "issues": issues,
        "attempts": attempts,
    }
    return render(request, "intake/notice_serve.html", context, status=status)


def _keep(request, notice: Notice, form: GiveForm, *, now) -> bool:
    """Keep the attempt with its proof, both or neither.

    That a file was refused stays in the history, so its refusal is no exception here.
    """
    ice_request = notice.ice_request
    who = {
        "by": request.user,
        "role": role_at(request, ice_request.agency_id),
        "at": now,
    }
    with transaction.atomic():
        proof = None
        if file := form.cleaned_data["proof"]:
            try:
                proof = documents.receive(
                    content=file.read(),
                    name=file.name,
                    kind=DocumentKind.PROOF,
                    agency=ice_request.agency,
                    data_key=ice_request.data_key,
                    subject=ice_request.public_id,
                    **who,
                )
            except Refused as refused:
                form.add_error("proof", refused.words)
                return False
        giving.try_notice(
            notice=notice, tried=form.tried, issue=form.paper, proof=proof, **who
        )
    return True


def _say_tried(request, notice: Notice, form: GiveForm) -> None:
    if notices.serves(form.tried):
        messages.success(request, f"Recorded as given: {notice}.")
    else:
        messages.warning(request, f"The attempt is recorded. Still owed: {notice}.")
