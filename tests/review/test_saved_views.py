"""Saved views: whose they are, what they hold, and when they tell."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from requests_app.accounts import staffing
from requests_app.accounts.models import Role
from requests_app.outbox import jobs
from requests_app.outbox.models import Job
from requests_app.review import services as review
from requests_app.review import subscriptions, tasks
from requests_app.review.models import Message, SavedView
from tests import factories
from tests.factories import NOON

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]

DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)
SENT = {"name": "Waiting", "tells": "never"}


@pytest.fixture
def agency():
    return factories.make_agency(code="HERE")


@pytest.fixture
def clerk(agency):
    return factories.make_clerk(agency)


def client_of(user):
    client = Client()
    client.force_login(user)
    return client


def file(agency, **facts):
    return factories.file_request(
        agency=agency, clerk=factories.make_clerk(agency), **facts
    )


# Keeping


def test_keeps_the_filters_of_the_address_in_one_order(agency, clerk):
    url = reverse("view_save") + "?list=requests&mine=1&status=awaiting&after=3"

    answer = client_of(clerk).post(url, {**SENT, "is_pinned": "on"})

    view = SavedView.objects.get()
    assert answer.status_code == 302
    assert (view.owner, view.agency, view.page) == (clerk, agency, "requests")
    assert view.filters == "status=awaiting&mine=1"
    assert view.is_pinned is True


@pytest.mark.parametrize("query", ["?list=requests&name=Ejemplo", "?list=people"])
def test_keeps_no_key_that_is_no_filter(agency, clerk, query):
    assert client_of(clerk).post(reverse("view_save") + query, SENT).status_code == 400
    assert SavedView.objects.count() == 0


@pytest.mark.parametrize(
    "sent",
    [
        {"name": "", "tells": "never"},
        {"name": "View", "tells": "hourly"},
        {"name": "View", "tells": "more_than"},
        {"name": "View", "tells": "more_than", "threshold": "-1"},
        {"name": "View", "tells": "more_than", "threshold": "201"},
        {"name": "x" * 61, "tells": "never"},
    ],
)
def test_says_what_is_wrong(agency, clerk, sent):
    answer = client_of(clerk).post(reverse("view_save") + "?list=requests", sent)

    assert answer.status_code == 422
    assert SavedView.objects.count() == 0


def test_has_a_name_once(agency, clerk):
    factories.save_view(agency=agency, by=clerk, name="Waiting")

    answer = client_of(clerk).post(reverse("view_save") + "?list=requests", SENT)

    assert answer.status_code == 422
    assert "You have a view of this name" in answer.content.decode()


def test_has_so_many_and_no_more(agency, clerk, monkeypatch):
    monkeypatch.setattr("requests_app.review.services.viewing.MOST_VIEWS", 1)
    factories.save_view(agency=agency, by=clerk, name="First")

    with pytest.raises(review.TooManyViews):
        factories.save_view(agency=agency, by=clerk, name="Second")


def test_stands_above_the_list_when_it_is_pinned(agency, clerk):
    factories.save_view(agency=agency, by=clerk, name="Pinned", is_pinned=True)
    factories.save_view(agency=agency, by=clerk, name="Other")

    page = client_of(clerk).get(reverse("request_list")).content.decode()

    assert "Pinned" in page
    assert ">Other<" not in page


def test_stands_above_the_worklist_too(agency):
    supervisor = factories.make_supervisor(agency)
    factories.save_view(
        agency=agency,
        by=supervisor,
        name="Quetzal",
        page="worklist",
        filters="tab=mine",
        is_pinned=True,
    )

    page = client_of(supervisor).get(reverse("worklist")).content.decode()

    assert '<a href="?tab=mine">Quetzal</a>' in page


def test_can_be_kept_of_a_tab_alone(agency):
    page = client_of(factories.make_supervisor(agency)).get(
        reverse("worklist") + "?tab=overdue"
    )

    door = reverse("view_save") + "?list=worklist&amp;tab=overdue"
    assert f'<a href="{door}">Save this view</a>' in page.content.decode()


def test_names_labels_and_units_and_no_identifier(agency):
    supervisor = factories.make_supervisor(agency)
    unit = staffing.add_unit(
        agency=agency,
        name="Night desk",
        by=factories.make_administrator(agency),
        at=NOON,
    )
    client = client_of(supervisor)
    query = f"?list=worklist&unit={unit.public_id}"
    factories.save_view(
        agency=agency,
        by=supervisor,
        page="worklist",
        filters=f"unit={unit.public_id}",
    )

    for door in (reverse("view_save") + query, reverse("view_list")):
        words = client.get(door).content.decode()
        assert "Unit: Night desk" in words
        assert f": {unit.public_id}" not in words


# Whose


def test_is_changed_and_removed_by_its_owner_alone(agency, clerk):
    view = factories.save_view(agency=agency, by=clerk, is_shared=True)
    other = client_of(factories.make_clerk(agency))

    for door in ("view_edit", "view_remove"):
        url = reverse(door, args=[view.public_id])
        assert other.post(url, SENT).status_code == 404
        assert client_of(clerk).post(url, {**SENT, "name": door}).status_code == 302

    assert SavedView.objects.count() == 0


@pytest.mark.parametrize(("is_shared", "is_seen"), [(True, True), (False, False)])
def test_is_seen_by_colleagues_when_it_is_shared(agency, clerk, is_shared, is_seen):
    factories.save_view(agency=agency, by=clerk, name="Quetzal", is_shared=is_shared)

    page = client_of(factories.make_head(agency)).get(reverse("view_list"))

    assert ("Quetzal" in page.content.decode()) is is_seen


def test_is_seen_at_no_other_agency(agency, clerk):
    factories.save_view(agency=agency, by=clerk, name="Quetzal", is_shared=True)
    other = factories.make_head(factories.make_agency())

    page = client_of(other).get(reverse("view_list"))

    assert "Quetzal" not in page.content.decode()


def test_opens_nothing_when_its_filters_are_none_any_more(agency, clerk):
    factories.save_view(agency=agency, by=clerk, filters="gone=1")

    page = client_of(clerk).get(reverse("view_list"))

    assert page.status_code == 200
    assert "save it anew" in page.content.decode()


# Telling


def look(at=NOON):
    """What the minute's task and its jobs do."""
    tasks.news_minutely()
    for job in Job.objects.filter(kind="view.news", done_at=None):
        jobs.do(job.kind, subject=job.subject, at=at)
        job.done_at = at
        job.save()
    return Message.objects.filter(kind="view").count()


