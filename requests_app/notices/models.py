"""Notices owed to the person a request concerns."""

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from requests_app.accounts.models import Agency, User
from requests_app.docket.models import Act, IceRequest, SealedFact
from requests_app.documents.models import Document
from requests_app.ledger.models import new_public_id
from requests_app.vault.fields import SealedJSONField, SealedTextField, is_sealed


class NoticeKind(models.TextChoices):
    """The papers of (e)(1)."""

    DETAINER_COPY = "detainer_copy", "Copy of the detainer"
    INTENT = "intent", "Whether the agency intends to comply"
    NOTIFICATION_COPY_PERSON = (
        "notification_copy_person",
        "Copy of the notification and the written reason, to the person",
    )
    NOTIFICATION_COPY_ATTORNEY = (
        "notification_copy_attorney",
        "Copy of the notification and the written reason, to attorney or designee",
    )


class ServiceMethod(models.TextChoices):
    """How a notice reached its reader."""

    BY_HAND = "by_hand", "By hand"
    INTERPRETER = "interpreter", "By hand, with an interpreter"
    MAIL = "mail", "Post"
    EMAIL = "email", "E-mail"
    TELEPHONE = "telephone", "Telephone, read aloud"
    REFUSED = "refused", "Offered and refused"
    EFFORT = "effort", "Good-faith effort, not reached"


# A copy is paper in hand; only the designee may be owed an effort, and only the
# agency's intent can be said aloud: the words of (e)(1).
METHODS = {
    NoticeKind.DETAINER_COPY: ("by_hand", "interpreter", "mail", "email", "refused"),
    NoticeKind.INTENT: tuple(
        one for one in ServiceMethod.values if one != ServiceMethod.EFFORT
    ),
    NoticeKind.NOTIFICATION_COPY_PERSON: (
        "by_hand",
        "interpreter",
        "mail",
        "email",
        "refused",
    ),
    NoticeKind.NOTIFICATION_COPY_ATTORNEY: (
        "by_hand",
        "mail",
        "email",
        "refused",
        "effort",
    ),
}


class NoticeQuerySet(models.QuerySet):
    """Adjectives for notices."""

    def owed(self) -> "NoticeQuerySet":
        return self.filter(served_at__isnull=True)

    def served(self) -> "NoticeQuerySet":
        return self.filter(served_at__isnull=False)

    def showing_reasons(self) -> "NoticeQuerySet":
        """With `shows_reason`: the paper that was given is kept here, or a proof of it.

        A good-faith effort reached nobody, so it shows all that can be shown.
        """
        given = Attempt.objects.filter(notice=models.OuterRef("pk")).exclude(
            outcome=Attempt.Outcome.NOT_REACHED
        )
        kept = given.filter(Q(issue__document__isnull=False) | Q(proof__isnull=False))
        return self.annotate(
            shows_reason=models.Exists(kept) | Q(served_how=ServiceMethod.EFFORT)
        )


class Notice(models.Model):
    """One paper owed to one reader, for one request or one act."""

    public_id = models.CharField(max_length=22, unique=True, default=new_public_id)
    ice_request = models.ForeignKey(
        IceRequest, on_delete=models.PROTECT, related_name="notices"
    )
    act = models.ForeignKey(
        Act, on_delete=models.PROTECT, null=True, blank=True, related_name="notices"
    )
    kind = models.CharField(max_length=30, choices=NoticeKind)
    owed_since = models.DateTimeField()
    policy_due_at = models.DateTimeField()
    issued_at = models.DateTimeField(null=True, blank=True)
    rendered_at = models.DateTimeField(null=True, blank=True)
    served_at = models.DateTimeField(null=True, blank=True)
    served_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    served_how = models.CharField(max_length=12, choices=ServiceMethod, blank=True)
    language = models.CharField(max_length=40, blank=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["ice_request", "kind", "act"],
                name="notice_owed_once",
                condition=Q(served_at__isnull=True),
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=Q(
                    served_at__isnull=True, served_by__isnull=True, served_how=""
                )
                | (
                    Q(served_at__isnull=False, served_by__isnull=False)
                    & ~Q(served_how="")
                ),
                name="notice_service_is_whole",
            ),
            models.CheckConstraint(
                condition=Q(served_at__isnull=True) | Q(served_at__gte=F("owed_since")),
                name="notice_served_after_owed",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="notice_is_kept", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="notice_service_is_final",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition("OLD.served_at IS NOT NULL"),
            ),
            pgtrigger.ReadOnly(
                name="notice_duty_is_fixed",
                fields=["ice_request", "act", "kind", "owed_since", "policy_due_at"],
            ),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()


