"""Step 1: what came, from whom, when, and what it asks."""

import re

from crispy_forms.layout import Div, Fieldset, Layout, Row
from django import forms

from requests_app.docket.models import AskKind, Channel, Information, Instrument
from requests_app.intake.forms.base import DeskForm, ReadingField

# A release date is an ask of its own, so that the head of agency sees it.
INFORMATION_ASKED = [
    choice for choice in Information.choices if choice[0] != Information.RELEASE_DATE
]
PAPER_NUMBER = re.compile(r"[A-Z][A-Z0-9-]{0,11}-P[0-9]{5,6}\Z")
# Every choice but "ICE never asked", and the empty one: what a contact brings.
_ASKED = "|".join(["", *(one for one in Instrument.values if one != "unasked")])


class RequestForm(DeskForm):
    """The contact itself. An act nobody asked for has no sender and no asks."""

    moments = ("received_at",)
    past_only = ("received_at",)

    instrument = forms.ChoiceField(
        label="What is it?",
        choices=[("", "Choose"), *Instrument.choices],
        error_messages={"required": "Choose what came: the form, paper or contact."},
    )
    channel = forms.ChoiceField(
        label="How did it come?",
        choices=[("", "Choose"), *Channel.choices],
        required=False,
    )
    received_at = ReadingField(
        label="Received, date and time",
        help_text="When it reached the agency. Connecticut time.",
        error_messages={"required": "Enter the date and time it was received."},
    )
    late_reason = forms.CharField(
        label="Reason for the late entry",
        max_length=300,
        required=False,
        help_text="Asked for when more than 24 hours have passed since receipt.",
    )
    paper_number = forms.CharField(
        label="Number of the paper form",
        max_length=24,
        required=False,
        help_text="Only when it was written on a numbered form while the portal could "
        "not be reached, such as BPT-P00012.",
    )
    asks = forms.MultipleChoiceField(
        label="What does it ask?",
        choices=AskKind.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Tick everything it asks. Form I-247A asks for a hold and to be told "
        "of the release unless those boxes are struck out.",
    )
    information = forms.MultipleChoiceField(
        label="Which information?",
        choices=INFORMATION_ASKED,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="A release date or time is asked by the box above that says so.",
    )
    sender_office = forms.CharField(
        label="Sending office", max_length=120, required=False
    )
    sender_officer = forms.CharField(
        label="Sending officer", max_length=120, required=False
    )
    sender_contact = forms.CharField(
        label="Sender's telephone or e-mail", max_length=120, required=False
    )
    event_number = forms.CharField(label="Event number", max_length=40, required=False)
    subject_id = forms.CharField(label="Subject ID", max_length=40, required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        which = ("received_at_which",) if "received_at_which" in self.fields else ()
        asked = {"data_shown_when": f"instrument={_ASKED}"}
        self.helper.layout = Layout(
            Fieldset(
                "What came",
                Row("instrument", Div("channel", **asked)),
                "received_at",
                *which,
                "late_reason",
                "paper_number",
            ),
            Div(
                Fieldset(
                    "What it asks",
                    "asks",
                    Div("information", data_shown_when="asks=information"),
                ),
                Fieldset(
                    "Who sent it",
                    Row("sender_office", "sender_officer", "sender_contact"),
                    Row("event_number", "subject_id"),
                ),
                **asked,
            ),
        )

    def clean(self):
        cleaned = super().clean()
        unasked = cleaned.get("instrument") == Instrument.UNASKED
        if unasked:
            cleaned["channel"] = Channel.NONE
            self._refuse_asks(cleaned)
        else:
            self._need_asks_and_channel(cleaned)
        self._check_paper(cleaned)
        if self.is_late("received_at", cleaned) and not cleaned.get("late_reason"):
            self.add_error(
                "late_reason",
                "More than 24 hours have passed since receipt. Say why the entry is "
                "late.",
            )
        return cleaned

    def _check_paper(self, cleaned: dict) -> None:
        """What came on a paper form is entered late, with the reason."""
        typed = cleaned.get("paper_number", "").strip().upper()
        cleaned["paper_number"] = typed
        if typed and not PAPER_NUMBER.match(typed):
            self.add_error(
                "paper_number",
                "Enter the number as it is printed on the form, such as BPT-P00012.",
            )
        if typed and not cleaned.get("late_reason"):
            self.add_error(
                "late_reason",
                "It was written on paper first. Say why, such as that the portal could "
                "not be reached.",
            )

    def _refuse_asks(self, cleaned: dict) -> None:
        if cleaned.get("asks"):
            self.add_error(
                "asks",
                "ICE never asked, so nothing can be ticked here. Untick it, or choose "
                "what came.",
            )

    def _need_asks_and_channel(self, cleaned: dict) -> None:
        if not cleaned.get("channel"):
            self.add_error("channel", "Choose how it came.")
        elif cleaned["channel"] == Channel.NONE:
            self.add_error(
                "channel",
                "Something came, so it came somehow. Choose how, or choose that ICE "
                "never asked.",
            )
        if not cleaned.get("asks"):
            self.add_error("asks", "Tick at least one thing that it asks.")
        elif AskKind.INFORMATION in cleaned["asks"] and not cleaned.get("information"):
            self.add_error("information", "Tick which information it asks for.")
