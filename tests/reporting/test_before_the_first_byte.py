"""The entry of a reading is committed when the first byte of the page leaves."""

from datetime import timedelta

import psycopg
import pytest
import time_machine
from django.core.handlers.wsgi import WSGIHandler
from django.db import connection
from django.test import RequestFactory
from django.urls import reverse

from tests import database
from tests.factories import (
    NOON,
    draw_sample,
    file_request,
    make_agency,
    make_clerk,
    make_person,
)
from tests.test_access import session_of

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world():
    with time_machine.travel(NOON + timedelta(minutes=1)):
        agency = make_agency(code="HERE")
        auditor = make_person("auditor", agency)
        ice_request = file_request(agency=agency, clerk=make_clerk(agency))
        sample = draw_sample(agency=agency, auditor=auditor)
        yield (
            session_of(auditor),
            {
                "request_detail": ice_request.public_id,
                "sample_bundle": sample.public_id,
            },
        )


@pytest.mark.parametrize(
    ("door", "event"),
    [("request_detail", "request.read"), ("sample_bundle", "sample.exported")],
)
def test_is_seen_by_another_connection(world, door, event):
    session, identifiers = world
    environ = RequestFactory().get(reverse(door, args=[identifiers[door]])).environ
    environ["HTTP_COOKIE"] = f"sessionid={session}"
    seen = []

    def start_response(status, headers):
        seen.append((status, newest_of_others()))

    WSGIHandler()(environ, start_response).close()

    assert seen == [("200 OK", event)]


def newest_of_others():
    """The newest entry that another connection sees."""
    where = database.addresses(connection.settings_dict["NAME"])
    with psycopg.connect(where.owner) as other:
        row = other.execute(
            "SELECT event FROM requests_app_entry ORDER BY id DESC LIMIT 1"
        ).fetchone()
    return row[0]
