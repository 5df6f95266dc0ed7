"""The closed list of events, the keys each may carry, and the shape of each key.

Pure data. An event is a past participle in its room's name. Keys hold identifiers,
codes, numbers and dates; the sentence a reader sees is made at display time
(`review.wording`), so that wording may improve without touching the history.
"""

import re

EVENTS: dict[str, frozenset[str]] = {
    event: frozenset(keys.split())
    for event, keys in {
        "request.filed": "number instrument channel received_at asks acts late unasked "
        "commitments",
        "request.corrected": "step rev commitments",
        "request.shredded": "authority",
        "record.unopened": "door",
        "keys.rotated": "what key rows",
        "request.screened": "cause screenings versions violations undetermined "
        "legal_review",
        "request.assigned": "queue level rule due_at",
        "request.moved": "from to",
        "request.reviewed": "queue level",
        "ask.determined": "ask kind decision reason findings override",
        "ask.superseded": "ask kind determination",
        "override.proposed": "ask kind determination citations",
        "override.confirmed": "ask kind determination",
        "override.refused": "ask kind determination",
        "act.recorded": "act kind happened_at ended_at late staff_minutes cost_cents",
        "access.recorded": "act kinds municipal_report",
        "mismatch.found": "act ask kind",
        "notice.owed": "notice kind due_at",
        "notice.served": "notice kind how served_at",
        "offence.proposed": "section status effective_from",
        "offence.ruled": "section status effective_from proposed_by",
        "offence.withdrawn": "section status",
        "role.granted": "user role agency effective_from effective_until",
        "role.ended": "user role agency effective_until",
        "agency.added": "kind",
        "user.added": "",
        "user.changed": "fields",
        "session.began": "",
        "session.refused": "",
        "session.ended": "",
        "access.denied": "door method status about",
        "draft.begun": "",
        "draft.saved": "step",
        "draft.discarded": "",
        "draft.read": "step",
        "request.read": "door",
        "list.read": "door shown",
        "search.made": "term shown more",
        "people.read": "door",
        "record.printed": "door entry",
        "history.read": "door since until event what role agency outcome actor request "
        "shown",
        "sample.drawn": "kind since until size seed method population digest shown",
        "sample.read": "door shown",
        "sample.checked": "item answers",
        "sample.found": "item finding gravity",
        "sample.signed": "conclusion exceptions",
        "sample.exported": "door shown",
        "request.claimed": "",
        "request.unclaimed": "",
        "request.given": "user bulk",
        "request.deferred": "until code bulk",
        "request.resumed": "",
        "request.labelled": "label bulk",
        "request.unlabelled": "label",
        "request.escalated": "clock from to",
        "clock.alarmed": "clock step due_at",
        "clock.skewed": "seconds behind",
        "clock.agreed": "",
        "request.returned": "question code due_at",
        "question.asked": "question code due_at",
        "question.answered": "question",
        "question.withdrawn": "question",
        "ask.reopened": "ask kind determination",
        "release.recorded": "released_at to_whom",
        "note.added": "note kind urgent mentions",
        "note.edited": "note",
        "unit.added": "",
        "unit.closed": "",
        "unit.placed": "user effective_from effective_until",
        "absence.entered": "user cover effective_from effective_until",
        "absence.ended": "user",
        "agency.changed": "fields",
        "routing.proposed": "rules",
        "routing.tried": "looked moved",
        "routing.began": "effective_from",
        "routing.withdrawn": "",
        "label.added": "",
        "label.retired": "",
        "reason_text.written": "reason",
        "bulk.ordered": "kind total",
        "bulk.finished": "done skipped",
        "law.rehearsed": "kind versions citations section status effective_from since "
        "until looked gained lost",
        "law.rescreened": "screenings",
        "document.received": "document kind sha256 size pages",
        "document.refused": "kind code",
        "document.discarded": "document",
        "document.misplaced": "document",
        "document.read": "document door part",
        "form.read": "document edition warnings fields",
        "form.taken": "document accepted corrected left_out",
        "request.linked": "link about kind score signals",
        "notice.issued": "notice issue kind language template reviewed",
        "notice.rendered": "notice issue document sha256",
        "notice.failed": "notice issue code",
        "notice.tried": "notice attempt kind how outcome tried_at",
        "notice.previewed": "notice languages",
        "legal_help.added": "help",
        "legal_help.retired": "help",
        "translation.reviewed": "template language",
        "translation.withdrawn": "template language",
        "paper.printed": "first last",
        "paper.spoiled": "paper",
        "import.mapped": "map",
        "import.begun": "batch sha256",
        "import.read": "rows",
        "import.seen": "door",
        "import.tried": "batch rows requests fault_count flagged",
        "import.confirmed": "batch requests",
        "import.finished": "batch requests flagged",
        "import.failed": "batch code",
        "import.dropped": "batch",
        "import.undone": "batch requests",
        "request.imported": "number instrument channel received_at asks acts unasked "
        "commitments batch rows",
        "import.shown": "batch requests",
        "request.opened": "reason",
        "claim.recorded": "claim about relief filed_at",
        "claim.moved": "claim outcome on_date",
        "hold.placed": "hold about cause reach",
        "hold.lifted": "hold about",
        "retention.set": "retention_rule record_class years series effective_from",
        "disposal.proposed": "disposal record_class total authority",
        "disposal.approved": "disposal step",
        "disposal.withdrawn": "disposal",
        "disposal.finished": "disposal shredded skipped authority sha256",
        "case_file.made": "case_file claim sha256 bundle_sha256 size root",
        "report.drafted": "report form since until version nil rows size root",
        "report.dropped": "report",
        "report.certified": "report version sha256 csv_sha256",
        "report.sent": "report version",
        "report.read": "door report shown",
        "extract.made": "extract audience since until rows withheld leaks size root",
        "extract.withheld": "extract act field code",
        "extract.released": "extract sha256 csv_sha256",
        "extract.refused": "extract",
        "publication.proposed": "publication since until version sha256",
        "publication.published": "publication sha256",
        "publication.refused": "publication code",
        "publication.withdrawn": "publication",
        "export.asked": "export kind form names",
        "export.carried": "export rows",
        "export.finished": "export rows sha256",
        "export.fetched": "export",
        "export.cancelled": "export",
        "export.expired": "export",
        "export.emptied": "export",
        "export.failed": "export code",
        "figures.read": "door since until",
        "ledger.began": "",
        "ledger.reshaped": "",
        "ledger.failed": "check leaf",
        "ledger.verified": "leaves",
        "history.exported": "",
        "job.died": "kind attempts",
        "job.retried": "kind",
    }.items()
}

