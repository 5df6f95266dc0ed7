"""Views that a person saved: a page with its filters, under a name."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from requests_app.accounts.models import Agency, User
from requests_app.ledger.models import new_public_id


class SavedViewQuerySet(models.QuerySet):
    """Adjectives for saved views."""

    def of(self, user) -> "SavedViewQuerySet":
        return self.filter(owner=user)

    def shared_with(self, standing) -> "SavedViewQuerySet":
        """What colleagues share at the agencies where the person reads."""
        return self.filter(
            is_shared=True, agency_id__in=standing.reading_agency_ids
        ).exclude(owner=standing.user)

    def pinned_by(self, user, page: str) -> "SavedViewQuerySet":
        """Those that stand above a list, at most a dozen."""
        return self.of(user).filter(page=page, is_pinned=True).order_by("name")[:12]

    def subscribed(self) -> "SavedViewQuerySet":
        return self.exclude(tells=SavedView.Tells.NEVER)


class SavedView(models.Model):
    """A list with filters, saved by name, perhaps shared, perhaps subscribed to.

    `filters` is the query of the page's address: codes and dates, never a name.
    """

    class Page(models.TextChoices):
        WORKLIST = "worklist", "Worklist"
        REQUESTS = "requests", "Requests"

    class Tells(models.TextChoices):
        NEVER = "never", "Never"
        AT_ONCE = "at_once", "At once"
        DAILY = "daily", "Once a day"
        WEEKLY = "weekly", "Once a week"
        MORE_THAN = "more_than", "When there are more than"

    public_id = models.CharField(max_length=22, unique=True, default=new_public_id)
    owner = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    page = models.CharField(max_length=8, choices=Page)
    name = models.CharField(max_length=60)
    filters = models.CharField(max_length=500, blank=True)
    is_shared = models.BooleanField(default=False)
    is_pinned = models.BooleanField(default=False)
    tells = models.CharField(max_length=10, choices=Tells, default=Tells.NEVER)
    threshold = models.PositiveIntegerField(null=True, blank=True)
    saved_at = models.DateTimeField()
    told_at = models.DateTimeField(null=True, blank=True)
    # The newest row that its owner has been told of.
    told_until = models.BigIntegerField(default=0)

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "agency", "name"], name="saved_view_named_once"
            ),
            models.CheckConstraint(
                condition=~Q(tells="more_than") | Q(threshold__isnull=False),
                name="saved_view_threshold_is_given",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class OpeningReason(models.TextChoices):
    """Why somebody opens a request that is not his or her own work."""

    COVERING = "covering", "I cover for a colleague"
    SUPERVISION = "supervision", "I supervise the work on it"
    PATTERN = "pattern", "I look into a pattern over several requests"
    QUESTION = "question", "I answer a question about it"
    OTHER = "other", "Another reason of my work"


class ColumnChoice(models.Model):
    """Which columns of a list a person wants, in the person's own order."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    page = models.CharField(max_length=8, choices=SavedView.Page)
    columns = ArrayField(models.CharField(max_length=20), default=list)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "page"], name="column_choice_once_a_page"
            ),
        ]

    def __str__(self) -> str:
        return f"Columns of {self.page}"
