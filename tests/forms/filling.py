"""What stands in a drawn form: invented people, offices, dates and ticks."""

import random
from dataclasses import dataclass, field
from datetime import date, timedelta

# Form and the edition printed at its foot.
FORMS = (
    ("I-247A", "3/17"),
    ("I-247A", "02/17"),
    ("I-247G", "3/17"),
    ("I-200", "09/16"),
    ("I-205", "8/07"),
)
FAMILY = (
    "García López",
    "Núñez",
    "Muñoz Peña",
    "Hernández",
    "Da Conceição",
    "Gonçalves",
    "Pérez-Ramírez",
    "de la Cruz Ordóñez",
    "Kowalski",
    "O'Connell",
    "Jean-Baptiste",
    "François",
    "Müller",
    "Hoxha",
    "Çela",
    "Smith",
    "Almonte",
    "Quispe Mamani",
    "Singh",
    "Nguyen",
    "Wilson",
    "Guamán Tenesaca",
    "Araújo",
    "Bautista Vásquez",
    "St. Louis",
    "Okafor",
    "Castillo",
    "Morales Xicará",
    "Ali",
    "Lima",
)
GIVEN = (
    "José María",
    "Luis",
    "Ángel",
    "Begoña",
    "João Pedro",
    "Marie-Thérèse",
    "Andrés Felipe",
    "Inés",
    "Piotr",
    "Arben",
    "Zoë",
    "Roberto Carlos",
    "Ana Lucía",
    "Jorge",
    "Wilmer Antonio",
    "Fabienne",
    "Raúl",
    "Sofía Belén",
    "Ian",
    "Olena",
    "Gjon",
    "Mónica",
    "William",
    "Édgar",
    "Claudia Inês",
    "Jesús",
    "Tomás",
    "Liliana",
)
COUNTRIES = (
    "GUATEMALA",
    "ECUADOR",
    "Mexico",
    "Dominican Republic",
    "HONDURAS",
    "Brazil",
    "Haiti",
    "JAMAICA",
    "El Salvador",
    "Poland",
    "Albania",
    "COLOMBIA",
    "Peru",
    "CHINA",
    "Portugal",
    "India",
)
INSTITUTIONS = (
    ("Elmbrook Police Department", "12 Harbor Street", "Elmbrook, CT 06999"),
    ("Warden, Northgate Correctional Center", "900 Mill Road", "Oakfield, CT 06998"),
    ("Riverton Judicial Marshals", "1 Court Square", "Riverton, CT 06997"),
    ("Stonebury Police, Records Division", "77 Quarry Lane", "Stonebury, CT 06996"),
)
OFFICES = (
    ("ICE ERO Hartford", "450 Main Street", "Hartford, CT 06103"),
    ("DHS/ICE Boston Field Office", "1000 District Avenue", "Burlington, MA 01803"),
    ("ICE Law Enforcement Support", "188 Harvest Lane", "Williston, VT 05495"),
)
OFFICERS = (
    ("R. Whitfield", "Deportation Officer"),
    ("Dana Pruitt", "SDDO"),
    ("K. Marchetti", "Immigration Officer"),
    ("Theo Lindqvist", "Supervisory Detention and Deportation Officer"),
    ("J. Abernathy", "Deportation Officer"),
)
CHARGES = (
    "Larceny 6th degree",
    "Breach of peace",
    "Failure to appear",
    "Operating under suspension",
    "Assault 3rd degree",
)
TICKS_247A = ("final_order", "pending", "biometric", "statements")
ISSUED_BY = (
    "immigration_judge",
    "designated_official",
    "board_of_appeals",
    "district_court",
)


@dataclass
class Filled:
    """One form as filled in: `written` as drawn, `truth` as a reader should say it."""

    form: str
    edition: str
    written: dict[str, str] = field(default_factory=dict)
    truth: dict[str, str] = field(default_factory=dict)
    ticked: dict[str, bool] = field(default_factory=dict)
    is_signed: bool = True

    def put(self, name: str, written: str, truth: str | None = None) -> None:
        self.written[name] = written
        self.truth[name] = written if truth is None else truth

    def lines(self, name: str, *lines: str) -> None:
        self.put(name, "\n".join(lines), ", ".join(lines))

    def day(self, name: str, day: date, chance: random.Random) -> None:
        self.put(name, _day(day, chance), day.isoformat())


def fill(seed: int, form: str | None = None, edition: str | None = None) -> Filled:
    """A form filled in, the same for the same seed."""
    chance = random.Random(f"filled {seed}")
    if form is None:
        form, edition = FORMS[seed % len(FORMS)]
    filled = Filled(form, edition or dict(FORMS)[form])
    issued = date(2019, 1, 1) + timedelta(days=chance.randrange(2800))
    filled.put("a_number", *_a_number(chance))
    filled.day("form_date", issued, chance)
    _FILL[form](filled, issued, chance)
    filled.is_signed = chance.random() < 0.85
    return filled


