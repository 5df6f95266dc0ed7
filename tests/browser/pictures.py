"""The pictures of README.md and docs/guide/, taken from a running demonstration.

    bin/demo --reset                                 # in one terminal
    python -m tests.browser.pictures [address]       # in another; 127.0.0.1:8000

Each page is opened as the person whose work it is. The pictures are 1440 pixels wide
and land in docs/pictures/. The draft that is typed for them is deleted again.
"""

import csv
import io
import re
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tests import sample_tables
from tests.browser.filing import ago, choose, field, fill_request, go_on
from tests.browser.palette import reduced
from tests.forms import draw, fill, render

# What `manage.py seed_demo --sign-ins` prints.
PASSWORD = "invented people only"
FOLDER = Path(__file__).resolve().parents[2] / "docs" / "pictures"
WIDTH, HEIGHT = 1440, 900
LIMIT = 150_000


def sign_in(browser: Browser, address: str, username: str) -> Page:
    page = browser.new_page(
        base_url=address, viewport={"width": WIDTH, "height": HEIGHT}
    )
    page.goto("/accounts/login/")
    page.get_by_label("Username").fill(username)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_text("account menu").wait_for(state="attached")
    return page


def take(page: Page, name: str, *, height: int = HEIGHT) -> None:
    """One picture from the top of the page, made small."""
    page.set_viewport_size({"width": WIDTH, "height": height})
    page.evaluate("window.scrollTo(0, 0)")
    picture = reduced(page.screenshot())
    if len(picture) > LIMIT:
        raise SystemExit(f"{name}.png has {len(picture)} bytes; crop it lower.")
    (FOLDER / f"{name}.png").write_bytes(picture)
    print(f"{name}.png  {len(picture) // 1000} kB")


def clerk(page: Page) -> None:
    page.goto("/requests/new/")
    fill_request(page, asks=["Hold the person", "Tell ICE the release date and time"])
    page.locator("#law-so-far").get_by_text("Facts that would settle it").wait_for()
    page.get_by_text(re.compile(r"^Saved \d\d:")).wait_for()
    take(page, "filing", height=1000)
    field(page, "How did it come?").select_option("")
    field(page, "Received, date and time").fill(ago(hours=-5))
    go_on(page)
    page.locator("[data-error-summary]").wait_for()
    take(page, "filing-errors")
    page.get_by_role("link", name="Delete this draft").click()
    page.get_by_role("button", name="Delete the draft").click()
    page.goto("/requests/?mine=1")
    page.locator("tbody th a").first.click()
    page.get_by_role("link", name="Record what was done").click()
    field(page, "What was done?").select_option(label="Held the person")
    field(page, "When it happened").fill(ago(hours=1))
    take(page, "act", height=800)


def reading(page: Page) -> None:
    """A form read in, an import tried: both are taken back."""
    filled = fill(5, "I-247A", "3/17")
    page.goto("/requests/read/")
    page.locator("input[type=file]").set_input_files(
        {
            "name": "I-247A.pdf",
            "mimeType": "application/pdf",
            "buffer": render(draw(filled, 5), "text", 5),
        }
    )
    page.get_by_role("button", name="Check and read the form").click()
    page.locator("h1", has_text="Compare with the paper").wait_for(timeout=60_000)
    page.wait_for_load_state("networkidle")
    take(page, "read-in", height=1100)
    page.goto("/drafts/")
    page.get_by_role("link", name="Delete").first.click()
    page.get_by_role("button", name="Delete the draft").click()


def importing(page: Page) -> None:
    table = io.StringIO()
    csv.writer(table).writerows([sample_tables.JAIL, *sample_tables.jail_rows(3)])
    page.goto("/imports/new/")
    page.locator("input[type=file]").set_input_files(
        {
            "name": "bookings.csv",
            "mimeType": "text/csv",
            "buffer": table.getvalue().encode(),
        }
    )
    page.get_by_role("button", name="Take in the table").click()
    page.wait_for_url("**/map/")
    take(page, "import-map", height=1100)
    page.goto("/imports/")
    page.locator("tbody th a").first.click()
    page.get_by_role("button", name="Give this import up").click()


def records_officer(page: Page) -> None:
    page.goto("/reports/")
    take(page, "reports")
    page.goto("/retention/")
    take(page, "retention")
    page.goto("/resources/")
    take(page, "resources")


def watching(page: Page) -> None:
    page.goto("/figures/")
    take(page, "figures", height=1200)


def head(page: Page) -> None:
    page.goto("/worklist/")
    take(page, "worklist")
    page.goto("/requests/unreconciled/")
    take(page, "not-reconciled")
    page.goto("/worklist/")
    open_row(page, "Mismatch", "Violation", "Undetermined")
    take(page, "request", height=1100)
    why = page.locator(".desk-why summary").first
    why.click()
    page.locator(".desk-finding").first.scroll_into_view_if_needed()
    take(page, "why", height=1000)
    page.goto("/worklist/?queue=head")
    for link in page.locator("tbody th a").all():
        link.click()
        decide = page.get_by_role("link", name=re.compile("^Decide"))
        if decide.count():
            decide.first.click()
            choose(page, "Determination", "Deny")
            take(page, "deciding")
            field(page, "Reason").select_option(label="No exception applies")
            page.get_by_role("button", name="Use the agency's text").click()
            page.locator("label", has_text="I have read the findings above").click()
            page.get_by_role("button", name="Continue").click()
            # Nothing is recorded: the page that confirms is not sent.
            take(page, "confirming", height=700)
            return
        page.go_back()


def open_row(page: Page, *words: str) -> None:
    """The first row of the list that bears one of these flags, in that order."""
    for word in words:
        row = page.locator("tbody tr").filter(has_text=word)
        if row.count():
            row.first.locator("th a").click()
            page.wait_for_url("**/requests/**")
            return


def second(page: Page) -> None:
    page.goto("/worklist/?queue=second_person")
    page.locator("tbody th a").first.click()
    page.get_by_role("link", name="Confirm or refuse as second person").click()
    take(page, "second-person")
    page.goto("/requests/?status=determined")
    for link in page.locator("tbody th a").all():
        link.click()
        if "/open/" in page.url:
            take(page, "opening", height=700)
            return
        page.go_back()


def auditor(page: Page) -> None:
    page.goto("/history/overrides/")
    take(page, "overrides")
    page.locator("tbody th a").first.click()
    page.get_by_text("Timeline").first.wait_for()
    take(page, "request-without-name")
    page.goto("/history/")
    take(page, "history")


def administrator(page: Page) -> None:
    page.goto("/people/")
    take(page, "people", height=700)
    page.goto("/agency/clocks/")
    take(page, "clocks", height=860)
    page.goto("/law/offences/")
    take(page, "offences", height=800)


ROUNDS: tuple[tuple[str, Callable[[Page], None]], ...] = (
    ("clerk", clerk),
    ("clerk", reading),
    ("head", head),
    ("head", watching),
    ("supervisor", second),
    ("supervisor", importing),
    ("records", records_officer),
    ("auditor", auditor),
    ("administrator", administrator),
)


def main(address: str = "http://127.0.0.1:8000", *usernames: str) -> None:
    """Take every picture, or those of the people named."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        for username, walk in ROUNDS:
            if usernames and username not in usernames:
                continue
            walk(sign_in(browser, address, username))
        browser.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
