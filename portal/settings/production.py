"""Production: refuses to start with a default secret or an open door."""

from django.core.exceptions import ImproperlyConfigured

from portal.settings.base import *  # noqa: F403

SECRET_KEY = env.secret_key()  # noqa: F405
if len(SECRET_KEY) < 50:
    raise ImproperlyConfigured(
        "Set SECRET_KEY, or SECRET_KEY_FILE, to at least 50 random characters."
    )
SECRET_KEY_FALLBACKS = env.env.list("SECRET_KEY_FALLBACKS", default=[])  # noqa: F405
if not env.env.str("DATABASE_URL", default=""):  # noqa: F405
    raise ImproperlyConfigured("Set DATABASE_URL: production uses its own PostgreSQL.")
if not env.env.str("CELERY_BROKER_URL", default=""):  # noqa: F405
    raise ImproperlyConfigured(
        "Set CELERY_BROKER_URL to the address of RabbitMQ or Redis."
    )
if VAULT_KEY_SERVICE == "requests_app.vault.keys.Keysets":  # noqa: F405
    for which in ("VAULT_KEYSET", "VAULT_INDEX_KEYSET"):
        if not env.keysets()[which] and not env.keysets()[f"{which}_FILE"]:  # noqa: F405
            raise ImproperlyConfigured(
                f"Set {which}_FILE to the keyset's file: see docs/operations.md, Keys."
            )
DEBUG = False
ALLOWED_HOSTS = env.env.list("ALLOWED_HOSTS", default=[])  # noqa: F405
if not ALLOWED_HOSTS or "*" in ALLOWED_HOSTS:
    raise ImproperlyConfigured(
        "Set ALLOWED_HOSTS to the portal's host names, separated by commas."
    )
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS]

SECURE_SSL_REDIRECT = True
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = True
SESSION_COOKIE_NAME = "__Host-session"
SESSION_COOKIE_SAMESITE = "Strict"
CSRF_COOKIE_SECURE = True
CSRF_COOKIE_NAME = "__Host-csrf"
# One proxy stands before the portal; without this all readers share its limits.
ALLAUTH_TRUSTED_PROXY_COUNT = 1
LEDGER_WAITS_FOR_WITNESS = env.env.bool("LEDGER_WAITS_FOR_WITNESS", default=True)  # noqa: F405
DEMONSTRATION = False
REFUSES_UNSAFE_DATABASE = True
