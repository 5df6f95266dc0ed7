"""The doors of importing a table, for those who decide at the agency."""

from django.contrib import messages
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from requests_app.accounts import reads
from requests_app.accounts.access import DECIDERS, READERS, for_roles
from requests_app.accounts.models import Agency, Role
from requests_app.docket.models import IceRequest
from requests_app.documents.checking import Refused
from requests_app.intake import import_maps, importing, proposing, table_files, tables
from requests_app.intake import mapping as mappings
from requests_app.intake.forms.tables import MappingPage, TableForm, UndoForm
from requests_app.intake.models import ImportBatch, ImportedRow
from requests_app.review.views import paging

# Rows that a mapping is proposed from; the trial looks at all of them.
MOST_SURVEYED = 5_000
MOST_SHOWN = 50


def _agencies(request):
    return Agency.objects.filter(id__in=request.standing.agency_ids(DECIDERS)).order_by(
        "name"
    )


def _own(request, batch_id: str) -> ImportBatch:
    return get_object_or_404(
        ImportBatch.objects.filter(
            agency_id__in=request.standing.agency_ids(DECIDERS)
        ).select_related(
            *("agency", "data_key", "begun_by", "confirmed_by", "undone_by"),
            "document__data_key",
        ),
        public_id=batch_id,
    )


def _role(request, agency_id: int) -> str:
    is_head = request.standing.holds(Role.HEAD, agency_id)
    return Role.HEAD if is_head else Role.SUPERVISOR


@require_GET
@for_roles(*DECIDERS)
def import_list(request):
    """The imports of the agency, the newest first."""
    rows = ImportBatch.objects.filter(
        agency_id__in=request.standing.agency_ids(DECIDERS)
    )
    after = paging.number(request, "after")
    if after:
        rows = rows.filter(id__lt=after)
    page = list(
        rows.select_related("agency", "begun_by").order_by("-id")[: paging.PAGE + 1]
    )
    has_older = len(page) > paging.PAGE
    page = page[: paging.PAGE]
    context = {
        "rows": page,
        "older_url": paging.link(request, after=page[-1].pk) if has_older else "",
        "newer_url": paging.link(request) if after else "",
    }
    return render(request, "intake/import_list.html", context)


@require_http_methods(["GET", "POST"])
@for_roles(*DECIDERS)
def import_new(request):
    """Take in the file of a table, sealed, and go on to its mapping."""
    form = TableForm(
        request.POST or None, request.FILES or None, agencies=_agencies(request)
    )
    if request.method == "POST" and form.is_valid():
        table, agency = form.cleaned_data["table"], form.cleaned_data["agency"]
        try:
            with table_files.in_memory(table.chunks()) as path:
                batch = importing.begin(
                    path=path,
                    name=table.name,
                    agency=agency,
                    by=request.user,
                    role=_role(request, agency.pk),
                    at=timezone.now(),
                )
        except tables.Unreadable as refusal:
            form.add_error("table", str(refusal))
        except Refused as refused:
            form.add_error("table", refused.words)
        else:
            return redirect("import_map", batch.public_id)
    status = 422 if form.is_bound else 200
    context = {"form": form, "form_list": [form]}
    return render(request, "intake/import_new.html", context, status=status)


@require_http_methods(["GET", "POST"])
@for_roles(*DECIDERS)
def import_map(request, batch_id: str):
    """Say what each column and value becomes, and have the table tried."""
    batch = _own(request, batch_id)
    if batch.status not in importing.TO_MAP:
        return redirect("import_detail", batch.public_id)
    try:
        table, surveyed = _surveyed(batch)
    except tables.Unreadable as refusal:
        return _show(request, batch, refusal=str(refusal), may_map=False)
    page, faults = _first_page(request, batch, surveyed)
    if request.method == "POST":
        try:
            page = _posted(request, surveyed)
            faults = mappings.missing(page.mapping, table.headings)
            if "_try" in request.POST and not faults:
                return _try(request, batch, page)
        except (mappings.NotAMapping, import_maps.NameTaken) as refusal:
            faults = getattr(refusal, "faults", None) or [str(refusal)]
        except importing.NotNow as refusal:
            batch.refresh_from_db()
            return _show(request, batch, refusal=str(refusal))
    reads.of_import(request, batch)
    is_refused = bool(faults) and "_try" in request.POST
    context = {
        "batch": batch,
        "page": page,
        "most_surveyed": MOST_SURVEYED,
        "faults": faults,
        "is_refused": is_refused,
        "saved": import_maps.named(batch.agency),
        "built_in": mappings.built_in(),
        "name": request.POST.get("name", ""),
    }
    status = 422 if is_refused else 200
    return render(request, "intake/import_map.html", context, status=status)


