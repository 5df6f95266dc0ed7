"""Verifying the whole history against itself, the witness, the rows and the list.

Reads with one pass over the entries, in one snapshot of the database, and computes
everything anew in Python: a function of the database that was replaced deceives nobody.
Raises nothing for what it finds: the result names the first difference.

What a room above keeps outside the database (stored files) or sealed (commitments of
personal data) it registers with `also` and `deep`.
"""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

from django.db import connection, transaction

from requests_app.ledger import content, definitions, notes, tree
from requests_app.ledger.notes import Checkpoint, Verifier

# The signer makes a checkpoint within ten seconds of news; then comes an outage.
STALE = timedelta(seconds=60)
ROWS_AT_ONCE = 5000

# The root at each size that somebody vouches for.
Roots = dict[int, bytes]
# Digests of notes whose signature was verified.
Notes = dict[int, bytes]
# Yields what is wrong, in words without data. `cursor` reads the snapshot.
Check = Callable[..., Iterator[str]]
_ALSO: dict[str, Check] = {}
_DEEP: dict[str, Check] = {}


@dataclass(frozen=True)
class Difference:
    """The first thing that is not as it must be: which check, what, at which leaf."""

    check: str
    words: str
    leaf: int | None = None


@dataclass(frozen=True)
class Result:
    """What one run found. `witnessed` is the largest size the witness vouches for."""

    leaves: int | None
    root: bytes | None
    witnessed: int | None
    seconds: float
    difference: Difference | None

    @property
    def is_clean(self) -> bool:
        return self.difference is None


class _Differs(Exception):
    def __init__(self, check: str, words: str, leaf: int | None = None):
        super().__init__(words)
        self.difference = Difference(check, words, leaf)


def also(name: str) -> Callable[[Check], Check]:
    """Register the function below as a check that every run makes."""
    return lambda check: _ALSO.setdefault(name, check)


def deep(name: str) -> Callable[[Check], Check]:
    """Register the function below as a check for `--deep`."""
    return lambda check: _DEEP.setdefault(name, check)


