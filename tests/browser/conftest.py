"""Chromium against a live server, for every test of this folder.

`page` is a tab with JavaScript, `plain_page` one without, `sign_in` gives a tab the
session of a person, `tab_of` opens a further tab for a person. A console error, a
script error or a breach of the Content-Security-Policy fails the test that caused it.
"""

import os
import shutil
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from django.conf import settings
from django.core.cache import cache
from django.test import Client
from playwright.sync_api import sync_playwright

from tests.opened import remember

CHROMIUM = shutil.which("chromium")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def pytest_report_header():
    return f"browser: {CHROMIUM or 'the Chromium that Playwright installed'}"


def pytest_collection_modifyitems(items):
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser():
    # Playwright keeps an event loop in this thread; Django would refuse the database.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium
        chromium.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


class Watch:
    """Collects what goes wrong in a tab."""

    def __init__(self, page):
        self.faults: list[str] = []
        self.answers: set[str] = set()
        page.on("response", self.answered)
        page.on("console", self.said)
        page.on("pageerror", lambda error: self.faults.append(f"script: {error}"))

    def answered(self, response):
        # Chromium calls every refusal an error; a page may answer 404 or 500 on
        # purpose, and a script may be refused. A missing file stays a fault.
        kind = response.request.resource_type
        is_refusal = kind in {"fetch", "xhr"} and 400 <= response.status < 500
        if is_refusal or kind == "document":
            self.answers.add(response.url)

    def said(self, message):
        is_expected = (
            message.text.startswith("Failed to load resource")
            and message.location["url"] in self.answers
        )
        if message.type == "error" and not is_expected:
            self.faults.append(f"console: {message.text}")


@contextmanager
def open_tab(browser, server, **options):
    """A tab of its own; leaving it fails for whatever went wrong in it."""
    context = browser.new_context(
        base_url=server.url, locale="en-US", timezone_id="UTC", **options
    )
    context.set_default_timeout(10_000)
    tab = context.new_page()
    watch = Watch(tab)
    yield tab
    context.close()
    assert watch.faults == []


def give_session(tab, user, server, *, has_reasons=False):
    """Sign a person in, in this tab, without the pages of signing in.

    With `has_reasons` the person has said of every request why it is opened.
    """
    client = Client()
    client.force_login(user)
    if has_reasons:
        remember(client)
    tab.context.add_cookies(
        [
            {
                "name": settings.SESSION_COOKIE_NAME,
                "value": client.cookies[settings.SESSION_COOKIE_NAME].value,
                "url": server.url,
            }
        ]
    )


@pytest.fixture
def page(browser, live_server, transactional_db):
    cache.clear()
    with open_tab(browser, live_server) as tab:
        yield tab


@pytest.fixture
def plain_page(browser, live_server, transactional_db):
    cache.clear()
    with open_tab(browser, live_server, java_script_enabled=False) as tab:
        yield tab


@pytest.fixture
def sign_in(live_server):
    """`sign_in(page, user)` gives the tab a session of that person."""

    def give(tab, user):
        give_session(tab, user, live_server)

    return give


@pytest.fixture
def tab_of(browser, live_server, transactional_db):
    """`tab_of(user)` opens a further tab, in which that person is signed in."""
    cache.clear()
    with ExitStack() as stack:

        def give(user, **options):
            tab = stack.enter_context(open_tab(browser, live_server, **options))
            give_session(tab, user, live_server)
            return tab

        yield give
