"""Step 4: the legal basis claimed, and the warrant checklist."""

from datetime import date

from crispy_forms.layout import Fieldset, Layout, Row
from django import forms

from requests_app.docket.models import (
    Answer,
    Instrument,
    LegalBasis,
    Listing,
    Warrant,
)
from requests_app.intake.forms.base import (
    AnswerField,
    DayField,
    DeskForm,
    DeskFormSet,
    RowForm,
)

WARRANT_INSTRUMENTS = (
    Instrument.I_200,
    Instrument.I_205,
    Instrument.JUDICIAL_WARRANT,
)
TEXT_OF_2019_FROM = date(2019, 10, 1)


class BasisForm(DeskForm):
    """What the paper claims, and what is known of each exception."""

    probable_cause = forms.MultipleChoiceField(
        label="Box 1: probable cause rests on",
        choices=LegalBasis.ProbableCause.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    resume_custody = AnswerField(
        label="Box 2: DHS transferred the person and intends to resume custody"
    )
    instrument_signed = AnswerField(label="Is the paper signed?")
    instrument_signed_date = DayField(label="Date beside the signature", required=False)
    warrants_listing = forms.ChoiceField(
        label="Did a warrant or removal paper come with it?",
        choices=Listing.choices,
        initial=Listing.UNKNOWN,
        widget=forms.RadioSelect(attrs={"class": "desk-compact"}),
        help_text="List every one, also forms I-200 and I-205.",
    )
    terrorist_screening_match = AnswerField(
        label="Possible match in the Terrorist Screening Database or a similar one?",
        help_text="Answer only. Do not copy what the database says.",
    )
    order_1225d4B = AnswerField(  # noqa: N815 the section's own lettering
        label="Is there a court order under 8 USC 1225(d)(4)(B)?",
        help_text="Answer for the court's order; a subpoena is asked about below.",
    )
    ice_subpoena = AnswerField(label="Did an ICE subpoena come?")
    written_authorization = forms.ChoiceField(
        label="Has the disclosure of confidential information been authorized?",
        choices=LegalBasis.Authorization.choices,
        initial=LegalBasis.Authorization.UNKNOWN,
        widget=forms.RadioSelect(attrs={"class": "desk-compact"}),
    )
    terrorism_investigation = AnswerField(
        label="Is the information necessary in a criminal investigation of terrorism?"
    )
    otherwise_required_by_law = AnswerField(
        label="Is the disclosure otherwise required by law?"
    )
    publicly_available = AnswerField(
        label="Is the information publicly available already?"
    )
    grounds_2014_listing = forms.ChoiceField(
        label="Does a ground of the 2014 text apply?",
        choices=Listing.choices,
        initial=Listing.UNKNOWN,
        widget=forms.RadioSelect(attrs={"class": "desk-compact"}),
    )
    grounds_2014 = forms.MultipleChoiceField(
        label="Which?",
        choices=LegalBasis.Ground2014.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(
        self,
        *args,
        received_on: date | None = None,
        asks_information: bool = True,
        instrument: str = "",
        **kwargs,
    ):
        super().__init__(*args, **kwargs)
        self.received_on = received_on
        self.instrument = instrument
        sections = [
            Fieldset(
                "The form itself",
                "probable_cause",
                "resume_custody",
                "instrument_signed",
                "instrument_signed_date",
            ),
            Fieldset(
                "Exceptions",
                "terrorist_screening_match",
                "order_1225d4B",
                "ice_subpoena",
            ),
            self._information_section(asks_information),
            self._section_of_2014(),
            Fieldset("Warrants", "warrants_listing"),
        ]
        self.helper.layout = Layout(*(part for part in sections if part))

    def _information_section(self, asks_information: bool) -> Fieldset | None:
        names = (
            "written_authorization",
            "terrorism_investigation",
            "otherwise_required_by_law",
            "publicly_available",
        )
        if asks_information:
            return Fieldset("Giving information", *names)
        for name in names:
            del self.fields[name]
        return None

    def _section_of_2014(self) -> Fieldset | None:
        if self.received_on is not None and self.received_on < TEXT_OF_2019_FROM:
            return Fieldset(
                "Grounds of the 2014 text", "grounds_2014_listing", "grounds_2014"
            )
        del self.fields["grounds_2014_listing"], self.fields["grounds_2014"]
        return None

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("probable_cause") and cleaned.get("resume_custody") == "yes":
            self.add_error(
                "resume_custody",
                "Box 1 and Box 2 are both ticked. The form allows one of them: check "
                "the paper.",
            )
        signed = cleaned.get("instrument_signed_date")
        if signed and self.received_on and signed > self.received_on:
            self.add_error(
                "instrument_signed_date",
                "The signature is dated after the day it was received.",
            )
        if signed and cleaned.get("instrument_signed") == "no":
            self.add_error(
                "instrument_signed",
                "A date of signature is entered, but the paper is said to be unsigned.",
            )
        self._check_grounds(cleaned)
        self._check_instrument(cleaned)
        return cleaned

    def _check_instrument(self, cleaned: dict) -> None:
        """What came is itself a warrant or an order: the answers cannot deny it."""
        if (
            self.instrument in WARRANT_INSTRUMENTS
            and cleaned.get("warrants_listing") == Listing.NONE
        ):
            self.add_error(
                "warrants_listing",
                "What came is itself such a paper. List it, or correct what came.",
            )
        if (
            self.instrument == Instrument.ORDER_1225
            and cleaned.get("order_1225d4B") == Answer.NO
        ):
            self.add_error(
                "order_1225d4B",
                "What came is such an order. Correct this answer, or what came.",
            )

    def _check_grounds(self, cleaned: dict) -> None:
        if "grounds_2014" not in self.fields:
            return
        is_some = cleaned.get("grounds_2014_listing") == Listing.SOME
        if is_some != bool(cleaned.get("grounds_2014")):
            self.add_error(
                "grounds_2014",
                "Tick the grounds that apply."
                if is_some
                else "Grounds are ticked, but the answer above is not yes.",
            )


# The order in which a clerk goes through a paper.
CHECKLIST = (
    "heading_names_court",
    "has_docket_number",
    "names_person",
    "is_current",
    "orders_the_act",
    "accompanies_detainer",
)


class WarrantForm(RowForm):
    """One paper and the checklist: judicial or administrative?"""

    form = forms.ChoiceField(
        label="Which paper is it?",
        choices=[("", "Choose"), *Warrant.Form.choices],
        error_messages={"required": "Choose which paper it is."},
    )
    signed_by = forms.ChoiceField(
        label="Who signed it?",
        choices=Warrant.Signer.choices,
        initial=Warrant.Signer.UNKNOWN,
    )
    court = forms.CharField(label="Court", max_length=120, required=False)
    docket_number = forms.CharField(
        label="Court docket number",
        max_length=40,
        required=False,
        help_text="An A-number is not a docket number.",
    )
    heading_names_court = AnswerField(
        label="Does the heading name a court (not DHS, ICE or the Executive Office for "
        "Immigration Review)?"
    )
    has_docket_number = AnswerField(label="Is there a court docket number?")
    names_person = AnswerField(label="Does it name this person?")
    is_current = AnswerField(label="Is it dated, and not expired or recalled?")
    orders_the_act = AnswerField(label="Does it order the act that is asked?")
    accompanies_detainer = AnswerField(label="Was it attached to the request?")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper.layout = Layout(
            Row("form", "signed_by"), Row("court", "docket_number"), *CHECKLIST
        )

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("docket_number") and cleaned.get("has_docket_number") == "no":
            self.add_error(
                "has_docket_number",
                "A docket number is entered, but the answer says there is none.",
            )
        return cleaned


class BaseWarrantFormSet(DeskFormSet):
    """The rows of warrants."""

    row_name = "Warrant"


WarrantFormSet = forms.formset_factory(
    WarrantForm,
    formset=BaseWarrantFormSet,
    extra=1,
    can_delete=True,
    max_num=20,
    absolute_max=20,
    validate_max=True,
)
