"""Every hostile file there is, made anew; and what each costs to refuse.

    python -m tests.abuse.hostile_files

sends each to the limited process with its full limits and prints what refused it, how
long it took and how large a process grew, and how long small questions to the asking
process waited meanwhile.
"""

import resource
import threading
import time
from dataclasses import dataclass, field

from requests_app.documents import checking, inspecting, limited
from requests_app.documents.checking import Refused
from tests.abuse import good_files, hostile_pdfs, hostile_pictures
from tests.abuse.paper_maker import File
from tests.documents import scanners


@dataclass(frozen=True)
class Outcome:
    """What came of a file: a code of a refusal, or the pages drawn."""

    code: str
    files: dict[str, bytes] = field(default_factory=dict)


def hostile() -> list[File]:
    """The files that are to be refused, or taken and made harmless."""
    return [
        *hostile_pdfs.active(),
        *hostile_pdfs.bombs(),
        *hostile_pdfs.polyglots(),
        *hostile_pdfs.broken(),
        *hostile_pdfs.locked(),
        *hostile_pictures.bombs(),
        *hostile_pictures.telling(),
        *hostile_pictures.polyglots(),
        *hostile_pictures.mistaken(),
        *hostile_pictures.cut_off(),
        *hostile_pictures.named(),
    ]


def outcomes(files: list[File], *, limits=limited.USUAL) -> dict[str, Outcome]:
    """What comes of each, by its name, in the order of the real check."""
    found, left = {}, []
    for file in files:
        code = _before_opening(file)
        if code:
            found[file.name] = Outcome(code)
        else:
            left.append(file)
    results = limited.run_each(
        inspecting.WORK,
        [file.content for file in left],
        options=[{"name": file.name} for file in left],
        limits=limits,
    )
    for file, result in zip(left, results, strict=True):
        found[file.name] = _outcome(result)
    return found


def _before_opening(file: File) -> str:
    """The code of a refusal by size or by a scanner; empty when neither refuses."""
    try:
        checking.refuse_by_size(len(file.content))
    except Refused as refused:
        return refused.code
    answer = scanners.finding_eicar(file.content)
    return "virus" if answer.endswith(b"FOUND") else ""


def _outcome(result) -> Outcome:
    if isinstance(result, limited.Stopped):
        return Outcome("limits")
    return Outcome(result.said.get("refused", ""), result.files)


def _asked(waits: list[float], stop: threading.Event) -> None:
    """Ask something small again and again, and keep how long each answer took."""
    while not stop.is_set():
        began = time.perf_counter()
        checking.refuse_by_size(len(hostile_pictures.picture("PNG", size=(200, 200))))
        waits.append(time.perf_counter() - began)
        time.sleep(0.02)


def main() -> None:
    """Send each file by itself, and say what it cost."""
    waits: list[float] = []
    stop = threading.Event()
    asking = threading.Thread(target=_asked, args=(waits, stop))
    asking.start()
    wrong, dearest = 0, 0.0
    for file in hostile() + good_files.good():
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        outcome = _alone(file)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        dearest = max(dearest, spent)
        right = outcome.code in file.codes if file.codes else outcome.code == ""
        wrong += not right
        word = outcome.code or "taken"
        print(f"{'' if right else 'WRONG '}{file.name[:40]!a}: {word}, {spent:.1f} s")
    stop.set()
    asking.join()
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
    waits.sort()
    print(
        f"{len(hostile())} hostile and {len(good_files.good())} good files, {wrong} "
        f"wrong; at most {dearest:.1f} s of the processor and {peak} MB; {len(waits)} "
        f"small questions meanwhile, 99 of 100 within "
        f"{waits[int(len(waits) * 0.99)] * 1000:.0f} ms, the longest "
        f"{waits[-1] * 1000:.0f} ms"
    )


def _alone(file: File) -> Outcome:
    code = _before_opening(file)
    if code:
        return Outcome(code)
    try:
        return _outcome(
            limited.run(
                inspecting.WORK, content=file.content, options={"name": file.name}
            )
        )
    except limited.Stopped as stopped:
        return _outcome(stopped)


if __name__ == "__main__":
    main()
