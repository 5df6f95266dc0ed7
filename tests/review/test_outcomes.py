"""Releases, what is not reconciled, like asks compared, corrections, reason texts."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from requests_app.accounts import watch
from requests_app.accounts.models import Role
from requests_app.docket import services as docket
from requests_app.docket.models import Release
from requests_app.ledger.models import Entry
from requests_app.review import patterns
from requests_app.review import services as review
from requests_app.review.models import ReasonText
from tests import factories
from tests.factories import NOON
from tests.opened import opened

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]


@pytest.fixture
def agency():
    return factories.make_agency()


@pytest.fixture
def clerk(agency):
    return factories.make_clerk(agency)


@pytest.fixture
def supervisor(agency):
    return factories.make_supervisor(agency)


def page_of(ice_request):
    return reverse("request_detail", args=[ice_request.public_id])


def client_of(user):
    client = Client()
    client.force_login(user)
    return client


def denied(agency, clerk, supervisor, **facts):
    ice_request = factories.file_request(agency=agency, clerk=clerk, **facts)
    factories.determine(ask=factories.ask_of(ice_request), by=supervisor)
    return ice_request


def approved(agency, clerk, supervisor, **said):
    ice_request = factories.file_request(
        agency=agency, clerk=clerk, convictions=[factories.conviction()]
    )
    factories.determine(
        ask=factories.ask_of(ice_request),
        by=supervisor,
        decision="approve",
        reason_code="class_a_b",
        **said,
    )
    return ice_request


# Releases


def release_door(ice_request):
    return reverse("release_record", args=[ice_request.public_id])


def test_records_a_release_by_its_page(agency, clerk, supervisor):
    ice_request = denied(agency, clerk, supervisor)

    response = client_of(clerk).post(
        release_door(ice_request),
        {
            "to_whom": "community",
            "released_at": "2026-03-10T11:30",
            "narrative": "A cousin came.",
        },
    )

    page = opened(client_of(clerk), page_of(ice_request))
    assert response.status_code == 302
    assert "A cousin came." in page.content.decode()
    release = ice_request.releases.get()
    assert release.released_at == NOON - timedelta(minutes=30)
    entry = Entry.objects.get(event="release.recorded")
    assert (entry.actor, entry.role) == (clerk.public_id, "clerk")


@pytest.mark.parametrize(
    ("posted", "words"),
    [
        ({"to_whom": ""}, "Choose to whom"),
        ({"released_at": ""}, "Enter when the person was released."),
        ({"released_at": "2026-03-10T12:01"}, "This is in the future."),
        ({"released_at": "2026-03-08T02:30"}, "That time did not exist"),
        ({"released_at": "2025-11-02T01:30"}, "Say which of the two hours it was."),
        ({"released_at": "noon"}, "Enter a date and time"),
    ],
)
def test_says_what_is_wrong_with_a_release(agency, clerk, supervisor, posted, words):
    ice_request = denied(agency, clerk, supervisor)
    sent = {"to_whom": "court", "released_at": "2026-03-10T11:30", **posted}

    response = client_of(clerk).post(release_door(ice_request), sent)

    assert response.status_code == 422
    assert words in response.content.decode()
    assert not ice_request.releases.exists()


def test_takes_no_time_for_a_person_who_was_never_held(agency, clerk, supervisor):
    ice_request = denied(agency, clerk, supervisor)

    response = client_of(clerk).post(
        release_door(ice_request), {"to_whom": "never_held", "released_at": "x"}
    )

    assert response.status_code == 302
    assert ice_request.releases.get().released_at is None


def test_keeps_both_when_a_later_entry_corrects(agency, clerk, supervisor):
    ice_request = denied(agency, clerk, supervisor)
    factories.record_release(ice_request=ice_request, to_whom="court")
    factories.record_release(ice_request=ice_request, to_whom="community")

    page = opened(client_of(clerk), page_of(ice_request))

    words = page.content.decode()
    assert page.context["outcome"]["release"].to_whom == "community"
    assert "Earlier entries of the release, since corrected" in words
    assert "To a court" in words


def test_refuses_a_release_to_come(agency, clerk, supervisor):
    ice_request = denied(agency, clerk, supervisor)

    with pytest.raises(docket.ReleasedLater):
        docket.record_release(
            ice_request=ice_request,
            to_whom="court",
            released_at=NOON + timedelta(seconds=1),
            narrative="",
            by=clerk,
            role="clerk",
            at=NOON,
        )


def test_has_the_database_keep_a_release(agency, clerk, supervisor):
    release = factories.record_release(ice_request=denied(agency, clerk, supervisor))

    with (
        pytest.raises(DatabaseError),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(
            "UPDATE requests_app_release SET to_whom = 'ice' WHERE id = %s",
            [release.pk],
        )


def test_refuses_forged_releases(agency, clerk, supervisor):
    ice_request = denied(agency, clerk, supervisor)
    people = [
        factories.make_auditor(agency),
        factories.make_clerk(factories.make_agency()),
    ]

    answers = [
        client_of(one)
        .post(release_door(ice_request), {"to_whom": "never_held"})
        .status_code
        for one in people
    ]

    assert answers == [403, 404]
    assert not Release.objects.exists()


# Not reconciled


def listed(person):
    page = client_of(person).get(reverse("unreconciled_list"))
    return {row["ice_request"].number: row["missing"] for row in page.context["rows"]}


def test_lists_what_is_decided_and_has_no_outcome(agency, clerk, supervisor):
    ice_request = denied(agency, clerk, supervisor)
    factories.file_request(agency=agency, clerk=clerk)

    assert listed(clerk) == {
        ice_request.number: ["The release: when, and to whom"],
    }


def test_asks_whether_what_was_approved_was_done(agency, clerk, supervisor):
    ice_request = approved(agency, clerk, supervisor)

    assert listed(supervisor)[ice_request.number] == [
        "The release: when, and to whom",
        "Whether it was done: held the person",
    ]


def test_leaves_the_list_when_the_release_is_on_record(agency, clerk, supervisor):
    ice_request = denied(agency, clerk, supervisor)

    factories.record_release(ice_request=ice_request)

    assert listed(clerk) == {}


def test_stays_while_a_mismatch_is_not_reviewed(agency, clerk, supervisor):
    head = factories.make_head(agency)
    ice_request = denied(agency, clerk, supervisor)
    factories.record_release(ice_request=ice_request)
    factories.record_act(ice_request=ice_request, happened_at=NOON, at=NOON)
    before = listed(clerk)

    review.close(
        assignment=ice_request.assignments.open().get(),
        note="Read.",
        seen=review.newest_flags(ice_request),
        by=head,
        role=Role.HEAD,
        at=NOON,
    )

    assert before == {ice_request.number: ["A mismatch that nobody has reviewed"]}
    assert listed(clerk) == {}


def test_asks_for_the_act_of_a_release_to_ice(agency, clerk, supervisor):
    ice_request = denied(agency, clerk, supervisor)

    factories.record_release(ice_request=ice_request, to_whom="ice")

    assert listed(clerk) == {
        ice_request.number: ["Released to ICE, and no act of handing over is on record"]
    }


def test_says_the_same_on_the_page_of_the_request(agency, clerk, supervisor):
    ice_request = approved(agency, clerk, supervisor)

    page = opened(client_of(clerk), page_of(ice_request))

    assert page.context["outcome"]["missing"] == listed(clerk)[ice_request.number]


def test_shows_no_request_of_another_agency(agency, clerk, supervisor):
    denied(agency, clerk, supervisor)

    assert listed(factories.make_clerk(factories.make_agency())) == {}


def test_lists_many_in_as_many_queries_as_one(agency, clerk, supervisor):
    client = client_of(clerk)
    denied(agency, clerk, supervisor)

    def count():
        watch.forget()
        with CaptureQueriesContext(connection) as captured:
            client.get(reverse("unreconciled_list"))
        return len(captured)

    count()
    first = count()
    for _ in range(4):
        denied(agency, clerk, supervisor)

    assert count() == first
    assert len(listed(clerk)) == 5


# Same facts, different outcome


def test_puts_like_asks_together_and_shows_where_they_differ(agency, clerk, supervisor):
    approved(agency, clerk, supervisor)
    other = factories.file_request(
        agency=agency, clerk=clerk, convictions=[factories.conviction()]
    )
    factories.determine(
        ask=factories.ask_of(other), by=supervisor, reason_code="policy"
    )
    denied(agency, clerk, supervisor)

    found = patterns.of_agency(agency, until=NOON)

    (group,) = found.differing
    assert (group.approved, group.denied, group.done) == (1, 1, 0)
    assert group.grounds == ("class_a_b",)
    assert group.is_too_few
    assert len(found.alike) == 1


@pytest.mark.parametrize(("count", "is_too_few"), [(10, True), (11, False)])
def test_warns_of_small_numbers(count, is_too_few):
    group = patterns.Group("hold", "violation", (), rows=[None] * count)

    assert group.is_too_few is is_too_few


def test_counts_what_was_denied_and_done(agency, clerk, supervisor):
    ice_request = denied(agency, clerk, supervisor)
    denied(agency, clerk, supervisor)
    factories.record_act(ice_request=ice_request, happened_at=NOON, at=NOON)

    (group,) = patterns.of_agency(agency, until=NOON).differing

    assert (group.denied, group.done) == (2, 1)


def test_shows_numbers_and_no_name(agency, clerk, supervisor):
    approved(agency, clerk, supervisor)
    other = factories.file_request(
        agency=agency,
        clerk=clerk,
        convictions=[factories.conviction()],
        family_names="Quetzalcanary",
    )
    factories.determine(
        ask=factories.ask_of(other), by=supervisor, reason_code="policy"
    )

    page = client_of(factories.make_auditor(agency)).get(reverse("patterns"))

    words = page.content.decode()
    assert "Too few to compare" in words
    assert other.number in words or "approve" in words
    assert "Quetzalcanary" not in words
    assert "A. Q." not in words


def test_compares_no_agency_of_others(agency, supervisor):
    other = factories.make_agency()

    response = client_of(supervisor).get(reverse("patterns"), {"agency": other.code})

    assert response.status_code == 403


def test_compares_any_agency_for_an_auditor_of_the_state(agency, clerk, supervisor):
    denied(agency, clerk, supervisor)

    page = client_of(factories.make_auditor()).get(
        reverse("patterns"), {"agency": agency.code}
    )

    assert page.status_code == 200
    assert len(page.context["patterns"].alike) == 1


# What was corrected


def correct(ice_request, by, step, **values):
    ice_request.refresh_from_db()
    return factories.intake.correct(
        ice_request=ice_request,
        step=step,
        values=values,
        rows=None,
        rev=ice_request.rev,
        reason="Read the booking sheet again.",
        by=by,
        role="clerk",
        at=NOON,
    )


def test_shows_facts_before_and_after_and_who(agency, clerk):
    ice_request = factories.file_request(agency=agency, clerk=clerk)
    correct(ice_request, clerk, "basis", terrorist_screening_match="yes")

    page = client_of(clerk).get(
        reverse("request_changes", args=[ice_request.public_id])
    )

    (one,) = page.context["corrections"]
    assert one["facts"] == [
        {"label": "Terrorist Screening Database", "before": "no", "after": "yes"}
    ]
    assert str(clerk) in page.content.decode()


def test_says_of_what_is_personal_only_that_it_changed(agency, clerk):
    ice_request = factories.file_request(
        agency=agency, clerk=clerk, family_names="Quetzalcanary"
    )
    correct(ice_request, clerk, "person", family_names="Otherwise")

    page = client_of(factories.make_auditor(agency)).get(
        reverse("request_changes", args=[ice_request.public_id])
    )

    words = page.content.decode()
    assert page.context["corrections"][0]["changed"] == ["Family names"]
    assert "Quetzalcanary" not in words
    assert "Otherwise" not in words


def test_tells_apart_what_two_corrections_of_one_moment_changed(agency, clerk):
    ice_request = factories.file_request(agency=agency, clerk=clerk)
    correct(ice_request, clerk, "basis", terrorist_screening_match="yes")
    correct(ice_request, clerk, "person", family_names="Otherwise")

    page = client_of(clerk).get(
        reverse("request_changes", args=[ice_request.public_id])
    )

    person, basis = page.context["corrections"]
    assert (person["facts"], person["changed"]) == ([], ["Family names"])
    assert [one["after"] for one in basis["facts"]] == ["yes"]


def test_says_when_nothing_was_corrected(agency, clerk):
    ice_request = factories.file_request(agency=agency, clerk=clerk)

    page = client_of(clerk).get(
        reverse("request_changes", args=[ice_request.public_id])
    )

    assert "Nothing was corrected" in page.content.decode()


def test_compares_what_was_done_with_corrected_facts(agency, clerk, supervisor):
    ice_request = factories.file_request(agency=agency, clerk=clerk)
    factories.determine(
        ask=factories.ask_of(ice_request),
        by=supervisor,
        at=NOON - timedelta(minutes=45),
    )
    act = factories.record_act(
        ice_request=ice_request, ended_at=NOON - timedelta(minutes=5)
    )
    before = {row.kind for row in act.mismatches.all()}

    eligible = NOON - timedelta(minutes=20)
    correct(ice_request, clerk, "custody", release_eligible_at=eligible)

    after = {row.kind for row in act.mismatches.all()}
    assert (before, after - before) == ({"denied_yet_done"}, {"held_past_release"})


# The agency's texts


def text_of(reason, agency):
    return review.texts_of(agency)[reason]


def posted(agency, **changes):
    return {
        "reason_code": "policy",
        "text": "We hold nobody for ICE.",
        "instead_of": text_of("policy", agency),
        **changes,
    }


def test_writes_the_text_of_a_reason(agency, supervisor):
    door = reverse("reason_texts")

    response = client_of(supervisor).post(door, posted(agency))

    assert response.status_code == 302
    assert text_of("policy", agency) == "We hold nobody for ICE."
    assert text_of("policy", factories.make_agency()) != "We hold nobody for ICE."
    assert Entry.objects.filter(event="reason_text.written").count() == 1


def test_keeps_the_text_before(agency, supervisor):
    client = client_of(supervisor)
    client.post(reverse("reason_texts"), posted(agency))

    client.post(reverse("reason_texts"), posted(agency, text="We hold nobody."))

    kept = ReasonText.objects.order_by("id").values_list("text", "ended_at")
    assert list(kept) == [
        ("We hold nobody for ICE.", NOON),
        ("We hold nobody.", None),
    ]


def test_does_not_replace_a_text_that_was_not_on_the_page(agency, supervisor):
    client = client_of(supervisor)
    stale = posted(agency, text="Typed late.")
    client.post(reverse("reason_texts"), posted(agency))

    response = client.post(reverse("reason_texts"), stale)

    words = response.content.decode()
    assert response.status_code == 409
    assert "Typed late." in words
    assert "We hold nobody for ICE." in words
    assert text_of("policy", agency) == "We hold nobody for ICE."


def test_refuses_the_text_of_a_clerk_and_of_another_agency(agency, clerk):
    stranger = factories.make_supervisor(factories.make_agency())
    door = f"{reverse('reason_texts')}?agency={agency.code}"

    answers = [
        client_of(one).post(door, posted(agency)).status_code
        for one in (clerk, stranger)
    ]

    assert answers == [403, 403]
    assert not ReasonText.objects.exists()
