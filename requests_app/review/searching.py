"""Full-text search over what of a request may be searched: words that name nobody.

Searched are numbers, offices that sent requests, citations and reasons of findings,
labels, and the codes of decisions and mismatches. Names, notes, reasons typed by hand
and numbers of persons are sealed: the database has no word of them.
"""

import re

from django.db.models.expressions import RawSQL

# A search has no more words than this; the rest are passed over.
MOST_TERMS = 8
# So many of the newest rows of each kind are looked at.
MOST = 500

_TERM = re.compile(r"[^\W_]+")


def terms_of(typed: str) -> list[str]:
    """The words of a search: letters and digits, in small letters."""
    return [one.lower() for one in _TERM.findall(typed)][:MOST_TERMS]


def saying(rows, typed: str):
    """Those of the requests whose record holds every word.

    The database looks through the agencies of the reader's context alone.
    """
    terms = terms_of(typed)
    if not terms:
        return rows.none()
    found = RawSQL("SELECT ice_requests_saying(%s, %s)", [" ".join(terms), MOST])
    return rows.filter(pk__in=found)
