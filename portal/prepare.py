"""Bring the database, the queues and the static files up to this version of the code.

Run as `python -m portal.prepare` after every installation and before the web server and
the worker start. What is up to date is left alone, so it may run any number of times.
Tables, grants and queues are made as their owner (DATABASE_OWNER_URL); what follows is
done as the portal's own role, which owns nothing.
With `--demonstration` it also fills a database that has no user with invented data, and
prints the sign-ins.
"""

import argparse
import contextlib
import hashlib
import logging
import os
import sys
from collections.abc import Iterator

import django
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from portal import broker, env
from requests_app.accounts import grants, tenancy


def say(what: str) -> None:
    print(what, file=sys.stderr, flush=True)


@contextlib.contextmanager
def as_owner() -> Iterator[None]:
    """Have the default connection sign in as the tables' owner meanwhile."""
    application = connection.settings_dict
    owner = env.database(pool=False, url=env.owner_url())
    _reconnect({**application, **owner})
    try:
        yield
    finally:
        _reconnect(application)


def _reconnect(entry: dict) -> None:
    connection.close()
    connection.close_pool()
    connection.settings_dict = entry


def database() -> None:
    """Apply the migrations that are missing, and what each role may do with them."""
    with as_owner():
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            say("Migrating the database")
            call_command("migrate", interactive=False, verbosity=0)
        with transaction.atomic(), connection.cursor() as cursor:
            grants.apply(cursor)
            tenancy.install_keys(cursor)


def queues() -> None:
    """Install the queues, when the broker is the embedded one."""
    if settings.CELERY_BROKER_URL == "pgmq://":
        broker.prepare(env.owner_url())


def law() -> None:
    """Order that requests are judged anew when this version brings another law."""
    # Rows can be named only when Django is set up.
    from requests_app.review.services import rescreening

    with transaction.atomic(), tenancy.as_system():
        if rescreening.order_if_changed(at=timezone.now()):
            say("Ordered: what was screened by another law is screened again")


def static_files() -> None:
    """Collect the static files, unless those collected came from the same sources."""
    seen = hashlib.sha256()
    for finder in get_finders():
        for path, storage in finder.list([]):
            changed = storage.get_modified_time(path).timestamp()
            seen.update(f"{path} {storage.size(path)} {changed}\n".encode())
    stamp = settings.STATIC_ROOT / "collected-from"
    if stamp.exists() and stamp.read_text() == seen.hexdigest():
        return
    say("Collecting the static files")
    call_command("collectstatic", interactive=False, clear=True, verbosity=0)
    stamp.write_text(seen.hexdigest())


def demonstration() -> None:
    """Seed a database without users, and print one sign-in for each role."""
    if not get_user_model().objects.exists():
        say("Seeding the demonstration data (invented people)")
        call_command("seed_demo")
    call_command("seed_demo", sign_ins=True)


def main() -> None:
    parser = argparse.ArgumentParser(prog="portal.prepare", description=__doc__)
    parser.add_argument("--demonstration", action="store_true")
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.development")
    django.setup()
    logging.getLogger("pgmq").setLevel(logging.WARNING)
    database()
    queues()
    law()
    static_files()
    if options.demonstration:
        demonstration()


if __name__ == "__main__":
    main()
