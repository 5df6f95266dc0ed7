"""Invented notices, as a composition takes them; no database."""

from datetime import UTC, datetime

from requests_app.notices import paper

KINDS = (
    "detainer_copy",
    "intent",
    "notification_copy_person",
    "notification_copy_attorney",
)
CODE = "K7QM2XPAK7QM2XPAK7QM2XPAJ0"
WHY = paper.Answer(
    "notify_release",
    "approve",
    "class_a_b",
    own_words="Convicted in 2019 of robbery in the first degree.",
)


def stated(kind: str = "intent", **changed) -> paper.Stated:
    """A notice to Wanda Exampleson; what a test depends on, it names."""
    tells = kind.startswith("notification")
    given = {
        "kind": kind,
        "agency": "Exampleton Police Department",
        "number": "EXM-2026-000123",
        "person": "Wanda María Exampleson",
        "issued_at": datetime(2026, 11, 22, 20, 0, tzinfo=UTC),
        "received_at": datetime(2026, 11, 22, 14, 5, tzinfo=UTC),
        "code": CODE,
        "address": f"https://portal.example/genuine/?code={CODE}",
        "reader": "Avery Lawyer" if kind == "notification_copy_attorney" else "",
        "answers": () if tells else answers(),
        "told_at": datetime(2026, 11, 23, 20, 30, tzinfo=UTC) if tells else None,
        "told": "Release on 24 November 2026, by telephone." if tells else "",
        "why": WHY if tells else None,
        "help": (
            paper.Help("Example Legal Aid", ("860-555-0100", "12 Example Street")),
        ),
    }
    return paper.Stated(**{**given, **changed})


def answers() -> tuple[paper.Answer, ...]:
    return (
        paper.Answer(
            "hold", "deny", "no_exception", own_words="No conviction of such a class."
        ),
        paper.Answer("notify_release", "approve", "class_a_b", authority="53a-134"),
        paper.Answer("interview"),
    )
