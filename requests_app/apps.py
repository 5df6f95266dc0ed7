"""The one Django app; its packages are rooms."""

from django.apps import AppConfig


class RequestsAppConfig(AppConfig):
    """Names the app, and loads what registers itself."""

    name = "requests_app"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from requests_app.accounts import checks, tasks  # noqa: F401 register themselves
        from requests_app.review.services import (  # noqa: F401
            alarms,
            rehearsing,
            rescreening,
        )
