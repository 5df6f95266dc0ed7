"""Print docs/access.md from the access table."""

import re

from django.core.management.base import BaseCommand
from django.urls import get_resolver

from requests_app.accounts.access import ACCESS, ANYONE, SIGNED_IN
from requests_app.accounts.models import Role

HEAD = """# Who may open which door

Printed by `manage.py access_table` from `requests_app/accounts/access.py`; a test
keeps this page equal to it. A view states the same roles on the line above it; a
system check compares them. A URL without a row answers nobody.

A role counts at its agency and inside its period. What a person may see behind a
door is the business of `visible_to`: another agency's record answers like one that
does not exist. An auditor reads requests without the person's name. An administrator
reads the history, not the requests. Only an auditor may be appointed for the whole
state.

Beyond the door: whoever filed a request does not decide it; a request for
notification of release is decided by the head of agency alone, (c); against a
violation only the head of agency approves, and a second person, neither filer nor
decider, confirms.

| Address | Door | Who |
|---|---|---|
"""


class Command(BaseCommand):
    """Print the access table as a page."""

    help = "Print docs/access.md from the access table."
    requires_system_checks = []

    def handle(self, *args, **options) -> None:
        doors = sorted((_address(name), name) for name in ACCESS)
        lines = [f"| `{at}` | `{name}` | {_who(name)} |" for at, name in doors]
        self.stdout.write(HEAD + "\n".join(lines))


def _address(name: str) -> str:
    """The address of a door with its parts named, as in /requests/<request_id>/."""
    (template, _parts), *_others = get_resolver().reverse_dict.getlist(name)[0][0]
    return "/" + re.sub(r"%\((\w+)\)s", r"<\1>", template)


def _who(name: str) -> str:
    row = ACCESS[name]
    if row == ANYONE:
        return "anyone"
    if row == SIGNED_IN:
        return "everybody signed in"
    return ", ".join(Role(role).label.lower() for role in Role.values if role in row)
