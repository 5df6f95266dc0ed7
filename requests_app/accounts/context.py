"""What every template may ask about the reader."""

from django.conf import settings

from requests_app.accounts import watch
from requests_app.accounts.models import Role


def desk(request) -> dict:
    """`standing` (or None), its `roles`, whether this is a demonstration, and whether
    the portal only shows what it has."""
    standing = getattr(request, "standing", None)
    return {
        "standing": standing,
        "roles": standing.roles if standing else frozenset(),
        "role_labels": [
            label
            for value, label in Role.choices
            if standing and value in standing.roles
        ],
        "is_demonstration": settings.DEMONSTRATION,
        "shows_only": watch.is_read_only(),
    }
