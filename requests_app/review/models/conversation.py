"""What people say to each other about a request: notes, questions, messages."""

import pgtrigger
from django.db import models
from django.db.models import F, Q

from requests_app.accounts.models import Agency, Role, Unit, User
from requests_app.docket.models import IceRequest, SealedFact
from requests_app.ledger.models import new_public_id
from requests_app.vault.fields import SealedTextField, is_sealed

NOTE_MINUTES = 5


class NoteKind(models.TextChoices):
    """Who a note is for."""

    INTERNAL = "internal", "Internal"
    FOR_RELEASE = "for_release", "For release"


class Note(SealedFact):
    """What somebody wrote on a request. Its writer may mend it for five minutes."""

    public_id = models.CharField(max_length=22, unique=True, default=new_public_id)
    ice_request = models.ForeignKey(
        IceRequest, on_delete=models.PROTECT, related_name="notes"
    )
    kind = models.CharField(max_length=12, choices=NoteKind)
    text = SealedTextField()
    is_urgent = models.BooleanField(default=False)
    written_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    written_as = models.CharField(max_length=20, choices=Role)
    written_at = models.DateTimeField()
    edited_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(text__isnull=False) & is_sealed("text"),
                name="note_has_a_text",
            ),
        ]
        indexes = [
            models.Index(fields=["ice_request", "id"], name="note_by_request"),
        ]
        triggers = [
            pgtrigger.Protect(name="note_is_kept", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="note_is_its_writers",
                fields=["public_id", "seal_id", "ice_request", "written_by"]
                + ["written_as", "written_at"],
            ),
            pgtrigger.Trigger(
                name="note_is_append_only_after_five_minutes",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                func=f"""
                    IF clock_timestamp()
                       > OLD.written_at + interval '{NOTE_MINUTES} minutes'
                    THEN
                        RAISE EXCEPTION 'a note is mended within five minutes';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"Note {self.public_id}"


class Mention(models.Model):
    """Somebody named in a note, who is told of it."""

    note = models.ForeignKey(Note, on_delete=models.PROTECT, related_name="mentions")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    # The unit that was named, when the person is told as one of those who work there.
    unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["note", "user"], name="mention_once_a_note"
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="mention_is_never_edited",
                operation=pgtrigger.Update | pgtrigger.Delete,
            ),
        ]

    def __str__(self) -> str:
        return f"Mention in {self.note_id}"


class QuestionKind(models.TextChoices):
    """A question leaves the request where it is; a return sends it to the filer."""

    QUESTION = "question", "Question"
    CORRECTION = "correction", "Return for correction"


class QuestionCode(models.TextChoices):
    """What is asked about, in a code that can be counted."""

    IDENTITY = "identity", "Who the person is"
    CUSTODY = "custody", "Custody and release"
    CONVICTIONS = "convictions", "Charges and convictions"
    WARRANT = "warrant", "The warrant or order"
    INSTRUMENT = "instrument", "The form and what it asks"
    TIMES = "times", "Dates and times"
    NOTICES = "notices", "Notices to the person"
    OTHER = "other", "Something else"


class QuestionQuerySet(models.QuerySet):
    """Adjectives for questions."""

    def open(self) -> "QuestionQuerySet":
        return self.filter(answered_at__isnull=True, withdrawn_at__isnull=True)


class Question(SealedFact):
    """What a decider asks of whoever filed, by when, and the answer."""

    public_id = models.CharField(max_length=22, unique=True, default=new_public_id)
    ice_request = models.ForeignKey(
        IceRequest, on_delete=models.PROTECT, related_name="questions"
    )
    kind = models.CharField(max_length=10, choices=QuestionKind)
    code = models.CharField(max_length=12, choices=QuestionCode)
    text = SealedTextField()
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    asked_as = models.CharField(max_length=20, choices=Role)
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField()
    answer = SealedTextField()
    answered_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    answered_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = QuestionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(text__isnull=False) & is_sealed("text", "answer"),
                name="question_has_a_text",
            ),
            models.CheckConstraint(
                condition=Q(due_at__gt=F("asked_at")), name="question_is_due_later"
            ),
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True, answered_by__isnull=True)
                | Q(answered_at__isnull=False, answered_by__isnull=False),
                name="question_answer_is_whole",
            ),
            models.UniqueConstraint(
                fields=["ice_request"],
                condition=Q(
                    kind="correction",
                    answered_at__isnull=True,
                    withdrawn_at__isnull=True,
                ),
                name="question_one_return_at_a_time",
            ),
        ]
        indexes = [
            models.Index(fields=["ice_request", "id"], name="question_by_request"),
            models.Index(
                fields=["due_at", "id"],
                condition=Q(answered_at__isnull=True, withdrawn_at__isnull=True),
                name="question_open",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="question_is_kept", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="question_is_what_was_asked",
                fields=["public_id", "seal_id", "ice_request", "kind", "code", "text"]
                + ["asked_by", "asked_as", "asked_at", "due_at"],
            ),
            pgtrigger.Protect(
                name="question_is_answered_once",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    "OLD.answered_at IS NOT NULL OR OLD.withdrawn_at IS NOT NULL"
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.get_code_display()

    @property
    def is_open(self) -> bool:
        return self.answered_at is None and self.withdrawn_at is None


class MessageKind(models.TextChoices):
    """What a person is told inside the portal. Never a name, never a fact."""

    ASSIGNED = "assigned", "A request was given to you"
    MENTIONED = "mentioned", "You were named in a note"
    ASKED = "asked", "A question waits for your answer"
    ANSWERED = "answered", "Your question was answered"
    RETURNED = "returned", "A request was returned for correction"
    CORRECTED = "corrected", "A request you returned was corrected"
    WARNING = "warning", "A clock is about to lapse"
    LAPSED = "lapsed", "A clock has lapsed"
    ESCALATED = "escalated", "A request was passed up to you"
    HANDED_OVER = "handed_over", "Requests were handed over to you"
    VIEW = "view", "A saved view has news"
    BULK = "bulk", "A bulk order is done"
    RESCREENED = "rescreened", "A change of law altered findings"
    FILE_READY = "file_ready", "A file you asked for is ready"


class MessageQuerySet(models.QuerySet):
    """Adjectives for messages."""

    def of(self, user) -> "MessageQuerySet":
        return self.filter(user=user)

    def unread(self) -> "MessageQuerySet":
        return self.filter(read_at__isnull=True)


class Message(models.Model):
    """One notice inside the portal, to one person."""

    public_id = models.CharField(max_length=22, unique=True, default=new_public_id)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    # Without an agency: of the whole state, to its auditors.
    agency = models.ForeignKey(
        Agency, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    kind = models.CharField(max_length=12, choices=MessageKind)
    ice_request = models.ForeignKey(
        IceRequest, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    sent_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["user", "-id"], name="message_of_a_person"),
            models.Index(
                fields=["user"],
                condition=Q(read_at__isnull=True),
                name="message_unread",
            ),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()


class Looking(models.Model):
    """Who has the page of a request open, and since when that was last heard."""

    ice_request = models.ForeignKey(
        IceRequest, on_delete=models.CASCADE, related_name="+"
    )
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    heard_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "looking"
        constraints = [
            models.UniqueConstraint(
                fields=["ice_request", "user"], name="looking_once_a_person"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} at {self.ice_request_id}"
