"""Telling a person that something waits, and watching the calendar of the law."""

from datetime import datetime

from celery import shared_task
from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone

from requests_app.accounts.access import Standing
from requests_app.accounts.models import User
from requests_app.outbox import jobs
from requests_app.outbox import services as outbox
from requests_app.outbox.jobs import does
from requests_app.outbox.messages import CarriesIdentifiers
from requests_app.review.models import Bulk, MessageKind, RoutingTable, SavedView
from requests_app.review.services import bulk as bulks
from requests_app.review.services import handling, looking, routing_tables, telling
from requests_app.review.subscriptions import is_due, look, with_news


@does("person.told")
def tell(*, subject: str, at: datetime) -> None:
    """Mail that something waits, and nothing about what it is."""
    person = User.objects.filter(public_id=subject, is_active=True).first()
    if person is None or not person.email:
        return
    EmailMessage(
        subject="Something waits for you in Detainer Desk",
        body=render_to_string(
            "email/waiting.txt", {"address": settings.PORTAL_ADDRESS}
        ),
        to=[person.email],
        headers={"Auto-Submitted": "auto-generated"},
    ).send()


@shared_task(base=CarriesIdentifiers, name="law.hourly")
def look_at_the_calendar() -> None:
    """Ask whether the law has become another; at midnight a date may have come."""
    with transaction.atomic(), jobs.context(""):
        outbox.enqueue(kind="law.calendar", subject="statute", at=timezone.now())


@shared_task(base=CarriesIdentifiers, name="review.free_hourly")
def free_hourly() -> None:
    """Ask that what people have who left be put back; once waiting is enough."""
    with transaction.atomic(), jobs.context(""):
        outbox.enqueue(kind="assignment.freed", subject="all", at=timezone.now())


@shared_task(base=CarriesIdentifiers, name="review.forget_hourly")
def forget_hourly() -> None:
    """Forget who had a page open and has gone, those who never came back among them."""
    with transaction.atomic(), jobs.context(""):
        looking.forget_gone(at=timezone.now())


@does("assignment.freed")
def free(*, subject: str, at: datetime) -> None:
    """Put back what is with people who decide there no more, whoever was meant."""
    handling.free_left(at=at)


@does("routing.tried")
def try_out(*, subject: str, at: datetime) -> None:
    """Make the dry run of a routing table."""
    routing_tables.try_out(table=RoutingTable.objects.get(public_id=subject), at=at)


@does(bulks.KINDS[0])
def carry_out(*, subject: str, at: datetime) -> None:
    """Do the first batch of an order over many requests, or one after the next."""
    bulks.carry_on(bulk=Bulk.objects.get(public_id=subject), kind=bulks.KINDS[0], at=at)


@does(bulks.KINDS[1])
def carry_on(*, subject: str, at: datetime) -> None:
    """Do a batch that comes after another."""
    bulks.carry_on(bulk=Bulk.objects.get(public_id=subject), kind=bulks.KINDS[1], at=at)


# So many views are looked at in one go; the next go is a minute away.
MOST_VIEWS = 500


@shared_task(base=CarriesIdentifiers, name="review.news_minutely")
def news_minutely() -> int:
    """Ask that the saved views which are due be looked at. How many."""
    now = timezone.now()
    with transaction.atomic(), jobs.context(""):
        # In no order, so that with more than that each has its turn.
        rows = SavedView.objects.subscribed().select_related("agency").order_by("?")
        due = with_news([view for view in rows[:MOST_VIEWS] if is_due(view, at=now)])
        for view in due:
            outbox.enqueue(
                kind="view.news",
                subject=view.public_id,
                agency=view.agency.code,
                at=now,
            )
    return len(due)


@does("view.news")
def tell_news(*, subject: str, at: datetime) -> None:
    """Look at a saved view as its owner would, and tell the owner of news, once."""
    view = (
        SavedView.objects.select_for_update(of=("self",))
        .select_related("owner", "agency")
        .filter(public_id=subject, owner__is_active=True)
        .first()
    )
    if view is None or not is_due(view, at=at):
        return
    standing = Standing.of(view.owner, on=timezone.localdate(at))
    news = look(view, standing=standing, at=at)
    # A day without news counts as told: the next look is tomorrow's.
    view.told_until, view.told_at = news.until, at
    view.save(update_fields=["told_until", "told_at"])
    if news.is_told:
        telling.tell(
            people=[view.owner], agency=view.agency, kind=MessageKind.VIEW, at=at
        )
