"""The forms of review. They check shape; services check meaning."""

import re
from datetime import UTC

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Layout
from django import forms
from django.utils import timezone

from requests_app.accounts.models import Agency
from requests_app.docket.moments import moments_of
from requests_app.docket.names import words_of
from requests_app.review import rehearsing
from requests_app.review.filters import COUNTED
from requests_app.review.models import (
    APPROVING_REASONS,
    DENYING_REASONS,
    Decision,
    NoteKind,
    OffenceStatus,
    QuestionCode,
    ReasonCode,
    SavedView,
)
from requests_app.review.searching import terms_of
from requests_app.review.services.conversing import Words
from requests_app.review.services.viewing import Wishes

# Marks that turn the direction of reading make a text look other than it is; the
# replacement character stands for what could not be read.
_TURNING = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
_NOT_SHOWN = re.compile(f"[\x01-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f{_TURNING}\ufffd]")


def plain_text(value: str) -> None:
    """Refuse characters that cannot be seen or that make others look different."""
    # A number of a form (UUIDField) is a CharField whose value is no text.
    if _NOT_SHOWN.search(str(value)):
        raise forms.ValidationError(
            "This holds a character that cannot be shown. Type the text again.",
            code="not_shown",
        )


def refuse_what_is_not_shown(form: forms.Form) -> None:
    """Have every text of a form be plain."""
    for field in form.fields.values():
        if isinstance(field, forms.CharField):
            field.validators.append(plain_text)


class ReviewForm(forms.Form):
    """A form inside a page that writes its own form tag and summary."""

    use_required_attribute = False

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        refuse_what_is_not_shown(self)
        self.helper = FormHelper(self)
        self.helper.form_tag = False
        self.helper.disable_csrf = True
        self.helper.error_summary = False


class ReadingField(forms.DateTimeField):
    """A clock reading; the form that has it says which moment it names."""

    widget = forms.DateTimeInput(
        attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"
    )
    default_error_messages = {
        "invalid": "Enter a date and time, such as 2026-03-07 14:05."
    }

    def __init__(self, **kwargs):
        shapes = ["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"]
        super().__init__(**{"input_formats": shapes, **kwargs})

    def to_python(self, value):
        # As if in UTC, which has a moment for every reading.
        with timezone.override(UTC):
            reading = super().to_python(value)
        # A year beyond is a slip of the key, and the calendar's end has no moment.
        if reading is not None and reading.year not in range(1900, 2200):
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return reading


def _moments(reading) -> list:
    """The moments that a clock reading names; none was entered, or one or two."""
    if reading is None:
        return []
    found = moments_of(reading.replace(tzinfo=None))
    if not found:
        raise forms.ValidationError(
            "That time does not exist: the clocks go forward over it."
        )
    return found