def test_tells_at_once_of_what_is_new_and_fits_and_once(agency, clerk):
    file(agency)
    newest = subscriptions.newest("requests", agency.pk)
    factories.save_view(
        agency=agency, by=clerk, filters="ask=hold", tells="at_once", newest=newest
    )

    assert look() == 0
    file(agency, asks=("interview",))
    assert look() == 0
    file(agency, asks=("hold",))
    assert look() == 1
    assert look() == 1
    assert Message.objects.get(kind="view").user == clerk


def test_tells_the_same_when_the_job_is_done_twice(agency, clerk):
    view = factories.save_view(agency=agency, by=clerk, tells="at_once", filters="")
    file(agency)

    for _ in range(2):
        tasks.tell_news(subject=view.public_id, at=NOON)

    assert Message.objects.filter(kind="view").count() == 1


def test_asks_for_no_job_without_a_new_row(agency, clerk):
    file(agency)
    newest = subscriptions.newest("requests", agency.pk)
    factories.save_view(agency=agency, by=clerk, tells="at_once", newest=newest)

    assert tasks.news_minutely() == 0


@pytest.mark.parametrize(
    ("tells", "after", "is_told"),
    [
        ("daily", timedelta(hours=1), False),
        ("daily", timedelta(hours=17), False),
        ("daily", timedelta(hours=19), True),
        ("weekly", 3 * DAY, False),
        ("weekly", 7 * DAY, True),
        ("never", 30 * DAY, False),
    ],
)
def test_tells_when_it_is_time(agency, clerk, tells, after, is_told):
    view = factories.save_view(agency=agency, by=clerk, tells=tells, filters="")
    file(agency)

    tasks.tell_news(subject=view.public_id, at=NOON + after)

    assert Message.objects.filter(kind="view").exists() is is_told


def test_tells_of_a_number_when_it_is_passed_and_again_after_it_was_not(agency, clerk):
    view = factories.save_view(
        agency=agency,
        by=clerk,
        tells="more_than",
        threshold=1,
        filters="status=awaiting",
    )
    told = []

    def see(minutes):
        tasks.tell_news(subject=view.public_id, at=NOON + minutes * MINUTE)
        told.append(Message.objects.filter(kind="view").count())

    first = file(agency)
    see(0)
    file(agency)
    see(20)
    see(40)
    factories.determine(ask=factories.ask_of(first), by=factories.make_head(agency))
    see(60)
    file(agency)
    see(80)

    assert told == [0, 1, 1, 1, 2]


def test_tells_nothing_to_somebody_who_reads_there_no_more(agency):
    gone = factories.make_user()
    factories.appoint(gone, Role.CLERK, agency, effective_until=NOON.date())
    view = factories.save_view(agency=agency, by=gone, tells="at_once", filters="")
    file(agency)

    tasks.tell_news(subject=view.public_id, at=NOON)

    assert Message.objects.filter(kind="view").count() == 0


def test_tells_nothing_by_filters_that_are_none_any_more(agency, clerk):
    view = factories.save_view(
        agency=agency, by=clerk, tells="at_once", filters="gone=1"
    )
    file(agency)

    tasks.tell_news(subject=view.public_id, at=NOON)

    assert Message.objects.filter(kind="view").count() == 0


def test_tells_of_what_comes_to_the_desk(agency):
    supervisor = factories.make_supervisor(agency)
    view = factories.save_view(
        agency=agency, by=supervisor, page="worklist", filters="", tells="at_once"
    )
    file(agency)

    tasks.tell_news(subject=view.public_id, at=NOON)

    assert Message.objects.get(kind="view").user == supervisor


def test_tells_a_clerk_nothing_of_the_worklist(agency, clerk):
    view = factories.save_view(
        agency=agency, by=clerk, page="worklist", filters="", tells="at_once"
    )
    file(agency)

    tasks.tell_news(subject=view.public_id, at=NOON)

    assert Message.objects.filter(kind="view").count() == 0
