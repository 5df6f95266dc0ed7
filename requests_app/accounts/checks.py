"""Checks: every URL has a row in the access table, and the database has its walls."""

from django.conf import settings
from django.core.checks import Error, Tags, register
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django.urls import URLPattern, get_resolver

from requests_app.accounts import walls
from requests_app.accounts.access import ACCESS


def url_patterns(resolver=None) -> list[URLPattern]:
    """Every URL pattern of the portal, includes opened."""
    found = []
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLPattern):
            found.append(pattern)
        else:
            found.extend(url_patterns(pattern))
    return found


@register()
def access_table_is_whole(app_configs, **kwargs) -> list[Error]:
    """One error for each URL without a row and each view whose roles differ."""
    errors = []
    for pattern in url_patterns():
        if pattern.name not in ACCESS:
            errors.append(
                Error(
                    f"The URL {pattern.name or pattern.pattern} has no row in "
                    "accounts.access.ACCESS.",
                    hint="Add the row: who may open this door?",
                    id="accounts.E001",
                )
            )
            continue
        stated = getattr(pattern.callback, "roles", None)
        if stated is not None and stated != ACCESS[pattern.name]:
            errors.append(
                Error(
                    f"The view of {pattern.name} states other roles than its row.",
                    hint="Make for_roles and accounts.access.ACCESS say the same.",
                    id="accounts.E002",
                )
            )
    return errors


@register(Tags.database, deploy=True)
def database_is_walled(app_configs, databases=None, **kwargs) -> list[Error]:
    """One error for each thing that makes the database unsafe; asks only when told to.

    `manage.py check --deploy --database default` tells it to.
    """
    if "default" not in (databases or ()):
        return []
    return [Error(fault, id="accounts.E003") for fault in walls.faults()]


def refuse_an_unsafe_database() -> None:
    """Let nothing start on a database without its walls, in production.

    Raises ImproperlyConfigured.
    """
    if not settings.REFUSES_UNSAFE_DATABASE:
        return
    try:
        faults = walls.faults()
    finally:
        connection.close()
    if faults:
        raise ImproperlyConfigured(" ".join(faults))
