"""A filing commits to its facts; whoever has the key can hold them to it."""

import json

import pytest

from requests_app.docket import services as docket
from requests_app.docket.models import IceRequest, Person
from requests_app.intake import services as intake
from requests_app.ledger.models import Entry
from tests.factories import (
    NOON,
    file_request,
    judicial_warrant,
    make_head,
)

pytestmark = pytest.mark.django_db


def committed(ice_request, event="request.filed"):
    entry = Entry.objects.about(ice_request.public_id).get(event=event)
    return json.loads(entry.body)["commitments"]


def fresh(ice_request):
    return IceRequest.objects.with_keys().get(pk=ice_request.pk)


def test_commits_to_every_sealed_fact_of_a_filing(ice_request):
    columns = {one.partition(":")[0] for one in committed(ice_request)}

    assert columns == {
        "requests_app_icerequest.event_number",
        "requests_app_person.family_names",
        "requests_app_person.given_names",
        "requests_app_person.aliases",
        "requests_app_person.date_of_birth",
        "requests_app_person.a_number",
        "requests_app_custody.narrative",
    }


def test_commits_to_nothing_that_is_the_same_for_the_same_words(agency, clerk):
    one, other = (
        file_request(agency=agency, clerk=clerk, family_names="Quispe")
        for _ in range(2)
    )

    assert set(committed(one)).isdisjoint(committed(other))


def test_finds_the_facts_to_be_what_was_filed(ice_request, agency, clerk):
    with_warrants = file_request(
        agency=agency, clerk=clerk, warrants=[judicial_warrant(), judicial_warrant()]
    )

    assert docket.broken_commitments(fresh(ice_request)) == []
    assert docket.broken_commitments(fresh(with_warrants)) == []


def test_commits_anew_to_what_was_corrected(ice_request, agency):
    intake.correct(
        ice_request=ice_request,
        step="person",
        values={"family_names": "Condori"},
        rows=None,
        rev=1,
        reason="Read the booking sheet again.",
        by=make_head(agency),
        role="head",
        at=NOON,
    )

    assert docket.broken_commitments(fresh(ice_request)) == []
    changed = set(committed(ice_request)) ^ set(
        committed(ice_request, "request.corrected")
    )
    assert {one.partition(":")[0] for one in changed} == {
        "requests_app_person.family_names"
    }


def test_finds_a_fact_that_was_changed_without_a_word(ice_request):
    person = Person.objects.get()
    person.family_names = "Condori"
    person.save(update_fields=["family_names"])

    assert docket.broken_commitments(fresh(ice_request)) == [
        "requests_app_person.family_names"
    ]


def test_finds_a_fact_that_was_taken_away(ice_request):
    person = Person.objects.get()
    person.a_number = ""
    person.save(update_fields=["a_number"])

    assert docket.broken_commitments(fresh(ice_request)) == [
        "requests_app_person.a_number"
    ]
