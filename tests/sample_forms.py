"""Forms with every kind of field, for the tests of the crispy pack and of desk.js."""

from crispy_forms.helper import FormHelper
from crispy_forms.layout import ButtonHolder, Div, Fieldset, Layout, Row, Submit
from django import forms

ANSWERS = [("yes", "Yes"), ("no", "No"), ("unknown", "Not known")]
FORMS = [("I-247A", "I-247A, immigration detainer"), ("other", "Another form")]


class SampleForm(forms.Form):
    sender = forms.CharField(label="Sender", help_text="The office, not the person.")
    channel = forms.ChoiceField(choices=[("", "Choose"), ("fax", "Fax")])
    received = forms.SplitDateTimeField(
        label="Received",
        widget=forms.SplitDateTimeWidget(
            date_attrs={"type": "date", "data-now": True},
            time_attrs={"type": "time", "data-now": True},
        ),
    )
    form_name = forms.ChoiceField(
        label="Which form is it?",
        widget=forms.RadioSelect,
        choices=FORMS,
        help_text="As printed at its foot.",
    )
    form_other = forms.CharField(label="Name of the form", required=False)
    asks = forms.MultipleChoiceField(
        label="What does it ask?",
        widget=forms.CheckboxSelectMultiple,
        choices=[("hold", "Hold"), ("notify", "Tell of the release")],
    )
    match = forms.ChoiceField(
        label="Terrorist screening match",
        widget=forms.RadioSelect(attrs={"class": "desk-compact"}),
        choices=ANSWERS,
    )
    note = forms.CharField(label="Note", widget=forms.Textarea, required=False)
    paper = forms.FileField(label="The paper", required=False)
    compared = forms.BooleanField(label="I have compared this with the paper")
    token = forms.CharField(widget=forms.HiddenInput, initial="t", required=False)

    def clean(self):
        if self.cleaned_data.get("sender") == "nobody":
            raise forms.ValidationError("Box 1 and Box 2 contradict each other.")
        return self.cleaned_data

    @property
    def helper(self):
        helper = FormHelper()
        helper.form_id = "sample"
        helper.attrs = {"data-autosave-url": "/save/"}
        helper.layout = Layout(
            Row("sender", "channel"),
            "received",
            Fieldset(
                "The paper itself",
                "form_name",
                Div("form_other", data_shown_when="form_name=other"),
                "asks",
            ),
            "match",
            "note",
            "paper",
            "compared",
            "token",
            ButtonHolder(
                Submit("next", "Go on"),
                Submit("draft", "Save draft", css_class="usa-button--outline"),
            ),
        )
        return helper


class ConvictionForm(forms.Form):
    section = forms.CharField(label="Section", help_text="For example 53a-59.")
    class_known = forms.ChoiceField(
        label="Is the class known?", widget=forms.RadioSelect, choices=ANSWERS
    )

    def clean(self):
        if self.cleaned_data.get("section") == "never":
            raise forms.ValidationError("There is no such conviction.")
        return self.cleaned_data


class BaseConvictionFormSet(forms.BaseFormSet):
    row_name = "Conviction"

    def add_fields(self, form, index):
        super().add_fields(form, index)
        form.fields["DELETE"].label = "Remove this conviction"

    def clean(self):
        if self.total_form_count() == 3:
            raise forms.ValidationError("Three convictions are too many.")


ConvictionFormSet = forms.formset_factory(
    ConvictionForm,
    formset=BaseConvictionFormSet,
    extra=2,
    can_delete=True,
    max_num=3,
)


def posted_convictions(*rows: dict) -> dict:
    """What a browser sends for these rows, under the prefix "convictions"."""
    data = {
        "convictions-TOTAL_FORMS": str(len(rows)),
        "convictions-INITIAL_FORMS": "0",
    }
    for index, row in enumerate(rows):
        data |= {f"convictions-{index}-{name}": value for name, value in row.items()}
    return data