def _surveyed(batch: ImportBatch):
    with table_files.opened(batch.document) as path:
        table = tables.open_table(path)
        first = (
            row
            for row, _ in zip(table.rows(), range(MOST_SURVEYED), strict=False)
            if not row.fault
        )
        return table, proposing.survey(table.headings, first)


def _first_page(request, batch: ImportBatch, surveyed) -> tuple[MappingPage, list[str]]:
    """The page to begin with; from a proposal where the mapping cannot be read."""
    try:
        return MappingPage(surveyed, _first_mapping(request, batch, surveyed)), []
    except mappings.NotAMapping as refusal:
        proposed = proposing.propose(surveyed, title="A mapping")
        said = "The mapping chosen cannot be used, so the headings were looked at anew."
        return MappingPage(surveyed, proposed), [said, *refusal.faults]


def _first_mapping(request, batch: ImportBatch, surveyed) -> mappings.Mapping:
    """The mapping chosen to begin with, the one tried before, or a proposal."""
    chosen = request.GET.get("from", "")
    text = import_maps.text_of(chosen, agency=batch.agency)
    if not text and chosen != "proposed":
        text = batch.mapping
    if text:
        return mappings.loads(text)
    return proposing.propose(surveyed, title="A mapping")


def _posted(request, surveyed) -> MappingPage:
    if "_text" in request.POST:
        return MappingPage(surveyed, mappings.loads(request.POST.get("typed", "")))
    return MappingPage.posted(surveyed, request.POST)


def _try(request, batch: ImportBatch, page: MappingPage):
    who = {"by": request.user, "role": _role(request, batch.agency_id)}
    now = timezone.now()
    if name := request.POST.get("name", "").strip():
        import_maps.save(name=name, mapping=page.text, batch=batch, at=now, **who)
    importing.order_trial(batch=batch, mapping=page.text, at=now, **who)
    messages.info(request, "The table is being tried. Nothing is filed by that.")
    return redirect("import_detail", batch.public_id)


@require_GET
@for_roles(*DECIDERS)
def import_detail(request, batch_id: str):
    """How far an import is, what was found, and what may be done next."""
    batch = _own(request, batch_id)
    return _show(request, batch)


def _show(
    request, batch: ImportBatch, *, refusal: str = "", numbers=(), may_map: bool = True
):
    reads.of_import(request, batch)
    is_under_way = batch.status in UNDER_WAY
    results = sorted(batch.faults.get("findings", {}).items())
    context = {
        "batch": batch,
        "is_under_way": is_under_way,
        **_progress(batch),
        "faults": batch.faults.get("faults", [])[:MOST_SHOWN],
        "most_shown": MOST_SHOWN,
        "unread": [
            {"heading": heading, "values": sorted(seen)[:20]}
            for heading, seen in batch.faults.get("unread", {}).items()
        ],
        "results": [
            {"version": key.split("|")[0], "result": key.split("|")[1], "count": n}
            for key, n in results
        ],
        "notes": mappings.loads(batch.mapping).notes if batch.mapping else (),
        "may_map": may_map and batch.status in importing.TO_MAP,
        "may_drop": batch.status in importing.TO_MAP,
        "held": importing.held_already(batch) if batch.status == "tried" else None,
        "may_undo": batch.status == "done" and batch.confirmed_by_id != request.user.pk,
        "refusal": refusal,
        "numbers": numbers,
    }
    status = 409 if refusal else 200
    return render(request, "intake/import_detail.html", context, status=status)


UNDER_WAY = ("trying", "importing")


