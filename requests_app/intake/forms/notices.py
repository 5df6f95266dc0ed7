"""Issuing a notice in a language, and recording each attempt to give it."""

from crispy_forms.layout import Div, Fieldset, Layout, Row
from django import forms

from requests_app.docket.moments import ZONE
from requests_app.intake.forms.acts import ServiceForm
from requests_app.intake.forms.base import DeskForm
from requests_app.notices.models import (
    READERS,
    Attempt,
    Language,
    NoticeKind,
    ServiceMethod,
)
from requests_app.notices.services import Tried
from requests_app.notices.wording import ENGLISH

# An attempt that reaches nobody may be made in any of these ways.
TRIED_BY = (
    ServiceMethod.BY_HAND,
    ServiceMethod.INTERPRETER,
    ServiceMethod.MAIL,
    ServiceMethod.EMAIL,
    ServiceMethod.TELEPHONE,
)


class GiveForm(ServiceForm):
    """One attempt: when, how, who to whom, in which language, and whether it failed."""

    reader = forms.ChoiceField(
        label="To whom",
        required=False,
        error_messages={
            "required": "Choose to whom: the attorney, or the person designated."
        },
    )
    reader_name = forms.CharField(
        label="Name of the reader, where it is not the person",
        max_length=200,
        required=False,
    )
    tried_by = forms.CharField(
        label="Given or tried by (officer or unit)", max_length=120, required=False
    )
    interpreter = forms.CharField(
        label="Interpreter", max_length=120, required=False, help_text="Name or line."
    )
    is_not_reached = forms.BooleanField(
        label="The reader was not reached: the notice stays owed", required=False
    )
    words = forms.CharField(
        label="What was tried or said",
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    issue = forms.ChoiceField(label="Which paper", required=False)
    proof = forms.FileField(
        label="Signed paper or other proof",
        required=False,
        help_text="A PDF or a picture of the paper with its signature.",
    )

    def __init__(self, *args, kind: str, issues, **kwargs):
        super().__init__(*args, kind=kind, **kwargs)
        # One whose file was not made was in nobody's hand.
        self.issues = {one.public_id: one for one in issues if one.document_id}
        own = list(self.fields["how"].choices)
        known = {value for value, _ in own}
        further = [(one, one.label) for one in TRIED_BY if one not in known]
        self.fields["how"].choices = [*own, *further]
        self.fields["issue"].choices = [
            *((key, _paper(one)) for key, one in self.issues.items()),
            ("", "None of these"),
        ]
        readers = [(one, Attempt.Reader(one).label) for one in READERS[kind]]
        if kind == NoticeKind.NOTIFICATION_COPY_ATTORNEY:
            # Which of the two decides what is owed, so none is chosen beforehand.
            self.fields["reader"].required = True
            readers.insert(0, ("", "Choose"))
        self.fields["reader"].choices = readers
        which = [name for name in self.fields if name.endswith("_which")]
        self.helper.layout = Layout(
            Fieldset(
                "The attempt",
                Row("served_at", *which, "how"),
                "is_not_reached",
                "words",
            ),
            Fieldset("Who and to whom", Row("reader", "reader_name"), "tried_by"),
            Fieldset("Language", Row("language", "interpreter")),
            Div("issue", "proof"),
        )

    @property
    def tried(self) -> Tried:
        given = self.cleaned_data
        return Tried(
            tried_at=given["served_at"],
            how=given["how"],
            outcome=self._outcome(given),
            reader=given["reader"] or Attempt.Reader.PERSON,
            reader_name=given["reader_name"],
            tried_by=given["tried_by"],
            language=given["language"],
            interpreter=given["interpreter"],
            words=given["words"],
        )

    @property
    def paper(self):
        return self.issues.get(self.cleaned_data["issue"])

    @staticmethod
    def _outcome(given: dict) -> str:
        if given["is_not_reached"] or given["how"] == ServiceMethod.EFFORT:
            return Attempt.Outcome.NOT_REACHED
        if given["how"] == ServiceMethod.REFUSED:
            return Attempt.Outcome.REFUSED
        return Attempt.Outcome.GIVEN


class IssueForm(DeskForm):
    """In which language a notice is issued, and what only an officer can say."""

    language = forms.ChoiceField(
        label="Issue it in",
        choices=Language.choices,
        error_messages={
            "invalid_choice": "There are no words of notices in that language. Choose "
            "another that the person reads, or issue it in English and have it "
            "interpreted.",
            "required": "Choose a language.",
        },
    )
    told = forms.CharField(
        label="What ICE was told",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Word for word. Printed as the copy of the notification, in English.",
        error_messages={
            "required": "Write what ICE was told, word for word: a copy is owed."
        },
    )
    sent = forms.ChoiceField(
        label="The paper that was sent to ICE",
        required=False,
        help_text="Its pages are printed with the notice. A paper that is not in the "
        "list is added to the request first.",
    )
    reason = forms.CharField(
        label="The reason, in writing",
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Only where no determination explains it: what was decided is "
        "printed as it was decided.",
    )

    def __init__(
        self, *args, tells_of_release: bool, papers=(), is_missing=False, **kwargs
    ):
        super().__init__(*args, **kwargs)
        self.papers = {one.public_id: one for one in papers}
        self.fields["sent"].choices = [
            ("", "None was sent, or a copy is added by hand"),
            *((key, _sent(one)) for key, one in self.papers.items()),
        ]
        if is_missing:
            self.initial["language"] = ""
            self.fields["language"].choices = [
                ("", "Choose"),
                (ENGLISH, "English, with an interpreter"),
                *(one for one in Language.choices if one[0] != ENGLISH),
            ]
        if not tells_of_release:
            del self.fields["told"], self.fields["reason"], self.fields["sent"]
        self.helper.error_summary = False

    @property
    def said(self) -> dict:
        """What was entered, the paper itself in place of its name."""
        given = dict(self.cleaned_data)
        if "sent" in given:
            given["sent"] = self.papers.get(given["sent"])
        return given


def _paper(issue) -> str:
    issued = issue.issued_at.astimezone(ZONE)
    return f"{issue.get_language_display()}, issued {issued:%b %d, %H:%M}"


def _sent(paper) -> str:
    pages = "1 page" if paper.pages == 1 else f"{paper.pages} pages"
    received = paper.received_at.astimezone(ZONE)
    return f"{paper.name}, {pages}, added {received:%b %d, %H:%M}"
