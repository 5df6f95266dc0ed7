"""Forms of claims, holds, case files, retention and releases. They check shape."""

import re
from datetime import date, timedelta

from django import forms

from requests_app.docket.models import ClaimOutcome, Hold, RecordClass, Relief
from requests_app.ledger.events import SHAPES
from requests_app.reporting.forms import WITHIN
from requests_app.reporting.models import Audience
from requests_app.review.forms import ReviewForm


def _words(label: str, *, required: str = "", rows: int = 3, **more) -> forms.CharField:
    return forms.CharField(
        label=label,
        widget=forms.Textarea(attrs={"rows": rows}),
        max_length=4000,
        required=bool(required),
        error_messages={"required": required},
        **more,
    )


def _day(label: str, *, required: str = "", **more) -> forms.DateField:
    return forms.DateField(
        label=label,
        validators=WITHIN,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        required=bool(required),
        error_messages={
            "required": required,
            "invalid": "Enter a date, such as 2026-03-07.",
        },
        **more,
    )


class PasswordForm(ReviewForm):
    """The reader's own password, so that nobody else acts at an open desk."""

    password = forms.CharField(
        label="Your password",
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        strip=False,
        max_length=200,
        help_text="Asked each time, so that nobody else acts at your desk.",
        error_messages={"required": "Enter your password."},
    )


class ClaimForm(ReviewForm):
    """A claim as the court papers state it."""

    number = forms.CharField(
        label="Request it concerns",
        max_length=24,
        required=False,
        help_text="Its number, as in BPT-2026-00042. The claim then holds it from "
        "destruction by itself. Empty: it concerns no single request.",
    )
    court = forms.CharField(
        label="Court",
        max_length=120,
        error_messages={"required": "Enter the court."},
    )
    docket_number = forms.CharField(
        label="Docket number",
        max_length=60,
        error_messages={"required": "Enter the court's docket number."},
    )
    claimant = forms.CharField(
        label="Who claims",
        max_length=200,
        error_messages={"required": "Enter who brings the claim."},
    )
    represented_by = forms.CharField(
        label="Represented by", max_length=200, required=False
    )
    relief = forms.MultipleChoiceField(
        label="What the court is asked for",
        choices=Relief.choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose what the court is asked for."},
    )
    about = _words(
        "What it is about", required="Write in a sentence what the claim is about."
    )
    filed_date = _day("Filed", required="Enter the day on which it was filed.")
    served_date = _day("Served on the agency", help_text="Empty: not served yet.")


class ClaimEventForm(ReviewForm):
    """What became of a claim."""

    outcome = forms.ChoiceField(
        label="What became of it",
        choices=[("", "Choose"), *ClaimOutcome.choices],
        error_messages={"required": "Choose what became of it."},
    )
    on_date = _day("On", required="Enter the day on which it happened.")
    words = _words("In words")


class HoldForm(ReviewForm):
    """What is held, and why."""

    reach = forms.ChoiceField(
        label="What is held",
        choices=Hold.Reach.choices,
        widget=forms.RadioSelect,
        initial=Hold.Reach.REQUEST,
        error_messages={"required": "Choose what is held."},
        help_text="A person is known by family name with birth date, and by A-number. "
        "What is filed later about the person is held too.",
    )
    cause = forms.ChoiceField(
        label="Why",
        choices=[("", "Choose"), *Hold.Cause.choices],
        error_messages={"required": "Choose why it is held."},
    )
    words = _words(
        "In words", required="Write why nothing of it may be destroyed.", rows=3
    )


class LiftForm(ReviewForm):
    """Why a hold is not needed any more."""

    words = _words(
        "Why it is lifted",
        required="Write why it may be lifted: lifting opens the way to destruction.",
    )


