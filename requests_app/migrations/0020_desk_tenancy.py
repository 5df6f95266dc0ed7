"""The rows of the desk show themselves to the agencies they belong to.

The policies are made as in 0017, which explains them, and by the same functions.
"""

from importlib import import_module

from django.db import migrations

before = import_module("requests_app.migrations.0017_tenancy")
among, of_request = before.among, before.of_request

READS, OUTLINES, WRITES = "desk_reads", "desk_outlines", "desk_writes"
STAFF, ADMINISTERS = "desk_staff", "desk_administers"
NOBODYS_CONTEXT = "(SELECT desk_user()) IS NULL"


def of_agency(shown: str, changed: str, check: str = "") -> dict:
    """A row with an agency: who sees it and who changes it."""
    changes = among(changed, "agency_id")
    said = {"show": among(shown, "agency_id"), "change": changes}
    return {**said, "check": f"{changes} AND {check}"} if check else said


def of_a_request(shown: str = READS, check: str = "") -> dict:
    """A row that hangs on a request."""
    writes = of_request(WRITES)
    said = {"show": of_request(shown), "change": writes}
    return {**said, "check": f"{writes} AND {check}"} if check else said


def part_of(other: str, column: str, more: str = "") -> str:
    """A row is as its own whole: that one's policies are asked."""
    return f"EXISTS (SELECT FROM requests_app_{other} o WHERE o.id = {column}{more})"


def of_the_agency(table: str, other: str, column: str) -> str:
    """What the row names is of the same agency."""
    return (
        f"({column} IS NULL OR EXISTS (SELECT FROM requests_app_{other} o"
        f" WHERE o.id = {column} AND o.agency_id = requests_app_{table}.agency_id))"
    )


def requests_agency(table: str) -> str:
    """The request that the row names is of the row's agency."""
    return of_the_agency(table, "icerequest", "ice_request_id")


_TABLE_IS_ADMINISTERED = part_of(
    "routingtable", "table_id", f" AND {among(ADMINISTERS, 'o.agency_id')}"
)
_BULK_IS_WRITTEN = part_of("bulk", "bulk_id", f" AND {among(WRITES, 'o.agency_id')}")
_REHEARSAL_IS_ADMINISTERED = part_of(
    "rehearsal", "rehearsal_id", f" AND {among(ADMINISTERS, 'o.agency_id')}"
)
_OWN_VIEW = (
    f"{among(STAFF, 'agency_id')}"
    f" AND (owner_id = (SELECT desk_user()) OR {NOBODYS_CONTEXT})"
)
_OWN_MESSAGE = (
    f"{among(STAFF, 'agency_id')}"
    f" AND (user_id = (SELECT desk_user()) OR {NOBODYS_CONTEXT})"
)

POLICIES = {
    # accounts
    "unit": of_agency(STAFF, ADMINISTERS),
    "placement": of_agency(
        STAFF, ADMINISTERS, of_the_agency("placement", "unit", "unit_id")
    ),
    "absence": {
        "show": among(STAFF, "agency_id"),
        "change": f"{among(WRITES, 'agency_id')} OR {among(ADMINISTERS, 'agency_id')}",
    },
    # docket
    "release": of_a_request(OUTLINES),
    # review
    "routingtable": of_agency(STAFF, ADMINISTERS),
    "routingrule": {
        "show": part_of("routingtable", "table_id"),
        "change": _TABLE_IS_ADMINISTERED,
    },
    "deferral": of_a_request(
        check=before.of_the_same("deferral", "assignment.assignment_id")
    ),
    "label": of_agency(READS, WRITES),
    "labelling": of_a_request(
        check="EXISTS (SELECT FROM requests_app_label l JOIN requests_app_icerequest r"
        " ON r.agency_id = l.agency_id WHERE l.id = label_id AND r.id = ice_request_id)"
    ),
    "bulk": of_agency(READS, WRITES, of_the_agency("bulk", "label", "label_id")),
    "bulkitem": {"show": part_of("bulk", "bulk_id"), "change": _BULK_IS_WRITTEN},
    "alarm": of_a_request(check=requests_agency("alarm")),
    "reopening": of_a_request(
        OUTLINES, before.of_the_same("reopening", "determination.determination_id")
    ),
    "reasontext": of_agency(READS, WRITES),
    "note": of_a_request(),
    "mention": {
        "show": part_of("note", "note_id"),
        "change": "EXISTS (SELECT FROM requests_app_note n WHERE n.id = note_id"
        f" AND {of_request(WRITES, 'n.ice_request_id')})",
    },
    "question": of_a_request(),
    "rehearsal": of_agency(STAFF, ADMINISTERS),
    "rehearsalitem": {
        "show": part_of("rehearsal", "rehearsal_id"),
        "change": _REHEARSAL_IS_ADMINISTERED,
    },
    "savedview": {
        "show": f"{_OWN_VIEW} OR (is_shared AND {among(STAFF, 'agency_id')})",
        "change": _OWN_VIEW,
    },
    # A colleague's action writes a message that only its reader opens and marks.
    "message": {
        "show": among(STAFF, "agency_id"),
        "change": _OWN_MESSAGE,
        "check": f"{among(STAFF, 'agency_id')} AND {requests_agency('message')}",
    },
    "looking": {
        "show": of_request(READS),
        "change": f"user_id = (SELECT desk_user()) AND {of_request(READS)}",
    },
}


class Migration(migrations.Migration):
    dependencies = [("requests_app", "0019_desk")]

    operations = [
        migrations.RunSQL(made, unmade)
        for name, said in POLICIES.items()
        for made, unmade in before.secured(name, said)
    ]
