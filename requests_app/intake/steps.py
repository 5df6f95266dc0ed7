"""The steps of filing: from raw answers to forms, and from forms to a record.

A draft keeps what was posted, valid or not. Everything here works on those raw
answers, saves nothing, and is used alike by the steps, the side panel and the
submission.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from crispy_forms.helper import FormHelper
from django.utils import timezone
from django.utils.datastructures import MultiValueDict

from requests_app.accounts.models import Agency, User
from requests_app.docket.models import (
    Act,
    ActKind,
    Ask,
    AskKind,
    Conviction,
    Custody,
    IceRequest,
    Instrument,
    LegalBasis,
    Origin,
    Person,
    Warrant,
)
from requests_app.docket.record import Record
from requests_app.intake import forms
from requests_app.notices.models import NoticeKind

STEPS = (
    ("request", "Request"),
    ("person", "Person"),
    ("custody", "Custody and convictions"),
    ("basis", "Legal basis"),
    ("acts", "Acts already done"),
    ("review", "Review and submit"),
)
NAMES = tuple(name for name, _ in STEPS)
_FORMS = {
    "request": (forms.RequestForm, None),
    "person": (forms.PersonForm, None),
    "custody": (forms.CustodyForm, forms.ConvictionFormSet),
    "basis": (forms.BasisForm, forms.WarrantFormSet),
    "acts": (forms.ReceiptForm, forms.ActFormSet),
}
PREFIX = "row"
UNREADABLE = "\N{REPLACEMENT CHARACTER}"
LISTINGS = {"custody": "convictions_listing", "basis": "warrants_listing"}


@dataclass
class Step:
    """One step with its form and, where it has rows, its formset."""

    name: str
    form: object
    formset: object | None = None

    def is_valid(self) -> bool:
        # Both are asked, so that every fault is shown at once.
        results = [part.is_valid() for part in self.parts]
        return all(results) and not self.contradictions

    @property
    def rows_shown_when(self) -> str:
        """The answer at which the rows matter, as desk.js wants it."""
        listing = LISTINGS.get(self.name)
        return f"{listing}=some" if listing else ""

    @property
    def form_list(self) -> list:
        return [self.form]

    @property
    def formset_list(self) -> list:
        return [self.formset] if self.formset is not None else []

    @property
    def parts(self) -> list:
        return [part for part in (self.form, self.formset) if part is not None]

    def show_errors(self, is_shown: bool) -> None:
        """Whether faults are written on the page; a step just opened accuses nobody."""
        for part in self.parts:
            part.helper.form_show_errors = is_shown

    @property
    def contradictions(self) -> list[str]:
        """What form and rows say against each other; written into the form."""
        if self.formset is None or not self.form.is_bound:
            return []
        return _contradictions(self)


@dataclass(frozen=True)
class Given:
    """A notice given before filing."""

    kind: str
    served_at: datetime
    how: str
    language: str


@dataclass
class Composed:
    """What a draft amounts to so far."""

    record: Record
    acts: list[Act] = field(default_factory=list)
    given: list[Given] = field(default_factory=list)
    faulty: list[str] = field(default_factory=list)

    @property
    def is_complete(self) -> bool:
        return not self.faulty


def bind(
    name: str, answers: Mapping | None, *, now: datetime, every: Mapping | None = None
) -> Step:
    """The step `name` with its raw answers, or empty when it was never posted.

    `every` are the answers of all steps: the legal basis asks for less or more by
    what was received when.
    """
    form_class, formset_class = _FORMS[name]
    data = None if answers is None else MultiValueDict(answers)
    form = form_class(data, now=now, **_options(name, every or {}, now=now))
    form.helper.error_summary = False
    formset = None
    if formset_class is not None:
        formset = formset_class(data, prefix=PREFIX, form_kwargs={"now": now})
        formset.helper = _row_helper(formset)
    return Step(name=name, form=form, formset=formset)


def bind_record(name: str, answers: Mapping | None, *, record: Record, now) -> Step:
    """The step `name` over a filed request: its facts, or what was posted instead."""
    form_class, formset_class = _FORMS[name]
    ice_request = record.ice_request
    options = {}
    if name == "basis":
        options = {
            "received_on": timezone.localdate(ice_request.received_at),
            "asks_information": ice_request.is_unasked
            or any(ask.kind == AskKind.INFORMATION for ask in record.asks)
            or any(act.kind == ActKind.SHARE_INFORMATION for act in record.acts),
            "instrument": ice_request.instrument,
        }
    data = None if answers is None else MultiValueDict(answers)
    form = form_class(data, now=now, initial=_initial(name, record), **options)
    form.helper.error_summary = False
    formset = None
    if formset_class is not None:
        rows = record.convictions if name == "custody" else record.warrants
        formset = formset_class(
            data,
            prefix=PREFIX,
            form_kwargs={"now": now},
            initial=[_values(row) for row in rows],
        )
        formset.helper = _row_helper(formset)
    return Step(name=name, form=form, formset=formset)


def _row_helper(formset) -> FormHelper:
    helper = FormHelper()
    helper.form_tag = False
    helper.disable_csrf = True
    helper.error_summary = False
    helper.layout = formset.empty_form.helper.layout
    helper.render_unmentioned_fields = helper.layout is not None
    return helper


def _initial(name: str, record: Record) -> dict:
    if name == "person":
        values = _values(record.person)
        return {**values, "aliases": "\n".join(record.person.aliases)}
    basis = _values(record.legal_basis)
    if name == "custody":
        listing = {"convictions_listing": basis["convictions_listing"]}
        return {**_values(record.custody), **listing}
    return basis


def _values(row) -> dict:
    return {one.name: getattr(row, one.attname) for one in row._meta.concrete_fields}


def rows_of(step: Step) -> list | None:
    """The rows of a valid step, not saved; None for a step without rows."""
    if step.name == "custody":
        return conviction_rows(step)
    return warrant_rows(step) if step.name == "basis" else None


def with_one_more_row(answers: Mapping) -> dict:
    """The answers with an empty row added, for readers without JavaScript."""
    total = f"{PREFIX}-TOTAL_FORMS"
    typed = (answers.get(total) or [""])[0]
    count = int(typed) if typed.isdecimal() and len(typed) < 6 else 0
    kept = {key: value for key, value in answers.items() if key != f"add_{PREFIX}"}
    return {**kept, total: [str(count + 1)]}


def before(name: str) -> str | None:
    """The step before, or None at the first."""
    index = NAMES.index(name)
    return NAMES[index - 1] if index else None


def raw(posted: MultiValueDict) -> dict[str, list[str]]:
    """Posted values as they are kept in a draft; the token and buttons left out.

    PostgreSQL keeps no NUL: the sign for what could not be read stands in its place,
    which the form then refuses in words.
    """
    return {
        key.replace("\0", UNREADABLE): [
            value.replace("\0", UNREADABLE) for value in posted.getlist(key)
        ]
        for key in posted
        if key != "csrfmiddlewaretoken" and not key.startswith("_")
    }


def compose(
    answers: Mapping[str, Mapping], *, agency: Agency, by: User, now: datetime
) -> Composed:
    """Everything valid in a draft, as rows not yet saved.

    A step never posted, or with a fault, is named in `faulty`; its valid answers
    count all the same, so that the side panel can speak while one types.
    """
    steps = {
        name: bind(name, answers.get(name), now=now, every=answers) for name in _FORMS
    }
    faulty = [
        name
        for name, step in steps.items()
        if answers.get(name) is None or not step.is_valid()
    ]
    cleaned = {
        name: dict(getattr(step.form, "cleaned_data", {}))
        for name, step in steps.items()
    }
    record = Record(
        ice_request=_ice_request(cleaned["request"], agency=agency, by=by, now=now),
        person=_person(cleaned["person"]),
        custody=_row(Custody, cleaned["custody"]),
        legal_basis=_legal_basis(cleaned),
        convictions=conviction_rows(steps["custody"]),
        warrants=warrant_rows(steps["basis"]),
        asks=_asks(cleaned["request"]),
    )
    acts = act_rows(steps["acts"])
    if record.ice_request.is_unasked and not acts and "acts" not in faulty:
        faulty.append("acts")
    return Composed(
        record=record,
        acts=acts,
        given=_given(cleaned["acts"]),
        faulty=[name for name in NAMES if name in faulty],
    )


def conviction_rows(step: Step) -> list[Conviction]:
    return [_row(Conviction, row) for row in _rows(step)]


def warrant_rows(step: Step) -> list[Warrant]:
    return [_row(Warrant, row) for row in _rows(step)]


def act_rows(step: Step) -> list[Act]:
    return [act_of(row) for row in _rows(step)]


def act_of(cleaned: Mapping) -> Act:
    """One act, not saved, from the cleaned data of an `ActForm`."""
    act = _row(Act, cleaned)
    cost = cleaned.get("cost")
    act.cost_cents = None if cost is None else int(cost * 100)
    return act


def _options(name: str, every: Mapping, *, now: datetime) -> dict:
    request = every.get("request") or {}
    if name == "acts":
        return {"received_at": received_at(request, now=now)}
    if name != "basis":
        return {}
    asks = request.get("asks", [])
    moment = received_at(request, now=now)
    return {
        "received_on": timezone.localdate(moment) if moment else None,
        "asks_information": AskKind.INFORMATION in asks
        or request.get("instrument") == [Instrument.UNASKED],
        "instrument": next(iter(request.get("instrument") or []), ""),
    }


def received_at(request: Mapping, *, now: datetime) -> datetime | None:
    """The moment of receipt, if the first step holds one."""
    if not request:
        return None
    form = forms.RequestForm(MultiValueDict(request), now=now)
    form.is_valid()
    return form.cleaned_data.get("received_at")


def _rows(step: Step) -> list[dict]:
    formset = step.formset
    if (
        formset is None
        or not formset.is_bound
        or not formset.management_form.is_valid()
    ):
        return []
    formset.is_valid()
    return formset.rows()


def _contradictions(step: Step) -> list[str]:
    listing = LISTINGS.get(step.name)
    if listing is None or not step.formset.management_form.is_valid():
        return []
    says_some = step.form.cleaned_data.get(listing) == "some"
    has_rows = bool(step.formset.rows())
    if says_some == has_rows or step.formset.total_error_count():
        return []
    sentence = (
        "The answer is yes, but nothing is listed. List it, or change the answer."
        if says_some
        else "Something is listed below, but the answer is not yes. Change the answer, "
        "or remove the row."
    )
    if sentence not in step.form.errors.get(listing, []):
        step.form.add_error(listing, sentence)
    return [sentence]


def _row(model, cleaned: Mapping):
    """An unsaved row from the known values that its model has a field for."""
    names = {one.name for one in model._meta.concrete_fields}
    return model(
        **{
            key: value
            for key, value in cleaned.items()
            if key in names and value is not None
        }
    )


def _ice_request(cleaned: Mapping, *, agency, by, now) -> IceRequest:
    row = _row(IceRequest, {**cleaned, "agency": agency, "filed_by": by})
    row.filed_at = now
    if row.paper_number:
        row.origin = Origin.PAPER
    if row.received_at is None:
        row.received_at = now
    return row


def _person(cleaned: Mapping) -> Person:
    person = _row(Person, cleaned)
    if not person.date_of_birth_answer:
        person.date_of_birth_answer = Person.DateOfBirth.UNKNOWN
    return person


def _legal_basis(cleaned: Mapping[str, Mapping]) -> LegalBasis:
    listing = cleaned["custody"].get("convictions_listing")
    basis = _row(LegalBasis, cleaned["basis"])
    if listing:
        basis.convictions_listing = listing
    return basis


def _asks(cleaned: Mapping) -> list[Ask]:
    return [
        Ask(
            kind=kind,
            information=cleaned.get("information", [])
            if kind == AskKind.INFORMATION
            else [],
        )
        for kind in cleaned.get("asks", [])
    ]


def _given(cleaned: Mapping) -> list[Given]:
    if not cleaned.get("copy_served_at"):
        return []
    return [
        Given(
            kind=NoticeKind.DETAINER_COPY,
            served_at=cleaned["copy_served_at"],
            how=cleaned["how"],
            language=cleaned.get("language", ""),
        )
    ]
