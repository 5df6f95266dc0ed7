"""A paper drawn anew: every page as a picture made of its dots and of nothing else."""

import io
from pathlib import Path

import pypdfium2
from PIL import Image, ImageOps
from PIL import JpegImagePlugin as _jpeg  # noqa: F401
from PIL import PngImagePlugin as _png  # noqa: F401
from PIL import TiffImagePlugin as _tiff  # noqa: F401

from requests_app.documents.checking import (
    JPEG,
    MOST_PAGES,
    MOST_PIXELS,
    PDF,
    PNG,
    TIFF,
    Refused,
)

_FORMATS = {JPEG: ["JPEG"], PNG: ["PNG"], TIFF: ["TIFF"]}
# The longer edge of a drawn page, so that a long paper stays within its limits.
_EDGES = ((30, 2200), (80, 1650), (MOST_PAGES, 1300))
_THUMBNAIL = (260, 340)
_DOTS_PER_INCH = 200
_POINTS_PER_INCH = 72
# No paper is larger than this many points; a page that says so is a trap.
_MOST_POINTS = 15_000
_QUALITY = 82

# The pictures' own limit is asked before a dot is opened; Pillow's would only warn.
Image.MAX_IMAGE_PIXELS = None
# Pillow looks for its readers when it opens the first file: by then they are out of
# reach of the limited process.
Image.preinit()


def draw(kind: str, content: bytes, folder: Path) -> list[dict]:
    """Draw each page into the folder; of each its width and height. Raises Refused."""
    if kind == PDF:
        return _draw_pdf(content, folder)
    return _draw_picture(kind, content, folder)


def page_name(number: int) -> str:
    """The file of a page's picture."""
    return f"page-{number}.jpg"


def thumbnail_name(number: int) -> str:
    """The file of a page's small picture."""
    return f"thumbnail-{number}.jpg"


def count_pdf(content: bytes) -> int:
    """How many pages the program that draws sees. Raises Refused."""
    try:
        return len(pypdfium2.PdfDocument(content))
    except pypdfium2.PdfiumError:
        raise Refused("broken") from None


def _draw_pdf(content: bytes, folder: Path) -> list[dict]:
    document = pypdfium2.PdfDocument(content)
    document.init_forms()
    drawn = []
    for place in range(len(document)):
        page = document[place]
        drawn.append(_kept(_drawn(page, len(document)), folder, place + 1))
        page.close()
    return drawn


def _drawn(page: pypdfium2.PdfPage, pages: int) -> Image.Image:
    width, height = page.get_size()
    if not (0 < width < _MOST_POINTS and 0 < height < _MOST_POINTS):
        raise Refused("pixels")
    dots = _DOTS_PER_INCH / _POINTS_PER_INCH
    scale = min(dots, _edge(pages) / max(width, height))
    return page.render(scale=scale, may_draw_forms=True).to_pil()


def _edge(pages: int) -> int:
    return next(edge for most, edge in _EDGES if pages <= most)


def _draw_picture(kind: str, content: bytes, folder: Path) -> list[dict]:
    try:
        with Image.open(io.BytesIO(content), formats=_FORMATS[kind]) as picture:
            frames = _frames(kind, picture)
            return [
                _kept(_frame(picture, place, frames), folder, place + 1)
                for place in range(frames)
            ]
    except (OSError, ValueError, SyntaxError, KeyError, TypeError, EOFError) as error:
        # Words inside a picture that unfold beyond Pillow's limit come this way.
        raise Refused("expansion" if "too large" in str(error) else "broken") from None


def _frames(kind: str, picture: Image.Image) -> int:
    _refuse_large(picture)
    frames = getattr(picture, "n_frames", 1)
    if kind == PNG and frames > 1:
        raise Refused("moving")
    if kind == TIFF and frames > MOST_PAGES:
        raise Refused("pages")
    return frames if kind == TIFF else 1


def _refuse_large(picture: Image.Image) -> None:
    width, height = picture.size
    if width * height > MOST_PIXELS:
        raise Refused("pixels")


def _frame(picture: Image.Image, place: int, frames: int) -> Image.Image:
    picture.seek(place)
    _refuse_large(picture)
    edge = _edge(frames)
    if picture.format == "JPEG":
        # Unpacked no finer than it will be shown.
        picture.draft(None, (edge, edge))
    picture.load()
    plain = _plain(ImageOps.exif_transpose(picture))
    plain.thumbnail((edge, edge))
    return plain


def _plain(picture: Image.Image) -> Image.Image:
    """The same dots in grey or in three colours, on white."""
    if picture.mode in ("L", "RGB") and "transparency" not in picture.info:
        return picture
    if picture.mode == "1":
        return picture.convert("L")
    if picture.mode.startswith("I"):
        sixteen = picture.convert("I")
        return sixteen.point(lambda dot: dot * (1 / 256)).convert("L")
    if picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
        above = picture.convert("RGBA")
        white = Image.new("RGBA", above.size, "white")
        return Image.alpha_composite(white, above).convert("RGB")
    return picture.convert("RGB")


def _kept(picture: Image.Image, folder: Path, number: int) -> dict:
    """Write a page and its small copy; what came with the picture is left behind."""
    picture.info = {}
    picture.save(folder / page_name(number), "JPEG", quality=_QUALITY)
    size = {"width": picture.width, "height": picture.height}
    picture.thumbnail(_THUMBNAIL)
    picture.save(folder / thumbnail_name(number), "JPEG", quality=_QUALITY)
    return size
