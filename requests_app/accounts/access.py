"""Who may open which door: one row for each URL name. Pure.

`ACCESS` is the whole policy. A view repeats its roles in `for_roles` on the line
above it; a system check fails when the two differ, and a URL without a row answers
nobody. Roles say who may knock; whose record it is, `visible_to` decides.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property, wraps

from django.core.exceptions import PermissionDenied

from requests_app.accounts import tenancy
from requests_app.accounts.models import Appointment, Role

ANYONE = frozenset({"anyone"})
SIGNED_IN = frozenset({"signed_in"})
CLERK, SUPERVISOR, HEAD = Role.CLERK, Role.SUPERVISOR, Role.HEAD
ADMINISTRATOR, AUDITOR = Role.ADMINISTRATOR, Role.AUDITOR
RECORDS_OFFICER = Role.RECORDS_OFFICER
READERS = frozenset({CLERK, SUPERVISOR, HEAD, AUDITOR, RECORDS_OFFICER})
# Auditors read without names unless another role shows them.
NAME_READERS = READERS - {AUDITOR}
FILERS = frozenset({CLERK, SUPERVISOR, HEAD})
DECIDERS = frozenset({SUPERVISOR, HEAD})
# Who keeps the records: holds them, releases them, has them destroyed.
KEEPERS = frozenset({SUPERVISOR, HEAD, RECORDS_OFFICER})
# Who watches the figures of an agency, and who sees its reports.
WATCHERS = frozenset({SUPERVISOR, HEAD, ADMINISTRATOR, AUDITOR})
REPORTERS = KEEPERS | {AUDITOR}

ACCESS: dict[str, frozenset] = {
    # Everybody
    "healthz": ANYONE,
    "genuine": ANYONE,
    "account_login": ANYONE,
    "account_logout": ANYONE,
    "account_inactive": ANYONE,
    "account_reset_password": ANYONE,
    "account_reset_password_done": ANYONE,
    "account_reset_password_from_key": ANYONE,
    "account_reset_password_from_key_done": ANYONE,
    "account_signup": ANYONE,
    "account_email_verification_sent": ANYONE,
    "account_confirm_email": ANYONE,
    "account_confirm_login_code": ANYONE,
    "mfa_authenticate": ANYONE,
    # Everybody who has signed in
    "home": SIGNED_IN,
    "account_change_password": SIGNED_IN,
    "account_set_password": SIGNED_IN,
    "account_email": SIGNED_IN,
    "account_reauthenticate": SIGNED_IN,
    "mfa_index": SIGNED_IN,
    "mfa_reauthenticate": SIGNED_IN,
    "mfa_activate_totp": SIGNED_IN,
    "mfa_deactivate_totp": SIGNED_IN,
    "mfa_view_recovery_codes": SIGNED_IN,
    "mfa_generate_recovery_codes": SIGNED_IN,
    "mfa_download_recovery_codes": SIGNED_IN,
    "usersessions_list": SIGNED_IN,
    "session_extend": SIGNED_IN,
    "printed": SIGNED_IN,
    "law": SIGNED_IN,
    "law_version": SIGNED_IN,
    "law_offences": SIGNED_IN,
    "message_list": SIGNED_IN,
    "message_read": SIGNED_IN,
    "message_count": SIGNED_IN,
    # Filing
    "request_new": FILERS,
    "request_filed": FILERS,
    "form_read": FILERS,
    "form_compare": FILERS,
    "form_crop": FILERS,
    "draft_list": FILERS,
    "draft_step": FILERS,
    "draft_preview": FILERS,
    "draft_autosave": FILERS,
    "draft_discard": FILERS,
    "request_correct": FILERS,
    "act_new": FILERS,
    "unasked_act_new": FILERS,
    "notice_serve": FILERS,
    "notice_issue": FILERS,
    "notice_paper": FILERS,
    "notice_list": FILERS,
    "release_record": FILERS,
    "question_list": FILERS,
    "question_answer": FILERS,
    "unreconciled_list": FILERS,
    "note_add": FILERS,
    "note_edit": FILERS,
    "duplicate_list": FILERS,
    "duplicate_decide": FILERS,
    "paper_forms": FILERS,
    "paper_form_print": FILERS,
    "paper_form_spoil": FILERS,
    "document_add": FILERS,
    "document_misplace": FILERS,
    # Reading
    "request_list": READERS,
    "request_search": NAME_READERS,
    "request_find": READERS,
    "request_next": READERS,
    "looking": READERS,
    "view_list": READERS,
    "column_choice": READERS,
    "view_save": READERS,
    "view_edit": READERS,
    "view_remove": READERS,
    "request_detail": READERS,
    "request_open": FILERS,
    "request_print": READERS,
    "request_source": READERS,
    "document_detail": NAME_READERS,
    "document_page": NAME_READERS,
    "document_thumbnail": NAME_READERS,
    "document_original": NAME_READERS,
    # Deciding
    "worklist": DECIDERS,
    "worklist_news": DECIDERS,
    "ask_determine": DECIDERS,
    "assignment_close": frozenset({HEAD}),
    "override_countersign": DECIDERS,
    "ask_reopen": DECIDERS,
    "request_return": DECIDERS,
    "question_new": DECIDERS,
    "question_withdraw": DECIDERS,
    "reason_texts": DECIDERS,
    "patterns": DECIDERS | {AUDITOR},
    "request_changes": READERS,
    # The queues
    "assignment_claim": DECIDERS,
    "assignment_release": DECIDERS,
    "assignment_give": DECIDERS,
    "assignment_defer": DECIDERS,
    "assignment_resume": DECIDERS,
    "hand_over": DECIDERS,
    "labels": DECIDERS,
    "request_labels": DECIDERS,
    "bulk_new": DECIDERS,
    "bulk_detail": DECIDERS,
    "routing_tables": frozenset({ADMINISTRATOR}),
    "routing_table_new": frozenset({ADMINISTRATOR}),
    "routing_table": frozenset({ADMINISTRATOR}),
    "units": frozenset({ADMINISTRATOR}),
    "unit": frozenset({ADMINISTRATOR}),
    "absences": DECIDERS | {ADMINISTRATOR},
    "absence_new": DECIDERS | {ADMINISTRATOR},
    "absence_end": DECIDERS | {ADMINISTRATOR},
    # Tables of past requests
    "import_list": DECIDERS,
    "import_new": DECIDERS,
    "import_map": DECIDERS,
    "import_detail": DECIDERS,
    "import_faults": DECIDERS,
    "import_progress": DECIDERS,
    "import_confirm": DECIDERS,
    "import_drop": DECIDERS,
    "import_undo": DECIDERS,
    # The list of offences
    "law_offence_propose": frozenset({ADMINISTRATOR}),
    "law_offence_rule": frozenset({ADMINISTRATOR}),
    "rehearsal_list": frozenset({ADMINISTRATOR}),
    "rehearsal_new": frozenset({ADMINISTRATOR}),
    "rehearsal_detail": frozenset({ADMINISTRATOR}),
    # People
    "people": frozenset({ADMINISTRATOR}),
    "appointment_new": frozenset({ADMINISTRATOR}),
    "appointment_end": frozenset({ADMINISTRATOR}),
    "agency_clocks": frozenset({ADMINISTRATOR}),
    "legal_help": frozenset({ADMINISTRATOR}),
    "legal_help_retire": frozenset({ADMINISTRATOR}),
    "notice_words": frozenset({ADMINISTRATOR}),
    "notice_sample": frozenset({ADMINISTRATOR}),
    "translation_withdraw": frozenset({ADMINISTRATOR}),
    # Work given up
    "job_list": frozenset({ADMINISTRATOR}),
    "job_retry": frozenset({ADMINISTRATOR}),
    # History
    "history": frozenset({AUDITOR, ADMINISTRATOR}),
    "history_overrides": frozenset({AUDITOR, ADMINISTRATOR}),
    "history_request": frozenset({AUDITOR, ADMINISTRATOR}),
    "history_readers": frozenset({AUDITOR, ADMINISTRATOR}),
    # Keeping the records
    "claim_list": KEEPERS,
    "claim_new": KEEPERS,
    "claim_detail": KEEPERS,
    "hold_list": KEEPERS,
    "hold_place": KEEPERS,
    "hold_lift": KEEPERS,
    "case_files": KEEPERS,
    "case_file_fetch": KEEPERS,
    "retention": frozenset({RECORDS_OFFICER, HEAD, ADMINISTRATOR}),
    "disposal_new": KEEPERS,
    "disposal_list": KEEPERS,
    "disposal_detail": KEEPERS,
    "disposal_certificate": KEEPERS,
    "extract_list": KEEPERS,
    "extract_new": KEEPERS,
    "extract_detail": KEEPERS,
    "extract_file": KEEPERS,
    "resources": KEEPERS | {AUDITOR},
    "resources_file": KEEPERS | {AUDITOR},
    # Figures, reports, lists taken out, public tables
    "figures": WATCHERS,
    "figure_rows": WATCHERS,
    "report_list": REPORTERS,
    "report_period": REPORTERS,
    "report_detail": REPORTERS,
    "report_certify": frozenset({RECORDS_OFFICER}),
    "report_sent": frozenset({RECORDS_OFFICER}),
    "report_drop": KEEPERS,
    "report_rows": REPORTERS,
    "report_file": REPORTERS,
    "export_list": READERS,
    "export_new": READERS | WATCHERS,
    "export_detail": READERS,
    "export_state": READERS,
    "export_fetch": READERS,
    "export_cancel": READERS,
    "publication_list": KEEPERS | {ADMINISTRATOR},
    "publication_detail": KEEPERS | {ADMINISTRATOR},
    "publication_decide": frozenset({RECORDS_OFFICER, HEAD}),
    "transparency_switch": frozenset({ADMINISTRATOR}),
    "public_page": ANYONE,
    "public_file": ANYONE,
    # Samples
    "sample_list": frozenset({AUDITOR}),
    "sample_new": frozenset({AUDITOR}),
    "sample_detail": frozenset({AUDITOR}),
    "sample_item": frozenset({AUDITOR}),
    "sample_sign_off": frozenset({AUDITOR}),
    "sample_bundle": frozenset({AUDITOR}),
}


# Doors through which something is sent and no record is changed: they stay open while
# the portal only shows what it has (`accounts.watch`).
CHANGES_NO_RECORD = frozenset(
    {
        "account_login",
        "account_logout",
        "account_reauthenticate",
        "account_reset_password",
        "account_reset_password_from_key",
        "mfa_authenticate",
        "mfa_reauthenticate",
        "session_extend",
        "printed",
        "request_search",
        "request_find",
        "looking",
        "message_read",
        "request_open",
    }
)
# Doors that scripts ask at by themselves while a page stays open: to be asked at does
# not keep a session alive, nor is it work of its reader's.
ASKED_BY_SCRIPTS = frozenset(
    {"looking", "message_count", "worklist_news", "import_progress", "export_state"}
)
# Doors that open a draft for whoever looks.
BEGINS_A_DRAFT = frozenset({"request_new", "unasked_act_new"})


# Doors behind which somebody decides: what is decided there is answered only when a
# witnessed checkpoint covers it, for which the answer waits so long at most.
DECIDES = frozenset({"ask_determine", "override_countersign"})
WITNESS_SECONDS = 2.0


@dataclass(frozen=True)
class Standing:
    """The appointments of one person on one day."""

    user: object
    on: date
    appointments: tuple

    @classmethod
    def of(cls, user, *, on: date) -> "Standing":
        rows = Appointment.objects.of(user).in_force(on).select_related("agency")
        with tenancy.entered(tenancy.of_person(user)):
            return cls(user=user, on=on, appointments=tuple(rows))

    @cached_property
    def roles(self) -> frozenset:
        return frozenset(row.role for row in self.appointments)

    @cached_property
    def sees_every_agency(self) -> bool:
        return any(row.agency_id is None for row in self.appointments)

    @cached_property
    def reading_agency_ids(self) -> frozenset:
        return self.agency_ids(READERS)

    def agency_ids(self, roles: Iterable) -> frozenset:
        wanted = frozenset(roles)
        return frozenset(
            row.agency_id
            for row in self.appointments
            if row.role in wanted and row.agency_id is not None
        )

    def agencies(self, roles: Iterable) -> list:
        found = {
            row.agency_id: row.agency
            for row in self.appointments
            if row.role in frozenset(roles) and row.agency_id is not None
        }
        return sorted(found.values(), key=lambda agency: agency.name)

    def holds(self, role: str, agency_id: int) -> bool:
        return agency_id in self.agency_ids({role})

    def holds_any(self, roles: Iterable, agency_id: int) -> bool:
        return agency_id in self.agency_ids(roles)

    @cached_property
    def context(self) -> tenancy.Context:
        """What the rows of the database may show to the person and take from him."""
        return tenancy.Context(
            user_id=self.user.pk,
            person=self.user.public_id,
            reads=self.agency_ids(READERS),
            writes=self.agency_ids(FILERS),
            administers=self.agency_ids({ADMINISTRATOR}),
            staff=self.agency_ids(self.roles),
            scope=tenancy.STATE if self.sees_every_agency else "",
        )

    @cached_property
    def sees_names(self) -> bool:
        return bool(self.roles & NAME_READERS)

    def sees_names_at(self, agency_id: int) -> bool:
        return self.holds_any(NAME_READERS, agency_id)


def chosen_agency(request, roles: Iterable):
    """The agency that an address names by its code, or the reader's first.

    Whoever serves several chooses by `?agency=`. Raises PermissionDenied for a code
    that is none of an agency where the reader holds one of the roles.
    """
    agencies = request.standing.agencies(roles)
    code = request.GET.get("agency", "")
    if not code:
        return agencies[0]
    found = next((one for one in agencies if one.code == code), None)
    if found is None:
        raise PermissionDenied("Your roles do not open this page for that agency.")
    return found


def admits(url_name: str | None, *, roles: frozenset, is_signed_in: bool) -> bool:
    """Whether the door named `url_name` opens to somebody with `roles`."""
    row = ACCESS.get(url_name, frozenset())
    if row == ANYONE:
        return True
    if not is_signed_in:
        return False
    return row == SIGNED_IN or bool(row & roles)


_BEFORE: list[Callable] = []


def before_a_request_shows(ask: Callable) -> Callable:
    """Register the function below as asked before a view shows a request.

    It is called with the HTTP request and the view's arguments, when the database shows
    rows already, and returns an answer to give instead of the view's, or None. Rooms
    above register theirs: this one knows of no work on requests.
    """
    _BEFORE.append(ask)
    return ask


def _instead(request, arguments: dict):
    if "request_id" not in arguments:
        return None
    answers = (ask(request, **arguments) for ask in _BEFORE)
    return next((answer for answer in answers if answer is not None), None)


def for_roles(*roles):
    """State the roles of a view; anybody else is refused with a sentence.

    The database is told for whom the view works: its rows show what these roles read.
    """
    allowed = frozenset(roles)

    def decorate(view):
        @wraps(view)
        def guarded(request, *args, **kwargs):
            if allowed not in (ANYONE, SIGNED_IN) and not (
                allowed & request.standing.roles
            ):
                raise PermissionDenied(refusal(allowed))
            standing = getattr(request, "standing", None)
            tenancy.enter(standing.context if standing else tenancy.NOBODY)
            return _instead(request, kwargs) or view(request, *args, **kwargs)

        guarded.roles = allowed
        return guarded

    return decorate


def refusal(allowed: frozenset) -> str:
    """The sentence for somebody whose roles do not open a door."""
    labels = sorted(Role(role).label.lower() for role in allowed if role in Role)
    if not labels:
        return "This page is not open to any role."
    return f"Your role cannot open this page. It is for: {', '.join(labels)}."
