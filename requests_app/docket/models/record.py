"""An ICE request: the row that everything of record hangs on."""

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.db.models.expressions import RawSQL

from requests_app.accounts.models import Agency, User
from requests_app.docket import names
from requests_app.docket.models.choices import (
    MOVES,
    Channel,
    Instrument,
    Origin,
    Status,
)
from requests_app.ledger.models import new_public_id
from requests_app.vault import blind
from requests_app.vault.fields import SealedTextField, is_sealed
from requests_app.vault.models import DataKey, SealedRow
from requests_app.vault.sealing import Destroyed

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
        shown = self.shown()
        if standing.sees_every_agency:
            return shown
        return shown.filter(agency_id__in=standing.reading_agency_ids)

    def shown(self) -> "IceRequestQuerySet":
        """Without those of an import that is not finished, or was undone."""
        return self.filter(Q(batch__isnull=True) | Q(batch__is_shown=True))

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

    def holding(self, tokens: list[int]) -> "IceRequestQuerySet":
        """Those indexed by any of these tokens, as `vault.blind` makes them."""
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


class Batch(models.Model):
    """Requests that came in together and are shown, or taken back, all at once.

    They are filed a few hundred at a time; nobody sees one before the last is there.
    """

    public_id = models.CharField(max_length=22, unique=True, default=new_public_id)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    is_shown = models.BooleanField(default=False)
    shown_at = models.DateTimeField(null=True, blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "batches"
        constraints = [
            models.CheckConstraint(
                condition=Q(is_shown=False)
                | Q(shown_at__isnull=False, undone_at__isnull=True),
                name="batch_is_shown_until_undone",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="batch_is_kept", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="batch_undone_is_final",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition("OLD.undone_at IS NOT NULL"),
            ),
            pgtrigger.ReadOnly(
                name="batch_is_its_agencys", fields=["public_id", "agency"]
            ),
        ]

    def __str__(self) -> str:
        return f"Batch {self.public_id}"


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
    origin = models.CharField(
        max_length=8, choices=Origin, default=Origin.DESK, db_default=Origin.DESK
    )
    # The number printed on the paper form that was filled while the portal was away.
    paper_number = models.CharField(
        max_length=24, blank=True, default="", db_default=""
    )
    batch = models.ForeignKey(
        Batch, on_delete=models.PROTECT, null=True, blank=True, related_name="requests"
    )
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
                condition=Q(origin__in=Origin.values), name="ice_request_origin_known"
            ),
            models.CheckConstraint(
                condition=Q(paper_number="") | Q(origin=Origin.PAPER),
                name="ice_request_of_paper_has_its_number",
            ),
            models.UniqueConstraint(
                fields=["paper_number"],
                condition=~Q(paper_number=""),
                name="ice_request_once_a_paper",
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
                    "origin",
                    "paper_number",
                    "batch",
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
