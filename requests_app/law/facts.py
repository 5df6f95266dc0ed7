"""The facts handed to the law, and the reading of them from JSON.

Promises that every fact may be unknown (`None`), which is never the same as false,
and that whatever is malformed is refused by name, all of it at once. Refuses to
guess: an unknown key, an unknown word or a wrong type is a fault.
"""

from __future__ import annotations

import json
import re
import sys
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Final, Literal, TypeVar

KINDS: Final = (
    "detain",
    "arrest",
    "notify_release",
    "interview",
    "transfer",
    "share_information",
    "provide_facility",
    "federal_function",
    "submit_fingerprints",
    "query_ncic",
    "receive_detainer",
    "decline",
)
OFFICIALS: Final = (
    "municipal_police",
    "state_police",
    "correction",
    "judicial_marshal",
    "state_marshal",
    "adult_probation",
    "juvenile_probation",
    "criminal_justice_division",
    "pardons_and_paroles",
    "bail_commissioner",
    "school_police",
    "other_public_employee",
)
FORMS: Final = ("I-247A", "I-247D", "I-247N", "I-247X", "I-247G", "other")
ASKS: Final = ("hold", "notify_release", "transfer", "interview", "information")
WARRANT_FORMS: Final = (
    "I-200",
    "I-205",
    "I-862",
    "I-203",
    "removal_order",
    "AO-442",
    "AO-93",
    "state",
    "other",
)
SIGNERS: Final = (
    "state_judge",
    "federal_judge",
    "federal_magistrate_judge",
    "immigration_judge",
    "immigration_officer",
    "court_clerk",
    "out_of_state_judge",
    "unknown",
)
CLASSES: Final = ("A", "B", "C", "D", "E", "unclassified", "misdemeanor")
DISPOSITIONS: Final = (
    "convicted",
    "pending",
    "nolle",
    "dismissed",
    "accelerated_rehabilitation",
    "youthful_offender",
)
INCHOATE: Final = ("attempt", "conspiracy")
GROUNDS_2014: Final = (
    "pending_charges_no_bond",
    "arrest_warrant_ct",
    "gang_database",
    "final_order",
    "public_safety_risk",
)
INFORMATION: Final = (
    "release_date",
    "custody_status",
    "home_address",
    "work_address",
    "supervision",
    "immigration_status",
    "sexual_orientation",
    "domestic_or_sexual_violence_victim",
    "crime_witness",
    "public_assistance",
    "financial_record",
)
AUTHORIZATIONS: Final = ("person", "parent_or_guardian", "none")

NO_DETAINER: Final = "none"


@dataclass(frozen=True, slots=True)
class Act:
    """What the agency did or proposes, with the date that chooses the law."""

    kind: str
    on: date
    hours_held: float | None = None


@dataclass(frozen=True, slots=True)
class Detainer:
    """A civil immigration detainer that is known to exist."""

    form: str | None = None
    received_on: date | None = None
    asks: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Warrant:
    """A paper offered as a warrant, whoever signed it."""

    form: str | None = None
    signed_by: str | None = None
    accompanies_detainer: bool | None = None
    names_person: bool | None = None


@dataclass(frozen=True, slots=True)
class Conviction:
    """A charge and what became of it; only some of these are convictions."""

    section: str | None = None
    subdivision: str | None = None
    class_: str | None = None
    jurisdiction: str | None = None
    disposition: str | None = None
    inchoate: str | None = None
    offense_on: date | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """One act of one official, and all that is known around it."""

    act: Act
    official: str
    detainer: Detainer | Literal["none"] | None = None
    warrants: tuple[Warrant, ...] | None = None
    order_1225d4B: bool | None = None
    ice_subpoena: bool | None = None
    convictions: tuple[Conviction, ...] | None = None
    terrorist_screening_match: bool | None = None
    grounds_2014: tuple[str, ...] | None = None
    information: tuple[str, ...] | None = None
    publicly_available: bool | None = None
    under_control: bool | None = None
    written_authorization: str | None = None
    person_is_minor: bool | None = None
    not_competent: bool | None = None
    terrorism_investigation: bool | None = None
    otherwise_required_by_law: bool | None = None
    head_reviewed: bool | None = None
    copy_given: bool | None = None
    intent_stated: bool | None = None
    notification_copy_to_person: bool | None = None
    notification_copy_to_attorney_or_designee_effort: bool | None = None
    reason_in_writing_given: bool | None = None

    def as_json(self) -> dict[str, object]:
        """Give the contract's object back; what is not known is null."""
        return {field.name: _plain(getattr(self, field.name)) for field in fields(self)}


