"""The forms of accounts."""

from crispy_forms.helper import FormHelper
from django import forms

from requests_app.accounts.models import Agency, Role, User


class AppointmentForm(forms.Form):
    """Who gets which role where, from when until when."""

    use_required_attribute = False

    username = forms.CharField(
        label="Person's sign-in name",
        max_length=150,
        error_messages={"required": "Enter the person's sign-in name."},
    )
    agency = forms.ModelChoiceField(
        label="Agency",
        queryset=Agency.objects.none(),
        error_messages={"required": "Choose the agency."},
    )
    role = forms.ChoiceField(
        label="Role",
        choices=[("", "Choose"), *Role.choices],
        error_messages={"required": "Choose the role."},
    )
    effective_from = forms.DateField(
        label="From",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={
            "required": "Enter the first day.",
            "invalid": "Enter a date, such as 2026-03-07.",
        },
    )
    effective_until = forms.DateField(
        label="Until, that day not included",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": "Enter a date, such as 2026-03-07."},
    )

    def __init__(self, *args, agencies, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["agency"].queryset = agencies
        self.helper = FormHelper(self)
        self.helper.form_tag = False
        self.helper.disable_csrf = True
        self.helper.error_summary = False

    def clean_username(self) -> User:
        typed = self.cleaned_data["username"].strip()
        user = User.objects.filter(username__iexact=typed, is_active=True).first()
        if user is None:
            raise forms.ValidationError(
                "There is no account with this sign-in name. Check the spelling."
            )
        return user

    def clean(self):
        cleaned = super().clean()
        first, last = cleaned.get("effective_from"), cleaned.get("effective_until")
        if first and last and last <= first:
            self.add_error("effective_until", "The end is not after the first day.")
        return cleaned


# A month: what takes longer is no clock.
MOST_HOURS = 720


def _hours(label: str, help_text: str) -> forms.IntegerField:
    said = f"Enter whole hours from 1 to {MOST_HOURS}."
    return forms.IntegerField(
        label=label,
        help_text=help_text,
        min_value=1,
        max_value=MOST_HOURS,
        error_messages=dict.fromkeys(
            ("required", "invalid", "min_value", "max_value"), said
        ),
    )


class ClocksForm(forms.Form):
    """The agency's own hours."""

    use_required_attribute = False

    decide_within_hours = _hours(
        "Decide within, hours", "From the receipt of a request to its determination."
    )
    copy_within_hours = _hours(
        "Give papers within, hours",
        "Copy of the detainer, intent, and copy and reason of a notification.",
    )
    second_within_hours = _hours(
        "Second person within, hours",
        "From an approval against a violation to the answer of the second person.",
    )
    warn_before_hours = _hours(
        "Warn before, hours",
        "How long before a clock lapses people are told. Work that is late when it "
        "comes to a desk stays there for so long before it is passed up.",
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = FormHelper(self)
        self.helper.form_tag = False
        self.helper.disable_csrf = True
        self.helper.error_summary = False
