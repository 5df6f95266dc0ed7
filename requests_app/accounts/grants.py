"""What each database role may do: the one list, applied after every migration.

`portal_owner` owns everything and is used for migrations alone. `portal_app` runs the
portal and owns nothing; `portal_signer` signs checkpoints. What is not listed here
gets nothing, and a test fails until it is: whoever adds a table or a function adds its
line. Rows are another matter: which of them show, `accounts.tenancy` decides.
"""

from collections.abc import Mapping

OWNER, APPLICATION, SIGNER = "portal_owner", "portal_app", "portal_signer"

NOTHING = ""
READ = "SELECT"
# Rows that are written once.
APPEND = "SELECT, INSERT"
# Rows of record: they change along their own rules, and never go.
KEEP = "SELECT, INSERT, UPDATE"
# What is not of record.
ANY = "SELECT, INSERT, UPDATE, DELETE"

APPLICATION_TABLES: Mapping[str, str] = {
    # Django's and the libraries' own
    "django_migrations": READ,
    "django_content_type": READ,
    "auth_permission": READ,
    "auth_group": READ,
    "auth_group_permissions": READ,
    "django_session": ANY,
    "portal_cache": ANY,
    "account_emailaddress": ANY,
    "account_emailconfirmation": ANY,
    "mfa_authenticator": ANY,
    "usersessions_usersession": ANY,
    # The key that contexts are signed with: its owner's function reads it.
    "portal_context_key": NOTHING,
    # ledger
    "requests_app_entry": APPEND,
    "requests_app_leaf": READ,
    "requests_app_head": READ,
    "requests_app_checkpoint": READ,
    "requests_app_rowchange": READ,
    "requests_app_rowshape": READ,
    # What the transactions under way have yet to seal: the triggers' own.
    "requests_app_unsealed": NOTHING,
    "requests_app_verification": APPEND,
    # vault
    "requests_app_datakey": KEEP,
    # outbox
    "requests_app_job": KEEP,
    # accounts
    "requests_app_user": KEEP,
    "requests_app_user_groups": READ,
    "requests_app_user_user_permissions": READ,
    "requests_app_agency": KEEP,
    "requests_app_appointment": KEEP,
    "requests_app_unit": KEEP,
    "requests_app_placement": KEEP,
    "requests_app_absence": KEEP,
    # documents
    "requests_app_document": KEEP,
    # The bytes go with a draft that is discarded and an export that expired.
    "requests_app_documentpart": ANY,
    "requests_app_formreading": KEEP,
    # docket
    "requests_app_batch": KEEP,
    "requests_app_icerequest": KEEP,
    "requests_app_numberseries": KEEP,
    "requests_app_person": KEEP,
    "requests_app_custody": KEEP,
    "requests_app_legalbasis": KEEP,
    "requests_app_conviction": KEEP,
    "requests_app_warrant": KEEP,
    "requests_app_ask": APPEND,
    "requests_app_act": APPEND,
    "requests_app_communication": APPEND,
    "requests_app_release": APPEND,
    "requests_app_link": APPEND,
    "requests_app_correction": APPEND,
    "requests_app_claim": APPEND,
    "requests_app_claimevent": APPEND,
    "requests_app_hold": KEEP,
    "requests_app_retentionrule": APPEND,
    "requests_app_disposal": KEEP,
    "requests_app_disposalitem": KEEP,
    # notices
    "requests_app_notice": KEEP,
    "requests_app_issue": KEEP,
    "requests_app_attempt": APPEND,
    "requests_app_genuinecode": APPEND,
    "requests_app_legalhelp": KEEP,
    "requests_app_translationreview": KEEP,
    # review
    "requests_app_screening": APPEND,
    "requests_app_finding": APPEND,
    "requests_app_iceaccess": APPEND,
    "requests_app_assignment": KEEP,
    "requests_app_determination": KEEP,
    "requests_app_mismatch": APPEND,
    "requests_app_offenceruling": KEEP,
    "requests_app_routingtable": KEEP,
    "requests_app_routingrule": APPEND,
    "requests_app_deferral": APPEND,
    "requests_app_label": KEEP,
    "requests_app_labelling": KEEP,
    "requests_app_bulk": KEEP,
    "requests_app_bulkitem": KEEP,
    "requests_app_alarm": APPEND,
    "requests_app_reopening": APPEND,
    "requests_app_reasontext": KEEP,
    "requests_app_note": KEEP,
    "requests_app_mention": APPEND,
    "requests_app_question": KEEP,
    "requests_app_rehearsal": KEEP,
    "requests_app_rehearsalitem": APPEND,
    "requests_app_message": KEEP,
    "requests_app_savedview": ANY,
    "requests_app_looking": ANY,
    "requests_app_columnchoice": ANY,
    # intake
    "requests_app_draft": ANY,
    "requests_app_importmap": KEEP,
    "requests_app_importbatch": KEEP,
    "requests_app_importedrow": APPEND,
    "requests_app_paperform": KEEP,
    # reporting
    "requests_app_report": KEEP,
    "requests_app_reportrow": APPEND,
    "requests_app_publication": KEEP,
    "requests_app_export": KEEP,
    "requests_app_extract": KEEP,
    "requests_app_casefile": KEEP,
    # Counted anew from the docket whenever it changes.
    "requests_app_requestfigures": ANY,
    "requests_app_stalefigure": ANY,
    "requests_app_sample": APPEND,
    "requests_app_sampleitem": APPEND,
    "requests_app_samplecheck": APPEND,
    "requests_app_samplefinding": APPEND,
    "requests_app_samplesignoff": APPEND,
}

