"""Hostile PDF files: what acts, swells, loops, or is two files at once."""

import io
import zipfile
import zlib

import pikepdf

from tests.abuse.paper_maker import (
    CONTENT,
    File,
    appended,
    packed,
    pages,
    paper,
    stream,
    unlisted,
    written,
)

_SCRIPT = b"<< /S /JavaScript /JS (app.alert\\(1\\)) >>"
# In two halves: a scanner would take this test for the sample itself.
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR" + b"-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


def active() -> list[File]:
    """Papers that would do something."""
    link = b"/Annots [<< /Type /Annot /Subtype /Link /Rect [0 0 9 9] /A %s >>]"
    annotation = b"/Annots [<< /Type /Annot /Rect [0 0 9 9] /Subtype %s >>]"
    attached = (
        b"<< /Type /Filespec /F (a.exe) /EF << /F 7 0 R >> >>",
        stream(b"MZ", b"/Type /EmbeddedFile"),
    )
    files = {
        "opens-script": (paper(catalog=b"/OpenAction " + _SCRIPT), "script"),
        "names-script": (
            paper(
                catalog=b"/Names << /JavaScript << /Names [(a) 6 0 R] >> >>",
                more=(_SCRIPT,),
            ),
            "script",
        ),
        "page-opens": (
            paper(page=b"/AA << /O 6 0 R >>", more=(b"<< /S /Named /N /Print >>",)),
            "by_itself",
        ),
        "launches": (paper(page=link % b"<< /S /Launch /F (cmd.exe) >>"), "launch"),
        "attached": (
            paper(
                catalog=b"/Names << /EmbeddedFiles << /Names [(a) 6 0 R] >> >>",
                more=attached,
            ),
            "embedded",
        ),
        "attached-mark": (
            paper(page=annotation % b"/FileAttachment /FS 6 0 R", more=attached),
            "embedded",
        ),
        "xfa": (
            paper(
                catalog=b"/AcroForm << /Fields [] /XFA 6 0 R >>",
                more=(stream(b"<xdp:xdp/>"),),
            ),
            "xfa",
        ),
        "rich-media": (paper(page=annotation % b"/RichMedia"), "media"),
        "screen": (paper(page=annotation % b"/Screen"), "media"),
        "sends-form": (
            paper(page=link % b"<< /S /SubmitForm /F (http://127.0.0.1/) >>"),
            "sends",
        ),
        "opens-other": (
            paper(page=link % b"<< /S /GoToR /F (//host/a.pdf) >>"),
            "launch",
        ),
        "opens-inner": (paper(page=link % b"<< /S /GoToE /T << >> >>"), "embedded"),
        "spelled-otherwise": (
            paper(catalog=b"/OpenAction << /S /J#61vaScript /J#53 (a) >>"),
            "script",
        ),
        "not-in-table": (unlisted(paper(), _SCRIPT), "script"),
        "orphan-script": (paper(more=(_SCRIPT,)), "script"),
        "field-computes": (
            paper(
                catalog=b"/AcroForm << /Fields [6 0 R] >>",
                more=(b"<< /FT /Tx /T (a) /AA << /C 7 0 R >> >>", _SCRIPT),
            ),
            "script",
        ),
        "opens-address": (
            paper(catalog=b"/OpenAction << /S /URI /URI (http://169.254.169.254/) >>"),
            "by_itself",
        ),
        "plays-film": (paper(page=link % b"<< /S /Rendition /OP 0 >>"), "media"),
        "added-later": (
            appended(
                paper(),
                1,
                b"<< /Type /Catalog /Pages 2 0 R /OpenAction " + _SCRIPT + b" >>",
            ),
            "script",
        ),
        "inside-object-stream": (_in_object_stream(), "script"),
    }
    return [
        File(f"{name}.pdf", content, (code,), "active")
        for name, (content, code) in files.items()
    ]


