"""After a change of law: screenings and flags are added, and nothing is rewritten."""

from datetime import date, datetime, timedelta

import pytest

from requests_app import law
from requests_app.docket.models import Status
from requests_app.docket.moments import ZONE
from requests_app.ledger.models import Entry
from requests_app.notices.models import NoticeKind
from requests_app.outbox import tasks as outbox
from requests_app.outbox.models import Job
from requests_app.review import services as review
from requests_app.review import tasks
from requests_app.review.models import (
    Decision,
    Finding,
    Message,
    MessageKind,
    OffenceStatus,
    Screening,
)
from requests_app.review.services import rescreening
from tests import factories
from tests.factories import NOON

SECTION = "53a-196f"
HOLD = "54-192h(b)(1)(A)"

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]


def file(agency, **facts):
    offence = factories.conviction(section=SECTION, felony_class="D")
    facts = {"convictions": [offence], **facts}
    return factories.file_request(
        agency=agency, clerk=factories.make_clerk(agency), **facts
    )


def confirm(**fields):
    return factories.rule_on(SECTION, OffenceStatus.CONFIRMED, **fields)


def work():
    """Have the calendar looked at and deliver all that follows from it."""
    tasks.look_at_the_calendar()
    deliver()


def deliver():
    while job := Job.objects.waiting().filter(kind__startswith="law.").first():
        outbox.deliver(job.public_id)
        assert Job.objects.get(pk=job.pk).last_error == ""


def results_of(subject):
    """What each screening of an ask or an act says of holding, the oldest first."""
    return [
        (one.cause, one.findings.get(citation=HOLD).result)
        for one in subject.screenings.order_by("id")
    ]


def sentences():
    return sorted(Finding.objects.values_list("id", "result", "because"))


def test_adds_a_screening_to_an_open_ask_and_rewrites_none():
    ice_request = file(factories.make_agency())
    before = sentences()
    confirm()

    work()

    ask = factories.ask_of(ice_request)
    assert results_of(ask) == [("filed", "undetermined"), ("law_changed", "compliant")]
    assert [one for one in sentences() if one in before] == before


def test_adds_a_flag_to_an_act_that_a_ruling_makes_a_violation():
    ice_request = file(factories.make_agency())
    act = factories.record_act(ice_request=ice_request, kind="detain")
    factories.rule_on(SECTION, OffenceStatus.STRUCK)

    work()

    assert results_of(act)[-1] == ("law_changed", "violation")


def test_adds_nothing_the_second_time():
    file(factories.make_agency())
    confirm()
    work()
    before = (Screening.objects.count(), Entry.objects.count())

    rescreening.order_rescreening(at=NOON)
    deliver()

    assert (Screening.objects.count(), Entry.objects.count()) == before


def test_reaches_every_agency_and_tells_each_only_its_own():
    here, there = factories.make_agency(), factories.make_agency()
    first, second = file(here), file(there)
    people = [factories.make_supervisor(here), factories.make_supervisor(there)]
    confirm()

    work()

    told = Message.objects.filter(kind=MessageKind.RESCREENED)
    assert {(one.user_id, one.agency_id, one.ice_request_id) for one in told} == {
        (people[0].pk, here.pk, first.pk),
        (people[1].pk, there.pk, second.pk),
    }


def test_leaves_alone_what_the_change_does_not_touch():
    agency = factories.make_agency()
    factories.make_supervisor(agency)
    ice_request = file(agency, convictions=[factories.conviction(felony_class="B")])
    confirm()

    work()

    assert set(ice_request.screenings.values_list("cause", flat=True)) == {"filed"}
    assert not Message.objects.filter(kind=MessageKind.RESCREENED).exists()
    assert not Entry.objects.filter(event="law.rescreened").exists()


def test_supersedes_a_denial_whose_findings_the_ruling_changes():
    agency = factories.make_agency()
    ice_request = file(agency)
    ask = factories.ask_of(ice_request)
    denial = factories.determine(ask=ask, by=factories.make_supervisor(agency))
    factories.serve_notice(ice_request=ice_request, kind=NoticeKind.INTENT)
    confirm()

    work()

    denial.refresh_from_db()
    ice_request.refresh_from_db()
    assert denial.ended_at is not None
    assert denial.screening.cause == "filed"
    assert ice_request.status == Status.AWAITING
    assert ice_request.assignments.open().count() == 1
    assert ice_request.notices.filter(kind=NoticeKind.INTENT).owed().count() == 1


