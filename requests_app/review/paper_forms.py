"""The forms of a request's papers."""

from django import forms

from requests_app.documents.models import DocumentKind
from requests_app.review.forms import ReviewForm

_KINDS = (
    DocumentKind.INSTRUMENT,
    DocumentKind.WARRANT,
    DocumentKind.PROOF,
    DocumentKind.COURT,
    DocumentKind.OTHER,
)


class AddPaperForm(ReviewForm):
    """A file that was received, and what it is."""

    kind = forms.ChoiceField(
        label="What is it?",
        choices=[(str(one), one.label) for one in _KINDS],
        widget=forms.RadioSelect(attrs={"class": "desk-compact"}),
        error_messages={"required": "Choose what the paper is."},
    )
    file = forms.FileField(
        label="File",
        widget=forms.FileInput(
            attrs={"accept": ".pdf,.jpg,.jpeg,.png,.tif,.tiff,application/pdf,image/*"}
        ),
        max_length=1000,
        help_text="A PDF file, or a JPEG, PNG or TIFF scan: up to 20 MB and 200 pages. "
        "A form with plain fields may come filled in.",
        error_messages={
            "required": "Choose the file.",
            "empty": "The file is empty. Choose it again.",
            "invalid": "Choose the file again: it did not arrive.",
        },
    )


class MisplaceForm(ReviewForm):
    """Why a paper does not belong to a request."""

    reason = forms.CharField(
        label="Why does it not belong here?",
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=500,
        error_messages={"required": "Say why this paper does not belong here."},
    )
