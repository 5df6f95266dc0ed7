"""The forms of intake. They check shape; services check meaning."""

from requests_app.intake.forms.acts import (
    ActForm,
    ActFormSet,
    LaterActForm,
    ReceiptForm,
    ServiceForm,
)
from requests_app.intake.forms.basis import BasisForm, WarrantFormSet
from requests_app.intake.forms.corrections import CorrectionForm
from requests_app.intake.forms.custody import ConvictionFormSet, CustodyForm
from requests_app.intake.forms.notices import GiveForm, IssueForm
from requests_app.intake.forms.person import PersonForm
from requests_app.intake.forms.releases import ReleaseForm
from requests_app.intake.forms.request import RequestForm

__all__ = [
    "ActForm",
    "ActFormSet",
    "BasisForm",
    "ConvictionFormSet",
    "CorrectionForm",
    "CustodyForm",
    "GiveForm",
    "IssueForm",
    "LaterActForm",
    "PersonForm",
    "ReceiptForm",
    "ReleaseForm",
    "RequestForm",
    "ServiceForm",
    "WarrantFormSet",
]
