"""Take back the newest entry, as a superuser could, before and after it is signed.

Between two checkpoints lies the window in which a rollback is not seen: `rounds` times
an entry is recorded, signed and taken back with the head set as it was, and the signer
is asked. `python -m pytest tests/ledger/test_signing.py` runs a hundred rounds.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from requests_app.ledger import signing
from requests_app.ledger.models import Head
from tests.database import as_owner

GUARDED = ("leaf", "head")


@dataclass(frozen=True)
class Tally:
    """How many rollbacks were made, and how many the signer refused to pass over."""

    made: int
    found: int


def roll_back(size: int, stack: list[bytes]) -> None:
    """Take the leaves from `size` on away, and say that the tree had that stack."""
    former = ", ".join(f"'\\x{one.hex()}'::bytea" for one in stack)
    as_owner(
        *(f"ALTER TABLE requests_app_{one} DISABLE TRIGGER USER" for one in GUARDED),
        f"DELETE FROM requests_app_leaf WHERE idx >= {size}",
        f"UPDATE requests_app_head SET n = {size}, stack = ARRAY[{former}]::bytea[]",
        "ALTER TABLE requests_app_leaf ENABLE ALWAYS TRIGGER leaf_is_append_only",
        "ALTER TABLE requests_app_head ENABLE ALWAYS TRIGGER head_is_kept",
        "ALTER TABLE requests_app_head ENABLE ALWAYS TRIGGER head_only_advances",
    )


def rollbacks(
    *,
    desk: Callable[[], signing.SigningDesk],
    record: Callable[[], None],
    is_signed: bool,
    rounds: int,
    at: datetime,
) -> Tally:
    """Roll the newest entry back in each round, after it was signed or before."""
    found = 0
    for _ in range(rounds):
        one = desk()
        one.sign(at=at)
        before = Head.objects.get()
        record()
        if is_signed:
            one.sign(at=at)
        roll_back(before.n, [bytes(node) for node in before.stack])
        try:
            one.sign(at=at)
        except signing.RefusedToSign:
            found += 1
            # The round is over: the tree grows again past what was signed.
            record()
            one.state_file.unlink()
            one.witness.path.unlink()
    return Tally(made=rounds, found=found)
