"""Determinations: approve or deny, of one ask, with reasons."""

import pgtrigger
from django.db import models
from django.db.models import F, Q

from requests_app.accounts.models import Agency, Role, User
from requests_app.docket.models import Ask, IceRequest, SealedFact
from requests_app.ledger.models import new_public_id
from requests_app.review.models.screenings import Result, Screening
from requests_app.vault.fields import SealedListField, SealedTextField, is_sealed


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
    IF NEW.is_override AND NEW.expires_at IS NULL THEN
        RAISE EXCEPTION 'an override says when it ends';
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
    IF NEW.effective_at >= NEW.expires_at THEN
        RAISE EXCEPTION 'an override takes effect before it ends';
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
    # What is approved: from when, until when, and who may do it; nothing says no limit.
    acts_from = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    named = SealedListField()
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
                condition=is_sealed("reason", "authority", "named"),
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
                condition=Q(acts_from__isnull=True)
                | Q(expires_at__isnull=True)
                | Q(expires_at__gt=F("acts_from")),
                name="determination_period_has_a_length",
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
                              NEW.decided_at, NEW.expires_at,
                              NEW.acts_from, NEW.named)
                          IS DISTINCT FROM
                          ROW(OLD.public_id, OLD.seal_id,
                              OLD.ask_id, OLD.ice_request_id, OLD.screening_id,
                              OLD.decision, OLD.reason_code, OLD.reason,
                              OLD.authority, OLD.against, OLD.is_override,
                              OLD.filed_by_id, OLD.decided_by_id, OLD.decided_as,
                              OLD.decided_at, OLD.expires_at,
                              OLD.acts_from, OLD.named)
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


class Reopening(SealedFact):
    """That a determination was ended so that the ask is decided anew, and why."""

    public_id = models.CharField(max_length=22, unique=True, default=new_public_id)
    ice_request = models.ForeignKey(
        IceRequest, on_delete=models.PROTECT, related_name="reopenings"
    )
    determination = models.OneToOneField(
        Determination, on_delete=models.PROTECT, related_name="reopening"
    )
    reason = SealedTextField()
    reopened_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    reopened_as = models.CharField(max_length=20, choices=Role)
    reopened_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(reason__isnull=False) & is_sealed("reason"),
                name="reopening_has_a_reason",
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="reopening_is_never_edited",
                operation=pgtrigger.Update | pgtrigger.Delete,
            ),
        ]

    def __str__(self) -> str:
        return f"Reopening of {self.determination_id}"


class ReasonText(models.Model):
    """The agency's own wording to begin a reason with. The newest open one counts."""

    public_id = models.CharField(max_length=22, unique=True, default=new_public_id)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    reason_code = models.CharField(max_length=24, choices=ReasonCode)
    text = models.TextField(max_length=2000)
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "reason_code"],
                condition=Q(ended_at__isnull=True),
                name="reason_text_one_a_code",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="reason_text_is_kept", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="reason_text_is_what_was_written",
                fields=["public_id", "agency", "reason_code", "text"]
                + ["made_by", "made_at"],
            ),
        ]

    def __str__(self) -> str:
        return self.get_reason_code_display()
