"""What each edition of a form calls its fields, and where they are filled in.

A label is looked for as it is printed, letters and digits only; a value stands right
of its label, below it, or above it. Pure: no file is opened here.
"""

import re
from dataclasses import dataclass

RIGHT, BELOW, ABOVE = "right", "below", "above"


@dataclass(frozen=True)
class Place:
    """Where one value stands: its labels in any edition, and on which side of them."""

    name: str
    labels: tuple[str, ...]
    side: str = RIGHT
    kind: str = "text"
    # All that is printed there, whose later lines are no part of the value.
    printed: str = ""


@dataclass(frozen=True)
class Tick:
    """A box to tick, left of the words that it is about."""

    name: str
    labels: tuple[str, ...]


@dataclass(frozen=True)
class Form:
    """One form: how it is known, its places, boxes, and line of signature."""

    name: str
    headings: tuple[str, ...]
    editions: tuple[str, ...]
    places: tuple[Place, ...]
    ticks: tuple[Tick, ...] = ()
    signature: tuple[str, ...] = ()
    # Printed words that end a value without being a label of one.
    stops: tuple[str, ...] = ()


_WHO = tuple(f"name of {word}" for word in ("alien", "subject", "noncitizen"))
_HEAD = (
    Place("subject_id", ("subject id",), kind="digits"),
    Place("event_number", ("event #",), kind="event"),
    Place("a_number", ("file no",), kind="a_number"),
    Place("form_date", ("date",), kind="day"),
    Place(
        "to_agency",
        ("to: (name and title of institution",),
        BELOW,
        "lines",
        "(name and title of institution - or any subsequent law enforcement agency)",
    ),
    Place(
        "from_office",
        ("from: (department of homeland security", "from: (dhs office address"),
        BELOW,
        "lines",
        "from: (department of homeland security dhs office address)",
    ),
    Place("name", _WHO, kind="name"),
    Place("date_of_birth", ("date of birth",), kind="day"),
    Place("citizenship", ("citizenship",), kind="country"),
    Place("sex", ("sex",), kind="sex"),
)
_TAIL = (
    Place(
        "telephone",
        ("notify dhs by calling ice at", "customs and border protection (cbp) at"),
        kind="telephone",
    ),
    Place("officer", ("(name and title of immigration officer)",), ABOVE),
    Place("booking_number", ("local booking/inmate #",), kind="booking"),
    Place("latest_charge", ("last offense charged/conviction",)),
    Place(
        "served_date",
        ("this form was served upon the alien on", "served upon the subject on"),
        kind="day",
    ),
)
_SERVED = (
    Tick("served_in_person", ("in person",)),
    Tick("served_by_mail", ("by inmate mail delivery",)),
    Tick("served_other", ("other (please specify)",)),
)
_STOPS = ("estimated release date/time", "date of latest criminal charge/conviction")
_SIGNED = ("(signature of immigration officer)",)
PROBABLE_CAUSE = ("final_order", "pending", "biometric", "statements")
_BOXES = (
    Tick("final_order", ("a final order of removal against the",)),
    Tick("pending", ("the pendency of ongoing removal proceedings against",)),
    Tick("biometric", ("biometric confirmation of the",)),
    Tick("statements", ("statements made by the",)),
    Tick("resume_custody", ("upon completion of the proceeding or investigation",)),
    Tick("cancels", ("if checked: please cancel the detainer",)),
)
SERVED = tuple(tick.name for tick in _SERVED)

# What the portal calls what stands at each place.
LABELS = {
    "family_names": "Family names",
    "given_names": "Given names",
    "date_of_birth": "Date of birth",
    "sex": "Sex",
    "citizenship": "Citizenship",
    "a_number": "A-number (File No.)",
    "booking_number": "Local booking number",
    "subject_id": "Subject ID",
    "event_number": "Event number",
    "from_office": "Sending office",
    "officer": "Officer",
    "officer_title": "Officer's title",
    "telephone": "Telephone to call",
    "final_order": "Box 1: final order",
    "pending": "Box 1: pending proceedings",
    "biometric": "Box 1: biometric",
    "statements": "Box 1: statements",
    "resume_custody": "Box 2: resume custody",
    "instrument_signed": "Signature",
    "form_date": "Date of the form",
    "to_agency": "Addressed to",
    "latest_charge": "Last offense charged",
    "served_date": "Served on",
    "served_in_person": "Served in person",
    "served_by_mail": "Served by inmate mail",
    "served_other": "Served another way",
    "served_at_place": "Served at",
    "cancels": "Cancels an earlier detainer",
    "place_of_entry": "Place of entry",
    "entry_date": "Date of entry",
    "charging_document": "Rests on a charging document",
    "inadmissible": "Rests on inadmissibility",
    "immigration_judge": "Order of an immigration judge",
    "designated_official": "Order of a designated official",
    "board_of_appeals": "Order of the Board of Appeals",
    "district_court": "Order of a court's judge",
}

