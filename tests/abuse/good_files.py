"""Papers that an honest sender has, odd ones among them; all are to be taken."""

import base64
import io
import zlib

import pikepdf
from PIL import Image

from tests.abuse import hostile_pdfs
from tests.abuse.hostile_pictures import picture, png_of
from tests.abuse.paper_maker import (
    CONTENT,
    File,
    appended,
    pages,
    paper,
    stream,
)

_DRAWINGS = b"/XObject << /I 6 0 R >>"
_WHOLE_PAGE = b"q 612 0 0 792 0 0 cm /I Do Q"
_LINK = b"/Annots [<< /Type /Annot /Subtype /Link /Rect [0 0 9 9] /A %s >>]"


def good() -> list[File]:
    """The files that are to be taken."""
    return [File(name, content) for name, content in (_papers() | _scans()).items()]


def _papers() -> dict[str, bytes]:
    whole = paper()
    return {
        "form.pdf": form(),
        "form-to-draw.pdf": form(b"/NeedAppearances true"),
        "signed-field.pdf": form(b"/SigFlags 3", kind=b"/Sig"),
        "text.pdf": whole,
        "seven-pages.pdf": pages(7),
        "pages-200.pdf": pages(200),
        "pdf-2.pdf": paper(head=b"%PDF-2.0"),
        "numbered-from-one.pdf": whole.replace(
            b"xref\n0 6\n0000000000 65535 f \n", b"xref\n1 5\n"
        ),
        "pdf-1-3.pdf": paper(head=b"%PDF-1.3"),
        "turned.pdf": paper(page=b"/Rotate 90"),
        "object-streams.pdf": _saved(
            object_stream_mode=pikepdf.ObjectStreamMode.generate
        ),
        "linearized.pdf": _saved(linearize=True),
        "changed-later.pdf": appended(whole, 4, stream(CONTENT + b" ")),
        "letters-and-flate.pdf": paper(content=_in_letters()),
        "run-lengths.pdf": paper(
            content=stream(
                bytes([len(CONTENT) - 1]) + CONTENT + b"\x80",
                b"/Filter /RunLengthDecode",
            )
        ),
        "link.pdf": paper(page=_LINK % b"<< /S /URI /URI (https://ice.example/) >>"),
        "opens-at-page.pdf": paper(catalog=b"/OpenAction [3 0 R /Fit]"),
        "opens-at-place.pdf": paper(
            catalog=b"/OpenAction << /S /GoTo /D [3 0 R /Fit] >>"
        ),
        "empties-form.pdf": paper(page=_LINK % b"<< /S /ResetForm >>"),
        "outline.pdf": paper(
            catalog=b"/Outlines 6 0 R",
            more=(
                b"<< /Type /Outlines /First 7 0 R /Last 7 0 R /Count 1 >>",
                b"<< /Title (A) /Parent 6 0 R /Dest [3 0 R /Fit] >>",
            ),
        ),
        "about.pdf": paper(
            catalog=b"/Metadata 6 0 R",
            more=(stream(b"<x:xmpmeta/>", b"/Type /Metadata /Subtype /XML"),),
        ),
        "blanks-behind.pdf": whole + b"\r\n\x00\x00",
        "SHOUTED.PDF": whole,
        "no-ending": whole,
        "with.dots 11.22.2026.pdf": whole,
    }


def written_pages(count: int) -> bytes:
    """A paper of pages that each say their number."""
    out = io.BytesIO()
    with pikepdf.new() as pdf:
        for number in range(1, count + 1):
            with pikepdf.open(io.BytesIO(paper())) as one:
                pdf.pages.extend(one.pages)
            words = b"BT /F1 40 Tf 72 700 Td (Synthetic page %d) Tj ET" % number
            pdf.pages[-1].Contents = pdf.make_stream(words)
        pdf.save(out)
    return out.getvalue()


