"""Choosing a reason puts in the agency's text of it, and never over what was typed."""

import pytest
from django.urls import reverse

from requests_app.review import services as review
from tests import factories
from tests.browser.filing import field, now

WORDS = "The reason in your words"


@pytest.fixture
def tab(transactional_db, tab_of):
    agency = factories.make_agency()
    ice_request = factories.file_request(
        agency=agency, clerk=factories.make_clerk(agency), at=now()
    )
    tab = tab_of(factories.make_supervisor(agency))
    args = [ice_request.public_id, ice_request.asks.get().public_id]
    tab.goto(reverse("ask_determine", args=args))
    tab.texts = review.texts_of(agency)
    return tab


def choose_reason(tab, value):
    field(tab, "Reason").select_option(value)


def test_puts_in_the_text_of_each_reason_chosen_while_nobody_types(tab):
    words = field(tab, WORDS)

    choose_reason(tab, "no_exception")
    first = words.input_value()
    choose_reason(tab, "policy")

    assert first == tab.texts["no_exception"].strip() != ""
    assert words.input_value() == tab.texts["policy"].strip()
    assert "was put in" in tab.locator("#desk-status").inner_text()


def test_leaves_what_was_typed(tab):
    field(tab, WORDS).fill("Mine.")

    choose_reason(tab, "no_exception")

    assert field(tab, WORDS).input_value() == "Mine."


def test_leaves_a_text_that_was_changed_and_fills_an_empty_one_again(tab):
    words = field(tab, WORDS)
    choose_reason(tab, "no_exception")
    words.press("End")
    words.type(" And more.")
    changed = words.input_value()

    choose_reason(tab, "policy")
    kept = words.input_value()
    words.fill("")
    choose_reason(tab, "no_exception")

    assert kept == changed
    assert words.input_value() == tab.texts["no_exception"].strip()
