"""The ledger's tables. Python writes entries only, by `ledger.services.record`.

The rest is written by functions of the database that run as its owner (migration
0014) and, for checkpoints, by the signer's own role.
"""

import secrets

from django.contrib.postgres.fields import ArrayField
from django.db import models


def new_public_id() -> str:
    """An identifier that cannot be guessed: 128 random bits, 22 URL-safe characters.

    None begins with a dash: a command would take it for an option.
    """
    while (token := secrets.token_urlsafe(16)).startswith("-"):
        pass
    return token


class EntryQuerySet(models.QuerySet):
    """Adjectives for reading the history."""

    def about(self, subject: str) -> "EntryQuerySet":
        return self.filter(subject=subject)

    def recorded_between(self, since, until) -> "EntryQuerySet":
        return self.filter(at__gte=since, at__lt=until)

    def earlier_than(self, entry_id: int) -> "EntryQuerySet":
        return self.filter(id__lt=entry_id)

    def newest_first(self) -> "EntryQuerySet":
        return self.order_by("-id")

    def oldest_first(self) -> "EntryQuerySet":
        return self.order_by("id")

    def at_agency(self, codes) -> "EntryQuerySet":
        return self.filter(agency__in=list(codes))


class Entry(models.Model):
    """One thing that happened, in the past participle, with identifiers only.

    Rows refer to people, agencies and requests by public identifier, not by foreign
    key: the ledger is a foundation and calls nothing, and an entry must outlive what
    it speaks of. The trigger that refuses update, delete and truncate is plain SQL
    (migration 0004): no setting of a session passes by it.
    """

    public_id = models.CharField(max_length=22, unique=True, default=new_public_id)
    event = models.CharField(max_length=40)
    at = models.DateTimeField()
    actor = models.CharField(max_length=22)
    role = models.CharField(max_length=20, blank=True)
    agency = models.CharField(max_length=12, blank=True)
    subject = models.CharField(max_length=22)
    seq = models.PositiveIntegerField()
    outcome = models.CharField(max_length=20, default="ok")
    body = models.TextField()

    objects = EntryQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["subject", "seq"], name="entry_seq_once_a_subject"
            ),
        ]
        indexes = [
            # Every list of the history is in the order of time and paged by it, so
            # each index ends in that order: a page is read from one index, in order.
            models.Index(fields=["at", "id"], name="entry_by_at"),
            models.Index(fields=["agency", "at", "id"], name="entry_by_agency_at"),
            models.Index(fields=["event", "at", "id"], name="entry_by_event_at"),
            models.Index(fields=["actor", "at", "id"], name="entry_by_actor_at"),
            models.Index(
                fields=["outcome", "at", "id"],
                condition=~models.Q(outcome="ok"),
                name="entry_by_refusal_at",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject} {self.seq} {self.event}"


class TransactionId(models.Field):
    """PostgreSQL's number of a transaction, which never comes round again (xid8)."""

    def db_type(self, connection) -> str:
        return "xid8"


class CurrentTransaction(models.Func):
    """The number of the transaction that asks; for defaults of columns."""

    function = "pg_current_xact_id"
    output_field = TransactionId()


class Leaf(models.Model):
    """An entry's place in the tree. Written when the transaction commits, and by the
    sealing function of migration 0014 alone.

    `idx` counts from 0 in the order of sealing, without a gap; `hash` is SHA-256 of a
    zero byte and the content line (`ledger.content`).
    """

    idx = models.BigIntegerField(primary_key=True)
    entry = models.OneToOneField(
        Entry, on_delete=models.DO_NOTHING, db_constraint=False, related_name="leaf"
    )
    sealed_at = models.DateTimeField()
    hash = models.BinaryField()

    class Meta:
        verbose_name_plural = "leaves"

    def __str__(self) -> str:
        return f"Leaf {self.idx}"


class Head(models.Model):
    """The one row that says how large the tree is, with its compact stack.

    Whoever seals holds it from the last moment of the transaction to its end, so
    leaves are numbered in the order of commits and times never go back.
    """

    one = models.BooleanField(primary_key=True, default=True)
    n = models.BigIntegerField(default=0)
    stack = ArrayField(models.BinaryField(), default=list)
    last_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(one=True), name="head_is_one"),
        ]

    def __str__(self) -> str:
        return f"{self.n} leaves"


