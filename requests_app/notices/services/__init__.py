"""What the room does: owe, issue, try, serve, and keep what notices are made with."""

from requests_app.notices.services.helping import (
    HelpRetired,
    ReviewedAlready,
    WithdrawnAlready,
    add_help,
    help_of,
    is_reviewed,
    retire_help,
    review_translation,
    reviewed_languages,
    withdraw_review,
)
from requests_app.notices.services.issuing import (
    ServedAlready,
    TooLongToJoin,
    copied_papers,
    issue,
    joinable,
    make_file,
)
from requests_app.notices.services.owing import (
    OWED_ON_RECEIPT,
    AlreadyServed,
    NotServiceOf,
    ServedBeforeOwed,
    owe,
    owe_intent_again,
    serve,
)
from requests_app.notices.services.trying import (
    NothingSaid,
    NotItsReader,
    Tried,
    serves,
    try_to_give,
)

__all__ = [
    "OWED_ON_RECEIPT",
    "AlreadyServed",
    "HelpRetired",
    "NotItsReader",
    "NotServiceOf",
    "NothingSaid",
    "ReviewedAlready",
    "ServedAlready",
    "ServedBeforeOwed",
    "TooLongToJoin",
    "Tried",
    "WithdrawnAlready",
    "add_help",
    "copied_papers",
    "help_of",
    "is_reviewed",
    "joinable",
    "issue",
    "make_file",
    "owe",
    "owe_intent_again",
    "retire_help",
    "review_translation",
    "reviewed_languages",
    "serve",
    "serves",
    "try_to_give",
    "withdraw_review",
]
