"""Which tables the history watches, and why it does not watch the others. Pure.

Each insert, update and delete of a watched row is a change that an entry has to tell
of: the database refuses a transaction that changes such a row and records nothing, and
`verify_ledger` compares every row with its last change.

The shapes in the database (`RowShape`) say the same to the triggers. A migration that
adds, drops or alters a column of a watched table also writes the table's next shape,
hangs `ledger_capture` on it in place of the last, and captures the rows that exist
under an entry, as migration 0018 does; a test fails until it has.
"""

from collections.abc import Mapping

WATCHED = (
    # accounts
    "requests_app_agency",
    "requests_app_user",
    "requests_app_appointment",
    "requests_app_unit",
    "requests_app_placement",
    "requests_app_absence",
    # vault
    "requests_app_datakey",
    # documents
    "requests_app_document",
    "requests_app_documentpart",
    "requests_app_formreading",
    # docket
    "requests_app_batch",
    "requests_app_icerequest",
    "requests_app_person",
    "requests_app_custody",
    "requests_app_legalbasis",
    "requests_app_conviction",
    "requests_app_warrant",
    "requests_app_ask",
    "requests_app_act",
    "requests_app_communication",
    "requests_app_release",
    "requests_app_link",
    "requests_app_correction",
    "requests_app_claim",
    "requests_app_claimevent",
    "requests_app_hold",
    "requests_app_retentionrule",
    "requests_app_disposal",
    "requests_app_disposalitem",
    # notices
    "requests_app_notice",
    "requests_app_issue",
    "requests_app_attempt",
    "requests_app_genuinecode",
    "requests_app_legalhelp",
    "requests_app_translationreview",
    # intake
    "requests_app_importmap",
    "requests_app_importbatch",
    "requests_app_importedrow",
    "requests_app_paperform",
    # review
    "requests_app_screening",
    "requests_app_finding",
    "requests_app_iceaccess",
    "requests_app_assignment",
    "requests_app_determination",
    "requests_app_mismatch",
    "requests_app_offenceruling",
    "requests_app_routingtable",
    "requests_app_routingrule",
    "requests_app_deferral",
    "requests_app_label",
    "requests_app_labelling",
    "requests_app_bulk",
    "requests_app_bulkitem",
    "requests_app_alarm",
    "requests_app_reopening",
    "requests_app_reasontext",
    "requests_app_note",
    "requests_app_mention",
    "requests_app_question",
    "requests_app_rehearsal",
    "requests_app_rehearsalitem",
    # reporting
    "requests_app_sample",
    "requests_app_sampleitem",
    "requests_app_samplecheck",
    "requests_app_samplefinding",
    "requests_app_samplesignoff",
    "requests_app_report",
    "requests_app_reportrow",
    "requests_app_publication",
    "requests_app_extract",
    "requests_app_casefile",
)

# Of every other watched table, all columns.
ONLY: Mapping[str, tuple[str, ...]] = {
    # Not the password and the last sign-in: what an account may do and whose it is.
    "requests_app_user": (
        "id",
        "public_id",
        "username",
        "first_name",
        "last_name",
        "email",
        "title",
        "is_active",
        "is_staff",
        "is_superuser",
    ),
    # Not the bytes themselves, but their digest: the verification compares the two.
    "requests_app_documentpart": (
        "id",
        "seal_id",
        "document_id",
        "kind",
        "number",
        "digest",
        "width",
        "height",
    ),
    # Not how far it has come, nor what was wrong with its rows.
    "requests_app_importbatch": (
        "id",
        "seal_id",
        "public_id",
        "agency_id",
        "data_key_id",
        "document_id",
        "batch_id",
        "name",
        "mapping",
        "status",
        "rows",
        "requests",
        "flagged",
        "begun_by_id",
        "begun_as",
        "begun_at",
        "confirmed_by_id",
        "confirmed_at",
        "finished_at",
        "undone_by_id",
        "undone_at",
        "undone_reason",
    ),
}

_ITSELF = "It is the history, sealed in the tree or checked against it."
NOT_WATCHED: Mapping[str, str] = {
    "requests_app_entry": _ITSELF,
    "requests_app_leaf": _ITSELF,
    "requests_app_head": _ITSELF,
    "requests_app_checkpoint": _ITSELF,
    "requests_app_rowchange": _ITSELF,
    "requests_app_rowshape": _ITSELF,
    "requests_app_unsealed": _ITSELF,
    "requests_app_verification": "What a verification found, not what it looked at.",
    "requests_app_draft": "Nothing of record yet: it changes with every key pressed.",
    "requests_app_columnchoice": "How a person likes a list: nothing of record.",
    "requests_app_export": "How far a file has come; what was taken out is an entry.",
    "requests_app_requestfigures": "Counted anew from the docket, never of record.",
    "requests_app_stalefigure": "Which figures are to be counted anew.",
    "requests_app_job": "Work to do; what comes of it is an entry of its own.",
    "requests_app_message": "Told to one person; what it tells of is an entry.",
    "requests_app_savedview": "A person's own filters: nothing of record.",
    "requests_app_looking": "Who has a page open: gone within a minute.",
    "requests_app_numberseries": "A counter; the number stands on the request.",
    "requests_app_user_groups": "The portal asks no group: appointments count.",
    "requests_app_user_user_permissions": "The portal asks no permission of Django's.",
}
