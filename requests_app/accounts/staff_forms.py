"""The forms of units, of who works in them, and of who is away."""

from crispy_forms.helper import FormHelper
from django import forms

_DAY = {
    "widget": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
}
_NO_DATE = "Enter a date, such as 2026-03-07."


class StaffForm(forms.Form):
    """A form inside a page that writes its own form tag and summary."""

    use_required_attribute = False

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = FormHelper(self)
        self.helper.form_tag = False
        self.helper.disable_csrf = True
        self.helper.error_summary = False


def _choices(people) -> list[tuple]:
    return [("", "Choose"), *((one.public_id, str(one)) for one in people)]


class UnitForm(StaffForm):
    """A new unit."""

    name = forms.CharField(
        label="New unit",
        max_length=60,
        help_text="A division, a desk or a team that work is sent to.",
        error_messages={"required": "Enter the name of the unit."},
    )


class PlacementForm(StaffForm):
    """Who works in the unit, from when on."""

    person = forms.ChoiceField(
        label="Person", error_messages={"required": "Choose the person."}
    )
    effective_from = forms.DateField(
        label="From",
        help_text="Another unit that the person works in ends that day.",
        error_messages={"required": "Enter the first day.", "invalid": _NO_DATE},
        **_DAY,
    )

    def __init__(self, *args, people, **kwargs):
        super().__init__(*args, **kwargs)
        self.people = {one.public_id: one for one in people}
        self.fields["person"].choices = _choices(people)

    def clean_person(self):
        return self.people[self.cleaned_data["person"]]


class AbsenceForm(StaffForm):
    """Who is away, until when, and who covers."""

    user = forms.ChoiceField(
        label="Who is away", error_messages={"required": "Choose who is away."}
    )
    cover = forms.ChoiceField(
        label="Covered by",
        help_text="What would go to the person goes to the cover.",
        error_messages={"required": "Choose who covers."},
    )
    effective_from = forms.DateField(
        label="From",
        error_messages={"required": "Enter the first day.", "invalid": _NO_DATE},
        **_DAY,
    )
    effective_until = forms.DateField(
        label="Back on",
        help_text="The first day on which the person works again.",
        error_messages={
            "required": "Enter the day of return: every absence has an end.",
            "invalid": _NO_DATE,
        },
        **_DAY,
    )

    def __init__(self, *args, people, covers, **kwargs):
        super().__init__(*args, **kwargs)
        self.people = {one.public_id: one for one in [*people, *covers]}
        self.fields["user"].choices = _choices(people)
        self.fields["cover"].choices = _choices(covers)

    def clean_user(self):
        return self.people[self.cleaned_data["user"]]

    def clean_cover(self):
        return self.people[self.cleaned_data["cover"]]

    def clean(self):
        cleaned = super().clean()
        first, back = cleaned.get("effective_from"), cleaned.get("effective_until")
        if first and back and back <= first:
            self.add_error("effective_until", "The return is not after the first day.")
        if cleaned.get("user") and cleaned.get("user") == cleaned.get("cover"):
            self.add_error("cover", "Choose somebody else: nobody covers himself.")
        return cleaned
