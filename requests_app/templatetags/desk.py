"""The screen's words for times, money, flags and places. Nothing here reads a table.

The clock is the view's: every filter that needs it takes `now`.
"""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from django import template
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html

from requests_app import law
from requests_app.accounts import access

register = template.Library()

CONNECTICUT = ZoneInfo("America/New_York")
SOON = timedelta(hours=4)

# Label, the page it opens, and the pages that belong to it.
_WORK = (
    ("Worklist", "worklist", {"ask_determine", "override_countersign"}),
    ("New request", "request_new", {"draft_step", "draft_preview", "draft_discard"}),
    ("Drafts", "draft_list", set()),
    ("Questions", "question_list", {"question_answer"}),
    ("Notices", "notice_list", {"notice_serve", "notice_issue"}),
    (
        "Requests",
        "request_list",
        {"request_detail", "request_correct", "act_new", "unasked_act_new"}
        | {"request_find", "view_list", "view_save", "view_edit"}
        | {"note_add", "note_edit"}
        | {"duplicate_list", "duplicate_decide", "request_source"},
    ),
    ("Not reconciled", "unreconciled_list", {"release_record"}),
    ("Messages", "message_list", set()),
)
_NUMBERS = (
    ("Figures", "figures", {"figure_rows"}),
    ("Patterns", "patterns", set()),
    (
        "Reports",
        "report_list",
        {"report_period", "report_detail", "report_rows", "report_certify"},
    ),
    ("Public tables", "publication_list", {"publication_detail"}),
    ("Resources", "resources", set()),
    ("Files", "export_list", {"export_new", "export_detail"}),
)
_RECORDS = (
    ("Claims", "claim_list", {"claim_new", "claim_detail", "case_files"}),
    ("Holds", "hold_list", {"hold_place", "hold_lift"}),
    ("Releases", "extract_list", {"extract_new", "extract_detail"}),
    ("Retention", "retention", {"disposal_new"}),
    ("Disposals", "disposal_list", {"disposal_detail"}),
)
_AUDIT = (
    ("History", "history", {"history_request", "history_readers"}),
    ("Overrides", "history_overrides", set()),
    ("Samples", "sample_list", {"sample_new", "sample_detail", "sample_item"}),
)
_AGENCY = (
    ("Paper forms", "paper_forms", set()),
    (
        "Imports",
        "import_list",
        {"import_new", "import_map", "import_detail", "import_undo"},
    ),
    ("People", "people", {"appointment_new", "appointment_end"}),
    ("Units", "units", {"unit"}),
    ("Routing", "routing_tables", {"routing_table_new", "routing_table"}),
    ("Absences", "absences", {"absence_new"}),
    ("Clocks", "agency_clocks", set()),
    ("Legal help", "legal_help", set()),
    ("Notice words", "notice_words", {"notice_sample"}),
    ("Jobs", "job_list", set()),
)
# The day's work stands open; the rest folds under a word for each.
NAVIGATION = (
    ("", _WORK),
    ("Numbers", _NUMBERS),
    ("Records", _RECORDS),
    ("Audit", _AUDIT),
    ("Agency", _AGENCY),
    ("", (("The law", "law", {"law_version", "law_offences"}),)),
)

# Word, icon of the sprite, severity; the colour follows the kind in desk.css.
FLAGS = {
    "violation": ("Violation", "error", "severe"),
    "mismatch": ("Mismatch", "report", "severe"),
    "override": ("Override", "flag", "severe"),
    "undetermined": ("Undetermined", "help", "to settle"),
    "unconfirmed": ("Not confirmed", "info", "to verify"),
    "legal_review": ("Legal review", "account_balance", "to settle"),
    "overdue": ("Overdue", "alarm", "severe"),
    "compliant": ("Compliant", "check_circle", "no flag"),
}


# What a job does, for the administrator who reads that it was given up.
JOBS = {
    "person.told": "Mail that something waits",
    "case_file.made": "Putting a case file together",
    "disposal.carried_out": "Destroying what a disposal lists",
    "notice.rendered": "Making the file of a notice",
    "view.news": "News of a saved view",
    "ledger.verify": "Check of the history",
    "clocks.watched": "Look whether a clock lapses",
    "assignment.freed": "Putting back what people had who left",
    "routing.tried": "Dry run of a routing table",
    "bulk.carried_out": "An order over many requests",
    "bulk.carried_on": "An order over many requests",
    "law.calendar": "Look whether the law has changed",
    "law.changed": "Screening again after a change of law",
    "law.rescreen": "Screening again after a change of law",
    "law.rehearse": "Rehearsal of a change of law",
}


@register.filter
def job_name(kind: str) -> str:
    """What a job of this kind does; the bare kind where no words are known."""
    return JOBS.get(kind, kind)


