"""The rules that the database holds, tried with SQL as the portal's own role."""

import pytest
from django.db import DatabaseError, connection, transaction

from tests.database import as_owner
from tests.factories import (
    ask_of,
    conviction,
    determine,
    file_request,
    make_administrator,
    make_agency,
    make_clerk,
    make_head,
    make_supervisor,
    override,
    record_act,
)

DETERMINATION = "requests_app_determination"
AN_HOUR_LATER = "decided_at + interval '1 hour'"
SECOND = (
    f"UPDATE {DETERMINATION} SET second_at = {AN_HOUR_LATER},"
    f" effective_at = {AN_HOUR_LATER}"
)

pytestmark = pytest.mark.django_db


def copied(table: str, key: int, **changes: object) -> str:
    """An INSERT that copies one row and changes some of its columns."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT column_name FROM information_schema.columns"
            " WHERE table_name = %s AND column_name <> 'id'",
            [table],
        )
        columns = [row[0] for row in cursor.fetchall()]
    changes.setdefault("public_id", "left(md5(random()::text), 22)")
    changes.setdefault("seal_id", "gen_random_uuid()")
    values = ", ".join(str(changes.get(name, name)) for name in columns)
    names = ", ".join(columns)
    return (
        f"INSERT INTO {table} ({names}) SELECT {values} FROM {table} WHERE id = {key}"
    )


@pytest.fixture
def numbers():
    """Row numbers of a small town: who is who, and what stands."""
    agency, elsewhere = make_agency(), make_agency()
    clerk, supervisor = make_clerk(agency), make_supervisor(agency)
    head = make_head(agency)
    denied = file_request(agency=agency, clerk=clerk)
    open_one = file_request(agency=agency, clerk=clerk, convictions=[conviction()])
    unclear = file_request(agency=agency, clerk=clerk, convictions="unknown")
    overridden = file_request(agency=agency, clerk=clerk)
    administrator = make_administrator(agency)
    return {
        "act": record_act(ice_request=denied, kind="interview").pk,
        "clerk": clerk.pk,
        "supervisor": supervisor.pk,
        "stranger": make_supervisor(elsewhere).pk,
        "head": head.pk,
        "administrator": administrator.pk,
        "agency": agency.pk,
        "request": open_one.pk,
        "denial": determine(ask=ask_of(denied), by=supervisor).pk,
        "override": override(ask=ask_of(overridden), head=head).pk,
        "open": _ask(open_one),
        "unclear": _ask(unclear),
    }


def _ask(ice_request) -> dict:
    screening = ice_request.screenings.get(ask__isnull=False)
    return {
        "ice_request_id": ice_request.pk,
        "ask_id": screening.ask_id,
        "screening_id": screening.pk,
    }


def decided(numbers: dict, ask: str, **changes: object) -> str:
    """An INSERT that approves an ask as a supervisor would."""
    approval = {
        "decision": "'approve'",
        "reason_code": "'class_a_b'",
        "against": "'compliant'",
        "effective_at": "decided_at",
        "ended_at": "NULL",
    }
    return copied(
        DETERMINATION, numbers["denial"], **{**approval, **numbers[ask], **changes}
    )


def run(statement: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


DECISIONS = {
    "by the filer": ("open", {"decided_by_id": "clerk"}),
    "by a supervisor elsewhere": ("open", {"decided_by_id": "stranger"}),
    "with another filer named": ("open", {"filed_by_id": "supervisor"}),
    "as head of agency without being it": ("open", {"decided_as": "'head'"}),
    "without a reason": ("open", {"reason": "NULL"}),
    "with a reason that is not sealed": ("open", {"reason": "'because'"}),
    "that ends before it begins": (
        "open",
        {"expires_at": "decided_at - interval '1 hour'"},
    ),
    "that never takes effect": ("open", {"effective_at": "NULL"}),
    "with a second person at once": ("open", {"second_by_id": "head"}),
    "called compliant against an undetermined": ("unclear", {}),
    "against an undetermined without authority": (
        "unclear",
        {"against": "'undetermined'"},
    ),
}


@pytest.mark.parametrize("name", DECISIONS)
def test_refuses_a_determination(numbers, name):
    ask, changes = DECISIONS[name]
    changes = {key: numbers.get(value, value) for key, value in changes.items()}

    with pytest.raises(DatabaseError):
        run(decided(numbers, ask, **changes))


def test_refuses_a_determination_on_the_findings_of_another_ask(numbers):
    wrong = numbers["unclear"]["screening_id"]

    with pytest.raises(DatabaseError, match="rests on the newest screening of its ask"):
        run(decided(numbers, "open", screening_id=wrong))


def test_takes_an_honest_determination(numbers):
    run(decided(numbers, "open"))


STATEMENTS = {
    "an override without a second person": f"UPDATE {DETERMINATION}"
    " SET effective_at = now() WHERE id = {override}",
    "an override confirmed after its end": f"UPDATE {DETERMINATION}"
    " SET second_at = expires_at, effective_at = expires_at,"
    " second_by_id = {supervisor} WHERE id = {override}",
    "the decider as second person": SECOND
    + ", second_by_id = {head} WHERE id = {override}",
    "the filer as second person": SECOND
    + ", second_by_id = {clerk} WHERE id = {override}",
    "a second person from elsewhere": SECOND
    + ", second_by_id = {stranger} WHERE id = {override}",
    "an override that is called none": f"UPDATE {DETERMINATION}"
    " SET is_override = false WHERE id = {override}",
    "another reason afterwards": f"UPDATE {DETERMINATION}"
    " SET authority = reason WHERE id = {denial}",
    "another decision afterwards": f"UPDATE {DETERMINATION}"
    " SET decision = 'approve' WHERE id = {denial}",
    "a determination deleted": f"DELETE FROM {DETERMINATION} WHERE id = {{denial}}",
    "another filer": "UPDATE requests_app_icerequest"
    " SET filed_by_id = {supervisor} WHERE id = {request}",
    "a request deleted": "DELETE FROM requests_app_icerequest WHERE id = {request}",
    "an act edited": "UPDATE requests_app_act SET staff_minutes = 1 WHERE id = {act}",
    "an act deleted": "DELETE FROM requests_app_act WHERE id = {act}",
    "a finding edited": "UPDATE requests_app_finding SET result = 'compliant'",
    "a finding deleted": "DELETE FROM requests_app_finding",
    "a screening edited": "UPDATE requests_app_screening SET covered = false",
    "a mismatch deleted": "DELETE FROM requests_app_mismatch",
    "a contact deleted": "DELETE FROM requests_app_communication",
    "a duty deleted": "DELETE FROM requests_app_notice",
    "a duty put off": "UPDATE requests_app_notice"
    " SET policy_due_at = policy_due_at + interval '1 year'",
    "a role deleted": "DELETE FROM requests_app_appointment",
    "the last administrator ended": "UPDATE requests_app_appointment"
    " SET effective_until = '2026-03-11' WHERE user_id = {administrator}",
    "a role for oneself": "INSERT INTO requests_app_appointment (public_id, role,"
    " effective_from, agency_id, user_id, granted_by_id) VALUES"
    " ('aaaaaaaaaaaaaaaaaaaaaa', 'head', '2020-01-01',"
    " {agency}, {supervisor}, {supervisor})",
    "an entry edited": "UPDATE requests_app_entry SET event = 'request.read'",
    "an entry deleted": "DELETE FROM requests_app_entry",
    "a table emptied": "TRUNCATE requests_app_mismatch",
    "a guard switched off": f"ALTER TABLE {DETERMINATION} DISABLE TRIGGER ALL",
    "the guards passed by": "SET session_replication_role = replica",
}


@pytest.mark.parametrize("name", STATEMENTS)
def test_refuses(numbers, name):
    statement = STATEMENTS[name].format(**numbers)

    with pytest.raises(DatabaseError):
        run(statement)


def test_takes_the_second_person_who_may(numbers):
    second = f"{SECOND}, second_by_id = {{supervisor}} WHERE id = {{override}}"

    run(second.format(**numbers))


def test_would_be_edited_with_its_guards_switched_off(numbers):
    with transaction.atomic():
        changed = as_owner(
            "SET CONSTRAINTS ALL IMMEDIATE",
            f"ALTER TABLE {DETERMINATION} DISABLE TRIGGER USER",
            STATEMENTS["another reason afterwards"].format(**numbers),
        )

    assert changed == 1
