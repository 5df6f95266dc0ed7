"""The limited process in which a stranger's file is opened; run as a script, by path.

It gives up the network, other processes, memory, time and, where it may, its user,
before it looks at the first byte. What it has to say is written into its own folder.
Nothing of Django is loaded here, and no key or address is in its environment.
"""

import importlib
import json
import os
import resource
import signal
import sys
from pathlib import Path

JOB = "job.json"
ANSWER = "answer.json"
# The user and group "nobody": taken on where the portal itself is run by root.
_NOBODY = 65534
NICENESS = 10


def main(folders: list[str]) -> None:
    """Do the work of each folder; of several, each in a process of its own."""
    # People who wait for a page come before a file that is being looked at.
    os.nice(NICENESS)
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
    cut_off = _kernel().without_network()
    if len(folders) == 1:
        return do(Path(folders[0]), cut_off)
    modules = {json.loads((Path(one) / JOB).read_bytes())["work"] for one in folders}
    for work in modules:
        importlib.import_module(work.partition(":")[0])
    for one in folders:
        pid = os.fork()
        if pid == 0:
            do(Path(one), cut_off)
            os._exit(0)
        _, status = os.waitpid(pid, 0)
        if os.WIFSIGNALED(status):
            late = os.WTERMSIG(status) in (signal.SIGXCPU, signal.SIGALRM)
            answer = {"stopped": "time" if late else "killed"}
            (Path(one) / ANSWER).write_text(json.dumps(answer))


def do(folder: Path, cut_off: bool) -> None:
    """Read the job, give up rights, do the work and write down the answer."""
    job = json.loads((folder / JOB).read_bytes())
    module, _, function = job["work"].partition(":")
    work = getattr(importlib.import_module(module), function)
    os.chdir(folder)
    limit(job["limits"])
    give_up_user()
    programs = job["limits"]["processes"] != 0
    walled = _kernel().own_folder_only(folder, programs=programs)
    filtered = _kernel().refuse_calls(programs=programs)
    try:
        answer = {"said": work(folder / job["source"], folder, job["options"])}
    except (MemoryError, RecursionError):
        answer = {"stopped": "memory"}
    except Exception as error:
        # The kind alone: a message may quote the file.
        answer = {"stopped": "failed", "kind": type(error).__name__}
    answer["no_network"] = cut_off or filtered
    answer["no_files"] = walled
    used = resource.getrusage(resource.RUSAGE_SELF)
    answer["cpu_seconds"] = used.ru_utime + used.ru_stime
    answer["peak_kilobytes"] = used.ru_maxrss
    (folder / ANSWER).write_text(json.dumps(answer))


def limit(limits: dict) -> None:
    """Set the limits of memory, time, files and processes; nothing raises them."""
    for which, most in (
        (resource.RLIMIT_AS, limits["memory_bytes"]),
        (resource.RLIMIT_FSIZE, limits["file_bytes"]),
        (resource.RLIMIT_NOFILE, 64),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(which, (most, most))
    # At the first the process is told that its time is over, at the second ended.
    seconds = limits["cpu_seconds"]
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    if limits["processes"] is not None:
        most = limits["processes"]
        resource.setrlimit(resource.RLIMIT_NPROC, (most, most))
    # The parent ends it too; this also holds when the parent is gone.
    signal.alarm(limits["wall_seconds"] + 2)


def give_up_user() -> None:
    """Become nobody, where root may; and never gain a right again."""
    if os.geteuid() == 0:
        os.setgroups([])
        os.setresgid(_NOBODY, _NOBODY, _NOBODY)
        os.setresuid(_NOBODY, _NOBODY, _NOBODY)
    _kernel().gain_nothing()


def _kernel():
    # Found only once the place of the project is known: see `main`.
    return importlib.import_module("requests_app.documents.kernel")


if __name__ == "__main__":
    main(sys.argv[1:])