def _in_object_stream() -> bytes:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(paper())) as pdf:
        pdf.Root.OpenAction = pdf.make_indirect(
            pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")
        )
        pdf.save(out, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return out.getvalue()


def zeros(megabytes: int) -> bytes:
    """That many megabytes of nothing, deflated, without making them."""
    packing = zlib.compressobj(9, zlib.DEFLATED, -15)
    block = packing.compress(bytes(1 << 20)) + packing.flush(zlib.Z_FULL_FLUSH)
    return b"\x78\x9c" + block * megabytes + b"\x03\x00" + bytes(4)


def bombs() -> list[File]:
    """Papers that unfold to far more than they are."""
    twice = b"/Filter [/FlateDecode /FlateDecode]"
    huge = b"/Type /XObject /Subtype /Image /Width 60000 /Height 60000 "
    huge += b"/ColorSpace /DeviceGray /BitsPerComponent 8 /Filter /FlateDecode"
    show = b"/XObject << /I 6 0 R >>"
    one = b"/Filter /FlateDecode"
    files = {
        "five-gigabytes": (
            paper(content=stream(zlib.compress(zeros(5120)), twice)),
            "filters",
        ),
        "one-gigabyte": (paper(content=stream(zeros(1024), one)), "expansion"),
        "unused-gigabyte": (paper(more=(stream(zeros(1024), one),)), "expansion"),
        "lzw": (
            paper(content=stream(_lzw_zeros(16 << 20), b"/Filter /LZWDecode")),
            "expansion",
        ),
        "run-lengths": (
            paper(
                content=stream(
                    b"\x81\x00" * 500, b"/Filter [/RunLengthDecode /RunLengthDecode]"
                )
            ),
            "filters",
        ),
        "five-filters": (
            paper(
                content=stream(
                    b"<>",
                    b"/Filter [/ASCIIHexDecode /ASCIIHexDecode "
                    b"/ASCIIHexDecode /ASCIIHexDecode /FlateDecode]",
                )
            ),
            "filters",
        ),
        "huge-picture": (
            paper(
                content=stream(b"q 600 0 0 700 0 0 cm /I Do Q"),
                drawings=show,
                more=(stream(zeros(4), huge),),
            ),
            "pixels",
        ),
        "pages-201": (pages(201), "pages"),
        "object-stream": (_object_stream_bomb(), "expansion"),
        "wide-page": (paper(box=b"0 0 90000 90000"), "pixels"),
        "repeated-forms": (_laughs(), "limits"),
    }
    return [
        File(f"{name}.pdf", content, (code,), "bomb")
        for name, (content, code) in files.items()
    ]


def _lzw_zeros(size: int) -> bytes:
    """Zeros in the codes of LZW, each one naming one zero more than the last."""
    made, width, following, length = 1, 9, 258, 1
    bits = ["100000000", "000000000"]
    while made < size:
        if following == 4094:
            bits.append(format(256, f"0{width}b") + "000000000")
            width, following, length, made = 9, 258, 1, made + 1
            continue
        bits.append(format(following, f"0{width}b"))
        length += 1
        made += length
        following += 1
        width = max(9, (following + 1).bit_length())
    bits.append(format(257, f"0{width}b"))
    text = "".join(bits)
    text += "0" * (-len(text) % 8)
    return int(text, 2).to_bytes(len(text) // 8, "big")


def _object_stream_bomb() -> bytes:
    first = b"7 0 "
    body = zeros(64)
    entries = b"/Type /ObjStm /N 1 /First %d /Filter /FlateDecode" % len(first)
    return paper(more=(stream(body, entries),))


def _laughs() -> bytes:
    """Ten drawings that each draw the next ten times."""
    forms = []
    for level in range(12):
        entries = b"/Type /XObject /Subtype /Form /BBox [0 0 612 792] "
        if level < 11:
            entries += b"/Resources << /XObject << /X %d 0 R >> >>" % (level + 7)
            forms.append(stream(b"/X Do " * 10, entries))
        else:
            forms.append(stream(b"0 0 600 700 re f " * 10, entries))
    return paper(
        content=stream(b"/I Do"),
        drawings=b"/XObject << /I 6 0 R >>",
        more=tuple(forms),
    )


def broken() -> list[File]:
    """Papers that cannot be followed."""
    whole = paper()
    kid = b"<< /Type /Pages /Parent 2 0 R /Kids [2 0 R] /Count 1 >>"
    rest = [stream(CONTENT), b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"]
    top = b"<< /Type /Catalog /Pages 2 0 R >>"
    tree = b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>"
    table = whole.rpartition(b"startxref\n")[2].split()[0]
    files = {
        "pages-loop": (written([top, tree, kid, *rest]), "loop"),
        "page-of-itself": (
            written([top, b"<< /Type /Pages /Kids [2 0 R] /Count 9 >>"]),
            "loop",
        ),
        "one-page-twice": (paper(kids=b"3 0 R 3 0 R"), "loop"),
        "table-elsewhere": (
            whole.replace(b"startxref\n" + table, b"startxref\n7"),
            "broken",
        ),
        "table-behind-the-end": (
            whole.replace(b"startxref\n" + table, b"startxref\n99999999"),
            "broken",
        ),
        "no-table": (whole.partition(b"xref\n0")[0] + b"%%EOF\n", "broken"),
        "table-refers-to-itself": (
            whole.replace(b"/Size 6", b"/Prev " + table + b" /Size 6"),
            "loop",
        ),
        "no-pages": (written([top, b"<< /Type /Pages /Kids [] /Count 0 >>"]), "broken"),
        "nested-arrays": (paper(more=(b"[" * 5000 + b"]" * 5000,)), "loop"),
        "wrong-offsets": (
            whole.replace(b"0000000015 00000 n", b"0000000099 00000 n"),
            "broken",
        ),
    }
    return [
        File(f"{name}.pdf", content, (code,), "malformed")
        for name, (content, code) in files.items()
    ]


def polyglots() -> list[File]:
    """Papers that are something else as well."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as held:
        held.writestr("a.txt", "synthetic")
    zipped = archive.getvalue()
    page = b"<html><script>alert(1)</script></html>"
    whole = paper()
    files = {
        "zip-behind": (whole + zipped, "polyglot"),
        "zip-inside": (paper(more=(stream(zipped),)), "polyglot"),
        "zip-before": (zipped + whole, "not_pdf"),
        "html-inside": (paper(more=(stream(page),)), "polyglot"),
        "html-before": (page + whole, "not_pdf"),
        "program-behind": (whole + b"MZ" + bytes(range(1, 200)), "polyglot"),
        "script-behind": (whole + b"\n*/alert(1)//", "polyglot"),
        "rar-inside": (
            paper(more=(stream(b"Rar!\x1a\x07\x01\x00synthetic"),)),
            "polyglot",
        ),
        "blanks-before": (b"\n\n" + whole, "not_pdf"),
    }
    return [
        File(f"{name}.pdf", content, (code,), "polyglot")
        for name, (content, code) in files.items()
    ]


def locked() -> list[File]:
    """Papers behind a password, and papers that a scanner knows."""
    return [
        File("password.pdf", _locked("open sesame"), ("encrypted",), "locked"),
        File("owner-only.pdf", _locked(""), ("encrypted",), "locked"),
        File("eicar.pdf", paper(more=(stream(EICAR),)), ("virus",), "virus"),
        File(
            "eicar-deep.pdf",
            paper(content=stream(CONTENT + b"\n%" + EICAR)),
            ("virus",),
            "virus",
        ),
    ]


def _locked(user: str) -> bytes:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(paper())) as pdf:
        pdf.save(out, encryption=pikepdf.Encryption(owner="owner", user=user))
    return out.getvalue()


def unused_packed() -> bytes:
    """A blank drawing that packs a thousandfold, as an honest scanner makes it."""
    entries = b"/Type /XObject /Subtype /Image /Width 1700 /Height 2200 "
    entries += b"/ColorSpace /DeviceGray /BitsPerComponent 8"
    return packed(b"\xff" * (1700 * 2200), entries)
