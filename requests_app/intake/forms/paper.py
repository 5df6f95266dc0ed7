"""Printing numbered paper forms."""

from django import forms

from requests_app.intake.paper_forms import MOST
from requests_app.review.forms import ReviewForm


class PrintForm(ReviewForm):
    """How many forms, and of which agency."""

    agency = forms.ModelChoiceField(
        label="Agency", queryset=None, error_messages={"required": "Choose the agency."}
    )
    count = forms.IntegerField(
        label="How many forms",
        min_value=1,
        max_value=MOST,
        initial=10,
        help_text=f"Between 1 and {MOST}. Each has a number that is used once.",
        error_messages={
            "required": "Enter how many forms.",
            "invalid": "Enter a whole number, such as 10.",
            "min_value": "Print at least one form.",
            "max_value": f"Print at most {MOST} forms at once.",
        },
    )

    def __init__(self, *args, agencies, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["agency"].queryset = agencies
        self.fields["agency"].empty_label = None if len(agencies) == 1 else "Choose"
