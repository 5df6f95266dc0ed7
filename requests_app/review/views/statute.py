"""The pages of the law: versions, words, readings, and the list of offences."""

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from requests_app import law
from requests_app.accounts.access import SIGNED_IN, for_roles
from requests_app.accounts.models import Role
from requests_app.review import services
from requests_app.review.forms import RulingForm
from requests_app.review.models import OffenceRuling, Rehearsal
from requests_app.review.services.rehearsing import newest_rehearsals


@require_GET
@for_roles(*SIGNED_IN)
def law_versions(request):
    """The versions of the section, how sure each is, and the readings used."""
    context = {
        "versions": law.STATUTE.versions,
        "readings": law.READINGS,
        "also_check": law.ALSO_CHECK,
        "stays": law.STATUTE.stays,
        "today": timezone.localdate(),
        "is_administrator": Role.ADMINISTRATOR in request.standing.roles,
    }
    return render(request, "law/versions.html", context)


@require_GET
@for_roles(*SIGNED_IN)
def law_version(request, version: str):
    """The words of one version; where they are not on file, the summary, said so."""
    found = next((one for one in law.STATUTE.versions if one.name == version), None)
    if found is None:
        raise Http404("No such version.")
    provisions = [one for one in law.STATUTE.provisions if one.version == version]
    context = {
        "version": found,
        "paragraphs": law.outline(version),
        "duties": [
            {
                "citation": one.citation,
                "anchor": law.anchor(one.citation),
                "title": one.title,
                "words": law.words(version, one.citation),
                "confirmed": one.confirmed,
            }
            for one in provisions
        ],
        "is_on_file": all(
            law.words(version, one.citation).on_file for one in provisions
        ),
    }
    return render(request, "law/version.html", context)


@require_GET
@for_roles(*SIGNED_IN)
def law_offences(request):
    """The felonies that count, and the 2025 list with the status of each row."""
    rulings = OffenceRuling.objects.select_related("proposed_by", "ruled_by")
    ruled = {row.section: row for row in rulings.ruled().order_by("ruled_at", "id")}
    waiting = {row.section: row for row in rulings.awaiting()}
    is_administrator = Role.ADMINISTRATOR in request.standing.roles
    if is_administrator:
        _add_rehearsals(request, waiting.values())
    context = {
        "offences": [
            {
                "offence": row,
                "ruled": ruled.get(row.section),
                "waiting": waiting.get(row.section),
            }
            for row in law.STATUTE.offences
        ],
        "felonies": [
            {
                "felony": row,
                "is_open": row.status == "UNCERTAIN",
                "ruled": ruled.get(row.section),
                "waiting": waiting.get(row.section),
            }
            for row in law.STATUTE.felonies
        ],
        "is_administrator": is_administrator,
        "me": request.user.pk,
    }
    return render(request, "law/offences.html", context)


def _add_rehearsals(request, proposals) -> None:
    """Give each proposal its newest rehearsal at the agencies administered, or None."""
    tried = newest_rehearsals(
        request.standing.agency_ids({Role.ADMINISTRATOR}), kind=Rehearsal.Kind.OFFENCE
    )
    for row in proposals:
        row.rehearsal = tried.get((row.section, row.status))


@require_http_methods(["GET", "POST"])
@for_roles(Role.ADMINISTRATOR)
def law_offence_propose(request, section: str):
    """Propose that the public act names, or does not name, a section."""
    offence = services.rows_open_to_ruling().get(section)
    if offence is None:
        raise Http404("Not a row that the tables leave open.")
    form = RulingForm(request.POST or None, initial={"effective_from": "2025-10-01"})
    if request.method == "POST" and form.is_valid():
        try:
            services.propose_ruling(
                section=section, by=request.user, at=timezone.now(), **form.cleaned_data
            )
        except services.AlreadyProposed as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(
                request, "Proposed. It counts when a second administrator agrees."
            )
            return redirect("law_offences")
    status = 422 if form.is_bound else 200
    context = {"offence": offence, "form": form, "form_list": [form]}
    return render(request, "law/offence_propose.html", context, status=status)


@require_POST
@for_roles(Role.ADMINISTRATOR)
def law_offence_rule(request, ruling_id: str):
    """The second administrator agrees; the proposer may take it back."""
    ruling = get_object_or_404(OffenceRuling, public_id=ruling_id)
    answers = {
        "agree": (services.rule, f"{ruling.section} is ruled on and dated."),
        "withdraw": (services.withdraw_ruling, "The proposal is withdrawn."),
    }
    answer = request.POST.get("answer")
    if answer not in answers:
        raise BadRequest("Answer agree or withdraw.")
    act, sentence = answers[answer]
    try:
        act(ruling=ruling, by=request.user, at=timezone.now())
    except (services.SecondPersonNeeded, services.AnsweredAlready) as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, sentence)
    return redirect("law_offences")