def form(entries: bytes = b"", *, kind: bytes = b"/Tx") -> bytes:
    """A filled form with plain fields, as the agency's own form is."""
    field = b"<< /Type /Annot /Subtype /Widget /FT " + kind
    field += b" /T (event) /Rect [72 600 300 620] /P 3 0 R /F 4 "
    field += b"" if kind == b"/Sig" else b"/V (EV-0001) /DA (/F1 12 Tf 0 g) "
    return paper(
        catalog=b"/AcroForm << /Fields [6 0 R] /DR << /Font << /F1 5 0 R >> >> "
        b"/DA (/F1 12 Tf 0 g) " + entries + b" >>",
        page=b"/Annots [6 0 R]",
        more=(field + b">>",),
    )


def _saved(**how) -> bytes:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(paper())) as pdf:
        pdf.save(out, **how)
    return out.getvalue()


def _in_letters() -> bytes:
    letters = base64.a85encode(zlib.compress(CONTENT)) + b"~>"
    return stream(letters, b"/Filter [/ASCII85Decode /FlateDecode]")


def _picture_paper(body: bytes) -> bytes:
    return paper(content=stream(_WHOLE_PAGE), drawings=_DRAWINGS, more=(body,))


def _scans() -> dict[str, bytes]:
    entries = b"/Type /XObject /Subtype /Image /Width 320 /Height 240 "
    entries += b"/ColorSpace /DeviceRGB /BitsPerComponent 8 /Filter /DCTDecode"
    sixteen = io.BytesIO()
    Image.new("I;16", (60, 40), 40_000).save(sixteen, "PNG")
    turned = Image.Exif()
    turned[0x0112] = 6
    return {
        "scan.pdf": _picture_paper(stream(picture("JPEG"), entries)),
        "blank-scan.pdf": _picture_paper(hostile_pdfs.unused_packed()),
        "fax.pdf": _fax(),
        "colour.jpg": picture("JPEG"),
        "grey.jpeg": picture("JPEG", mode="L"),
        "print.jpg": picture("JPEG", mode="CMYK"),
        "in-steps.jpg": picture("JPEG", progressive=True),
        "upright.jpg": picture("JPEG", exif=turned),
        "telephone.jpg": picture("JPEG") + picture("JPEG", size=(64, 48)),
        "photograph.jpg": picture("JPEG", size=(4000, 3000)),
        "colour.png": picture("PNG"),
        "ticks.png": picture("PNG", mode="1"),
        "few-colours.png": picture("PNG", mode="P"),
        "see-through.png": picture("PNG", mode="RGBA"),
        "sixteen.png": sixteen.getvalue(),
        "short-of-dots.png": png_of(30, 30),
        "pages.tif": _tiff(3),
        "fax.tiff": picture("TIFF", mode="1", compression="group4"),
        "packed.tif": picture("TIFF", compression="tiff_lzw"),
        "deflated.tif": picture("TIFF", compression="tiff_adobe_deflate"),
        "colour.tif": picture("TIFF", compression="jpeg"),
        "print.tif": picture("TIFF", mode="CMYK"),
    }


def _fax() -> bytes:
    out = io.BytesIO()
    page = Image.linear_gradient("L").resize((1728, 2200)).convert("1")
    page.save(out, "TIFF", compression="group4")
    with Image.open(io.BytesIO(out.getvalue())) as held:
        at, size = held.tag_v2[273][0], held.tag_v2[279][0]
    entries = b"/Type /XObject /Subtype /Image /Width 1728 /Height 2200 "
    entries += b"/ColorSpace /DeviceGray /BitsPerComponent 1 /Filter /CCITTFaxDecode "
    entries += b"/DecodeParms << /K -1 /Columns 1728 /Rows 2200 >>"
    return _picture_paper(stream(out.getvalue()[at : at + size], entries))


def _tiff(count: int) -> bytes:
    drawn = [
        Image.linear_gradient("L").resize((850, 1100)).rotate(place * 90)
        for place in range(count)
    ]
    out = io.BytesIO()
    drawn[0].save(
        out, "TIFF", save_all=True, append_images=drawn[1:], compression="tiff_lzw"
    )
    return out.getvalue()
