"""The columns of the two lists, and which of them a person wants. Pure but for `of`.

The request itself is always the first column; a name shows masked there, whatever is
chosen.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from requests_app.accounts.models import User
from requests_app.review.models import ColumnChoice, SavedView


@dataclass(frozen=True)
class Column:
    """One column of a list: its key, its heading, and the template of its cells."""

    name: str
    label: str
    template: str


def _columns(page: str, **labels: str) -> tuple[Column, ...]:
    return tuple(
        Column(name, label, f"review/columns/{page}_{name}.html")
        for name, label in labels.items()
    )


COLUMNS = {
    SavedView.Page.WORKLIST: _columns(
        "worklist",
        flags="Flags",
        asks="Asks",
        due="Due",
        age="Age",
        queue="Queue and reason",
        holder="With",
    ),
    SavedView.Page.REQUESTS: _columns(
        "requests",
        state="State",
        flags="Flags",
        came="Came as",
        asks="Asks",
        received="Received",
        agency="Agency",
    ),
}


def arranged(page: str, names: Sequence[str]) -> list[Column]:
    """The columns of these names in their order; all of them where none is known."""
    known = {one.name: one for one in COLUMNS[page]}
    wanted = [known[name] for name in names if name in known]
    return wanted or list(COLUMNS[page])


def of(user: User, page: str) -> list[Column]:
    """The columns that a person sees, in the person's own order. One statement."""
    kept = ColumnChoice.objects.filter(user=user, page=page)
    return arranged(page, kept.values_list("columns", flat=True).first() or ())
