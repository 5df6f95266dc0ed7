"""What a paper that was read in fills: words for each value, and its place. Pure.

Nothing is guessed: a value without a place in the steps is shown and goes nowhere, and
what the paper does not say stays open.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from requests_app.docket.models import AskKind, Listing, Person, Warrant
from requests_app.documents.editions import LABELS
from requests_app.documents.reading import CONFIDENT, WARNINGS
from requests_app.intake.steps import PREFIX

ACCEPTED, CORRECTED, LEFT_OUT = "accepted", "corrected", "left_out"
TEXT, DAY, SEX, TICK = "text", "day", "sex", "tick"
NOT_READ = "not_read"
_WARNINGS = {
    **WARNINGS,
    NOT_READ: "The paper could not be read in time. It is kept with the draft: type "
    "the values in from it.",
}


@dataclass(frozen=True)
class Place:
    """Where a value goes: a field of a step; without a step it is only shown."""

    step: str = ""
    target: str = ""
    kind: str = TEXT


PLACES = {
    "family_names": Place("person", "family_names"),
    "given_names": Place("person", "given_names"),
    "date_of_birth": Place("person", "date_of_birth", DAY),
    "sex": Place("person", "sex", SEX),
    "citizenship": Place("person", "citizenship"),
    "a_number": Place("person", "a_number"),
    "booking_number": Place("person", "booking_number"),
    "subject_id": Place("request", "subject_id"),
    "event_number": Place("request", "event_number"),
    "from_office": Place("request", "sender_office"),
    "officer": Place("request", "sender_officer"),
    "officer_title": Place("request", "sender_officer"),
    "telephone": Place("request", "sender_contact"),
    "final_order": Place("basis", "probable_cause", TICK),
    "pending": Place("basis", "probable_cause", TICK),
    "biometric": Place("basis", "probable_cause", TICK),
    "statements": Place("basis", "probable_cause", TICK),
    "resume_custody": Place("basis", "resume_custody", TICK),
    "instrument_signed": Place("basis", "instrument_signed", TICK),
    "form_date": Place("basis", "instrument_signed_date", DAY),
    "to_agency": Place(),
    "latest_charge": Place(),
    "served_date": Place(kind=DAY),
    "served_in_person": Place(kind=TICK),
    "served_by_mail": Place(kind=TICK),
    "served_other": Place(kind=TICK),
    "served_at_place": Place(),
    "cancels": Place(kind=TICK),
    "place_of_entry": Place(),
    "entry_date": Place(kind=DAY),
    "charging_document": Place(kind=TICK),
    "inadmissible": Place(kind=TICK),
    "immigration_judge": Place(kind=TICK),
    "designated_official": Place(kind=TICK),
    "board_of_appeals": Place(kind=TICK),
    "district_court": Place(kind=TICK),
}
# On a warrant these boxes are the warrant's own, not Box 1 of a detainer.
_BOX_1 = ("final_order", "pending", "biometric", "statements")
_ASKS = {
    "I-247A": [AskKind.HOLD, AskKind.NOTIFY_RELEASE],
    "I-247G": [AskKind.NOTIFY_RELEASE],
}
_WARRANTS = {"I-200": Warrant.Form.I_200, "I-205": Warrant.Form.I_205}
_SOURCES = {
    "fields": "from a filled form field",
    "text": "from the file's own text",
    "scan": "from the picture",
}


@dataclass(frozen=True)
class Item:
    """A value as it was read, with the words that the page has for it."""

    number: int
    name: str
    label: str
    place: Place
    value: str
    source: str
    confidence: float
    page: int

    @property
    def is_placed(self) -> bool:
        return bool(self.place.step)

    @property
    def shown(self) -> str:
        if self.place.kind == TICK:
            yes, no = ("signed", "not signed") if "sign" in self.name else _TICKED
            return yes if self.value == "yes" else no
        if self.place.kind == SEX:
            return dict(Person.Sex.choices).get(self.value, self.value)
        return self.value

    @property
    def opposite(self) -> str:
        """What a tick is, if it is not what was read."""
        return "no" if self.value == "yes" else "yes"

    @property
    def sureness(self) -> str:
        """How sure the reading is, in words; never that it is right."""
        if self.confidence >= CONFIDENT:
            return "Read clearly"
        return "Unsure: compare it letter by letter" if self.confidence < 0.6 else _FAIR

    @property
    def is_sure(self) -> bool:
        return self.confidence >= CONFIDENT

    @property
    def origin(self) -> str:
        return _SOURCES[self.source]


_TICKED = ("ticked", "not ticked")
_FAIR = "Fairly sure: compare it"


def form_of(edition: str) -> str:
    return edition.partition(" ")[0]


def items(values: Iterable[Mapping], *, form: str) -> list[Item]:
    """What was read, in the order of the paper; the number is that in the reading."""
    return [
        Item(
            number=number,
            name=one["field"],
            label=_label(one["field"], form),
            place=_place(one["field"], form),
            value=one["value"],
            source=one["source"],
            confidence=one["confidence"],
            page=one["page"],
        )
        for number, one in enumerate(values)
        if one["field"] in PLACES
    ]


def _label(name: str, form: str) -> str:
    label = LABELS[name]
    return label.replace("Box 1: ", "Rests on: ") if form in _WARRANTS else label


def _place(name: str, form: str) -> Place:
    is_of_warrant = name in _BOX_1 and form in _WARRANTS
    return Place(kind=TICK) if is_of_warrant else PLACES[name]


def not_found(found: Iterable[Item], *, form: str) -> list[str]:
    """Labels of what such a form has and this one did not show."""
    expected = [
        name
        for name, place in PLACES.items()
        if place.step and (form.startswith("I-247") or name in _ON_WARRANTS)
    ]
    titles = {"officer", "officer_title"}
    seen = {one.name for one in found}
    seen |= titles if seen & titles else set()
    seen |= {"officer_title"}
    return [LABELS[name] for name in expected if name not in seen]


_ON_WARRANTS = ("family_names", "given_names", "a_number", "form_date", "officer") + (
    "instrument_signed",
)


def warnings(codes: Iterable[str]) -> list[str]:
    return [_WARNINGS[code] for code in codes]


def begun(form: str) -> dict[str, list[str]]:
    """The first step as the kind of form alone fills it."""
    answers = {"instrument": [form]}
    if form in _ASKS:
        answers["asks"] = [str(ask) for ask in _ASKS[form]]
    return answers


def answers(form: str, taken: Mapping[str, Mapping]) -> dict[str, dict]:
    """What was taken over, as answers of the steps."""
    steps: dict[str, dict[str, list[str]]] = {}
    for name, one in taken.items():
        place = _place(name, form)
        if not place.step or one["how"] == LEFT_OUT:
            continue
        _put(steps.setdefault(place.step, {}), name, place, one["value"])
    person = steps.get("person", {})
    if person:
        is_known = "date_of_birth" in person
        known = Person.DateOfBirth.KNOWN if is_known else Person.DateOfBirth.UNKNOWN
        person["date_of_birth_answer"] = [str(known)]
    if steps.get("basis", {}).get("instrument_signed") == ["no"]:
        # The form's date stands for that of its signature, of which there is none.
        steps["basis"].pop("instrument_signed_date", None)
    if "basis" in steps or form in _WARRANTS:
        steps["basis"] = {**steps.get("basis", {}), **_warrant_rows(form)}
    return steps


def _put(answers: dict, name: str, place: Place, value: str) -> None:
    if place.target != "probable_cause":
        answers[place.target] = [value]
    elif value == "yes":
        answers.setdefault("probable_cause", []).append(name)


def _warrant_rows(form: str) -> dict[str, list[str]]:
    """The rows of that step: the paper itself where it is a warrant, or none yet."""
    count = "1" if form in _WARRANTS else "0"
    rows = {f"{PREFIX}-TOTAL_FORMS": [count], f"{PREFIX}-INITIAL_FORMS": ["0"]}
    if form in _WARRANTS:
        rows["warrants_listing"] = [str(Listing.SOME)]
        rows[f"{PREFIX}-0-form"] = [str(_WARRANTS[form])]
    return rows
