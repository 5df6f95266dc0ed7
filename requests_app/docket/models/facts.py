"""What the record says of the person, and of the grounds an authority gives."""

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from requests_app.docket.models.choices import Answer, Listing
from requests_app.docket.models.record import IceRequest, SealedFact
from requests_app.vault.fields import (
    SealedDateField,
    SealedListField,
    SealedTextField,
    is_sealed,
)
from requests_app.vault.sealing import CannotBeOpened, Destroyed


class Person(SealedFact):
    """The individual a request concerns. Personal data: shown on its page only."""

    class Sex(models.TextChoices):
        FEMALE = "female", "Female"
        MALE = "male", "Male"
        OTHER = "other", "Other"
        UNKNOWN = "unknown", "Not known"
        REFUSED = "refused", "Refused to say"

    class DateOfBirth(models.TextChoices):
        KNOWN = "known", "Known"
        UNKNOWN = "unknown", "Not known"
        REFUSED = "refused", "Refused to say"

    class Ethnicity(models.TextChoices):
        HISPANIC = "hispanic", "Hispanic or Latino"
        BLACK = "black", "Black"
        WHITE = "white", "White"
        ASIAN = "asian", "Asian"
        INDIGENOUS = "indigenous", "American Indian or Alaska Native"
        PACIFIC = "pacific", "Native Hawaiian or Pacific Islander"
        OTHER = "other", "Other or several"
        UNKNOWN = "unknown", "Not known"
        REFUSED = "refused", "Refused to say"

    ice_request = models.OneToOneField(
        IceRequest, on_delete=models.PROTECT, related_name="person"
    )
    family_names = SealedTextField()
    given_names = SealedTextField()
    aliases = SealedListField()
    date_of_birth = SealedDateField()
    date_of_birth_answer = models.CharField(max_length=8, choices=DateOfBirth)
    sex = models.CharField(max_length=8, choices=Sex, default=Sex.UNKNOWN)
    ethnicity = models.CharField(
        max_length=12, choices=Ethnicity, default=Ethnicity.UNKNOWN
    )
    citizenship = SealedTextField()
    a_number = SealedTextField()
    booking_number = SealedTextField()
    language = SealedTextField()
    is_minor = models.CharField(max_length=8, choices=Answer, default=Answer.UNKNOWN)
    not_competent = models.CharField(
        max_length=8, choices=Answer, default=Answer.UNKNOWN
    )
    attorney = SealedTextField()
    designee = SealedTextField()

    class Meta:
        verbose_name_plural = "people"
        constraints = [
            models.CheckConstraint(
                condition=Q(family_names__isnull=False) | Q(given_names__isnull=False),
                name="person_has_a_name",
            ),
            models.CheckConstraint(
                condition=is_sealed(
                    "family_names",
                    "given_names",
                    "aliases",
                    "date_of_birth",
                    "citizenship",
                    "a_number",
                    "booking_number",
                    "language",
                    "attorney",
                    "designee",
                ),
                name="person_is_sealed",
            ),
            models.CheckConstraint(
                condition=Q(date_of_birth_answer="known", date_of_birth__isnull=False)
                | (~Q(date_of_birth_answer="known") & Q(date_of_birth__isnull=True)),
                name="person_birth_date_matches_answer",
            ),
        ]

    def __str__(self) -> str:
        return f"Person of request {self.ice_request_id}"

    @property
    def full_name(self) -> str:
        return ", ".join(part for part in (self.family_names, self.given_names) if part)

    @property
    def masked_name(self) -> str:
        """Initials only, for lists and for readers who need no more.

        A list goes on showing the row of which nothing can be read.
        """
        try:
            words = f"{self.given_names} {self.family_names}".split()
        except Destroyed:
            return "Destroyed"
        except CannotBeOpened:
            return "Cannot be opened"
        return " ".join(f"{word[0]}." for word in words if word[0].isalpha()) or "–"


