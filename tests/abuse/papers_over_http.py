"""Hostile files sent over HTTP, and how long others wait meanwhile (A5).

    python -m tests.abuse.papers_over_http [--files 98] [--senders 4]

A town of its own takes each hostile file through the page where a paper is added, four
clerks sending at the same time; a supervisor opens the worklist, and somebody asks
whether the portal is there, again and again. Loopback only. Printed are the answers to
the files, and the waits of the others. The status is 1 when a file got another answer
than a refusal or the page of the request, or 95 of 100 others waited 500 ms or longer.
"""

import argparse
import http.client
import json
import secrets
import sys
import tempfile
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.abuse.hostile_files import hostile
from tests.abuse.paper_maker import File
from tests.faults.town import ANSWER_SECONDS, Town, town

CLERKS, CEILING_SECONDS, PAUSE_SECONDS = 16, 0.5, 0.05
WARMING = 12


def send(built: Town, case: dict, session: str, file: File) -> int:
    """One file to one request; the status of the answer."""
    token, border = secrets.token_hex(16), secrets.token_hex(16)
    parts = [
        f'--{border}\r\nContent-Disposition: form-data; name="{name}"'
        f"\r\n\r\n{value}\r\n"
        for name, value in (("csrfmiddlewaretoken", token), ("kind", "instrument"))
    ]
    # A name as a browser sends it: nothing that ends the header.
    name = file.name.encode("ascii", "replace").decode()
    name = "".join("?" if one in '"\r\n\\' or one < " " else one for one in name)
    parts.append(
        f'--{border}\r\nContent-Disposition: form-data; name="file";'
        f' filename="{name}"\r\nContent-Type: application/octet-stream\r\n\r\n'
    )
    body = "".join(parts).encode() + file.content + f"\r\n--{border}--\r\n".encode()
    headers = {
        "Content-Type": f"multipart/form-data; boundary={border}",
        "Cookie": f"sessionid={session}; csrftoken={token}",
    }
    path = f"/requests/{case['request']}/documents/new/"
    return ask(built, "POST", path, headers, body)


def ask(built: Town, method: str, path: str, headers: dict, body: bytes = b"") -> int:
    door = http.client.HTTPConnection("127.0.0.1", built.port, timeout=ANSWER_SECONDS)
    try:
        door.request(method, path, body or None, headers)
        said = door.getresponse()
        said.read()
        return said.status
    except (OSError, http.client.HTTPException):
        return 0
    finally:
        door.close()


def others(built: Town, path: str, session: str, waits: list, ended) -> None:
    """Open a page again and again, and keep how long each answer took."""
    headers = {"Cookie": f"sessionid={session}"} if session else {}
    while not ended.is_set():
        began = time.perf_counter()
        status = ask(built, "GET", path, headers)
        waits.append((time.perf_counter() - began, status))
        time.sleep(PAUSE_SECONDS)


def run(built: Town, *, files: list[File], senders: int) -> dict:
    people = (str(CLERKS), "1", str(len(files)), str(len(files)))
    settled = json.loads(built.run("-m", "tests.faults.settle", *people))
    ended, pages, beats = threading.Event(), [], []
    supervisor = settled["deciders"][0]
    watching = [
        threading.Thread(target=others, args=(built, *what, ended))
        for what in (
            ("/worklist/", supervisor, pages),
            ("/healthz", "", beats),
        )
    ]
    # The first page of a process is no measure of anything.
    for _ in range(WARMING):
        ask(built, "GET", "/worklist/", {"Cookie": f"sessionid={supervisor}"})
    for one in watching:
        one.start()
    sessions = [one["session"] for one in settled["drafts"]]
    try:
        with ThreadPoolExecutor(senders) as crowd:
            given = zip(settled["asks"], sessions, files, strict=True)
            answers = list(crowd.map(lambda one: send(built, *one), given))
        cut_off = [
            file.name for file, one in zip(files, answers, strict=True) if one == 0
        ]
    finally:
        ended.set()
        for one in watching:
            one.join()
    return {
        "files": dict(Counter(answers)),
        # Larger than any paper may be: answered before it had arrived.
        "cut off": cut_off,
        "worklist": _said(pages),
        "healthz": _said(beats),
    }


def _said(waits: list[tuple[float, int]]) -> dict:
    took = sorted(seconds for seconds, _ in waits)
    return {
        "answers": dict(Counter(status for _, status in waits)),
        "median ms": round(1000 * took[len(took) // 2]),
        "95 of 100 within ms": round(1000 * took[int(len(took) * 0.95)]),
        "longest ms": round(1000 * took[-1]),
    }


def main() -> int:
    parser = argparse.ArgumentParser(prog="tests.abuse.papers_over_http")
    parser.add_argument("--files", type=int, default=98)
    parser.add_argument("--senders", type=int, default=4)
    options = parser.parse_args()
    files = hostile()[: options.files]
    with tempfile.TemporaryDirectory() as home, town(Path(home) / "town") as built:
        result = run(built, files=files, senders=options.senders)
    print(json.dumps(result, indent=1))
    large = {file.name for file in files if len(file.content) > 20 << 20}
    refused = set(result["files"]) <= {0, 302, 413, 415, 422, 429, 503}
    is_well = (
        refused
        and set(result["cut off"]) <= large
        and all(
            set(result[one]["answers"]) == {200}
            and result[one]["95 of 100 within ms"] < 1000 * CEILING_SECONDS
            for one in ("worklist", "healthz")
        )
    )
    return 0 if is_well else 1


if __name__ == "__main__":
    sys.exit(main())
