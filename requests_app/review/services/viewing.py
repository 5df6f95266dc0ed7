"""Saved views: a list with its filters under a name, shared, pinned, subscribed to.

A view belongs to one person at one agency. It is no record: nothing of the law hangs
on it, and it may be thrown away.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from requests_app.accounts.models import Agency, User
from requests_app.review.models import ColumnChoice, SavedView

MOST_VIEWS = 50


class NameTaken(ValueError):
    """The person has a view of that name at the agency."""


class TooManyViews(ValueError):
    """The person has as many views as one keeps apart."""


@dataclass(frozen=True)
class Wishes:
    """What a person wants of a view."""

    name: str
    is_shared: bool = False
    is_pinned: bool = False
    tells: str = SavedView.Tells.NEVER
    threshold: int | None = None


@transaction.atomic
def choose_columns(*, page: str, names: list[str], by: User) -> ColumnChoice:
    """Keep which columns of a list a person sees, in which order. No record."""
    chosen, _ = ColumnChoice.objects.update_or_create(
        user=by, page=page, defaults={"columns": names}
    )
    return chosen


@transaction.atomic
def save_view(
    *,
    page: str,
    filters: str,
    wishes: Wishes,
    agency: Agency,
    by: User,
    newest: int,
    at: datetime,
) -> SavedView:
    """Keep a list with its filters. `newest` is the newest row there is: who subscribes
    is told of what comes after it.

    Raises NameTaken, TooManyViews.
    """
    # Two forms of one person wait for each other, so that the limit holds.
    User.objects.select_for_update(no_key=True).get(pk=by.pk)
    own = SavedView.objects.of(by)
    if len(own.values_list("pk", flat=True)[:MOST_VIEWS]) == MOST_VIEWS:
        raise TooManyViews(f"You have {MOST_VIEWS} views. Remove one first.")
    _refuse_taken(own.filter(agency=agency), wishes.name)
    return SavedView.objects.create(
        owner=by,
        agency=agency,
        page=page,
        filters=filters,
        saved_at=at,
        told_until=_from(wishes, newest),
        **vars(wishes),
    )


@transaction.atomic
def change_view(*, view: SavedView, wishes: Wishes, newest: int) -> SavedView:
    """Name, share, pin or subscribe to a view otherwise. Its filters stay.

    Raises NameTaken.
    """
    view = SavedView.objects.select_for_update().get(pk=view.pk)
    others = SavedView.objects.of(view.owner).exclude(pk=view.pk)
    _refuse_taken(others.filter(agency=view.agency), wishes.name)
    if view.tells != wishes.tells:
        view.told_until, view.told_at = _from(wishes, newest), None
    for name, value in vars(wishes).items():
        setattr(view, name, value)
    view.save()
    return view


def remove_view(*, view: SavedView) -> None:
    """Throw a view away; whoever shared in it loses it too."""
    view.delete()


def _from(wishes: Wishes, newest: int) -> int:
    # Of a number is kept whether it was passed, not how far one has looked.
    return 0 if wishes.tells == SavedView.Tells.MORE_THAN else newest


def _refuse_taken(own, name: str) -> None:
    if own.filter(name=name).exists():
        raise NameTaken("You have a view of this name. Choose another name.")
