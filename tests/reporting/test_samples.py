"""An auditor's samples: drawn with a seed on record, checked, signed off once."""

import io
import json
import zipfile
from datetime import timedelta

import pytest
import time_machine
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse

from requests_app.ledger.models import Entry
from requests_app.reporting import sampling, services
from requests_app.reporting.models import (
    Question,
    Sample,
    SampleCheck,
    SampleFinding,
    SampleItem,
    SampleSignOff,
)
from tests.factories import (
    NOON,
    ask_of,
    file_request,
    make_agency,
    make_auditor,
    make_clerk,
    make_head,
    override,
    record_act,
    standing_of,
)

DAY = NOON.date()
WORDS = "An invented paper is missing."
# By the grants of the portal's role; under its owner, by the trigger.
REFUSED = "permission denied|Cannot"

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def noon():
    with time_machine.travel(NOON + timedelta(minutes=1)):
        yield


@pytest.fixture
def agency():
    agency = make_agency(code="HERE")
    clerk = make_clerk(agency)
    for _ in range(4):
        file_request(agency=agency, clerk=clerk)
    return agency


@pytest.fixture
def auditor(agency):
    return make_auditor(agency)


def draw(auditor, agency, **changes):
    wanted = {"since": DAY, "until": DAY, "kind": "random", "size": 2, **changes}
    return services.draw_sample(
        agency=agency, standing=standing_of(auditor), at=NOON, **wanted
    )


def check_all(sample, auditor):
    for item in sample.items.all():
        services.check(
            item=item,
            answers=dict.fromkeys(Question.values, "yes"),
            by=auditor,
            at=NOON,
        )


def client_of(person):
    client = Client()
    client.force_login(person)
    return client


# Drawing


def test_draws_what_population_and_seed_give(auditor, agency):
    sample = draw(auditor, agency, size=3)

    again = sampling.draw(sampling.read(sample.population), seed=sample.seed, size=3)
    kept = sample.items.order_by("place").values_list(
        "ice_request__public_id", "weight", "ticket"
    )
    assert list(kept) == [(one.id, one.weight, one.ticket) for one in again]


def test_records_the_seed_and_the_digest_with_the_draw(auditor, agency):
    sample = draw(auditor, agency)

    entry = Entry.objects.get(event="sample.drawn", subject=sample.public_id)
    body = json.loads(entry.body)
    assert body["seed"] == sample.seed
    assert body["digest"] == sampling.digest(sample.population)
    assert body["population"] == 4


def test_draws_with_a_new_seed_each_time(auditor, agency):
    assert draw(auditor, agency).seed != draw(auditor, agency).seed


def test_weighs_overrides_mismatches_and_findings(auditor, agency):
    ice_request = file_request(agency=agency, clerk=make_clerk(agency))
    override(ask=ask_of(ice_request), head=make_head(agency))
    record_act(ice_request=ice_request, kind="interview")

    weights = services.population(agency=agency, since=DAY, until=DAY, kind="weighted")

    others = set(weights.values()) - {weights[ice_request.public_id]}
    assert weights[ice_request.public_id] > max(others) >= 4


def test_draws_only_of_the_period_and_the_agency(auditor, agency):
    elsewhere = make_agency(code="THERE")
    file_request(agency=elsewhere, clerk=make_clerk(elsewhere))
    week = timedelta(days=7)

    inside = services.population(agency=agency, since=DAY, until=DAY, kind="random")
    before = services.population(
        agency=agency, since=DAY - week, until=DAY - week, kind="random"
    )

    assert len(inside) == 4
    assert before == {}


def test_refuses_more_than_there_are(auditor, agency):
    with pytest.raises(services.TooFewRequests, match="There are 4 requests"):
        draw(auditor, agency, size=5)


def test_refuses_another_agency_and_the_state_to_an_agency_s_auditor(auditor, agency):
    elsewhere = make_agency(code="THERE")

    for other in (elsewhere, None):
        with pytest.raises(services.NotYours):
            draw(auditor, other)


