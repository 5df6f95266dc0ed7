"""The history of one subject as a file that anybody can verify without the portal.

Its reader is `verify_history.py` at the root of the repository, which shares no code
with this; the form is described there and in docs/assurance.md.
"""

from dataclasses import dataclass

from django.db import connection

from requests_app.ledger import content, notes, tree
from requests_app.ledger.models import Checkpoint, Entry, RowChange
from requests_app.ledger.notes import Verifier

FORMAT = "detainer-desk-history-1"
LEAVES_AT_ONCE = 20_000


class NotYetSigned(LookupError):
    """No checkpoint covers the newest entry yet; is the signer running?"""


@dataclass(frozen=True)
class _Place:
    index: int
    line: bytes


def export(*, subject: str, verifier: Verifier, last: int | None = None) -> dict:
    """Entries, proofs, checkpoint and key of one subject. Call in a snapshot.

    With `last`, no entry of a later number: what is exported up to an entry of its own
    needs no snapshot, for the leaves under a checkpoint never change.

    Reads every leaf hash once, so it takes longer as the history grows: about four
    seconds for a million.

    Raises NotYetSigned.
    """
    checkpoint = Checkpoint.objects.order_by("-size").first()
    places = _places(subject, last)
    if checkpoint is None or places[-1].index >= checkpoint.size:
        raise NotYetSigned("No checkpoint covers the newest entry yet.")
    notes.open_note(checkpoint.note, verifier)
    ranges = {
        place.index: tree.inclusion_ranges(place.index, checkpoint.size)
        for place in places
    }
    wanted = {
        node
        for some in ranges.values()
        for one in some
        for node in tree.nodes_within(*one)
    }
    nodes = tree.gather(_leaves(checkpoint.size), wanted)
    return {
        "format": FORMAT,
        "subject": subject,
        "key": verifier.to_text(),
        "checkpoint": checkpoint.note,
        "entries": [
            {
                "index": place.index,
                "content": place.line.decode(),
                "proof": [
                    step.hex() for step in tree.prove(ranges[place.index], nodes)
                ],
            }
            for place in places
        ],
    }


def _places(subject: str, last: int | None) -> list[_Place]:
    rows = Entry.objects.about(subject).select_related("leaf").order_by("seq")
    entries = list(rows if last is None else rows.filter(seq__lte=last))
    changes: dict[int, list] = {}
    rows = RowChange.objects.filter(entry__in=[entry.pk for entry in entries])
    for row in rows.order_by("id"):
        digest = bytes(row.digest).hex()
        changes.setdefault(row.entry_id, []).append(
            (row.table_name, row.row_id, row.op, row.shape_id, digest)
        )
    return [
        _Place(entry.leaf.idx, _line(entry, changes.get(entry.pk, ())))
        for entry in entries
    ]


def _line(entry: Entry, changes) -> bytes:
    return content.line(
        id=entry.public_id,
        event=entry.event,
        at=entry.at,
        actor=entry.actor,
        role=entry.role,
        agency=entry.agency,
        subject=entry.subject,
        seq=entry.seq,
        outcome=entry.outcome,
        body=entry.body,
        sealed_at=entry.leaf.sealed_at,
        changes=changes,
    )


def _leaves(size: int):
    """The hashes of the first `size` leaves, streamed."""
    connection.ensure_connection()
    with connection.connection.cursor("ledger_leaves", binary=True) as cursor:
        cursor.itersize = LEAVES_AT_ONCE
        cursor.execute(
            "SELECT hash FROM requests_app_leaf WHERE idx < %s ORDER BY idx", [size]
        )
        for (hashed,) in cursor:
            yield hashed
