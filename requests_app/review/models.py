"""Screenings, findings, assignments, determinations and mismatches."""

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from requests_app.accounts.models import Agency, Role, User
from requests_app.docket.models import Act, Ask, IceRequest, SealedFact
from requests_app.ledger.models import new_public_id
from requests_app.vault.fields import SealedTextField, is_sealed

# Duties that doing the act brings. While it is only asked they cannot have been met
# or missed, so they neither flag the ask nor weigh in its determination.
DUTIES_OF_DOING = frozenset({"54-192h(c)", "54-192h(e)(1) notification"})
_NEVER_EDITED = pgtrigger.Update | pgtrigger.Delete


class Result(models.TextChoices):
    """What a finding says; the words of the assess contract."""

    COMPLIANT = "compliant", "Compliant"
    VIOLATION = "violation", "Violation"
    UNDETERMINED = "undetermined", "Undetermined"


class ScreeningQuerySet(models.QuerySet):
    """Adjectives for screenings."""

    def latest_by_subject(self) -> "ScreeningQuerySet":
        """The newest screening of each ask, each act and the receipt."""
        return self.order_by("ice_request_id", "ask_id", "act_id", "-id").distinct(
            "ice_request_id", "ask_id", "act_id"
        )


class Screening(models.Model):
    """One run of the law over the facts as they then stood. Never edited.

    Screens an ask (a proposed act), an act done, or, with neither, the receipt of
    the detainer. `facts` and `assessment` are the assess contract's objects.
    """

    class Cause(models.TextChoices):
        FILED = "filed", "Filing"
        CORRECTED = "corrected", "Correction of facts"
        ACT_RECORDED = "act_recorded", "Act recorded"
        NOTICE_SERVED = "notice_served", "Notice served"
        LAW_CHANGED = "law_changed", "Change of law"

    public_id = models.CharField(max_length=22, unique=True, default=new_public_id)
    ice_request = models.ForeignKey(
        IceRequest, on_delete=models.PROTECT, related_name="screenings"
    )
    ask = models.ForeignKey(
        Ask, on_delete=models.PROTECT, null=True, related_name="screenings"
    )
    act = models.ForeignKey(
        Act, on_delete=models.PROTECT, null=True, related_name="screenings"
    )
    cause = models.CharField(max_length=16, choices=Cause)
    screened_at = models.DateTimeField()
    act_date = models.DateField()
    law_version = models.CharField(max_length=8, blank=True)
    code_version = models.CharField(max_length=40)
    facts = models.JSONField()
    covered = models.BooleanField()
    because = models.CharField(max_length=300, blank=True)
    ice_access = ArrayField(models.CharField(max_length=30), default=list)
    municipal_report = models.BooleanField(default=False)
    legal_review = models.BooleanField(default=False)

    objects = ScreeningQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ask__isnull=True) | Q(act__isnull=True),
                name="screening_of_one_subject",
            ),
        ]
        indexes = [
            models.Index(
                fields=["ice_request", "ask", "act", "-id"], name="screening_latest"
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="screening_is_never_edited", operation=_NEVER_EDITED
            ),
        ]

    def __str__(self) -> str:
        return f"Screening {self.public_id}"

    def weighing(self, findings) -> list:
        """Those of its findings that flag it: for an ask, not the duties to come."""
        if self.ask_id is None:
            return list(findings)
        return [row for row in findings if row.citation not in DUTIES_OF_DOING]


class Finding(models.Model):
    """What one provision says of one act. Never edited."""

    screening = models.ForeignKey(
        Screening, on_delete=models.PROTECT, related_name="findings"
    )
    citation = models.CharField(max_length=40)
    result = models.CharField(max_length=12, choices=Result)
    is_confirmed = models.BooleanField()
    because = models.TextField()
    missing = ArrayField(models.CharField(max_length=60), default=list)
    used = ArrayField(models.CharField(max_length=60), default=list)
    is_law_question = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["screening", "citation"], name="finding_once_a_screening"
            ),
            models.CheckConstraint(
                condition=Q(result__in=Result.values), name="finding_result_known"
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="finding_is_never_edited", operation=_NEVER_EDITED),
        ]

    def __str__(self) -> str:
        return f"{self.citation}: {self.result}"

    @property
    def is_flag(self) -> bool:
        return self.result != Result.COMPLIANT


