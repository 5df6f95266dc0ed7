"""Signing checkpoints: the tree recomputed, a note witnessed, and then a row.

Runs in a process of its own, as a role that reads leaves and writes checkpoints and
nothing else. It knows what it has signed from its own state file and from the witness
file, both outside the database, and computes every further root itself from the leaf
hashes: what the database says of itself is compared, never believed.

Promises that a checkpoint is in the witness file, flushed to the disk, before its row
exists. Refuses to sign a tree that is shorter than one it has signed, or that does not
begin with it, or whose leaves and head differ.
"""

import contextlib
import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import psycopg

from requests_app.ledger import notes, tree

# Whoever waits for a checkpoint says so on this channel.
CHANNEL = "ledger_checkpoint"
CHUNK = 10_000


class RefusedToSign(RuntimeError):
    """The tree is not the one that was signed before, grown. Nothing was signed."""


class NotAKeyFile(ValueError):
    """The file of the signing key is missing, readable by others, or not a key."""


@dataclass(frozen=True)
class State:
    """How far the signer has signed: the size, and the compact stack of that tree."""

    size: int = 0
    stack: tuple[bytes, ...] = ()

    @property
    def root(self) -> bytes:
        return tree.fold(self.stack)

    @classmethod
    def read(cls, path: Path) -> "State":
        """The state that a file keeps; that of an empty tree if there is none."""
        with contextlib.suppress(FileNotFoundError):
            said = json.loads(path.read_text())
            stack = tuple(bytes.fromhex(one) for one in said["stack"])
            return cls(size=said["size"], stack=stack)
        return cls()

    def write(self, path: Path) -> None:
        """Replace the file as a whole, so that a crash leaves the old or the new."""
        draft = path.with_name(f"{path.name}.new")
        said = {
            "size": self.size,
            "root": self.root.hex(),
            "stack": [one.hex() for one in self.stack],
        }
        descriptor = os.open(draft, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600)
        with open(descriptor, "w") as file:
            file.write(json.dumps(said))
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
        _flush_directory(path.parent)


def make_key(*, name: str, private: Path, public: Path) -> notes.Verifier:
    """Make the signing key, readable by its owner alone, and its public half.

    Raises FileExistsError: a key that has signed is not overwritten.
    """
    signer = notes.Signer.generate(name)
    for path, text, mode in (
        (private, signer.to_text(), 0o400),
        (public, signer.verifier.to_text(), 0o444),
    ):
        descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, mode)
        with open(descriptor, "w") as file:
            file.write(f"{text}\n")
    return signer.verifier


def read_key(path: Path) -> notes.Signer:
    """Raises NotAKeyFile."""
    try:
        # A group may read it: systemd shows the owner's right to a credential so.
        if path.stat().st_mode & 0o027:
            raise NotAKeyFile(f"{path} is open to others: make its mode 0400.")
        return notes.Signer.from_text(path.read_text())
    except FileNotFoundError as error:
        raise NotAKeyFile(f"There is no key at {path}.") from error
    except notes.MalformedNote as error:
        raise NotAKeyFile(f"{path}: {error}") from error