def _plain(value: object) -> object:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return [_plain(member) for member in value]
    if isinstance(value, (Act, Detainer, Warrant, Conviction)):
        return {
            field.name.rstrip("_"): _plain(getattr(value, field.name))
            for field in fields(value)
        }
    return value


class _Absent:
    """The value of a key that must be there and is not."""

    def __repr__(self) -> str:
        return "ABSENT"


ABSENT: Final = _Absent()
_LONGEST_SHOWN = 80


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with the facts: where, what was found, what is accepted."""

    path: str
    value: object
    accepted: str

    def __str__(self) -> str:
        if self.value is ABSENT:
            return f"{self.path}: nothing is given; {self.accepted}"
        return f"{self.path}: {_shown(self.value)} is not accepted; {self.accepted}"


def _shown(value: object) -> str:
    try:
        text = json.dumps(value, default=repr)
    except (RecursionError, TypeError, ValueError):
        text = f"a {type(value).__name__}"
    return text if len(text) <= _LONGEST_SHOWN else text[: _LONGEST_SHOWN - 3] + "..."


class MalformedFacts(ValueError):
    """The facts do not follow the contract; `faults` holds every fault found."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults: tuple[Fault, ...] = tuple(faults)
        super().__init__("\n".join(str(fault) for fault in self.faults))


class NotJson(ValueError):
    """The text is not JSON; the message says where reading stopped."""


class _Object(dict[str, object]):
    """A JSON object that remembers the keys which its text repeats."""

    repeated: tuple[str, ...] = ()


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    members = _Object(pairs)
    if len(members) != len(pairs):
        given = Counter(key for key, _ in pairs)
        members.repeated = tuple(key for key, times in given.items() if times > 1)
    return members


def read_json(text: str | bytes) -> object:
    """Read JSON for `parse`, which then names a repeated key by its path."""
    try:
        if isinstance(text, bytes):
            text = text.decode("utf-8-sig")
        decoded: object = json.loads(text, object_pairs_hook=_object)
    except UnicodeDecodeError:
        raise NotJson("it is not UTF-8 text") from None
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise NotJson(f"{error.msg} at {place}") from None
    except RecursionError:
        raise NotJson("it is nested too deeply") from None
    except ValueError:
        raise NotJson("it holds a number that is too long") from None
    return decoded


_Value = TypeVar("_Value")
_Read = Callable[["_Reader", object, str], _Value]
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_PLAIN_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_TWO_LETTERS = re.compile(r"[A-Z]{2}")


def _below(path: str, key: object) -> str:
    if isinstance(key, str) and _PLAIN_KEY.fullmatch(key):
        return f"{path}.{key}"
    return f"{path}[{_shown(key)}]"


def _one_of(words: Sequence[str]) -> str:
    return "use one of " + ", ".join(words)


_Members = Mapping[str, object]


