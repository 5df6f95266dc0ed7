"""The blind index: tokens under a key of each agency, and the search that uses them."""

from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from requests_app.accounts import tenancy
from requests_app.docket import names
from requests_app.docket import services as docket
from requests_app.docket.models import IceRequest
from requests_app.vault import blind
from tests.factories import file_request, make_agency, make_clerk

pytestmark = pytest.mark.django_db


def found(agency, name):
    requests = IceRequest.objects.with_keys().select_related("person")
    return docket.search(requests=requests, name=name, agencies=[agency.pk], most=50)


@pytest.mark.parametrize(
    "typed",
    ["quispe", "Mamani José", "JOSE  quispe", "quispo", "qiuspe mamami", "kispe"]
    + ["sastre", "el sastre josé", "Mamaní"],
)
def test_finds_a_person_whatever_the_order_the_accents_and_a_slip(
    ice_request, agency, typed
):
    assert found(agency, typed) == [ice_request]


@pytest.mark.parametrize(
    "typed", ["condori", "quispe condori", "", "--", "jo", "x" * 99]
)
def test_finds_nobody_else(ice_request, agency, typed):
    assert found(agency, typed) == []


def test_shows_the_likest_first(agency, clerk):
    heard, slipped, exact = (
        file_request(agency=agency, clerk=clerk, family_names=name)
        for name in ("Kyspe", "Quispo", "Quispe")
    )

    assert found(agency, "quispe") == [exact, slipped, heard]


def test_opens_no_more_candidates_than_it_should(agency, clerk, monkeypatch):
    monkeypatch.setattr(docket, "MOST_CANDIDATES", 2)
    for _ in range(3):
        file_request(agency=agency, clerk=clerk, family_names="Quispe")

    assert len(found(agency, "quispe")) == 2


@pytest.mark.parametrize(
    ("purpose", "value", "is_found"),
    [
        (blind.ALIEN_NUMBER, "a 087-654-321", True),
        (blind.ALIEN_NUMBER, "A087654322", False),
        (blind.EVENT_NUMBER, "evt17", True),
        (blind.EVENT_NUMBER, "A087654321", False),
        (blind.BIRTH, names.name_and_birth("mamani QUISPE", date(1990, 2, 1)), True),
        (blind.BIRTH, names.name_and_birth("quispe mamani", date(1990, 2, 2)), False),
    ],
)
def test_finds_by_a_number_exactly(ice_request, agency, purpose, value, is_found):
    rows = IceRequest.objects.identified(purpose, value, agencies=[agency.pk])

    assert rows.exists() is is_found


def test_makes_other_tokens_of_the_same_name_at_another_agency(ice_request, agency):
    elsewhere = make_agency()
    other = file_request(
        agency=elsewhere,
        clerk=make_clerk(elsewhere),
        family_names="Quispe Mamani",
        given_names="José",
        aliases="El Sastre",
        a_number="A087654321",
        event_number="EVT-17",
    )

    assert set(ice_request.found_by).isdisjoint(other.found_by)
    assert len(ice_request.found_by) == len(other.found_by)
    assert found(elsewhere, "quispe") == [other]


def test_searches_several_agencies_at_once(ice_request, agency):
    elsewhere = make_agency()
    other = file_request(
        agency=elsewhere, clerk=make_clerk(elsewhere), family_names="Quispe"
    )

    requests = IceRequest.objects.named("quispe", agencies=[agency.pk, elsewhere.pk])

    assert set(requests) == {ice_request, other}


def test_would_find_one_name_in_two_agencies_under_one_key(
    ice_request, agency, monkeypatch
):
    monkeypatch.setattr(blind, "_purpose", lambda agency, purpose: purpose)
    _, one = blind.tokens_to_keep([("name", "quispe")], agency=1)
    _, other = blind.tokens_to_keep([("name", "quispe")], agency=2)

    assert one == other


def test_orders_the_tokens_so_that_they_tell_nothing(ice_request):
    tokens = ice_request.found_by

    assert tokens == sorted(set(tokens))
    assert all(-(2**63) <= one < 2**63 for one in tokens)


def test_sends_the_database_no_name(ice_request, agency):
    rows = IceRequest.objects.named("quispe", agencies=[agency.pk])
    statement, parameters = rows.query.sql_with_params()

    assert "quispe" not in f"{statement} {parameters}".casefold()


def test_uses_the_index_of_tokens(ice_request, agency):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(
            "SELECT tests.as_owner($$ CREATE TEMP TABLE plan (line text) $$)"
        )
        cursor.execute(
            """
            SELECT tests.as_owner($_$ DO $$ DECLARE one text; BEGIN
                FOR one IN EXPLAIN SELECT id FROM public.requests_app_icerequest
                    WHERE found_by && '{1,2}'::bigint[]
                LOOP INSERT INTO plan VALUES (one); END LOOP;
            END $$ $_$)
            """
        )
        cursor.execute("SELECT tests.as_owner($$ GRANT SELECT ON plan TO PUBLIC $$)")
        cursor.execute("SELECT string_agg(line, ' ') FROM plan")
        (plan,) = cursor.fetchone()

    assert "ice_request_found_by" in plan


def test_shows_nothing_of_an_agency_to_whoever_has_its_tokens(ice_request, agency):
    elsewhere = make_agency()

    with tenancy.entered(tenancy.of_agency(elsewhere)):
        named = IceRequest.objects.named("quispe", agencies=[agency.pk]).exists()

    assert named is False
    assert IceRequest.objects.named("quispe", agencies=[agency.pk]).exists()


def test_answers_a_search_alike_for_who_is_elsewhere_and_who_is_nowhere(
    ice_request, agency
):
    elsewhere = make_agency()
    client = Client()
    client.force_login(make_clerk(elsewhere))

    pages = [
        client.post(reverse("request_search"), {"name": name})
        for name in ("Quispe Mamani", "Condorcanqui")
    ]

    assert [page.status_code for page in pages] == [200, 200]
    assert [page.context["rows"] for page in pages] == [[], []]
