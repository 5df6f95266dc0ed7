"""The WSGI door that gunicorn opens."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.development")

# Without it tasks are sent to no broker at all, and only the relay would deliver.
from portal.celery import app as celery_app  # noqa: E402, F401

application = get_wsgi_application()

from requests_app.accounts.checks import refuse_an_unsafe_database  # noqa: E402

refuse_an_unsafe_database()