def test_leaves_a_denial_when_the_ruling_counts_only_from_a_later_day():
    agency = factories.make_agency()
    ice_request = file(agency)
    ask = factories.ask_of(ice_request)
    denial = factories.determine(
        ask=ask,
        by=factories.make_supervisor(agency),
        at=NOON - timedelta(minutes=1),
    )
    confirm(effective_from=NOON.date() + timedelta(days=1), at=NOON)

    rescreening.rescreen(ice_request=ice_request, at=NOON + timedelta(days=1))

    denial.refresh_from_db()
    assert denial.ended_at is None
    assert results_of(ask) == [("filed", "undetermined")]


def test_leaves_what_was_carried_out_and_flags_the_act():
    agency = factories.make_agency()
    ice_request = file(agency)
    ask = factories.ask_of(ice_request)
    approval = factories.determine(
        ask=ask,
        by=factories.make_supervisor(agency),
        decision=Decision.APPROVE,
        reason_code="other_authority",
        authority="An invented opinion",
        at=NOON - timedelta(minutes=45),
    )
    act = factories.record_act(ice_request=ice_request, kind="detain", ask=ask)
    factories.rule_on(SECTION, OffenceStatus.STRUCK)

    work()

    approval.refresh_from_db()
    assert approval.ended_at is None
    assert results_of(ask) == [("filed", "undetermined")]
    assert results_of(act)[-1] == ("law_changed", "violation")


def test_supersedes_an_approval_still_to_be_carried_out():
    agency = factories.make_agency()
    ice_request = file(agency)
    ask = factories.ask_of(ice_request)
    approval = factories.determine(
        ask=ask,
        by=factories.make_supervisor(agency),
        decision=Decision.APPROVE,
        reason_code="other_authority",
        authority="An invented opinion",
    )
    factories.rule_on(SECTION, OffenceStatus.STRUCK)

    work()

    approval.refresh_from_db()
    assert approval.ended_at is not None


def test_leaves_a_denial_of_somebody_who_is_gone():
    agency = factories.make_agency()
    ice_request = file(agency, release_expected_at=NOON - timedelta(minutes=20))
    ask = factories.ask_of(ice_request)
    denial = factories.determine(ask=ask, by=factories.make_supervisor(agency))
    confirm()

    work()

    denial.refresh_from_db()
    assert denial.ended_at is None


def test_enters_that_the_portal_did_it():
    ice_request = file(factories.make_agency(code="HERE"))
    confirm()

    work()

    entry = Entry.objects.get(event="law.rescreened")
    assert (entry.subject, entry.actor) == (ice_request.public_id, "system")
    assert entry.agency == "HERE"
    added = ice_request.screenings.get(cause="law_changed")
    assert added.public_id in entry.body


def test_goes_on_from_batch_to_batch(monkeypatch):
    monkeypatch.setattr(rescreening, "BATCH", 2)
    agency = factories.make_agency()
    for _ in range(5):
        file(agency)
    confirm()

    work()

    assert Screening.objects.filter(cause="law_changed", ask__isnull=False).count() == 5


def test_waits_for_the_day_from_which_a_ruling_counts():
    ice_request = file(factories.make_agency())
    confirm(effective_from=date(2026, 3, 11))
    work()
    ask = factories.ask_of(ice_request)
    assert results_of(ask) == [("filed", "undetermined")]
    midnight = datetime(2026, 3, 11, tzinfo=ZONE)

    rescreening.look_at_the_calendar(
        subject="statute", at=midnight - timedelta(seconds=1)
    )
    before = Job.objects.waiting().filter(kind=rescreening.CHANGED).count()
    rescreening.look_at_the_calendar(subject="statute", at=midnight)

    assert before == 0
    assert Job.objects.waiting().filter(kind=rescreening.CHANGED).count() == 1
    rescreening.rescreen(ice_request=ice_request, at=midnight)
    assert results_of(ask)[-1] == ("law_changed", "compliant")


def test_orders_once_for_one_change():
    confirm()

    work()
    work()

    assert Job.objects.filter(kind=rescreening.CHANGED).count() == 1


def test_orders_once_for_a_release_that_brings_a_table_of_a_past_date(settings):
    agency = factories.make_agency()
    file(agency)
    work()
    settings.CODE_VERSION = "0.2.0+law.0badcafe"

    ordered = [rescreening.order_if_changed(at=NOON) for _ in range(2)]

    assert ordered == [True, False]
    waiting = Job.objects.waiting().get(kind=rescreening.CHANGED)
    assert waiting.subject == "statute-0badcafe"


def test_orders_nothing_for_a_release_with_the_same_law(settings):
    work()
    settings.CODE_VERSION = settings.CODE_VERSION.replace("0.1.0", "0.2.0")

    assert rescreening.order_if_changed(at=NOON) is False


