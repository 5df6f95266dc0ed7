"""Measure how long a million entries take to verify (I5), and hold verifiers together.

Run with `bin/bench verify [ENTRIES]`. On a database of its own, which goes afterwards,
it writes that many sealed entries, as many changes of rows, a tenth of as many rows and
the witnessed checkpoints of a day, and verifies them. Then every line is read by
`verify_history.py` too, and a thousand are compared with what SQL makes of them.
"""

from __future__ import annotations

import json
import os
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.test")

import django  # noqa: E402

django.setup()

import psycopg  # noqa: E402
from django.db import connection, transaction  # noqa: E402

import verify_history  # noqa: E402
from requests_app.accounts import tenancy, watch  # noqa: E402
from requests_app.ledger import (  # noqa: E402
    content,
    definitions,
    history,
    notes,
    tree,
    verifying,
)
from tests import database  # noqa: E402

ENTRIES = 1_000_000
CEILING_SECONDS = 60.0
COMPARED = 1000
CHECKPOINTS = 8640
BEGAN = datetime(2026, 1, 1, tzinfo=UTC)
SIGNER = notes.Signer.generate("bench.example/history")
READ = ("request.read", '{"door":"request_detail"}')
FILED = (
    "request.filed",
    '{"acts":0,"asks":["hold"],"channel":"fax","instrument":"I-247A","late":false,'
    '"number":"SMP-2026-00001","received_at":"2026-03-10T15:00:00+00:00",'
    '"unasked":false}',
)


