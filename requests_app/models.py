"""Every room's models, for Django to find; holds nothing else."""

from requests_app.accounts.models import *  # noqa: F403
from requests_app.docket.models import *  # noqa: F403
from requests_app.documents.models import *  # noqa: F403
from requests_app.intake.models import *  # noqa: F403
from requests_app.ledger.models import *  # noqa: F403
from requests_app.notices.models import *  # noqa: F403
from requests_app.outbox.models import *  # noqa: F403
from requests_app.reporting.models import *  # noqa: F403
from requests_app.review.models import *  # noqa: F403
from requests_app.vault.models import *  # noqa: F403
