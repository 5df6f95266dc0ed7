"""The forms of the desk: giving, putting off, labels, many at once, routing rules."""

from datetime import datetime

from crispy_forms.helper import FormHelper
from django import forms

from requests_app.docket.models import AskKind
from requests_app.docket.moments import moments_of
from requests_app.review.forms import ReadingField, ReviewForm
from requests_app.review.models import DeferralCode, Level, OpeningReason, Shift


def moment_of(reading: datetime | None) -> datetime | None:
    """The moment of a clock reading; the earlier one in the hour that comes twice."""
    if reading is None:
        return None
    found = moments_of(reading.replace(tzinfo=None))
    if not found:
        raise forms.ValidationError(
            "That time does not exist: the clocks go forward over it."
        )
    return found[0]


class OpeningForm(ReviewForm):
    """Why a request of somebody else's is opened, and where the reader goes on to."""

    back = forms.CharField(widget=forms.HiddenInput, required=False, max_length=2000)
    reason = forms.ChoiceField(
        label="Your reason",
        choices=OpeningReason.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose why you open this request."},
    )


class ColumnForm(ReviewForm):
    """The place of each column of a list; no place hides it."""

    def __init__(self, *args, columns, shown, **kwargs):
        super().__init__(*args, **kwargs)
        self._names = [one.name for one in columns]
        places = {one.name: str(place) for place, one in enumerate(shown, start=1)}
        numbers = [(str(one), str(one)) for one, _ in enumerate(columns, start=1)]
        for one in columns:
            self.fields[one.name] = forms.ChoiceField(
                label=one.label,
                required=False,
                choices=[("", "Not shown"), *numbers],
                initial=places.get(one.name, ""),
            )

    def clean(self):
        cleaned = super().clean()
        if not self.errors and not any(cleaned.values()):
            raise forms.ValidationError("Give at least one column a place.")
        return cleaned

    def chosen(self) -> list[str]:
        """The columns that have a place, in its order; those of one place as before."""
        given = self.cleaned_data
        placed = [name for name in self._names if given[name]]
        return sorted(placed, key=lambda name: int(given[name]))


class PersonForm(ReviewForm):
    """Which colleague gets it."""

    person = forms.ChoiceField(
        label="Colleague", error_messages={"required": "Choose the colleague."}
    )

    def __init__(self, *args, people, **kwargs):
        super().__init__(*args, **kwargs)
        self.people = {one.public_id: one for one, _ in people}
        self.fields["person"].choices = [
            ("", "Choose"),
            *((one.public_id, label) for one, label in people),
        ]

    def clean_person(self):
        return self.people[self.cleaned_data["person"]]


class HandOverForm(PersonForm):
    """Whose work goes to whom."""

    giver = forms.ChoiceField(
        label="Everything that is with",
        error_messages={"required": "Choose whose work is handed over."},
    )
    field_order = ("giver", "person")

    def __init__(self, *args, givers, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["person"].label = "Goes to"
        self.givers = {one.public_id: one for one in givers}
        self.fields["giver"].choices = [(one.public_id, str(one)) for one in givers]

    def clean_giver(self):
        return self.givers[self.cleaned_data["giver"]]


class DeferForm(ReviewForm):
    """Until when a request is put off, and why."""

    until = ReadingField(
        label="Until",
        help_text="It returns to the worklist by itself then. Its clocks run on.",
        error_messages={"required": "Enter when it returns."},
    )
    code = forms.ChoiceField(
        label="Why",
        choices=[("", "Choose"), *DeferralCode.choices],
        error_messages={"required": "Choose why it waits."},
    )
    note = forms.CharField(
        label="Note",
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="May stay empty. Kept sealed with the request.",
    )

    def clean_until(self):
        return moment_of(self.cleaned_data["until"])


class BulkDeferForm(DeferForm):
    """The same for many: without a note, which would belong to one."""

    note = None


class LabelForm(ReviewForm):
    """A new label."""

    name = forms.CharField(
        label="New label",
        max_length=40,
        help_text="Such as Courthouse. No names of persons.",
        error_messages={"required": "Enter the label."},
    )


class LabelChoiceForm(ReviewForm):
    """Which label is put on."""

    label = forms.ChoiceField(
        label="Label", error_messages={"required": "Choose the label."}
    )

    def __init__(self, *args, labels, **kwargs):
        super().__init__(*args, **kwargs)
        self.labels = {one.public_id: one for one in labels}
        self.fields["label"].choices = [
            ("", "Choose"),
            *((one.public_id, one.name) for one in labels),
        ]

    def clean_label(self):
        return self.labels[self.cleaned_data["label"]]


class BeginForm(ReviewForm):
    """From when a routing table chooses desks."""

    effective_at = ReadingField(
        label="In force from",
        required=False,
        help_text="Empty: from now on. Only what comes then is routed by it.",
    )

    def clean_effective_at(self):
        return moment_of(self.cleaned_data["effective_at"])


class RuleForm(ReviewForm):
    """One row of a routing table. A condition left at "Any" holds always."""

    from_unit = forms.ChoiceField(label="Filed by the unit", required=False)
    shift = forms.ChoiceField(
        label="Filed in the shift",
        required=False,
        choices=[("", "Any"), *Shift.choices],
    )
    ask = forms.ChoiceField(
        label="Asks for", required=False, choices=[("", "Any"), *AskKind.choices]
    )
    citation = forms.CharField(
        label="Flagged finding",
        required=False,
        max_length=40,
        help_text="A citation, such as 54-192h(b)(1).",
    )
    level = forms.TypedChoiceField(
        label="Highest flag",
        required=False,
        coerce=int,
        empty_value=None,
        choices=[("", "Any"), *Level.choices],
    )
    desk = forms.ChoiceField(
        label="Goes to",
        error_messages={"required": "Choose the unit or the person that gets it."},
    )

    def __init__(self, *args, units, people, **kwargs):
        super().__init__(*args, **kwargs)
        self.units = {one.public_id: one for one in units}
        self.people = {one.public_id: one for one in people}
        named = [(one.public_id, one.name) for one in units]
        self.fields["from_unit"].choices = [("", "Any"), *named]
        self.fields["desk"].choices = [
            ("", "Choose"),
            ("Units", named),
            ("People", [(one.public_id, str(one)) for one in people]),
        ]

    def clean(self):
        cleaned = super().clean()
        desk = cleaned.pop("desk", None)
        cleaned["from_unit"] = self.units.get(cleaned.get("from_unit"))
        cleaned["to_unit"] = self.units.get(desk)
        cleaned["to_person"] = self.people.get(desk)
        return cleaned


class BaseRuleFormSet(forms.BaseFormSet):
    """The rows of a table, in the order in which they are tried."""

    row_name = "Rule"
    row_article = "a"

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True
        self.helper.error_summary = False

    def add_fields(self, form, index):
        super().add_fields(form, index)
        form.fields["DELETE"].label = "Remove this rule"

    def rows(self) -> list[dict]:
        """The rows that hold something and stay."""
        return [
            {key: value for key, value in form.cleaned_data.items() if key != "DELETE"}
            for form in self.forms
            if form.cleaned_data and not form.cleaned_data.get("DELETE")
        ]


RuleFormSet = forms.formset_factory(
    RuleForm,
    formset=BaseRuleFormSet,
    extra=1,
    can_delete=True,
    max_num=40,
    absolute_max=40,
    validate_max=True,
)
