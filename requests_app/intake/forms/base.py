"""What the forms of intake share: local moments, plain answers, the clock given."""

from datetime import datetime, timedelta

from crispy_forms.helper import FormHelper
from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from requests_app.docket.models import Answer
from requests_app.docket.moments import ZONE, moments_of
from requests_app.review.forms import refuse_what_is_not_shown

LATE_AFTER = timedelta(hours=24)
TYPED = "%Y-%m-%dT%H:%M"
# A year beyond is a slip of the key, and the ends of the calendar have no moment.
YEARS = range(1900, 2200)


class MomentInput(forms.DateTimeInput):
    """A date and time as a Connecticut clock shows them."""

    input_type = "datetime-local"

    def __init__(self, attrs=None):
        super().__init__(attrs={"data-now": "", **(attrs or {})}, format=TYPED)

    def format_value(self, value):
        if isinstance(value, datetime):
            local = timezone.localtime(value, ZONE) if value.tzinfo else value
            return local.strftime(TYPED)
        return value


class ReadingField(forms.DateTimeField):
    """A clock reading, naive on purpose: `DeskForm` turns it into a moment."""

    widget = MomentInput
    default_error_messages = {
        "invalid": "Enter a date and time, such as 2026-03-07 14:05.",
        "required": "Enter the date and time.",
    }

    def to_python(self, value):
        if value in self.empty_values:
            return None
        for shape in (TYPED, "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M", "%m/%d/%Y %H:%M"):
            try:
                reading = datetime.strptime(str(value).strip(), shape)
            except ValueError:
                continue
            if reading.year in YEARS:
                return reading
        raise ValidationError(self.error_messages["invalid"], code="invalid")


class DayField(forms.DateField):
    """A plain day; it never passes through a time zone."""

    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    default_error_messages = {"invalid": "Enter a date, such as 2026-03-07."}

    def __init__(self, **kwargs):
        kwargs.setdefault("input_formats", ["%Y-%m-%d", "%m/%d/%Y"])
        super().__init__(**kwargs)


class AnswerField(forms.ChoiceField):
    """Yes, no, not known, refused: four answers that are never folded together."""

    def __init__(self, *, choices=Answer.choices, **kwargs):
        kwargs.setdefault("initial", Answer.UNKNOWN)
        kwargs.setdefault("required", False)
        kwargs.setdefault("widget", forms.RadioSelect(attrs={"class": "desk-compact"}))
        super().__init__(choices=choices, **kwargs)

    def clean(self, value):
        return super().clean(value) or self.initial


WHICH = (("first", "The first, before the clocks went back"), ("second", "The second"))


class DeskForm(forms.Form):
    """A form that is told the time and turns clock readings into moments.

    For each name in `moments` a field `<name>_which` appears when, and only when,
    the reading names two moments.
    """

    moments: tuple[str, ...] = ()
    past_only: tuple[str, ...] = ()
    use_required_attribute = False

    def __init__(self, *args, now: datetime, **kwargs):
        super().__init__(*args, **kwargs)
        refuse_what_is_not_shown(self)
        self.now = now
        for name in self.moments:
            if self._has_two_moments(name):
                self.fields[f"{name}_which"] = forms.ChoiceField(
                    label=f"{self.fields[name].label}: which of the two?",
                    choices=WHICH,
                    widget=forms.RadioSelect,
                    help_text="The clocks went back in that hour, so it came twice.",
                    error_messages={"required": "Say which of the two hours it was."},
                )
        self.helper = FormHelper(self)
        self.helper.form_tag = False
        self.helper.disable_csrf = True
        self.helper.form_show_errors = True

    def _has_two_moments(self, name: str) -> bool:
        if not self.is_bound:
            return False
        try:
            reading = self.fields[name].to_python(
                self.data.get(self.add_prefix(name), "")
            )
        except ValidationError:
            return False
        return reading is not None and len(moments_of(reading)) == 2

    def clean(self):
        cleaned = super().clean()
        for name in self.moments:
            reading = cleaned.get(name)
            if reading is None:
                continue
            moment = self._moment(name, reading, cleaned)
            if moment is None:
                cleaned.pop(name, None)
                continue
            cleaned[name] = moment
            if name in self.past_only and moment > self.now:
                self.add_error(
                    name, "This is in the future. Enter when it in fact happened."
                )
        return cleaned

    def _moment(self, name: str, reading: datetime, cleaned: dict) -> datetime | None:
        found = moments_of(reading)
        if not found:
            self.add_error(
                name,
                "That time did not exist: the clocks went forward over it. "
                "Enter the time the clock showed.",
            )
            return None
        if len(found) == 2:
            which = cleaned.get(f"{name}_which")
            if not which:
                return None
            return found[0] if which == "first" else found[1]
        return found[0]

    def is_late(self, name: str, cleaned: dict) -> bool:
        moment = cleaned.get(name)
        return moment is not None and self.now - moment > LATE_AFTER


class RowForm(DeskForm):
    """One row of several. A row with nothing typed in it is no row.

    An untouched choice says nothing, whether the browser sent its default or not.
    """

    def has_changed(self) -> bool:
        if not self.empty_permitted:
            return super().has_changed()
        return any(
            self[name].data not in (None, "", [])
            and field.has_changed(
                self.get_initial_for_field(field, name), self[name].data
            )
            for name, field in self.fields.items()
        )


class DeskFormSet(forms.BaseFormSet):
    """Rows of a kind."""

    default_error_messages = {
        "missing_management_form": "The rows below did not arrive whole. Look them "
        "through, and save again.",
        "too_many_forms": "There are too many rows. At most %(num)d are kept.",
    }

    def rows(self) -> list[dict]:
        """The cleaned rows that hold something and are not marked for removal."""
        return [
            form.cleaned_data
            for index, form in enumerate(self.forms)
            if (index < self.initial_form_count() or form.has_changed())
            and form.is_valid()
            and not form.cleaned_data.get("DELETE")
        ]

    def add_fields(self, form, index):
        super().add_fields(form, index)
        if "DELETE" in form.fields:
            form.fields["DELETE"].label = f"Remove this {self.row_name.lower()}"
