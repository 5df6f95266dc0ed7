"""What may travel through the broker: identifiers, and nothing else."""

import re

from celery import Task

IDENTIFIER = re.compile(r"[A-Za-z0-9_-]{1,64}\Z")


class NotForTheBroker(ValueError):
    """A message would carry something other than identifiers."""


class CarriesIdentifiers(Task):
    """A task whose messages hold identifiers; anything else is never sent."""

    def apply_async(self, args=None, kwargs=None, **options):
        """Send as Celery does. Raises NotForTheBroker."""
        given = list(args or ())
        if kwargs or not all(
            isinstance(one, str) and IDENTIFIER.match(one) for one in given
        ):
            # What was given is not repeated: it may be somebody's name.
            raise NotForTheBroker(f"{self.name} may be sent identifiers only.")
        return super().apply_async(given, {}, **options)
