"""Settings of the worker in the story: mail into a folder, and a queue of its own."""

from portal.settings.test import *  # noqa: F403

EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
EMAIL_FILE_PATH = env.env.str("STORY_MAIL")  # noqa: F405
CELERY_TASK_DEFAULT_QUEUE = env.env.str("STORY_QUEUE")  # noqa: F405
