"""Hostile pictures, types that are not what they say, and names that play tricks."""

import io
import struct
import zipfile
import zlib

from PIL import Image, PngImagePlugin

from tests.abuse.paper_maker import File, paper

GPS = b"synthetic-place-41N73W"
WORDS = b"synthetic-words-in-a-picture"


def picture(kind: str, *, size=(320, 240), mode="RGB", **options) -> bytes:
    """A picture of stripes."""
    out = io.BytesIO()
    stripes = Image.linear_gradient("L").resize(size).convert(mode)
    stripes.save(out, kind, **options)
    return out.getvalue()


def _chunk(name: bytes, body: bytes) -> bytes:
    check = struct.pack(">I", zlib.crc32(name + body))
    return struct.pack(">I", len(body)) + name + body + check


def png_of(width: int, height: int, *more: bytes) -> bytes:
    """A PNG that says it is that large and holds next to nothing."""
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + _chunk(b"IHDR", head)
        + b"".join(more)
        + _chunk(b"IDAT", zlib.compress(bytes(1000)))
        + _chunk(b"IEND", b"")
    )


def _jpeg_of(width: int, height: int) -> bytes:
    whole = picture("JPEG")
    at = whole.index(b"\xff\xc0")
    return whole[: at + 5] + struct.pack(">HH", height, width) + whole[at + 9 :]


def _tiff_of(width: int, height: int, *, loops: bool = False) -> bytes:
    """A TIFF with one list of entries; the next list may be the same again."""
    entries = [(256, 4, 1, width), (257, 4, 1, height), (258, 3, 1, 8), (259, 3, 1, 1)]
    entries += [(262, 3, 1, 1), (273, 4, 1, 200), (278, 4, 1, height), (279, 4, 1, 64)]
    body = b"".join(struct.pack("<HHII", *entry) for entry in entries)
    following = struct.pack("<I", 8 if loops else 0)
    head = b"II*\x00" + struct.pack("<I", 8) + struct.pack("<H", len(entries))
    return (head + body + following).ljust(200, b"\0") + bytes(64)


def _frames(count: int) -> bytes:
    page = Image.new("1", (40, 50), 1)
    out = io.BytesIO()
    page.save(out, "TIFF", save_all=True, append_images=[page] * (count - 1))
    return out.getvalue()


def _moving() -> bytes:
    first, out = Image.new("L", (20, 20)), io.BytesIO()
    second = Image.new("L", (20, 20), 255)
    first.save(out, "PNG", save_all=True, append_images=[second])
    return out.getvalue()


def bombs() -> list[File]:
    """Pictures that are larger than they look, or do not end."""
    text = b"a\0\0" + zlib.compress(bytes(64 << 20), 9)
    files = {
        "vast.png": (png_of(60_000, 60_000), "pixels"),
        "vast.jpg": (_jpeg_of(65_000, 65_000), "pixels"),
        "vast.tif": (_tiff_of(60_000, 60_000), "pixels"),
        "text.png": (png_of(10, 100, _chunk(b"zTXt", text)), "expansion"),
        "frames-201.tif": (_frames(201), "pages"),
        "moving.png": (_moving(), "moving"),
    }
    return [
        File(name, content, (code,), "image") for name, (content, code) in files.items()
    ]


def telling() -> list[File]:
    """Pictures that say more than they show, or twice: taken, and told no further."""
    exif = Image.Exif()
    exif[0x010E] = WORDS.decode()
    exif.get_ifd(0x8825)[0x001D] = GPS.decode()
    words = PngImagePlugin.PngInfo()
    words.add_text("Comment", WORDS.decode())
    return [
        File(
            "place.jpg", picture("JPEG", exif=exif), (), "image", (GPS, WORDS, b"Exif")
        ),
        File("comment.jpg", picture("JPEG", comment=WORDS), (), "image", (WORDS,)),
        File("loop.tif", _tiff_of(8, 8, loops=True), (), "image"),
        File("words.png", picture("PNG", pnginfo=words), (), "image", (WORDS,)),
    ]


def polyglots() -> list[File]:
    """Pictures that are something else as well."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as held:
        held.writestr("a.txt", "synthetic")
    zipped, page = archive.getvalue(), b"<script>alert(1)</script>"
    words = PngImagePlugin.PngInfo()
    words.add_text("a", page.decode())
    contents = {
        "paper-inside.jpg": picture("JPEG", comment=paper()[:200]),
        "zip-behind.png": picture("PNG") + zipped,
        "zip-behind.tif": picture("TIFF") + zipped,
        "html-inside.jpg": picture("JPEG", comment=page),
        "html-inside.png": picture("PNG", pnginfo=words),
        "program-behind.jpg": picture("JPEG") + b"MZ" + bytes(range(1, 99)),
        "script-behind.png": picture("PNG") + b"alert(1)",
    }
    return [
        File(name, body, ("polyglot",), "polyglot") for name, body in contents.items()
    ]


def mistaken() -> list[File]:
    """Files that are not what their names say, or nothing that is taken."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as held:
        held.writestr("word/document.xml", "<w:document/>")
    office, page = archive.getvalue(), b"<!doctype html><html><body>a</body></html>"
    drawing = b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>"
    heic = b"\0\0\0\x18ftypheic\0\0\0\0heicmif1" + bytes(200)
    files = {
        "page.pdf": (page, "not_pdf"),
        "program.pdf": (b"MZ\x90\0" + bytes(400), "not_pdf"),
        "archive.pdf": (office, "not_pdf"),
        "picture.pdf": (picture("PNG"), "not_pdf"),
        "paper.png": (paper(), "not_picture"),
        "drawing.png": (drawing, "not_picture"),
        "drawing.svg": (drawing, "type"),
        "letter.docx": (office, "type"),
        "telephone.heic": (heic, "type"),
        "telephone.jpg": (heic, "not_picture"),
        "moving.gif": (picture("GIF"), "type"),
        "words.txt": (b"synthetic words", "type"),
    }
    return [
        File(name, content, (code,), "type") for name, (content, code) in files.items()
    ]


def cut_off() -> list[File]:
    """Files of which a part is missing, too large, or nothing at all."""
    whole = {
        "half.pdf": paper(),
        "half.jpg": picture("JPEG"),
        "half.png": picture("PNG", size=(900, 900)),
        "half.tif": picture("TIFF", compression="tiff_lzw"),
    }
    files = [
        File(name, content[: len(content) // 2], ("broken",), "cut")
        for name, content in whole.items()
    ]
    files.append(File("nothing.pdf", b"", ("empty",), "cut"))
    large = paper() + b"%" * (21 * 1024 * 1024)
    return [*files, File("large.pdf", large, ("size",), "cut")]


def named() -> list[File]:
    """Papers whose names play tricks: refused by the name, or named anew."""
    whole = paper()
    return [
        File("../../etc/passwd", whole, (), "name"),
        File("C:\\Windows\\system32\\paper.pdf", whole, (), "name"),
        File("a\0b\x07.pdf", whole, (), "name"),
        File("paper\u202efdp.exe", whole, ("type",), "name"),
        File("paper\u202egpj.pdf", whole, (), "name"),
        File("paper.pdf.exe", whole, ("type",), "name"),
        File("paper.exe.pdf", whole, (), "name"),
        File("n" * 300 + ".pdf", whole, (), "name"),
        File("<script>alert(1)<script>.pdf", whole, (), "name"),
    ]
