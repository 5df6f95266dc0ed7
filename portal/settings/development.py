"""The embedded default: what `bin/demo` and a developer run."""

from portal.settings.base import *  # noqa: F403

SECRET_KEY = env.secret_key() or "development only: never used by production settings"  # noqa: F405
DEBUG = env.env.bool("DEBUG", default=False)  # noqa: F405
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]"]
EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
EMAIL_FILE_PATH = env.home() / "mail"  # noqa: F405
# bin/demo runs the signer, and says so.
LEDGER_WAITS_FOR_WITNESS = env.env.bool("LEDGER_WAITS_FOR_WITNESS", default=False)  # noqa: F405
DEMONSTRATION = True
vars().update(env.embedded_keysets())  # noqa: F405
