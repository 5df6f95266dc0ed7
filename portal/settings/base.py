"""Settings that hold everywhere; the other modules only add what differs."""

from celery.schedules import crontab
from csp.constants import NONE, SELF
from django.contrib.messages import constants as message_levels

from portal import env

BASE_DIR = env.PROJECT

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "crispy_forms",
    "csp",
    "django_htmx",
    "pgtrigger",
    "requests_app",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "requests_app.accounts.middleware.ResponseHeaders",
    "requests_app.accounts.middleware.Utf8Only",
    "requests_app.accounts.middleware.Sessions",
    "django.middleware.common.CommonMiddleware",
    "requests_app.documents.middleware.Sizes",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "requests_app.accounts.middleware.Doors",
    "requests_app.accounts.middleware.ShowsOnly",
    "requests_app.accounts.middleware.Witnessed",
    "requests_app.accounts.middleware.Unopened",
    "requests_app.accounts.middleware.NoEntryNoAnswer",
]

ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "requests_app.accounts.context.desk",
            ],
        },
    },
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
CRISPY_ALLOWED_TEMPLATE_PACKS = "uswds"
CRISPY_TEMPLATE_PACK = "uswds"

DATABASES = {"default": env.database(pool=True)}
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "portal_cache",
        # Culling would forget who has failed to sign in how often.
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}

# Where the keys are that open the sealed columns: docs/operations.md, "Keys".
VAULT_KEY_SERVICE = env.env.str(
    "VAULT_KEY_SERVICE", default="requests_app.vault.keys.Keysets"
)
vars().update(env.keysets())

# The history: what the signer of checkpoints needs, and who waits for it
vars().update(env.ledger_files())
LEDGER_ORIGIN = env.env.str("LEDGER_ORIGIN", default="detainer-desk.example/history")
# A decision is answered only when a witnessed checkpoint covers it.
LEDGER_WAITS_FOR_WITNESS = False

# People and sessions
AUTH_USER_MODEL = "requests_app.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 15},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {
        "NAME": (
            "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"
        )
    },
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_ADAPTER = "requests_app.accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
MFA_ADAPTER = "requests_app.accounts.adapter.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Detainer Desk"
USERSESSIONS_ADAPTER = "requests_app.accounts.adapter.SessionsAdapter"
USERSESSIONS_TRACK_ACTIVITY = False
# Half an hour without a request ends a session; the page warns before it does.
SESSION_COOKIE_AGE = 30 * 60
SESSION_SAVE_EVERY_REQUEST = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_ENGINE = "django.contrib.sessions.backends.db"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Strict"
CSRF_FAILURE_VIEW = "requests_app.accounts.views.csrf_failure"

# Headers
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}

# Time and words
LANGUAGE_CODE = "en-us"
TIME_ZONE = "America/New_York"
USE_TZ = True
USE_I18N = False
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
MESSAGE_LEVEL = message_levels.INFO

# Static files
STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
}

# Work that is done after the answer
CELERY_BROKER_URL = env.broker_url()
CELERY_BROKER_TRANSPORT_OPTIONS = env.broker_options()
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_WORKER_PREFETCH_MULTIPLIER = 4
CELERY_WORKER_ENABLE_REMOTE_CONTROL = False
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = "America/New_York"
CELERY_BEAT_SCHEDULE = {
    "outbox-relay": {"task": "outbox.relay", "schedule": 5.0},
    "ledger-verify": {"task": "ledger.verify_hourly", "schedule": 3600.0},
    "review-news": {"task": "review.news_minutely", "schedule": 60.0},
    "clocks-watch": {"task": "clocks.watch", "schedule": 60.0},
    "clocks-compare": {"task": "clocks.compare", "schedule": 60.0},
    "review-forget": {"task": "review.forget_hourly", "schedule": 3600.0},
    "review-free": {"task": "review.free_hourly", "schedule": 3600.0},
    # On the hour, so that midnight in Connecticut, when a date comes, is one of them.
    "law-calendar": {"task": "law.hourly", "schedule": crontab(minute=0)},
}
if CELERY_BROKER_URL.startswith("amqp"):
    # Quorum queues count redeliveries and outlive a broker's crash.
    CELERY_TASK_DEFAULT_QUEUE_TYPE = "quorum"

# Mail says only that something waits; see templates/email/.
EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
EMAIL_HOST = env.env.str("EMAIL_HOST", default="localhost")
EMAIL_PORT = env.env.int("EMAIL_PORT", default=25)
DEFAULT_FROM_EMAIL = env.env.str("MAIL_FROM", default="detainer-desk@localhost")
PORTAL_ADDRESS = env.env.str("PORTAL_ADDRESS", default="http://127.0.0.1:8000")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"},
    },
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": "line"},
    },
    # Tracebacks may hold what people typed: the logger below writes the
    # incident number and the error's kind only (requests_app.accounts.middleware).
    "loggers": {
        "django.request": {"level": "CRITICAL", "handlers": ["console"]},
        "django.security": {"level": "CRITICAL", "handlers": ["console"]},
        # Warns at each connection that the embedded broker's address has no host.
        "kombu.connection": {"level": "ERROR"},
    },
    "root": {"handlers": ["console"], "level": "INFO"},
}

# Production starts on no database that shows one agency the rows of another.
REFUSES_UNSAFE_DATABASE = False

# Kept with every screening: which code and which law data gave the finding.
CODE_VERSION = env.code_version()

# Papers: a virus scanner's socket or host:port, and how many files may come.
CLAMAV_ADDRESS = env.env.str("CLAMAV_ADDRESS", default="")
DOCUMENTS_PER_HOUR = env.env.int("DOCUMENTS_PER_HOUR", default=120)
DOCUMENTS_PER_REQUEST = env.env.int("DOCUMENTS_PER_REQUEST", default=60)
# A paper on its way is never written to a disk but into the quarantine.
FILE_UPLOAD_MAX_MEMORY_SIZE = 21 * 1024 * 1024
FILE_UPLOAD_PERMISSIONS = 0o600

# Citations of exemptions as counsel has named them, by the code of the release policy.
RELEASE_CITATIONS = env.env.dict("RELEASE_CITATIONS", default={})

DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