class RuleForm(ReviewForm):
    """For how long a class of records is kept."""

    record_class = forms.ChoiceField(
        label="Records",
        choices=[("", "Choose"), *RecordClass.choices],
        error_messages={"required": "Choose the class of records."},
    )
    years = forms.IntegerField(
        label="Kept for, in years",
        min_value=1,
        max_value=200,
        error_messages={"required": "Enter the number of years."},
    )
    authority = forms.RegexField(
        label="Series",
        regex=SHAPES["series"],
        max_length=40,
        help_text="As the Public Records Administrator's schedule names it. The portal "
        "knows none: ask which series applies.",
        error_messages={
            "required": "Enter the series that sets this period.",
            "invalid": "Enter letters, digits, spaces, dots, colons and hyphens only.",
        },
    )
    effective_from = _day("In force from", required="Enter the first day of the rule.")


class DisposalForm(ReviewForm):
    """The signed authorization, and what is to be destroyed under it."""

    authority = forms.CharField(
        label="Number of the authorization",
        max_length=40,
        help_text="Of the signed form RC-075 or RC-108, as in RC-108-2026-00042.",
        error_messages={
            "required": "Enter the number of the signed disposal authorization."
        },
    )
    paper = forms.FileField(
        label="The signed authorization",
        widget=forms.FileInput(attrs={"accept": ".pdf,.jpg,.jpeg,.png,.tif,.tiff"}),
        max_length=1000,
        help_text="A PDF file, or a JPEG, PNG or TIFF scan: up to 20 MB.",
        error_messages={
            "required": "Choose the file of the signed authorization.",
            "empty": "The file is empty. Choose it again.",
            "invalid": "Choose the file again: it did not arrive.",
        },
    )


class ExtractForm(ReviewForm):
    """For whom, and of which days, records are put together."""

    audience = forms.ChoiceField(
        label="For whom",
        choices=Audience.choices,
        widget=forms.RadioSelect,
        initial=Audience.PUBLIC,
        error_messages={"required": "Choose for whom the records are."},
    )
    number = forms.CharField(
        label="Number of the request",
        max_length=24,
        required=False,
        help_text="Needed for the person concerned: the extract is of this request "
        "alone.",
    )
    since = _day("From", required="Enter the first day.")
    last = _day("To, that day included", required="Enter the last day.")
    reference = forms.CharField(
        label="Reference of the request for records",
        max_length=80,
        error_messages={"required": "Enter the agency's reference."},
        help_text="It is printed on the extract: name no person.",
    )

    def clean(self):
        cleaned = super().clean()
        since, last = cleaned.get("since"), cleaned.get("last")
        if since and last and last < since:
            self.add_error("last", "The last day is before the first.")
        if cleaned.get("audience") == Audience.PERSON and not cleaned.get("number"):
            self.add_error("number", "Enter the number of a request about this person.")
        return cleaned


class RefuseForm(ReviewForm):
    """Why an extract is not released."""

    words = _words("Why it is not released", required="Write why, for whoever made it.")


class WithholdForm(ReviewForm):
    """Which field of which records is withheld, and under which exemption."""

    records = forms.RegexField(
        label="Numbers of the records",
        regex=r"^[0-9]{1,3}([ ,]+[0-9]{1,3})*$",
        max_length=400,
        help_text="As they are numbered on this page, for example 2, 5.",
        error_messages={
            "required": "Enter the numbers of the records.",
            "invalid": "Enter numbers with commas between them, such as 2, 5.",
        },
    )
    field = forms.ChoiceField(
        label="What is withheld",
        error_messages={"required": "Choose what is withheld."},
    )
    code = forms.ChoiceField(
        label="Exemption",
        error_messages={"required": "Choose the exemption under which."},
    )

    def __init__(self, *args, released, exemptions, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["field"].choices = [("", "Choose"), *released]
        self.fields["code"].choices = [("", "Choose"), *exemptions]

    def clean_records(self) -> list[int]:
        return [int(one) for one in re.findall("[0-9]+", self.cleaned_data["records"])]


class SpanForm(ReviewForm):
    """The days whose resources are added up."""

    since = _day("From", required="Enter the first day.")
    last = _day("To, that day included", required="Enter the last day.")

    def clean(self):
        cleaned = super().clean()
        since, last = cleaned.get("since"), cleaned.get("last")
        if since and last and last < since:
            self.add_error("last", "The last day is before the first.")
        return cleaned

    @staticmethod
    def year_to(today: date) -> dict:
        """The twelve months that end today."""
        return {"since": today - timedelta(days=364), "last": today}
