"""The pages of signing in and of one's own account, and the error pages."""

import time

import pytest
from allauth.mfa.totp.internal import auth as totp
from django.contrib.auth import get_user_model
from django.urls import reverse

from requests_app.accounts import views
from tests.browser.looks import examine

PASSWORD = "a long sentence nobody guesses"


def totp_code(secret: str) -> str:
    counter = int(time.time()) // 30
    return totp.format_hotp_value(totp.hotp_value(secret, counter))


@pytest.fixture
def officer(transactional_db):
    return get_user_model().objects.create_user(
        "aosei", password=PASSWORD, first_name="Abena", last_name="Osei"
    )


def fill_in(page, officer):
    page.goto(reverse("account_login"))
    page.get_by_label("Username").fill(officer.username)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()


def test_signs_in_by_keyboard_alone(page, officer):
    page.goto(reverse("account_login"))
    page.keyboard.press("Tab")

    assert page.evaluate("document.activeElement.textContent") == "Skip to main content"

    page.get_by_label("Username").focus()
    page.keyboard.type(officer.username)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")

    page.get_by_role("heading", name="You have no role today").wait_for()
    examine(page, "no-role")


def test_signs_in_without_javascript(plain_page, officer):
    fill_in(plain_page, officer)

    assert plain_page.get_by_role("heading", level=1).inner_text() == (
        "You have no role today"
    )


def test_shows_the_sign_in_page(page):
    page.goto(reverse("account_login"))

    examine(page, "sign-in")


def test_moves_to_the_error_summary_after_a_wrong_password(page, officer):
    page.goto(reverse("account_login"))
    page.get_by_label("Username").fill(officer.username)
    page.get_by_label("Password").fill("not this one")
    page.get_by_role("button", name="Sign in").click()

    page.locator("[data-error-summary]:focus").wait_for()
    assert page.title().startswith("Error: Sign in")
    examine(page, "sign-in-error")


def test_leads_from_the_error_summary_to_the_field(page):
    page.goto(reverse("account_login"))
    page.get_by_role("button", name="Sign in").click()
    page.locator("[data-error-summary] a").first.click()

    assert page.evaluate("document.activeElement.name") == "login"


@pytest.mark.parametrize(
    ("name", "heading"),
    [
        ("account_reset_password", "Forgot your password?"),
        ("account_reset_password_done", "Look at your mail"),
        ("account_signup", "Nobody signs up here"),
        ("account_inactive", "This account is closed"),
    ],
)
def test_shows_the_other_pages_before_sign_in(page, name, heading):
    page.goto(reverse(name))

    assert page.locator("h1").inner_text() == heading
    examine(page, name.replace("_", "-"))


OWN_PAGES = [
    ("mfa_index", "Second factor"),
    ("mfa_activate_totp", "Set up an authenticator app"),
    ("account_change_password", "Change your password"),
    ("account_email", "Your mail addresses"),
    ("usersessions_list", "Where you are signed in"),
    ("account_logout", "Sign out?"),
]


def open_own_page(page, officer, name):
    fill_in(page, officer)
    page.get_by_role("heading", name="You have no role today").wait_for()
    page.goto(reverse("account_reauthenticate"))
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Confirm").click()
    page.get_by_role("heading", name="You have no role today").wait_for()
    page.goto(reverse(name))


@pytest.mark.parametrize(("name", "heading"), OWN_PAGES)
def test_shows_the_pages_of_ones_own_account(page, officer, name, heading):
    open_own_page(page, officer, name)

    assert page.locator("h1").inner_text() == heading
    examine(page, name.replace("_", "-"))


@pytest.mark.parametrize("name", ["mfa_activate_totp", "account_change_password"])
def test_shows_what_is_wrong_on_an_account_page(page, officer, name):
    open_own_page(page, officer, name)
    page.locator("main form button[type=submit]").first.click()

    page.locator("[data-error-summary]:focus").wait_for()
    assert page.url.endswith(reverse(name))
    examine(page, f"{name.replace('_', '-')}-error")


def test_sets_up_a_second_factor_and_asks_for_it(page, officer):
    open_own_page(page, officer, "mfa_activate_totp")
    secret = page.get_by_label("Secret").input_value()
    page.get_by_label("Code").fill(totp_code(secret))
    page.get_by_role("button", name="Activate").click()

    page.get_by_role("heading", name="Recovery codes").wait_for()
    examine(page, "mfa-recovery-codes")
    page.context.clear_cookies()
    fill_in(page, officer)

    page.get_by_role("heading", name="Second factor").wait_for()
    examine(page, "mfa-authenticate")
    page.get_by_role("button", name="Go on").click()

    page.locator("[data-error-summary]:focus").wait_for()
    examine(page, "mfa-authenticate-error")


def test_asks_again_who_it_is(page, officer, sign_in):
    sign_in(page, officer)
    page.goto(reverse("mfa_activate_totp"))

    assert page.url.split("?")[0].endswith(reverse("account_reauthenticate"))
    examine(page, "account-reauthenticate")


def test_opens_and_closes_the_account_menu_by_keyboard(page, officer, sign_in):
    sign_in(page, officer)
    page.goto(reverse("home"))
    page.locator("summary").first.focus()
    page.keyboard.press("Enter")

    examine(page, "account-menu")
    page.keyboard.press("Escape")

    assert page.get_by_role("link", name="Second factor").is_hidden()


def test_shows_a_page_that_does_not_exist(page, officer, sign_in):
    sign_in(page, officer)
    answer = page.goto("/no/such/page/")

    assert answer.status == 404
    examine(page, "error-404")


def test_shows_a_door_that_is_closed(page, officer, sign_in):
    sign_in(page, officer)
    answer = page.goto(reverse("account_logout"))
    page.context.clear_cookies(name="csrftoken")
    with page.expect_navigation() as turn:
        page.locator("main form button[type=submit]").click()

    assert answer.status == 200
    assert turn.value.status == 403
    examine(page, "error-403")


def test_gives_an_incident_number_when_something_breaks(
    page, officer, sign_in, monkeypatch
):
    monkeypatch.setattr(views, "FIRST_PAGE", None)
    sign_in(page, officer)
    answer = page.goto(reverse("home"))

    assert answer.status == 500
    assert "incident number" in page.locator("main").inner_text()
    examine(page, "error-500")
