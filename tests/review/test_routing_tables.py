"""An agency's own rules: proposed, tried, put in force for what comes, withdrawn."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from requests_app.accounts import staffing
from requests_app.ledger.models import Entry
from requests_app.review import tasks
from requests_app.review.models import Assignment, Message, RoutingRule, RoutingTable
from requests_app.review.services import routing_tables
from tests import factories
from tests.factories import NOON

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def town():
    agency = factories.make_agency()
    return {
        "agency": agency,
        "administrator": factories.make_administrator(agency),
        "clerk": factories.make_clerk(agency),
        "supervisor": factories.make_supervisor(agency, last_name="First"),
        "other": factories.make_supervisor(agency, last_name="Second"),
        "head": factories.make_head(agency),
    }


def propose(town, *rules):
    return routing_tables.propose(
        agency=town["agency"],
        rules=[RoutingRule(**rule) for rule in rules],
        by=town["administrator"],
        at=NOON,
    )


def tried(table):
    tasks.try_out(subject=table.public_id, at=NOON)
    table.refresh_from_db()
    return table


def begin(town, table, *, at=NOON):
    return routing_tables.put_in_force(
        table=table, effective_at=at, by=town["administrator"], at=NOON
    )


def file(town, *, at=NOON + HOUR, **facts):
    ice_request = factories.file_request(
        agency=town["agency"], clerk=town["clerk"], at=at, **facts
    )
    return Assignment.objects.get(ice_request=ice_request)


def test_routes_nothing_before_it_is_in_force(town):
    tried(propose(town, {"to_person": town["supervisor"]}))

    assert file(town).assigned_to is None


def test_puts_what_comes_on_the_desk_that_the_rule_names(town):
    earlier = file(town, at=NOON - HOUR)
    table = tried(propose(town, {"to_person": town["supervisor"]}))
    begin(town, table)

    found = file(town)

    assert found.assigned_to == town["supervisor"]
    assert found.desk_rule == table.rules.get().public_id
    assert found.desk_reason == "Rule 1 of the agency fits, by anything."
    assert found.inputs["shift"] == "day"
    assert (found.queue, found.rule) == (earlier.queue, earlier.rule)
    told = Message.objects.get(user=town["supervisor"])
    assert (told.kind, told.ice_request) == ("assigned", found.ice_request)
    earlier.refresh_from_db()
    assert earlier.assigned_to is None


def test_knows_the_unit_of_the_filer(town):
    units = [
        staffing.add_unit(
            agency=town["agency"], name=name, by=town["administrator"], at=NOON
        )
        for name in ("Patrol", "Records desk")
    ]
    staffing.place(
        unit=units[0],
        user=town["clerk"],
        effective_from=NOON.date(),
        by=town["administrator"],
        at=NOON,
    )
    begin(town, tried(propose(town, {"from_unit": units[0], "to_unit": units[1]})))

    found = file(town)

    assert found.unit == units[1]
    assert found.inputs["unit"] == units[0].public_id


def test_passes_over_a_person_who_does_not_decide_in_the_queue(town):
    rules = [{"to_person": town["supervisor"]}, {"to_person": town["head"]}]
    begin(town, tried(propose(town, *rules)))

    found = file(town, asks=("notify_release",))

    assert found.queue == "head"
    assert found.assigned_to == town["head"]
    assert "Rule 1 was passed over" in found.desk_reason


def test_gives_the_cover_what_is_for_somebody_away(town):
    begin(town, tried(propose(town, {"to_person": town["supervisor"]})))
    staffing.enter_absence(
        agency=town["agency"],
        user=town["supervisor"],
        cover=town["other"],
        effective_from=NOON.date(),
        effective_until=NOON.date() + timedelta(days=2),
        by=town["supervisor"],
        at=NOON,
    )

    found = file(town)

    assert found.assigned_to == town["other"]
    assert "is away: the cover has it" in found.desk_reason


def test_gives_it_to_nobody_who_filed_it(town):
    begin(town, tried(propose(town, {"to_person": town["supervisor"]})))

    ice_request = factories.file_request(
        agency=town["agency"], clerk=town["supervisor"], at=NOON + HOUR
    )

    found = Assignment.objects.get(ice_request=ice_request)
    assert found.assigned_to is None
    assert "passed over" in found.desk_reason


def test_says_how_many_of_the_last_twelve_months_would_move(town):
    night = NOON.replace(hour=2)
    for at in (NOON - HOUR, night, night - timedelta(days=400)):
        file(town, at=at)

    table = tried(propose(town, {"shift": "night", "to_person": town["supervisor"]}))

    assert (table.trial["looked"], table.trial["moved"]) == (2, 1)
    assert table.trial["moves"] == [["", town["supervisor"].public_id, 1]]
    entry = Entry.objects.get(event="routing.tried")
    assert entry.actor == "system"


def test_counts_those_that_kept_too_little_to_be_judged(town):
    found = file(town, at=NOON - HOUR)
    kept = {key: value for key, value in found.inputs.items() if key != "shift"}
    Assignment.objects.filter(pk=found.pk).update(inputs=kept)

    table = tried(propose(town, {"shift": "day", "to_person": town["supervisor"]}))

    assert (table.trial["incomplete"], table.trial["moved"]) == (1, 0)


def test_tries_a_table_no_more_once_it_is_in_force(town):
    table = tried(propose(town, {"to_person": town["supervisor"]}))
    begin(town, table)
    file(town)

    assert tried(table).trial["looked"] == 0


def test_begins_only_after_the_dry_run(town):
    table = propose(town, {"to_person": town["supervisor"]})

    with pytest.raises(routing_tables.NotTried):
        begin(town, table)


def test_begins_untried_not_even_by_hand(town):
    table = propose(town, {"to_person": town["supervisor"]})

    with pytest.raises(IntegrityError), transaction.atomic():
        RoutingTable.objects.filter(pk=table.pk).update(
            effective_at=NOON, effective_by=town["administrator"]
        )


def test_begins_never_in_the_past(town):
    table = tried(propose(town, {"to_person": town["supervisor"]}))

    with pytest.raises(routing_tables.NotBackwards):
        begin(town, table, at=NOON - HOUR)


def test_counts_the_one_before_when_a_table_is_withdrawn(town):
    first = tried(propose(town, {"to_person": town["supervisor"]}))
    second = tried(propose(town, {"to_person": town["other"]}))
    begin(town, first)
    begin(town, second)
    assert file(town).assigned_to == town["other"]

    routing_tables.withdraw(table=second, by=town["administrator"], at=NOON)

    assert file(town).assigned_to == town["supervisor"]


@pytest.mark.parametrize("number", [0, 41])
def test_refuses_a_table_without_rules_or_with_too_many(town, number):
    with pytest.raises(routing_tables.NoRules):
        propose(town, *({"to_person": town["supervisor"]} for _ in range(number)))


@pytest.mark.usefixtures("at_noon")
def test_begins_a_new_table_with_the_rules_in_force(town):
    client = Client()
    client.force_login(town["administrator"])
    door = reverse("routing_table_new")
    assert client.get(door).context["begun_from"] is None
    table = tried(
        propose(
            town,
            {"ask": "hold", "to_person": town["supervisor"]},
            {"level": 3, "to_person": town["head"]},
        )
    )
    begin(town, table)

    page = client.get(door)

    forms = page.context["formset"].forms
    assert [form["desk"].value() for form in forms] == [
        town["supervisor"].public_id,
        town["head"].public_id,
        None,
    ]
    assert [form["ask"].value() for form in forms][:2] == ["hold", ""]
    assert "It begins with the rules in force" in page.content.decode()
    sent = {
        form.add_prefix(name): form[name].value() or ""
        for form in forms
        for name in ("from_unit", "shift", "ask", "citation", "level", "desk")
    }
    sent |= {"form-TOTAL_FORMS": "3", "form-INITIAL_FORMS": "2", "form-1-shift": "day"}
    assert client.post(door, {**sent, "keep": "1"}).status_code == 302
    rules = RoutingTable.objects.latest("id").rules.order_by("position")
    assert [(rule.ask, rule.level, rule.shift) for rule in rules] == [
        ("hold", None, ""),
        ("", 3, "day"),
    ]
