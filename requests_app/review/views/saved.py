"""Saved views: keeping a list with its filters, and the page of all that one has."""

from django.contrib import messages
from django.http import Http404, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from requests_app.accounts.access import READERS, for_roles
from requests_app.accounts.models import Unit
from requests_app.review import columns, filters, services, subscriptions
from requests_app.review.desk_forms import ColumnForm
from requests_app.review.forms import SavedViewForm
from requests_app.review.models import Label, SavedView

_LISTS = {"requests": "request_list", "worklist": "worklist"}


@require_GET
@for_roles(*READERS)
def view_list(request):
    """One's own views, and those that colleagues share."""
    own = SavedView.objects.of(request.user).select_related("agency").order_by("name")
    shared = (
        SavedView.objects.shared_with(request.standing)
        .select_related("agency", "owner")
        .order_by("name")[:200]
    )
    words = _words(request)
    context = {
        "own": [_shown(request, view, words) for view in own[:200]],
        "shared": [_shown(request, view, words) for view in shared],
    }
    return render(request, "review/view_list.html", context)


def _words(request) -> dict[str, str]:
    """The names of the labels and units that a filter may be about."""
    agencies = request.standing.reading_agency_ids
    words = {}
    for model in (Label, Unit):
        rows = model.objects.filter(agency_id__in=agencies)
        words.update(rows.values_list("public_id", "name")[:500])
    return words


def _shown(request, view: SavedView, words) -> dict:
    """A view with its words; one whose filters are none any more opens nothing."""
    shown = {"view": view, "chips": [], "url": "", "copy_url": ""}
    try:
        given = filters.given(
            QueryDict(view.filters),
            page=view.page,
            standing=request.standing,
            at=timezone.now(),
        )
    except filters.UnknownFilter:
        return shown
    query = f"?{given.query}" if given.query else ""
    copy = "&".join(filter(None, (f"list={view.page}", given.query)))
    return {
        **shown,
        "chips": given.chips(words=words),
        "url": reverse(_LISTS[view.page]) + query,
        "copy_url": f"{reverse('view_save')}?{copy}",
    }


@require_http_methods(["GET", "POST"])
@for_roles(*READERS)
def view_save(request):
    """Keep the filters of the address under a name."""
    page = request.GET.get("list", "requests")
    if page not in _LISTS:
        raise filters.UnknownFilter(filters.UnknownFilter.sentence)
    given = filters.given(
        request.GET,
        page=page,
        standing=request.standing,
        at=timezone.now(),
        beside=filters.PLACES | {"list"},
    )
    agencies = request.standing.agencies(READERS)
    form = SavedViewForm(request.POST or None, agencies=agencies)
    if request.method == "POST" and form.is_valid():
        agency = form.cleaned_data["agency"]
        try:
            services.save_view(
                page=page,
                filters=given.query,
                wishes=form.wishes(),
                agency=agency,
                by=request.user,
                newest=subscriptions.newest(page, agency.pk),
                at=timezone.now(),
            )
        except services.NameTaken as refusal:
            form.add_error("name", str(refusal))
        except services.TooManyViews as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "Saved.")
            return redirect("view_list")
    return _form(request, form, page=page, given=given)


@require_http_methods(["GET", "POST"])
@for_roles(*READERS)
def view_edit(request, view_id: str):
    """Change the name of one's own view, who shares it and when it tells."""
    view = _own(request, view_id)
    form = SavedViewForm(request.POST or None, agencies=[view.agency], view=view)
    if request.method == "POST" and form.is_valid():
        try:
            services.change_view(
                view=view,
                wishes=form.wishes(),
                newest=subscriptions.newest(view.page, view.agency_id),
            )
        except services.NameTaken as refusal:
            form.add_error("name", str(refusal))
        else:
            messages.success(request, "Changed.")
            return redirect("view_list")
    return _form(request, form, page=view.page, given=None, view=view)


@require_POST
@for_roles(*READERS)
def view_remove(request, view_id: str):
    """Throw one's own view away."""
    services.remove_view(view=_own(request, view_id))
    messages.success(request, "Removed.")
    return redirect("view_list")


def _own(request, view_id: str) -> SavedView:
    return get_object_or_404(
        SavedView.objects.of(request.user).select_related("agency", "owner"),
        public_id=view_id,
    )


def _form(request, form, *, page: str, given, view=None):
    context = {
        "form": form,
        "form_list": [form],
        "page": SavedView.Page(page).label,
        "chips": given.chips(words=_words(request)) if given else [],
        "view": view,
    }
    status = 422 if form.is_bound else 200
    return render(request, "review/view_form.html", context, status=status)


@require_http_methods(["GET", "POST"])
@for_roles(*READERS)
def column_choice(request):
    """Which columns of a list the reader sees, and in which order."""
    page = request.GET.get("list", SavedView.Page.REQUESTS)
    if page not in columns.COLUMNS:
        raise Http404("No such list.")
    everything = columns.COLUMNS[page]
    if request.method == "POST" and "all" in request.POST:
        services.choose_columns(page=page, names=[], by=request.user)
        messages.success(request, "Every column shows again.")
        return redirect(_LISTS[page])
    shown = columns.of(request.user, page)
    form = ColumnForm(request.POST or None, columns=everything, shown=shown)
    if request.method == "POST" and form.is_valid():
        services.choose_columns(page=page, names=form.chosen(), by=request.user)
        messages.success(request, "Your columns are kept.")
        return redirect(_LISTS[page])
    context = {
        "form": form,
        "form_list": [form],
        "list_url": reverse(_LISTS[page]),
        "of_list": "worklist" if page == "worklist" else "list of requests",
    }
    status = 422 if form.is_bound else 200
    return render(request, "review/column_choice.html", context, status=status)
