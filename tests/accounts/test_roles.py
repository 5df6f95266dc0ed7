"""A role counts at its agency and inside its period; granting and ending it."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from requests_app.accounts import services as accounts
from requests_app.accounts.access import Standing
from requests_app.accounts.models import Appointment, Role
from requests_app.ledger.models import Entry
from tests.database import as_owner
from tests.factories import (
    NOON,
    appoint,
    make_administrator,
    make_agency,
    make_auditor,
    make_clerk,
    make_user,
)

TODAY = NOON.date()
FIRST, LAST, END = date(2026, 3, 1), date(2026, 3, 31), date(2026, 4, 1)

pytestmark = pytest.mark.django_db


@pytest.fixture
def agency():
    return make_agency()


@pytest.fixture
def administrator(agency):
    return make_administrator(agency)


@pytest.fixture
def person():
    return make_user()


def grant(person, agency, by, *, role=Role.CLERK, since=FIRST, until=END):
    return accounts.grant(
        user=person,
        agency=agency,
        role=role,
        effective_from=since,
        effective_until=until,
        by=by,
        at=NOON,
    )


def end(appointment, by, *, on=TODAY):
    return accounts.end(appointment=appointment, on=on, by=by, at=NOON)


# Periods


@pytest.mark.parametrize(
    ("on", "counts"),
    [
        pytest.param(date(2026, 2, 28), False, id="the day before"),
        pytest.param(FIRST, True, id="the first day"),
        pytest.param(LAST, True, id="the last day"),
        pytest.param(END, False, id="the end, excluded"),
    ],
)
def test_counts_inside_its_period(person, agency, on, counts):
    appoint(person, Role.CLERK, agency, effective_from=FIRST, effective_until=END)

    standing = Standing.of(person, on=on)

    assert standing.holds(Role.CLERK, agency.pk) is counts
    assert (Role.CLERK in standing.roles) is counts


def test_counts_until_further_notice_without_an_end(person, agency):
    appoint(person, Role.CLERK, agency, effective_from=FIRST)

    assert Standing.of(person, on=date(2099, 1, 1)).holds(Role.CLERK, agency.pk)


def test_counts_at_its_agency_only(person, agency):
    appoint(person, Role.CLERK, agency)
    other = make_agency()

    standing = Standing.of(person, on=TODAY)

    assert standing.agency_ids({Role.CLERK}) == {agency.pk}
    assert standing.holds(Role.CLERK, other.pk) is False
    assert standing.sees_every_agency is False


def test_keeps_two_agencies_apart(person, agency):
    other = make_agency()
    appoint(person, Role.CLERK, agency)
    appoint(person, Role.SUPERVISOR, other)

    standing = Standing.of(person, on=TODAY)

    assert standing.holds(Role.SUPERVISOR, agency.pk) is False
    assert standing.holds(Role.CLERK, other.pk) is False
    assert standing.reading_agency_ids == {agency.pk, other.pk}


def test_lets_an_auditor_of_the_state_see_every_agency_without_names(agency):
    standing = Standing.of(make_auditor(None), on=TODAY)

    assert standing.sees_every_agency is True
    assert standing.sees_names is False
    assert standing.sees_names_at(agency.pk) is False


def test_keeps_an_auditor_of_one_agency_there(agency):
    standing = Standing.of(make_auditor(agency), on=TODAY)

    assert standing.sees_every_agency is False
    assert standing.reading_agency_ids == {agency.pk}


@pytest.mark.parametrize("role", sorted(set(Role.values) - {"auditor"}))
def test_appoints_nobody_but_an_auditor_for_the_state(person, role):
    with pytest.raises(IntegrityError, match="without_agency_is_an_auditors"):
        appoint(person, role, None)


# Granting


def test_grants_a_role_and_records_it(person, agency, administrator):
    appointment = grant(person, agency, administrator)

    entry = Entry.objects.get(event="role.granted", actor=administrator.public_id)
    assert (entry.subject, entry.actor) == (
        appointment.public_id,
        administrator.public_id,
    )
    assert (entry.role, entry.agency) == ("administrator", agency.code)
    assert json.loads(entry.body) == {
        "user": person.public_id,
        "role": "clerk",
        "agency": agency.code,
        "effective_from": "2026-03-01",
        "effective_until": "2026-04-01",
    }


def test_refuses_a_grant_to_oneself(agency, administrator):
    with pytest.raises(accounts.SelfGrant):
        grant(administrator, agency, administrator, role=Role.HEAD)

    assert not Entry.objects.filter(actor=administrator.public_id).exists()


def test_refuses_a_grant_to_oneself_in_the_database(person, agency):
    with pytest.raises(IntegrityError, match="appointment_is_not_self_granted"):
        Appointment.objects.create(
            user=person,
            agency=agency,
            role=Role.CLERK,
            effective_from=FIRST,
            granted_by=person,
        )


def test_refuses_a_grant_at_another_agency(person, administrator):
    with pytest.raises(accounts.NotYourAgency):
        grant(person, make_agency(), administrator)


def test_refuses_a_grant_by_somebody_whose_role_has_ended(person, agency):
    retired = make_user()
    appoint(retired, Role.ADMINISTRATOR, agency, effective_until=TODAY)

    with pytest.raises(accounts.NotYourAgency):
        grant(person, agency, retired)


@pytest.mark.parametrize(
    ("since", "until"),
    [
        pytest.param(FIRST, END, id="the same period"),
        pytest.param(LAST, None, id="from its last day on"),
        pytest.param(date(2026, 2, 1), date(2026, 3, 2), id="until its first day"),
        pytest.param(date(2026, 2, 1), None, id="around it"),
        pytest.param(date(2026, 3, 5), date(2026, 3, 6), id="within it"),
    ],
)
def test_refuses_a_role_that_is_held_already(
    person, agency, administrator, since, until
):
    appoint(person, Role.CLERK, agency, effective_from=FIRST, effective_until=END)

    with pytest.raises(accounts.AlreadyHeld, match="clerk there already"):
        grant(person, agency, administrator, since=since, until=until)


@pytest.mark.parametrize(
    ("since", "until"),
    [(date(2026, 2, 1), FIRST), (END, None)],
    ids=["until it begins", "from its end on"],
)
def test_grants_a_role_again_in_another_period(
    person, agency, administrator, since, until
):
    appoint(person, Role.CLERK, agency, effective_from=FIRST, effective_until=END)

    assert grant(person, agency, administrator, since=since, until=until).pk


def test_grants_a_role_again_that_was_ended_before_it_began(
    person, agency, administrator
):
    end(grant(person, agency, administrator, since=END, until=None), administrator)

    assert grant(person, agency, administrator, since=END, until=None).pk


@pytest.mark.parametrize("at_an_agency", [True, False])
def test_refuses_overlapping_periods_in_the_database(person, agency, at_an_agency):
    place = agency if at_an_agency else None
    appoint(person, Role.AUDITOR, place, effective_from=FIRST)

    with pytest.raises(IntegrityError, match="held_once_at_a_time"):
        appoint(person, Role.AUDITOR, place, effective_from=LAST)


# Ending


def test_ends_a_role_on_the_day_and_records_it(person, agency, administrator):
    appointment = grant(person, agency, administrator, until=None)

    end(appointment, administrator)

    assert Standing.of(person, on=TODAY).roles == frozenset()
    entry = Entry.objects.get(event="role.ended")
    assert json.loads(entry.body)["effective_until"] == TODAY.isoformat()


def test_makes_a_role_that_has_not_begun_never_begin(person, agency, administrator):
    appointment = grant(person, agency, administrator, since=END, until=None)

    ended = end(appointment, administrator)

    assert ended.effective_until == END
    assert Standing.of(person, on=END).roles == frozenset()


def test_does_not_lengthen_a_role_that_has_ended(person, agency, administrator):
    appointment = appoint(
        person,
        Role.CLERK,
        agency,
        effective_from=FIRST,
        effective_until=date(2026, 3, 5),
    )

    with pytest.raises(accounts.AlreadyEnded):
        end(appointment, administrator)

    assert Appointment.objects.get(pk=appointment.pk).effective_until == date(
        2026, 3, 5
    )


def test_keeps_the_last_administrator(agency, administrator):
    with pytest.raises(accounts.LastAdministrator, match="Appoint another one"):
        end(administrator.appointments.get(), administrator)


def test_lets_an_administrator_go_when_another_one_stays(agency, administrator):
    make_administrator(agency)

    end(administrator.appointments.get(), administrator)

    assert Standing.of(administrator, on=TODAY).roles == frozenset()


@pytest.mark.parametrize(
    "period",
    [
        {"effective_until": END},
        {"effective_until": FIRST},
        {"effective_from": END},
    ],
    ids=["leaves soon", "has left", "has not begun"],
)
def test_does_not_count_one_who_does_not_stay(agency, administrator, period):
    appoint(make_user(), Role.ADMINISTRATOR, agency, **period)

    with pytest.raises(accounts.LastAdministrator):
        end(administrator.appointments.get(), administrator)


def test_does_not_count_one_whose_account_is_disabled(agency, administrator):
    make_administrator(agency, is_active=False)

    with pytest.raises(accounts.LastAdministrator):
        end(administrator.appointments.get(), administrator)


def test_does_not_count_an_administrator_of_another_agency(administrator):
    make_administrator(make_agency())

    with pytest.raises(accounts.LastAdministrator):
        end(administrator.appointments.get(), administrator)


def by_sql(statement, *values):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)


def test_keeps_the_last_administrator_in_the_database(administrator):
    with pytest.raises(DatabaseError, match="at least one administrator"):
        by_sql("UPDATE requests_app_appointment SET effective_until = %s", TODAY)
    with pytest.raises(DatabaseError, match="permission denied"):
        by_sql("DELETE FROM requests_app_appointment")
    with pytest.raises(DatabaseError, match="Cannot delete rows"), transaction.atomic():
        as_owner("DELETE FROM requests_app_appointment")


def test_lets_the_database_end_any_other_role(agency):
    make_clerk(agency)

    by_sql("UPDATE requests_app_appointment SET effective_until = %s", TODAY)


@pytest.mark.django_db(transaction=True)
def test_lets_one_of_two_administrators_end_the_other(agency):
    both = [make_administrator(agency), make_administrator(agency)]

    def end_the_other(pair):
        by, other = pair
        try:
            end(other.appointments.get(), by)
        except accounts.LastAdministrator:
            return "refused"
        finally:
            connection.close()
        return "ended"

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(end_the_other, [both, both[::-1]]))

    assert sorted(answers) == ["ended", "refused"]


@pytest.mark.django_db(transaction=True)
def test_grants_once_when_two_grant_at_once(agency, administrator, person):
    second = make_administrator(agency)

    def give(by):
        try:
            grant(person, agency, by)
        except accounts.AlreadyHeld:
            return "refused"
        finally:
            connection.close()
        return "granted"

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(give, [administrator, second]))

    assert sorted(answers) == ["granted", "refused"]
