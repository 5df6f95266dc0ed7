"""Who may open which door: one row for each URL name. Pure.

`ACCESS` is the whole policy. A view repeats its roles in `for_roles` on the line
above it; a system check fails when the two differ, and a URL without a row answers
nobody. Roles say who may knock; whose record it is, `visible_to` decides.
"""

from collections.abc import Iterable
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

ACCESS: dict[str, frozenset] = {
    # Everybody
    "healthz": ANYONE,
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
    "draft_list": FILERS,
    "draft_step": FILERS,
    "draft_preview": FILERS,
    "draft_autosave": FILERS,
    "draft_discard": FILERS,
    "request_correct": FILERS,
    "act_new": FILERS,
    "unasked_act_new": FILERS,
    "notice_serve": FILERS,
    "release_record": FILERS,
    "question_list": FILERS,
    "question_answer": FILERS,
    "unreconciled_list": FILERS,
    "note_add": FILERS,
    "note_edit": FILERS,
    # Reading
    "request_list": READERS,
    "request_search": NAME_READERS,
    "request_find": READERS,
    "request_next": READERS,
    "looking": READERS,
    "view_list": READERS,
    "view_save": READERS,
    "view_edit": READERS,
    "view_remove": READERS,
    "request_detail": READERS,
    "request_print": READERS,
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
    # Work given up
    "job_list": frozenset({ADMINISTRATOR}),
    "job_retry": frozenset({ADMINISTRATOR}),
    # History
    "history": frozenset({AUDITOR, ADMINISTRATOR}),
    "history_overrides": frozenset({AUDITOR, ADMINISTRATOR}),
    "history_request": frozenset({AUDITOR, ADMINISTRATOR}),
    "history_readers": frozenset({AUDITOR, ADMINISTRATOR}),
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
    }
)
# Doors that scripts ask at by themselves while a page stays open: to be asked at does
# not keep a session alive, nor is it work of its reader's.
ASKED_BY_SCRIPTS = frozenset({"looking", "message_count", "worklist_news"})
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


def admits(url_name: str | None, *, roles: frozenset, is_signed_in: bool) -> bool:
    """Whether the door named `url_name` opens to somebody with `roles`."""
    row = ACCESS.get(url_name, frozenset())
    if row == ANYONE:
        return True
    if not is_signed_in:
        return False
    return row == SIGNED_IN or bool(row & roles)


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
            return view(request, *args, **kwargs)

        guarded.roles = allowed
        return guarded

    return decorate


def refusal(allowed: frozenset) -> str:
    """The sentence for somebody whose roles do not open a door."""
    labels = sorted(Role(role).label.lower() for role in allowed if role in Role)
    if not labels:
        return "This page is not open to any role."
    return f"Your role cannot open this page. It is for: {', '.join(labels)}."
