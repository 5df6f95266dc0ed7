"""The filters of the auditor's pages, and what an auditor enters about a sample."""

from datetime import date, datetime, time, timedelta

from crispy_forms.helper import FormHelper
from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils import timezone

from requests_app.accounts.models import Agency, Role, User
from requests_app.docket.models import IceRequest
from requests_app.reporting.models import (
    CheckAnswer,
    Conclusion,
    Gravity,
    Question,
    SampleKind,
)
from requests_app.review.wording import EVENT_LABELS, WHAT_LABELS

# The section begins in 2014; no calendar of ours reaches further than the other year.
WITHIN = (
    MinValueValidator(date(2014, 1, 1), "Enter a day from 2014-01-01 on."),
    MaxValueValidator(date(2199, 12, 31), "Enter a day until 2199-12-31."),
)
OUTCOMES = {
    "ok": "Went well",
    "refused": "Refused",
    "failed": "Failed",
    "shredded": "Record destroyed",
}
LARGEST_SAMPLE = 100
MONTH = timedelta(days=30)


class _Plain(forms.Form):
    use_required_attribute = False

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = FormHelper(self)
        self.helper.form_tag = False
        self.helper.disable_csrf = True
        self.helper.error_summary = False


class _Period(_Plain):
    since = forms.DateField(
        label="From",
        validators=WITHIN,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={
            "required": "Enter the first day of the range.",
            "invalid": "Enter a date, such as 2026-03-07.",
        },
    )
    until = forms.DateField(
        label="To, that day included",
        validators=WITHIN,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={
            "required": "Enter the last day of the range.",
            "invalid": "Enter a date, such as 2026-03-07.",
        },
    )

    def clean(self):
        cleaned = super().clean()
        since, until = cleaned.get("since"), cleaned.get("until")
        if since and until and until < since:
            self.add_error("until", "The last day is before the first.")
        return cleaned


class PeriodForm(_Period):
    """A range of days."""


class HistoryForm(_Period):
    """Which entries: a range of days, and any of the rest."""

    event = forms.ChoiceField(
        label="What happened",
        choices=[
            ("", "Anything"),
            *WHAT_LABELS.items(),
            ("One kind of entry", list(EVENT_LABELS.items())),
        ],
        required=False,
    )
    number = forms.CharField(label="Request number", max_length=24, required=False)
    actor = forms.CharField(
        label="User name of who acted", max_length=150, required=False
    )
    role = forms.ChoiceField(
        label="In which role", choices=[("", "Any"), *Role.choices], required=False
    )
    outcome = forms.ChoiceField(
        label="Outcome", choices=[("", "Any"), *OUTCOMES.items()], required=False
    )
    agency = forms.ModelChoiceField(
        label="Agency",
        queryset=Agency.objects.none(),
        to_field_name="code",
        required=False,
        empty_label="Any",
    )

    def __init__(self, *args, agencies, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["agency"].queryset = agencies

    @classmethod
    def of(cls, given: dict, *, agencies) -> "HistoryForm":
        """What an address asks for; without days, the last month."""
        today = timezone.localdate(timezone.now())
        return cls({"since": today - MONTH, "until": today, **given}, agencies=agencies)

    def wanted(self) -> dict:
        """The filters of a sound form, as `search.Wanted` takes them."""
        given = self.cleaned_data
        event = given["event"]
        number = given["number"].replace("\0", "").strip().upper()
        found = IceRequest.objects.filter(number=number).values_list("public_id")
        return {
            "since": midnight(given["since"]),
            "until": midnight(given["until"] + timedelta(days=1)),
            "event": event if event in EVENT_LABELS else "",
            "what": event if event in WHAT_LABELS else "",
            "actor": given["actor"].public_id if given["actor"] else "",
            "role": given["role"],
            "outcome": given["outcome"],
            "agency": given["agency"].code if given["agency"] else "",
            "subject": next((one for (one,) in found), "") if number else "",
        }

    def clean_actor(self) -> User | None:
        """The person of a user name, or of a public identifier as links have it."""
        typed = self.cleaned_data["actor"].strip()
        if not typed:
            return None
        found = User.objects.filter(public_id=typed).first()
        found = found or User.objects.filter(username__iexact=typed).first()
        if found is None:
            raise forms.ValidationError("Nobody has this user name.")
        return found


def midnight(day: date) -> datetime:
    """The moment at which a day begins in Connecticut."""
    return timezone.make_aware(datetime.combine(day, time.min))


class SampleForm(_Period):
    """What to draw."""

    agency = forms.ModelChoiceField(
        label="Agency", queryset=Agency.objects.none(), required=False
    )
    kind = forms.ChoiceField(
        label="How to draw",
        choices=SampleKind.choices,
        widget=forms.RadioSelect,
        initial=SampleKind.RANDOM,
        error_messages={"required": "Choose how to draw."},
    )
    size = forms.IntegerField(
        label="How many requests",
        min_value=1,
        max_value=LARGEST_SAMPLE,
        help_text=f"1 to {LARGEST_SAMPLE}.",
        error_messages={"required": "Enter how many requests to draw."},
    )

    def __init__(self, *args, agencies, whole_state: bool, **kwargs):
        super().__init__(*args, **kwargs)
        field = self.fields["agency"]
        field.queryset = agencies
        field.required = not whole_state
        field.empty_label = "The whole state" if whole_state else None


class ChecklistForm(_Plain):
    """The questions about one request; those left open may be answered later."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for value, label in Question.choices:
            self.fields[value] = forms.ChoiceField(
                label=label,
                choices=CheckAnswer.choices,
                required=False,
                widget=forms.RadioSelect(attrs={"class": "desk-compact"}),
            )

    def clean(self):
        cleaned = super().clean()
        if not self.errors and not any(cleaned.values()):
            raise forms.ValidationError("Answer at least one question.")
        return cleaned


class FindingForm(_Plain):
    """What was found at one request."""

    gravity = forms.ChoiceField(
        label="How much it weighs",
        choices=Gravity.choices,
        widget=forms.RadioSelect(attrs={"class": "desk-compact"}),
        error_messages={"required": "Choose how much it weighs."},
    )
    words = forms.CharField(
        label="What was found",
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Name no person. It is sealed with the request.",
        error_messages={"required": "Write what was found."},
    )


class SignOffForm(_Plain):
    """What the sample shows."""

    conclusion = forms.ChoiceField(
        label="What the sample shows",
        choices=Conclusion.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what the sample shows."},
    )
