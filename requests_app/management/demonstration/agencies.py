"""The twelve agencies, and invented people for every role at each."""

from dataclasses import dataclass
from datetime import date, datetime

from requests_app.accounts import services as accounts
from requests_app.accounts.models import Agency, Appointment, Role, User
from requests_app.docket.moments import ZONE
from requests_app.management.demonstration.names import staff_names

MAIN = "BPT"
# Before the first request of the demonstration.
OPENED_AT = datetime(2022, 12, 1, 9, 0, tzinfo=ZONE)
RETIRED_AT = datetime(2025, 6, 30, 16, 30, tzinfo=ZONE)

_JUDICIAL = "Judicial Branch of the State of Connecticut"
_STATE = "State of Connecticut"
# code, name, kind, body, legislative body, head, hours to decide
AGENCIES = (
    (
        MAIN,
        "Bridgeport Police Department",
        "municipal_police",
        "City of Bridgeport",
        "City Council",
        "Chief of Police",
        24,
    ),
    (
        "WHT",
        "West Hartford Police Department",
        "municipal_police",
        "Town of West Hartford",
        "Town Council",
        "Chief of Police",
        24,
    ),
    (
        "CSP",
        "Connecticut State Police",
        "state_police",
        "Department of Emergency Services and Public Protection",
        "",
        "Colonel commanding",
        24,
    ),
    (
        "DOC",
        "Department of Correction",
        "correction",
        _STATE,
        "",
        "Commissioner of Correction",
        48,
    ),
    (
        "JMH",
        "Judicial Marshals, Hartford",
        "judicial_marshal",
        _JUDICIAL,
        "",
        "Chief Judicial Marshal",
        24,
    ),
    (
        "SMN",
        "State Marshals, New Haven County",
        "state_marshal",
        "State Marshal Commission",
        "",
        "Chairperson of the Commission",
        48,
    ),
    (
        "APR",
        "Adult Probation",
        "adult_probation",
        _JUDICIAL,
        "",
        "Director of Adult Probation",
        72,
    ),
    (
        "JPR",
        "Juvenile Probation",
        "juvenile_probation",
        _JUDICIAL,
        "",
        "Director of Juvenile Probation",
        72,
    ),
    (
        "DCJ",
        "Division of Criminal Justice",
        "criminal_justice_division",
        _STATE,
        "",
        "Chief State's Attorney",
        72,
    ),
    (
        "BPP",
        "Board of Pardons and Paroles",
        "pardons_and_paroles",
        _STATE,
        "",
        "Chairperson of the Board",
        48,
    ),
    (
        "BAL",
        "Bail Commissioners",
        "bail_commissioner",
        _JUDICIAL,
        "",
        "Chief Bail Commissioner",
        24,
    ),
    (
        "UCP",
        "University of Connecticut Police Department",
        "school_police",
        "University of Connecticut",
        "",
        "Chief of Police",
        24,
    ),
)

# What is granted at every agency: username at the main one, role, rank.
_POSTS = (
    ("administrator", Role.ADMINISTRATOR, "System administrator"),
    ("administrator2", Role.ADMINISTRATOR, "Deputy system administrator"),
    ("clerk", Role.CLERK, "Records clerk"),
    ("supervisor", Role.SUPERVISOR, "Lieutenant"),
    ("supervisor2", Role.SUPERVISOR, "Sergeant"),
    ("head", Role.HEAD, ""),
    ("auditor", Role.AUDITOR, "Internal auditor"),
    ("records", Role.RECORDS_OFFICER, "Records officer"),
)
_CIVILIAN_RANKS = {"supervisor": "Unit supervisor", "supervisor2": "Shift supervisor"}
_UNIFORMED = ("municipal_police", "state_police", "school_police")


@dataclass(frozen=True)
class Staff:
    """One agency and its people, by post."""

    agency: Agency
    people: dict[str, User]

    def __getitem__(self, post: str) -> User:
        return self.people[post]


def open_agencies() -> dict[str, Staff]:
    """Create agencies, people and roles, by code; nobody can sign in yet.

    The first administrator of an agency is appointed by its installation, as at any
    agency; everybody else is appointed by that administrator, on the record.
    """
    names = iter(staff_names(len(AGENCIES) * len(_POSTS) + 2))
    staffs = {row[0]: _open(row, names) for row in AGENCIES}
    main = staffs[MAIN]
    statewide = _person("state-auditor", next(names), rank="Auditor of the state")
    _grant(main, statewide, Role.AUDITOR, agency=None)
    retired = _person("supervisor-retired", next(names), rank="Captain")
    _grant(main, retired, Role.SUPERVISOR, agency=main.agency)
    return staffs


def retire(main: Staff) -> None:
    """End the role of the supervisor who left."""
    appointment = Appointment.objects.get(user__username="supervisor-retired")
    accounts.end(
        appointment=appointment,
        on=RETIRED_AT.date(),
        by=main["administrator"],
        at=RETIRED_AT,
    )


def _open(row: tuple, names) -> Staff:
    code, name, kind, body, legislative_body, head_title, hours = row
    agency = Agency(
        code=code,
        name=name,
        kind=kind,
        body=body,
        legislative_body=legislative_body,
        head_title=head_title,
        decide_within_hours=hours,
    )
    accounts.add_agency(agency=agency, by=None, at=OPENED_AT)
    people = {}
    staff = Staff(agency=agency, people=people)
    for post, role, rank in _POSTS:
        if kind not in _UNIFORMED:
            rank = _CIVILIAN_RANKS.get(post, rank)
        username = post if code == MAIN else f"{code.lower()}-{post}"
        people[post] = _person(username, next(names), rank=rank or head_title)
        if post == "administrator":
            first = Appointment(
                user=people[post],
                agency=agency,
                role=role,
                effective_from=OPENED_AT.date(),
            )
            accounts.install(appointment=first, at=OPENED_AT)
        else:
            _grant(staff, people[post], role, agency=agency)
    return staff


def _person(username: str, name: tuple[str, str], *, rank: str) -> User:
    given, family = name
    user = User(
        username=username,
        first_name=given,
        last_name=family,
        title=rank,
        email=f"{username}@agency.example",
        date_joined=OPENED_AT,
    )
    user.set_unusable_password()
    return accounts.add_user(user=user, by=None, at=OPENED_AT)


def _grant(staff: Staff, user: User, role: str, *, agency: Agency | None) -> None:
    accounts.grant(
        user=user,
        agency=agency,
        role=role,
        effective_from=date(2022, 12, 1),
        effective_until=None,
        by=staff["administrator"],
        at=OPENED_AT,
    )
