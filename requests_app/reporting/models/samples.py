"""Samples that an auditor draws: how, what was checked, found and signed.

Every table here is append-only: a later check of the same question counts before an
earlier one, and after the sign-off nothing is added.
"""

import pgtrigger
from django.db import models
from django.db.models import F, Q

from requests_app.accounts.models import Agency, User
from requests_app.docket.models import IceRequest
from requests_app.ledger.models import new_public_id
from requests_app.vault.fields import SealedTextField, is_sealed
from requests_app.vault.models import SealedRow

_NEVER_EDITED = pgtrigger.Update | pgtrigger.Delete


class SampleKind(models.TextChoices):
    """How requests come into a sample."""

    RANDOM = "random", "Random: every request alike"
    WEIGHTED = "weighted", "By risk: flags, overrides, mismatches, late entries"


class Question(models.TextChoices):
    """The checklist of one request; the words stand on the page and in the bundle."""

    PAPERS = "papers", "The papers are on file and say what was entered"
    TIMES = "times", "The times entered are borne out by the papers"
    FINDINGS = "findings", "The findings follow from the facts as entered"
    DECISION = "decision", "The determination has a reason that fits its findings"
    PERSONS = "persons", "Those who filed, decided and confirmed are different people"
    DONE = "done", "What was done is recorded and agrees with the determination"
    NOTICES = "notices", "Every notice owed was given, with proof"
    READERS = "readers", "Those who opened the record had work to do on it"


class CheckAnswer(models.TextChoices):
    """What an auditor says of one question."""

    YES = "yes", "Yes"
    NO = "no", "No"
    NOT_APPLICABLE = "not_applicable", "Does not apply"


class Gravity(models.TextChoices):
    """How much an auditor's finding weighs."""

    NOTE = "note", "Note"
    EXCEPTION = "exception", "Exception"
    SERIOUS = "serious", "Serious exception"


class Conclusion(models.TextChoices):
    """What the whole sample shows."""

    IN_ORDER = "in_order", "In order"
    EXCEPTIONS = "exceptions", "In order but for the exceptions found"
    NOT_IN_ORDER = "not_in_order", "Not in order"


class SampleQuerySet(models.QuerySet):
    """Adjectives for samples."""

    def visible_to(self, standing, roles) -> "SampleQuerySet":
        """Those of the agencies that a person audits; for the state, all."""
        if standing.sees_every_agency:
            return self
        return self.filter(agency_id__in=standing.agency_ids(roles))

    def newest_first(self) -> "SampleQuerySet":
        return self.order_by("-id")

    def older_than(self, sample_id: int) -> "SampleQuerySet":
        return self.filter(id__lt=sample_id)


class Sample(models.Model):
    """One draw from the requests received in a period, with all that repeats it.

    `population` has one line for each request there was to draw from, identifier and
    weight, in the order of the identifiers; `reporting.sampling` draws from it and the
    seed. Without an agency, the sample is of the whole state.
    """

    public_id = models.CharField(max_length=22, unique=True, default=new_public_id)
    agency = models.ForeignKey(
        Agency, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    since = models.DateField()
    until = models.DateField()
    kind = models.CharField(max_length=10, choices=SampleKind)
    size = models.PositiveSmallIntegerField()
    seed = models.CharField(max_length=32)
    method = models.PositiveSmallIntegerField()
    population = models.TextField()
    population_size = models.PositiveIntegerField()
    population_digest = models.CharField(max_length=64)
    drawn_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    drawn_at = models.DateTimeField()

    objects = SampleQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=SampleKind.values), name="sample_kind_is_known"
            ),
            models.CheckConstraint(
                condition=Q(until__gte=F("since")), name="sample_period_has_days"
            ),
            models.CheckConstraint(
                condition=Q(size__gte=1) & Q(size__lte=F("population_size")),
                name="sample_is_not_larger_than_its_population",
            ),
            models.CheckConstraint(
                condition=Q(seed__regex=r"^[0-9a-f]{32}$")
                & Q(population_digest__regex=r"^[0-9a-f]{64}$"),
                name="sample_seed_and_digest_are_hex",
            ),
        ]
        indexes = [models.Index(fields=["agency", "-id"], name="sample_by_agency")]
        triggers = [
            pgtrigger.Protect(name="sample_is_never_edited", operation=_NEVER_EDITED),
        ]

    def __str__(self) -> str:
        return f"Sample of {self.since:%Y-%m-%d} to {self.until:%Y-%m-%d}"


_DRAWN_FROM_THE_SAMPLE = """
    IF NOT EXISTS (
        SELECT 1 FROM requests_app_sample s, requests_app_icerequest r
        WHERE s.id = NEW.sample_id AND r.id = NEW.ice_request_id
          AND (s.agency_id IS NULL OR s.agency_id = r.agency_id)
          AND NEW.place BETWEEN 1 AND s.size
    ) THEN
        RAISE EXCEPTION 'an item is drawn from the requests of its sample';
    END IF;
    RETURN NEW;
"""


