"""Ringing the broker's bell, without anybody waiting for the broker.

A broker that is away can take many seconds to be given up, and a person waits for the
page. So a thread of the process rings; what it cannot ring, the relay finds.
"""

import logging
import queue
import threading

from requests_app.outbox.tasks import deliver

logger = logging.getLogger(__name__)

# Beyond it nothing is kept: the rows are committed, and the relay is patient.
AT_MOST = 1_000

_waiting: queue.Queue[str] = queue.Queue(AT_MOST)
_starting = threading.Lock()
_ringer: threading.Thread | None = None


def ring(public_id: str) -> None:
    """Have the worker told that a job is due; returns at once and never fails."""
    try:
        _waiting.put_nowait(public_id)
    except queue.Full:
        return
    _have_a_ringer()


def _have_a_ringer() -> None:
    global _ringer
    with _starting:
        # A process made by fork has no thread of its parent's.
        if _ringer is None or not _ringer.is_alive():
            # A process that ends does not wait for a broker that is away.
            _ringer = threading.Thread(target=_ring_on, name="outbox-bell", daemon=True)
            _ringer.start()


def _ring_on() -> None:
    while True:
        ring_now(_waiting.get())
        _waiting.task_done()


def ring_now(public_id: str) -> None:
    """Tell the broker here and now; a failure is logged by its kind."""
    try:
        deliver.apply_async([public_id], retry=False)
    except Exception as error:  # noqa: BLE001 any broker's own errors
        logger.warning("outbox: broker not reached (%s)", type(error).__name__)
