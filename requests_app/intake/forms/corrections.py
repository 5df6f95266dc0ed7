"""Why facts of record are corrected."""

from django import forms

from requests_app.review.forms import ReviewForm


class CorrectionForm(ReviewForm):
    """The reason, beside the form of the step."""

    why = forms.CharField(
        label="Why it is corrected",
        widget=forms.Textarea(attrs={"rows": 2}),
        max_length=1000,
        error_messages={"required": "Write why it is corrected."},
        help_text="Kept sealed, beside the values before and after.",
    )