class Checkpoint(models.Model):
    """A signed statement of the tree's size and root, witnessed before it is a row.

    `note` is a C2SP signed note (`ledger.notes`); the witness file, outside the
    database, has it first.
    """

    size = models.BigIntegerField(primary_key=True)
    root = models.BinaryField()
    at = models.DateTimeField()
    note = models.TextField()

    def __str__(self) -> str:
        return f"Checkpoint {self.size}"


class RowShape(models.Model):
    """Which columns of a table a digest is made of. Never edited: the next supersedes.

    `key` is the table's primary key.
    """

    id = models.AutoField(primary_key=True)
    table_name = models.CharField(max_length=63)
    key = models.CharField(max_length=63, default="id")
    columns = ArrayField(models.CharField(max_length=63))

    def __str__(self) -> str:
        return f"{self.table_name} {self.id}"


class RowChange(models.Model):
    """One insert, update or delete of a captured row, and what the row then was.

    Written by the capturing trigger of migration 0014. `digest` is SHA-256 of the
    shape's columns as jsonb text; `op` is I, U or D, and the digest of a deletion is
    that of the row as it was. `entry` is empty until the transaction records its entry
    and is never changed afterwards.
    """

    entry = models.ForeignKey(
        Entry,
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        null=True,
        related_name="changes",
    )
    table_name = models.CharField(max_length=63)
    row_id = models.CharField(max_length=40)
    op = models.CharField(max_length=1)
    shape = models.ForeignKey(
        RowShape,
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        db_index=False,
        related_name="+",
    )
    digest = models.BinaryField()
    txid = TransactionId(db_default=CurrentTransaction())

    class Meta:
        indexes = [
            models.Index(fields=["table_name", "row_id", "-id"], name="rowchange_last"),
            models.Index(
                fields=["txid", "id"],
                condition=models.Q(entry__isnull=True),
                name="rowchange_unbound",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.op} {self.table_name} {self.row_id}"


class Unsealed(models.Model):
    """An entry whose transaction has not committed.

    Whoever commits has emptied it of its own entries, so nobody sees a row of
    another's; at rest it is empty. `upto` is the last change of rows that the entry
    took when it was written.
    """

    entry = models.OneToOneField(
        Entry,
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        primary_key=True,
        related_name="+",
    )
    upto = models.BigIntegerField()

    class Meta:
        verbose_name_plural = "unsealed"

    def __str__(self) -> str:
        return f"Entry {self.entry_id}, not yet sealed"


class VerificationQuerySet(models.QuerySet):
    """Adjectives for what verifying found."""

    def newest(self) -> "Verification | None":
        return self.order_by("-id").first()


class Verification(models.Model):
    """One run over the whole history, and the first difference it found, if any.

    While the newest is not clean the portal only shows what it has. `leaves` and `root`
    are the tree as found, `witnessed` the largest size that the witness file vouches
    for; all are empty when the run came to nothing before it knew them. `check_name`
    is the code of the check that failed, `difference` says it in words without data.
    """

    began_at = models.DateTimeField()
    ended_at = models.DateTimeField()
    leaves = models.BigIntegerField(null=True)
    root = models.BinaryField(null=True)
    witnessed = models.BigIntegerField(null=True)
    is_clean = models.BooleanField()
    check_name = models.CharField(max_length=20, blank=True)
    difference = models.TextField(blank=True)

    objects = VerificationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(is_clean=True, difference="")
                | models.Q(is_clean=False) & ~models.Q(difference=""),
                name="verification_clean_or_not",
            ),
        ]

    def __str__(self) -> str:
        return f"Verification {self.id}: {self.difference or 'clean'}"
