"""Lists by filters, searches by words, and the way through a list."""

import json
import re
from datetime import timedelta
from html import escape, unescape

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from requests_app.accounts import tenancy
from requests_app.accounts.models import Role
from requests_app.ledger.models import Entry
from requests_app.review import filters
from requests_app.review.models import Label, Labelling
from requests_app.review.views import paging
from tests import factories
from tests.factories import NOON

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]

DAY = timedelta(days=1)


@pytest.fixture
def agency():
    return factories.make_agency(code="HERE")


@pytest.fixture
def clerk(agency):
    return factories.make_clerk(agency)


@pytest.fixture
def supervisor(agency):
    return factories.make_supervisor(agency)


def client_of(user):
    client = Client()
    client.force_login(user)
    return client


def listed(user, query=""):
    answer = client_of(user).get(reverse("request_list") + query)
    assert answer.status_code in (200, 422)
    return {row["ice_request"].number for row in answer.context["rows"]}


def file(agency, by, **facts):
    return factories.file_request(agency=agency, clerk=by, **facts)


# Filters


@pytest.mark.parametrize(
    ("query", "facts"),
    [
        ("?ask=interview", {"asks": ("interview",)}),
        ("?channel=fax", {"channel": "fax"}),
        ("?until=2026-03-08", {"received_at": NOON - 2 * DAY, "late_reason": "Post."}),
    ],
)
def test_narrows_to_those_that_fit(agency, clerk, query, facts):
    fitting = file(agency, clerk, **facts)
    other = file(
        agency, clerk, **{"asks": ("hold",), "channel": "telephone"} | _otherwise(facts)
    )

    assert fitting.number in listed(clerk, query)
    assert other.number not in listed(clerk, query)


def _otherwise(facts):
    return {"instrument": "telephone"} if "channel" in facts else {}


def test_counts_the_last_day_as_one_of_them(agency, clerk):
    ice_request = file(agency, clerk)

    assert ice_request.number in listed(clerk, "?since=2026-03-10&until=2026-03-10")
    assert listed(clerk, "?since=2026-03-11") == set()
    assert listed(clerk, "?until=2026-03-09") == set()


def test_narrows_by_state(agency, clerk):
    open_one, decided = file(agency, clerk), file(agency, clerk)
    factories.determine(ask=factories.ask_of(decided), by=factories.make_head(agency))

    assert listed(clerk, "?status=determined") == {decided.number}
    assert listed(clerk, "?status=awaiting") == {open_one.number}


def test_narrows_to_what_one_filed(agency, clerk):
    mine, theirs = file(agency, clerk), file(agency, factories.make_clerk(agency))

    assert listed(clerk, "?mine=1") == {mine.number}
    assert listed(clerk) == {mine.number, theirs.number}


def test_narrows_to_overrides_and_mismatches(agency, clerk):
    plain, overridden, otherwise = (file(agency, clerk) for _ in range(3))
    head = factories.make_head(agency)
    factories.override(ask=factories.ask_of(overridden), head=head)
    factories.determine(ask=factories.ask_of(otherwise), by=head)
    factories.record_act(ice_request=otherwise, kind="detain")

    assert listed(clerk, "?override=1") == {overridden.number}
    assert listed(clerk, "?mismatch=1") == {otherwise.number}
    assert plain.number in listed(clerk)


def test_narrows_by_what_one_finding_says(agency, clerk):
    ice_request = file(agency, clerk, asks=("hold",))
    screening = factories.ask_of(ice_request).screenings.get()
    finding = screening.findings.exclude(result="compliant").first()
    query = f"?citation={finding.citation}&result="

    assert listed(clerk, query + finding.result) == {ice_request.number}
    assert listed(clerk, query + "compliant") == set()


def test_narrows_by_a_label_while_it_is_on(agency, clerk):
    ice_request = file(agency, clerk)
    label = Label.objects.create(
        agency=agency, name="Jail", added_by=clerk, added_at=NOON
    )
    borne = Labelling.objects.create(
        ice_request=ice_request, label=label, labelled_by=clerk, labelled_at=NOON
    )
    query = f"?label={label.public_id}"

    assert listed(clerk, query) == {ice_request.number}
    borne.removed_by, borne.removed_at = clerk, NOON
    borne.save()
    assert listed(clerk, query) == set()


