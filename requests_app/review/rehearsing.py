"""The form in which a change of law is named to be rehearsed, and its words. Pure."""

from requests_app import law
from requests_app.review.models import OffenceStatus, Rehearsal


def choices() -> list[tuple[str, list[tuple[str, str]]]]:
    """What can be tried, in groups for a list: rulings, stays, versions.

    A value such as `offence:53a-71:confirmed` names the kind, the subject, a status.
    """
    uncertain = [one for one in law.STATUTE.felonies if one.status == "UNCERTAIN"]
    rows = [(row.section, row.name) for row in (*law.STATUTE.offences, *uncertain)]
    citations = sorted({one.citation for one in law.STATUTE.provisions})
    return [
        ("", [("", "Choose a change")]),
        *(
            (
                f"An offence is {status.value}",
                [
                    (
                        f"offence:{section}:{status.value}",
                        f"{section} {name}: {status.value}",
                    )
                    for section, name in rows
                ],
            )
            for status in OffenceStatus
        ),
        (
            "A court stays a provision",
            [(f"stay:{citation}:", f"Stay of {citation}") for citation in citations],
        ),
        (
            "A version of the section is the law",
            [
                (f"version:{one.name}:", f"Version {one.name} ({one.act})")
                for one in law.STATUTE.versions
            ],
        ),
    ]


def parts_of(value: str) -> dict[str, str]:
    """The kind, subject and status that a choice names."""
    kind, subject, status = value.split(":")
    return {"kind": kind, "subject": subject, "status": status}


def value_of(rehearsal: Rehearsal) -> str:
    """The choice that a rehearsal tried."""
    return f"{rehearsal.kind}:{rehearsal.subject}:{rehearsal.status}"


def words_of(rehearsal: Rehearsal) -> str:
    """What was tried, such as "53a-71 confirmed"."""
    if rehearsal.kind == Rehearsal.Kind.VERSION:
        return f"Version {rehearsal.subject}"
    if rehearsal.kind == Rehearsal.Kind.STAY:
        return f"Stay of {rehearsal.subject}"
    return f"{rehearsal.subject} {rehearsal.status}"
