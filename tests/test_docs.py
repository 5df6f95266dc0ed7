"""The pages of docs/ that must not drift from the code."""

from io import StringIO
from pathlib import Path

from django.core.management import call_command

ROOT = Path(__file__).resolve().parent.parent


def test_access_page_is_what_the_command_prints():
    printed = StringIO()

    call_command("access_table", stdout=printed)

    kept = (ROOT / "docs" / "access.md").read_text()
    assert printed.getvalue() == kept, "Run manage.py access_table > docs/access.md."


def test_every_linked_file_exists():
    missing = [
        f"{page.relative_to(ROOT)}: {name}"
        for page in [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")]
        for name in _linked(page)
        if not (page.parent / name).exists()
    ]

    assert missing == []


def _linked(page: Path) -> list[str]:
    parts = page.read_text().split("](")[1:]
    targets = (part.split(")")[0].split("#")[0] for part in parts)
    return [one for one in targets if one and "://" not in one]
