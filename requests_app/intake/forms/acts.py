"""Step 5: what has been done already. Also the form for an act recorded later."""

from datetime import datetime
from decimal import Decimal
from uuid import uuid4

from crispy_forms.layout import Div, Fieldset, Layout, Row
from django import forms

from requests_app.docket.models import ActKind, Information
from requests_app.intake.forms.base import (
    AnswerField,
    DeskForm,
    DeskFormSet,
    ReadingField,
    RowForm,
)
from requests_app.notices.models import METHODS, NoticeKind, ServiceMethod

# Telling a release date is an act of its own, with duties of its own.
INFORMATION_GIVEN = [
    choice for choice in Information.choices if choice[0] != Information.RELEASE_DATE
]
GIVEN = (("owed", "Not yet: it stays owed"), ("given", "Given"))


class ActForm(RowForm):
    """One act done: what, when, by whom, and what it cost."""

    moments = ("happened_at", "ended_at")
    past_only = ("happened_at", "ended_at")

    kind = forms.ChoiceField(
        label="What was done?",
        choices=[("", "Choose"), *ActKind.choices],
        error_messages={"required": "Choose what was done."},
    )
    happened_at = ReadingField(
        label="When it happened, or when the hold began",
        error_messages={"required": "Enter when it happened."},
    )
    ended_at = ReadingField(label="When the hold ended", required=False)
    done_by = forms.CharField(
        label="Done by (officer or unit)", max_length=120, required=False
    )
    information = forms.MultipleChoiceField(
        label="Which information was given?",
        choices=INFORMATION_GIVEN,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Telling a release date or time is recorded as an act of its own.",
    )
    head_reviewed = AnswerField(
        label="Did the head of agency review the request before the answer?"
    )
    copy_to_person = AnswerField(
        label="Was a copy of the notification given to the person?"
    )
    copy_to_attorney_or_designee = AnswerField(
        label="Was it given to the attorney, or was a good-faith effort made to reach "
        "the individual designated?"
    )
    reason_in_writing = AnswerField(label="Was the reason given in writing?")
    staff_minutes = forms.IntegerField(
        label="Staff time, minutes",
        min_value=0,
        max_value=100_000,
        required=False,
        error_messages={
            "invalid": "Enter the minutes as a whole number, such as 45.",
            "min_value": "Enter the minutes as a number that is not negative.",
            "max_value": "Enter 100,000 minutes at most, or split the act in two.",
        },
    )
    cost = forms.DecimalField(
        label="Other cost, dollars",
        min_value=Decimal(0),
        max_digits=9,
        decimal_places=2,
        required=False,
        error_messages={
            "invalid": "Enter the cost in dollars, such as 12.50.",
            "min_value": "Enter a cost that is not negative.",
            "max_decimal_places": "Enter dollars and cents, such as 12.50.",
            "max_digits": "Enter a cost below ten million dollars.",
            "max_whole_digits": "Enter a cost below ten million dollars.",
        },
    )
    late_reason = forms.CharField(
        label="Reason for the late entry",
        max_length=300,
        required=False,
        help_text="Asked for when more than 24 hours have passed.",
    )
    narrative = forms.CharField(
        label="In your own words",
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        extra = [name for name in self.fields if name.endswith("_which")]
        self.helper.layout = Layout(
            Fieldset(
                "The act",
                "kind",
                "happened_at",
                Div("ended_at", data_shown_when="kind=detain"),
                *extra,
                Div("information", data_shown_when="kind=share_information"),
                "done_by",
                "late_reason",
            ),
            Div(
                Fieldset(
                    "Telling ICE of a release",
                    "head_reviewed",
                    "copy_to_person",
                    "copy_to_attorney_or_designee",
                    "reason_in_writing",
                ),
                data_shown_when="kind=notify_release",
            ),
            Fieldset("Resources spent", Row("staff_minutes", "cost"), "narrative"),
        )

    def clean(self):
        cleaned = super().clean()
        began, ended = cleaned.get("happened_at"), cleaned.get("ended_at")
        if began and ended and ended < began:
            self.add_error("ended_at", "The hold ended before it began.")
        is_information = cleaned.get("kind") == ActKind.SHARE_INFORMATION
        if is_information and not cleaned.get("information"):
            self.add_error("information", "Tick which information was given.")
        if not is_information:
            cleaned["information"] = []
        # A hold is entered when it ends: its beginning alone makes no entry late.
        over = "ended_at" if ended else "happened_at"
        if self.is_late(over, cleaned) and not cleaned.get("late_reason"):
            self.add_error(
                "late_reason",
                "More than 24 hours have passed since it happened. Say why the entry "
                "is late.",
            )
        return cleaned


class LaterActForm(ActForm):
    """An act recorded on a request already filed; sent twice, it is kept once."""

    submit_id = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4, required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper.layout.append("submit_id")


class BaseActFormSet(DeskFormSet):
    """The rows of acts."""

    row_name = "Act"
    row_article = "an"


ActFormSet = forms.formset_factory(
    ActForm,
    formset=BaseActFormSet,
    extra=0,
    can_delete=True,
    max_num=20,
    absolute_max=20,
    validate_max=True,
)


def methods_of(kind: str) -> list[tuple]:
    """The ways in which a notice of this kind can be given; none is chosen yet."""
    ways = [(one, ServiceMethod(one).label) for one in METHODS[kind]]
    return [("", "Choose"), *ways]


class ServiceForm(DeskForm):
    """That a notice was given: when, how, in which language."""

    moments = ("served_at",)
    past_only = ("served_at",)

    served_at = ReadingField(label="Given, date and time")
    how = forms.ChoiceField(
        label="How",
        choices=ServiceMethod.choices,
        error_messages={"required": "Choose how it was given."},
    )
    language = forms.CharField(label="Language", max_length=40, required=False)

    def __init__(self, *args, kind: str, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["how"].choices = methods_of(kind)


class ReceiptForm(DeskForm):
    """Whether the copy owed on receipt has been given already.

    What the agency intends is told when it is decided, so it is not asked here.
    """

    moments = ("copy_served_at",)
    past_only = ("copy_served_at",)

    copy = forms.ChoiceField(
        label="Copy of the detainer to the person",
        choices=GIVEN,
        initial="owed",
        widget=forms.RadioSelect(attrs={"class": "desk-compact"}),
    )
    copy_served_at = ReadingField(label="Copy given", required=False)
    how = forms.ChoiceField(
        label="How", choices=methods_of(NoticeKind.DETAINER_COPY), required=False
    )
    language = forms.CharField(label="Language", max_length=40, required=False)

    def __init__(self, *args, received_at: datetime | None = None, **kwargs):
        super().__init__(*args, **kwargs)
        self.received_at = received_at
        extra = [name for name in self.fields if name.endswith("_which")]
        self.helper.layout = Layout(
            Fieldset(
                "Copy owed on receipt",
                "copy",
                Div("copy_served_at", *extra, data_shown_when="copy=given"),
                Div(Row("how", "language"), data_shown_when="copy=given"),
            )
        )

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("copy") != "given":
            cleaned["copy_served_at"] = None
            return cleaned
        moment = cleaned.get("copy_served_at")
        if not moment and "copy_served_at" not in self.errors:
            self.add_error("copy_served_at", "Enter when it was given.")
        if not cleaned.get("how") and "how" not in self.errors:
            self.add_error("how", "Choose how it was given.")
        if moment and self.received_at and moment < self.received_at:
            self.add_error(
                "copy_served_at",
                "It cannot be given before the request was received.",
            )
        return cleaned
