"""Two people at once, each with a connection of his or her own, who take turns."""

from concurrent.futures import ThreadPoolExecutor
from threading import Event
from time import sleep

import pytest
from django.db import connection, transaction


def while_open(first, second):
    """`second`, begun while the transaction of `first` is open, and what came of it."""
    begun = Event()
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            first()
            future = pool.submit(_in_another_connection, second, begun)
            assert begun.wait(timeout=10)
            _wait_for_the_wait()
        return future.result(timeout=20)


def _in_another_connection(deed, begun):
    try:
        with transaction.atomic():
            begun.set()
            return deed()
    finally:
        connection.close()


def _wait_for_the_wait():
    for _ in range(100):
        if _somebody_waits():
            return
        sleep(0.05)
    pytest.fail("The second did not wait for the first.")


def _somebody_waits() -> bool:
    """Whether some connection to this database waits for an advisory lock."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' "
            "AND NOT granted AND database = "
            "(SELECT oid FROM pg_database WHERE datname = current_database()))"
        )
        return cursor.fetchone()[0]