class Language(models.TextChoices):
    """The languages that notices are written in; their words are in `words/`."""

    ENGLISH = "en", "English"
    SPANISH = "es", "Spanish"
    PORTUGUESE = "pt", "Portuguese"
    HAITIAN_CREOLE = "ht", "Haitian Creole"
    FRENCH = "fr", "French"
    POLISH = "pl", "Polish"
    CHINESE = "zh-Hans", "Simplified Chinese"
    ARABIC = "ar", "Arabic"
    ALBANIAN = "sq", "Albanian"


class Issue(SealedFact):
    """A notice put into words for one reader: frozen, and made into a file.

    The newest issue of a notice counts; the earlier ones stay readable. `words` is all
    that the file was made from, the papers named in it with it: the same words give the
    same bytes.
    """

    public_id = models.CharField(max_length=22, unique=True, default=new_public_id)
    ice_request = models.ForeignKey(
        IceRequest, on_delete=models.PROTECT, related_name="issues"
    )
    notice = models.ForeignKey(Notice, on_delete=models.PROTECT, related_name="issues")
    language = models.CharField(max_length=8, choices=Language)
    # The template's version, and whether its words had been reviewed by then.
    template = models.CharField(max_length=40)
    is_reviewed = models.BooleanField(default=False)
    words = SealedJSONField()
    # Printed on the paper; a hash of it answers whether the paper is genuine.
    code = SealedTextField()
    issued_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    issued_at = models.DateTimeField()
    document = models.ForeignKey(
        Document, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    rendered_at = models.DateTimeField(null=True, blank=True)
    # A code that says why no file could be made; empty: none is known.
    failed = models.CharField(max_length=40, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(language__in=Language.values),
                name="issue_language_is_known",
            ),
            models.CheckConstraint(
                condition=Q(words__isnull=False, code__isnull=False)
                & is_sealed("words", "code"),
                name="issue_is_sealed",
            ),
            models.CheckConstraint(
                condition=Q(document__isnull=True, rendered_at__isnull=True)
                | Q(document__isnull=False, rendered_at__isnull=False, failed=""),
                name="issue_rendered_is_whole",
            ),
        ]
        indexes = [models.Index(fields=["notice", "-id"], name="issue_by_notice")]
        triggers = [
            pgtrigger.Protect(name="issue_is_kept", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="issue_words_are_frozen",
                fields=["public_id", "seal_id", "ice_request", "notice", "language"]
                + ["template", "is_reviewed", "words", "code"]
                + ["issued_by", "issued_at"],
            ),
            pgtrigger.Protect(
                name="issue_rendered_is_final",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition("OLD.document_id IS NOT NULL"),
            ),
        ]

    def __str__(self) -> str:
        return f"Issue {self.public_id}"