class DeterminationForm(ReviewForm):
    """Approve or deny one ask. `screening` is the one shown on the page."""

    screening = forms.CharField(widget=forms.HiddenInput, max_length=22)
    decision = forms.ChoiceField(
        label="Determination",
        choices=Decision.choices,
        widget=forms.RadioSelect(attrs={"class": "desk-compact"}),
        error_messages={"required": "Choose whether to approve or to deny."},
    )
    reason_code = forms.ChoiceField(
        label="Reason",
        choices=[("", "Choose"), *ReasonCode.choices],
        error_messages={"required": "Choose the reason."},
    )
    reason = forms.CharField(
        label="The reason in your words",
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=4000,
        error_messages={"required": "Write the reason: it is kept as you write it."},
        help_text="Name the facts you rely on. Leave names and birth dates out.",
    )
    authority = forms.CharField(
        label="Legal authority relied on",
        max_length=300,
        required=False,
        help_text="Needed to approve against a finding that is undetermined or a "
        "violation: statute, order or opinion, with its citation.",
    )
    acts_from = ReadingField(
        label="Approved from",
        required=False,
        help_text="Nothing entered: from the moment the approval takes effect.",
    )
    expires_at = ReadingField(
        label="Approval ends",
        required=False,
        help_text="For a hold: the last moment it is approved for. Needed to approve "
        "against a violation.",
    )
    named = forms.CharField(
        label="Who may carry it out",
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        max_length=2000,
        help_text="One name on each line, without a rank. Nothing entered: anybody of "
        "the agency. An act by somebody else is flagged.",
    )
    findings_read = forms.BooleanField(
        label="I have read the findings above.",
        error_messages={"required": "Read the findings and say that you have."},
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper.layout = Layout(
            "screening",
            "decision",
            "reason_code",
            "reason",
            "authority",
            Div("acts_from", "expires_at", "named", data_shown_when="decision=approve"),
            "findings_read",
        )

    def clean_acts_from(self):
        # In the hour that comes twice the later moment begins the approval later.
        found = _moments(self.cleaned_data["acts_from"])
        return found[-1] if found else None

    def clean_expires_at(self):
        # In the hour that comes twice the earlier moment ends the approval sooner.
        found = _moments(self.cleaned_data["expires_at"])
        return found[0] if found else None

    def clean_named(self):
        lines = [one.strip() for one in self.cleaned_data["named"].splitlines()]
        named = tuple(dict.fromkeys(one for one in lines if one))
        if any(not words_of(one) for one in named):
            raise forms.ValidationError("Enter a name on each line.")
        return named

    def clean(self):
        cleaned = super().clean()
        code, decision = cleaned.get("reason_code"), cleaned.get("decision")
        fitting = APPROVING_REASONS if decision == Decision.APPROVE else DENYING_REASONS
        if code and decision and code not in fitting:
            self.add_error(
                "reason_code",
                f"“{ReasonCode(code).label}” is no reason to {decision}. "
                "Choose another.",
            )
        return cleaned


class ConfirmForm(ReviewForm):
    """The password, asked for where the sign-in is not recent."""

    password = forms.CharField(
        label="Your password",
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        strip=False,
        error_messages={"required": "Enter your password to record the decision."},
    )


class QuestionForm(ReviewForm):
    """What is asked of the filer, about what, and by when."""

    code = forms.ChoiceField(
        label="What it is about",
        choices=[("", "Choose"), *QuestionCode.choices],
        error_messages={"required": "Choose what it is about."},
    )
    text = forms.CharField(
        label="What you ask",
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=4000,
        error_messages={"required": "Write what you ask."},
    )
    due_at = ReadingField(
        label="Answer due",
        error_messages={"required": "Enter by when you need the answer."},
    )

    def clean_due_at(self):
        return _moments(self.cleaned_data["due_at"])[0]


class ReturnForm(QuestionForm):
    """What is to be corrected, and by when."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        text = self.fields["text"]
        text.label = "What is to be corrected, and why"
        text.error_messages["required"] = "Write what is to be corrected."
        self.fields["due_at"].label = "Correction due"


class AnswerForm(ReviewForm):
    """The answer to a question, in words."""

    text = forms.CharField(
        label="Your answer",
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=4000,
        error_messages={"required": "Write the answer."},
    )


class ReopenForm(ReviewForm):
    """Why a determination is ended; `seen` is the one that was on the page."""

    seen = forms.CharField(widget=forms.HiddenInput, max_length=22, required=False)
    reason = forms.CharField(
        label="Why it is decided anew",
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=4000,
        error_messages={"required": "Write why: it is kept beside the determination."},
    )


class ReasonTextForm(ReviewForm):
    """The agency's text of one reason; `instead_of` is what the page showed."""

    reason_code = forms.ChoiceField(
        choices=ReasonCode.choices, widget=forms.HiddenInput
    )
    instead_of = forms.CharField(
        widget=forms.HiddenInput, required=False, max_length=2000, strip=False
    )
    text = forms.CharField(
        label="Text",
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=2000,
        error_messages={"required": "Write the text with which this reason begins."},
    )

    def __init__(self, *args, label: str = "", **kwargs):
        super().__init__(*args, **kwargs)
        if label:
            self.fields["text"].label = label


class CountersignForm(ReviewForm):
    """The second person's word on an override. `screening` is the one on the page."""

    screening = forms.CharField(widget=forms.HiddenInput, max_length=22)
    answer = forms.ChoiceField(
        label="Your decision as the second person",
        choices=(
            ("confirm", "Confirm the override: it takes effect now"),
            ("refuse", "Refuse it: the ask is open again"),
        ),
        widget=forms.RadioSelect,
        error_messages={"required": "Choose whether to confirm or to refuse."},
    )


class CloseForm(ReviewForm):
    """The note with which flags on acts are marked as reviewed.

    `seen` is what the page showed, so that nothing newer is closed unread.
    """

    seen = forms.CharField(widget=forms.HiddenInput, max_length=40)
    note = forms.CharField(
        label="What was found and what follows",
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=4000,
        error_messages={"required": "Write what was found and what follows."},
    )


def _day(label: str, required: str, **more) -> forms.DateField:
    return forms.DateField(
        label=label,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={
            "required": required,
            "invalid": "Enter a date, such as 2025-10-01.",
        },
        **more,
    )


class RulingForm(ReviewForm):
    """A proposal to confirm or to strike one section of the 2025 list."""

    status = forms.ChoiceField(
        label="What does the public act say?",
        choices=OffenceStatus.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose whether the act names the section."},
    )
    citation = forms.CharField(
        label="Where it says so",
        max_length=120,
        help_text="Such as P.A. 25-29, sec. 1.",
        error_messages={"required": "Cite the place in the public act."},
    )
    effective_from = forms.DateField(
        label="In force from",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={
            "required": "Enter the day from which it counts.",
            "invalid": "Enter a date, such as 2025-10-01.",
        },
    )


class RehearsalForm(ReviewForm):
    """Which change of law is tried, from when, on what was screened when."""

    agency = forms.ModelChoiceField(
        label="Agency", queryset=Agency.objects.none(), empty_label=None
    )
    change = forms.ChoiceField(
        label="Which change",
        choices=rehearsing.choices,
        error_messages={"required": "Choose a change to try."},
    )
    effective_from = _day(
        "As if in force from",
        "Enter the day from which the change is supposed to count.",
        help_text="Acts before this day keep the law of their day.",
    )
    since = _day("Acts and asks from", "Enter the first day to look at.")
    until = _day("Until, not including", "Enter the day after the last to look at.")

    def __init__(self, *args, agencies, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["agency"].queryset = agencies

    def clean(self):
        cleaned = super().clean()
        since, until = cleaned.get("since"), cleaned.get("until")
        if since and until and until <= since:
            self.add_error("until", "Enter a day after the first.")
        return cleaned


class NameSearchForm(ReviewForm):
    """Whose requests to find."""

    name = forms.CharField(
        label="Name of the person",
        max_length=200,
        help_text="Any of the names, in any order. Accents, capitals and hyphens make "
        "no difference.",
        error_messages={"required": "Enter at least one name."},
    )

    def clean_name(self) -> str:
        typed = self.cleaned_data["name"]
        if not words_of(typed):
            raise forms.ValidationError("Enter at least one letter or digit.")
        return typed


class NoteForm(ReviewForm):
    """A note on a request, and who is told of it; `colleagues` are those to choose."""

    kind = forms.ChoiceField(
        label="Who is it for?",
        choices=NoteKind.choices,
        widget=forms.RadioSelect(attrs={"class": "desk-compact"}),
        help_text="A note for release may be given out with the record when somebody "
        "asks for public records. An internal note is looked at first.",
        error_messages={"required": "Choose who the note is for."},
    )
    text = forms.CharField(
        label="Note",
        widget=forms.Textarea(attrs={"rows": 5}),
        max_length=4000,
        help_text="Write @ and the name of an account to tell that person.",
        error_messages={"required": "Write the note."},
    )
    is_urgent = forms.BooleanField(label="Mark as urgent", required=False)
    mentions = forms.MultipleChoiceField(
        label="Tell these people",
        widget=forms.CheckboxSelectMultiple(attrs={"class": "desk-compact"}),
        required=False,
        help_text="They are told that they were named, not what the note says.",
        error_messages={"invalid_choice": "Choose people of this agency."},
    )

    units = forms.MultipleChoiceField(
        label="Tell these units",
        widget=forms.CheckboxSelectMultiple(attrs={"class": "desk-compact"}),
        required=False,
        help_text="Everybody who works there today is told, once.",
        error_messages={"invalid_choice": "Choose units of this agency."},
    )

    def __init__(self, *args, colleagues=(), units=(), **kwargs):
        super().__init__(*args, **kwargs)
        self._colleagues = {one.public_id: one for one in colleagues}
        self._units = {one.public_id: one for one in units}
        for name, rows in (("mentions", colleagues), ("units", units)):
            if rows:
                choices = [(one.public_id, str(one)) for one in rows]
                self.fields[name].choices = choices
            else:
                del self.fields[name]

    def words(self) -> Words:
        given = self.cleaned_data
        return Words(given["text"], given["kind"], given["is_urgent"])

    def people(self) -> list:
        return [self._colleagues[one] for one in self.cleaned_data.get("mentions", ())]

    def chosen_units(self) -> list:
        return [self._units[one] for one in self.cleaned_data.get("units", ())]


class WordSearchForm(ReviewForm):
    """Which words of the record to find."""

    words = forms.CharField(
        label="Words of the record",
        max_length=200,
        help_text="A number, an office, a citation, words of a finding, a label, a "
        "decision. Not a name: names are sealed, and found by the search by name.",
        error_messages={"required": "Enter at least one word."},
    )

    def clean_words(self) -> str:
        typed = self.cleaned_data["words"]
        if not terms_of(typed):
            raise forms.ValidationError("Enter at least one letter or digit.")
        return typed


class SavedViewForm(ReviewForm):
    """A name for a list with its filters, and who is told when it has news."""

    name = forms.CharField(
        label="Name of the view",
        max_length=60,
        help_text="Leave names of people out: colleagues may see it.",
        error_messages={"required": "Give the view a name."},
    )
    agency = forms.ModelChoiceField(
        label="Agency",
        queryset=None,
        empty_label=None,
        error_messages={"required": "Choose the agency."},
    )
    is_pinned = forms.BooleanField(label="Pin it above the list", required=False)
    is_shared = forms.BooleanField(label="Share it with the agency", required=False)
    tells = forms.ChoiceField(
        label="Tell me of news",
        choices=SavedView.Tells.choices,
        help_text="By a message here, and a mail that says only that something waits.",
    )
    threshold = forms.IntegerField(
        label="More than how many",
        min_value=0,
        max_value=COUNTED,
        required=False,
        help_text=f"A number up to {COUNTED}.",
    )

    def __init__(self, *args, agencies, view: SavedView | None = None, **kwargs):
        fields = ("name", "agency", "is_pinned", "is_shared", "tells", "threshold")
        initial = {one: getattr(view, one) for one in fields} if view else {}
        super().__init__(*args, initial=initial, **kwargs)
        self.fields["agency"].queryset = Agency.objects.filter(
            pk__in=[one.pk for one in agencies]
        ).order_by("name")
        if not view:
            self.fields["tells"].initial = SavedView.Tells.NEVER
        if len(agencies) == 1:
            self._only = agencies[0]
            del self.fields["agency"]

    def clean(self):
        given = super().clean()
        if hasattr(self, "_only"):
            given["agency"] = self._only
        wants_number = given.get("tells") == SavedView.Tells.MORE_THAN
        if wants_number and given.get("threshold") is None:
            self.add_error("threshold", "Enter the number to be told above.")
        return given

    def wishes(self) -> Wishes:
        given = self.cleaned_data
        wants_number = given["tells"] == SavedView.Tells.MORE_THAN
        return Wishes(
            name=given["name"],
            is_shared=given["is_shared"],
            is_pinned=given["is_pinned"],
            tells=given["tells"],
            threshold=given["threshold"] if wants_number else None,
        )