class _Reader:
    """Reads one object of the contract and collects its faults."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []

    def refuse(self, path: str, value: object, accepted: str) -> None:
        self.faults.append(Fault(path, value, accepted))

    def members(self, value: object, path: str, keys: Collection[str]) -> _Members:
        """Give the members of an object, having refused the keys it may not have."""
        if not isinstance(value, dict):
            self.refuse(path, value, "use an object with the keys " + ", ".join(keys))
            return {}
        for key, member in value.items():
            if key not in keys:
                accepted = "the key is not known, use only " + ", ".join(keys)
                self.refuse(_below(path, key), member, accepted)
        if isinstance(value, _Object):
            for key in value.repeated:
                accepted = "the key is given more than once, give it once"
                self.refuse(_below(path, key), value[key], accepted)
        return value

    def word(
        self, members: _Members, key: str, path: str, words: tuple[str, ...]
    ) -> str | None:
        value = members.get(key)
        if value is None or (isinstance(value, str) and value in words):
            return value
        self.refuse(f"{path}.{key}", value, _one_of(words))
        return None

    def needed_word(
        self, members: _Members, key: str, path: str, words: tuple[str, ...]
    ) -> str:
        value = members.get(key, ABSENT)
        if isinstance(value, str) and value in words:
            return value
        self.refuse(f"{path}.{key}", value, _one_of(words))
        return ""

    def words(
        self, members: _Members, key: str, path: str, words: tuple[str, ...]
    ) -> tuple[str, ...] | None:
        value = members.get(key)
        if value is None:
            return None
        if not isinstance(value, list):
            self.refuse(f"{path}.{key}", value, "use a list of " + ", ".join(words))
            return None
        for index, member in enumerate(value):
            if not isinstance(member, str) or member not in words:
                self.refuse(f"{path}.{key}[{index}]", member, _one_of(words))
        return tuple(value)

    def boolean(self, members: _Members, key: str, path: str) -> bool | None:
        value = members.get(key)
        if value is None or value is True or value is False:
            return value
        accepted = "use true or false, or null where it is not known"
        self.refuse(f"{path}.{key}", value, accepted)
        return None

    def text(self, members: _Members, key: str, path: str) -> str | None:
        value = members.get(key)
        if value is None or isinstance(value, str):
            return value
        accepted = "use text, or null where it is not known"
        self.refuse(f"{path}.{key}", value, accepted)
        return None

    def day(self, members: _Members, key: str, path: str) -> date | None:
        value = members.get(key)
        if value is None:
            return None
        return self.needed_day(members, key, path)

    def needed_day(self, members: _Members, key: str, path: str) -> date:
        value = members.get(key, ABSENT)
        if isinstance(value, str) and _DATE.fullmatch(value):
            try:
                return date.fromisoformat(value)
            except ValueError:
                pass
        accepted = "use a date of the calendar as YYYY-MM-DD"
        self.refuse(f"{path}.{key}", value, accepted)
        return date.min

    def hours(self, members: _Members, key: str, path: str) -> float | None:
        value = members.get(key)
        if value is None:
            return None
        # The upper bound turns away infinity; NaN compares false with both.
        if (
            isinstance(value, (int, float))
            and not isinstance(value, bool)
            and 0 <= value <= sys.float_info.max
        ):
            return value
        self.refuse(f"{path}.{key}", value, "use a number of hours, zero or more")
        return None

    def jurisdiction(self, members: _Members, key: str, path: str) -> str | None:
        value = members.get(key)
        if value is None or value == "CT" or value == "other":
            return value
        if isinstance(value, str) and _TWO_LETTERS.fullmatch(value):
            return value
        accepted = "use CT, the two capital letters of another state, US or other"
        self.refuse(f"{path}.{key}", value, accepted)
        return None

    def each(
        self, members: _Members, key: str, path: str, read: _Read[_Value]
    ) -> tuple[_Value, ...] | None:
        value = members.get(key)
        if value is None:
            return None
        if not isinstance(value, list):
            accepted = "use a list, [] where it is known that there is none"
            self.refuse(f"{path}.{key}", value, accepted)
            return None
        return tuple(
            read(self, member, f"{path}.{key}[{index}]")
            for index, member in enumerate(value)
        )


_ACT_KEYS = ("kind", "on", "hours_held")
_DETAINER_KEYS = ("form", "received_on", "asks")
_WARRANT_KEYS = ("form", "signed_by", "accompanies_detainer", "names_person")
_CONVICTION_KEYS = (
    "section",
    "subdivision",
    "class",
    "jurisdiction",
    "disposition",
    "inchoate",
    "offense_on",
)
_FACT_KEYS = dict.fromkeys(field.name for field in fields(Facts))


def _read_act(reader: _Reader, facts: _Members, path: str) -> Act:
    value = facts.get("act", ABSENT)
    members = reader.members(value, path, _ACT_KEYS)
    if not isinstance(value, dict):
        return Act("", date.min)
    return Act(
        reader.needed_word(members, "kind", path, KINDS),
        reader.needed_day(members, "on", path),
        reader.hours(members, "hours_held", path),
    )


def _read_detainer(
    reader: _Reader, value: object, path: str
) -> Detainer | Literal["none"] | None:
    if value is None:
        return None
    if value == NO_DETAINER:
        return "none"
    if not isinstance(value, dict):
        keys = ", ".join(_DETAINER_KEYS)
        accepted = f'use null, "none" or an object with the keys {keys}'
        reader.refuse(path, value, accepted)
        return None
    members = reader.members(value, path, _DETAINER_KEYS)
    return Detainer(
        reader.word(members, "form", path, FORMS),
        reader.day(members, "received_on", path),
        reader.words(members, "asks", path, ASKS),
    )


def _read_warrant(reader: _Reader, value: object, path: str) -> Warrant:
    members = reader.members(value, path, _WARRANT_KEYS)
    return Warrant(
        reader.word(members, "form", path, WARRANT_FORMS),
        reader.word(members, "signed_by", path, SIGNERS),
        reader.boolean(members, "accompanies_detainer", path),
        reader.boolean(members, "names_person", path),
    )


def _read_conviction(reader: _Reader, value: object, path: str) -> Conviction:
    members = reader.members(value, path, _CONVICTION_KEYS)
    return Conviction(
        reader.text(members, "section", path),
        reader.text(members, "subdivision", path),
        reader.word(members, "class", path, CLASSES),
        reader.jurisdiction(members, "jurisdiction", path),
        reader.word(members, "disposition", path, DISPOSITIONS),
        reader.word(members, "inchoate", path, INCHOATE),
        reader.day(members, "offense_on", path),
    )


def parse(obj: object, path: str = "$") -> Facts:
    """Read one object of the contract, or raise `MalformedFacts` with every fault."""
    reader = _Reader()
    members = reader.members(obj, path, _FACT_KEYS)
    if not isinstance(obj, dict):
        raise MalformedFacts(reader.faults)

    def known(key: str) -> bool | None:
        value = members.get(key)
        if value is None or value is True or value is False:
            return value
        return reader.boolean(members, key, path)

    facts = Facts(
        act=_read_act(reader, members, f"{path}.act"),
        official=reader.needed_word(members, "official", path, OFFICIALS),
        detainer=_read_detainer(reader, members.get("detainer"), f"{path}.detainer"),
        warrants=reader.each(members, "warrants", path, _read_warrant),
        order_1225d4B=known("order_1225d4B"),
        ice_subpoena=known("ice_subpoena"),
        convictions=reader.each(members, "convictions", path, _read_conviction),
        terrorist_screening_match=known("terrorist_screening_match"),
        grounds_2014=reader.words(members, "grounds_2014", path, GROUNDS_2014),
        information=reader.words(members, "information", path, INFORMATION),
        publicly_available=known("publicly_available"),
        under_control=known("under_control"),
        written_authorization=reader.word(
            members, "written_authorization", path, AUTHORIZATIONS
        ),
        person_is_minor=known("person_is_minor"),
        not_competent=known("not_competent"),
        terrorism_investigation=known("terrorism_investigation"),
        otherwise_required_by_law=known("otherwise_required_by_law"),
        head_reviewed=known("head_reviewed"),
        copy_given=known("copy_given"),
        intent_stated=known("intent_stated"),
        notification_copy_to_person=known("notification_copy_to_person"),
        notification_copy_to_attorney_or_designee_effort=known(
            "notification_copy_to_attorney_or_designee_effort"
        ),
        reason_in_writing_given=known("reason_in_writing_given"),
    )
    if reader.faults:
        raise MalformedFacts(reader.faults)
    return facts
