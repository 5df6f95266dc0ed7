"""Reading a paper in: the file, and what is made of each value that was read."""

from datetime import date

from crispy_forms.helper import FormHelper
from django import forms

from requests_app.docket.models import Person
from requests_app.intake import read_in
from requests_app.intake.read_in import ACCEPTED, CORRECTED, DAY, LEFT_OUT, SEX, TICK


class ReadPaperForm(forms.Form):
    """The file of a paper that came."""

    use_required_attribute = False

    file = forms.FileField(
        label="The form that came",
        widget=forms.FileInput(
            attrs={"accept": ".pdf,.jpg,.jpeg,.png,.tif,.tiff,application/pdf,image/*"}
        ),
        max_length=1000,
        help_text="A PDF file, or a JPEG, PNG or TIFF scan: up to 20 MB.",
        error_messages={
            "required": "Choose the file.",
            "empty": "The file is empty. Choose it again.",
            "invalid": "Choose the file again: it did not arrive.",
        },
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = FormHelper(self)
        self.helper.form_tag = False
        self.helper.disable_csrf = True
        self.helper.error_summary = False


class TakeForm(forms.Form):
    """For each value read: accepted, corrected, or left out. None is preset."""

    use_required_attribute = False

    def __init__(self, *args, items: list[read_in.Item], **kwargs):
        super().__init__(*args, **kwargs)
        self.items = [one for one in items if one.is_placed]
        for item in self.items:
            self.fields[f"how_{item.name}"] = forms.ChoiceField(
                label=item.label,
                choices=_choices(item),
                widget=forms.RadioSelect(attrs={"class": "desk-compact"}),
                error_messages={"required": "Accept it, correct it, or leave it out."},
            )
            if item.place.kind != TICK:
                self.fields[f"value_{item.name}"] = _input(item)
        self.helper = FormHelper(self)
        self.helper.form_tag = False

    def rows(self) -> list[dict]:
        """Each value with its fields, as the page sets them beside the paper."""
        return [
            {
                "item": item,
                "how": self[f"how_{item.name}"],
                "value": self[f"value_{item.name}"]
                if f"value_{item.name}" in self.fields
                else None,
                "shown_when": f"how_{item.name}={CORRECTED}",
            }
            for item in self.items
        ]

    def clean(self):
        cleaned = super().clean()
        for item in self.items:
            how = cleaned.get(f"how_{item.name}")
            typed = (cleaned.get(f"value_{item.name}") or "").strip()
            if how == CORRECTED and item.place.kind != TICK:
                self._check(item, typed)
            elif how == ACCEPTED and item.place.kind in (DAY, SEX):
                self._check_read(item)
        return cleaned

    def _check(self, item: read_in.Item, typed: str) -> None:
        name = f"value_{item.name}"
        if not typed:
            self.add_error(name, "Enter what the paper says, or leave it out.")
        elif item.place.kind == DAY and not _is_day(typed):
            self.add_error(name, "Enter a date, such as 2026-03-07.")

    def _check_read(self, item: read_in.Item) -> None:
        is_day = item.place.kind == DAY and _is_day(item.value)
        is_sex = item.place.kind == SEX and item.value in Person.Sex.values
        if not is_day and not is_sex:
            self.add_error(
                f"how_{item.name}",
                "What was read does not fit here. Correct it, or leave it out.",
            )

    def taken(self) -> dict[str, dict]:
        """What was made of each value, for the reading's record."""
        return {item.name: self._taken(item) for item in self.items}

    def _taken(self, item: read_in.Item) -> dict:
        how = self.cleaned_data[f"how_{item.name}"]
        if how == LEFT_OUT:
            return {"how": how, "value": ""}
        if how == ACCEPTED:
            return {"how": how, "value": item.value}
        if item.place.kind == TICK:
            return {"how": how, "value": item.opposite}
        return {"how": how, "value": self.cleaned_data[f"value_{item.name}"].strip()}


def _choices(item: read_in.Item) -> list[tuple[str, str]]:
    correct = "Correct it"
    if item.place.kind == TICK:
        yes, no = ("signed", "not signed") if "sign" in item.name else _TICKED
        correct = f"Correct it: {yes if item.opposite == 'yes' else no}"
    return [
        (ACCEPTED, f"Accept: {item.shown}"),
        (CORRECTED, correct),
        (LEFT_OUT, "Leave it out"),
    ]


_TICKED = ("ticked", "not ticked")


def _input(item: read_in.Item) -> forms.Field:
    label = f"{item.label}, as the paper says"
    if item.place.kind == SEX:
        choices = [("", "Choose"), *Person.Sex.choices]
        return forms.ChoiceField(
            label=label, choices=choices, required=False, initial=item.value
        )
    kind = {"type": "date"} if item.place.kind == DAY else {}
    return forms.CharField(
        label=label,
        max_length=200,
        required=False,
        initial=item.value,
        widget=forms.TextInput(attrs=kind),
    )


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
