"""Every kind of notice in every language as pictures, for somebody to look at.

    python -m tests.notices.pictures FOLDER

Each is made beside the English and, but for English, alone, and drawn by poppler. The
status is 1 when one could not be made or drawn.
"""

import subprocess
import sys
from pathlib import Path

from requests_app.notices import paper, render, wording
from tests.notices import sample_papers

DOTS = 70


def draw(folder: Path) -> tuple[int, int]:
    """How many notices were drawn, and on how many pages."""
    folder.mkdir(parents=True, exist_ok=True)
    drawn = pages = 0
    for kind in sample_papers.KINDS:
        for language in wording.languages():
            for is_reviewed in (
                (False, True) if language != wording.ENGLISH else (True,)
            ):
                words = paper.compose(
                    sample_papers.stated(kind),
                    language=language,
                    is_reviewed=is_reviewed,
                )
                name = f"{kind}-{language}{'-alone' if is_reviewed else ''}"
                pages += _drawn(folder / name, render.render(words))
                drawn += 1
    return drawn, pages


def _drawn(place: Path, content: bytes) -> int:
    subprocess.run(
        ["pdftoppm", "-r", str(DOTS), "-png", "-", str(place)],
        input=content,
        check=True,
    )
    return len(list(place.parent.glob(f"{place.name}-[0-9]*.png")))


def main(arguments: list[str]) -> int:
    if len(arguments) != 1:
        print(__doc__)
        return 2
    folder = Path(arguments[0])
    drawn, pages = draw(folder)
    kinds, languages = len(sample_papers.KINDS), len(wording.languages())
    print(
        f"{kinds} kinds in {languages} languages: {drawn} notices on {pages} pages, "
        f"in {folder}"
    )
    return 0 if pages >= drawn == kinds * (2 * languages - 1) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