def main() -> int:
    """Print the times; the exit status says whether all agree within the ceiling."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else ENTRIES
    connection.settings_dict["NAME"] = f"test_desk_bench_{os.getpid()}"
    where = database.make(anew=True)
    try:
        with tempfile.TemporaryDirectory() as home:
            return measure(where, count, Path(home) / "witness.txt")
    finally:
        database.drop(where)


def measure(where: database.Addresses, count: int, witness: Path) -> int:
    with psycopg.connect(where.owner) as owner:
        before = _fill(owner, count, witness)
    with psycopg.connect(where.owner, autocommit=True) as owner:
        owner.execute("VACUUM ANALYZE")
    with transaction.atomic(), connection.cursor() as cursor:
        lines = definitions.found(cursor)
    core = time.process_time()
    result = watch.verify(witness=witness, verifiers=[SIGNER.verifier], expected=lines)
    core = time.process_time() - core
    print(
        f"verify_ledger: {result.leaves} entries in {result.seconds:.1f} s, "
        f"{core:.1f} s of one core in Python"
    )
    wrong = [str(result.difference)] if result.difference else []
    wrong += _read_offline(count)
    wrong += _compare_with_sql(before, count)
    for words in wrong:
        print("DIFFERS:", words)
    if result.seconds > CEILING_SECONDS:
        print(f"longer than {CEILING_SECONDS:.0f} s")
        return 1
    return 1 if wrong else 0


def _fill(owner: psycopg.Connection, count: int, witness: Path) -> int:
    """Write the log with its guards off; the identifier of the last entry before."""
    began = time.monotonic()
    tables = ("entry", "leaf", "rowchange", "checkpoint", "head", "agency")
    for table in tables:
        owner.execute(f"ALTER TABLE requests_app_{table} DISABLE TRIGGER USER")
    rows = count // 10
    digests = _agencies(owner, rows)
    (shape,) = owner.execute(
        "SELECT max(id) FROM requests_app_rowshape"
        " WHERE table_name = 'requests_app_agency'"
    ).fetchone()
    (last,) = owner.execute(
        "SELECT coalesce(max(id), 0) FROM requests_app_entry"
    ).fetchone()
    (size, stack) = owner.execute("SELECT n, stack FROM requests_app_head").fetchone()
    log = _Log(size, list(stack), witness, max(1, count // CHECKPOINTS))
    entries = list(_entries(count, last, list(digests.items()), shape))
    _copy(
        owner,
        "entry",
        "id, public_id, event, at, actor, role, agency, subject, seq, outcome, body",
        ((key, *said.values()) for key, said, _ in entries),
    )
    _copy(
        owner,
        "rowchange",
        "entry_id, table_name, row_id, op, shape_id, digest, txid",
        (
            (key, *change[:4], bytes.fromhex(change[4]), 1)
            for key, _, changes in entries
            for change in changes
        ),
    )
    _copy(
        owner,
        "leaf",
        "idx, entry_id, sealed_at, hash",
        (log.seal(key, said, changes) for key, said, changes in entries),
    )
    log.sign()
    log.keep(owner)
    for table in tables:
        owner.execute(f"ALTER TABLE requests_app_{table} ENABLE TRIGGER USER")
    print(f"written in {time.monotonic() - began:.0f} s")
    return last


class _Log:
    """The tree as it grows, with its checkpoints."""

    def __init__(self, size, stack, witness: Path, every: int):
        self.size, self.stack, self.every = size, stack, every
        self.witness = witness.open("a", encoding="utf-8")
        self.sealed_at = datetime.now(UTC)
        self.notes: list[tuple[int, bytes, str]] = []

    def seal(self, key, said, changes) -> tuple:
        self.sealed_at += timedelta(microseconds=1)
        line = content.line(**said, sealed_at=self.sealed_at, changes=changes)
        leaf = tree.leaf_hash(line)
        place = (self.size, key, self.sealed_at, leaf)
        tree.push(self.stack, self.size, leaf)
        self.size += 1
        if self.size % self.every == 0:
            self.sign()
        return place

    def sign(self) -> None:
        root = tree.fold(self.stack)
        checkpoint = notes.Checkpoint(SIGNER.name, self.size, root)
        note = notes.sign(notes.checkpoint_text(checkpoint), SIGNER)
        if not self.notes or self.notes[-1][0] != self.size:
            self.notes.append((self.size, root, note))
            self.witness.write(note)
        self.witness.flush()

    def keep(self, owner: psycopg.Connection) -> None:
        owner.execute(
            "UPDATE requests_app_head SET n = %s, stack = %s, last_at = %s",
            [self.size, self.stack, self.sealed_at],
        )
        rows = ((*one[:2], self.sealed_at, one[2]) for one in self.notes)
        _copy(owner, "checkpoint", "size, root, at, note", rows)


def _copy(owner: psycopg.Connection, table: str, columns: str, rows) -> None:
    """Fill a table with row security, which COPY itself refuses."""
    owner.execute(
        f"CREATE TEMPORARY TABLE stage AS SELECT {columns}"
        f" FROM requests_app_{table} WHERE false"
    )
    with owner.cursor().copy(f"COPY stage ({columns}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)
    owner.execute(
        f"INSERT INTO requests_app_{table} ({columns}) SELECT {columns} FROM stage"
    )
    owner.execute("DROP TABLE stage")


def _agencies(owner: psycopg.Connection, rows: int) -> dict[str, str]:
    """Rows to verify: identifier and digest of each."""
    owner.execute(
        "INSERT INTO requests_app_agency (public_id, code, name, kind, body,"
        " legislative_body, head_title, decide_within_hours, copy_within_hours)"
        " SELECT lpad(n::text, 22, 'x'), 'B' || n, 'Invented ' || n,"
        " 'municipal_police', 'Town ' || n, 'Town Council', 'Chief', 24, 24"
        " FROM generate_series(1, %s) n",
        [rows],
    )
    found = owner.execute(
        "SELECT r.row_id, encode(r.digest, 'hex') FROM ledger_rows("
        " (SELECT max(id) FROM requests_app_rowshape"
        "  WHERE table_name = 'requests_app_agency')) r"
    ).fetchall()
    return dict(found)


def _entries(count: int, last: int, rows: list, shape: int) -> Iterator[tuple]:
    """Identifier, columns and changes of each entry; every other one is a reading."""
    numbers: dict[str, int] = {}
    told = 0
    for key in range(last + 1, last + count + 1):
        subject = f"s{key % (count // 5 or 1):021d}"
        numbers[subject] = numbers.get(subject, 0) + 1
        event, body = READ if key % 2 else FILED
        body = body.replace("00001", f"{key:06d}")
        changes = []
        for _ in range(0 if key % 2 else 2):
            row, digest = rows[told % len(rows)]
            # Only what each row was made last is what it is now.
            if told < count - len(rows):
                digest = sha256(b"%d" % told).hexdigest()
            op = "I" if told < len(rows) else "U"
            changes.append(("requests_app_agency", row, op, shape, digest))
            told += 1
        said = {
            "id": f"e{key:021d}",
            "event": event,
            "at": BEGAN + timedelta(seconds=key),
            "actor": f"a{key % 500:021d}",
            "role": "clerk",
            "agency": f"SMP{key % 90}",
            "subject": subject,
            "seq": numbers[subject],
            "outcome": "ok",
            "body": body,
        }
        yield key, said, changes


def _read_offline(count: int) -> Iterator[str]:
    """Every line that the portal verifies, read and hashed by `verify_history.py`."""
    began, lines = time.monotonic(), 0
    with verifying.snapshot(), tenancy.as_system():
        places = connection.connection.cursor("bench", binary=True)
        places.execute(verifying._ENTRIES)
        changes = verifying._Changes()
        for idx, sealed_at, hashed, _, *said in places:
            names = ("id", "event", "at", "actor", "role", "agency", "subject", "seq")
            line = content.line(
                **dict(zip((*names, "outcome", "body"), said, strict=True)),
                sealed_at=sealed_at,
                changes=changes.of(idx),
            )
            verify_history.read_entry(line.decode())
            if verify_history.leaf_hash(line) != hashed:
                yield f"leaf {idx} offline"
            lines += 1
    print(f"verify_history.py: {lines} lines in {time.monotonic() - began:.1f} s")
    began, subject = time.monotonic(), f"s{7:021d}"
    with verifying.snapshot(), tenancy.as_system():
        said = history.export(subject=subject, verifier=SIGNER.verifier)
    try:
        verify_history.examine(json.dumps(said).encode())
    except verify_history.Difference as difference:
        # These invented histories do not end with their own export.
        if "the end is missing" not in str(difference):
            yield str(difference)
    print(f"exported and verified one of {count} in {time.monotonic() - began:.1f} s")


def _compare_with_sql(before: int, count: int) -> Iterator[str]:
    """What SQL makes of a thousand lines and leaves."""
    some = random.Random(5).sample(range(before + 1, before + count + 1), COMPARED)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT l.idx FROM requests_app_leaf l WHERE l.entry_id = ANY (%s)"
            " AND l.hash <> sha256('\\x00'::bytea ||"
            " convert_to(ledger_content(l.entry_id), 'UTF8'))",
            [some],
        )
        for (idx,) in cursor.fetchall():
            yield f"leaf {idx} in SQL"
    print(f"SQL: {COMPARED} lines compared")


if __name__ == "__main__":
    sys.exit(main())
