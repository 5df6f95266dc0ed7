"""Whose desk a request waits on, why, and what becomes of it there."""

import pgtrigger
from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from requests_app.accounts.models import Agency, Appointment, Role, Unit, User
from requests_app.docket.models import Act, IceRequest, SealedFact
from requests_app.ledger.models import new_public_id
from requests_app.vault.fields import SealedTextField, is_sealed


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

    def held_by(self, user) -> "AssignmentQuerySet":
        return self.filter(assigned_to=user)

    def unassigned(self, on) -> "AssignmentQuerySet":
        """Nobody's, or of somebody who holds no deciding role there any more."""
        still_there = (
            Appointment.objects.in_force(on)
            .filter(role__in=DECIDING_ROLES)
            .filter(user=OuterRef("assigned_to"), agency=OuterRef("agency"))
        )
        return self.filter(Q(assigned_to__isnull=True) | ~Exists(still_there))

    def deferred(self, at) -> "AssignmentQuerySet":
        return self.filter(deferred_until__gt=at)

    def not_deferred(self, at) -> "AssignmentQuerySet":
        """What is deferred comes back by itself when its day comes."""
        return self.filter(Q(deferred_until__isnull=True) | Q(deferred_until__lte=at))

    def overdue(self, at) -> "AssignmentQuerySet":
        return self.filter(due_at__lt=at)

    def due_before(self, at) -> "AssignmentQuerySet":
        return self.filter(due_at__lt=at)

    def after(self, due_at, assignment_id: int) -> "AssignmentQuerySet":
        """Those that follow one row in the order of the worklist."""
        # The first condition is the one that the index is entered by.
        return self.filter(
            Q(due_at__gt=due_at) | Q(id__gt=assignment_id), due_at__gte=due_at
        )

    def before(self, due_at, assignment_id: int) -> "AssignmentQuerySet":
        return self.filter(
            Q(due_at__lt=due_at) | Q(id__lt=assignment_id), due_at__lte=due_at
        )

    def soonest_first(self) -> "AssignmentQuerySet":
        return self.order_by("due_at", "id")


# Nothing is put on the desk of somebody who has left.
_WITH_SOMEBODY_THERE = """
    IF NOT EXISTS (
        SELECT 1 FROM requests_app_appointment p
        WHERE p.user_id = NEW.assigned_to_id AND p.agency_id = NEW.agency_id
          AND p.role IN ('supervisor', 'head')
          AND p.effective_from
              <= (NEW.assigned_since AT TIME ZONE 'America/New_York')::date
          AND (p.effective_until IS NULL OR p.effective_until
              > (NEW.assigned_since AT TIME ZONE 'America/New_York')::date)
    ) THEN
        RAISE EXCEPTION 'work is given to somebody who decides at the agency that day';
    END IF;
    RETURN NEW;
"""


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
    assigned_since = models.DateTimeField(null=True, blank=True)
    # What the agency's own rules said, beside the rule above that chose the queue.
    unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    desk_rule = models.CharField(max_length=22, blank=True)
    desk_reason = models.CharField(max_length=300, blank=True)
    deferred_until = models.DateTimeField(null=True, blank=True)
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
            models.CheckConstraint(
                condition=Q(assigned_to__isnull=True, assigned_since__isnull=True)
                | Q(assigned_to__isnull=False, assigned_since__isnull=False),
                name="assignment_says_since_when",
            ),
        ]
        indexes = [
            models.Index(
                fields=["agency", "due_at", "id"],
                condition=Q(closed_at__isnull=True),
                name="assignment_worklist",
            ),
            models.Index(
                fields=["assigned_to", "due_at", "id"],
                condition=Q(closed_at__isnull=True),
                name="assignment_of_a_person",
            ),
            models.Index(
                fields=["unit", "due_at", "id"],
                condition=Q(closed_at__isnull=True),
                name="assignment_of_a_unit",
            ),
            models.Index(
                fields=["agency", "-id"],
                condition=Q(closed_at__isnull=True),
                name="assignment_newest",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="assignment_is_kept", operation=pgtrigger.Delete),
            pgtrigger.Trigger(
                name="assignment_is_with_somebody_there",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("assigned_to_id"),
                condition=pgtrigger.Condition("NEW.assigned_to_id IS NOT NULL"),
                func=_WITH_SOMEBODY_THERE,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.queue}: {self.reason}"


class DeferralCode(models.TextChoices):
    """Why a request waits, in a code that can be counted."""

    COURT_DATE = "court_date", "A court date is awaited"
    RECORDS = "records", "Records were asked for"
    COUNSEL = "counsel", "Counsel was asked"
    ANSWER = "answer", "A question to the filer is open"
    OTHER = "other", "Another reason"


class Deferral(SealedFact):
    """That an assignment was put off until a time, and why. Never edited."""

    public_id = models.CharField(max_length=22, unique=True, default=new_public_id)
    ice_request = models.ForeignKey(
        IceRequest, on_delete=models.PROTECT, related_name="deferrals"
    )
    assignment = models.ForeignKey(
        Assignment, on_delete=models.PROTECT, related_name="deferrals"
    )
    until = models.DateTimeField()
    code = models.CharField(max_length=12, choices=DeferralCode)
    note = SealedTextField()
    deferred_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    deferred_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=is_sealed("note"), name="deferral_is_sealed"
            ),
            models.CheckConstraint(
                condition=Q(until__gt=F("deferred_at")),
                name="deferral_ends_after_it_begins",
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="deferral_is_never_edited",
                operation=pgtrigger.Update | pgtrigger.Delete,
            ),
        ]

    def __str__(self) -> str:
        return self.get_code_display()