def _fill_detainer(filled: Filled, issued: date, chance: random.Random) -> None:
    _fill_head(filled, chance)
    if filled.form == "I-247A":
        _tick_basis(filled, chance)
        filled.ticked["cancels"] = chance.random() < 0.15
    number = f"({chance.randrange(201, 989)}) {chance.randrange(200, 999)}-"
    filled.put("telephone", f"{number}{chance.randrange(1000, 9999)}")
    name, title = chance.choice(OFFICERS)
    filled.put("officer", f"{name}, {title}")
    _fill_service(filled, issued, chance)


def _fill_head(filled: Filled, chance: random.Random) -> None:
    subject = str(chance.randrange(300_000_000, 399_999_999))
    filled.put("subject_id", subject if chance.random() < 0.9 else "")
    office = chance.choice(("HAR", "BOS", "NYC", "STP"))
    event = f"{office}{chance.randrange(19, 27)}{chance.randrange(1, 13):02}"
    filled.put("event_number", f"{event}{chance.randrange(1, 999_999):06}")
    filled.lines("to_agency", *chance.choice(INSTITUTIONS))
    filled.lines("from_office", *chance.choice(OFFICES))
    _put_name(filled, chance)
    born = date(1945, 1, 1) + timedelta(days=chance.randrange(22_000))
    filled.day("date_of_birth", born, chance)
    filled.put("citizenship", chance.choice(COUNTRIES))
    sex = chance.choice((("M", "male"), ("F", "female"), ("Male", "male"), ("", "")))
    filled.put("sex", *sex)


def _put_name(filled: Filled, chance: random.Random) -> None:
    family, given = chance.choice(FAMILY), chance.choice(GIVEN)
    if chance.random() < 0.5:
        family = family.upper()
    if chance.random() < 0.3:
        given = given.upper()
    filled.written["name"] = f"{family}, {given}"
    filled.truth |= {"family_names": family, "given_names": given}


def _tick_basis(filled: Filled, chance: random.Random) -> None:
    filled.ticked = dict.fromkeys((*TICKS_247A, "resume_custody"), False)
    kind = chance.random()
    if kind < 0.75:
        for name in chance.sample(TICKS_247A, chance.choice((1, 1, 2))):
            filled.ticked[name] = True
    if 0.7 < kind < 0.92:
        filled.ticked["resume_custody"] = True


def _fill_service(filled: Filled, issued: date, chance: random.Random) -> None:
    kinds = ("served_in_person", "served_by_mail", "served_other")
    filled.ticked |= dict.fromkeys(kinds, False)
    blank = chance.random() < 0.3
    booking = f"{chance.randrange(2019, 2027)}-{chance.randrange(1, 99_999):05}"
    filled.put("booking_number", "" if blank else booking)
    filled.put("latest_charge", "" if blank else chance.choice(CHARGES))
    if blank:
        filled.put("served_date", "")
        return
    filled.day("served_date", issued + timedelta(days=chance.randrange(4)), chance)
    filled.ticked[chance.choice(kinds[:2])] = True


def _fill_warrant(filled: Filled, issued: date, chance: random.Random) -> None:
    _put_name(filled, chance)
    kinds = ("charging_document", "pending", "inadmissible", "biometric", "statements")
    filled.ticked = dict.fromkeys(kinds, False)
    for name in chance.sample(kinds, chance.choice((1, 1, 2))):
        filled.ticked[name] = True
    filled.put("officer", ", ".join(chance.choice(OFFICERS)))
    blank = chance.random() < 0.4
    filled.put("served_at_place", "" if blank else "Hartford, Connecticut")
    filled.put("served_date", "")
    if not blank:
        filled.day("served_date", issued + timedelta(days=3), chance)


def _fill_removal(filled: Filled, issued: date, chance: random.Random) -> None:
    _put_name(filled, chance)
    filled.put("place_of_entry", chance.choice(("Laredo, Texas", "Miami", "New York")))
    entered = issued - timedelta(days=chance.randrange(400, 7000))
    filled.day("entry_date", entered, chance)
    filled.ticked = dict.fromkeys(ISSUED_BY, False)
    filled.ticked[chance.choice(ISSUED_BY)] = True
    filled.put("officer_title", chance.choice(OFFICERS)[1])


_FILL = {
    "I-247A": _fill_detainer,
    "I-247G": _fill_detainer,
    "I-200": _fill_warrant,
    "I-205": _fill_removal,
}


def _a_number(chance: random.Random) -> tuple[str, str]:
    digits = f"{chance.randrange(20_000_000, 249_999_999):09}"
    shapes = (
        f"A{digits}",
        f"A{digits[:3]} {digits[3:6]} {digits[6:]}",
        f"A{digits[:3]}-{digits[3:6]}-{digits[6:]}",
        digits,
    )
    return chance.choice(shapes), f"A{digits}"


def _day(day: date, chance: random.Random) -> str:
    shapes = ("%m/%d/%Y", "%m/%d/%Y", "%m/%d/%Y", "%B %d, %Y", "%d-%b-%Y", "%Y-%m-%d")
    written = day.strftime(chance.choice(shapes))
    if "/" in written and chance.random() < 0.2:
        return f"{day.month}/{day.day}/{day.year}"
    return written
