"""A drawn page in four layouts: form fields, text layer, clean scan, fax."""

import io

import numpy as np
import pikepdf
import pypdfium2
from PIL import Image, ImageFilter

from tests.forms.canvas import HEIGHT, WIDTH, Field, Line, Page, Text

LAYOUTS = ("fields", "text", "scan", "fax")
FONT_NAMES = {
    "Helvetica": "Helvetica",
    "Helvetica-Bold": "Helvetica-Bold",
    "Times": "Times-Roman",
    "Times-Bold": "Times-Bold",
    "Courier": "Courier",
    "Courier-Bold": "Courier-Bold",
}


def render(page: Page, layout: str, seed: int) -> bytes:
    """The bytes of a file in one of the four layouts, the same for the same seed."""
    if layout == "fields":
        return _pdf(page, with_fields=True)
    if layout == "text":
        return _pdf(page, with_fields=False)
    picture = _picture(_pdf(page, with_fields=False), dpi=200)
    chance = np.random.default_rng(seed)
    if layout == "scan":
        return _as_png(_scanned(picture, chance), dpi=(200, 200))
    return _faxed(picture, chance, coarse=seed % 3 == 0)


def _pdf(page: Page, *, with_fields: bool) -> bytes:
    pdf = pikepdf.new()
    pdf.add_blank_page(page_size=(WIDTH, HEIGHT))
    leaf = pdf.pages[0]
    fonts = {name: _font(base) for name, base in FONT_NAMES.items()}
    leaf.Resources = pikepdf.Dictionary(
        Font=pikepdf.Dictionary({f"/{name}": font for name, font in fonts.items()})
    )
    drawn = [_operators(one) for one in page.marks if not (with_fields and _fills(one))]
    drawn += [_ink(points) for points in page.ink]
    leaf.Contents = pdf.make_stream("\n".join(drawn).encode("cp1252"))
    if with_fields:
        _add_fields(pdf, leaf, page, fonts)
    target = io.BytesIO()
    pdf.save(target, deterministic_id=True)
    return target.getvalue()


def _fills(mark) -> bool:
    return mark.is_value


def _font(base: str) -> pikepdf.Dictionary:
    return pikepdf.Dictionary(
        Type=pikepdf.Name.Font,
        Subtype=pikepdf.Name.Type1,
        BaseFont=pikepdf.Name(f"/{base}"),
        Encoding=pikepdf.Name.WinAnsiEncoding,
    )


def _operators(mark: Text | Line) -> str:
    if isinstance(mark, Line):
        ends = f"{mark.x0:.2f} {HEIGHT - mark.y0:.2f} m "
        ends += f"{mark.x1:.2f} {HEIGHT - mark.y1:.2f} l S"
        return f"{mark.width} w {ends}"
    escaped = mark.text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
    place = f"{mark.x:.2f} {HEIGHT - mark.y:.2f} Td"
    return f"BT /{mark.font} {mark.size:.2f} Tf {place} ({escaped}) Tj ET"


def _ink(points: list[tuple[float, float]]) -> str:
    first, *rest = [(x, HEIGHT - y) for x, y in points]
    path = " ".join(f"{x:.2f} {y:.2f} l" for x, y in rest)
    return f"1.1 w {first[0]:.2f} {first[1]:.2f} m {path} S"


def _add_fields(pdf, leaf, page: Page, fonts) -> None:
    widgets = [
        pdf.make_indirect(
            (_box_to_tick if one.is_tick else _text_field)(pdf, one, number)
        )
        for number, one in enumerate(page.fields)
    ]
    leaf.Annots = pikepdf.Array(widgets)
    pdf.Root.AcroForm = pikepdf.Dictionary(
        Fields=pikepdf.Array(widgets),
        NeedAppearances=True,
        DA=pikepdf.String("/Helvetica 9 Tf 0 g"),
        DR=pikepdf.Dictionary(
            Font=pikepdf.Dictionary({"/Helvetica": fonts["Helvetica"]})
        ),
    )