@register.filter
def when(value: datetime | None) -> str:
    """The moment in Connecticut with its zone letters, ISO on hover and in the tag."""
    if value is None:
        return ""
    if value.tzinfo is None:
        raise ValueError(f"{value!r} has no time zone; give an aware datetime.")
    local = value.astimezone(CONNECTICUT)
    text = f"{local:%b} {local.day}, {local:%Y, %H:%M %Z}"
    iso = local.isoformat(timespec="seconds")
    return format_html('<time datetime="{}" title="{}">{}</time>', iso, iso, text)


@register.filter
def day(value: date | None) -> str:
    """A plain date as it was written; a moment is refused, it has no day of its own."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        raise TypeError(f"{value!r} is a moment; show it with the filter `when`.")
    text = f"{value:%b} {value.day}, {value:%Y}"
    return format_html('<time datetime="{}">{}</time>', value.isoformat(), text)


def _span(length: timedelta) -> str:
    minutes = int(length.total_seconds() // 60)
    if minutes < 1:
        return "under 1 min"
    if minutes < 60:
        return f"{minutes} min"
    hours, rest = divmod(minutes, 60)
    if hours < 24:
        return f"{hours} h {rest} min" if rest and hours < 6 else f"{hours} h"
    return f"{hours // 24} d"


@register.filter
def age(value: datetime | None, now: datetime) -> str:
    """How long ago: `{{ received_at|age:now }}` gives "3 h" or "2 d"."""
    return "" if value is None else _span(now - value)


@register.filter
def time_left(due_at: datetime | None, now: datetime) -> str:
    """What remains until `due_at`, or by how much it is overdue."""
    if due_at is None:
        return ""
    if due_at < now:
        return f"Overdue by {_span(now - due_at)}"
    return f"{_span(due_at - now)} left"


@register.filter
def urgency(due_at: datetime | None, now: datetime) -> str:
    """The class of a clock: "overdue", "soon" or "later"."""
    if due_at is None:
        return "later"
    if due_at < now:
        return "overdue"
    return "soon" if due_at - now <= SOON else "later"


@register.filter
def hours(value) -> str:
    """`{{ 47.5|hours }}` gives "47.5 hours"; a timedelta is taken too."""
    if value is None:
        return ""
    if isinstance(value, timedelta):
        value = Decimal(int(value.total_seconds())) / 3600
    number = f"{float(value):.2f}".rstrip("0").rstrip(".")
    return f"{number} hour" if number == "1" else f"{number} hours"


@register.filter
def minutes(value: int | None) -> str:
    """`{{ 80|minutes }}` gives "1 h 20 min"."""
    if value is None:
        return ""
    whole, rest = divmod(int(value), 60)
    if not whole:
        return f"{rest} min"
    return f"{whole} h {rest} min" if rest else f"{whole} h"


@register.filter
def money(cents: int | None) -> str:
    """`{{ 123456|money }}` gives "$1,234.56"."""
    if cents is None:
        return ""
    sign = "-" if cents < 0 else ""
    whole, rest = divmod(abs(int(cents)), 100)
    return f"{sign}${whole:,}.{rest:02}"


@register.simple_tag
def citation_url(citation, version: str) -> str:
    """Where the words are: `citation` is a finding or the citation itself."""
    words = getattr(citation, "citation", citation)
    return reverse("law_version", args=[version]) + "#" + law.anchor(words)


@register.simple_tag
def flag_of(kind: str) -> dict:
    """Word, icon and severity of a flag; an unknown kind is an error."""
    word, icon, severity = FLAGS[kind]
    return {"kind": kind, "word": word, "icon": icon, "severity": severity}


@register.simple_tag(takes_context=True)
def navigation(context) -> list[dict]:
    """The main pages that the reader's roles open, in groups (`label`, `pages`).

    A group without a label stands open in the menu, as does one of a single page.
    """
    request = context.get("request")
    match = getattr(request, "resolver_match", None)
    here = match.url_name if match else None
    roles = context.get("roles", frozenset())
    groups = []
    for label, entries in NAVIGATION:
        pages = [
            {
                "label": word,
                "name": name,
                "url": reverse(name),
                "current": "page" if here == name else "true" if here in family else "",
            }
            for word, name, family in entries
            if access.admits(name, roles=roles, is_signed_in=True)
        ]
        if pages:
            is_folded = bool(label) and len(pages) > 1
            groups.append({"label": label if is_folded else "", "pages": pages})
    return groups


@register.filter
def place(standing) -> str:
    """Where the reader serves: one agency by name, several by number."""
    names = {
        row.agency.name if row.agency else "Whole state"
        for row in standing.appointments
    }
    if len(names) > 1:
        return f"{len(names)} agencies"
    return "".join(names) or "No agency"


@register.simple_tag(takes_context=True)
def session_ends(context) -> dict:
    """When the reader's session ends and the server's present time, ISO in UTC.

    Both, because the reader's own clock may be wrong.
    """
    request = context.get("request")
    if request is None or context.get("standing") is None:
        return {}
    now = timezone.now()
    at = request.session.get_expiry_date(modification=now)
    return {name: _utc(moment) for name, moment in (("at", at), ("now", now))}


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds")