FORMS = (
    Form(
        "I-247A",
        ("immigration detainer - notice of action",),
        ("3/17", "02/17"),
        _HEAD + _TAIL,
        _BOXES + _SERVED,
        _SIGNED,
        _STOPS,
    ),
    Form(
        "I-247G",
        ("request for advance notification of release",),
        ("3/17",),
        _HEAD + _TAIL,
        _SERVED,
        _SIGNED,
        _STOPS,
    ),
    Form(
        "I-200",
        ("warrant for arrest of alien", "warrant for arrest of noncitizen"),
        ("09/16",),
        (
            Place("a_number", ("file no",), kind="a_number"),
            Place("form_date", ("date",), kind="day"),
            Place("name", ("there is probable cause to believe that",), kind="name"),
            Place(
                "officer",
                ("(printed name and title of authorized immigration officer)",),
                ABOVE,
            ),
            Place("served_at_place", ("served by me at (location)",)),
            Place("served_date", ("date of service",), kind="day"),
        ),
        (
            Tick("charging_document", ("the execution of a charging document",)),
            Tick("pending", ("the pendency of ongoing removal proceedings against",)),
            Tick("inadmissible", ("the failure to establish admissibility",)),
            Tick("biometric", ("biometric confirmation of the",)),
            Tick("statements", ("statements made voluntarily by the subject",)),
        ),
        ("(signature of authorized immigration officer)",),
    ),
    Form(
        "I-205",
        ("warrant of removal/deportation",),
        ("8/07",),
        (
            Place("a_number", ("file no",), kind="a_number"),
            Place("form_date", ("date",), kind="day"),
            Place("name", ("full name of alien", "full name of subject"), kind="name"),
            Place("place_of_entry", ("place of entry",)),
            Place("entry_date", ("date of entry",), kind="day"),
            Place("officer_title", ("(title of immigration officer)",), ABOVE),
        ),
        (
            Tick("immigration_judge", ("an immigration judge in exclusion",)),
            Tick("designated_official", ("a designated official",)),
            Tick("board_of_appeals", ("the board of immigration appeals",)),
            Tick("district_court", ("a united states district or magistrate",)),
        ),
        _SIGNED,
    ),
)
BY_NAME = {form.name: form for form in FORMS}
# A letter or digit that a scan makes of another, at the places where one is expected.
_FOOT = re.compile(
    r"form\s*[il1|]\s*-?\s*(247\s*[a-z0-9]|2[0o][0o5s])\s*[({\[]?\s*(?:rev[.,]?)?\s*"
    r"[({\[]?\s*(\d{1,2}\s*/\s*\d{2})",
    re.IGNORECASE,
)


def edition_at_foot(text: str) -> str:
    """The edition printed at the foot, as in 3/17; empty when there is none."""
    found = _FOOT.search(text)
    return re.sub(r"\s", "", found[2]) if found else ""


def edition_misread(form: Form, letters: str, nearest) -> str:
    """The known edition that the page's letters name, if only one is near to them."""
    near = {}
    for printed in form.editions:
        digits = printed.replace("/", "").replace("1", "l").replace("0", "o")
        found = nearest(form.name[2:].lower().replace("0", "o") + digits, letters)
        near[printed] = found[2] if found else 9
    best = min(near.values())
    chosen = [printed for printed, faults in near.items() if faults == best < 9]
    return chosen[0] if len(chosen) == 1 else ""


def edition_name(form: Form, printed: str) -> str:
    """The form with its edition's year and month, as in I-247A 2017-03.

    The name of the form alone when the printed edition is not one that is known.
    """
    known = {_month(one): one for one in form.editions}
    month = _month(printed) if printed else ""
    return f"{form.name} {month}" if month in known else form.name


def _month(printed: str) -> str:
    month, year = printed.split("/")
    return f"20{year}-{int(month):02}"
