"""The filters of the pages of figures, and what a person enters about a report,
an export or a release."""

from crispy_forms.helper import FormHelper
from django import forms

from requests_app.accounts.models import Agency
from requests_app.docket.models import AskKind, Instrument
from requests_app.reporting.models import Export, ReportForm
from requests_app.reporting.narrowing import BY


class _Plain(forms.Form):
    use_required_attribute = False

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = FormHelper(self)
        self.helper.form_tag = False
        self.helper.disable_csrf = True
        self.helper.error_summary = False


def _day(label: str) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=False, widget=widget)


class FiguresForm(_Plain):
    """Which requests are counted: those received on these days, and narrower."""

    since = _day("Received from")
    until = _day("Received until")
    by = forms.ChoiceField(label="Over time by", choices=list(BY.items()))
    agency = forms.ChoiceField(label="Agency", required=False)
    instrument = forms.ChoiceField(
        label="Came as", choices=[("", "Anything"), *Instrument.choices], required=False
    )
    ask = forms.ChoiceField(
        label="Asks", choices=[("", "Anything"), *AskKind.choices], required=False
    )

    def __init__(self, *args, agencies, **kwargs):
        super().__init__(*args, **kwargs)
        choices = [(one.code, one.name) for one in agencies]
        self.fields["agency"].choices = [("", "Every agency"), *choices]
        if len(choices) < 2:
            del self.fields["agency"]


class DraftReportForm(_Plain):
    """In which form a report is made, and why it is amended."""

    form = forms.ChoiceField(
        label="Form of the report",
        choices=ReportForm.choices,
        initial=ReportForm.STATISTICS,
        widget=forms.RadioSelect,
        help_text="54-192h(e)(3): statistics, or, if statistics are not maintained, "
        "individual records with identifiers redacted.",
        error_messages={"required": "Choose the form of the report."},
    )
    because = forms.CharField(
        label="Why it is amended",
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="It is printed in the report: name no person.",
    )

    def __init__(self, *args, is_amendment: bool, **kwargs):
        super().__init__(*args, **kwargs)
        if not is_amendment:
            del self.fields["because"]
        else:
            self.fields["because"].required = True
            self.fields["because"].error_messages["required"] = (
                "Write why the report is amended."
            )


class CertifyForm(_Plain):
    """That the certifier looked, and is who he or she is."""

    looked = forms.BooleanField(
        label="I looked at the open questions and at how many people stand alone.",
        error_messages={"required": "Say that you looked at the open questions."},
    )
    password = forms.CharField(
        label="Your password",
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        error_messages={"required": "Enter your password."},
    )

    def __init__(self, *args, needs_password: bool, **kwargs):
        super().__init__(*args, **kwargs)
        if not needs_password:
            del self.fields["password"]


class SentForm(_Plain):
    """How a certified report went out."""

    how = forms.CharField(
        label="How it was sent",
        max_length=80,
        help_text="For example: by e-mail to OPM. Name no person.",
        error_messages={"required": "Enter how it was sent."},
    )


class ExportForm(_Plain):
    """In which format a list is taken out."""

    format = forms.ChoiceField(
        label="Format",
        choices=Export.Format.choices,
        initial=Export.Format.CSV,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose a format."},
    )
    with_names = forms.BooleanField(
        label="With names of people",
        required=False,
        help_text="The history says that you took names out.",
    )

    password = forms.CharField(
        label="Your password, for names only",
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    agency = forms.ModelChoiceField(
        label="Agency", queryset=Agency.objects.none(), empty_label=None
    )

    def __init__(
        self,
        *args,
        agencies,
        whole_state: bool,
        may_name: bool,
        needs_password: bool,
        **kwargs,
    ):
        super().__init__(*args, **kwargs)
        ids = [one.pk for one in agencies]
        field = self.fields["agency"]
        field.queryset = Agency.objects.filter(pk__in=ids).order_by("name")
        if whole_state:
            field.required, field.empty_label = False, "The whole state"
        else:
            field.initial = ids[0]
        if not may_name:
            del self.fields["with_names"]
        if not may_name or not needs_password:
            del self.fields["password"]
