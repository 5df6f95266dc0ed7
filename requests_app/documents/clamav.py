"""The virus scanner's own small language: send a file in pieces, read one line."""

import socket
import struct

_PIECE = 1 << 16
_MOST_ANSWER = 4096
SECONDS = 60


class NoAnswer(Exception):
    """The scanner is not there, or said something that is neither yes nor no."""


def is_clean(content: bytes, address: str) -> bool:
    """Whether the scanner at `address` finds nothing in a file. Raises NoAnswer.

    `address` is the path of a socket, or host:port.
    """
    try:
        with _connected(address) as scanner:
            scanner.sendall(b"zINSTREAM\0")
            for at in range(0, len(content), _PIECE):
                piece = content[at : at + _PIECE]
                scanner.sendall(struct.pack(">I", len(piece)) + piece)
            scanner.sendall(struct.pack(">I", 0))
            answer = _line(scanner)
    except (OSError, ValueError) as error:
        raise NoAnswer(type(error).__name__) from None
    if answer == b"stream: OK":
        return True
    if answer.endswith(b" FOUND"):
        return False
    raise NoAnswer("The scanner did not look at the file.")


def _connected(address: str) -> socket.socket:
    if address.startswith("/"):
        one = socket.socket(socket.AF_UNIX)
        one.settimeout(SECONDS)
        one.connect(address)
        return one
    host, _, port = address.rpartition(":")
    return socket.create_connection((host, int(port)), timeout=SECONDS)


def _line(scanner: socket.socket) -> bytes:
    answer = b""
    while not answer.endswith(b"\0") and len(answer) < _MOST_ANSWER:
        more = scanner.recv(1024)
        if not more:
            break
        answer += more
    return answer.rstrip(b"\0\n")
