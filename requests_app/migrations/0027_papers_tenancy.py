"""The rows of papers, notices, imports and reports show themselves to their agencies.

The policies are made as in 0017, which explains them, and by the same functions. Of
public tables, those that are published show themselves to everybody.
"""

from importlib import import_module

from django.db import migrations

before = import_module("requests_app.migrations.0017_tenancy")
desk = import_module("requests_app.migrations.0020_desk_tenancy")
among, of_request = before.among, before.of_request
of_agency, of_a_request = desk.of_agency, desk.of_a_request
part_of, requests_agency = desk.part_of, desk.requests_agency
READS, WRITES, STAFF = desk.READS, desk.WRITES, desk.STAFF
OUTLINES, ADMINISTERS = desk.OUTLINES, desk.ADMINISTERS


def part(other: str, column: str) -> dict:
    """A row that shows itself, and is written, with its whole."""
    whole = part_of(other, column)
    return {"show": whole, "change": whole}


def same_agency(table: str, other: str, column: str) -> str:
    """The request that a row names in another column is of its request's agency."""
    return (
        "EXISTS (SELECT FROM requests_app_icerequest a JOIN requests_app_icerequest b"
        f" ON a.agency_id = b.agency_id WHERE a.id = requests_app_{table}.{other}"
        f" AND b.id = requests_app_{table}.{column})"
    )


_OF_STATE = "coalesce(agency_id, 0)"
_OWN_EXPORT = (
    f"{among(STAFF, _OF_STATE)}"
    f" AND (asked_by_id = (SELECT desk_user()) OR {desk.NOBODYS_CONTEXT})"
)
_OWN_COLUMNS = "user_id = (SELECT desk_user())"
_PUBLISHED = "status IN ('published', 'withdrawn')"
_COUNTED = among(STAFF, "agency_id")

POLICIES = {
    # documents
    "document": of_agency(READS, READS),
    "documentpart": part("document", "document_id"),
    "formreading": part("document", "document_id"),
    # docket
    "batch": of_agency(OUTLINES, WRITES),
    "link": of_a_request(check=same_agency("link", "ice_request_id", "other_id")),
    "claim": of_agency(READS, READS, requests_agency("claim")),
    "claimevent": part("claim", "claim_id"),
    "hold": of_agency(READS, READS, requests_agency("hold")),
    "retentionrule": {
        "show": among(STAFF, "agency_id"),
        "change": f"{among(READS, 'agency_id')} OR {among(ADMINISTERS, 'agency_id')}",
    },
    "disposal": of_agency(READS, READS),
    "disposalitem": {
        **part("disposal", "disposal_id"),
        "check": "EXISTS (SELECT FROM requests_app_disposal d"
        " JOIN requests_app_icerequest r ON r.agency_id = d.agency_id"
        " WHERE d.id = disposal_id AND r.id = ice_request_id)",
    },
    # notices
    "issue": of_a_request(check=before.of_the_same("issue", "notice.notice_id")),
    "attempt": of_a_request(
        check=before.of_the_same("attempt", "notice.notice_id", "issue.issue_id")
    ),
    "legalhelp": of_agency(STAFF, ADMINISTERS),
    "translationreview": of_agency(STAFF, ADMINISTERS),
    # intake
    "importmap": of_agency(READS, WRITES),
    "importbatch": of_agency(READS, WRITES),
    "importedrow": of_a_request(
        check="EXISTS (SELECT FROM requests_app_importbatch b"
        " JOIN requests_app_icerequest r ON r.agency_id = b.agency_id"
        " WHERE b.id = requests_app_importedrow.batch_id AND r.id = ice_request_id)"
    ),
    "paperform": of_agency(READS, WRITES),
    # review
    "columnchoice": {"show": _OWN_COLUMNS, "change": _OWN_COLUMNS},
    # reporting
    "report": of_agency(READS, READS),
    "reportrow": part("report", "report_id"),
    "publication": {
        "show": f"{_PUBLISHED} OR {among(STAFF, 'agency_id')}",
        "change": among(STAFF, "agency_id"),
    },
    "export": {"show": _OWN_EXPORT, "change": _OWN_EXPORT},
    "extract": of_agency(READS, READS),
    "casefile": {"show": of_request(READS), "change": of_request(READS)},
    "requestfigures": {"show": among(OUTLINES, "agency_id"), "change": _COUNTED},
    "stalefigure": {"show": _COUNTED, "change": _COUNTED},
}

# Records officers and auditors make reports and exports, each under a key of its own.
# They still change no key of a request.
KEY_ADDED = before.among_codes("desk_staff_codes", "agency")
KEY_ADDED_BEFORE = before.among_codes("desk_write_codes", "agency")


def added_by(rule: str) -> str:
    return f"ALTER POLICY rows_added ON requests_app_datakey WITH CHECK ({rule})"


class Migration(migrations.Migration):
    dependencies = [("requests_app", "0026_papers_and_figures")]

    operations = [
        *(
            migrations.RunSQL(made, unmade)
            for name, said in POLICIES.items()
            for made, unmade in before.secured(name, said)
        ),
        migrations.RunSQL(added_by(KEY_ADDED), added_by(KEY_ADDED_BEFORE)),
    ]
