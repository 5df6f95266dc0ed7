"""Coming in, the second factor, leaving; each is in the history."""

import json
import time

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from django.conf import settings
from django.urls import reverse

from requests_app.accounts.models import Role
from requests_app.ledger.models import Entry
from tests.factories import (
    NOON,
    PASSWORD,
    appoint,
    file_request,
    make_agency,
    make_clerk,
    make_supervisor,
    make_user,
)

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"

pytestmark = pytest.mark.django_db


@pytest.fixture
def clerk():
    return make_clerk(make_agency(code="SMP"), username="aclerk", password=PASSWORD)


@pytest.fixture
def with_second_factor(clerk):
    totp.TOTP.activate(clerk, SECRET)
    return clerk


@pytest.fixture
def at_noon():
    with time_machine.travel(NOON, tick=False) as clock:
        yield clock


def sign_in(client, *, username="aclerk", password=PASSWORD, **more):
    return client.post(
        reverse("account_login"), {"login": username, "password": password, **more}
    )


def code_now():
    counter = int(time.time()) // 30
    return totp.format_hotp_value(totp.hotp_value(SECRET, counter))


def send_code(client, code):
    return client.post(reverse("mfa_authenticate"), {"code": code})


def is_signed_in(client):
    return client.get(reverse("request_list")).status_code == 200


def visits():
    return Entry.objects.filter(event__startswith="session.")


def events():
    return list(visits().oldest_first().values_list("event", "subject", "actor"))


# With a password


def test_lets_a_person_in_with_the_password(client, clerk):
    answer = sign_in(client)

    assert answer.url == reverse("home")
    assert is_signed_in(client)


def test_records_who_came_in(client, clerk):
    sign_in(client)

    entry = visits().get()
    assert entry.event == "session.began"
    assert entry.subject == entry.actor == clerk.public_id
    assert (entry.role, entry.agency, entry.body) == ("clerk", "SMP", "{}")


def test_takes_the_name_in_any_case(client, clerk):
    sign_in(client, username="AClerk")

    assert is_signed_in(client)


@pytest.mark.parametrize(
    "wrong", [{"password": "not this one at all"}, {"username": "nobody"}]
)
def test_says_the_same_of_a_wrong_name_and_a_wrong_password(client, clerk, wrong):
    answer = sign_in(client, **wrong)

    assert answer.status_code == 200
    page = answer.content.decode()
    assert "The username and/or password you specified are not correct" in page
    assert not is_signed_in(client)


def test_records_a_refusal_about_the_account_that_was_named(client, clerk):
    sign_in(client, password="not this one at all")

    entry = visits().get()
    assert (entry.event, entry.outcome) == ("session.refused", "refused")
    assert (entry.subject, entry.actor) == (clerk.public_id, "anonymous")


def test_records_a_refusal_without_the_name_that_nobody_has(client):
    sign_in(client, username="Alma Ejemplo")

    assert events() == [("session.refused", "anonymous", "anonymous")]


def test_locks_after_five_wrong_passwords(client, clerk):
    for _ in range(5):
        sign_in(client, password="not this one at all")

    answer = sign_in(client)

    assert "Too many failed login attempts" in answer.content.decode()
    assert not is_signed_in(client)


def test_gives_a_new_session_at_sign_in(client, clerk):
    client.get(reverse("account_login"))
    client.session.save()
    before = client.session.session_key

    sign_in(client)

    assert client.session.session_key != before


# Without one


def test_refuses_a_disabled_account(client, clerk):
    clerk.is_active = False
    clerk.save()

    answer = sign_in(client)

    assert answer.url == reverse("account_inactive")
    assert not is_signed_in(client)
    assert events() == [("session.refused", clerk.public_id, "anonymous")]


def test_ends_the_live_session_of_a_disabled_account(client, clerk):
    sign_in(client)
    clerk.is_active = False
    clerk.save()

    assert not is_signed_in(client)


def test_refuses_a_role_that_ended_while_the_session_is_live(client, clerk):
    sign_in(client)
    clerk.appointments.update(effective_until=NOON.date())

    with time_machine.travel(NOON):
        client.force_login(clerk)
        answer = client.get(reverse("request_list"))

    assert answer.status_code == 403


@pytest.mark.parametrize("method", ["get", "post"])
def test_signs_nobody_up(client, method):
    answer = getattr(client, method)(
        reverse("account_signup"),
        {"username": "intruder", "password1": PASSWORD, "password2": PASSWORD},
    )

    assert "account/signup_closed.html" in [one.name for one in answer.templates]
    assert not visits().exists()


def test_keeps_passwords_with_argon2():
    assert "Argon2" in settings.PASSWORD_HASHERS[0]
    assert make_user(password=PASSWORD).password.startswith("argon2")


# The second factor


def test_asks_for_the_second_factor_of_those_who_set_it_up(client, with_second_factor):
    answer = sign_in(client)

    assert answer.url == reverse("mfa_authenticate")
    assert not is_signed_in(client)
    assert not visits().exists()


def test_lets_a_person_in_with_the_code(client, with_second_factor, at_noon):
    sign_in(client)

    answer = send_code(client, code_now())

    assert answer.url == reverse("home")
    assert is_signed_in(client)
    assert [event for event, _, _ in events()] == ["session.began"]


def test_refuses_a_wrong_code(client, with_second_factor, at_noon):
    sign_in(client)

    answer = send_code(client, "000000")

    assert answer.status_code == 200
    assert not is_signed_in(client)


def test_refuses_the_code_of_a_while_ago(client, with_second_factor, at_noon):
    sign_in(client)
    code = code_now()
    at_noon.shift(60)

    send_code(client, code)

    assert not is_signed_in(client)


