"""Notices owed to the person a request concerns."""

import pgtrigger
from django.db import models
from django.db.models import F, Q

from requests_app.accounts.models import User
from requests_app.docket.models import Act, IceRequest
from requests_app.ledger.models import new_public_id


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


# A copy is paper in hand; only the attorney or designee may be owed an effort, and only
# the agency's intent can be said aloud: the words of (e)(1).
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
