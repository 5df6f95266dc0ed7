"""Step 3: custody and convictions."""

from crispy_forms.layout import Fieldset, Layout, Row
from django import forms
from django.utils import timezone

from requests_app.docket.models import Conviction, Listing
from requests_app.intake.forms.base import (
    AnswerField,
    DayField,
    DeskForm,
    DeskFormSet,
    ReadingField,
    RowForm,
)

STATES = [
    "AL",
    "AK",
    "AZ",
    "AR",
    "CA",
    "CO",
    "DE",
    "DC",
    "FL",
    "GA",
    "HI",
    "ID",
    "IL",
    "IN",
    "IA",
    "KS",
    "KY",
    "LA",
    "ME",
    "MD",
    "MA",
    "MI",
    "MN",
    "MS",
    "MO",
    "MT",
    "NE",
    "NV",
    "NH",
    "NJ",
    "NM",
    "NY",
    "NC",
    "ND",
    "OH",
    "OK",
    "OR",
    "PA",
    "RI",
    "SC",
    "SD",
    "TN",
    "TX",
    "UT",
    "VT",
    "VA",
    "WA",
    "WV",
    "WI",
    "WY",
    "PR",
]
JURISDICTIONS = [
    ("", "Not known"),
    ("CT", "Connecticut"),
    ("US", "A federal court"),
    *((code, code) for code in STATES),
    ("other", "Elsewhere"),
]


class CustodyForm(DeskForm):
    """Whether the agency has the person, and until when."""

    moments = ("booked_at", "release_expected_at", "release_eligible_at")
    past_only = ("booked_at",)

    under_control = AnswerField(
        label="Is the person stopped, arrested, detained or otherwise under your "
        "control?"
    )
    booked_at = ReadingField(label="Booked", required=False)
    release_expected_at = ReadingField(label="Release expected", required=False)
    release_eligible_at = ReadingField(
        label="Eligible for release since or from", required=False
    )
    narrative = forms.CharField(
        label="Anything else about the custody",
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    convictions_listing = forms.ChoiceField(
        label="Does the record show charges or convictions?",
        choices=Listing.choices,
        initial=Listing.UNKNOWN,
        widget=forms.RadioSelect(attrs={"class": "desk-compact"}),
        help_text="List what the court record shows, each with its outcome. Take class "
        "and subdivision from the judgment, never from the section.",
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        which = [name for name in self.fields if name.endswith("_which")]
        self.helper.layout = Layout(
            Fieldset(
                "Custody", "under_control", Row(*self.moments), *which, "narrative"
            ),
            Fieldset("Charges and convictions", "convictions_listing"),
        )

    def clean(self):
        cleaned = super().clean()
        booked = cleaned.get("booked_at")
        for name in ("release_expected_at", "release_eligible_at"):
            if booked and cleaned.get(name) and cleaned[name] < booked:
                self.add_error(name, "The release is before the booking.")
        return cleaned


class ConvictionForm(RowForm):
    """One charge and what the court made of it."""

    section = forms.CharField(
        label="Section", max_length=40, required=False, help_text="Such as 53a-134."
    )
    subdivision = forms.CharField(
        label="Subdivision", max_length=20, required=False, help_text="Such as (a)(2)."
    )
    felony_class = forms.ChoiceField(
        label="Class in the judgment",
        choices=[("", "Not known"), *Conviction.FelonyClass.choices],
        required=False,
    )
    disposition = forms.ChoiceField(
        label="Outcome",
        choices=[("", "Not known"), *Conviction.Disposition.choices],
        required=False,
    )
    jurisdiction = forms.ChoiceField(
        label="Where", choices=JURISDICTIONS, required=False
    )
    inchoate = forms.ChoiceField(
        label="Attempt or conspiracy",
        choices=[("", "Neither"), *Conviction.Inchoate.choices],
        required=False,
    )
    offense_date = DayField(label="Date of the offence", required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper.layout = Layout(
            Row("section", "subdivision", "felony_class", "disposition"),
            Row("jurisdiction", "inchoate", "offense_date"),
        )

    def clean_offense_date(self):
        day = self.cleaned_data["offense_date"]
        if day and day > timezone.localdate(self.now):
            raise forms.ValidationError("The date of the offence is in the future.")
        return day


class BaseConvictionFormSet(DeskFormSet):
    """The rows of charges."""

    row_name = "Charge"


ConvictionFormSet = forms.formset_factory(
    ConvictionForm,
    formset=BaseConvictionFormSet,
    extra=1,
    can_delete=True,
    max_num=40,
    absolute_max=40,
    validate_max=True,
)
