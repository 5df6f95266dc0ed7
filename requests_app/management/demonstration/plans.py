"""What reaches which agency when, and how it will end: the plan of every request."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from random import Random

from requests_app.accounts.models import Role
from requests_app.docket.moments import ZONE
from requests_app.management.demonstration import grounds, shares
from requests_app.management.demonstration.agencies import MAIN, Staff
from requests_app.management.demonstration.answers import Answers, type_in
from requests_app.management.demonstration.grounds import Basis
from requests_app.management.demonstration.names import draw_officer, draw_person
from requests_app.management.demonstration.wishes import SHOWN, WAITING, Wish

FIRST_DAY = datetime(2023, 1, 3, 5, 0, tzinfo=ZONE)
LAST_DAY = datetime(2026, 10, 31, 22, 0, tzinfo=ZONE)
_LATE = (
    "The fax lay in the tray of the booking desk over the weekend",
    "It was sent to the mailbox of an officer on leave",
    "The shift was told by telephone and passed it on later",
)


@dataclass
class Plan:
    """One request as it will come and go.

    `random` is its own source, so that no other request moves what it draws.
    """

    staff: Staff
    received_at: datetime
    filed_at: datetime
    filed_as: str
    asks: tuple[str, ...]
    information: tuple[str, ...]
    basis: Basis
    answers: Answers
    ending: str
    is_reviewed: bool
    language: str
    random: Random


def draw_plans(
    *, staffs: Mapping[str, Staff], count: int, seed: int, now: datetime
) -> list[Plan]:
    """The plans of `count` requests, in no order.

    About one in eight came in the days before `now`, half of those in the last
    hours; the others are spread over the years before.
    """
    random = Random(f"{seed}")
    moments = _moments(random, count, now)
    return [
        _draw(wish, moment, staffs, Random(f"{seed}/{number}"), is_recent=is_recent)
        for number, (wish, moment, is_recent) in enumerate(moments)
    ]


def _moments(random: Random, count: int, now: datetime) -> list[tuple]:
    last = min(LAST_DAY, now - timedelta(days=25))
    waiting = WAITING[: max(1, count * len(WAITING) // 400)]
    shown = SHOWN[: max(1, count * len(SHOWN) // 400)]
    found = [
        (wish, now - timedelta(days=random.uniform(2, 20)), True) for wish in waiting
    ]
    found += [(wish, waking(last - _days(random, 300)), False) for wish in shown]
    for number in range(count * 20 // 400):
        found.append((_new(random), now - timedelta(minutes=70 + 57 * number), True))
    for _ in range(count * 17 // 400):
        ago = timedelta(hours=random.uniform(20, 75))
        found.append((_new(random), now - ago, True))
    span = (last - FIRST_DAY).total_seconds()
    while len(found) < count:
        # A little more each year.
        share = random.random() ** 0.85
        moment = FIRST_DAY + timedelta(seconds=span * share)
        found.append((Wish(), waking(moment), False))
    return found[:count]


def _new(random: Random) -> Wish:
    code = MAIN if random.random() < 0.5 else ""
    ending = "left" if random.random() < 0.85 else ""
    ground = pick(random, shares.GROUNDS_TO_WEIGH)
    return Wish(
        code=code, ending=ending, grounds=ground, attached="nothing" if ground else ""
    )


def _days(random: Random, at_most: int) -> timedelta:
    return timedelta(days=random.uniform(1, at_most))


def waking(moment: datetime) -> datetime:
    """The same time of day, or some hours later if people sleep: in UTC."""
    moment = moment.astimezone(UTC)
    is_night = moment.astimezone(ZONE).hour < 6
    return moment + timedelta(hours=6) if is_night else moment


def pick(random: Random, weights: Mapping):
    return random.choices(list(weights), weights=list(weights.values()))[0]


def _draw(
    wish: Wish, moment: datetime, staffs: Mapping, random: Random, *, is_recent: bool
) -> Plan:
    staff = staffs[wish.code or pick(random, shares.AGENCIES)]
    is_held = staff.agency.kind in shares.HOLDING
    # In UTC, where adding hours means elapsed hours.
    received_at = moment.astimezone(UTC).replace(second=0, microsecond=0)
    day = received_at.astimezone(ZONE).date()
    instrument = wish.instrument or pick(
        random,
        shares.INSTRUMENTS_WHERE_HELD if is_held else shares.INSTRUMENTS_ELSEWHERE,
    )
    asks = wish.asks or _asks(random, instrument, is_held=is_held)
    information = _information(random, asks, is_held=is_held)
    is_late = wish.is_late or (not wish.code and random.random() < 0.05)
    is_late = is_late and not is_recent
    filed_at = received_at + _delay(random, is_late=is_late, is_recent=is_recent)
    basis = _basis(random, wish, instrument, day)
    person = draw_person(
        random,
        on=day,
        is_minor=staff.agency.kind == "juvenile_probation",
    )
    by_supervisor = wish.by_supervisor or (not wish.code and random.random() < 0.05)
    ending = wish.ending or _ending(random, basis, instrument, is_held=is_held)
    facts = {
        "instrument": instrument,
        "channel": pick(random, shares.CHANNELS.get(instrument, shares.FORM_CHANNELS)),
        "received_at": received_at,
        "asks": asks,
        "information": information,
        "late_reason": random.choice(_LATE) if is_late else "",
        **({} if instrument == "unasked" else draw_officer(random)),
        **person,
        **_custody(random, received_at, is_held=is_held),
        **_form(random, instrument, day),
        **basis.facts(),
        **_authorization(random, instrument, asks, person),
        **_given(random, received_at, filed_at, language=person["language"]),
    }
    return Plan(
        staff=staff,
        received_at=received_at,
        filed_at=filed_at,
        filed_as=Role.SUPERVISOR if by_supervisor else Role.CLERK,
        asks=asks,
        information=information,
        basis=basis,
        answers=type_in(
            facts,
            convictions=basis.convictions,
            warrants=basis.warrants,
            acts=_acts(
                random,
                kind=_kind_done(random, instrument, asks, ending),
                information=information,
                happened_at=received_at,
                is_late=is_late,
            ),
        ),
        ending=ending,
        is_reviewed=wish.is_reviewed,
        language=person["language"],
        random=random,
    )


def _delay(random: Random, *, is_late: bool, is_recent: bool) -> timedelta:
    if is_late:
        return timedelta(minutes=random.randint(25 * 60, 75 * 60))
    return timedelta(minutes=random.randint(6, 40 if is_recent else 170))


def _asks(random: Random, instrument: str, *, is_held: bool) -> tuple[str, ...]:
    anywhere = shares.ASKS_WHERE_HELD if is_held else shares.ASKS_ELSEWHERE
    return pick(random, shares.ASKS.get(instrument, anywhere))


def _information(random: Random, asks: tuple, *, is_held: bool) -> tuple[str, ...]:
    if "information" not in asks:
        return ()
    return pick(
        random,
        shares.INFORMATION_WHERE_HELD if is_held else shares.INFORMATION_ELSEWHERE,
    )


def _ending(random: Random, basis: Basis, instrument: str, *, is_held: bool) -> str:
    ending = pick(random, shares.ENDINGS)
    needs_violation = ending.startswith(("override", "corrected_after"))
    if instrument == "unasked" or (
        needs_violation and (basis.exception or not is_held)
    ):
        return "decided"
    return ending


def _basis(random: Random, wish: Wish, instrument: str, day: date) -> Basis:
    name = wish.grounds or pick(random, grounds.SHARES)
    if instrument == "judicial_warrant":
        name = "judicial_warrant"
    if instrument == "order_1225d4B":
        name = "court_order"
    basis = grounds.GROUNDS[name](random, day)
    paper = _attached(random, instrument, basis, wished=wish.attached)
    if paper != "nothing":
        basis.warrants.append(grounds.administrative_warrant(paper))
    return basis


def _attached(random: Random, instrument: str, basis: Basis, *, wished: str) -> str:
    if instrument in ("I-200", "I-205"):
        return instrument
    if wished or instrument not in shares.DETAINER_FORMS:
        return wished or "nothing"
    # Where an exception would allow a hold, ICE mostly sends the form alone.
    return pick(random, shares.ATTACHED_RARELY if basis.exception else shares.ATTACHED)


def _custody(random: Random, received_at: datetime, *, is_held: bool) -> dict:
    weights = shares.CONTROL_WHERE_HELD if is_held else shares.CONTROL_ELSEWHERE
    control = pick(random, weights)
    if control != "yes" or not is_held:
        return {"under_control": control}
    booked_at = received_at - timedelta(minutes=random.randint(90, 60 * 60))
    custody = {"under_control": control, "booked_at": booked_at}
    chance = random.random()
    if chance < 0.4:
        expected = received_at + timedelta(minutes=random.randint(5 * 60, 90 * 60))
        custody["release_expected_at"] = expected
    elif chance < 0.5:
        eligible = received_at + timedelta(minutes=random.randint(3 * 60, 30 * 60))
        custody["release_eligible_at"] = eligible
    if random.random() < 0.25:
        custody["narrative"] = random.choice(shares.NARRATIVES)
    return custody


def _form(random: Random, instrument: str, day: date) -> dict:
    if instrument not in shares.DETAINER_FORMS:
        return {"instrument_signed": pick(random, {"unknown": 3, "yes": 1, "no": 1})}
    form = {"instrument_signed": pick(random, {"yes": 88, "no": 7, "unknown": 5})}
    if form["instrument_signed"] == "yes":
        days = random.choice((0, 0, 0, 1, 1, 2, 5))
        form["instrument_signed_date"] = day - timedelta(days=days)
    if random.random() < 0.08:
        return {**form, "resume_custody": "yes"}
    cause = random.sample(
        ("final_order", "pending", "biometric", "statements"), random.choice((1, 1, 2))
    )
    return {**form, "probable_cause": tuple(cause), "resume_custody": "no"}


def _authorization(
    random: Random, instrument: str, asks: tuple, person: Mapping
) -> dict:
    if "information" not in asks and instrument != "unasked":
        return {}
    answer = pick(random, shares.AUTHORIZATIONS)
    if answer == "person" and person["is_minor"] == "yes":
        answer = "parent_or_guardian"
    return {
        "written_authorization": answer,
        "terrorism_investigation": "no",
        "otherwise_required_by_law": pick(random, {"no": 85, "unknown": 15}),
        "publicly_available": pick(random, {"no": 70, "yes": 12, "unknown": 18}),
    }


def _given(
    random: Random, received_at: datetime, filed_at: datetime, *, language: str
) -> dict:
    if random.random() < 0.45:
        return {"copy": "owed"}
    given_at = received_at + (filed_at - received_at) * random.uniform(0.3, 0.9)
    given_at = max(given_at.replace(second=0, microsecond=0), received_at)
    return {
        "copy": "given",
        "copy_served_at": given_at,
        "how": "by_hand" if language == "English" else "interpreter",
        "notice_language": language,
    }


def _kind_done(random: Random, instrument: str, asks: tuple, ending: str) -> str:
    """What was done before filing: an act unasked, or one before its decision."""
    if instrument == "unasked":
        return pick(random, shares.UNASKED_ACTS)
    return shares.ACT_OF_ASK[asks[-1]] if ending == "done_first" else ""


def _acts(
    random: Random,
    *,
    kind: str,
    information: tuple,
    happened_at: datetime,
    is_late: bool,
) -> list[dict]:
    if not kind:
        return []
    given = information or ("custody_status",)
    row = {
        "kind": kind,
        "happened_at": happened_at,
        "information": given if kind == "share_information" else (),
        "done_by": random.choice(shares.UNITS),
        "staff_minutes": random.randint(5, 90),
        "late_reason": random.choice(_LATE) if is_late else "",
    }
    if kind == "notify_release":
        answers = ("yes", "no", "unknown")
        row["head_reviewed"] = random.choice(answers)
        row["copy_to_person"] = random.choice(answers)
        row["reason_in_writing"] = random.choice(answers)
    return [row]