# They change nothing: somebody saw something, or was not let in.
READS = frozenset(
    ("draft.read", "request.read", "list.read", "search.made", "people.read")
    + ("record.printed", "history.read", "sample.read", "sample.exported")
    + ("document.read", "notice.previewed", "report.read", "figures.read")
    + ("request.opened", "import.seen")
)
# Those that name the requests that were on the page.
SHOWING = frozenset(event for event, keys in EVENTS.items() if "shown" in keys)

IDENTIFIER = re.compile(r"[A-Za-z0-9_-]{22}\Z")
CODE = re.compile(r"[a-z][a-z0-9_.]{0,39}\Z")
AGENCY = re.compile(r"[A-Z][A-Z0-9-]{0,11}\Z")
MOMENT = re.compile(
    r"\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d:\d\d))?\Z"
)
LANGUAGE = re.compile(r"[a-z]{2}(-[A-Z][a-z]{3})?\Z")
# A disposal authorization of the Public Records Administrator.
AUTHORITY = re.compile(r"RC-[0-9]{3}[A-Z0-9-]{0,24}\Z")
_CITATION = r"54-192h(\([A-Za-z0-9]{1,2}\))*( (copy|intent|notification))?"

# Text under a key not listed here is a code.
SHAPES: dict[str, re.Pattern] = {
    **dict.fromkeys(
        ("ask", "act", "determination", "notice", "screenings", "user", "proposed_by")
        + ("shown", "about", "entry", "request", "item", "finding", "bulk", "label")
        + ("question", "note", "mentions", "cover")
        + ("document", "link", "issue", "attempt", "help", "map", "batch", "claim")
        + ("hold", "retention_rule", "disposal", "case_file", "report", "extract")
        + ("publication", "export"),
        IDENTIFIER,
    ),
    **dict.fromkeys(
        ("received_at", "due_at", "happened_at", "ended_at", "served_at")
        + ("effective_from", "effective_until", "since", "until")
        + ("released_at", "tried_at", "filed_at", "on_date"),
        MOMENT,
    ),
    "agency": AGENCY,
    "number": re.compile(r"[A-Z][A-Z0-9-]{0,11}-\d{4}-\d{5,6}\Z"),
    "instrument": re.compile(r"(I-\d{3}[A-Z]?|[a-z][a-z0-9_]{0,15}(d4B)?)\Z"),
    "versions": re.compile(r"(\d{4})?\Z"),
    **dict.fromkeys(("citations", "kinds"), re.compile(rf"{_CITATION}\Z")),
    "findings": re.compile(rf"{_CITATION} (compliant|violation|undetermined)\Z"),
    # table.column:HMAC-SHA-256 under a salt that goes with the request's data key.
    "commitments": re.compile(r"[a-z_]{1,50}\.[a-z_]{1,40}:[0-9a-f]{64}\Z"),
    "authority": AUTHORITY,
    # A series of the Public Records Administrator's schedule.
    "series": re.compile(r"[A-Za-z0-9][A-Za-z0-9 .:-]{0,39}\Z"),
    "section": re.compile(r"[0-9]{1,3}[a-z]?-[0-9]{1,4}[a-z]{0,3}\Z"),
    # Of a denied attempt the HTTP method, of a sample a number.
    "method": re.compile(r"[A-Z]{1,10}\Z"),
    "actor": re.compile(r"([A-Za-z0-9_-]{22}|system|anonymous)\Z"),
    # HMAC-SHA-256 of the words searched for, SHA-256 of a population.
    # The root of the tree that was read under, SHA-256 of files.
    **dict.fromkeys(
        ("term", "digest", "sha256", "csv_sha256", "bundle_sha256", "root"),
        re.compile(r"[0-9a-f]{64}\Z"),
    ),
    "language": LANGUAGE,
    "languages": LANGUAGE,
    # An edition of a form, a version of a template.
    **dict.fromkeys(("edition", "template"), re.compile(r"[A-Za-z0-9_. -]{0,40}\Z")),
    # Numbers printed on paper forms.
    **dict.fromkeys(
        ("paper", "first", "last"),
        re.compile(r"[A-Z][A-Z0-9-]{0,11}-P\d{5,6}\Z"),
    ),
    "seed": re.compile(r"[0-9a-f]{32}\Z"),
}
