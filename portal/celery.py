"""The Celery application; tasks live in the rooms."""

import os

from celery import Celery
from celery.signals import worker_init
from django.core.exceptions import ImproperlyConfigured

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.development")

app = Celery("portal")


@worker_init.connect
def refuse_an_unsafe_database(**kwargs) -> None:
    """Have the worker refuse what the web server refuses."""
    from requests_app.accounts.checks import refuse_an_unsafe_database as refuse

    try:
        refuse()
    except ImproperlyConfigured as error:
        # Celery goes on after any other exception of a signal.
        raise SystemExit(str(error)) from error


app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(
    ["requests_app.outbox", "requests_app.accounts", "requests_app.notices"]
    + ["requests_app.review"]
    + ["requests_app.intake"]
)