def _progress(batch: ImportBatch) -> dict:
    most = batch.rows if batch.status == "trying" else batch.requests
    return {"most": most, "percent": 100 * batch.done // most if most else 0}


@require_GET
@for_roles(*DECIDERS)
def import_progress(request, batch_id: str):
    """How far the work has come, for a page that stays open; then that page anew."""
    batch = _own(request, batch_id)
    context = {"batch": batch, **_progress(batch)}
    answer = render(request, "intake/_import_progress.html", context)
    if batch.status not in UNDER_WAY:
        answer["HX-Refresh"] = "true"
    return answer


@require_GET
@for_roles(*DECIDERS)
def import_faults(request, batch_id: str):
    """What is wrong with the rows, as a list to work through."""
    batch = _own(request, batch_id)
    reads.of_import(request, batch)
    rows = [("row", "column", "what is wrong")]
    rows += [tuple(one) for one in batch.faults.get("faults", [])]
    answer = StreamingHttpResponse(
        ["\ufeff", *tables.written(iter(rows))], content_type="text/csv; charset=utf-8"
    )
    answer["Content-Disposition"] = 'attachment; filename="faults.csv"'
    return answer


@require_POST
@for_roles(*DECIDERS)
def import_confirm(request, batch_id: str):
    """Have the table written, after a trial without a fault."""
    batch = _own(request, batch_id)
    if request.POST.get("confirmed") != "yes":
        return HttpResponse("Confirm the import on its page.", status=400)
    try:
        importing.confirm(
            batch=batch,
            by=request.user,
            role=_role(request, batch.agency_id),
            at=timezone.now(),
            is_meant=request.POST.get("meant") == "yes",
        )
    except (importing.NotNow, importing.SeemsHeld) as refusal:
        batch.refresh_from_db()
        return _show(request, batch, refusal=str(refusal))
    messages.success(request, "The import has begun. You may leave this page.")
    return redirect("import_detail", batch.public_id)


@require_POST
@for_roles(*DECIDERS)
def import_drop(request, batch_id: str):
    """Give up an import of which nothing is written."""
    batch = _own(request, batch_id)
    try:
        importing.drop(
            batch=batch,
            by=request.user,
            role=_role(request, batch.agency_id),
            at=timezone.now(),
        )
    except importing.NotNow as refusal:
        return _show(request, batch, refusal=str(refusal))
    messages.success(request, "Given up. Nothing was filed.")
    return redirect("import_list")


@require_http_methods(["GET", "POST"])
@for_roles(*DECIDERS)
def import_undo(request, batch_id: str):
    """Take a whole import back: another person than the one who confirmed it."""
    batch = _own(request, batch_id)
    form = UndoForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            importing.undo(
                batch=batch,
                reason=form.cleaned_data["reason"],
                by=request.user,
                role=_role(request, batch.agency_id),
                at=timezone.now(),
            )
        except importing.ActedOn as refusal:
            return _show(request, batch, refusal=str(refusal), numbers=refusal.numbers)
        except (importing.NotNow, importing.NotAnotherPerson) as refusal:
            return _show(request, batch, refusal=str(refusal))
        messages.success(request, "The import is taken back.")
        return redirect("import_detail", batch.public_id)
    reads.of_import(request, batch)
    status = 422 if form.is_bound else 200
    context = {"batch": batch, "form": form, "form_list": [form]}
    return render(request, "intake/import_undo.html", context, status=status)


@require_GET
@for_roles(*READERS)
def request_source(request, request_id: str):
    """Which rows of which table a request was made of, cell by cell."""
    ice_request = get_object_or_404(
        IceRequest.objects.visible_to(request.standing).select_related(
            "agency", "data_key"
        ),
        public_id=request_id,
    )
    ice_request.refuse_if_shredded()
    source = get_object_or_404(
        ImportedRow.objects.select_related(
            "batch__data_key", "batch__begun_by", "batch__confirmed_by"
        ),
        ice_request=ice_request,
    )
    source.ice_request = ice_request
    reads.of_request(request, ice_request)
    shows = request.standing.sees_names_at(ice_request.agency_id)
    context = {
        "ice_request": ice_request,
        "source": source,
        "rows": list(zip(source.numbers, source.cells.get("rows", []), strict=False))
        if shows
        else [],
        "shows_name": shows,
        "notes": mappings.loads(source.batch.mapping).notes,
    }
    return render(request, "intake/request_source.html", context)
