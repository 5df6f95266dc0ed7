"""Answers that hand out a file: of a fixed kind, never to be run, kept or guessed."""

from django.http import HttpResponse

from requests_app.documents import checking, keeping
from requests_app.documents.models import Document, DocumentPart

_ENDINGS = {
    checking.MEDIA_TYPES[kind]: ending
    for ending, kind in reversed(checking.ENDINGS.items())
}
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "Cache-Control": "no-store",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def picture(part: DocumentPart) -> HttpResponse:
    """A drawn page, to be shown inside a page."""
    return HttpResponse(part.body, content_type="image/jpeg", headers=_HEADERS)


def original(document: Document) -> HttpResponse:
    """The file as it was received, to be saved; its name tells nothing."""
    name = f"document-{document.public_id}.{_ENDINGS.get(document.media_type, 'bin')}"
    return HttpResponse(
        keeping.opened(document),
        content_type=document.media_type,
        headers={**_HEADERS, "Content-Disposition": f'attachment; filename="{name}"'},
    )
