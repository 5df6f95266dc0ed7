"""What is known of a person and of the papers: the facts that findings rest on.

Each ground is a function of a random source and of a day; it returns the answers and
the rows of the two steps that hold them.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

# Section, subdivision, class in the judgment.
_CLASS_A_OR_B = (
    ("53a-134", "(a)(4)", "B"),
    ("53a-59", "(a)(1)", "B"),
    ("53a-101", "(a)(1)", "B"),
    ("53a-122", "(a)(2)", "B"),
    ("53a-94", "", "B"),
    ("53a-55", "(a)(1)", "B"),
    ("53a-92", "(a)(2)", "A"),
    ("53a-100aa", "", "A"),
)
_OTHER_FELONIES = (
    ("53a-123", "(a)(1)", "C"),
    ("53a-103", "", "D"),
    ("53a-124", "(a)(2)", "D"),
    ("53a-217", "(a)", "C"),
    ("21a-277", "(a)", "unclassified"),
    ("21a-278", "(b)", "unclassified"),
    ("14-227a", "(g)", "unclassified"),
)
_POSSIBLE_2025 = (
    ("53a-64bb", "", "D"),
    ("53a-223", "", "D"),
    ("53a-103a", "", "D"),
    ("53a-72a", "(a)(1)", "D"),
    ("53-21", "(a)(1)", "C"),
)
_MISDEMEANORS = (
    ("53a-61", "(a)(1)", "misdemeanor"),
    ("53a-181", "(a)(1)", "misdemeanor"),
    ("53a-125b", "", "misdemeanor"),
    ("53a-167a", "", "misdemeanor"),
    ("14-215", "(a)", "misdemeanor"),
    ("14-227a", "(a)", "misdemeanor"),
)
_WITHOUT_CONVICTION = (
    ("pending", 70),
    ("nolle", 10),
    ("dismissed", 9),
    ("accelerated_rehabilitation", 8),
    ("youthful_offender", 3),
)


@dataclass
class Basis:
    """Answers and rows about one person and the papers that came.

    `exception` is the coded reason that an approval would rest on, if any.
    """

    criminality: str
    convictions: list[dict] = field(default_factory=list)
    warrants: list[dict] = field(default_factory=list)
    answers: dict = field(default_factory=dict)
    exception: str = ""

    def facts(self) -> dict:
        listing = {"unknown": "unknown", "refused": "refused"}.get(self.criminality)
        return {
            "convictions_listing": listing or _listing(self.convictions),
            "warrants_listing": _listing(self.warrants),
            "terrorist_screening_match": "no",
            "order_1225d4B": "no",
            "ice_subpoena": "no",
            **self.answers,
        }


def _listing(rows: list[dict]) -> str:
    return "some" if rows else "none"


def _row(random: Random, on: date, offence: tuple, **fields) -> dict:
    section, subdivision, felony_class = offence
    return {
        "section": section,
        "subdivision": subdivision,
        "felony_class": felony_class,
        "disposition": "convicted",
        "jurisdiction": "CT",
        "offense_date": on - timedelta(days=random.randint(400, 3000)),
        **fields,
    }


def _convicted(*tables: tuple, exception: str = "") -> Callable[[Random, date], Basis]:
    def draw(random: Random, on: date) -> Basis:
        rows = [_row(random, on, random.choice(table)) for table in tables]
        if random.random() < 0.3:
            rows.append(_row(random, on, random.choice(_MISDEMEANORS)))
        return Basis("convicted", convictions=rows, exception=exception)

    return draw


def _attempted(random: Random, on: date) -> Basis:
    row = _row(
        random,
        on,
        _CLASS_A_OR_B[0],
        inchoate=random.choice(("attempt", "conspiracy")),
    )
    return Basis("convicted", convictions=[row], exception="class_a_b")


def _class_not_known(random: Random, on: date) -> Basis:
    row = _row(random, on, ("53a-71", "", ""))
    return Basis("convicted", convictions=[row])


def _elsewhere(random: Random, on: date) -> Basis:
    state = random.choice(("NY", "MA", "RI", "NJ", "FL", "US"))
    row = _row(random, on, ("", "", random.choice(("", "B", "C"))), jurisdiction=state)
    return Basis("convicted", convictions=[row])


def _charged(random: Random, on: date) -> Basis:
    kinds, weights = zip(*_WITHOUT_CONVICTION, strict=True)
    offences = (*_CLASS_A_OR_B, *_OTHER_FELONIES, *_MISDEMEANORS * 2)
    rows = [
        _row(
            random,
            on,
            random.choice(offences),
            disposition=random.choices(kinds, weights=weights)[0],
            offense_date=on - timedelta(days=random.randint(0, 200)),
        )
        for _ in range(random.choice((1, 1, 2)))
    ]
    return Basis("pending", convictions=rows)


def _nothing(random: Random, on: date) -> Basis:
    return Basis("none")


def _not_known(random: Random, on: date) -> Basis:
    answer = random.choice(("unknown", "unknown", "unknown", "refused"))
    screening = random.choice(("no", "unknown"))
    return Basis(answer, answers={"terrorist_screening_match": screening})


def _screening_match(random: Random, on: date) -> Basis:
    return Basis(
        "none",
        answers={"terrorist_screening_match": "yes"},
        exception="terrorist_database",
    )


def _with_judicial_warrant(random: Random, on: date) -> Basis:
    drawn = _charged(random, on)
    drawn.warrants = [judicial_warrant(random, on)]
    drawn.exception = "judicial_warrant"
    return drawn


def _with_doubtful_warrant(random: Random, on: date) -> Basis:
    drawn = _charged(random, on)
    drawn.warrants = [doubtful_warrant(random, on)]
    return drawn


def _with_court_order(random: Random, on: date) -> Basis:
    return Basis("none", answers={"order_1225d4B": "yes"}, exception="court_order")


def _with_subpoena(random: Random, on: date) -> Basis:
    return Basis("none", answers={"ice_subpoena": "yes"})


GROUNDS: dict[str, Callable[[Random, date], Basis]] = {
    "class_a_b": _convicted(_CLASS_A_OR_B, exception="class_a_b"),
    "attempted": _attempted,
    "class_not_known": _class_not_known,
    "other_felony": _convicted(_OTHER_FELONIES),
    "possible_2025": _convicted(_POSSIBLE_2025),
    "misdemeanor": _convicted(_MISDEMEANORS),
    "elsewhere": _elsewhere,
    "charged": _charged,
    "nothing": _nothing,
    "not_known": _not_known,
    "screening_match": _screening_match,
    "judicial_warrant": _with_judicial_warrant,
    "doubtful_warrant": _with_doubtful_warrant,
    "court_order": _with_court_order,
    "subpoena": _with_subpoena,
}

# Of those whose record is known, about 45 in a hundred are convicted, 30 charged, 25
# neither; of the convicted, about a third at the gravest of three threat levels.
SHARES = {
    "class_a_b": 130,
    "attempted": 12,
    "class_not_known": 10,
    "other_felony": 85,
    "possible_2025": 38,
    "misdemeanor": 100,
    "elsewhere": 35,
    "charged": 315,
    "judicial_warrant": 10,
    "doubtful_warrant": 12,
    "nothing": 175,
    "screening_match": 5,
    "court_order": 3,
    "subpoena": 8,
    "not_known": 90,
}


def administrative_warrant(form: str) -> dict:
    """Form I-200, I-205 or another paper of the executive, as the checklist sees it."""
    return {
        "form": form,
        "signed_by": "immigration_judge"
        if form == "removal_order"
        else "immigration_officer",
        "heading_names_court": "no",
        "has_docket_number": "no",
        "names_person": "yes",
        "is_current": "yes",
        "orders_the_act": "no",
        "accompanies_detainer": "yes",
    }


def judicial_warrant(random: Random, on: date) -> dict:
    """A federal or a Superior Court warrant with every check a yes."""
    is_federal = random.random() < 0.7
    docket = f"3:{on:%y}-mj-{random.randrange(10**5):05d}"
    return {
        "form": "AO-442" if is_federal else "state",
        "signed_by": "federal_magistrate_judge" if is_federal else "state_judge",
        "court": "United States District Court, District of Connecticut"
        if is_federal
        else "Superior Court",
        "docket_number": docket if is_federal else f"FBT-CR{on:%y}-0{docket[-5:]}",
        **dict.fromkeys(
            (
                "heading_names_court",
                "has_docket_number",
                "names_person",
                "is_current",
                "orders_the_act",
                "accompanies_detainer",
            ),
            "yes",
        ),
    }


def doubtful_warrant(random: Random, on: date) -> dict:
    """A paper that looks judicial and whose signer leaves the question open."""
    return {
        **judicial_warrant(random, on),
        "form": random.choice(("other", "AO-442")),
        "signed_by": random.choice(("court_clerk", "out_of_state_judge", "unknown")),
        "court": "A court whose seal cannot be read",
    }
