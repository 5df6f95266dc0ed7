"""The deferred tail of assigning: telling a person that something waits."""

from datetime import datetime

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string

from requests_app.accounts.models import User
from requests_app.outbox.jobs import does


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
