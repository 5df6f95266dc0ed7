"""That the person left the agency: when, and to whom."""

from crispy_forms.layout import Div, Layout
from django import forms

from requests_app.docket.models import Release
from requests_app.intake.forms.base import DeskForm, ReadingField


class ReleaseForm(DeskForm):
    """Where the person went, and when; a person never held has no time."""

    moments = ("released_at",)
    past_only = ("released_at",)

    to_whom = forms.ChoiceField(
        label="To whom?",
        choices=Release.To.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose to whom the person was released."},
    )
    released_at = ReadingField(label="Released, date and time", required=False)
    narrative = forms.CharField(
        label="In your own words",
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        extra = [name for name in self.fields if name.endswith("_which")]
        left = "|".join(one for one in Release.To.values if one != "never_held")
        self.helper.layout = Layout(
            "to_whom",
            Div("released_at", *extra, data_shown_when=f"to_whom={left}"),
            "narrative",
        )

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("to_whom") == Release.To.NEVER_HELD:
            cleaned["released_at"] = None
            self.errors.pop("released_at", None)
        elif not cleaned.get("released_at") and not self._is_told_of_the_time():
            self.add_error("released_at", "Enter when the person was released.")
        return cleaned

    def _is_told_of_the_time(self) -> bool:
        return any(name.startswith("released_at") for name in self.errors)
