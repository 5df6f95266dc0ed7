"""What reporting does, one file a subject. Callers say `services.draw_sample`."""

from requests_app.reporting.services.samples import (
    NotAllChecked,
    NotYours,
    SignedOff,
    TooFewRequests,
    answers_of,
    bundle,
    check,
    draw_sample,
    find,
    findings_of,
    population,
    sign_off,
    words_of,
)

__all__ = [
    "NotAllChecked",
    "NotYours",
    "SignedOff",
    "TooFewRequests",
    "answers_of",
    "bundle",
    "check",
    "draw_sample",
    "find",
    "findings_of",
    "population",
    "sign_off",
    "words_of",
]