class Custody(SealedFact):
    """Whether and how the person is under the agency's control."""

    ice_request = models.OneToOneField(
        IceRequest, on_delete=models.PROTECT, related_name="custody"
    )
    under_control = models.CharField(
        max_length=8, choices=Answer, default=Answer.UNKNOWN
    )
    booked_at = models.DateTimeField(null=True, blank=True)
    release_expected_at = models.DateTimeField(null=True, blank=True)
    release_eligible_at = models.DateTimeField(null=True, blank=True)
    narrative = SealedTextField()

    class Meta:
        verbose_name_plural = "custodies"
        constraints = [
            models.CheckConstraint(
                condition=is_sealed("narrative"), name="custody_is_sealed"
            ),
            models.CheckConstraint(
                condition=Q(booked_at__isnull=True)
                | Q(release_expected_at__isnull=True)
                | Q(release_expected_at__gte=F("booked_at")),
                name="custody_release_expected_after_booking",
            ),
            models.CheckConstraint(
                condition=Q(booked_at__isnull=True)
                | Q(release_eligible_at__isnull=True)
                | Q(release_eligible_at__gte=F("booked_at")),
                name="custody_release_eligible_after_booking",
            ),
        ]

    def __str__(self) -> str:
        return f"Custody of request {self.ice_request_id}"


class LegalBasis(models.Model):
    """The facts that grounds and exceptions rest on, as far as they are known."""

    class Authorization(models.TextChoices):
        PERSON = "person", "In writing by the person"
        PARENT_OR_GUARDIAN = "parent_or_guardian", "In writing by a parent or guardian"
        NONE = "none", "None"
        UNKNOWN = "unknown", "Not known"
        REFUSED = "refused", "Refused to say"

    class ProbableCause(models.TextChoices):
        FINAL_ORDER = "final_order", "Final order of removal"
        PENDING = "pending", "Pending removal proceedings"
        BIOMETRIC = "biometric", "Biometric confirmation and records check"
        STATEMENTS = "statements", "Statements or other reliable evidence"

    class Ground2014(models.TextChoices):
        PENDING_CHARGES = "pending_charges_no_bond", "Pending charges, bond not posted"
        ARREST_WARRANT = "arrest_warrant_ct", "Outstanding Connecticut arrest warrant"
        GANG = "gang_database", "Known gang member in a database"
        FINAL_ORDER = "final_order", "Final order of deportation or removal"
        SAFETY = "public_safety_risk", "Unacceptable risk to public safety"

    ice_request = models.OneToOneField(
        IceRequest, on_delete=models.PROTECT, related_name="legal_basis"
    )
    convictions_listing = models.CharField(
        max_length=8, choices=Listing, default=Listing.UNKNOWN
    )
    warrants_listing = models.CharField(
        max_length=8, choices=Listing, default=Listing.UNKNOWN
    )
    terrorist_screening_match = models.CharField(
        max_length=8, choices=Answer, default=Answer.UNKNOWN
    )
    order_1225d4B = models.CharField(  # noqa: N815 the section's own lettering
        max_length=8, choices=Answer, default=Answer.UNKNOWN
    )
    ice_subpoena = models.CharField(
        max_length=8, choices=Answer, default=Answer.UNKNOWN
    )
    grounds_2014_listing = models.CharField(
        max_length=8, choices=Listing, default=Listing.UNKNOWN
    )
    grounds_2014 = ArrayField(
        models.CharField(max_length=30, choices=Ground2014), default=list, blank=True
    )
    probable_cause = ArrayField(
        models.CharField(max_length=12, choices=ProbableCause),
        default=list,
        blank=True,
    )
    resume_custody = models.CharField(
        "Box 2: DHS intends to resume custody",
        max_length=8,
        choices=Answer,
        default=Answer.UNKNOWN,
    )
    instrument_signed = models.CharField(
        max_length=8, choices=Answer, default=Answer.UNKNOWN
    )
    instrument_signed_date = models.DateField(null=True, blank=True)
    written_authorization = models.CharField(
        max_length=20, choices=Authorization, default=Authorization.UNKNOWN
    )
    terrorism_investigation = models.CharField(
        max_length=8, choices=Answer, default=Answer.UNKNOWN
    )
    otherwise_required_by_law = models.CharField(
        max_length=8, choices=Answer, default=Answer.UNKNOWN
    )
    publicly_available = models.CharField(
        max_length=8, choices=Answer, default=Answer.UNKNOWN
    )

    class Meta:
        verbose_name_plural = "legal bases"

    def __str__(self) -> str:
        return f"Legal basis of request {self.ice_request_id}"


def _only_removed(name: str, fields: list[str]) -> list[pgtrigger.Trigger]:
    """A row of facts is marked as removed; it is not rewritten and not deleted."""
    return [
        pgtrigger.ReadOnly(name=f"{name}_is_never_edited", fields=fields),
        pgtrigger.Protect(name=f"{name}_is_kept", operation=pgtrigger.Delete),
    ]


