"""Which entries of a request's timeline belong together. Pure."""

from collections.abc import Iterable

# Word of the filter and the events it keeps. What is named by none is the portal's own.
KINDS: dict[str, tuple[str, frozenset[str]]] = {
    "decisions": (
        "Decisions",
        frozenset(
            ("ask.determined", "ask.superseded", "ask.reopened", "override.proposed")
            + ("override.confirmed", "override.refused", "request.returned")
            + ("request.reviewed", "determination.confirmed")
        ),
    ),
    "notes": (
        "Notes and questions",
        frozenset(
            ("note.added", "note.edited", "question.asked", "question.answered")
            + ("question.withdrawn", "request.returned")
        ),
    ),
    "documents": (
        "Papers and facts",
        frozenset(
            ("request.filed", "request.corrected", "notice.owed", "notice.served")
            + ("notice.issued", "notice.rendered", "notice.failed", "notice.tried")
            + ("request.shredded",)
        ),
    ),
    "access": (
        "What was done",
        frozenset(
            ("act.recorded", "access.recorded", "mismatch.found", "release.recorded")
        ),
    ),
}
SYSTEM = "system"
_NAMED = frozenset().union(*(events for _, events in KINDS.values()))


def choices(chosen: str) -> list[dict]:
    """The filters of the timeline as links, the chosen one marked."""
    kinds = {"": "All", **{key: word for key, (word, _) in KINDS.items()}}
    kinds[SYSTEM] = "Desk and system"
    return [
        {"kind": key, "label": word, "is_current": key == chosen}
        for key, word in kinds.items()
    ]


def read(typed: str) -> str:
    """The filter an address asks for; all of it when there is no such filter."""
    return typed if typed in KINDS or typed == SYSTEM else ""


def kept(entries: Iterable[dict], kind: str) -> list[dict]:
    """The entries that a filter keeps, in their order."""
    if not kind:
        return list(entries)
    if kind == SYSTEM:
        return [one for one in entries if one["event"] not in _NAMED]
    return [one for one in entries if one["event"] in KINDS[kind][1]]
