"""How the tests of this folder fill in forms: by label, as a person would."""

import re
from datetime import datetime, timedelta

from playwright.sync_api import Locator, Page

from requests_app.docket.moments import ZONE

FORMAT = "%Y-%m-%dT%H:%M"


def now() -> datetime:
    """The server's present minute; its clock is not frozen in these tests."""
    return datetime.now(ZONE).replace(second=0, microsecond=0)


def ago(**span) -> str:
    """A clock reading some time ago, as a date-and-time field takes it."""
    return (now() - timedelta(**span)).strftime(FORMAT)


def ahead(**span) -> str:
    """A clock reading some time ahead, as a date-and-time field takes it."""
    return (now() + timedelta(**span)).strftime(FORMAT)


def field(scope: Page | Locator, label: str) -> Locator:
    """The field of that label, whether or not an asterisk follows it."""
    return scope.get_by_label(label, exact=False).first


def choose(scope: Page | Locator, question: str, answer: str) -> None:
    """Tick the answer to a question; labels are what a mouse hits."""
    group = scope.get_by_role("group", name=question).first
    group.locator("label", has_text=answer).first.click()


def go_on(tab: Page) -> None:
    tab.get_by_role("button", name="Save and continue").click()


def heading(tab: Page) -> str:
    return tab.locator("h1").inner_text()


def reach(tab: Page, words: str) -> None:
    """Wait until the page with this h1 is there."""
    tab.locator("h1", has_text=words).wait_for()


def fill_request(tab: Page, *, asks: list[str], received: str | None = None) -> None:
    """Step 1 of an I-247A that came by fax an hour ago."""
    field(tab, "What is it?").select_option(label="Form I-247A, detainer")
    field(tab, "How did it come?").select_option(label="Fax")
    field(tab, "Received, date and time").fill(received or ago(hours=1))
    for ask in asks:
        choose(tab, "What does it ask?", ask)
    field(tab, "Sending office").fill("Hartford sub-office")


def fill_person(tab: Page, *, family: str, given: str) -> None:
    """Step 2: an adult whose date of birth is known."""
    field(tab, "Family names").fill(family)
    field(tab, "Given names").fill(given)
    field(tab, "The date").fill("1990-02-01")
    choose(tab, "Under 18?", "No")
    field(tab, "Language the person reads").fill("Spanish")


def fill_custody(tab: Page, *, listing: str) -> None:
    """Step 3: in custody; what the record shows is said by `listing`."""
    choose(tab, "Is the person stopped", "Yes")
    choose(tab, "Does the record show charges", listing)


def fill_basis(tab: Page) -> None:
    """Step 4: no warrant, no order, no match."""
    choose(tab, "Possible match in the Terrorist", "No")
    choose(tab, "Is there a court order", "No")
    choose(tab, "Did a warrant or removal paper", "None, and this was checked")


def attest_and_submit(tab: Page) -> None:
    tab.locator("label[for=attested]").click()
    tab.get_by_role("button", name="Submit").click()


def decide(
    tab: Page,
    *,
    decision: str,
    reason: str,
    words: str,
    authority: str = "",
    ends: str = "",
) -> None:
    """The form that decides an ask, read and sent; the next page confirms it."""
    choose(tab, "Determination", decision)
    field(tab, "Reason").select_option(label=reason)
    field(tab, "The reason in your words").fill(words)
    field(tab, "Legal authority relied on").fill(authority)
    if ends:
        field(tab, "Approval ends").fill(ends)
    tab.locator("label", has_text="I have read the findings above").click()
    tab.get_by_role("button", name="Continue").click()


def confirm(tab: Page) -> None:
    """The page that repeats a determination in words, sent."""
    tab.get_by_text("Nothing is recorded yet.").wait_for()
    tab.get_by_role("button", name="Record the determination").click()


def press_until(tab: Page, name: str) -> None:
    """Press Tab until the field or button of this name has the focus."""
    for _ in range(60):
        if tab.evaluate("document.activeElement.name") == name:
            return
        tab.keyboard.press("Tab")
    raise AssertionError(f"Tab never reached {name}.")


def open_decision(tab: Page, ask: str) -> None:
    tab.get_by_role("link", name=re.compile(f"^Decide.*{ask}$")).click()


def panel(tab: Page) -> Locator:
    """What the law says so far, beside the steps of filing."""
    return tab.get_by_role("complementary", name="What the law says so far")


def box(tab: Page, words: str) -> Locator:
    """The box of one ask or act on the page of a request."""
    return tab.locator(".desk-panel", has=tab.get_by_role("heading", name=words)).first
