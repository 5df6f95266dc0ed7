"""Keep a few processes running together: start, restart, and end them as one.

They end with the process that started them, even when that one is killed outright.
"""

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from portal.embedded import end_with_parent

PATIENCE_SECONDS = 12
SOON_SECONDS = 10
SOON_AT_MOST = 3


class GaveUpError(RuntimeError):
    """A process ends again and again; the message names its log."""


@dataclass
class Member:
    """One process of the family, and how to start it again."""

    name: str
    command: Sequence[str]
    log: Path
    keep: tuple[int, ...] = ()
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    soon: int = 0

    def start(self) -> None:
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                self.command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                pass_fds=self.keep,
                # Out of the terminal's reach: Ctrl-C asks the family's head, which
                # then ends the others in order.
                start_new_session=True,
                preexec_fn=end_with_parent(signal.SIGKILL),
            )
        self.started_at = time.monotonic()

    def signal(self, number: int, *, group: bool = False) -> None:
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError):
                (os.killpg if group else os.kill)(self.process.pid, number)


@dataclass
class Family:
    """Processes that live and end together; `logs` receives what each one says."""

    logs: Path
    members: list[Member] = field(default_factory=list)

    def start(
        self, name: str, command: Sequence[str], *, keep: tuple[int, ...] = ()
    ) -> None:
        member = Member(name, command, self.logs / f"{name}.log", keep)
        self.members.append(member)
        member.start()

    def tend(self) -> None:
        """Start again whoever has ended; refuse when that does not help."""
        for member in self.members:
            if member.process is None or member.process.poll() is None:
                continue
            early = time.monotonic() - member.started_at < SOON_SECONDS
            member.soon = member.soon + 1 if early else 0
            if member.soon >= SOON_AT_MOST:
                tail = "\n".join(member.log.read_text().splitlines()[-15:])
                raise GaveUpError(
                    f"The {member.name} process keeps ending; the end of "
                    f"{member.log} says:\n{tail}"
                )
            member.signal(signal.SIGKILL, group=True)
            member.start()

    def stop(self) -> None:
        """Ask every process to end, and end those that do not in time."""
        for member in self.members:
            # The leader alone: some workers hang when the whole group is asked.
            member.signal(signal.SIGTERM)
        until = time.monotonic() + PATIENCE_SECONDS
        for member in self.members:
            if member.process is None:
                continue
            try:
                member.process.wait(max(0.0, until - time.monotonic()))
            except subprocess.TimeoutExpired:
                member.signal(signal.SIGKILL)
                member.process.wait()
            member.signal(signal.SIGKILL, group=True)
        self.members.clear()