class Attempt(SealedFact):
    """One attempt to give a notice: who, when, how, in which language, and whether."""

    class Reader(models.TextChoices):
        PERSON = "person", "The person"
        ATTORNEY = "attorney", "The attorney"
        DESIGNEE = "designee", "The person designated"
        GUARDIAN = "guardian", "A parent or guardian"

    class Outcome(models.TextChoices):
        GIVEN = "given", "Given"
        REFUSED = "refused", "Offered and refused"
        NOT_REACHED = "not_reached", "Not reached"

    public_id = models.CharField(max_length=22, unique=True, default=new_public_id)
    ice_request = models.ForeignKey(
        IceRequest, on_delete=models.PROTECT, related_name="attempts"
    )
    notice = models.ForeignKey(
        Notice, on_delete=models.PROTECT, related_name="attempts"
    )
    # Which paper was in hand; none when it was said aloud, or is not the portal's.
    issue = models.ForeignKey(
        Issue, on_delete=models.PROTECT, null=True, blank=True, related_name="attempts"
    )
    tried_at = models.DateTimeField()
    tried_by = SealedTextField()
    how = models.CharField(max_length=12, choices=ServiceMethod)
    outcome = models.CharField(max_length=12, choices=Outcome)
    reader = models.CharField(max_length=10, choices=Reader)
    reader_name = SealedTextField()
    language = models.CharField(max_length=40, blank=True)
    interpreter = SealedTextField()
    words = SealedTextField()
    # The signed paper, or what else shows that it was given.
    proof = models.ForeignKey(
        Document, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome__in=["given", "refused", "not_reached"]),
                name="attempt_outcome_is_known",
            ),
            models.CheckConstraint(
                condition=Q(tried_at__lte=F("recorded_at")),
                name="attempt_happened_before_recorded",
            ),
            models.CheckConstraint(
                condition=is_sealed("tried_by", "reader_name", "interpreter", "words"),
                name="attempt_is_sealed",
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="attempt_is_append_only",
                operation=pgtrigger.Update | pgtrigger.Delete,
            ),
        ]

    def __str__(self) -> str:
        return self.get_outcome_display()


# Whom each notice is for: what is given to another gives nothing.
READERS = {
    NoticeKind.DETAINER_COPY: ("person", "guardian"),
    NoticeKind.INTENT: ("person", "guardian"),
    NoticeKind.NOTIFICATION_COPY_PERSON: ("person", "guardian"),
    NoticeKind.NOTIFICATION_COPY_ATTORNEY: ("attorney", "designee"),
}


class GenuineCode(models.Model):
    """What anybody may ask of a code: whether a notice bears it, and since which day.

    No other column, and no way from here to the notice: `digest` is 40 hexadecimal
    signs of the SHA-256 of a code of 128 random bits (`notices.codes`).
    """

    digest = models.CharField(max_length=64, primary_key=True)
    issued_on = models.DateField()

    class Meta:
        triggers = [
            pgtrigger.Protect(
                name="genuine_code_is_append_only",
                operation=pgtrigger.Update | pgtrigger.Delete,
            ),
        ]

    def __str__(self) -> str:
        return self.digest


class LegalHelp(models.Model):
    """Where legal help is, as an agency prints it on its notices."""

    public_id = models.CharField(max_length=22, unique=True, default=new_public_id)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=120)
    telephone = models.CharField(max_length=40, blank=True)
    address = models.CharField("postal or web address", max_length=160, blank=True)
    hours = models.CharField(max_length=80, blank=True)
    languages = ArrayField(
        models.CharField(max_length=8, choices=Language), default=list, blank=True
    )
    place = models.PositiveSmallIntegerField(default=1)
    added_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "legal help"
        constraints = [
            models.CheckConstraint(
                condition=~Q(telephone="") | ~Q(address=""),
                name="legal_help_can_be_reached",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="legal_help_is_kept", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="legal_help_is_retired_not_edited",
                fields=["public_id", "agency", "name", "telephone", "address"]
                + ["hours", "languages", "added_by", "added_at"],
            ),
        ]

    def __str__(self) -> str:
        return self.name


class TranslationReview(models.Model):
    """That a translator whom the agency names has reviewed the words of a template."""

    public_id = models.CharField(max_length=22, unique=True, default=new_public_id)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    template = models.CharField(max_length=40)
    language = models.CharField(max_length=8, choices=Language)
    translator = models.CharField("certified translator", max_length=120)
    certificate = models.CharField("certificate or agency", max_length=120, blank=True)
    reviewed_on = models.DateField()
    entered_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    entered_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "template", "language"],
                condition=Q(withdrawn_at__isnull=True),
                name="translation_review_once",
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="translation_review_is_kept", operation=pgtrigger.Delete
            ),
            pgtrigger.ReadOnly(
                name="translation_review_is_what_was_entered",
                fields=["public_id", "agency", "template", "language", "translator"]
                + ["certificate", "reviewed_on", "entered_by", "entered_at"],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.template} {self.language}"
