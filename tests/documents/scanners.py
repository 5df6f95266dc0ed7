"""Virus scanners for tests: one that only speaks the language, and the real one."""

import shutil
import socketserver
import struct
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.abuse.hostile_pdfs import EICAR


class _Talk(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        if self.rfile.read(10) != b"zINSTREAM\0":
            return
        content = b""
        while size := struct.unpack(">I", self.rfile.read(4))[0]:
            content += self.rfile.read(size)
        self.wfile.write(self.server.answer(content) + b"\0")


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True


def finding_eicar(content: bytes) -> bytes:
    """What a scanner says that knows one sample."""
    return b"stream: Eicar-Test FOUND" if EICAR in content else b"stream: OK"


@contextmanager
def speaking(answer=finding_eicar) -> Iterator[str]:
    """The address of a small server that answers as a scanner does."""
    with _Server(("127.0.0.1", 0), _Talk) as server:
        server.answer = answer
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"127.0.0.1:{server.server_address[1]}"
        server.shutdown()


def is_installed() -> bool:
    """Whether this machine has the real scanner."""
    return shutil.which("clamd", path="/usr/sbin:/usr/bin") is not None


@contextmanager
def clamd() -> Iterator[str]:
    """The address of a real scanner that knows one sample, and no other."""
    with tempfile.TemporaryDirectory(prefix="clamd") as name:
        home = Path(name)
        signatures = home / "signatures"
        signatures.mkdir()
        (signatures / "one.ndb").write_text(f"Eicar-Test:0:*:{EICAR.hex()}\n")
        socket_at = home / "socket"
        (home / "clamd.conf").write_text(
            f"LocalSocket {socket_at}\nDatabaseDirectory {signatures}\n"
            "Foreground yes\nOfficialDatabaseOnly no\nUser root\n"
        )
        program = shutil.which("clamd", path="/usr/sbin:/usr/bin")
        process = subprocess.Popen(
            [program, "-c", str(home / "clamd.conf")],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            for _ in range(300):
                if socket_at.exists():
                    break
                time.sleep(0.05)
            yield str(socket_at)
        finally:
            process.kill()
            process.wait()
