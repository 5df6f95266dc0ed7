"""Whose desk, how urgent, and why. Pure: a table of rules, the first that fits wins.

The statute's queue comes from `route`, whose golden table is tests/review/routing.csv.
Which unit or person gets it inside that queue, the agency's own rules say: `desk`,
with tests/review/routing_desk.csv. They never change the queue.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, replace


@dataclass(frozen=True)
class Inputs:
    """What routing looks at. Kept with every assignment.

    `worst_ask` and `worst_act` are "none", "compliant", "undetermined" or
    "violation"; `asks` are ask kinds. The last three are for the agency's own rules:
    the filer's unit, the shift of the filing, and what the flagged findings cite.
    """

    asks: tuple[str, ...] = ()
    worst_ask: str = "none"
    worst_act: str = "none"
    mismatches: int = 0
    legal_review: bool = False
    is_covered: bool = True
    is_unasked: bool = False
    head_must_review: bool = False
    filed_as: str = "clerk"
    override_waits: bool = False
    # Whether an act that was read is a violation by a screening made since.
    is_reread: bool = False
    unit: str = ""
    shift: str = ""
    citations: tuple[str, ...] = ()

    def as_json(self) -> dict:
        lists = {"asks": list(self.asks), "citations": list(self.citations)}
        return {**asdict(self), **lists}


@dataclass(frozen=True)
class Route:
    """Where a request goes."""

    queue: str
    level: int
    rule: str
    reason: str


@dataclass(frozen=True)
class Rule:
    """One row of the table."""

    name: str
    queue: str
    fits: Callable[[Inputs], bool]
    reason: str
    citation: str = ""


NO_FLAG, UNDETERMINED, VIOLATION, MISMATCH = range(4)

RULES = (
    Rule(
        "override_waits",
        "second_person",
        lambda i: i.override_waits,
        "An override against a violation takes effect only with a second person.",
    ),
    Rule(
        "act_parts_from_decision",
        "head",
        lambda i: i.mismatches > 0,
        "What was done parts from what was asked or decided.",
    ),
    Rule(
        "act_reread",
        "head",
        lambda i: i.is_reread,
        "An act that was reviewed is found to be a violation by a later screening.",
    ),
    Rule(
        "act_violates",
        "head",
        lambda i: i.worst_act == "violation",
        "An act already done is found to be a violation.",
    ),
    Rule(
        "release_notification",
        "head",
        lambda i: (
            i.head_must_review and "notify_release" in i.asks and i.filed_as != "head"
        ),
        "It asks to be told of a release: the head of agency reviews it before the "
        "answer.",
        "54-192h(c)",
    ),
    Rule(
        "filed_by_a_decider",
        "head",
        lambda i: i.filed_as == "supervisor",
        "A supervisor filed it, so somebody else must decide.",
    ),
    Rule(
        "act_is_open",
        "head",
        lambda i: i.worst_act == "undetermined" and (i.is_unasked or not i.asks),
        "An act already done cannot be judged yet: a fact or a rule is open.",
    ),
    Rule(
        "nothing_to_decide",
        "record",
        lambda i: not i.asks,
        "There is no ask to decide; the act is on record.",
    ),
    Rule(
        "not_bound",
        "supervisor",
        lambda i: not i.is_covered,
        "The section does not bind this official on that date.",
    ),
    Rule(
        "ask_forbidden",
        "supervisor",
        lambda i: i.worst_ask == "violation",
        "The request asks for something that the section forbids.",
    ),
    Rule(
        "question_of_law",
        "legal_review",
        lambda i: i.legal_review,
        "The answer turns on a question of law.",
    ),
    Rule(
        "fact_missing",
        "supervisor",
        lambda i: i.worst_ask == "undetermined" or i.worst_act == "undetermined",
        "A fact that would settle the finding is missing.",
    ),
    Rule(
        "permitted",
        "supervisor",
        lambda i: True,
        "No provision forbids what is asked; the agency decides.",
    ),
)


# Not of the table: the agency's own time for deciding has lapsed (services.alarms).
ESCALATED = "escalated"
PASSED_UP_FROM = "passed_up_from"
_ESCALATED_REASON = (
    "Nobody decided within the agency's own time, so the head of agency has it."
)


def kept_up(routed: Route) -> Route:
    """The route of a request that was passed up: it stays with the head until decided.

    What the table gives to the head or to a second person is not touched.
    """
    if routed.queue not in ("supervisor", "legal_review"):
        return routed
    return replace(routed, queue="head", rule=ESCALATED, reason=_ESCALATED_REASON)


def route(inputs: Inputs) -> Route:
    """The first rule that fits; the last fits everything."""
    rule = next(rule for rule in RULES if rule.fits(inputs))
    return Route(
        queue=rule.queue,
        level=level(inputs),
        rule=rule.name,
        reason=rule.reason,
    )


def citation_of(rule: str) -> str:
    """The citation a rule rests on; nothing where it is the agency's own order."""
    return next((one.citation for one in RULES if one.name == rule), "")