def test_judges_by_the_stay_that_a_release_brings_with_a_past_date(
    settings, monkeypatch
):
    ice_request = file(factories.make_agency(), convictions=())
    work()
    stayed = law.STATUTE.supposing_stay(HOLD, date(2026, 1, 5))
    monkeypatch.setattr(law, "STATUTE", stayed)
    settings.CODE_VERSION = "0.2.0+law.0badcafe"

    work()

    said = results_of(factories.ask_of(ice_request))
    assert said == [("filed", "violation"), ("law_changed", "undetermined")]


def reviewed_act(agency):
    """A request whose only act was read and marked as reviewed by the head."""
    ice_request = file(agency)
    ask = factories.ask_of(ice_request)
    factories.determine(
        ask=ask,
        by=factories.make_supervisor(agency),
        decision=Decision.APPROVE,
        reason_code="other_authority",
        authority="An invented opinion",
        at=NOON - timedelta(minutes=45),
    )
    act = factories.record_act(ice_request=ice_request, kind="detain", ask=ask)
    review.close(
        assignment=ice_request.assignments.open().get(),
        note="Read with counsel.",
        seen=review.newest_flags(ice_request),
        by=factories.make_head(agency),
        role="head",
        at=NOON,
    )
    return ice_request, act


def _kept(ice_request):
    """What each assignment keeps, the oldest first."""
    named = ("id", "queue", "rule", "inputs", "closed_at", "reviewed_act_id")
    return list(ice_request.assignments.order_by("id").values_list(*named))


def test_brings_back_what_was_reviewed_when_it_becomes_a_violation():
    agency = factories.make_agency()
    supervisor = factories.make_supervisor(agency)
    ice_request, act = reviewed_act(agency)
    before = _kept(ice_request)
    factories.rule_on(SECTION, OffenceStatus.STRUCK)

    rescreening.rescreen(ice_request=ice_request, at=NOON + timedelta(hours=1))

    again = ice_request.assignments.open().get()
    assert results_of(act)[-1] == ("law_changed", "violation")
    assert (again.queue, again.rule, again.level) == ("head", "act_reread", 2)
    assert again.inputs["is_reread"] is True
    assert _kept(ice_request)[:-1] == before
    assert Message.objects.filter(
        user=supervisor, kind=MessageKind.RESCREENED, ice_request=ice_request
    ).exists()


def test_leaves_reviewed_what_becomes_no_violation():
    agency = factories.make_agency()
    ice_request, act = reviewed_act(agency)
    confirm()

    rescreening.rescreen(ice_request=ice_request, at=NOON + timedelta(hours=1))

    assert results_of(act)[-1] == ("law_changed", "compliant")
    assert ice_request.assignments.open().count() == 0


def test_marks_what_came_back_as_reviewed_once_more():
    agency = factories.make_agency()
    ice_request, _ = reviewed_act(agency)
    seen = review.newest_flags(ice_request)
    factories.rule_on(SECTION, OffenceStatus.STRUCK)
    rescreening.rescreen(ice_request=ice_request, at=NOON + timedelta(hours=1))
    said = {
        "assignment": ice_request.assignments.open().get(),
        "note": "Read again.",
        "by": factories.make_head(agency),
        "role": "head",
        "at": NOON + timedelta(hours=2),
    }

    with pytest.raises(review.NotClosable):
        review.close(seen=seen, **said)
    review.close(seen=review.newest_flags(ice_request), **said)

    assert ice_request.assignments.open().count() == 0


def test_knows_when_the_law_last_became_another():
    stayed = law.STATUTE.supposing_stay(HOLD, date(2026, 1, 5))

    assert rescreening.last_change(at=NOON, statute=law.STATUTE) == datetime(
        2025, 10, 1, tzinfo=ZONE
    )
    assert rescreening.last_change(at=NOON, statute=stayed) == datetime(
        2026, 1, 5, tzinfo=ZONE
    )


def test_supersedes_the_denial_of_another_ask_when_a_decider_meets_the_new_law():
    agency = factories.make_agency()
    ice_request = file(agency, asks=["hold", "transfer"])
    supervisor = factories.make_supervisor(agency)
    denial = factories.determine(ask=factories.ask_of(ice_request), by=supervisor)
    confirm()

    with pytest.raises(review.FindingsChanged):
        factories.determine(
            ask=factories.ask_of(ice_request, "transfer"), by=supervisor
        )

    denial.refresh_from_db()
    assert denial.ended_at is not None
