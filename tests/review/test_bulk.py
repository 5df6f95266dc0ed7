"""Labels, and one order over many requests: a result for each, done once."""

from datetime import timedelta

import pytest

from requests_app.ledger.models import Entry
from requests_app.outbox.models import Job
from requests_app.review import tasks
from requests_app.review.models import Assignment, Bulk, Label, Message
from requests_app.review.services import bulk as bulks
from requests_app.review.services import handling, labelling
from tests import factories
from tests.factories import NOON, standing_of

pytestmark = pytest.mark.django_db
WORK = dict(zip(bulks.KINDS, (tasks.carry_out, tasks.carry_on), strict=True))


@pytest.fixture
def desk():
    agency = factories.make_agency()
    clerk = factories.make_clerk(agency)
    return {
        "agency": agency,
        "one": factories.make_supervisor(agency, last_name="First"),
        "two": factories.make_supervisor(agency, last_name="Second"),
        "requests": [
            factories.file_request(agency=agency, clerk=clerk) for _ in range(3)
        ],
    }


def order(desk, what, by="one", requests=None):
    return bulks.order(
        agency=desk["agency"],
        what=what,
        ice_requests=desk["requests"] if requests is None else requests,
        standing=standing_of(desk[by]),
        at=NOON,
    )


def carry(bulk, kind=bulks.KINDS[0]):
    WORK[kind](subject=bulk.public_id, at=NOON)
    bulk.refresh_from_db()
    return bulk


def results(bulk):
    return [item.result for item in bulk.items.order_by("id")]


def label(desk, name="Courthouse"):
    return labelling.add_label(
        agency=desk["agency"], name=name, standing=standing_of(desk["one"]), at=NOON
    )


def test_does_nothing_before_the_job(desk):
    bulk = order(desk, bulks.Order(kind="assign", assignee=desk["two"]))

    assert results(bulk) == ["waiting"] * 3
    assert Job.objects.filter(subject=bulk.public_id).count() == 1


def test_gives_each_and_says_of_each_what_came_of_it(desk):
    handling.claim(
        ice_request=desk["requests"][1], standing=standing_of(desk["two"]), at=NOON
    )

    bulk = carry(order(desk, bulks.Order(kind="assign", assignee=desk["two"])))

    assert results(bulk) == ["done", "skipped", "done"]
    assert "has this request" in bulk.items.get(result="skipped").because
    assert bulk.done_at == NOON
    given = Entry.objects.filter(event="request.given")
    assert [bulk.public_id in one.body for one in given] == [True, True]
    assert {one.user for one in Message.objects.filter(kind="bulk")} == {
        desk["one"],
        desk["two"],
    }


def test_changes_nothing_when_the_job_runs_twice(desk):
    bulk = carry(order(desk, bulks.Order(kind="label", label=label(desk))))
    before = Entry.objects.count()

    carry(bulk)

    assert Entry.objects.count() == before
    assert results(bulk) == ["done"] * 3


def test_goes_on_batch_by_batch(desk, monkeypatch):
    monkeypatch.setattr(bulks, "BATCH", 2)
    bulk = carry(order(desk, bulks.Order(kind="label", label=label(desk))))
    assert results(bulk) == ["done", "done", "waiting"]
    assert bulk.done_at is None
    assert Job.objects.filter(kind=bulks.KINDS[1], subject=bulk.public_id).exists()

    carry(bulk, bulks.KINDS[1])

    assert results(bulk) == ["done"] * 3
    assert Entry.objects.filter(event="request.labelled").count() == 3


def test_puts_off_each(desk):
    until = NOON + timedelta(days=2)

    carry(order(desk, bulks.Order(kind="defer", until=until, code="records")))

    assert {row.deferred_until for row in Assignment.objects.open()} == {until}


def test_does_nothing_for_somebody_who_decides_no_more(desk):
    bulk = order(desk, bulks.Order(kind="label", label=label(desk)))
    appointment = desk["one"].appointments.get()
    appointment.effective_until = NOON.date()
    appointment.save()

    carry(bulk)

    assert results(bulk) == ["skipped"] * 3


@pytest.mark.parametrize("role", ["clerk", "administrator", "auditor"])
def test_takes_no_order_from_those_who_do_not_decide(desk, role):
    desk["person"] = factories.make_person(role, desk["agency"])

    with pytest.raises(bulks.NotYourBulk):
        order(desk, bulks.Order(kind="label", label=label(desk)), by="person")


def test_takes_no_order_over_nothing_or_over_too_many(desk, monkeypatch):
    what = bulks.Order(kind="label", label=label(desk))
    with pytest.raises(bulks.TooMany):
        order(desk, what, requests=[])

    monkeypatch.setattr(bulks, "MOST", 2)
    with pytest.raises(bulks.TooMany):
        order(desk, what)
    assert not Bulk.objects.exists()


# Labels


def test_puts_a_label_on_once_and_takes_it_off(desk):
    made, ice_request = label(desk), desk["requests"][0]
    who = {"standing": standing_of(desk["one"]), "at": NOON}
    labelling.put_on(label=made, ice_request=ice_request, **who)
    with pytest.raises(labelling.LabelledAlready):
        labelling.put_on(label=made, ice_request=ice_request, **who)

    labelling.take_off(label=made, ice_request=ice_request, **who)

    assert not ice_request.labellings.filter(removed_at=None).exists()
    assert Entry.objects.filter(event="request.unlabelled").count() == 1


def test_puts_a_retired_label_on_nothing(desk):
    made = label(desk)
    who = {"standing": standing_of(desk["one"]), "at": NOON}
    labelling.retire_label(label=made, **who)

    with pytest.raises(labelling.LabelRetired):
        labelling.put_on(
            label=Label.objects.get(), ice_request=desk["requests"][0], **who
        )


def test_has_two_labels_of_one_name_only_one_after_the_other(desk):
    first = label(desk)
    with pytest.raises(labelling.LabelTaken):
        label(desk)
    labelling.retire_label(label=first, standing=standing_of(desk["one"]), at=NOON)

    assert label(desk).pk != first.pk


def test_keeps_an_agency_s_label_off_another_s_requests(desk):
    elsewhere = factories.make_agency()
    stranger = factories.make_supervisor(elsewhere)
    theirs = labelling.add_label(
        agency=elsewhere, name="Theirs", standing=standing_of(stranger), at=NOON
    )

    with pytest.raises(labelling.NotYourLabel):
        labelling.put_on(
            label=theirs,
            ice_request=desk["requests"][0],
            standing=standing_of(desk["one"]),
            at=NOON,
        )