class Witness:
    """The append-only file of signed notes, outside the database."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def signed(self, verifier: notes.Verifier) -> list[notes.Checkpoint]:
        """What the file says was signed, oldest first.

        Raises RefusedToSign for a file that is torn or holds a false signature.
        """
        try:
            with open(self.path, encoding="utf-8") as file:
                return [
                    notes.read_checkpoint(notes.open_note(note, verifier))
                    for note in notes.read_notes(file)
                ]
        except FileNotFoundError:
            return []
        except (notes.MalformedNote, notes.NotSigned, UnicodeDecodeError) as error:
            raise RefusedToSign(f"The witness file {self.path}: {error}") from error

    def append(self, note: str) -> None:
        """Add a note and return when it is on the disk."""
        is_new = not self.path.exists()
        flags = os.O_CREAT | os.O_WRONLY | os.O_APPEND
        descriptor = os.open(self.path, flags, 0o644)
        with open(descriptor, "a", encoding="utf-8") as file:
            file.write(note)
            file.flush()
            os.fsync(file.fileno())
        if is_new:
            _flush_directory(self.path.parent)


class SigningDesk:
    """Signs what has grown since the last time, over one connection to the database."""

    def __init__(
        self,
        *,
        database: psycopg.Connection,
        signer: notes.Signer,
        state: Path,
        witness: Path,
    ) -> None:
        self.database = database
        self.signer = signer
        self.state_file = state
        self.witness = Witness(witness)
        self.state = State.read(state)
        signed = self.witness.signed(signer.verifier)
        self.roots = {one.size: one.root for one in signed}
        newest = signed[-1].size if signed else 0
        if newest < self.state.size:
            raise RefusedToSign(
                f"The witness file ends at {newest} entries, and {self.state.size} "
                "have been signed: it was cut, or is another log's."
            )
        self._compare(self.state)
        # A crash may have come between the witness and the row.
        self._is_entered = False

    def sign(self, *, at: datetime) -> notes.Checkpoint | None:
        """Sign what is new; nothing if nothing is.

        Raises RefusedToSign.
        """
        size, head = self._head()
        signed = max([self.state.size, *self.roots])
        if size < signed:
            raise RefusedToSign(
                f"The history has {size} entries, and {signed} have been signed: "
                "entries are gone."
            )
        if not self._is_entered:
            self._enter_newest(at=at)
        if size == self.state.size:
            if head != list(self.state.stack):
                raise RefusedToSign("The head is not that of the tree it had.")
            return None
        grown = self._grow(size)
        if head != list(grown.stack):
            raise RefusedToSign(
                f"The leaves and the head of {size} entries differ: one of them was "
                "changed."
            )
        checkpoint = self._checkpoint(grown)
        note = self._note(checkpoint)
        # After a crash between the two files the witness has it already.
        if size not in self.roots:
            self.witness.append(note)
        grown.write(self.state_file)
        self.state = grown
        self.roots[size] = grown.root
        self._enter(checkpoint, at=at)
        return checkpoint

    def _checkpoint(self, state: State) -> notes.Checkpoint:
        return notes.Checkpoint(
            origin=self.signer.name, size=state.size, root=state.root
        )

    def _note(self, checkpoint: notes.Checkpoint) -> str:
        return notes.sign(notes.checkpoint_text(checkpoint), self.signer)

    def _enter_newest(self, *, at: datetime) -> None:
        """Write the row that a crash may have kept from following the witness."""
        if newest := max(self.roots, default=0):
            self._enter(
                notes.Checkpoint(self.signer.name, newest, self.roots[newest]), at=at
            )
        self._is_entered = True

    def _enter(self, checkpoint: notes.Checkpoint, *, at: datetime) -> None:
        self.database.execute(
            "INSERT INTO requests_app_checkpoint (size, root, at, note)"
            " VALUES (%s, %s, %s, %s) ON CONFLICT (size) DO NOTHING",
            [checkpoint.size, checkpoint.root, at, self._note(checkpoint)],
        )

    def _head(self) -> tuple[int, Sequence[bytes]]:
        row = self.database.execute("SELECT n, stack FROM requests_app_head").fetchone()
        if row is None:
            raise RefusedToSign("The head of the history is gone.")
        return row[0], [bytes(one) for one in row[1]]

    def _grow(self, size: int) -> State:
        """The tree of `size` leaves, from its own last one and the leaves since."""
        stack, count = list(self.state.stack), self.state.size
        for index, leaf in self._leaves(count, size):
            if index != count:
                raise RefusedToSign(f"There is no leaf {count}.")
            tree.push(stack, count, leaf)
            count += 1
            if count in self.roots:
                self._compare(State(size=count, stack=tuple(stack)))
        if count != size:
            raise RefusedToSign(f"There is no leaf {count}.")
        return State(size=count, stack=tuple(stack))

    def _leaves(self, first: int, end: int) -> Iterator[tuple[int, bytes]]:
        for start in range(first, end, CHUNK):
            rows = self.database.execute(
                "SELECT idx, hash FROM requests_app_leaf"
                " WHERE idx >= %s AND idx < %s ORDER BY idx",
                [start, min(start + CHUNK, end)],
            ).fetchall()
            yield from ((index, bytes(leaf)) for index, leaf in rows)

    def _compare(self, state: State) -> None:
        witnessed = self.roots.get(state.size)
        if witnessed is not None and witnessed != state.root:
            raise RefusedToSign(
                f"The first {state.size} entries are not those that were signed."
            )


def _flush_directory(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
