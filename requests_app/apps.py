"""The one Django app; its packages are rooms."""

from django.apps import AppConfig


class RequestsAppConfig(AppConfig):
    """Names the app, and loads what registers itself."""

    name = "requests_app"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from requests_app.accounts import checks, tasks  # noqa: F401 register themselves
        from requests_app.reporting import rollup  # noqa: F401 registers itself
        from requests_app.reporting import tasks as reporting_tasks  # noqa: F401
        from requests_app.reporting.services import (  # noqa: F401
            case_files,
            disposals,
        )
        from requests_app.review.services import (  # noqa: F401
            alarms,
            rehearsing,
            rescreening,
        )
