"""The worklist's page: tabs, counts, filters, claiming, many at once."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from requests_app.accounts import staffing
from requests_app.ledger.models import Entry
from requests_app.review import tabs
from requests_app.review.models import Assignment, Bulk, BulkItem
from requests_app.review.services import handling, labelling
from tests import factories
from tests.factories import NOON, standing_of
from tests.opened import opened
from tests.test_queries import counted, counts_or_passes_over

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]
WORKLIST = reverse("worklist")


@pytest.fixture
def desk():
    agency = factories.make_agency()
    clerk = factories.make_clerk(agency)
    people = {
        "one": factories.make_supervisor(agency, first_name="Una", last_name="First"),
        "two": factories.make_supervisor(agency, first_name="Duo", last_name="Second"),
        "head": factories.make_head(agency),
        "administrator": factories.make_administrator(agency),
        "clerk": clerk,
    }
    received = (30, 5, 1)
    requests = [
        factories.file_request(
            agency=agency,
            clerk=clerk,
            received_at=NOON - timedelta(hours=hours),
            asks=("hold",) if hours > 1 else ("interview",),
        )
        for hours in received
    ]
    return {"agency": agency, "requests": requests, **people}


def client_of(desk, who):
    client = Client()
    client.force_login(desk[who])
    return client


def numbers(response):
    return [row["ice_request"].number for row in response.context["rows"]]


def look(desk, query="", who="one"):
    return client_of(desk, who).get(WORKLIST + query)


def claim(desk, index=0, who="one"):
    handling.claim(
        ice_request=desk["requests"][index], standing=standing_of(desk[who]), at=NOON
    )


def counts(response):
    return {one["label"]: one.get("count") for one in response.context["tabs"]}


def door(name, ice_request):
    return reverse(name, args=[ice_request.public_id])


# Tabs


def test_shows_the_overdue_first_and_counts_every_tab(desk):
    claim(desk)

    page = look(desk)

    assert numbers(page) == [one.number for one in desk["requests"]]
    found = counts(page)
    assert (found["All open"], found["Mine"], found["Unassigned"]) == ("3", "1", "2")
    assert (found["Overdue"], found["Due today"], found["Put off"]) == ("1", "0", "0")


@pytest.mark.parametrize(
    ("tab", "indexes"),
    [("mine", [0]), ("unassigned", [1, 2]), ("overdue", [0]), ("head", []), ("", [])],
)
def test_shows_in_a_tab_what_it_counts(desk, tab, indexes):
    claim(desk)

    page = look(desk, f"?tab={tab}")

    expected = [desk["requests"][index].number for index in indexes]
    if tab:
        assert numbers(page) == expected
    else:
        assert len(numbers(page)) == 3


def test_hides_what_is_put_off_until_it_returns_by_itself(desk):
    handling.defer(
        ice_request=desk["requests"][1],
        until=NOON + timedelta(hours=2),
        code="records",
        note="",
        standing=standing_of(desk["one"]),
        at=NOON,
    )

    assert desk["requests"][1].number not in numbers(look(desk))
    assert numbers(look(desk, "?tab=deferred")) == [desk["requests"][1].number]
    rows = Assignment.objects.open()
    later = NOON + timedelta(hours=2)
    assert tabs.narrowed(rows, "", user=desk["one"], now=later).count() == 3


def test_counts_what_is_not_reconciled_beside_the_desk(desk, monkeypatch):
    for ice_request in desk["requests"][:2]:
        factories.determine(ask=ice_request.asks.get(), by=desk["one"])
    assert counts(look(desk))["Unreconciled"] == "2"

    factories.record_release(ice_request=desk["requests"][0])
    assert counts(look(desk))["Unreconciled"] == "1"

    monkeypatch.setattr(tabs, "NEWEST", 2)
    assert counts(look(desk))["Unreconciled"] == "1+"


def test_counts_no_further_than_it_says(desk, monkeypatch):
    monkeypatch.setattr(tabs, "COUNTED", 2)

    assert counts(look(desk))["All open"] == "2+"


def test_says_at_least_where_it_looks_at_the_soonest_due_alone(desk, monkeypatch):
    monkeypatch.setattr(tabs, "WINDOW", 2)

    found = counts(look(desk))

    assert (found["Unassigned"], found["Head of agency"]) == ("2+", "0+")
    assert found["Overdue"] == "1"


def test_says_that_it_is_filtered_by_my_unit(desk):
    unit = staffing.add_unit(
        agency=desk["agency"], name="Night desk", by=desk["administrator"], at=NOON
    )
    staffing.place(
        unit=unit,
        user=desk["one"],
        effective_from=NOON.date(),
        by=desk["administrator"],
        at=NOON,
    )
    Assignment.objects.filter(ice_request=desk["requests"][2]).update(unit=unit)

    page = look(desk, "?tab=unit")

    assert numbers(page) == [desk["requests"][2].number]
    assert "Filtered by my unit: Night desk." in page.content.decode()
    assert "My unit" not in counts(look(desk, who="two"))


# What it costs


@pytest.mark.parametrize("query", ["", "?tab=mine", "?ask=hold&level=1", "?tab=unit"])
def test_answers_in_twelve_statements_that_count_and_pass_over_nothing(desk, query):
    client = client_of(desk, "one")
    client.get(WORKLIST)

    found = counted(lambda: client.get(WORKLIST + query))

    assert len(found) <= 12, "\n".join(found)
    assert [sql for sql in found if counts_or_passes_over(sql)] == []


def test_enters_a_deep_page_by_the_index_and_not_from_the_beginning(desk):
    row = Assignment.objects.open().soonest_first().first()

    sql = str(Assignment.objects.open().after(row.due_at, row.pk).query)

    assert '"due_at" >= ' in sql


# Filters


def test_narrows_by_what_is_asked_and_shows_a_chip_that_takes_it_away(desk):
    page = look(desk, "?ask=interview&tab=unassigned")

    assert numbers(page) == [desk["requests"][2].number]
    (chip,) = page.context["chips"]
    assert chip["without"] == "?tab=unassigned"
    assert len(numbers(look(desk, chip["without"]))) == 3


def test_narrows_by_label_and_shows_it_on_the_row(desk):
    who = {"standing": standing_of(desk["one"]), "at": NOON}
    label = labelling.add_label(agency=desk["agency"], name="Courthouse", **who)
    labelling.put_on(label=label, ice_request=desk["requests"][1], **who)

    page = look(desk, f"?label={label.public_id}")

    assert numbers(page) == [desk["requests"][1].number]
    assert "Labels: Courthouse" in page.content.decode()


# Claiming


def test_claims_from_the_list_and_returns_to_the_same_place(desk):
    answer = client_of(desk, "one").post(
        door("assignment_claim", desk["requests"][0]),
        {"back": "/worklist/?tab=overdue"},
    )

    assert (answer.status_code, answer.url) == (302, "/worklist/?tab=overdue")


@pytest.mark.parametrize(
    "back",
    ["//evil.example", "https://evil.example", "/\\evil.example", "evil", ""]
    + ["\t//evil.example", "/\t/evil.example", "javascript:alert(1)"],
)
def test_returns_to_no_other_site(desk, back):
    ice_request = desk["requests"][0]

    answer = client_of(desk, "one").post(
        door("assignment_claim", ice_request), {"back": back}
    )

    assert answer.url == door("request_detail", ice_request)


def test_tells_the_second_claimer_who_has_it(desk):
    claim(desk)

    answer = client_of(desk, "two").post(door("assignment_claim", desk["requests"][0]))

    assert answer.status_code == 409
    assert "Una First has this request." in answer.content.decode()


@pytest.mark.parametrize(
    "name",
    ["assignment_claim", "assignment_release", "assignment_give"]
    + ["assignment_defer", "assignment_resume", "request_labels"],
)
@pytest.mark.parametrize("role", ["clerk", "administrator", "auditor"])
def test_lets_nobody_handle_who_does_not_decide(desk, name, role):
    client = Client()
    client.force_login(factories.make_person(role, desk["agency"]))
    before = Entry.objects.exclude(event="access.denied").count()

    answer = client.post(door(name, desk["requests"][0]), {"person": "x"})

    assert answer.status_code == 403
    assert Entry.objects.exclude(event="access.denied").count() == before


def test_answers_404_to_a_clerk_here_who_decides_elsewhere(desk):
    person = factories.make_clerk(desk["agency"])
    factories.appoint(person, "supervisor", factories.make_agency())
    client = Client()
    client.force_login(person)

    answer = client.post(door("assignment_claim", desk["requests"][0]))

    assert answer.status_code == 404


def test_gives_to_nobody_whom_the_page_did_not_offer(desk):
    stranger = factories.make_supervisor(factories.make_agency())

    answer = client_of(desk, "one").post(
        door("assignment_give", desk["requests"][0]), {"person": stranger.public_id}
    )

    assert answer.status_code == 422
    assert Assignment.objects.filter(assigned_to__isnull=False).count() == 0


def test_keeps_what_was_typed_when_the_time_is_past(desk):
    answer = client_of(desk, "one").post(
        door("assignment_defer", desk["requests"][0]),
        {"until": "2026-03-09 12:00", "code": "counsel", "note": "Invented words"},
    )

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Choose a moment after now" in page
    assert "Invented words" in page


# Many at once


def many(desk, who="one", **sent):
    return client_of(desk, who).post(reverse("bulk_new"), sent)


def test_says_exactly_how_many_before_anything_is_done(desk):
    ids = [one.public_id for one in desk["requests"][:2]]

    page = many(desk, kind="assign", chosen=ids)

    assert "Assign 2 requests" in page.content.decode()
    assert not Bulk.objects.exists()


def test_takes_all_that_match_and_nothing_that_came_after_the_question(desk):
    asked = many(desk, kind="assign", everything="1", query="ask=hold")
    assert "all 2" in asked.content.decode().replace("<strong>", "")
    clerk = factories.make_clerk(desk["agency"])
    factories.file_request(agency=desk["agency"], clerk=clerk)

    answer = many(
        desk,
        kind="assign",
        everything="1",
        ids=asked.context["ids"],
        confirm="1",
        person=desk["two"].public_id,
    )

    assert answer.status_code == 302
    assert BulkItem.objects.count() == 2
    page = client_of(desk, "one").get(answer.url).content.decode()
    assert "of 2" in page
    assert "Waiting" in page


def test_takes_nothing_of_another_agency_by_a_forged_form(desk):
    elsewhere = factories.make_agency()
    foreign = factories.file_request(
        agency=elsewhere, clerk=factories.make_clerk(elsewhere)
    )

    many(
        desk,
        kind="assign",
        ids=foreign.public_id,
        confirm="1",
        person=desk["two"].public_id,
    )

    assert not Bulk.objects.exists()


def test_says_so_when_nothing_is_ticked(desk):
    answer = client_of(desk, "one").post(
        reverse("bulk_new"), {"kind": "label"}, follow=True
    )

    assert "Tick at least one request first." in answer.content.decode()


def test_shows_an_order_to_nobody_of_another_agency(desk):
    many(
        desk,
        kind="assign",
        ids=desk["requests"][0].public_id,
        confirm="1",
        person=desk["two"].public_id,
    )
    client = Client()
    client.force_login(factories.make_head(factories.make_agency()))

    answer = client.get(reverse("bulk_detail", args=[Bulk.objects.get().public_id]))

    assert answer.status_code == 404


def test_glances_at_the_progress_without_showing_a_request(desk):
    many(
        desk,
        kind="assign",
        ids=desk["requests"][0].public_id,
        confirm="1",
        person=desk["two"].public_id,
    )
    url = reverse("bulk_detail", args=[Bulk.objects.get().public_id])
    before = Entry.objects.count()

    page = client_of(desk, "one").get(url + "?glance=1").content.decode()

    assert desk["requests"][0].number not in page
    assert Entry.objects.count() == before


def test_offers_to_claim_only_what_the_reader_may_decide(desk):
    release = factories.file_request(
        agency=desk["agency"], clerk=desk["one"], asks=("notify_release",)
    )
    address = reverse("assignment_claim", args=[release.public_id])
    page = reverse("request_detail", args=[release.public_id])

    for who, is_offered in (("head", True), ("two", False), ("one", False)):
        assert (address in look(desk, who=who).content.decode()) is is_offered
        claims = f'action="{address}"'
        shown = opened(client_of(desk, who), page).content.decode()
        button = shown.partition(claims)[2].partition("</form>")[0]
        assert (">Claim<" in button) is is_offered


def buttons(desk, who, ice_request):
    """What the page of the request lets somebody do with it on the desk."""
    page = opened(client_of(desk, who), door("request_detail", ice_request))
    words = page.content.decode()
    doors = ("claim", "release", "defer", "give")
    return {
        one for one in doors if f'"{door(f"assignment_{one}", ice_request)}' in words
    }


def test_offers_what_a_colleague_has_to_the_head_alone(desk):
    claim(desk, who="one")
    ice_request = desk["requests"][0]

    page = opened(client_of(desk, "two"), door("request_detail", ice_request))

    assert buttons(desk, "one", ice_request) >= {"release", "defer", "give"}
    assert buttons(desk, "head", ice_request) >= {"defer", "give"}
    assert not buttons(desk, "two", ice_request) & {"defer", "give"}
    assert "ask Una First or the head of agency" in page.content.decode()


def test_offers_what_somebody_away_has_to_the_cover(desk):
    claim(desk, who="one")
    staffing.enter_absence(
        agency=desk["agency"],
        user=desk["one"],
        cover=desk["two"],
        effective_from=NOON.date(),
        effective_until=NOON.date() + timedelta(days=2),
        by=desk["one"],
        at=NOON,
    )
    ice_request = desk["requests"][0]
    other = {**desk, "three": factories.make_supervisor(desk["agency"])}

    words = opened(client_of(desk, "two"), door("request_detail", ice_request))
    assert ">Claim<" in words.content.decode()
    assert not buttons(other, "three", ice_request) & {"defer", "give"}
    claim(desk, who="two")
    assert ice_request.assignments.open().get().assigned_to == desk["two"]


def test_offers_the_proposer_no_override_to_confirm(desk):
    ask = factories.ask_of(desk["requests"][0], "hold")
    factories.override(ask=ask, head=desk["head"])
    address = door("assignment_claim", desk["requests"][0])

    offered = {
        who: address in look(desk, "?tab=second", who=who).content.decode()
        for who in ("head", "two")
    }

    assert offered == {"head": False, "two": True}


def test_orders_by_the_corrected_time_of_release(desk):
    soon = NOON + timedelta(minutes=40)
    last = desk["requests"][2]
    assert numbers(look(desk))[-1] == last.number

    factories.intake.correct(
        ice_request=last,
        step="custody",
        values={"release_expected_at": soon},
        rows=None,
        rev=last.rev,
        reason="Read the booking sheet again.",
        by=desk["clerk"],
        role="clerk",
        at=NOON,
    )

    found = last.assignments.open().get()
    assert (found.due_at, found.due_because) == (soon, "release expected")
    told = Entry.objects.about(last.public_id).filter(event="request.assigned")
    assert told.count() == 2
    assert numbers(look(desk)).index(last.number) < 2


def test_tells_nothing_when_a_correction_changes_no_due_time(desk):
    last = desk["requests"][2]

    factories.intake.correct(
        ice_request=last,
        step="basis",
        values={"ice_subpoena": "refused"},
        rows=None,
        rev=last.rev,
        reason="Read the booking sheet again.",
        by=desk["clerk"],
        role="clerk",
        at=NOON,
    )

    told = Entry.objects.about(last.public_id).filter(event="request.assigned")
    assert told.count() == 1
