"""Duplicates: found by tokens, decided by people, kept, and never across agencies."""

from datetime import date

import pytest
from django.urls import reverse

from requests_app.docket import chains
from requests_app.docket.models import IceRequest, Link, LinkKind, Signal
from requests_app.intake import duplicates, linking, services
from requests_app.ledger.models import Entry
from tests.factories import (
    NOON,
    file_request,
    make_agency,
    make_clerk,
    make_draft,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def place():
    agency = make_agency()
    return agency, make_clerk(agency)


def _file(place, **facts):
    agency, clerk = place
    return file_request(agency=agency, clerk=clerk, **facts)


def _found(ice_request):
    return linking.of_request(IceRequest.objects.get(pk=ice_request.pk))


@pytest.mark.parametrize(
    ("facts", "signal"),
    [
        ({"event_number": "EV-1 2345"}, Signal.EVENT_NUMBER),
        ({"a_number": "A012345678"}, Signal.A_NUMBER),
        ({"subject_id": "998877"}, Signal.SUBJECT_ID),
        ({"booking_number": "B-77"}, Signal.BOOKING_NUMBER),
    ],
)
def test_finds_a_number_whatever_the_name(place, facts, signal):
    born = {"date_of_birth": date(1970, 1, 1), "family_names": "Otro"}
    first = _file(place, given_names="Bruno", **born, **facts)
    second = _file(place, **facts)

    (one,) = _found(second)

    assert one.ice_request == first
    assert signal in one.signals
    assert one.must_be_decided


def test_finds_family_name_and_birth_date_without_accents(place):
    first = _file(place, family_names="Muñoz Peña")
    second = _file(place, family_names="MUNOZ-PENA", given_names="Otra")

    (one,) = _found(second)

    assert one.ice_request == first
    assert Signal.PERSON in one.signals


def test_a_name_spelled_by_ear_is_a_weak_sign(place):
    _file(
        place,
        family_names="Quispe Mamani",
        date_of_birth_answer="unknown",
        date_of_birth="",
    )
    second = _file(place, family_names="Kispe Mamani")

    (one,) = _found(second)

    assert Signal.NAME in one.signals
    assert not one.must_be_decided


def test_two_people_of_one_name_with_other_birth_dates_are_none(place):
    _file(place, family_names="Quispe", date_of_birth=date(1970, 5, 5))
    second = _file(place, family_names="Quispe", date_of_birth=date(1990, 5, 5))

    assert _found(second) == []


def test_finds_nothing_of_another_agency(place):
    other = make_agency()
    file_request(agency=other, clerk=make_clerk(other), event_number="EV-9")
    own = _file(place, event_number="EV-9")

    assert _found(own) == []


def test_more_in_common_scores_higher():
    one = duplicates.score_of([Signal.PERSON])
    more = duplicates.score_of([Signal.PERSON, Signal.EVENT_NUMBER])

    assert 0 < one < more < 100


def _decide(place, ice_request, kind, at=NOON):
    (candidate,) = [one for one in _found(ice_request)][:1]
    return linking.decide(
        ice_request=ice_request,
        candidate=candidate,
        kind=kind,
        reason="Same fax",
        by=place[1],
        role="clerk",
        at=at,
    )


def test_a_decision_is_kept_once_in_both_histories(place):
    first = _file(place, event_number="EV-1")
    second = _file(place, event_number="EV-1")

    link = _decide(place, first, LinkKind.SUPERSEDES)
    again = _decide(place, second, LinkKind.SUPERSEDES)

    assert link == again
    assert (link.ice_request, link.other) == (second, first)
    assert link.reason == "Same fax"
    about = [one.public_id for one in (first, second)]
    entries = Entry.objects.filter(event="request.linked", subject__in=about)
    assert entries.count() == 2


def test_a_later_decision_counts_and_the_earlier_stays(place):
    first = _file(place, event_number="EV-1")
    second = _file(place, event_number="EV-1")
    _decide(place, second, LinkKind.SUPERSEDES)

    _decide(place, second, LinkKind.NOT_DUPLICATE)

    assert Link.objects.count() == 2
    assert chains.linked_to(first) == []
    assert _found(second)[0].decided == "Has nothing to do with it"


def test_cancelled_and_issued_again_form_one_chain(place):
    first, second, third = (
        _file(place, event_number=number, family_names=name)
        for number, name in (("EV-1", "Uno"), ("EV-1", "Dos"), ("EV-2", "Tres"))
    )
    _decide(place, second, LinkKind.CANCELS)
    linking.decide(
        ice_request=third,
        candidate=duplicates.Candidate(second, 50, (Signal.NAME,)),
        kind=LinkKind.SUPERSEDES,
        reason="",
        by=place[1],
        role="clerk",
        at=NOON,
    )

    said = {one.ice_request: one.words for one in chains.linked_to(first)}

    assert said == {
        second: "cancels this one",
        third: "is of the same chain",
    }


def test_requests_of_two_agencies_are_never_linked(place):
    other = make_agency()
    theirs = file_request(agency=other, clerk=make_clerk(other))
    own = _file(place)

    with pytest.raises(linking.NotOfOneAgency):
        linking.decide(
            ice_request=own,
            candidate=duplicates.Candidate(theirs, 90, (Signal.PERSON,)),
            kind=LinkKind.LINKED,
            reason="",
            by=place[1],
            role="clerk",
            at=NOON,
        )


# At filing


def _draft(place, **facts):
    agency, clerk = place
    return make_draft(agency=agency, owner=clerk, **facts)


def test_a_likely_duplicate_has_to_be_decided_on_before_filing(place):
    first = _file(place, event_number="EV-1")
    draft = _draft(place, event_number="EV-1")

    with pytest.raises(linking.Undecided):
        services.file_draft(draft=draft, role="clerk", at=NOON, chosen={})
    chosen = {first.public_id: "supersedes"}
    ice_request = services.file_draft(draft=draft, role="clerk", at=NOON, chosen=chosen)

    (link,) = Link.objects.all()
    assert (link.ice_request, link.other) == (ice_request, first)


# The pages


def test_the_pages_show_two_requests_side_by_side_and_keep_the_choice(place, client):
    first = _file(place, event_number="EV-1", given_names="Bruno")
    second = _file(place, event_number="EV-1")
    client.force_login(place[1])

    listed = client.get(reverse("duplicate_list", args=[second.public_id]))
    page = reverse("duplicate_decide", args=[second.public_id, first.public_id])
    shown = client.get(page)
    refused = client.post(page, {"reason": ""})
    kept = client.post(page, {"kind": "supersedes", "reason": "Re-issued"})

    assert first.number in listed.content.decode()
    assert "Bruno" in shown.content.decode()
    assert refused.status_code == 422
    assert kept.status_code == 302
    detail = client.get(reverse("request_detail", args=[first.public_id]))
    assert "takes the place of this one" in detail.content.decode()


def test_what_is_not_alike_is_not_there_to_compare(place, client):
    second = _file(place)
    other = make_agency()
    theirs = file_request(agency=other, clerk=make_clerk(other))
    client.force_login(place[1])

    pages = [
        client.get(reverse("duplicate_decide", args=[second.public_id, one]))
        for one in (theirs.public_id, "-" * 22)
    ]

    assert [one.status_code for one in pages] == [404, 404]


def test_the_review_step_asks_what_a_likely_duplicate_is(place, client):
    first = _file(place, event_number="EV-1", at=NOON)
    draft = _draft(place, event_number="EV-1", late_reason="An older fax")
    client.force_login(place[1])
    page = reverse("draft_step", args=[draft.public_id, "review"])

    shown = client.get(page)
    refused = client.post(page, {"attested": "yes"})
    filed = client.post(page, {"attested": "yes", f"alike-{first.public_id}": "linked"})

    assert "Requests that may be the same" in shown.content.decode()
    assert refused.status_code == 422
    assert "Say of each likely duplicate" in refused.content.decode()
    assert filed.status_code == 302
    assert Link.objects.get().kind == "linked"
