"""Requests that a reader of the demonstration should find, whatever is drawn."""

from dataclasses import dataclass

from requests_app.management.demonstration.agencies import MAIN


@dataclass(frozen=True)
class Wish:
    """What is wanted of a request; what is left empty is drawn.

    `attached` is an administrative paper, or "nothing" for none.
    """

    code: str = ""
    instrument: str = ""
    asks: tuple[str, ...] = ()
    grounds: str = ""
    attached: str = ""
    ending: str = ""
    is_reviewed: bool = True
    is_late: bool = False
    by_supervisor: bool = False


def _hold(code: str, grounds: str, ending: str = "decided", **more) -> Wish:
    defaults = {"asks": ("hold",), "attached": "nothing"}
    return Wish(
        code=code,
        instrument="I-247A",
        grounds=grounds,
        ending=ending,
        **{**defaults, **more},
    )


def _notification(code: str, grounds: str, ending: str = "decided", **more) -> Wish:
    return Wish(
        code=code,
        instrument="I-247G",
        asks=("notify_release",),
        grounds=grounds,
        attached="nothing",
        ending=ending,
        **more,
    )


def _contact(code: str, instrument: str, asks: tuple, grounds: str, **more) -> Wish:
    return Wish(code=code, instrument=instrument, asks=asks, grounds=grounds, **more)


# Finished, within the last year.
SHOWN = (
    _hold(MAIN, "class_a_b", asks=("hold", "notify_release")),
    _hold(MAIN, "charged", "override_confirmed"),
    _hold(MAIN, "class_a_b", "held_past_end"),
    _hold(MAIN, "class_a_b", "by_another", asks=("transfer",)),
    _notification(MAIN, "class_a_b", "told_without_copy"),
    _hold(MAIN, "nothing", "done_anyway", attached="I-200"),
    _hold(MAIN, "charged", "done_first", asks=("hold", "notify_release")),
    _hold(MAIN, "class_a_b", "did_more"),
    _hold(MAIN, "not_known", "corrected_after"),
    _hold(MAIN, "misdemeanor", "override_refused"),
    _contact(MAIN, "judicial_warrant", ("hold", "transfer"), "judicial_warrant"),
    _contact(MAIN, "unasked", (), "nothing"),
    _hold(MAIN, "nothing", is_late=True),
    _hold(MAIN, "charged", attached="I-205", by_supervisor=True),
    _contact("DOC", "order_1225d4B", ("interview",), "court_order"),
    _hold("DOC", "screening_match", asks=("hold", "notify_release")),
    _hold("DOC", "nothing", "override_confirmed"),
    _hold("WHT", "attempted", "held_past_end"),
    _contact("BPP", "email", ("information",), "other_felony"),
    _contact("JPR", "telephone", ("information",), "charged"),
    _contact("JMH", "in_person", ("facility", "interview"), "subpoena"),
    _contact("CSP", "I-205", ("transfer",), "class_a_b"),
    _contact("UCP", "telephone", ("facility",), "nothing"),
)

# On somebody's desk for days, when the demonstration begins.
WAITING = (
    _hold(MAIN, "charged", "override_waits"),
    _hold(MAIN, "class_a_b", "held_past_end", is_reviewed=False),
    _hold(MAIN, "nothing", "done_anyway", attached="I-200", is_reviewed=False),
    _hold(MAIN, "doubtful_warrant", "left"),
    _hold(MAIN, "possible_2025", "left"),
    _hold("DOC", "misdemeanor", "override_waits"),
    _hold("DOC", "elsewhere", "left", asks=("hold", "transfer")),
    _notification("CSP", "class_a_b", "told_without_copy", is_reviewed=False),
    _hold("WHT", "class_a_b", "did_more", is_reviewed=False),
    _contact("APR", "unasked", (), "nothing", is_reviewed=False),
    _hold("JMH", "not_known", "left"),
    _contact("DCJ", "email", ("information",), "charged", ending="left"),
)
