"""What every page must be at every size: accessible, within the window, pictured.

A test opens a page, brings it into a state and calls `examine(page, "its-name")`.
"""

from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from playwright.sync_api import Page

SIZES = {360: 780, 768: 1024, 1440: 900}
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
SCRIPT = Axe().axe_script
PICTURES = Path(settings.BASE_DIR) / "test-results"


def axe(page: Page) -> list[str]:
    """One line for each fault that axe finds: rule, elements, remedy."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(SCRIPT)
    faults = page.evaluate(
        "options => axe.run(options).then(found => found.violations)",
        {"runOnly": RULES, "resultTypes": ["violations"], "preload": False},
    )
    return [
        f"{fault['id']}: {node['html'][:200]} ({node['failureSummary']})"
        for fault in faults
        for node in fault["nodes"]
    ]


def sideways_scroll(page: Page) -> int:
    """By how many pixels the page is wider than the window."""
    return page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )


def small_targets(page: Page) -> list[str]:
    """Buttons and fields less than 24 pixels high or wide; links in a text may be."""
    return page.evaluate(
        """() => [...document.querySelectorAll(
            "button, select, input, textarea, summary")]
          .map((target) => target.matches("[type=radio], [type=checkbox]")
            ? target.labels[0] || target : target)
          .filter((target) => target.checkVisibility())
          .filter((target) => {
            const box = target.getBoundingClientRect();
            return box.height < 24 || box.width < 24;
          })
          .map((target) => target.outerHTML.slice(0, 120))"""
    )


def shoot(page: Page, name: str) -> list[Path]:
    """Pictures of the whole page at each size, in test-results/."""
    PICTURES.mkdir(exist_ok=True)
    pictures = []
    for width, height in SIZES.items():
        page.set_viewport_size({"width": width, "height": height})
        picture = PICTURES / f"{name}-{width}.png"
        page.screenshot(path=picture, full_page=True)
        pictures.append(picture)
    return pictures


def examine(page: Page, name: str) -> None:
    """Picture the page at each size and fail for any fault of looks or access."""
    shoot(page, name)
    for width, height in SIZES.items():
        page.set_viewport_size({"width": width, "height": height})
        at = f"{name} at {width} pixels"

        faults = axe(page)
        assert faults == [], f"axe on {at}:\n" + "\n".join(faults)
        assert sideways_scroll(page) <= 0, f"{at} scrolls sideways"
        small = small_targets(page)
        assert small == [], f"{at} has targets below 24 pixels: {small}"
