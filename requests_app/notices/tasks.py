"""Making the file of a notice after the answer that issued it."""

from datetime import datetime

from requests_app.notices import services
from requests_app.notices.models import Issue
from requests_app.outbox.jobs import does


@does("notice.rendered")
def render_notice(*, subject: str, at: datetime) -> None:
    """Make the file, unless it is there or the words were destroyed."""
    issue = Issue.objects.filter(public_id=subject).first()
    if issue is not None:
        services.make_file(issue=issue, at=at)