def test_lets_the_state_s_auditor_draw_from_every_agency(agency):
    elsewhere = make_agency(code="THERE")
    file_request(agency=elsewhere, clerk=make_clerk(elsewhere))

    sample = draw(make_auditor(None), None, size=5)

    assert sample.population_size == 5


# Checking, finding, signing


def test_counts_the_later_answer_and_keeps_the_earlier(auditor, agency):
    item = draw(auditor, agency).items.first()

    for answer in ("no", "yes"):
        services.check(item=item, answers={"papers": answer}, by=auditor, at=NOON)

    assert services.answers_of(item.sample)[item.pk]["papers"].answer == "yes"
    assert SampleCheck.objects.filter(item=item).count() == 2


def test_seals_the_words_of_a_finding(auditor, agency):
    item = draw(auditor, agency).items.first()

    services.find(item=item, gravity="note", words=WORDS, by=auditor, at=NOON)

    (kept,) = services.findings_of(item.sample)
    assert services.words_of(kept) == WORDS
    with transaction.atomic():
        raw = SampleFinding.objects.raw(
            "SELECT id, encode(words, 'escape') AS plain"
            " FROM requests_app_samplefinding"
        )
        assert "invented" not in raw[0].plain


def test_signs_off_only_what_is_wholly_checked(auditor, agency):
    sample = draw(auditor, agency)

    with pytest.raises(services.NotAllChecked):
        services.sign_off(sample=sample, conclusion="in_order", by=auditor, at=NOON)


def test_adds_nothing_after_the_sign_off(auditor, agency):
    sample = draw(auditor, agency)
    check_all(sample, auditor)
    services.sign_off(sample=sample, conclusion="in_order", by=auditor, at=NOON)
    item = sample.items.first()

    with pytest.raises(services.SignedOff):
        services.find(item=item, gravity="note", words=WORDS, by=auditor, at=NOON)
    with pytest.raises(services.SignedOff):
        services.check(item=item, answers={"papers": "no"}, by=auditor, at=NOON)
    with pytest.raises(services.SignedOff):
        services.sign_off(sample=sample, conclusion="in_order", by=auditor, at=NOON)


def test_has_the_database_refuse_it_too(auditor, agency):
    sample = draw(auditor, agency)
    item = sample.items.first()
    with pytest.raises(DatabaseError, match="every question"), transaction.atomic():
        SampleSignOff.objects.create(
            sample=sample, conclusion="in_order", signed_by=auditor, signed_at=NOON
        )
    check_all(sample, auditor)
    services.sign_off(sample=sample, conclusion="in_order", by=auditor, at=NOON)

    with pytest.raises(DatabaseError, match="added to no more"), transaction.atomic():
        SampleCheck.objects.create(
            item=item,
            question="papers",
            answer="no",
            checked_by=auditor,
            checked_at=NOON,
        )


def test_draws_no_item_of_another_agency_by_sql(auditor, agency):
    sample = draw(auditor, agency, size=1)
    elsewhere = make_agency(code="THERE")
    foreign = file_request(agency=elsewhere, clerk=make_clerk(elsewhere))

    with pytest.raises(DatabaseError, match="drawn from"), transaction.atomic():
        SampleItem.objects.create(
            sample=sample, ice_request=foreign, place=2, weight=1, ticket="0"
        )


@pytest.mark.parametrize(
    "model", [Sample, SampleItem, SampleCheck, SampleFinding, SampleSignOff]
)
def test_is_never_edited_nor_deleted(auditor, agency, model):
    sample = draw(auditor, agency)
    services.find(
        item=sample.items.first(), gravity="note", words=WORDS, by=auditor, at=NOON
    )
    check_all(sample, auditor)
    services.sign_off(sample=sample, conclusion="in_order", by=auditor, at=NOON)
    rows = model.objects.all()

    with pytest.raises(DatabaseError, match=REFUSED), transaction.atomic():
        rows.update(id=-1)
    with pytest.raises(DatabaseError, match=REFUSED), transaction.atomic():
        rows._raw_delete(rows.db)