class LabelQuerySet(models.QuerySet):
    """Adjectives for labels."""

    def in_use(self) -> "LabelQuerySet":
        return self.filter(retired_at__isnull=True)


class Label(models.Model):
    """A word of the agency's own to group requests by. It says nothing of the law."""

    public_id = models.CharField(max_length=22, unique=True, default=new_public_id)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=40)
    added_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True, blank=True)

    objects = LabelQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "name"],
                condition=Q(retired_at__isnull=True),
                name="label_named_once",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="label_is_kept", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="label_is_what_was_added",
                fields=["public_id", "agency", "name", "added_by", "added_at"],
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Labelling(models.Model):
    """That a request bears a label, until it is taken off."""

    ice_request = models.ForeignKey(
        IceRequest, on_delete=models.PROTECT, related_name="labellings"
    )
    label = models.ForeignKey(
        Label, on_delete=models.PROTECT, related_name="labellings"
    )
    labelled_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    labelled_at = models.DateTimeField()
    removed_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["label", "ice_request"],
                condition=Q(removed_at__isnull=True),
                name="labelling_once_a_request",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="labelling_is_kept", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="labelling_is_what_was_done",
                fields=["ice_request", "label", "labelled_by", "labelled_at"],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.label_id} on {self.ice_request_id}"


class BulkKind(models.TextChoices):
    """What is done to many requests at once."""

    ASSIGN = "assign", "Assign"
    DEFER = "defer", "Defer"
    LABEL = "label", "Label"


class Bulk(models.Model):
    """One order over many requests; each gets a result of its own."""

    public_id = models.CharField(max_length=22, unique=True, default=new_public_id)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=8, choices=BulkKind)
    assignee = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    label = models.ForeignKey(
        Label, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    until = models.DateTimeField(null=True, blank=True)
    code = models.CharField(max_length=12, choices=DeferralCode, blank=True)
    ordered_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    ordered_as = models.CharField(max_length=20, choices=Role)
    ordered_at = models.DateTimeField()
    total = models.PositiveIntegerField()
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="assign", assignee__isnull=False)
                | (Q(kind="defer", until__isnull=False) & ~Q(code=""))
                | Q(kind="label", label__isnull=False),
                name="bulk_says_what_to_do",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="bulk_is_kept", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.total}"


class BulkItem(models.Model):
    """One request of a bulk order, and what came of it."""

    class Result(models.TextChoices):
        WAITING = "waiting", "Waiting"
        DONE = "done", "Done"
        SKIPPED = "skipped", "Left as it was"

    bulk = models.ForeignKey(Bulk, on_delete=models.PROTECT, related_name="items")
    ice_request = models.ForeignKey(
        IceRequest, on_delete=models.PROTECT, related_name="+"
    )
    result = models.CharField(max_length=8, choices=Result, default=Result.WAITING)
    because = models.CharField(max_length=200, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["bulk", "ice_request"], name="bulk_item_once_a_request"
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="bulk_item_is_kept", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.result}"


class Alarm(models.Model):
    """That a clock was about to lapse, or lapsed. One a clock, a step and a time."""

    class Step(models.TextChoices):
        WARNING = "warning", "About to lapse"
        LAPSED = "lapsed", "Lapsed"

    public_id = models.CharField(max_length=22, unique=True, default=new_public_id)
    ice_request = models.ForeignKey(
        IceRequest, on_delete=models.PROTECT, related_name="alarms"
    )
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    clock = models.CharField(max_length=30)
    step = models.CharField(max_length=8, choices=Step)
    due_at = models.DateTimeField()
    raised_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["ice_request", "clock", "step", "due_at"],
                name="alarm_is_raised_once",
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="alarm_is_never_edited",
                operation=pgtrigger.Update | pgtrigger.Delete,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.clock} {self.step}"
