"""What every answer carries, and what an answer to an error does not say."""

import logging
import os
import subprocess
import sys
from urllib.parse import quote

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import DatabaseError, OperationalError
from django.test import Client
from django.urls import reverse

from requests_app.accounts import access, views
from requests_app.review.views import requests as request_pages
from tests.factories import (
    PASSWORD,
    file_request,
    make_agency,
    make_clerk,
    make_user,
)

CANARY = "Ejemplo Inventado"

pytestmark = pytest.mark.django_db


@pytest.fixture
def clerk():
    return make_clerk(make_agency())


@pytest.fixture
def failing(client, clerk, monkeypatch):
    """A page that fails, with a name in the error, in its address and in its form."""

    def fail(request, request_id):
        typed = request.POST.get("family_names", "")
        raise ValueError(f"no such person: {CANARY} {typed}")

    monkeypatch.setattr(request_pages, "visible_request", fail)
    client.force_login(clerk)
    client.raise_request_exception = False
    return reverse("request_detail", args=["a" * 22]) + "?q=" + quote(CANARY)


def sign_in(client, **more):
    make_user(username="aperson", password=PASSWORD)
    return client.post(
        reverse("account_login"), {"login": "aperson", "password": PASSWORD, **more}
    )


# Headers


HEADERS = {
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def every_answer(client, clerk):
    """An answer of each kind: a page, a redirect, refusals, and no page at all."""
    anonymous = Client()
    client.force_login(clerk)
    return {
        "sign-in": anonymous.get(reverse("account_login")),
        "to the sign-in": anonymous.get(reverse("request_list")),
        "a page": client.get(reverse("request_list")),
        "refused": client.get(reverse("worklist")),
        "missing": client.get(reverse("request_detail", args=["a" * 22])),
        "no address": client.get("/no/such/address/"),
        "method": client.put(reverse("request_list")),
        "health": anonymous.get(reverse("healthz")),
    }


@pytest.mark.parametrize("header", HEADERS)
def test_carries_on_every_answer(client, clerk, header):
    answers = every_answer(client, clerk)

    found = {name: answer.headers.get(header) for name, answer in answers.items()}
    assert found == dict.fromkeys(answers, HEADERS[header])


def test_is_kept_by_no_browser_and_no_proxy(client, clerk):
    answers = every_answer(client, clerk)

    kept = [
        name
        for name, answer in answers.items()
        if "no-store" not in answer.headers.get("Cache-Control", "")
    ]
    assert kept == []


def test_turns_the_devices_off(client, clerk):
    answers = every_answer(client, clerk)

    assert {answer.headers["Permissions-Policy"] for answer in answers.values()} == {
        "camera=(), geolocation=(), microphone=(), payment=(), usb=()"
    }


def test_carries_a_content_policy_without_anything_unsafe(client, clerk):
    answers = every_answer(client, clerk)

    policies = {
        answer.headers["Content-Security-Policy"] for answer in answers.values()
    }
    (policy,) = policies
    assert "unsafe" not in policy
    assert "*" not in policy
    assert "http" not in policy
    for part in (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    ):
        assert part in policy


def test_answers_the_health_question_to_anybody(client):
    answer = client.get(reverse("healthz"))

    assert (answer.status_code, answer.content) == (200, b"ok")


# Cookies


def test_keeps_the_session_cookie_from_scripts_and_other_sites(client):
    answer = sign_in(client)

    cookie = answer.cookies[settings.SESSION_COOKIE_NAME]
    assert cookie["httponly"] is True
    assert cookie["samesite"] == "Lax"
    assert cookie["max-age"] == ""


def test_keeps_the_token_cookie_from_scripts_and_other_sites(client):
    answer = client.get(reverse("account_login"))

    cookie = answer.cookies[settings.CSRF_COOKIE_NAME]
    assert cookie["httponly"] is True
    assert cookie["samesite"] == "Strict"


def test_sends_cookies_over_https_only_in_production():
    asked = (
        "from django.conf import settings as s;"
        "print(s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE, s.SESSION_COOKIE_NAME,"
        " s.SESSION_COOKIE_SAMESITE, s.SECURE_SSL_REDIRECT, s.SECURE_HSTS_SECONDS)"
    )
    answer = subprocess.run(
        [sys.executable, "-c", asked],
        cwd=settings.BASE_DIR,
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "portal.settings.production",
            "SECRET_KEY": "only-for-the-test-0123456789-abcdefghijklmnopqrstuvwxyz-AB",
            "CELERY_BROKER_URL": "amqp://127.0.0.1:1//",
            "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none",
            "ALLOWED_HOSTS": "portal.example",
            "VAULT_KEYSET_FILE": "of-no-vault",
            "VAULT_INDEX_KEYSET_FILE": "of-no-vault",
        },
        capture_output=True,
        text=True,
    )

    assert answer.stdout.split() == [
        "True",
        "True",
        "__Host-session",
        "Strict",
        "True",
        "31536000",
    ], answer.stderr


# Addresses