def test_narrows_by_all_that_are_given(agency, clerk):
    file(agency, clerk, asks=("hold",))
    both = file(agency, clerk, asks=("hold", "interview"))

    assert listed(clerk, "?ask=interview&status=awaiting&mine=1") == {both.number}
    assert listed(clerk, "?ask=interview&status=determined") == set()


def test_shows_what_is_in_force_and_the_way_without_it(agency, clerk):
    file(agency, clerk)

    answer = client_of(clerk).get(
        reverse("request_list") + "?status=awaiting&mine=1&ask=hold"
    )

    assert [(one["label"], one["value"]) for one in answer.context["chips"]] == [
        ("State", "Awaiting determination"),
        ("Asks", "Hold the person"),
        ("Filed by me", ""),
    ]
    assert answer.context["chips"][0]["without"] == "?ask=hold&mine=1"
    assert answer.context["found"] == "1"


def test_says_that_there_are_more_than_it_counts(agency, clerk, monkeypatch):
    monkeypatch.setattr(filters, "COUNTED", 2)
    for _ in range(4):
        file(agency, clerk)

    answer = client_of(clerk).get(reverse("request_list") + "?status=awaiting")

    assert answer.context["found"] == "2+"


# Abuse 46 to 48


@pytest.mark.parametrize("door", ["request_list", "worklist"])
@pytest.mark.parametrize(
    "query",
    ["__class=x", "_connector=OR", "agency=1", "status__in=awaiting", "id=1", "q=x"],
)
def test_refuses_a_key_that_is_no_filter(agency, door, query):
    user = factories.make_supervisor(agency)

    answer = client_of(user).get(reverse(door) + f"?{query}")

    assert answer.status_code == 400
    assert "Unknown filter" in answer.content.decode()


@pytest.mark.parametrize("key", [*filters.REQUESTS])
def test_takes_words_of_sql_for_text(agency, clerk, key):
    file(agency, clerk)
    everything = listed(clerk)

    answer = client_of(clerk).get(reverse("request_list"), {key: "' OR 1=1--"})

    assert answer.status_code == 422
    assert {row["ice_request"].number for row in answer.context["rows"]} == everything
    assert filters.REQUESTS[key].label in answer.context["given"].wrong


@pytest.mark.parametrize("key", [*filters.REQUESTS])
def test_shows_a_script_as_text(agency, clerk, key):
    answer = client_of(clerk).get(
        reverse("request_list"), {key: "<script>alert(1)</script>"}
    )

    assert "<script>alert(1)" not in answer.content.decode()


def test_shows_no_request_of_another_agency_by_any_filter(agency, clerk):
    there = factories.make_agency(code="THERE")
    other = file(there, factories.make_clerk(there))

    for query in ("", "?status=awaiting", f"?number={other.number}", "?ask=hold"):
        assert other.number not in listed(clerk, query)


# Words


def search(user, words):
    return client_of(user).post(reverse("request_find"), {"words": words})


def found(user, words):
    return {row["ice_request"].number for row in search(user, words).context["rows"]}


@pytest.mark.parametrize(
    "words",
    [
        "HERE-2026-00001",
        "here 2026 00001",
        "Hartford field office",
        "HARTFORD",
        "54-192h(b)(1)",
        "54-192h(b)(1)(A) violation",
    ],
)
def test_finds_by_words_of_the_record(agency, clerk, words):
    ice_request = file(agency, clerk, sender_office="ERO Hartford Field Office")
    file(agency, clerk, sender_office="Elsewhere", asks=("interview",))

    assert ice_request.number in found(clerk, words)


def test_finds_by_label_and_decision_and_mismatch(agency, clerk):
    labelled, decided, otherwise = (file(agency, clerk) for _ in range(3))
    label = Label.objects.create(
        agency=agency, name="Marshal unit", added_by=clerk, added_at=NOON
    )
    Labelling.objects.create(
        ice_request=labelled, label=label, labelled_by=clerk, labelled_at=NOON
    )
    head = factories.make_head(agency)
    for one in (decided, otherwise):
        factories.determine(ask=factories.ask_of(one), by=head)
    factories.record_act(ice_request=otherwise, kind="detain")
    (mismatch,) = otherwise.mismatches.all()

    assert found(clerk, "marshal") == {labelled.number}
    assert decided.number in found(clerk, "deny")
    assert found(clerk, mismatch.kind.replace("_", " ")) == {otherwise.number}


