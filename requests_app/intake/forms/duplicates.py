"""What one request is to another."""

from django import forms

from requests_app.docket.models import LinkKind
from requests_app.review.forms import ReviewForm


class LinkForm(ReviewForm):
    """The decision on two requests that may be the same."""

    kind = forms.ChoiceField(
        label="What is the later request to the earlier one?",
        choices=LinkKind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what the two are to each other."},
    )
    reason = forms.CharField(
        label="Why",
        max_length=300,
        required=False,
        help_text="May stay empty. Kept sealed with the request.",
    )
