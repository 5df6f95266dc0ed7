"""Words out of a picture by tesseract, where it is installed."""

import functools
import io
import os
import shutil
import subprocess
import unicodedata

import numpy as np
from PIL import Image

from requests_app.documents.sheets import SCAN, Word

CANNOT = (
    "Scans cannot be read here, because the program tesseract is not installed: type "
    "the values in from the paper."
)
NOT_READ = (
    "This scan could not be read in time: type the values in from the paper, or scan "
    "it again, upright and at 200 dots per inch."
)
_PAGE = "6"
SECONDS = 40


class CannotReadScans(Exception):
    """Tesseract is not installed; the clerk types."""

    def __init__(self):
        super().__init__(CANNOT)


class ScanNotRead(Exception):
    """Tesseract took too long over a scan, or failed at it; the clerk types."""

    def __init__(self):
        super().__init__(NOT_READ)


def can_read_scans() -> bool:
    return shutil.which("tesseract") is not None


@functools.cache
def languages() -> str:
    """Spanish where it is installed, because it knows more accents; else English."""
    listed = subprocess.run(
        ["tesseract", "--list-langs"], capture_output=True, text=True, timeout=SECONDS
    )
    known = listed.stdout.split()
    return "spa" if "spa" in known else "eng"


def words_in(
    grey: np.ndarray, *, scale: float, language: str = "", seconds: float = SECONDS
) -> list[Word]:
    """The words of a picture, in its own dots; `scale` is how much it is enlarged.

    Raises CannotReadScans, ScanNotRead.
    """
    if not can_read_scans():
        raise CannotReadScans
    picture = Image.fromarray(grey)
    high, wide = grey.shape
    size = (round(wide * scale), round(high * scale))
    picture = picture.resize(size, Image.Resampling.BICUBIC)
    target = io.BytesIO()
    picture.save(target, "BMP")
    command = ["tesseract", "stdin", "stdout", "--psm", _PAGE, "--dpi"]
    try:
        command += [str(round(200 * scale)), "-l", language or languages(), "tsv"]
        done = subprocess.run(
            command,
            input=target.getvalue(),
            capture_output=True,
            timeout=seconds,
            # One thread: its own threads only get in each other's way.
            env={**os.environ, "OMP_THREAD_LIMIT": "1"},
            check=True,
        )
    except (subprocess.SubprocessError, OSError) as failure:
        raise ScanNotRead from failure
    return _words(done.stdout.decode(errors="replace"), scale)


def _words(table: str, scale: float) -> list[Word]:
    words = []
    for line in table.splitlines()[1:]:
        cells = line.split("\t")
        if len(cells) != 12 or cells[0] != "5" or not cells[11].strip():
            continue
        left, top, wide, high = (int(cell) / scale for cell in cells[6:10])
        confidence = max(float(cells[10]), 0.0) / 100
        text = unicodedata.normalize("NFC", cells[11].strip())
        box = (left, top, left + wide, top + high)
        words.append(Word(text, box, confidence, SCAN))
    return words