def test_finds_nobody_by_name(agency, clerk):
    ice_request = file(agency, clerk, family_names="Quetzalname")
    factories.write_note(ice_request=ice_request, by=clerk, text="Quetzalnote")

    assert found(clerk, "Quetzalname") == set()
    assert found(clerk, "Quetzalnote") == set()


def test_finds_nothing_of_another_agency(agency, clerk):
    there = factories.make_agency(code="THERE")
    file(there, factories.make_clerk(there), sender_office="Thereville")

    assert found(clerk, "Thereville") == set()


@pytest.mark.parametrize("is_theirs", [True, False])
def test_gives_row_numbers_of_the_context_alone(agency, clerk, is_theirs):
    there = factories.make_agency(code="THERE")
    other = file(there, factories.make_clerk(there), sender_office="Thereville")
    here = tenancy.of_agency(there if is_theirs else agency)

    with tenancy.entered(here), connection.cursor() as cursor:
        cursor.execute("SELECT ice_requests_saying('thereville', 10)")
        found = cursor.fetchall()

    assert found == ([(other.pk,)] if is_theirs else [])


def test_finds_in_every_agency_for_the_state(agency, clerk):
    ice_request = file(agency, clerk, sender_office="Thereville")

    assert found(factories.make_auditor(), "Thereville") == {ice_request.number}


@pytest.mark.parametrize("words", ["", "  ", "---", "\u202e", "x" * 201])
def test_says_that_no_word_was_typed(agency, clerk, words):
    assert search(clerk, words).status_code == 422


@pytest.mark.parametrize(
    "words", ["' OR 1=1--", "a & !b | (c", "the of", "<b>:*", "\\", "%", "quetzal'"]
)
def test_takes_marks_for_blanks(agency, clerk, words):
    there = factories.make_agency(code="THERE")
    other = file(there, factories.make_clerk(there))

    answer = search(clerk, words)

    assert answer.status_code in (200, 422)
    assert other.number not in answer.content.decode()


def test_enters_a_search_without_its_words(agency, clerk):
    file(agency, clerk, sender_office="Quetzaltown")

    search(clerk, "Quetzaltown")

    entry = Entry.objects.filter(event="search.made").latest("id")
    assert "quetzaltown" not in entry.body.lower()
    assert len(json.loads(entry.body)["shown"]) == 1


def test_takes_no_words_from_an_address(agency, clerk):
    file(agency, clerk, sender_office="Quetzaltown")

    answer = client_of(clerk).get(reverse("request_find") + "?words=Quetzaltown")

    assert answer.context["rows"] == []


# Through the list


def ways(user, ice_request, query):
    url = reverse("request_next", args=[ice_request.public_id])
    return client_of(user).get(url + query).url


def page(ice_request, query):
    return reverse("request_detail", args=[ice_request.public_id]) + query


def test_leads_to_the_next_and_the_one_before_in_the_same_list(agency, clerk):
    oldest, middle, newest = (file(agency, clerk) for _ in range(3))
    factories.determine(ask=factories.ask_of(middle), by=factories.make_head(agency))
    query = "?in=requests&status=awaiting"

    assert ways(clerk, newest, f"{query}&to=next") == page(oldest, query)
    assert ways(clerk, oldest, f"{query}&to=before") == page(newest, query)
    assert ways(clerk, newest, "?in=requests&to=next") == page(middle, "?in=requests")
    # Decided meanwhile, and no longer in the list: it still has its place.
    assert ways(clerk, middle, f"{query}&to=next") == page(oldest, query)


def test_leads_back_to_the_list_at_its_end(agency, clerk):
    only = file(agency, clerk)

    url = ways(clerk, only, "?in=requests&status=awaiting&to=next")

    assert url == reverse("request_list") + "?status=awaiting"


@pytest.mark.parametrize(("way", "end"), [("next", "last"), ("before", "first")])
def test_says_at_which_end_of_the_list_one_is(agency, clerk, way, end):
    only = file(agency, clerk)
    url = reverse("request_next", args=[only.public_id])

    shown = client_of(clerk).get(f"{url}?in=requests&to={way}", follow=True)

    assert f"That was the {end} one of this list." in shown.content.decode()


