"""Names and papers of people who do not exist, drawn from a seeded source.

Names are put together from parts, numbers come from ranges that nobody uses: A-numbers
begin with A0000, telephone numbers with 555-01, addresses end in .example.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random


@dataclass(frozen=True)
class Origin:
    """Where a person comes from, as far as names, language and form say."""

    citizenship: str
    language: str
    ethnicity: str
    family: tuple[str, ...]
    female: tuple[str, ...]
    male: tuple[str, ...]
    surnames: int = 1
    weight: int = 1


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


_SPANISH_FAMILY = _words(
    "Acuñalba Benavidor Cárdaleno Dueñasol Echavarrí Fuentesoto Güemesén Huaráz-Lima "
    "Ibáñerez Jarquinto Lozanel Muñozal Ñaupari Ordoñal Peñalora Quisperán Ríosalto "
    "Saavedría Tzuluy Urrutiel Vélazara Xoconal Yupanquis Zúñigal"
)
_SPANISH_FEMALE = _words(
    "Araceli Belén Consuelo Dulce Estefanía Fátima Gabriela Inés Lucía Maribel "
    "Noemí Rocío Sofía Xiomara Yazmín"
)
_SPANISH_MALE = _words(
    "Adrián Bartolomé César Damián Efraín Fermín Gonzalo Hernán Iván José Kevin "
    "Martín Nicolás Óscar Ramón Sebastián Tomás Ulises Víctor Wilmer"
)


def _spanish(citizenship: str, weight: int, language: str = "Spanish") -> Origin:
    return Origin(
        citizenship,
        language,
        "hispanic",
        _SPANISH_FAMILY,
        _SPANISH_FEMALE,
        _SPANISH_MALE,
        surnames=2,
        weight=weight,
    )


ORIGINS = (
    _spanish("Guatemala", 14),
    _spanish("Guatemala", 3, language="K'iche'"),
    _spanish("Ecuador", 14),
    _spanish("Mexico", 12),
    _spanish("Honduras", 9),
    _spanish("Dominican Republic", 8),
    _spanish("El Salvador", 6),
    _spanish("Colombia", 5),
    _spanish("Peru", 4),
    Origin(
        "Brazil",
        "Portuguese",
        "hispanic",
        _words("Brandãozo Conceiçal Gonçalvim Magalhães-Prado Simõenes"),
        _words("Conceição Jussara Luíza Thaís"),
        _words("Caíque Joaquim João Otávio"),
        surnames=2,
        weight=6,
    ),
    Origin(
        "Jamaica",
        "English",
        "black",
        _words("Bramwellton Cottersby Dunkhurst Grantleigh Palmerstone"),
        _words("Alecia Kerisha Shanice"),
        _words("Delroy Everton Lascelle Winston"),
        weight=6,
    ),
    Origin(
        "Haiti",
        "Haitian Creole",
        "black",
        _words("Célestinel Désirvil Fédélus Jean-Baptistin Théodorat"),
        _words("Guerline Mirlande Rose-Laure"),
        _words("Frantzy Jean-Rony Wisly"),
        weight=5,
    ),
    Origin(
        "Poland",
        "Polish",
        "white",
        _words("Brzęczkowiak Łuszczyński-Wilk Świętochowik Źdźbłowski"),
        _words("Bożena Małgorzata"),
        _words("Grzegorz Łukasz Zdzisław"),
        weight=3,
    ),
    Origin(
        "Albania",
        "Albanian",
        "white",
        _words("Gjokaliu Hoxhallari Përmetarë"),
        _words("Drita Vjollca"),
        _words("Arbën Gëzim"),
        weight=3,
    ),
    Origin(
        "Vietnam",
        "Vietnamese",
        "asian",
        _words("Đặngthuỷ Nguyễnloan Phạmquy"),
        _words("Hồng Ngọc"),
        _words("Đức Tuấn"),
        weight=2,
    ),
    Origin(
        "India",
        "Gujarati",
        "asian",
        _words("Chaudharilal Patelwala Rathodia"),
        _words("Hetal Kinjal"),
        _words("Jignesh Mehulkumar"),
        weight=2,
    ),
    Origin(
        "Ghana",
        "Twi",
        "black",
        _words("Acheampomah Boatengya Owusuwaa"),
        _words("Abena Esi"),
        _words("Kofi Yaw"),
        weight=2,
    ),
    Origin(
        "Ukraine",
        "Ukrainian",
        "white",
        _words("Коваленчук Шевчукович"),
        _words("Оксана Соломія"),
        _words("Богдан Тарас"),
    ),
    # One name only, as it is in the passport.
    Origin("Indonesia", "Indonesian", "asian", (), ("Suharyantini",), ("Sukarnadi",)),
    Origin("Afghanistan", "Dari", "asian", (), ("Zarmineh",), ("Gulamuddin",)),
)

_NICKNAMES = ("Chepe", "El Flaco", "Junior", "Kico", "La Güera", "Nando", "Toño")

_STAFF_GIVEN = _words(
    "Adele Barnaby Clementine Desmond Eudora Fabian Greta Horace Imogen Jasper "
    "Keziah Lionel Marguerite Nathaniel Ottilie Percival Quentina Rosalind Silas "
    "Tabitha Ulrich Verity Wendell Zora"
)
_STAFF_FAMILY = _words(
    "Ashquill Brambleton Copperbeck Dunmarrow Elmsworthy Fenwhistle Glenharrow "
    "Hollisward Inkpenny Juniperly Kettlewick Larkspurre Merrowby Nettlecombe "
    "Oakhollow Pennifold Quillfeather Rushmeadow Stonewicket Thistledown Umberley "
    "Violetbank Winterbrook Yarrowgate"
)


def staff_names(count: int) -> list[tuple[str, str]]:
    """As many different given and family names, always in the same order."""
    given, family = len(_STAFF_GIVEN), len(_STAFF_FAMILY)
    return [
        (
            _STAFF_GIVEN[number % given],
            _STAFF_FAMILY[(number * 5 + number // given) % family],
        )
        for number in range(count)
    ]


def draw_officer(random: Random) -> dict:
    """An invented sender: office, officer and number."""
    given = random.choice(_STAFF_GIVEN)
    family = random.choice(_STAFF_FAMILY)
    return {
        "sender_office": random.choice(
            (
                "ERO Boston, Hartford sub-office",
                "ERO Boston field office",
                "Pacific Enforcement Response Center",
                "Law Enforcement Support Center",
            )
        ),
        "sender_officer": f"{random.choice(('DO', 'SDDO', 'IEA'))} {given[0]}. "
        f"{family}",
        "sender_contact": f"860-555-01{random.randrange(100):02d}",
        "event_number": f"HAR{random.randrange(10**9):010d}",
    }


def draw_person(random: Random, *, on: date, is_minor: bool = False) -> dict:
    """The answers of the person step, as they stand on the day `on`."""
    origin = random.choices(ORIGINS, weights=[one.weight for one in ORIGINS])[0]
    is_female = random.random() < 0.12
    given = random.choice(origin.female if is_female else origin.male)
    return {
        "family_names": _family_names(random, origin),
        "given_names": given,
        "aliases": _aliases(random, origin),
        **_birth(random, on=on, is_minor=is_minor),
        "sex": "female" if is_female else "male",
        "ethnicity": origin.ethnicity
        if random.random() < 0.85
        else random.choice(("unknown", "refused")),
        "citizenship": origin.citizenship,
        "language": origin.language,
        "a_number": _rarely(
            random, 0.85, lambda: f"A0000{random.randrange(10**5):05d}"
        ),
        "booking_number": _rarely(
            random, 0.6, lambda: f"{on.year}-{random.randrange(10**5):05d}"
        ),
        "not_competent": _answer(random, no=0.9),
        "attorney": _rarely(random, 0.2, lambda: _contact(random, "Attorney ")),
        "designee": _rarely(random, 0.3, lambda: _relative(random)),
    }


def _family_names(random: Random, origin: Origin) -> str:
    if not origin.family:
        return ""
    count = origin.surnames if random.random() < 0.8 else 1
    return " ".join(random.sample(origin.family, count))


def _aliases(random: Random, origin: Origin) -> str:
    names = []
    if random.random() < 0.15:
        names.append(random.choice(_NICKNAMES))
    if origin.family and random.random() < 0.12:
        names.append(f"{random.choice(origin.male)} {random.choice(origin.family)}")
    return "\n".join(names)


def _birth(random: Random, *, on: date, is_minor: bool) -> dict:
    known = random.random()
    if known > 0.94:
        answer = "unknown" if known < 0.98 else "refused"
        return {"date_of_birth_answer": answer, "is_minor": answer}
    years = random.randint(14, 17) if is_minor else random.randint(19, 62)
    born = on - timedelta(days=int(years * 365.25) + random.randint(10, 300))
    return {
        "date_of_birth_answer": "known",
        "date_of_birth": born,
        "is_minor": "yes" if is_minor else "no",
    }


def _answer(random: Random, *, no: float) -> str:
    return "no" if random.random() < no else random.choice(("unknown", "refused"))


def _rarely(random: Random, chance: float, draw) -> str:
    return draw() if random.random() < chance else ""


def _contact(random: Random, rank: str) -> str:
    family = random.choice(_STAFF_FAMILY)
    return f"{rank}{family}, 203-555-01{random.randrange(100):02d}"


def _relative(random: Random) -> str:
    kin = random.choice(("sister", "brother", "wife", "husband", "mother", "cousin"))
    return f"{kin.capitalize()}, 475-555-01{random.randrange(100):02d}"
