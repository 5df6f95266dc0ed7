"""Step 2: the person it concerns."""

import re

from crispy_forms.layout import Div, Fieldset, Layout, Row
from django import forms
from django.utils import timezone

from requests_app.docket.models import Answer, Person
from requests_app.intake.forms.base import AnswerField, DayField, DeskForm


def a_number_of(typed: str) -> str:
    """An A-number as it is kept, A and nine digits; empty for nothing typed.

    Raises ValueError.
    """
    typed = typed.strip()
    if not typed:
        return ""
    digits = re.sub(r"[^0-9]", "", typed)
    if not re.fullmatch(r"[Aa]?[\s0-9-]+", typed) or len(digits) not in (8, 9):
        raise ValueError(
            "An A-number is A and eight or nine digits, such as A012 345 678."
        )
    return f"A{digits.zfill(9)}"


class PersonForm(DeskForm):
    """Names as they are written: several surnames, one name, any alphabet."""

    family_names = forms.CharField(
        label="Family names",
        max_length=120,
        required=False,
        help_text="All of them, in the order written. Accents as they are.",
    )
    given_names = forms.CharField(
        label="Given names",
        max_length=120,
        required=False,
        help_text="A person with a single name has one of the two fields empty.",
    )
    aliases = forms.CharField(
        label="Other names used",
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="One on each line.",
    )
    date_of_birth_answer = forms.ChoiceField(
        label="Date of birth",
        choices=Person.DateOfBirth.choices,
        initial=Person.DateOfBirth.KNOWN,
        widget=forms.RadioSelect(attrs={"class": "desk-compact"}),
        error_messages={"required": "Say whether the date of birth is known."},
    )
    date_of_birth = DayField(label="The date", required=False)
    is_minor = AnswerField(label="Under 18?")
    not_competent = AnswerField(label="Found not legally competent to consent?")
    sex = forms.ChoiceField(
        label="Sex", choices=Person.Sex.choices, initial=Person.Sex.UNKNOWN
    )
    ethnicity = forms.ChoiceField(
        label="Race or ethnicity, as recorded",
        choices=Person.Ethnicity.choices,
        initial=Person.Ethnicity.UNKNOWN,
    )
    citizenship = forms.CharField(
        label="Citizenship stated on the form", max_length=60, required=False
    )
    a_number = forms.CharField(
        label="A-number (File No.)",
        max_length=20,
        required=False,
        help_text="A and eight or nine digits.",
    )
    booking_number = forms.CharField(
        label="Local booking number", max_length=40, required=False
    )
    language = forms.CharField(
        label="Language the person reads", max_length=40, required=False
    )
    attorney = forms.CharField(
        label="Attorney, and how to reach", max_length=200, required=False
    )
    designee = forms.CharField(
        label="Individual the person designates, and how to reach",
        max_length=200,
        required=False,
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper.layout = Layout(
            Fieldset("Name", Row("family_names", "given_names"), "aliases"),
            Fieldset(
                "Birth",
                "date_of_birth_answer",
                Div("date_of_birth", data_shown_when="date_of_birth_answer=known"),
                "is_minor",
                "not_competent",
            ),
            Fieldset("Numbers on the papers", Row("a_number", "booking_number")),
            Fieldset("As recorded", Row("sex", "ethnicity", "citizenship")),
            Fieldset("Whom notices go to", Row("language", "attorney", "designee")),
        )

    def clean_aliases(self) -> list[str]:
        lines = (line.strip() for line in self.cleaned_data["aliases"].splitlines())
        names = [line for line in lines if line]
        too_long = next((name for name in names if len(name) > 120), None)
        if too_long:
            raise forms.ValidationError("A name on one line has at most 120 letters.")
        return names

    def clean_a_number(self) -> str:
        try:
            return a_number_of(self.cleaned_data["a_number"])
        except ValueError as error:
            raise forms.ValidationError(str(error)) from None

    def clean(self):
        cleaned = super().clean()
        if not cleaned.get("family_names") and not cleaned.get("given_names"):
            self.add_error(
                "family_names",
                "Enter at least one name. If none is known, enter Unknown.",
            )
        self._check_birth(cleaned)
        return cleaned

    def _check_birth(self, cleaned: dict) -> None:
        born = cleaned.get("date_of_birth")
        is_known = cleaned.get("date_of_birth_answer") == Person.DateOfBirth.KNOWN
        if not is_known:
            if born:
                self.add_error(
                    "date_of_birth",
                    "A date is entered, but the answer says it is not known. Correct "
                    "one of the two.",
                )
            return
        if "date_of_birth" in self.errors:
            return
        if born is None:
            self.add_error(
                "date_of_birth",
                "Enter the date of birth, or answer that it is not known.",
            )
            return
        today = timezone.localdate(self.now)
        if born > today:
            self.add_error("date_of_birth", "The date of birth is in the future.")
            return
        self._check_minority(cleaned, born, today)

    def _check_minority(self, cleaned: dict, born, today) -> None:
        years = (
            today.year - born.year - ((today.month, today.day) < (born.month, born.day))
        )
        if cleaned.get("is_minor") == Answer.NO and years < 18:
            self.add_error(
                "is_minor", f"The date of birth makes the person {years} years old."
            )
        if cleaned.get("is_minor") == Answer.YES and years >= 18:
            self.add_error(
                "is_minor", f"The date of birth makes the person {years} years old."
            )
