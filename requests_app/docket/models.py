"""The rows of record of one ICE request and of what the agency did."""

from datetime import UTC

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.db.models.expressions import RawSQL

from requests_app.accounts.models import Agency, User
from requests_app.docket import names
from requests_app.ledger.models import new_public_id
from requests_app.vault import blind
from requests_app.vault.fields import (
    SealedDateField,
    SealedListField,
    SealedTextField,
    is_sealed,
)
from requests_app.vault.models import DataKey, SealedRow
from requests_app.vault.sealing import CannotBeOpened, Destroyed


class Answer(models.TextChoices):
    """An answer to a yes-or-no question. Not known and refused are not a no."""

    YES = "yes", "Yes"
    NO = "no", "No"
    UNKNOWN = "unknown", "Not known"
    REFUSED = "refused", "Refused to say"


class Listing(models.TextChoices):
    """Whether a list of rows is the whole of it."""

    SOME = "some", "Yes, listed below"
    NONE = "none", "None, and this was checked"
    UNKNOWN = "unknown", "Not known"
    REFUSED = "refused", "Refused to say"


class Channel(models.TextChoices):
    """How a contact reached the agency."""

    FAX = "fax", "Fax"
    EMAIL = "email", "E-mail"
    TELEPHONE = "telephone", "Telephone"
    IN_PERSON = "in_person", "In person"
    MAIL = "mail", "Post"
    SYSTEM = "system", "Electronic system"
    NONE = "none", "No contact: the agency acted unasked"


class Instrument(models.TextChoices):
    """The paper or the spoken word that carries the asks."""

    I_247A = "I-247A", "Form I-247A, detainer"
    I_247D = "I-247D", "Form I-247D, detainer (2015 to 2017)"
    I_247N = "I-247N", "Form I-247N, notification of release (2015 to 2017)"
    I_247X = "I-247X", "Form I-247X, voluntary transfer (2015 to 2017)"
    I_247G = "I-247G", "Form I-247G, notification only"
    I_247_OLDER = "I-247", "Form I-247, an older edition"
    I_200 = "I-200", "Form I-200, warrant for arrest (administrative)"
    I_205 = "I-205", "Form I-205, warrant of removal (administrative)"
    JUDICIAL_WARRANT = "judicial_warrant", "Judicial warrant"
    ORDER_1225 = "order_1225d4B", "Court order under 8 USC 1225(d)(4)(B)"
    EMAIL = "email", "E-mail without a form"
    TELEPHONE = "telephone", "Telephone call"
    IN_PERSON = "in_person", "Asked in person"
    UNASKED = "unasked", "ICE never asked"


DETAINER_FORMS = (
    Instrument.I_247A,
    Instrument.I_247D,
    Instrument.I_247N,
    Instrument.I_247X,
    Instrument.I_247G,
    Instrument.I_247_OLDER,
)


class Status(models.TextChoices):
    """Where a request stands. Written only by `docket.services.move`."""

    AWAITING = "awaiting", "Awaiting determination"
    AWAITING_SECOND = "awaiting_second", "Awaiting a second person"
    RETURNED = "returned", "Returned for correction"
    DETERMINED = "determined", "Determined"
    RECORDED = "recorded", "Recorded (unasked act)"


MOVES = (
    (Status.AWAITING, Status.AWAITING_SECOND),
    (Status.AWAITING, Status.DETERMINED),
    (Status.AWAITING_SECOND, Status.AWAITING),
    (Status.AWAITING_SECOND, Status.DETERMINED),
    (Status.DETERMINED, Status.AWAITING),
    (Status.AWAITING, Status.RETURNED),
    (Status.AWAITING_SECOND, Status.RETURNED),
    (Status.RETURNED, Status.AWAITING),
    # What was returned can turn out to have every ask decided.
    (Status.RETURNED, Status.DETERMINED),
)


class AskKind(models.TextChoices):
    """What a request wants of the agency."""

    HOLD = "hold", "Hold the person"
    NOTIFY_RELEASE = "notify_release", "Tell ICE the release date and time"
    TRANSFER = "transfer", "Hand the person over"
    INTERVIEW = "interview", "Allow an interview"
    INFORMATION = "information", "Give information"
    FACILITY = "facility", "Use a facility or resources"