class SampleItem(models.Model):
    """One request drawn, at its place in the draw."""

    public_id = models.CharField(max_length=22, unique=True, default=new_public_id)
    sample = models.ForeignKey(Sample, on_delete=models.PROTECT, related_name="items")
    ice_request = models.ForeignKey(
        IceRequest, on_delete=models.PROTECT, related_name="+"
    )
    place = models.PositiveSmallIntegerField()
    weight = models.PositiveSmallIntegerField()
    ticket = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["sample", "place"], name="sample_item_has_its_place"
            ),
            models.UniqueConstraint(
                fields=["sample", "ice_request"], name="sample_item_is_drawn_once"
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="sample_item_is_never_edited", operation=_NEVER_EDITED
            ),
            pgtrigger.Trigger(
                name="sample_item_is_drawn_from_it",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func=_DRAWN_FROM_THE_SAMPLE,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.place}: {self.ice_request}"


# Whoever adds shares a lock that whoever signs takes alone: what is signed is whole.
# An advisory lock, because the portal's role may not lock rows it may not change.
_NOT_AFTER_THE_SIGN_OFF = """
    SELECT i.sample_id INTO v_sample
    FROM requests_app_sampleitem i WHERE i.id = NEW.item_id;
    PERFORM pg_advisory_xact_lock_shared(
        hashtextextended('sign-off of a sample', v_sample)
    );
    IF EXISTS (
        SELECT 1 FROM requests_app_samplesignoff s WHERE s.sample_id = v_sample
    ) THEN
        RAISE EXCEPTION 'a sample that is signed off is added to no more';
    END IF;
    RETURN NEW;
"""
_EVERY_QUESTION_ANSWERED = """
    PERFORM pg_advisory_xact_lock(
        hashtextextended('sign-off of a sample', NEW.sample_id)
    );
    IF EXISTS (
        SELECT 1 FROM requests_app_sampleitem i
        WHERE i.sample_id = NEW.sample_id AND (
            SELECT count(DISTINCT c.question) FROM requests_app_samplecheck c
            WHERE c.item_id = i.id
        ) < %d
    ) THEN
        RAISE EXCEPTION 'a sample is signed off when every question is answered';
    END IF;
    RETURN NEW;
""" % len(Question.values)  # noqa: UP031 a brace is SQL's here as well


def _open_until_signed(name: str) -> list:
    return [
        pgtrigger.Protect(name=f"{name}_is_never_edited", operation=_NEVER_EDITED),
        pgtrigger.Trigger(
            name=f"{name}_comes_before_the_sign_off",
            when=pgtrigger.Before,
            operation=pgtrigger.Insert,
            declare=[("v_sample", "bigint")],
            func=_NOT_AFTER_THE_SIGN_OFF,
        ),
    ]


class SampleCheck(models.Model):
    """An answer to one question about one item; the newest counts."""

    item = models.ForeignKey(
        SampleItem, on_delete=models.PROTECT, related_name="checks"
    )
    question = models.CharField(max_length=10, choices=Question)
    answer = models.CharField(max_length=14, choices=CheckAnswer)
    checked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    checked_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(question__in=Question.values)
                & Q(answer__in=CheckAnswer.values),
                name="sample_check_is_of_the_list",
            ),
        ]
        triggers = _open_until_signed("sample_check")

    def __str__(self) -> str:
        return f"{self.question}: {self.answer}"


class SampleFinding(SealedRow):
    """What an auditor found at one item, in words sealed with the request's key."""

    public_id = models.CharField(max_length=22, unique=True, default=new_public_id)
    item = models.ForeignKey(
        SampleItem, on_delete=models.PROTECT, related_name="findings"
    )
    gravity = models.CharField(max_length=10, choices=Gravity)
    words = SealedTextField()
    found_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    found_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(gravity__in=Gravity.values),
                name="sample_finding_gravity_is_known",
            ),
            models.CheckConstraint(
                condition=Q(words__isnull=False) & is_sealed("words"),
                name="sample_finding_is_sealed",
            ),
        ]
        triggers = _open_until_signed("sample_finding")

    def __str__(self) -> str:
        return f"{self.get_gravity_display()} at {self.item}"

    def sealing_key_id(self):
        return self.item.ice_request.data_key_id


class SampleSignOff(models.Model):
    """The end of a sample: what it shows, who says so, when. Once, and final."""

    sample = models.OneToOneField(
        Sample, on_delete=models.PROTECT, related_name="sign_off"
    )
    conclusion = models.CharField(max_length=14, choices=Conclusion)
    signed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    signed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(conclusion__in=Conclusion.values),
                name="sample_sign_off_conclusion_is_known",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="sample_sign_off_is_final", operation=_NEVER_EDITED),
            pgtrigger.Trigger(
                name="sample_sign_off_comes_last",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func=_EVERY_QUESTION_ANSWERED,
            ),
        ]

    def __str__(self) -> str:
        return self.get_conclusion_display()