def _widget(one: Field, number: int) -> dict:
    x0, y0, x1, y1 = one.box
    return {
        "/Type": pikepdf.Name.Annot,
        "/Subtype": pikepdf.Name.Widget,
        "/Rect": pikepdf.Array([x0, HEIGHT - y1, x1, HEIGHT - y0]),
        # Names say nothing, as those of many forms.
        "/T": pikepdf.String(f"form1[0].#subform[0].Field{number}[0]"),
        "/F": 4,
    }


def _text_field(pdf, one: Field, number: int) -> pikepdf.Dictionary:
    return pikepdf.Dictionary(
        {
            **_widget(one, number),
            "/FT": pikepdf.Name.Tx,
            "/V": pikepdf.String(one.value.replace("\n", "\r")),
            "/DA": pikepdf.String("/Helvetica 9 Tf 0 g"),
            "/Ff": 4096 if "\n" in one.value else 0,
        }
    )


def _box_to_tick(pdf, one: Field, number: int) -> pikepdf.Dictionary:
    state = pikepdf.Name("/1" if one.value else "/Off")
    return pikepdf.Dictionary(
        {
            **_widget(one, number),
            "/FT": pikepdf.Name.Btn,
            "/V": state,
            "/AS": state,
        }
    )


def _picture(pdf: bytes, *, dpi: int) -> Image.Image:
    document = pypdfium2.PdfDocument(pdf)
    return document[0].render(scale=dpi / 72).to_pil().convert("L")


def _scanned(picture: Image.Image, chance) -> Image.Image:
    """A flatbed's picture: a little turned, a little soft, a little grey."""
    turned = picture.rotate(
        chance.uniform(-0.7, 0.7), Image.Resampling.BICUBIC, fillcolor=255
    )
    soft = turned.filter(ImageFilter.GaussianBlur(chance.uniform(0.2, 0.6)))
    grey = np.asarray(soft, dtype=np.float32)
    grey = grey * chance.uniform(0.88, 0.98) + chance.uniform(0, 12)
    grey += chance.normal(0, 5, grey.shape)
    return Image.fromarray(grey.clip(0, 255).astype(np.uint8))


def _faxed(picture: Image.Image, chance, *, coarse: bool) -> bytes:
    """A fax: one bit, fine or standard lines, turned, speckled and streaked."""
    turned = picture.rotate(
        chance.uniform(-1.2, 1.2), Image.Resampling.BICUBIC, fillcolor=255
    )
    down = 98 if coarse else 196
    size = (round(WIDTH / 72 * 204), round(HEIGHT / 72 * down))
    grey = np.asarray(turned.resize(size, Image.Resampling.LANCZOS), dtype=np.float32)
    dark = grey + chance.normal(0, 14, grey.shape) < chance.uniform(135, 175)
    speck = chance.random(grey.shape)
    dark = (dark | (speck < 0.0009)) & ~(speck > 0.994)
    for _ in range(int(chance.integers(0, 3))):
        column = int(chance.integers(0, size[0]))
        dark[:, column] |= chance.random(size[1]) < 0.6
    if chance.random() < 0.4:
        line = int(chance.integers(0, size[1]))
        dark[line : line + 1, :] = False
    fax = Image.fromarray(~dark)
    return _as_tiff(fax.convert("1", dither=Image.Dither.NONE), dpi=(204, down))


def _as_png(picture: Image.Image, *, dpi: tuple[int, int]) -> bytes:
    target = io.BytesIO()
    picture.save(target, "PNG", dpi=dpi)
    return target.getvalue()


def _as_tiff(picture: Image.Image, *, dpi: tuple[int, int]) -> bytes:
    target = io.BytesIO()
    picture.save(target, "TIFF", dpi=dpi, compression="group4")
    return target.getvalue()