class ActKind(models.TextChoices):
    """What an agency may do; the words of the assess contract."""

    DETAIN = "detain", "Held the person"
    ARREST = "arrest", "Arrested the person"
    NOTIFY_RELEASE = "notify_release", "Told ICE the release date or time"
    TRANSFER = "transfer", "Handed the person over"
    INTERVIEW = "interview", "Allowed an interview"
    SHARE_INFORMATION = "share_information", "Gave information"
    PROVIDE_FACILITY = "provide_facility", "Let ICE use a facility or resources"
    FEDERAL_FUNCTION = "federal_function", "Performed an immigration function"
    SUBMIT_FINGERPRINTS = "submit_fingerprints", "Submitted fingerprints"
    QUERY_NCIC = "query_ncic", "Queried NCIC"
    DECLINE = "decline", "Declined"


ACT_OF_ASK = {
    AskKind.HOLD: ActKind.DETAIN,
    AskKind.NOTIFY_RELEASE: ActKind.NOTIFY_RELEASE,
    AskKind.TRANSFER: ActKind.TRANSFER,
    AskKind.INTERVIEW: ActKind.INTERVIEW,
    AskKind.INFORMATION: ActKind.SHARE_INFORMATION,
    AskKind.FACILITY: ActKind.PROVIDE_FACILITY,
}


class Information(models.TextChoices):
    """Kinds of information; the words of the assess contract."""

    RELEASE_DATE = "release_date", "Release date or time"
    CUSTODY_STATUS = "custody_status", "Custody status"
    HOME_ADDRESS = "home_address", "Home address"
    WORK_ADDRESS = "work_address", "Work address"
    SUPERVISION = "supervision", "Probation or parole supervision"
    IMMIGRATION_STATUS = "immigration_status", "Immigration status"
    SEXUAL_ORIENTATION = "sexual_orientation", "Sexual orientation"
    VICTIM = (
        "domestic_or_sexual_violence_victim",
        "Being a victim of domestic violence or sexual assault",
    )
    CRIME_WITNESS = "crime_witness", "Being a crime witness"
    PUBLIC_ASSISTANCE = "public_assistance", "Receiving public assistance"
    FINANCIAL_RECORD = "financial_record", "Tax or other financial records"


# A name searched for has no more words than this; the rest are passed over.
MOST_WORDS = 8


class _FoundBy(RawSQL):
    """The ids of requests that hold one of the tokens, of whatever agency."""

    def __init__(self, tokens: list[int]):
        super().__init__("SELECT ice_requests_found_by(%s::bigint[])", [tokens])


class IceRequestQuerySet(models.QuerySet):
    """Adjectives for requests."""

    def visible_to(self, standing) -> "IceRequestQuerySet":
        """Those of the agencies where the person's roles show requests."""
        if standing.sees_every_agency:
            return self
        return self.filter(agency_id__in=standing.reading_agency_ids)

    def named(self, typed: str, *, agencies) -> "IceRequestQuerySet":
        """Those whose person may bear every word typed, in any order.

        A word may be spelled otherwise by one slip, or sound alike. `agencies` are the
        ids of those to look at: each has an index key of its own.
        """
        words = names.words_of(typed)[:MOST_WORDS]
        found = self if words else self.none()
        for word in words:
            tokens = blind.tokens_to_seek(names.traces(word), agencies=agencies)
            found = found.filter(pk__in=_FoundBy(tokens))
        return found

    def identified(self, purpose: str, value: str, *, agencies):
        """Those with exactly this number, or family name and birth date.

        `purpose` is one of `vault.blind`; `value` is made comparable here.
        """
        pair = (purpose, names.comparable(value))
        tokens = blind.tokens_to_seek([pair], agencies=agencies)
        return self.filter(pk__in=_FoundBy(tokens))

    def with_keys(self) -> "IceRequestQuerySet":
        """With their data keys, so that opening a column asks the database nothing."""
        return self.select_related("data_key")

    def filed_by_user(self, user) -> "IceRequestQuerySet":
        return self.filter(filed_by=user)

    def newest_first(self) -> "IceRequestQuerySet":
        return self.order_by("-id")

    def older_than(self, request_id: int) -> "IceRequestQuerySet":
        return self.filter(id__lt=request_id)