@pytest.mark.parametrize(
    "elsewhere",
    [
        "//evil.example",
        "https://evil.example/",
        "https:evil.example",
        "/\\evil.example",
        "javascript:alert(1)",
        "http://testserver@evil.example/",
    ],
)
def test_goes_nowhere_else_after_the_sign_in(client, elsewhere):
    answer = sign_in(client, next=elsewhere)

    assert answer.url == reverse("home")


def test_goes_back_to_where_the_person_wanted(client):
    answer = sign_in(client, next="/requests/")

    assert answer.url == "/requests/"


def test_asks_for_the_sign_in_with_the_way_back(client):
    answer = client.get("/requests/?status=awaiting")

    assert answer.url == "/accounts/login/?next=/requests/%3Fstatus%3Dawaiting"


@pytest.mark.parametrize("host", ["evil.example", "testserver.evil.example", "a b"])
def test_refuses_another_host(client, host):
    answer = client.get(reverse("account_login"), headers={"host": host})

    assert answer.status_code == 400
    assert "evil" not in answer.content.decode()
    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
    assert "no-store" in answer.headers["Cache-Control"]


def test_ignores_forged_forwarding_headers(client):
    answer = client.get(
        reverse("account_login"),
        headers={"x-forwarded-host": "evil.example", "x-forwarded-for": "10.0.0.1"},
    )

    assert answer.status_code == 200
    assert "evil.example" not in answer.content.decode()


# Errors


def test_says_nothing_of_the_person_when_a_page_fails(client, failing):
    answer = client.get(failing)

    page = answer.content.decode()
    assert answer.status_code == 500
    assert "Something went wrong" in page
    assert "Ejemplo" not in page
    assert "ValueError" not in page
    assert "Traceback" not in page


def test_gives_the_incident_number_of_the_log(client, failing, caplog):
    with caplog.at_level(logging.DEBUG):
        answer = client.get(failing)

    (line,) = [row for row in caplog.records if "incident" in row.getMessage()]
    number = line.args[0]
    assert len(number) == 10
    assert number in answer.content.decode()
    assert line.getMessage() == (
        f"incident {number}: ValueError at request_detail in fail:"
        f"{line.getMessage().rpartition(':')[2]}"
    )


def test_logs_no_name_when_a_page_fails(client, failing, caplog):
    with caplog.at_level(logging.INFO):
        client.get(failing)

    shown = [row for row in caplog.records if row.name != "django.request"]
    assert shown
    assert "Ejemplo" not in "".join(row.getMessage() for row in shown)
    assert all(row.exc_info is None for row in shown)


def test_lets_no_other_logger_of_the_framework_print_the_error():
    for name in ("django.request", "django.security"):
        assert settings.LOGGING["loggers"][name]["level"] == "CRITICAL"


def test_would_find_the_name_if_the_error_were_logged_whole(client, failing, caplog):
    logging.getLogger("django.request").setLevel(logging.ERROR)
    try:
        client.get(failing)
    finally:
        logging.getLogger("django.request").setLevel(logging.CRITICAL)

    assert CANARY in caplog.text


def test_numbers_an_error_that_no_view_has_raised(client, clerk, monkeypatch, caplog):
    def fail(*args, **kwargs):
        raise OperationalError(CANARY)

    client.force_login(clerk)
    client.raise_request_exception = False
    monkeypatch.setattr(access.Standing, "of", fail)

    answer = client.get(reverse("request_list"))

    assert answer.status_code == 500
    assert "OperationalError at request_list" in caplog.text
    assert CANARY not in caplog.text


def test_answers_in_plain_words_when_no_page_can_be_drawn(client, failing, monkeypatch):
    def fail(*args, **kwargs):
        raise OperationalError(CANARY)

    monkeypatch.setattr(views, "render", fail)

    answer = client.get(failing)

    assert answer.status_code == 500
    assert answer.headers["Content-Type"] == "text/plain"
    assert "incident number" in answer.content.decode()
    assert CANARY not in answer.content.decode()


def test_logs_no_incident_for_what_is_answered_on_purpose(client, clerk, caplog):
    every_answer(client, clerk)

    assert "incident" not in caplog.text


def test_says_the_same_of_a_foreign_record_and_of_none(client, clerk):
    other = make_agency()
    foreign = file_request(agency=other, clerk=make_clerk(other), family_names=CANARY)
    client.force_login(clerk)

    answer = client.get(reverse("request_detail", args=[foreign.public_id]))

    assert answer.status_code == 404
    assert "Ejemplo" not in answer.content.decode()


def test_answers_503_when_the_database_goes_after_the_view(client, clerk, monkeypatch):
    client.force_login(clerk)

    def lost(*args, **said):
        raise OperationalError(CANARY)

    monkeypatch.setattr(Session, "save", lost)

    answer = client.get(reverse("request_list"))

    assert answer.status_code == 503
    assert "What you sent may have been kept." in answer.content.decode()
    assert CANARY not in answer.content.decode()


def test_answers_400_when_the_session_alone_has_gone(client, clerk, monkeypatch):
    client.force_login(clerk)

    def gone(*args, **said):
        raise DatabaseError("Forced update did not affect any rows.")

    monkeypatch.setattr(Session, "save", gone)

    assert client.get(reverse("request_list")).status_code == 400
