"""The forms of review. They check shape; services check meaning."""

import re
from datetime import UTC

from crispy_forms.helper import FormHelper
from django import forms
from django.utils import timezone

from requests_app.docket.moments import moments_of
from requests_app.docket.names import words_of
from requests_app.review.models import (
    APPROVING_REASONS,
    DENYING_REASONS,
    Decision,
    OffenceStatus,
    ReasonCode,
)

# Marks that turn the direction of reading make a text look other than it is; the
# replacement character stands for what could not be read.
_TURNING = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
_NOT_SHOWN = re.compile(f"[\x01-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f{_TURNING}\ufffd]")


def plain_text(value: str) -> None:
    """Refuse characters that cannot be seen or that make others look different."""
    # A number of a form (UUIDField) is a CharField whose value is no text.
    if _NOT_SHOWN.search(str(value)):
        raise forms.ValidationError(
            "This holds a character that cannot be shown. Type the text again.",
            code="not_shown",
        )


def refuse_what_is_not_shown(form: forms.Form) -> None:
    """Have every text of a form be plain."""
    for field in form.fields.values():
        if isinstance(field, forms.CharField):
            field.validators.append(plain_text)


class ReviewForm(forms.Form):
    """A form inside a page that writes its own form tag and summary."""

    use_required_attribute = False

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        refuse_what_is_not_shown(self)
        self.helper = FormHelper(self)
        self.helper.form_tag = False
        self.helper.disable_csrf = True
        self.helper.error_summary = False


class ReadingField(forms.DateTimeField):
    """A clock reading; the form that has it says which moment it names."""

    def to_python(self, value):
        # As if in UTC, which has a moment for every reading.
        with timezone.override(UTC):
            reading = super().to_python(value)
        # A year beyond is a slip of the key, and the calendar's end has no moment.
        if reading is not None and reading.year not in range(1900, 2200):
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return reading


class DeterminationForm(ReviewForm):
    """Approve or deny one ask. `screening` is the one shown on the page."""

    screening = forms.CharField(widget=forms.HiddenInput, max_length=22)
    decision = forms.ChoiceField(
        label="Determination",
        choices=Decision.choices,
        widget=forms.RadioSelect(attrs={"class": "desk-compact"}),
        error_messages={"required": "Choose whether to approve or to deny."},
    )
    reason_code = forms.ChoiceField(
        label="Reason",
        choices=[("", "Choose"), *ReasonCode.choices],
        error_messages={"required": "Choose the reason."},
    )
    reason = forms.CharField(
        label="The reason in your words",
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=4000,
        error_messages={"required": "Write the reason: it is kept as you write it."},
        help_text="Name the facts you rely on. Leave names and birth dates out.",
    )
    authority = forms.CharField(
        label="Legal authority relied on",
        max_length=300,
        required=False,
        help_text="Needed to approve against a finding that is undetermined or a "
        "violation: statute, order or opinion, with its citation.",
    )
    expires_at = ReadingField(
        label="Approval ends",
        required=False,
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"],
        widget=forms.DateTimeInput(
            attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"
        ),
        help_text="For a hold: the last moment it is approved for.",
        error_messages={"invalid": "Enter a date and time, such as 2026-03-07 14:05."},
    )
    findings_read = forms.BooleanField(
        label="I have read the findings above.",
        error_messages={"required": "Read the findings and say that you have."},
    )

    def clean_expires_at(self):
        reading = self.cleaned_data["expires_at"]
        if reading is None:
            return None
        found = moments_of(reading.replace(tzinfo=None))
        if not found:
            raise forms.ValidationError(
                "That time does not exist: the clocks go forward over it."
            )
        # In the hour that comes twice the earlier moment ends the approval sooner.
        return found[0]

    def clean(self):
        cleaned = super().clean()
        code, decision = cleaned.get("reason_code"), cleaned.get("decision")
        fitting = APPROVING_REASONS if decision == Decision.APPROVE else DENYING_REASONS
        if code and decision and code not in fitting:
            self.add_error(
                "reason_code",
                f"“{ReasonCode(code).label}” is no reason to {decision}. "
                "Choose another.",
            )
        return cleaned


class CountersignForm(ReviewForm):
    """The second person's word on an override."""

    answer = forms.ChoiceField(
        label="Your decision as the second person",
        choices=(
            ("confirm", "Confirm the override: it takes effect now"),
            ("refuse", "Refuse it: the ask is open again"),
        ),
        widget=forms.RadioSelect,
        error_messages={"required": "Choose whether to confirm or to refuse."},
    )


class CloseForm(ReviewForm):
    """The note with which flags on acts are marked as reviewed.

    `seen` is what the page showed, so that nothing newer is closed unread.
    """

    seen = forms.CharField(widget=forms.HiddenInput, max_length=40)
    note = forms.CharField(
        label="What was found and what follows",
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=4000,
        error_messages={"required": "Write what was found and what follows."},
    )


class RulingForm(ReviewForm):
    """A proposal to confirm or to strike one section of the 2025 list."""

    status = forms.ChoiceField(
        label="What does the public act say?",
        choices=OffenceStatus.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose whether the act names the section."},
    )
    citation = forms.CharField(
        label="Where it says so",
        max_length=120,
        help_text="Such as P.A. 25-29, sec. 1.",
        error_messages={"required": "Cite the place in the public act."},
    )
    effective_from = forms.DateField(
        label="In force from",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={
            "required": "Enter the day from which it counts.",
            "invalid": "Enter a date, such as 2025-10-01.",
        },
    )


class NameSearchForm(ReviewForm):
    """Whose requests to find."""

    name = forms.CharField(
        label="Name of the person",
        max_length=200,
        help_text="Any of the names, in any order. Accents, capitals and hyphens make "
        "no difference.",
        error_messages={"required": "Enter at least one name."},
    )

    def clean_name(self) -> str:
        typed = self.cleaned_data["name"]
        if not words_of(typed):
            raise forms.ValidationError("Enter at least one letter or digit.")
        return typed