# The pages


def test_leads_from_drawing_to_the_sign_off(auditor, agency):
    client = client_of(auditor)

    drawn = client.post(
        reverse("sample_new"),
        {
            "since": DAY,
            "until": DAY,
            "agency": agency.pk,
            "kind": "weighted",
            "size": 1,
        },
    )
    sample = Sample.objects.get()
    item = sample.items.get()
    at_item = reverse("sample_item", args=[sample.public_id, item.public_id])
    client.post(at_item, {"_check": "1", **dict.fromkeys(Question.values, "yes")})
    client.post(at_item, {"_find": "1", "gravity": "note", "words": WORDS})
    page = client.get(at_item).content.decode()
    signed = client.post(
        reverse("sample_sign_off", args=[sample.public_id]),
        {"conclusion": "exceptions"},
    )

    assert drawn.url == reverse("sample_detail", args=[sample.public_id])
    assert WORDS in page
    assert signed.status_code == 302
    assert sample.sign_off.conclusion == "exceptions"


@pytest.mark.parametrize(
    ("posted", "words"),
    [
        ({}, "Enter the first day of the range"),
        ({"since": DAY, "until": DAY, "kind": "random", "size": 9}, "There are 4"),
        ({"since": DAY, "until": DAY, "kind": "random", "size": 101}, "less than"),
    ],
)
def test_says_what_is_wrong_with_a_draw(auditor, agency, posted, words):
    answer = client_of(auditor).post(
        reverse("sample_new"), {"agency": agency.pk, **posted}
    )

    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not Sample.objects.exists()


def test_shows_no_sample_of_another_agency(auditor, agency):
    elsewhere = make_agency(code="THERE")
    file_request(agency=elsewhere, clerk=make_clerk(elsewhere))
    foreign = draw(make_auditor(elsewhere), elsewhere, size=1)
    item = foreign.items.get()
    client = client_of(auditor)

    doors = [
        reverse("sample_detail", args=[foreign.public_id]),
        reverse("sample_bundle", args=[foreign.public_id]),
        reverse("sample_item", args=[foreign.public_id, item.public_id]),
    ]

    assert [client.get(door).status_code for door in doors] == [404] * 3
    assert foreign.public_id not in client.get(reverse("sample_list")).content.decode()


# The bundle


def opened(answer):
    archive = zipfile.ZipFile(io.BytesIO(answer.content))
    return {name: archive.read(name).decode() for name in archive.namelist()}


def test_hands_out_what_the_sample_rests_on(auditor, agency):
    sample = draw(auditor, agency, size=2)
    item = sample.items.order_by("place").first()
    services.find(item=item, gravity="serious", words=WORDS, by=auditor, at=NOON)

    answer = client_of(auditor).get(reverse("sample_bundle", args=[sample.public_id]))

    files = opened(answer)
    said = json.loads(files["sample.json"])
    population = sampling.read(files["population.txt"])
    again = sampling.draw(population, seed=said["seed"], size=said["size"])
    items = json.loads(files["items.json"])
    assert [one.id for one in again] == [one["request"] for one in items]
    assert items[0]["findings"][0]["words"] == WORDS
    history = json.loads(files[f"history/{item.ice_request.number}.json"])
    assert history[0]["event"] == "request.filed"
    assert answer["Content-Disposition"].startswith("attachment")


def test_hands_out_no_name_of_a_person(auditor, agency):
    ice_request = file_request(
        agency=agency, clerk=make_clerk(agency), family_names="Quetzalcanary"
    )
    sample = draw(auditor, agency, size=5)

    answer = client_of(auditor).get(reverse("sample_bundle", args=[sample.public_id]))

    files = opened(answer)
    assert f"history/{ice_request.number}.json" in files
    assert "Quetzalcanary" not in "".join(files.values())