def reason_of(rule: str) -> str:
    """The reason that a rule gives, as a reader sees it."""
    if rule == ESCALATED:
        return _ESCALATED_REASON
    return next((one.reason for one in RULES if one.name == rule), rule)


def level(inputs: Inputs) -> int:
    """The highest flag: mismatch, violation, undetermined or none."""
    if inputs.mismatches:
        return MISMATCH
    results = {inputs.worst_ask, inputs.worst_act}
    if "violation" in results:
        return VIOLATION
    if "undetermined" in results:
        return UNDETERMINED
    return NO_FLAG


# The agency's own rules


@dataclass(frozen=True)
class DeskRule:
    """One row of an agency's table. A condition left empty holds always."""

    name: str
    number: int
    from_unit: str = ""
    shift: str = ""
    ask: str = ""
    citation: str = ""
    level: int | None = None
    to_unit: str = ""
    to_person: str = ""

    def fits(self, inputs: Inputs, level: int) -> bool:
        """Whether every condition holds; what is not known holds no condition."""
        return (
            self.from_unit in ("", inputs.unit)
            and self.shift in ("", inputs.shift)
            and (not self.ask or self.ask in inputs.asks)
            and (not self.citation or self.citation in inputs.citations)
            and self.level in (None, level)
        )

    @property
    def conditions(self) -> str:
        """What the rule asks for, in words."""
        words = {
            "the unit of the filer": self.from_unit,
            "the shift": self.shift,
            "what is asked": self.ask,
            "a finding": self.citation,
            "the level": self.level is not None,
        }
        return ", ".join(word for word, given in words.items() if given) or "anything"


@dataclass(frozen=True)
class Desk:
    """Where the agency's own rules put a request; empty: with nobody in particular."""

    unit: str = ""
    person: str = ""
    rule: str = ""
    reason: str = ""


def desk(
    rules: Iterable[DeskRule],
    inputs: Inputs,
    *,
    level: int,
    refusals: Mapping[str, str] | None = None,
) -> Desk:
    """The first rule that fits and whose person may have it.

    `refusals` says of persons why they may not; their rules are passed over, and the
    reason says so.
    """
    passed = ""
    for rule in rules:
        if not rule.fits(inputs, level):
            continue
        refusal = (refusals or {}).get(rule.to_person, "") if rule.to_person else ""
        if not refusal:
            said = f"Rule {rule.number} of the agency fits, by {rule.conditions}."
            return Desk(rule.to_unit, rule.to_person, rule.name, said + passed)
        if not passed:
            passed = f" Rule {rule.number} was passed over: {refusal}"
    return Desk(reason=passed.strip())


def shift_at(hour: int) -> str:
    """The shift of an hour on Connecticut's clock."""
    if 7 <= hour < 15:
        return "day"
    return "evening" if 15 <= hour < 23 else "night"