class IceRequest(SealedRow):
    """One contact from a federal immigration authority, or one act nobody asked for.

    An act that ICE never asked for gets a numbered record of its own, with the
    instrument `unasked`, so that findings, flags and history have one home
    (docs/decisions/0003-unasked-acts-get-a-number.md).
    """

    public_id = models.CharField(max_length=22, unique=True, default=new_public_id)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    number = models.CharField(max_length=24, unique=True)
    filed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    filed_at = models.DateTimeField()
    received_at = models.DateTimeField()
    late_reason = SealedTextField()
    channel = models.CharField(max_length=12, choices=Channel)
    instrument = models.CharField(max_length=20, choices=Instrument)
    sender_office = models.CharField(max_length=120, blank=True)
    sender_officer = SealedTextField()
    sender_contact = SealedTextField()
    event_number = SealedTextField()
    subject_id = SealedTextField()
    status = models.CharField(max_length=16, choices=Status, default=Status.AWAITING)
    rev = models.PositiveIntegerField(default=1)
    # Who corrected the facts last: that person does not decide on them.
    corrected_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    submit_id = models.UUIDField()
    data_key = models.ForeignKey(DataKey, on_delete=models.PROTECT, related_name="+")
    # Tokens of names and numbers, and the key they were made with: `services.index`.
    found_by = ArrayField(models.BigIntegerField(), default=list, blank=True)
    index_key = models.CharField(max_length=200, blank=True)

    objects = IceRequestQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["filed_by", "submit_id"], name="ice_request_submitted_once"
            ),
            models.CheckConstraint(
                condition=Q(status__in=Status.values), name="ice_request_status_known"
            ),
            models.CheckConstraint(
                condition=Q(received_at__lte=F("filed_at")),
                name="ice_request_received_before_filed",
            ),
            models.CheckConstraint(
                condition=is_sealed(
                    "late_reason",
                    "sender_officer",
                    "sender_contact",
                    "event_number",
                    "subject_id",
                ),
                name="ice_request_is_sealed",
            ),
        ]
        indexes = [
            GinIndex(fields=["found_by"], name="ice_request_found_by"),
            models.Index(fields=["agency", "-id"], name="ice_request_by_agency"),
            models.Index(fields=["filed_by", "-id"], name="ice_request_by_filer"),
            models.Index(
                fields=["agency", "status", "-id"], name="ice_request_by_status"
            ),
        ]
        triggers = [
            pgtrigger.FSM(
                name="ice_request_status_moves_along_its_table",
                field="status",
                transitions=[(str(a), str(b)) for a, b in MOVES],
            ),
            # The FSM above guards updates only.
            pgtrigger.Trigger(
                name="ice_request_begins_at_the_beginning",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func="""
                    IF NEW.status NOT IN ('awaiting', 'recorded') THEN
                        RAISE EXCEPTION 'a request begins awaiting or recorded';
                    END IF;
                    RETURN NEW;
                """,
            ),
            # Who filed decides who may not decide: it never changes.
            pgtrigger.ReadOnly(
                name="ice_request_origin_is_fixed",
                fields=[
                    "agency",
                    "number",
                    "public_id",
                    "filed_by",
                    "filed_at",
                    "received_at",
                    "instrument",
                    "channel",
                    "submit_id",
                ],
            ),
            pgtrigger.Protect(name="ice_request_is_kept", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return self.number

    def sealing_key_id(self):
        return self.data_key_id

    def refuse_if_shredded(self) -> None:
        """Raise Destroyed when nothing personal of it exists any more."""
        if self.data_key.is_shredded:
            raise Destroyed(self.data_key.authority)

    @property
    def is_unasked(self) -> bool:
        return self.instrument == Instrument.UNASKED


class SealedFact(SealedRow):
    """A row of one request, sealed under that request's data key."""

    class Meta:
        abstract = True

    def sealing_key_id(self):
        return self.ice_request.data_key_id


class NumberSeries(models.Model):
    """The last number given at an agency in a year."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name_plural = "number series"
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "year"], name="number_series_once_a_year"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.agency_id} {self.year} {self.last}"


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


class Ask(models.Model):
    """One thing a request wants. Determined on its own."""

    public_id = models.CharField(max_length=22, unique=True, default=new_public_id)
    ice_request = models.ForeignKey(
        IceRequest, on_delete=models.PROTECT, related_name="asks"
    )
    kind = models.CharField(max_length=16, choices=AskKind)
    information = ArrayField(
        models.CharField(max_length=40, choices=Information), default=list, blank=True
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["ice_request", "kind"], name="ask_once_a_request"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=AskKind.values), name="ask_kind_is_known"
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="ask_is_never_edited",
                operation=pgtrigger.Update | pgtrigger.Delete,
            ),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()

    @property
    def act_kind(self) -> str:
        return ACT_OF_ASK[self.kind]


class Act(SealedFact):
    """Something the agency did. Never edited: a wrong entry gets a correcting one."""

    public_id = models.CharField(max_length=22, unique=True, default=new_public_id)
    ice_request = models.ForeignKey(
        IceRequest, on_delete=models.PROTECT, related_name="acts"
    )
    ask = models.ForeignKey(
        Ask, on_delete=models.PROTECT, null=True, blank=True, related_name="acts"
    )
    kind = models.CharField(max_length=20, choices=ActKind)
    happened_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    late_reason = SealedTextField()
    done_by = SealedTextField()
    information = ArrayField(
        models.CharField(max_length=40, choices=Information), default=list, blank=True
    )
    head_reviewed = models.CharField(
        max_length=8, choices=Answer, default=Answer.UNKNOWN
    )
    copy_to_person = models.CharField(
        max_length=8, choices=Answer, default=Answer.UNKNOWN
    )
    copy_to_attorney_or_designee = models.CharField(
        max_length=8, choices=Answer, default=Answer.UNKNOWN
    )
    reason_in_writing = models.CharField(
        max_length=8, choices=Answer, default=Answer.UNKNOWN
    )
    staff_minutes = models.PositiveIntegerField(null=True, blank=True)
    cost_cents = models.PositiveIntegerField(null=True, blank=True)
    narrative = SealedTextField()
    submit_id = models.UUIDField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=is_sealed("late_reason", "done_by", "narrative"),
                name="act_is_sealed",
            ),
            models.UniqueConstraint(
                fields=["ice_request", "submit_id"], name="act_submitted_once"
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("happened_at")),
                name="act_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=Q(happened_at__lte=F("recorded_at")),
                name="act_happened_before_recorded",
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="act_is_append_only",
                operation=pgtrigger.Update | pgtrigger.Delete,
            ),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()

    @property
    def hours_held(self) -> float | None:
        if self.kind != ActKind.DETAIN or self.ended_at is None:
            return None
        # Elapsed hours: Python subtracts the clock readings of one local zone.
        held = self.ended_at.astimezone(UTC) - self.happened_at.astimezone(UTC)
        return held.total_seconds() / 3600


class Communication(models.Model):
    """Any contact with the authority, kept for subsection (e)(2)."""

    class Direction(models.TextChoices):
        INCOMING = "in", "From ICE"
        OUTGOING = "out", "To ICE"

    ice_request = models.ForeignKey(
        IceRequest, on_delete=models.PROTECT, related_name="communications"
    )
    direction = models.CharField(max_length=3, choices=Direction)
    channel = models.CharField(max_length=12, choices=Channel)
    at = models.DateTimeField()
    about = models.CharField(max_length=20)
    act = models.ForeignKey(
        Act, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        triggers = [
            pgtrigger.Protect(
                name="communication_is_append_only",
                operation=pgtrigger.Update | pgtrigger.Delete,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.direction} {self.about}"


class Release(SealedFact):
    """That the person left the agency, when and to whom. The newest counts."""

    class To(models.TextChoices):
        COMMUNITY = "community", "To the community"
        COURT = "court", "To a court"
        OTHER_AGENCY = "other_agency", "To another agency"
        ICE = "ice", "To ICE"
        NEVER_HELD = "never_held", "Was never in this agency's custody"

    public_id = models.CharField(max_length=22, unique=True, default=new_public_id)
    ice_request = models.ForeignKey(
        IceRequest, on_delete=models.PROTECT, related_name="releases"
    )
    to_whom = models.CharField(max_length=12, choices=To)
    released_at = models.DateTimeField(null=True, blank=True)
    narrative = SealedTextField()
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=is_sealed("narrative"), name="release_is_sealed"
            ),
            models.CheckConstraint(
                condition=Q(to_whom="never_held", released_at__isnull=True)
                | (~Q(to_whom="never_held") & Q(released_at__isnull=False)),
                name="release_has_its_time",
            ),
            models.CheckConstraint(
                condition=Q(released_at__isnull=True)
                | Q(released_at__lte=F("recorded_at")),
                name="release_happened_before_recorded",
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="release_is_append_only",
                operation=pgtrigger.Update | pgtrigger.Delete,
            ),
        ]

    def __str__(self) -> str:
        return self.get_to_whom_display()
