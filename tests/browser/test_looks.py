"""The harness itself: it finds planted faults, and passes a clean page."""

from tests.browser.looks import axe, sideways_scroll, small_targets

CLEAN = """<!DOCTYPE html><html lang="en"><head><title>Clean</title></head><body>
<main><h1>Clean</h1><label for="name">Name</label> <input id="name" class="wide"></main>
<style>.wide { height: 2rem }</style></body></html>"""


def test_finds_nothing_on_a_clean_page(page):
    page.set_content(CLEAN)

    assert axe(page) == []


def test_finds_a_field_without_a_label(page):
    page.set_content(CLEAN.replace("<label", "<span").replace("</label", "</span"))

    assert [fault.split(":")[0] for fault in axe(page)] == ["label"]


def test_finds_weak_contrast(page):
    page.set_content(CLEAN.replace("<h1>", '<h1 style="color: #ccc">'))

    assert [fault.split(":")[0] for fault in axe(page)] == ["color-contrast"]


def test_finds_a_page_wider_than_the_window(page):
    page.set_content(CLEAN.replace("<h1>", '<h1 style="width: 5000px">'))

    assert sideways_scroll(page) > 0


def test_finds_a_target_too_small_to_hit(page):
    page.set_content(CLEAN.replace("2rem", "10px"))

    assert [target[:6] for target in small_targets(page)] == ["<input"]
