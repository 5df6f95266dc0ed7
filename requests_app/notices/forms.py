"""The forms of legal help, of reviewed translations, and of the public question."""

from crispy_forms.helper import FormHelper
from django import forms

from requests_app.notices.models import Language
from requests_app.notices.wording import ENGLISH

TRANSLATIONS = [choice for choice in Language.choices if choice[0] != ENGLISH]


class NoticesForm(forms.Form):
    """A form inside a page that writes its own form tag and summary."""

    use_required_attribute = False

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = FormHelper(self)
        self.helper.form_tag = False
        self.helper.disable_csrf = True
        self.helper.error_summary = False


class HelpForm(NoticesForm):
    """One place of legal help, as it is printed."""

    name = forms.CharField(
        label="Name of the place",
        max_length=120,
        error_messages={"required": "Enter the name of the place."},
    )
    telephone = forms.CharField(label="Telephone", max_length=40, required=False)
    address = forms.CharField(
        label="Postal or web address", max_length=160, required=False
    )
    hours = forms.CharField(label="Hours", max_length=80, required=False)
    languages = forms.MultipleChoiceField(
        label="Languages spoken there",
        choices=Language.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="On a notice in one of these languages it is printed first.",
    )
    place = forms.IntegerField(
        label="Place in the list",
        min_value=1,
        max_value=99,
        initial=1,
        error_messages={"required": "Enter a number from 1 to 99."},
    )

    def clean(self):
        cleaned = super().clean()
        if not cleaned.get("telephone") and not cleaned.get("address"):
            self.add_error(
                "telephone", "Enter a telephone number, or an address below."
            )
        return cleaned


class ReviewForm(NoticesForm):
    """Which translator reviewed which language, and when."""

    language = forms.ChoiceField(
        label="Language",
        choices=[("", "Choose"), *TRANSLATIONS],
        error_messages={"required": "Choose the language that was reviewed."},
    )
    translator = forms.CharField(
        label="Certified translator",
        max_length=120,
        error_messages={"required": "Enter the name of the translator."},
    )
    certificate = forms.CharField(
        label="Certificate, or the agency that certified",
        max_length=120,
        required=False,
    )
    reviewed_on = forms.DateField(
        label="Reviewed on",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={
            "required": "Enter the day of the review.",
            "invalid": "Enter a date, such as 2026-03-07.",
        },
    )

    def __init__(self, *args, today, **kwargs):
        super().__init__(*args, **kwargs)
        self.today = today

    def clean_reviewed_on(self):
        if self.cleaned_data["reviewed_on"] > self.today:
            raise forms.ValidationError("This is in the future. Enter when it was.")
        return self.cleaned_data["reviewed_on"]


class GenuineForm(NoticesForm):
    """The code that is printed on a notice."""

    code = forms.CharField(
        label="Code on the notice",
        max_length=80,
        help_text="26 letters and digits. Spaces and hyphens do not matter.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none"}),
    )