SIGNER_TABLES: Mapping[str, str] = {
    "requests_app_leaf": READ,
    "requests_app_head": READ,
    "requests_app_checkpoint": APPEND,
}

# Functions that a role calls itself or that a policy calls for it. Those of triggers
# need no row: they run for whoever changes the table.
APPLICATION_FUNCTIONS = frozenset(
    {
        "_pgtrigger_should_ignore",
        # ledger: numbering, and the verification of what is sealed
        "ledger_next_seq",
        "ledger_write",
        "ledger_line",
        "ledger_changes",
        "ledger_content",
        "ledger_row_digest",
        "ledger_rows",
        # tenancy: what the policies ask
        "desk_reads",
        "desk_outlines",
        "desk_writes",
        "desk_administers",
        "desk_staff",
        "desk_scope",
        "desk_user",
        "desk_person",
        "desk_read_codes",
        "desk_write_codes",
        "desk_staff_codes",
        "desk_administered_codes",
        # docket: requests by their index tokens
        "ice_requests_found_by",
        # review: requests by words that name nobody
        "ice_requests_saying",
        "desk_words",
        # reporting: the history by what an entry showed
        "entries_showing",
        "entry_shows",
    }
)
SIGNER_FUNCTIONS: frozenset[str] = frozenset()
# Called by the functions above and by the owner alone.
OWNERS_FUNCTIONS = frozenset({"ledger_canonical", "ledger_seal_entry", "desk_context"})

_TABLES = """
    SELECT c.relname FROM pg_class c
    WHERE c.relnamespace = 'public'::regnamespace
      AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
      AND NOT EXISTS (SELECT FROM pg_depend d
                      WHERE d.objid = c.oid AND d.deptype = 'e')
    ORDER BY c.relname
"""
_FUNCTIONS = """
    SELECT p.proname, p.oid::regprocedure::text FROM pg_proc p
    WHERE p.pronamespace = 'public'::regnamespace
      AND p.prorettype NOT IN ('trigger'::regtype, 'event_trigger'::regtype)
      AND NOT EXISTS (SELECT FROM pg_depend d
                      WHERE d.objid = p.oid AND d.deptype = 'e')
    ORDER BY 2
"""


# pgtrigger's triggers heed a setting that every session may set, unless this function
# says no; each of its migrations writes the function anew.
CLOSED = """
    CREATE OR REPLACE FUNCTION _pgtrigger_should_ignore(trigger_name name)
    RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT false'
"""


def apply(cursor) -> None:
    """Make the database say what the lists say; `cursor` is the owner's.

    All in the caller's transaction, so that no other session meets a moment between.
    """
    cursor.execute(CLOSED)
    cursor.execute("SELECT quote_ident(current_database())")
    (database,) = cursor.fetchone()
    everybody = f"PUBLIC, {APPLICATION}, {SIGNER}"
    for statement in (
        f"REVOKE ALL ON DATABASE {database} FROM {everybody}",
        f"GRANT CONNECT ON DATABASE {database} TO {APPLICATION}, {SIGNER}",
        f"REVOKE ALL ON SCHEMA public FROM {everybody}",
        f"GRANT USAGE ON SCHEMA public TO {APPLICATION}, {SIGNER}",
        f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {everybody}",
        f"REVOKE ALL ON ALL SEQUENCES IN SCHEMA public FROM {everybody}",
    ):
        cursor.execute(statement)
    present = set(tables(cursor))
    for role, granted in (
        (APPLICATION, APPLICATION_TABLES),
        (SIGNER, SIGNER_TABLES),
    ):
        for table, privileges in granted.items():
            if privileges and table in present:
                cursor.execute(f'GRANT {privileges} ON "{table}" TO {role}')
    _grant_functions(cursor, everybody)


def _grant_functions(cursor, everybody: str) -> None:
    for name, signature in functions(cursor):
        cursor.execute(f"REVOKE ALL ON FUNCTION {signature} FROM {everybody}")
        for role, granted in (
            (APPLICATION, APPLICATION_FUNCTIONS),
            (SIGNER, SIGNER_FUNCTIONS),
        ):
            if name in granted:
                cursor.execute(f"GRANT EXECUTE ON FUNCTION {signature} TO {role}")


def tables(cursor) -> list[str]:
    """The tables and views of the portal's schema."""
    cursor.execute(_TABLES)
    return [row[0] for row in cursor.fetchall()]


def functions(cursor) -> list[tuple[str, str]]:
    """Name and signature of the schema's functions, extensions' and triggers' aside."""
    cursor.execute(_FUNCTIONS)
    return cursor.fetchall()


def unlisted(cursor) -> list[str]:
    """Tables and functions that no list names: nobody but the owner may use them."""
    listed = APPLICATION_FUNCTIONS | SIGNER_FUNCTIONS | OWNERS_FUNCTIONS
    return [
        *(name for name in tables(cursor) if name not in APPLICATION_TABLES),
        *(sign for name, sign in functions(cursor) if name not in listed),
    ]
