"""What a file may be, why one is refused, and in what words. Pure."""

from dataclasses import dataclass

MOST_BYTES = 20 * 1024 * 1024
MOST_PAGES = 200
MOST_PIXELS = 40_000_000
# A stream that unfolds to more than this many times its size is a bomb, not a page.
MOST_EXPANSION = 100

PDF, JPEG, PNG, TIFF = "pdf", "jpeg", "png", "tiff"
MEDIA_TYPES = {
    PDF: "application/pdf",
    JPEG: "image/jpeg",
    PNG: "image/png",
    TIFF: "image/tiff",
}
KIND_WORDS = {
    PDF: "a PDF",
    JPEG: "a JPEG picture",
    PNG: "a PNG picture",
    TIFF: "a TIFF scan",
}
ENDINGS = {
    "pdf": PDF,
    "jpg": JPEG,
    "jpeg": JPEG,
    "jpe": JPEG,
    "png": PNG,
    "tif": TIFF,
    "tiff": TIFF,
}


@dataclass(frozen=True)
class Refusal:
    """Why a file is not taken: the answer's status and what the person reads."""

    status: int
    words: str


_AGAIN = "Print it and scan the print, or ask the sender for another copy."

REFUSALS = {
    "empty": Refusal(422, "The file is empty. Choose it again."),
    "size": Refusal(
        413,
        "The file is larger than 20 MB. Scan it at 200 dots per inch in black and "
        "white, or send it in parts.",
    ),
    "type": Refusal(
        415,
        "Only PDF files and JPEG, PNG or TIFF pictures are taken. Print the paper to "
        "PDF, or scan it.",
    ),
    "not_pdf": Refusal(415, f"Not a PDF, though its name says so. {_AGAIN}"),
    "not_picture": Refusal(
        415, f"Not the kind of picture that its name says. {_AGAIN}"
    ),
    "polyglot": Refusal(
        422, f"The file holds a second file of another kind inside. {_AGAIN}"
    ),
    "script": Refusal(422, f"The PDF holds JavaScript. {_AGAIN}"),
    "launch": Refusal(
        422, f"The PDF would start a program or open another file. {_AGAIN}"
    ),
    "sends": Refusal(422, f"The PDF would send or fetch something. {_AGAIN}"),
    "by_itself": Refusal(
        422, f"The PDF would do something by itself when it is opened. {_AGAIN}"
    ),
    "embedded": Refusal(
        422, "The PDF has another file attached. Send that file by itself."
    ),
    "xfa": Refusal(
        422,
        "The PDF is a form of the kind that changes by itself (XFA). Print it to PDF "
        "and send that.",
    ),
    "media": Refusal(422, f"The PDF holds sound, film or a moving model. {_AGAIN}"),
    "moving": Refusal(422, f"The picture moves: it holds more than one. {_AGAIN}"),
    "encrypted": Refusal(
        422, "The PDF is locked. Remove the password and send it again."
    ),
    "filters": Refusal(
        422, f"The PDF is packed several times over, which no page needs. {_AGAIN}"
    ),
    "expansion": Refusal(422, f"The file unfolds to far more than its size. {_AGAIN}"),
    "limits": Refusal(
        422, f"The file takes more time or memory to open than a paper needs. {_AGAIN}"
    ),
    "pages": Refusal(422, "The file has more than 200 pages. Send it in parts."),
    "pixels": Refusal(
        422,
        "A picture in the file is larger than 40 million pixels. Scan it at fewer "
        "dots per inch.",
    ),
    "loop": Refusal(422, f"The pages of the file refer to one another. {_AGAIN}"),
    "broken": Refusal(422, f"The file is broken or cut off. {_AGAIN}"),
    "virus": Refusal(
        422,
        "The virus scanner found something in the file. It was not kept. Tell your "
        "administrator, and ask the sender for another copy.",
    ),
    "scanner": Refusal(
        503,
        "Cannot check now: the virus scanner does not answer. The file was not kept. "
        "Try again in a few minutes; the paper itself stays valid.",
    ),
    "busy": Refusal(
        503, "Other files are being checked. Send it again in half a minute."
    ),
    "storage": Refusal(
        503, "Cannot store files now. The file was not kept. Tell your administrator."
    ),
    "quota_user": Refusal(
        429,
        "You have sent as many files as may be sent in one hour. Go on in an hour, or "
        "ask a colleague.",
    ),
    "quota_request": Refusal(
        429, "This request holds as many files as it may. Send several papers as one."
    ),
}


class Refused(Exception):
    """A file is not taken; `code` is a key of REFUSALS."""

    def __init__(self, code: str):
        super().__init__(REFUSALS[code].words)
        self.code = code

    @property
    def status(self) -> int:
        return REFUSALS[self.code].status

    @property
    def words(self) -> str:
        return REFUSALS[self.code].words


def refuse_by_size(size: int) -> None:
    """Raises Refused for a size that no file may have; asked before it is read."""
    if size == 0:
        raise Refused("empty")
    if size > MOST_BYTES:
        raise Refused("size")
