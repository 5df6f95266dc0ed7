"""Units, who works in them, who is away: by whom they are entered, and what refuses."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from requests_app.accounts import staffing
from requests_app.accounts.models import Absence, Placement
from requests_app.ledger.models import Entry
from tests import factories
from tests.factories import NOON

pytestmark = pytest.mark.django_db
TODAY = NOON.date()
DAY = timedelta(days=1)


@pytest.fixture
def at_noon():
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def town():
    agency = factories.make_agency()
    return {
        "agency": agency,
        "administrator": factories.make_administrator(agency),
        "one": factories.make_supervisor(agency),
        "two": factories.make_supervisor(agency),
        "clerk": factories.make_clerk(agency),
    }


def unit(town, name="Second watch"):
    return factories.make_unit(
        agency=town["agency"], by=town["administrator"], name=name
    )


def place(town, where, who="one", *, on=TODAY):
    return staffing.place(
        unit=where,
        user=town[who],
        effective_from=on,
        by=town["administrator"],
        at=NOON,
    )


def absent(town, who, cover, *, by=None, since=TODAY, days=3):
    return staffing.enter_absence(
        agency=town["agency"],
        user=town[who],
        cover=town[cover],
        effective_from=since,
        effective_until=since + days * DAY,
        by=town[by or who],
        at=NOON,
    )


def test_has_a_unit_of_a_name_once_while_it_is_open(town):
    first = unit(town)
    with pytest.raises(staffing.NameTaken):
        unit(town)

    staffing.close_unit(unit=first, by=town["administrator"], at=NOON)

    assert unit(town).pk != first.pk


def test_works_in_one_unit_at_a_time(town):
    first, second = unit(town), unit(town, "Records desk")
    place(town, first)

    place(town, second, on=TODAY + DAY)

    assert staffing.unit_of(town["one"], town["agency"], on=TODAY) == first
    assert staffing.unit_of(town["one"], town["agency"], on=TODAY + DAY) == second


def test_empties_a_unit_that_is_closed(town):
    first = unit(town)
    place(town, first)

    staffing.close_unit(unit=first, by=town["administrator"], at=NOON)

    assert staffing.unit_of(town["one"], town["agency"], on=TODAY) is None
    with pytest.raises(staffing.UnitClosed):
        place(town, type(first).objects.get(pk=first.pk))


def test_places_nobody_from_elsewhere(town):
    town["stranger"] = factories.make_supervisor(factories.make_agency())

    with pytest.raises(staffing.NotThere):
        place(town, unit(town), "stranger")


def test_enters_one_s_own_absence_with_an_entry_of_who_covers(town):
    absence = absent(town, "one", "two")

    entry = Entry.objects.get(event="absence.entered")
    assert entry.subject == absence.public_id
    assert town["two"].public_id in entry.body
    assert staffing.away([town["one"].pk], town["agency"], on=TODAY)
    assert not staffing.away([town["one"].pk], town["agency"], on=TODAY + 3 * DAY)


def test_enters_nobody_else_s_absence_but_an_administrator_does(town):
    with pytest.raises(staffing.NotYours):
        absent(town, "one", "two", by="two")

    assert absent(town, "one", "two", by="administrator").user == town["one"]


@pytest.mark.parametrize(("who", "cover"), [("clerk", "one"), ("one", "clerk")])
def test_concerns_those_who_decide_alone(town, who, cover):
    with pytest.raises(staffing.NotThere):
        absent(town, who, cover, by="administrator")


def test_is_covered_by_nobody_who_is_away(town):
    absent(town, "two", "one")

    with pytest.raises(staffing.NotFree):
        absent(town, "one", "two", since=TODAY + DAY)


def test_is_over_once(town):
    absence = absent(town, "one", "two")
    staffing.end_absence(absence=absence, by=town["one"], at=NOON)

    with pytest.raises(staffing.EndedAlready):
        staffing.end_absence(absence=absence, by=town["one"], at=NOON)


# By the pages


def post(person, door, data, *args):
    client = Client()
    client.force_login(person)
    return client.post(reverse(door, args=args), data)


@pytest.mark.usefixtures("at_noon")
def test_takes_no_absence_of_a_colleague_by_a_forged_form(town):
    answer = post(
        town["two"],
        "absence_new",
        {
            "user": town["one"].public_id,
            "cover": town["two"].public_id,
            "effective_from": "2026-03-10",
            "effective_until": "2026-03-12",
        },
    )

    assert answer.status_code in (403, 422)
    assert not Absence.objects.exists()


@pytest.mark.usefixtures("at_noon")
def test_ends_no_absence_of_a_colleague_by_a_forged_post(town):
    absence = absent(town, "one", "two")

    post(town["two"], "absence_end", {}, absence.public_id)

    absence.refresh_from_db()
    assert absence.ended_at is None


@pytest.mark.usefixtures("at_noon")
def test_places_nobody_by_the_hand_of_another_agency_s_administrator(town):
    stranger = factories.make_administrator(factories.make_agency())

    answer = post(
        stranger,
        "unit",
        {"person": town["one"].public_id, "effective_from": "2026-03-10"},
        unit(town).public_id,
    )

    assert answer.status_code == 404
    assert not Placement.objects.exists()
