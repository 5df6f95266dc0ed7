"""What the signer of checkpoints runs with: no secret of the portal's, no other role.

It is a user of its own on the machine. It reads its key, its state and the witness
file, and signs in to the database as `portal_signer`.
"""

import secrets

from portal import env

SECRET_KEY = secrets.token_urlsafe(48)
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.postgres",
    "pgtrigger",
    "requests_app",
]
AUTH_USER_MODEL = "requests_app.User"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
DATABASES = {"default": env.database(pool=False, url=env.signer_url())}
USE_TZ = True
TIME_ZONE = "America/New_York"

LEDGER_SIGNER_URL = env.signer_url()
LEDGER_ORIGIN = env.env.str("LEDGER_ORIGIN", default="detainer-desk.example/history")
vars().update(env.ledger_files())