@contextmanager
def snapshot() -> Iterator[None]:
    """One transaction that sees the database as of its beginning and changes nothing.

    A context of tenancy is entered inside.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            cursor.execute(
                "SELECT set_config('TimeZone', 'UTC', true),"
                " set_config('bytea_output', 'hex', true),"
                " set_config('IntervalStyle', 'postgres', true),"
                " set_config('search_path', 'pg_catalog, public', true)"
            )
        yield


def verify(
    *,
    witness: Path | None,
    verifiers: Sequence[Verifier],
    expected: Iterable[str] | None = None,
    is_deep: bool = False,
    context: Callable[[], AbstractContextManager] = nullcontext,
) -> Result:
    """Verify in a snapshot; call it outside a transaction.

    `witness` is the file outside the database; without one a history that was rewritten
    from end to end passes. `verifiers` are the public keys of the signer, newest first.
    `expected` are the lines of `definitions`; nothing means the committed ones.
    `context` is entered in the snapshot, so that every row shows.
    """
    began = time.monotonic()
    run = _Run(witness, verifiers)
    difference = None
    try:
        # Before the snapshot: what is witnessed by now, the snapshot has.
        seen = run.read_witness()
        with snapshot(), context():
            run.verify_log(seen)
            _compare_rows()
            _run_checks(_ALSO)
            _compare_definitions(expected)
            if is_deep:
                _run_checks(_DEEP)
    except _Differs as differs:
        difference = differs.difference
    return Result(
        leaves=run.size if run.is_whole else None,
        root=tree.fold(run.stack) if run.is_whole else None,
        witnessed=run.witnessed,
        seconds=time.monotonic() - began,
        difference=difference,
    )


class _Run:
    """The pass over the entries in the order of their leaves."""

    def __init__(self, witness: Path | None, verifiers: Sequence[Verifier]) -> None:
        self.witness = witness
        self.verifiers = verifiers
        self.known: Notes = {}
        self.size = 0
        self.stack: list[bytes] = []
        self.last_at: str | None = None
        self.numbers: dict[str, int] = {}
        self.is_whole = False
        self.witnessed: int | None = None

    def read_witness(self) -> Roots:
        if self.witness is None:
            return {}
        return _read_witness(self.witness, self.verifiers, self.known)

    def verify_log(self, seen: Roots) -> None:
        stated = _read_checkpoints(self.verifiers, self.known)
        changes = _Changes()
        for row in _rows(_ENTRIES, "ledger_entries"):
            self._take(row, changes)
            if self.size in seen:
                self._compare_root("the witness", seen)
            if self.size in stated:
                self._compare_root("its checkpoint", stated)
        changes.refuse_left_over()
        _refuse_any(_UNSEALED, "sealing", "entry {} is not sealed")
        _refuse_any(_UNTAKEN, "sealing", "a change of row {} in {} has no entry")
        self._compare_head()
        self.is_whole = True
        if self.witness is not None:
            self._compare_witness(seen, stated)

    def _compare_witness(self, seen: Roots, stated: Roots) -> None:
        """The log, the witness and the table of checkpoints go equally far.

        The signer shows a checkpoint to the witness before it is a row, so the newest
        may be missing in the table; the newest leaves may be waiting for the signer.
        """
        newest = max(seen)
        if newest > self.size:
            raise _Differs(
                "witness",
                f"the log has {self.size} leaves, and {newest} were witnessed",
            )
        if stated.keys() - seen.keys():
            # Signed since the file was read, or else never witnessed.
            seen = self.read_witness()
        for extra in sorted(stated.keys() - seen.keys()):
            raise _Differs("witness", f"checkpoint {extra} is not in the witness file")
        for lacking in sorted(seen.keys() - stated.keys() - {0}):
            if lacking < newest:
                raise _Differs(
                    "witness", f"checkpoint {lacking} is not in the database"
                )
        self.witnessed = newest
        if self.size > newest:
            _refuse_stale(newest)

    def _compare_root(self, whose: str, roots: Roots) -> None:
        if tree.fold(self.stack) != roots[self.size]:
            raise _Differs(
                "witness",
                f"the root differs from {whose} at size {self.size}",
                self.size - 1,
            )

    def _take(self, row: tuple, changes: "_Changes") -> None:
        idx, sealed_at, hashed, entry_id, *entry = row
        if idx != self.size:
            raise _Differs("index", f"leaf {self.size} is missing", self.size)
        if entry_id is None:
            raise _Differs("sealing", f"leaf {idx} has no entry", idx)
        public_id, event, at, actor, role, agency, subject, seq, outcome, body = entry
        if self.last_at is not None and sealed_at < self.last_at:
            raise _Differs("time", f"leaf {idx} was sealed before the one before", idx)
        try:
            line = content.line(
                id=public_id,
                event=event,
                at=at,
                actor=actor,
                role=role,
                agency=agency,
                subject=subject,
                seq=seq,
                outcome=outcome,
                body=body,
                sealed_at=sealed_at,
                changes=changes.of(idx),
            )
        except content.NotCanonical:
            raise _Differs("content", f"entry {idx} is not canonical", idx) from None
        if tree.leaf_hash(line) != hashed:
            raise _Differs("content", f"entry {idx}: hash differs from its leaf", idx)
        if seq != self.numbers.get(subject, 0) + 1:
            raise _Differs(
                "numbers", f"entry {idx} is not the next of its subject", idx
            )
        self.numbers[subject] = seq
        self.last_at = sealed_at
        tree.push(self.stack, self.size, hashed)
        self.size += 1

    def _compare_head(self) -> None:
        with connection.cursor() as cursor:
            moment = _MOMENT.format("last_at")
            cursor.execute(
                f"SELECT n, stack, {moment} FROM requests_app_head WHERE one"
            )
            head = cursor.fetchone()
        if head is None:
            raise _Differs("head", "the head is missing")
        size, stack, last_at = head
        if size != self.size:
            raise _Differs(
                "head", f"the head says {size} leaves, and there are {self.size}"
            )
        if [bytes(one) for one in stack] != self.stack:
            raise _Differs("head", "the head has another root than the leaves")
        if self.last_at is not None and last_at != self.last_at:
            raise _Differs("head", "the head's time is not that of the last leaf")


class _Changes:
    """The changes of rows, in the order of the leaves whose entries tell of them."""

    def __init__(self) -> None:
        self._rows = _rows(_CHANGES, "ledger_changes")
        self._next = next(self._rows, None)

    def of(self, idx: int) -> list[content.Change]:
        taken = []
        while self._next is not None and self._next[0] == idx:
            taken.append(self._next[1:])
            self._next = next(self._rows, None)
        return taken

    def refuse_left_over(self) -> None:
        if self._next is not None:
            raise _Differs("content", "a change of rows tells of no entry")


# The form of `content.moment`, made by the server while Python hashes.
_MOMENT = """to_char({} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')"""
_ENTRIES = f"""
    SELECT l.idx, {_MOMENT.format("l.sealed_at")}, l.hash, e.id, e.public_id, e.event,
        {_MOMENT.format("e.at")}, e.actor, e.role, e.agency, e.subject, e.seq,
        e.outcome, e.body
    FROM requests_app_leaf l LEFT JOIN requests_app_entry e ON e.id = l.entry_id
    ORDER BY l.idx
"""
_CHANGES = """
    SELECT l.idx, c.table_name, c.row_id, c.op, c.shape_id, encode(c.digest, 'hex')
    FROM requests_app_rowchange c JOIN requests_app_leaf l ON l.entry_id = c.entry_id
    ORDER BY l.idx, c.id
"""
_UNSEALED = """
    SELECT e.id FROM requests_app_entry e
    LEFT JOIN requests_app_leaf l ON l.entry_id = e.id
    WHERE l.entry_id IS NULL ORDER BY e.id LIMIT 1
"""
_UNTAKEN = """
    SELECT c.row_id, c.table_name FROM requests_app_rowchange c
    LEFT JOIN requests_app_leaf l ON l.entry_id = c.entry_id
    WHERE l.entry_id IS NULL ORDER BY c.id LIMIT 1
"""


def _rows(query: str, name: str) -> Iterator[tuple]:
    """Stream a query's rows through a cursor of the server."""
    connection.ensure_connection()
    with connection.connection.cursor(name, binary=True) as cursor:
        cursor.itersize = ROWS_AT_ONCE
        cursor.execute(query)
        yield from cursor


def _refuse_any(query: str, check: str, words: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(query)
        row = cursor.fetchone()
    if row is not None:
        raise _Differs(check, words.format(*row))


def _read_witness(path: Path, verifiers: Sequence[Verifier], known: Notes) -> Roots:
    roots: Roots = {0: tree.EMPTY_ROOT}
    if not path.exists():
        return roots
    with path.open(encoding="utf-8", newline="\n") as file:
        try:
            for number, note in enumerate(notes.read_notes(file), start=1):
                checkpoint = _open(note, verifiers, f"note {number} of the witness")
                _see(roots, checkpoint)
                known[checkpoint.size] = sha256(note.encode()).digest()
        except (notes.MalformedNote, UnicodeDecodeError):
            raise _Differs("witness", "the witness file is torn") from None
    return roots


def _see(roots: Roots, checkpoint: Checkpoint) -> None:
    if checkpoint.size < next(reversed(roots)):
        raise _Differs("witness", "the witness has a smaller tree after a larger one")
    if roots.setdefault(checkpoint.size, checkpoint.root) != checkpoint.root:
        raise _Differs("witness", f"the witness has two roots at {checkpoint.size}")


def _read_checkpoints(verifiers: Sequence[Verifier], known: Notes) -> Roots:
    roots: Roots = {}
    query = "SELECT size, root, note FROM requests_app_checkpoint ORDER BY size"
    for size, root, note in _rows(query, "ledger_checkpoints"):
        which = f"checkpoint {size}"
        # A signature takes longer to verify than all else of ten entries.
        if known.get(size) == sha256(note.encode()).digest():
            signed = _read(note.rpartition("\n\n")[0] + "\n", which)
        else:
            signed = _open(note, verifiers, which)
        if (signed.size, signed.root) != (size, root):
            raise _Differs("signature", f"{which} is not what was signed")
        roots[size] = root
    return roots


def _open(note: str, verifiers: Sequence[Verifier], which: str) -> Checkpoint:
    """The checkpoint of a note that one of the keys has signed as its own log's."""
    for verifier in verifiers:
        try:
            text = notes.open_note(note, verifier)
        except notes.NotSigned:
            continue
        except notes.MalformedNote:
            raise _Differs("signature", f"{which} is not a signed note") from None
        checkpoint = _read(text, which)
        if checkpoint.origin != verifier.name:
            raise _Differs("signature", f"{which} is of another log")
        return checkpoint
    raise _Differs("signature", f"{which} is not signed by the log's key")


def _read(text: str, which: str) -> Checkpoint:
    try:
        return notes.read_checkpoint(text)
    except notes.MalformedNote:
        raise _Differs("signature", f"{which} is not a checkpoint") from None


def _refuse_stale(newest: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT clock_timestamp() - sealed_at FROM requests_app_leaf"
            " WHERE idx = %s",
            [newest],
        )
        (waiting,) = cursor.fetchone()
    if waiting > STALE:
        raise _Differs(
            "witness",
            f"leaf {newest} has waited {waiting.total_seconds():.0f} s for the witness",
            newest,
        )


def _compare_rows() -> None:
    """Every watched row is what its last change made of it, and no row has none."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, table_name, key, columns FROM requests_app_rowshape ORDER BY id"
        )
        shapes: dict[str, list[tuple]] = {}
        for shape, table, key, columns in cursor.fetchall():
            shapes.setdefault(table, []).append((shape, key, columns))
        for table, known in shapes.items():
            query, values = _difference_of_rows(table, known)
            cursor.execute(query, values)
            row = cursor.fetchone()
            if row is not None:
                raise _Differs("rows", f"row {row[0]} of {table} {row[1]}")


def _difference_of_rows(table: str, shapes: list[tuple]) -> tuple[str, list]:
    """The query for the first row of a table that its last change does not explain.

    The last change is that of the last leaf: identifiers of changes are not sealed.
    """
    quote = connection.ops.quote_name
    key = quote(shapes[-1][1])
    cases, values = "", [table]
    for shape, _, columns in shapes:
        cases += (
            " WHEN %s THEN (SELECT sha256(convert_to(jsonb_object_agg("
            "one, now_is.said -> one)::text, 'UTF8')) FROM unnest(%s::text[]) one)"
        )
        values += [shape, columns]
    query = f"""
        WITH last AS (
            SELECT DISTINCT ON (c.row_id) c.row_id::text, c.op, c.shape_id, c.digest
            FROM requests_app_rowchange c
            JOIN requests_app_leaf l ON l.entry_id = c.entry_id
            WHERE c.table_name = %s
            ORDER BY c.row_id, l.idx DESC, c.id DESC
        ), now_is AS (
            SELECT t.{key}::text AS row_id, to_jsonb(t) AS said FROM {quote(table)} t
        ), compared AS (
            SELECT coalesce(last.row_id, now_is.row_id) AS row_id, CASE
                WHEN last.row_id IS NULL THEN 'has no history'
                WHEN now_is.row_id IS NULL AND last.op <> 'D' THEN 'was deleted'
                WHEN now_is.row_id IS NOT NULL AND last.op = 'D' THEN 'came back'
                WHEN now_is.row_id IS NOT NULL AND last.digest IS DISTINCT FROM
                    CASE last.shape_id {cases} END THEN 'differs from its history'
                END AS words
            FROM last FULL JOIN now_is ON now_is.row_id = last.row_id
        )
        SELECT row_id, words FROM compared WHERE words IS NOT NULL
        ORDER BY length(row_id), row_id LIMIT 1
    """
    return query, values


def _run_checks(checks: dict[str, Check]) -> None:
    with connection.cursor() as cursor:
        for name, check in checks.items():
            for words in check(cursor=cursor):
                raise _Differs(name, words)


def _compare_definitions(expected: Iterable[str] | None) -> None:
    with connection.cursor() as cursor:
        lines = definitions.found(cursor)
    want = definitions.committed() if expected is None else expected
    for words in definitions.differences(lines, want):
        raise _Differs("definitions", words)