class Conviction(models.Model):
    """One charge and what a court made of it."""

    class FelonyClass(models.TextChoices):
        A = "A", "Class A felony"
        B = "B", "Class B felony"
        C = "C", "Class C felony"
        D = "D", "Class D felony"
        E = "E", "Class E felony"
        UNCLASSIFIED = "unclassified", "Unclassified felony"
        MISDEMEANOR = "misdemeanor", "Misdemeanor"

    class Disposition(models.TextChoices):
        CONVICTED = "convicted", "Convicted"
        PENDING = "pending", "Pending"
        NOLLE = "nolle", "Nolle"
        DISMISSED = "dismissed", "Dismissed"
        ACCELERATED = "accelerated_rehabilitation", "Accelerated rehabilitation"
        YOUTHFUL = "youthful_offender", "Youthful offender"

    class Inchoate(models.TextChoices):
        ATTEMPT = "attempt", "Attempt"
        CONSPIRACY = "conspiracy", "Conspiracy"

    ice_request = models.ForeignKey(
        IceRequest, on_delete=models.PROTECT, related_name="convictions"
    )
    section = models.CharField(max_length=40, blank=True)
    subdivision = models.CharField(max_length=20, blank=True)
    felony_class = models.CharField(max_length=14, choices=FelonyClass, blank=True)
    jurisdiction = models.CharField(max_length=5, blank=True)
    disposition = models.CharField(max_length=30, choices=Disposition, blank=True)
    inchoate = models.CharField(max_length=10, choices=Inchoate, blank=True)
    offense_date = models.DateField(null=True, blank=True)
    is_removed = models.BooleanField(default=False)

    class Meta:
        triggers = _only_removed(
            "conviction",
            ["ice_request", "section", "subdivision", "felony_class", "jurisdiction"]
            + ["disposition", "inchoate", "offense_date"],
        )

    def __str__(self) -> str:
        return f"{self.section} {self.disposition}"


class Warrant(SealedFact):
    """One warrant and the checklist a clerk goes through with it."""

    class Form(models.TextChoices):
        I_200 = "I-200", "I-200, warrant for arrest (DHS)"
        I_205 = "I-205", "I-205, warrant of removal (DHS)"
        I_862 = "I-862", "I-862, notice to appear (DHS)"
        I_203 = "I-203", "I-203, order to detain or release (DHS)"
        REMOVAL_ORDER = "removal_order", "Removal order"
        AO_442 = "AO-442", "AO 442, federal arrest warrant"
        AO_93 = "AO-93", "AO 93, federal search warrant"
        STATE = "state", "Warrant of a Connecticut court"
        OTHER = "other", "Another paper"

    class Signer(models.TextChoices):
        STATE_JUDGE = "state_judge", "Connecticut judge"
        FEDERAL_JUDGE = "federal_judge", "Federal judge"
        MAGISTRATE = "federal_magistrate_judge", "U.S. magistrate judge"
        IMMIGRATION_JUDGE = "immigration_judge", "Immigration judge"
        IMMIGRATION_OFFICER = "immigration_officer", "Immigration officer"
        COURT_CLERK = "court_clerk", "Court clerk"
        OUT_OF_STATE = "out_of_state_judge", "Judge of another state"
        UNKNOWN = "unknown", "Cannot be read or not known"

    ice_request = models.ForeignKey(
        IceRequest, on_delete=models.PROTECT, related_name="warrants"
    )
    form = models.CharField(max_length=14, choices=Form)
    signed_by = models.CharField(max_length=26, choices=Signer, default=Signer.UNKNOWN)
    court = models.CharField(max_length=120, blank=True)
    docket_number = SealedTextField()
    heading_names_court = models.CharField(
        max_length=8, choices=Answer, default=Answer.UNKNOWN
    )
    has_docket_number = models.CharField(
        max_length=8, choices=Answer, default=Answer.UNKNOWN
    )
    names_person = models.CharField(
        max_length=8, choices=Answer, default=Answer.UNKNOWN
    )
    is_current = models.CharField(max_length=8, choices=Answer, default=Answer.UNKNOWN)
    orders_the_act = models.CharField(
        max_length=8, choices=Answer, default=Answer.UNKNOWN
    )
    accompanies_detainer = models.CharField(
        max_length=8, choices=Answer, default=Answer.UNKNOWN
    )
    is_removed = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=is_sealed("docket_number"), name="warrant_is_sealed"
            ),
        ]
        triggers = _only_removed(
            "warrant",
            ["ice_request", "form", "signed_by", "court", "docket_number"]
            + ["heading_names_court", "has_docket_number", "names_person"]
            + ["is_current", "orders_the_act", "accompanies_detainer"],
        )

    def __str__(self) -> str:
        return self.form