def test_leads_through_the_worklist_in_its_order(agency, clerk, supervisor):
    later = file(agency, clerk, received_at=NOON - timedelta(hours=1))
    sooner = file(agency, clerk, received_at=NOON - timedelta(hours=5))

    assert ways(supervisor, sooner, "?in=worklist&to=next") == page(
        later, "?in=worklist"
    )
    assert ways(supervisor, later, "?in=worklist&to=before") == page(
        sooner, "?in=worklist"
    )


def test_leads_to_nothing_of_another_agency(agency, clerk):
    only = file(agency, clerk)
    there = factories.make_agency()
    file(there, factories.make_clerk(there))

    assert ways(clerk, only, "?in=requests&to=before") == reverse("request_list")


def test_keeps_the_list_on_the_page_of_a_request(agency, clerk):
    ice_request = file(agency, clerk)

    page_text = (
        client_of(clerk)
        .get(page(ice_request, "?in=requests&status=awaiting"))
        .content.decode()
    )

    assert "Back to the list" in page_text
    assert "status=awaiting" in page_text


@pytest.mark.parametrize("query", ["?in=elsewhere", "?in=requests&__class=x"])
def test_refuses_a_list_that_is_none(agency, clerk, query):
    ice_request = file(agency, clerk)

    assert client_of(clerk).get(page(ice_request, query)).status_code == 400


def test_has_a_filter_of_every_role(agency):
    file(agency, factories.make_clerk(agency))

    for role in (Role.AUDITOR, Role.RECORDS_OFFICER, Role.HEAD):
        assert len(listed(factories.make_person(role, agency), "?ask=hold")) == 1


def test_stays_in_the_list_after_a_note_and_a_decision(agency, clerk, supervisor):
    ice_request = file(agency, clerk)
    ask = factories.ask_of(ice_request)
    query = "?in=worklist&tab=unassigned"
    client = client_of(supervisor)

    noted = client.post(
        reverse("note_add", args=[ice_request.public_id]) + query,
        {"kind": "internal", "text": "Read."},
    )
    form = client.get(
        reverse("ask_determine", args=[ice_request.public_id, ask.public_id]) + query
    )

    assert noted.url == page(ice_request, query) + "#notes"
    assert form.status_code == 200
    shown = client.get(page(ice_request, query)).content.decode()
    door = reverse("ask_determine", args=[ice_request.public_id, ask.public_id])
    assert f"{door}?in=worklist&amp;tab=unassigned" in shown


def test_goes_back_to_the_page_of_the_list_and_to_its_row(
    agency, clerk, supervisor, monkeypatch
):
    monkeypatch.setattr(paging, "PAGE", 1)
    for hours in (5, 1):
        file(agency, clerk, received_at=NOON - timedelta(hours=hours))
    client = client_of(supervisor)
    first = client.get(reverse("worklist") + "?tab=unassigned")
    second = client.get(reverse("worklist") + first.context["older_url"])
    (row,) = second.context["rows"]
    ice_request = row["ice_request"]
    query = f"?{second.context['place']}"

    shown = client.get(page(ice_request, query))

    back = unescape(
        re.search('href="([^"]*)">Back to the list', shown.content.decode())[1]
    )
    address, _, anchor = back.partition("#")
    again = client.get(address)
    assert [one["ice_request"] for one in again.context["rows"]] == [ice_request]
    assert f'<tr id="{anchor}">' in again.content.decode()


def test_stays_in_the_list_after_work_on_the_desk(agency, clerk, supervisor):
    ice_request = file(agency, clerk)
    query = "?in=worklist&tab=unassigned"
    client = client_of(supervisor)
    here = page(ice_request, query)
    shown = client.get(here).content.decode()
    claim = reverse("assignment_claim", args=[ice_request.public_id])
    question = reverse("question_new", args=[ice_request.public_id])

    claimed = client.post(claim, {"back": here})
    asked = client.post(
        question + query,
        {"code": "custody", "text": "When?", "due_at": "2026-03-11T12:00"},
    )

    assert f'name="back" value="{escape(here)}"' in shown
    assert (claimed.url, asked.url) == (here, here)