def test_refuses_a_code_that_was_used(client, with_second_factor, at_noon):
    sign_in(client)
    send_code(client, code_now())
    client.post(reverse("account_logout"))
    sign_in(client)

    answer = send_code(client, code_now())

    assert answer.status_code == 200
    assert not is_signed_in(client)


def test_takes_the_next_code_after_one_was_used(client, with_second_factor, at_noon):
    sign_in(client)
    send_code(client, code_now())
    client.post(reverse("account_logout"))
    at_noon.shift(30)
    sign_in(client)

    send_code(client, code_now())

    assert is_signed_in(client)


def test_refuses_a_code_without_the_password(client, with_second_factor, at_noon):
    answer = send_code(client, code_now())

    assert answer.url == reverse("account_login")
    assert not is_signed_in(client)


def test_records_a_wrong_code_as_a_refused_sign_in(
    client, with_second_factor, at_noon, settings
):
    settings.MFA_ADAPTER = "requests_app.accounts.adapter.SecondFactorAdapter"
    sign_in(client)

    send_code(client, "000000")

    assert events() == [("session.refused", with_second_factor.public_id, "anonymous")]


def test_sets_a_second_factor_up(client, clerk, at_noon, settings):
    settings.MFA_ADAPTER = "requests_app.accounts.adapter.SecondFactorAdapter"
    sign_in(client)
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    client.get(reverse("mfa_activate_totp"))
    secret = client.session["mfa.totp.secret"]
    counter = int(time.time()) // 30
    code = totp.format_hotp_value(totp.hotp_value(secret, counter))

    client.post(reverse("mfa_activate_totp"), {"code": "000000"})
    client.post(reverse("mfa_activate_totp"), {"code": code})

    assert Authenticator.objects.filter(user=clerk, type="totp").count() == 1
    assert [event for event, _, _ in events()] == ["session.began"]


def test_asks_for_the_password_again_before_the_second_factor_changes(client, clerk):
    sign_in(client)

    answer = client.get(reverse("mfa_activate_totp"))

    assert answer.url.startswith(reverse("account_reauthenticate"))


# Leaving


def test_records_who_left(client, clerk):
    sign_in(client)

    client.post(reverse("account_logout"))

    assert events() == [
        ("session.began", clerk.public_id, clerk.public_id),
        ("session.ended", clerk.public_id, clerk.public_id),
    ]
    assert not is_signed_in(client)


def test_makes_a_session_worthless_when_its_person_left(client, clerk):
    sign_in(client)
    stolen = client.cookies[settings.SESSION_COOKIE_NAME].value
    client.post(reverse("account_logout"))
    client.cookies[settings.SESSION_COOKIE_NAME] = stolen

    assert not is_signed_in(client)


def test_ends_an_idle_session(client, clerk, at_noon):
    sign_in(client)
    at_noon.shift(settings.SESSION_COOKIE_AGE + 1)

    assert not is_signed_in(client)


def test_names_no_agency_when_a_person_serves_several(client, clerk):
    appoint(clerk, Role.CLERK, make_agency())

    sign_in(client)

    assert visits().get().agency == ""
    assert visits().get().role == "clerk"


# Refused at a door


def denials():
    return list(
        Entry.objects.filter(event="access.denied").values_list(
            "actor", "role", "agency", "body"
        )
    )


def test_records_who_was_refused_at_which_door(client, clerk):
    client.force_login(clerk)

    answer = client.get(reverse("worklist"))

    assert answer.status_code == 403
    assert denials() == [
        (
            clerk.public_id,
            "clerk",
            "SMP",
            '{"door":"worklist","method":"GET","status":403}',
        )
    ]


@pytest.mark.django_db(transaction=True)
def test_records_a_refusal_by_a_view_whose_transaction_is_rolled_back(client):
    agency = make_agency()
    supervisor = make_supervisor(agency)
    ice_request = file_request(agency=agency, clerk=supervisor, role="supervisor")
    ask = ice_request.asks.get()
    client.force_login(supervisor)

    answer = client.post(
        reverse("ask_determine", args=[ice_request.public_id, ask.public_id])
    )

    assert answer.status_code == 403
    assert "You filed this request" in answer.content.decode()
    assert [json.loads(body) for *_, body in denials()] == [
        {
            "about": ice_request.public_id,
            "door": "ask_determine",
            "method": "POST",
            "status": 403,
        }
    ]


def test_records_a_form_without_its_token(clerk, client):
    client.handler.enforce_csrf_checks = True
    client.force_login(clerk)

    answer = client.post(reverse("account_logout"))

    assert answer.status_code == 403
    assert "This form has expired" in answer.content.decode()
    assert len(denials()) == 1


def test_records_a_record_that_was_asked_for_in_vain(client, clerk):
    client.force_login(clerk)

    answer = client.get(reverse("request_detail", args=["a" * 22]))

    assert answer.status_code == 404
    ((*_, body),) = denials()
    assert json.loads(body) == {
        "about": "a" * 22,
        "door": "request_detail",
        "method": "GET",
        "status": 404,
    }


def test_records_no_denial_of_an_address_that_is_no_door(client, clerk):
    client.force_login(clerk)

    client.get("/no/such/door/")

    assert denials() == []


def test_records_that_nobody_we_know_asked_for_a_record_and_not_for_which(client):
    client.get(reverse("request_detail", args=["a" * 22]))

    ((actor, role, agency, body),) = denials()
    assert (actor, role, agency) == ("anonymous", "", "")
    assert json.loads(body) == {
        "door": "request_detail",
        "method": "GET",
        "status": 302,
    }


def test_records_no_denial_of_nobody_at_a_list(client):
    client.get(reverse("worklist"))

    assert denials() == []