class IceAccess(models.Model):
    """The record of (a)(6): an act done that was ICE access, of which kinds.

    Never edited. When corrected facts change the kinds, the newest row of an act
    counts, and it may hold no kind at all.
    """

    act = models.ForeignKey(Act, on_delete=models.PROTECT, related_name="ice_accesses")
    ice_request = models.ForeignKey(
        IceRequest, on_delete=models.PROTECT, related_name="ice_accesses"
    )
    kinds = ArrayField(models.CharField(max_length=30))
    act_date = models.DateField()
    through_detainer = models.BooleanField()
    municipal_report = models.BooleanField()
    screening = models.ForeignKey(Screening, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name_plural = "ICE access"
        triggers = [
            pgtrigger.Protect(
                name="ice_access_is_never_edited", operation=_NEVER_EDITED
            ),
        ]

    def __str__(self) -> str:
        return ", ".join(self.kinds)


class Queue(models.TextChoices):
    """Whose desk a request waits on."""

    SUPERVISOR = "supervisor", "Supervisors"
    HEAD = "head", "Head of agency"
    SECOND_PERSON = "second_person", "Second person"
    LEGAL_REVIEW = "legal_review", "Legal review"
    RECORD = "record", "For the record"


class Level(models.IntegerChoices):
    """How much stands behind a flag; the worklist shows the highest."""

    NONE = 0, "No flag"
    UNDETERMINED = 1, "Undetermined"
    VIOLATION = 2, "Violation"
    MISMATCH = 3, "Mismatch"


DECIDING_ROLES = (Role.SUPERVISOR, Role.HEAD)


class AssignmentQuerySet(models.QuerySet):
    """Adjectives for the worklist."""

    def open(self) -> "AssignmentQuerySet":
        return self.filter(closed_at__isnull=True)

    def visible_to(self, standing) -> "AssignmentQuerySet":
        """What a decider may find on the worklist: everything of the agency."""
        return self.filter(agency_id__in=standing.agency_ids(DECIDING_ROLES))

    def in_queue(self, queue: str) -> "AssignmentQuerySet":
        return self.filter(queue=queue)

    def after(self, due_at, assignment_id: int) -> "AssignmentQuerySet":
        """Those that follow one row in the order of the worklist."""
        return self.filter(
            Q(due_at__gt=due_at) | Q(due_at=due_at, id__gt=assignment_id)
        )

    def before(self, due_at, assignment_id: int) -> "AssignmentQuerySet":
        return self.filter(
            Q(due_at__lt=due_at) | Q(due_at=due_at, id__lt=assignment_id)
        )

    def soonest_first(self) -> "AssignmentQuerySet":
        return self.order_by("due_at", "id")


class Assignment(SealedFact):
    """A request on somebody's desk, with the rule that put it there and why."""

    ice_request = models.ForeignKey(
        IceRequest, on_delete=models.PROTECT, related_name="assignments"
    )
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    queue = models.CharField(max_length=14, choices=Queue)
    level = models.PositiveSmallIntegerField(choices=Level)
    rule = models.CharField(max_length=40)
    reason = models.CharField(max_length=300)
    inputs = models.JSONField()
    due_at = models.DateTimeField()
    due_because = models.CharField(max_length=120)
    assigned_at = models.DateTimeField()
    assigned_to = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    closing_note = SealedTextField()
    # The newest act and mismatch that whoever closed it had on the page.
    reviewed_act = models.ForeignKey(
        Act, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    reviewed_mismatch = models.ForeignKey(
        "Mismatch", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=is_sealed("closing_note"), name="assignment_is_sealed"
            ),
            models.UniqueConstraint(
                fields=["ice_request"],
                condition=Q(closed_at__isnull=True),
                name="assignment_one_open_a_request",
            ),
        ]
        indexes = [
            models.Index(
                fields=["agency", "due_at", "id"],
                condition=Q(closed_at__isnull=True),
                name="assignment_worklist",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="assignment_is_kept", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.queue}: {self.reason}"


class Decision(models.TextChoices):
    """Approve: the agency intends to comply with the ask. Deny: it does not."""

    APPROVE = "approve", "Approve"
    DENY = "deny", "Deny"


class ReasonCode(models.TextChoices):
    """Why, in a code that can be counted; the text beside it says the rest."""

    JUDICIAL_WARRANT = "judicial_warrant", "Accompanied by a judicial warrant"
    CLASS_A_B = "class_a_b", "Convicted of a class A or B felony"
    OFFENCE_2025 = "offence_2025", "Convicted of an offence of the 2025 act"
    TERRORIST_DATABASE = (
        "terrorist_database",
        "Possible match in the Terrorist Screening Database",
    )
    COURT_ORDER = "court_order", "Court order under 8 USC 1225(d)(4)(B)"
    AUTHORIZED = "authorized", "Disclosure authorized in writing or required by law"
    NOT_PROHIBITED = "not_prohibited", "Not prohibited by the section"
    GROUND_2014 = "ground_2014", "A ground of the 2014 text"
    OTHER_AUTHORITY = "other_authority", "Another legal authority, cited"
    NO_EXCEPTION = "no_exception", "No exception applies"
    NOT_ESTABLISHED = "not_established", "An exception is not established"
    NOT_CONVICTED = "not_convicted", "Charged, not convicted"
    ADMINISTRATIVE_WARRANT = (
        "administrative_warrant",
        "Rests on an administrative warrant",
    )
    POLICY = "policy", "Agency policy is stricter than the section"


APPROVING_REASONS = (
    ReasonCode.JUDICIAL_WARRANT,
    ReasonCode.CLASS_A_B,
    ReasonCode.OFFENCE_2025,
    ReasonCode.TERRORIST_DATABASE,
    ReasonCode.COURT_ORDER,
    ReasonCode.AUTHORIZED,
    ReasonCode.NOT_PROHIBITED,
    ReasonCode.GROUND_2014,
    ReasonCode.OTHER_AUTHORITY,
)
DENYING_REASONS = (
    ReasonCode.NO_EXCEPTION,
    ReasonCode.NOT_ESTABLISHED,
    ReasonCode.NOT_CONVICTED,
    ReasonCode.ADMINISTRATIVE_WARRANT,
    ReasonCode.POLICY,
    ReasonCode.OTHER_AUTHORITY,
)


class DeterminationQuerySet(models.QuerySet):
    """Adjectives for determinations."""

    def live(self) -> "DeterminationQuerySet":
        """Those that nothing has superseded or refused."""
        return self.filter(ended_at__isnull=True)


# What a determination says of itself is checked against the rows it speaks of: who
# filed, which findings the decider saw, and which role he or she held that day.
_TRUE_WHEN_MADE = """
    SELECT r.filed_by_id, r.id, r.agency_id INTO v_filer, v_request, v_agency
    FROM requests_app_ask a
    JOIN requests_app_icerequest r ON r.id = a.ice_request_id
    WHERE a.id = NEW.ask_id;
    IF NEW.filed_by_id <> v_filer OR NEW.ice_request_id <> v_request THEN
        RAISE EXCEPTION 'a determination names its filer and request';
    END IF;
    IF EXISTS (
        SELECT 1 FROM requests_app_icerequest r
        WHERE r.id = v_request AND r.corrected_by_id = NEW.decided_by_id
    ) THEN
        RAISE EXCEPTION 'whoever last corrected the facts does not decide';
    END IF;
    IF NEW.screening_id IS DISTINCT FROM (
        SELECT max(s.id) FROM requests_app_screening s WHERE s.ask_id = NEW.ask_id
    ) THEN
        RAISE EXCEPTION 'a determination rests on the newest screening of its ask';
    END IF;
    SELECT CASE
        WHEN bool_or(f.result = 'violation') THEN 'violation'
        WHEN bool_or(f.result = 'undetermined') THEN 'undetermined'
        ELSE 'compliant' END
    INTO v_worst
    FROM requests_app_finding f
    WHERE f.screening_id = NEW.screening_id
      AND f.citation NOT IN ('54-192h(c)', '54-192h(e)(1) notification');
    IF NEW.against <> v_worst THEN
        RAISE EXCEPTION 'a determination names the worst finding it was made on';
    END IF;
    IF NOT EXISTS (
        SELECT 1 FROM requests_app_appointment p
        WHERE p.user_id = NEW.decided_by_id AND p.agency_id = v_agency
          AND p.role = NEW.decided_as AND p.role IN ('supervisor', 'head')
          AND p.effective_from
              <= (NEW.decided_at AT TIME ZONE 'America/New_York')::date
          AND (p.effective_until IS NULL OR p.effective_until
              > (NEW.decided_at AT TIME ZONE 'America/New_York')::date)
    ) THEN
        RAISE EXCEPTION 'a determination is made in a role held that day';
    END IF;
    IF NEW.decided_as <> 'head' AND EXISTS (
        SELECT 1 FROM requests_app_ask a
        JOIN requests_app_screening s ON s.id = NEW.screening_id
        JOIN requests_app_agency g ON g.id = v_agency
        WHERE a.id = NEW.ask_id AND a.kind = 'notify_release'
          AND s.covered AND s.law_version >= '2019'
          AND g.kind NOT IN ('bail_commissioner', 'school_police')
          -- The head who filed it has seen it, and may not decide it.
          AND NOT EXISTS (
              SELECT 1 FROM requests_app_appointment h
              JOIN requests_app_icerequest r ON r.id = v_request
              WHERE h.user_id = v_filer AND h.agency_id = v_agency
                AND h.role = 'head'
                AND h.effective_from
                    <= (r.filed_at AT TIME ZONE 'America/New_York')::date
                AND (h.effective_until IS NULL OR h.effective_until
                    > (r.filed_at AT TIME ZONE 'America/New_York')::date)
          )
    ) THEN
        RAISE EXCEPTION 'a release notification is for the head of agency';
    END IF;
    IF NEW.second_by_id IS NOT NULL THEN
        RAISE EXCEPTION 'the second person comes after the determination';
    END IF;
    RETURN NEW;
"""
_SECOND_PERSON_MAY = """
    IF EXISTS (
        SELECT 1 FROM requests_app_icerequest r
        WHERE r.id = NEW.ice_request_id AND r.corrected_by_id = NEW.second_by_id
    ) THEN
        RAISE EXCEPTION 'whoever last corrected the facts does not countersign';
    END IF;
    IF NEW.second_by_id IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM requests_app_appointment p
        JOIN requests_app_icerequest r ON r.id = NEW.ice_request_id
        WHERE p.user_id = NEW.second_by_id AND p.agency_id = r.agency_id
          AND p.role IN ('supervisor', 'head')
          AND p.effective_from
              <= (NEW.second_at AT TIME ZONE 'America/New_York')::date
          AND (p.effective_until IS NULL OR p.effective_until
              > (NEW.second_at AT TIME ZONE 'America/New_York')::date)
    ) THEN
        RAISE EXCEPTION 'the second person decides in a role held that day';
    END IF;
    RETURN NEW;
"""


class Determination(SealedFact):
    """Approve or deny, of one ask, with reasons. The next one supersedes.

    `against` is the worst result among the findings that the decider saw. Against a
    violation it is an override: it takes effect only with a second person
    (`effective_at`), and the database holds every part of that rule.
    """

    public_id = models.CharField(max_length=22, unique=True, default=new_public_id)
    ice_request = models.ForeignKey(
        IceRequest, on_delete=models.PROTECT, related_name="determinations"
    )
    ask = models.ForeignKey(
        Ask, on_delete=models.PROTECT, related_name="determinations"
    )
    screening = models.ForeignKey(
        Screening, on_delete=models.PROTECT, related_name="determinations"
    )
    decision = models.CharField(max_length=8, choices=Decision)
    reason_code = models.CharField(max_length=24, choices=ReasonCode)
    reason = SealedTextField()
    authority = SealedTextField()
    against = models.CharField(max_length=12, choices=Result, default=Result.COMPLIANT)
    is_override = models.BooleanField(default=False)
    expires_at = models.DateTimeField(null=True, blank=True)
    filed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    decided_as = models.CharField(max_length=20, choices=Role)
    decided_at = models.DateTimeField()
    second_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    second_at = models.DateTimeField(null=True, blank=True)
    effective_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = DeterminationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["ask"],
                condition=Q(ended_at__isnull=True),
                name="determination_one_live_an_ask",
            ),
            models.CheckConstraint(
                condition=~Q(decided_by=F("filed_by")),
                name="determination_not_by_the_filer",
            ),
            models.CheckConstraint(
                condition=Q(second_by__isnull=True)
                | (~Q(second_by=F("decided_by")) & ~Q(second_by=F("filed_by"))),
                name="determination_second_person_differs",
            ),
            models.CheckConstraint(
                condition=Q(reason__isnull=False), name="determination_has_a_reason"
            ),
            models.CheckConstraint(
                condition=is_sealed("reason", "authority"),
                name="determination_is_sealed",
            ),
            models.CheckConstraint(
                condition=Q(decision="approve", reason_code__in=APPROVING_REASONS)
                | Q(decision="deny", reason_code__in=DENYING_REASONS),
                name="determination_reason_fits_the_decision",
            ),
            models.CheckConstraint(
                condition=Q(effective_at__isnull=True)
                | Q(is_override=False, effective_at=F("decided_at"))
                | Q(is_override=True, effective_at=F("second_at")),
                name="determination_takes_effect_when_made",
            ),
            models.CheckConstraint(
                condition=Q(second_at__isnull=True) | Q(second_at__gte=F("decided_at")),
                name="determination_second_comes_after",
            ),
            models.CheckConstraint(
                condition=Q(expires_at__isnull=True)
                | Q(expires_at__gt=F("decided_at")),
                name="determination_ends_after_it_is_made",
            ),
            models.CheckConstraint(
                condition=Q(decision=Decision.DENY)
                | Q(against=Result.COMPLIANT)
                | Q(authority__isnull=False),
                name="determination_departure_cites_authority",
            ),
            models.CheckConstraint(
                condition=Q(is_override=True, decision="approve", against="violation")
                | (Q(is_override=False) & ~Q(decision="approve", against="violation")),
                name="determination_override_is_marked",
            ),
            models.CheckConstraint(
                condition=Q(is_override=False) | Q(decided_as=Role.HEAD),
                name="determination_override_by_the_head",
            ),
            models.CheckConstraint(
                condition=Q(is_override=False)
                | Q(effective_at__isnull=True)
                | Q(second_by__isnull=False, second_at__isnull=False),
                name="determination_override_needs_a_second",
            ),
            models.CheckConstraint(
                condition=Q(is_override=True)
                | Q(effective_at__isnull=False)
                | Q(ended_at__isnull=False),
                name="determination_takes_effect",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="determination_is_kept", operation=pgtrigger.Delete),
            pgtrigger.Trigger(
                name="determination_is_true_when_made",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                declare=[
                    ("v_filer", "bigint"),
                    ("v_request", "bigint"),
                    ("v_agency", "bigint"),
                    ("v_worst", "text"),
                ],
                func=_TRUE_WHEN_MADE,
            ),
            pgtrigger.Trigger(
                name="determination_second_person_may",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    "NEW.second_by_id IS DISTINCT FROM OLD.second_by_id"
                ),
                func=_SECOND_PERSON_MAY,
            ),
            pgtrigger.Trigger(
                name="determination_only_ends_or_takes_effect",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                func="""
                    IF OLD.ended_at IS NOT NULL
                       OR ROW(NEW.public_id, NEW.seal_id,
                              NEW.ask_id, NEW.ice_request_id, NEW.screening_id,
                              NEW.decision, NEW.reason_code, NEW.reason,
                              NEW.authority, NEW.against, NEW.is_override,
                              NEW.filed_by_id, NEW.decided_by_id, NEW.decided_as,
                              NEW.decided_at, NEW.expires_at)
                          IS DISTINCT FROM
                          ROW(OLD.public_id, OLD.seal_id,
                              OLD.ask_id, OLD.ice_request_id, OLD.screening_id,
                              OLD.decision, OLD.reason_code, OLD.reason,
                              OLD.authority, OLD.against, OLD.is_override,
                              OLD.filed_by_id, OLD.decided_by_id, OLD.decided_as,
                              OLD.decided_at, OLD.expires_at)
                       OR (OLD.effective_at IS NOT NULL
                           AND ROW(NEW.effective_at, NEW.second_by_id, NEW.second_at)
                               IS DISTINCT FROM
                               ROW(OLD.effective_at, OLD.second_by_id, OLD.second_at))
                    THEN
                        RAISE EXCEPTION 'a determination is superseded, never edited';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_decision_display()}: {self.ask}"

    @property
    def is_effective(self) -> bool:
        return self.effective_at is not None


class MismatchKind(models.TextChoices):
    """How an act can part from what was decided."""

    DENIED_YET_DONE = "denied_yet_done", "Denied, yet done"
    DONE_BEFORE_DECISION = "done_before_decision", "Done before the decision"
    HELD_PAST_END = "held_past_end", "Held past the end"
    NO_COPY_OR_REASON = (
        "no_copy_or_reason",
        "Notification without copy and written reason",
    )
    NEVER_ASKED = "never_asked", "An act never asked for"


class Mismatch(models.Model):
    """One act that parts from what was asked or decided. Never edited."""

    public_id = models.CharField(max_length=22, unique=True, default=new_public_id)
    ice_request = models.ForeignKey(
        IceRequest, on_delete=models.PROTECT, related_name="mismatches"
    )
    act = models.ForeignKey(Act, on_delete=models.PROTECT, related_name="mismatches")
    ask = models.ForeignKey(
        Ask, on_delete=models.PROTECT, null=True, related_name="mismatches"
    )
    determination = models.ForeignKey(
        Determination, on_delete=models.PROTECT, null=True, related_name="mismatches"
    )
    kind = models.CharField(max_length=24, choices=MismatchKind)
    because = models.CharField(max_length=300)
    found_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "mismatches"
        constraints = [
            models.UniqueConstraint(
                fields=["act", "kind"], name="mismatch_once_an_act"
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="mismatch_is_never_edited", operation=_NEVER_EDITED),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()


class OffenceStatus(models.TextChoices):
    """What two administrators may say of a section on the 2025 list."""

    CONFIRMED = "confirmed", "Confirmed: the act names it"
    STRUCK = "struck", "Struck: the act does not name it"


class OffenceRulingQuerySet(models.QuerySet):
    """Adjectives for rulings."""

    def ruled(self) -> "OffenceRulingQuerySet":
        return self.filter(ruled_at__isnull=False)

    def awaiting(self) -> "OffenceRulingQuerySet":
        return self.filter(ruled_at__isnull=True, withdrawn_at__isnull=True)


class OffenceRuling(models.Model):
    """A row of the 2025 list confirmed or struck, by two administrators, dated."""

    public_id = models.CharField(max_length=22, unique=True, default=new_public_id)
    section = models.CharField(max_length=20)
    status = models.CharField(max_length=10, choices=OffenceStatus)
    citation = models.CharField(max_length=120)
    effective_from = models.DateField()
    proposed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    ruled_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+"
    )
    ruled_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    objects = OffenceRulingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["section"],
                condition=Q(ruled_at__isnull=True, withdrawn_at__isnull=True),
                name="offence_ruling_one_proposal_a_section",
            ),
            models.CheckConstraint(
                condition=Q(ruled_by__isnull=True) | ~Q(ruled_by=F("proposed_by")),
                name="offence_ruling_by_a_second_person",
            ),
            models.CheckConstraint(
                condition=Q(ruled_by__isnull=True, ruled_at__isnull=True)
                | Q(ruled_by__isnull=False, ruled_at__isnull=False),
                name="offence_ruling_is_whole",
            ),
            models.CheckConstraint(
                condition=Q(ruled_at__isnull=True) | Q(withdrawn_at__isnull=True),
                name="offence_ruling_not_withdrawn_and_ruled",
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="offence_ruling_is_kept", operation=pgtrigger.Delete
            ),
            pgtrigger.ReadOnly(
                name="offence_ruling_says_what_was_proposed",
                fields=["public_id", "section", "status", "citation"]
                + ["effective_from", "proposed_by", "proposed_at"],
            ),
            pgtrigger.Protect(
                name="offence_ruling_is_final",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition("OLD.ruled_at IS NOT NULL"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.section} {self.status}"
