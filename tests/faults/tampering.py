"""What somebody with every right over the database may do to it, and what is seen.

Run with `python -m tests.faults.tampering` (I1 of docs/assurance.md): each operation on
a throw-away copy of one small portal, as the server's superuser, then `verify_ledger`
with the witness file outside the database. The control: the same operations without
the witness and the signed checkpoints, of which the rewrites must then pass.

DATABASE_URL names a server whose superuser it is; the databases made there go again.
"""

import os
import secrets
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

# A request that was decided, and its entries, by order of filing.
FIRST = "(SELECT id FROM requests_app_icerequest ORDER BY id LIMIT 1)"
SECOND = "(SELECT id FROM requests_app_icerequest ORDER BY id OFFSET 1 LIMIT 1)"
SUBJECT = f"(SELECT public_id FROM requests_app_icerequest WHERE id = {FIRST})"
DECIDED = (
    "(SELECT id FROM requests_app_entry WHERE event = 'ask.determined'"
    " ORDER BY id LIMIT 1)"
)
READ = "(SELECT id FROM requests_app_entry WHERE event = 'request.read' LIMIT 1)"
LAST = "(SELECT max(id) FROM requests_app_entry)"
DENIED = (
    "(SELECT id FROM requests_app_determination WHERE decision = 'deny'"
    " ORDER BY id LIMIT 1)"
)
PERSON = "(SELECT id FROM requests_app_person WHERE ice_request_id = {})"
IDX = "(SELECT idx FROM requests_app_leaf WHERE entry_id = {})"

# Seal what is there anew, as if it had always been so, and take back what was signed.
RESEAL = """
    DO $$
    DECLARE one bigint;
    BEGIN
        CREATE TEMPORARY TABLE was ON COMMIT DROP AS
            SELECT entry_id, idx FROM requests_app_leaf;
        DELETE FROM requests_app_leaf;
        DELETE FROM requests_app_checkpoint;
        UPDATE requests_app_head SET n = 0, stack = '{}', last_at = NULL;
        FOR one IN SELECT e.id FROM requests_app_entry e
            LEFT JOIN was w ON w.entry_id = e.id ORDER BY w.idx, e.id
        LOOP
            PERFORM ledger_seal_entry(one);
        END LOOP;
    END $$
"""
FORGED = """
    INSERT INTO requests_app_entry
        (public_id, event, at, actor, role, agency, subject, seq, outcome, body)
    SELECT 'forgedforgedforgedforg', event, at, actor, role, agency, subject,
        (SELECT max(seq) + 1 FROM requests_app_entry x WHERE x.subject = e.subject),
        outcome, '{}'
    FROM requests_app_entry e WHERE id = {READ}
""".replace("{READ}", READ)
FORGET_ENTRY = (
    f"UPDATE requests_app_entry SET seq = seq + 1000 WHERE subject = {SUBJECT}"
    f" AND seq > (SELECT seq FROM requests_app_entry WHERE id = {READ})",
    "CREATE TEMPORARY TABLE gone AS SELECT " + READ[1:-1].removeprefix("SELECT "),
    "DELETE FROM requests_app_entry WHERE id IN (SELECT id FROM gone)",
    "DELETE FROM requests_app_leaf WHERE entry_id IN (SELECT id FROM gone)",
    "UPDATE requests_app_entry SET seq = seq - 1001 WHERE seq > 1000",
)
# The changes of a row say what it is now.
TELL_AGAIN = """
    UPDATE requests_app_rowchange c SET digest = r.digest
    FROM ledger_rows((SELECT max(id) FROM requests_app_rowshape
                      WHERE table_name = '{table}')) r
    WHERE c.table_name = '{table}' AND c.row_id = r.row_id
    AND c.id = (SELECT max(id) FROM requests_app_rowchange x
                WHERE x.table_name = c.table_name AND x.row_id = c.row_id)
"""
TRUNCATE_TAIL = (
    "CREATE TEMPORARY TABLE gone AS"
    " SELECT entry_id AS id FROM requests_app_leaf ORDER BY idx DESC LIMIT 3",
    "DELETE FROM requests_app_entry WHERE id IN (SELECT id FROM gone)",
    "DELETE FROM requests_app_leaf WHERE entry_id IN (SELECT id FROM gone)",
)
OLD_ROW = f"UPDATE requests_app_icerequest SET status = 'awaiting' WHERE id = {FIRST}"
ANSWER_WITHOUT_DOING = """
    CREATE OR REPLACE FUNCTION {} RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    AS $$ BEGIN RETURN NULL; END $$
"""


@dataclass(frozen=True)
class Operation:
    """One thing a superuser does. `checks` are those of which one must see it.

    With `is_rewrite` nothing in the database contradicts it: the witness alone does.
    """

    name: str
    statements: tuple[str, ...]
    checks: tuple[str, ...]
    is_rewrite: bool = False
    # With the guarding triggers off meanwhile, and on again afterwards.
    is_unguarded: bool = True
    by_superuser: bool = False
    # In the short version that runs with every change of the code.
    is_short: bool = False
    from_old_copy: bool = False


def edits(
    name: str, *statements: str, sees: str | Sequence[str], **more: bool
) -> Operation:
    checks = (sees,) if isinstance(sees, str) else tuple(sees)
    return Operation(name, statements, checks, **more)


def rewrites(name: str, *statements: str, **more: bool) -> Operation:
    return Operation(name, (*statements, RESEAL), ("witness",), is_rewrite=True, **more)


def defines(name: str, *statements: str, **more: bool) -> Operation:
    return Operation(name, statements, ("definitions",), is_unguarded=False, **more)


def entry(column: str, value: str, which: str = DECIDED) -> str:
    return f"UPDATE requests_app_entry SET {column} = {value} WHERE id = {which}"


OPERATIONS: tuple[Operation, ...] = (
    # The entries
    edits(
        "edit the body of an entry",
        entry("body", "replace(body, '\"deny\"', '\"approve\"')"),
        sees="content",
        is_short=True,
    ),
    edits("edit who did it", entry("actor", "'system'"), sees="content"),
    edits("edit when it was", entry("at", "at - interval '1 day'"), sees="content"),
    edits("edit the outcome", entry("outcome", "'failed'"), sees="content"),
    edits("edit the agency", entry("agency", "'NONE'"), sees="content"),
    edits("edit the subject", entry("subject", "'ledger2'"), sees="content"),
    edits("edit the number", entry("seq", "seq + 1000"), sees="content"),
    edits(
        "edit the body so that it is not canonical",
        entry("body", "replace(body, ',', ', ')"),
        sees="content",
    ),
    edits(
        "edit a body and the hash of its leaf",
        entry("outcome", "'failed'"),
        "UPDATE requests_app_leaf SET hash ="
        " sha256('\\x00'::bytea || convert_to(ledger_content(entry_id), 'UTF8'))"
        f" WHERE entry_id = {DECIDED}",
        sees=("witness", "head"),
    ),
    edits(
        "delete an entry",
        f"DELETE FROM requests_app_entry WHERE id = {READ}",
        sees="sealing",
        is_short=True,
    ),
    edits(
        "delete an entry and its leaf",
        f"DELETE FROM requests_app_leaf WHERE entry_id = {READ}",
        f"DELETE FROM requests_app_entry WHERE id = {READ}",
        sees="index",
    ),
    edits(
        "exchange the bodies of two entries",
        f"UPDATE requests_app_entry e SET body = o.body FROM requests_app_entry o"
        f" WHERE (e.id, o.id) IN (({DECIDED}, {READ}), ({READ}, {DECIDED}))",
        sees="content",
    ),
    edits(
        "exchange two leaves",
        f"UPDATE requests_app_leaf SET entry_id = -entry_id"
        f" WHERE entry_id IN ({DECIDED}, {READ})",
        f"UPDATE requests_app_leaf SET entry_id = CASE entry_id"
        f" WHEN -{DECIDED} THEN {READ} ELSE {DECIDED} END WHERE entry_id < 0",
        sees=("content", "numbers"),
    ),
    edits(
        "renumber the leaves",
        "UPDATE requests_app_leaf SET idx = idx + 100000",
        "UPDATE requests_app_leaf SET idx = idx - 99999",
        sees="index",
    ),
    edits(
        "edit when an entry was sealed",
        f"UPDATE requests_app_leaf SET sealed_at = sealed_at - interval '1 second'"
        f" WHERE entry_id = {LAST}",
        sees=("content", "time"),
    ),
    edits("append an entry that is not sealed", FORGED, sees="sealing"),
    edits(
        "append an entry with a leaf of its own",
        FORGED,
        "INSERT INTO requests_app_leaf (idx, entry_id, sealed_at, hash)"
        " SELECT max(idx) + 1, max(entry_id) + 1, max(sealed_at), '\\x00'"
        " FROM requests_app_leaf",
        f"UPDATE requests_app_leaf SET entry_id = {LAST},"
        " hash = sha256('\\x00'::bytea || convert_to(ledger_line(e, sealed_at, '[]'),"
        f" 'UTF8')) FROM requests_app_entry e WHERE e.id = {LAST}"
        " AND idx = (SELECT max(idx) FROM requests_app_leaf)",
        sees="head",
    ),
    edits(
        "cut off the last leaves", TRUNCATE_TAIL[0], TRUNCATE_TAIL[2], sees="sealing"
    ),
    edits("cut off the last entries", *TRUNCATE_TAIL, sees="sealing"),
    edits(
        "set the head back",
        "UPDATE requests_app_head SET n = n - 1",
        sees="head",
        is_short=True,
    ),
    edits(
        "edit the head's stack",
        "UPDATE requests_app_head SET stack[1] = sha256('other')",
        sees="head",
    ),
    edits("delete the head", "DELETE FROM requests_app_head", sees="head"),
    # The history written anew from end to end, so that it agrees with itself
    rewrites(
        "edit an entry and seal all anew",
        entry("outcome", "'failed'"),
        is_short=True,
    ),
    rewrites("delete an entry, renumber and seal all anew", *FORGET_ENTRY),
    rewrites("put an entry in and seal all anew", FORGED),
    rewrites(
        "cut off the last entries that speak of no row",
        "CREATE TEMPORARY TABLE gone AS SELECT e.id FROM requests_app_entry e"
        " WHERE e.event = 'request.read' ORDER BY e.id DESC LIMIT 1",
        "DELETE FROM requests_app_entry WHERE id IN (SELECT id FROM gone)",
        "DELETE FROM requests_app_leaf WHERE entry_id IN (SELECT id FROM gone)",
        is_short=True,
    ),
    rewrites(
        "edit a decision, what is told of it, and seal all anew",
        "UPDATE requests_app_determination SET decided_as = 'head'"
        f" WHERE id = {DENIED}",
        TELL_AGAIN.format(table="requests_app_determination"),
        entry("role", "'head'"),
    ),
    rewrites(
        "edit the order of two entries and seal all anew",
        "UPDATE requests_app_leaf SET idx = idx - 2 WHERE idx < 2",
        "UPDATE requests_app_leaf SET idx = -1 - idx WHERE idx < 0",
    ),
    rewrites(
        "date the history back and seal all anew",
        "UPDATE requests_app_entry SET at = at - interval '30 days'",
    ),
    Operation(
        "put an old copy of the whole database back",
        (),
        ("witness",),
        is_rewrite=True,
        from_old_copy=True,
        is_short=True,
    ),
    Operation(
        "empty the whole history and every row",
        (
            "DO $$ DECLARE one record; BEGIN FOR one IN SELECT relname FROM pg_class"
            " WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'"
            " AND relname ~ '^requests_app_' AND relname !~ '(head|rowshape)$' LOOP"
            " EXECUTE format('TRUNCATE %I CASCADE', one.relname); END LOOP; END $$",
            "UPDATE requests_app_head SET n = 0, stack = '{}', last_at = NULL",
        ),
        ("witness",),
        is_rewrite=True,
    ),
    # The checkpoints
    edits(
        "delete a checkpoint",
        "DELETE FROM requests_app_checkpoint WHERE size ="
        " (SELECT min(size) FROM requests_app_checkpoint)",
        sees="witness",
        is_rewrite=True,
    ),
    edits(
        "edit the root of a checkpoint",
        "UPDATE requests_app_checkpoint SET root = sha256('other')",
        sees="signature",
    ),
    edits(
        "edit what was signed",
        "UPDATE requests_app_checkpoint SET note = replace(note, '\n', '\n1')",
        sees="signature",
    ),
    edits(
        "put a checkpoint of another size under a signed note",
        "UPDATE requests_app_checkpoint SET size = size - 1 WHERE size ="
        " (SELECT min(size) FROM requests_app_checkpoint)",
        sees="signature",
    ),
    # The rows of record
    edits(
        "edit who decided",
        "UPDATE requests_app_determination SET decided_as = 'head', decided_by_id ="
        " (SELECT id FROM requests_app_user WHERE username = 'head')"
        f" WHERE id = {DENIED}",
        sees="rows",
        is_short=True,
    ),
    edits(
        "edit a deadline",
        "UPDATE requests_app_assignment SET due_at = due_at + interval '1 day'",
        sees="rows",
    ),
    edits(
        "edit when a notice was served",
        "UPDATE requests_app_notice SET served_at = served_at + interval '1 minute'"
        " WHERE served_at IS NOT NULL",
        sees="rows",
    ),
    edits(
        "edit who filed",
        f"UPDATE requests_app_icerequest SET received_at = received_at"
        f" - interval '1 hour', filed_at = filed_at - interval '1 hour'"
        f" WHERE id = {FIRST}",
        sees="rows",
    ),
    edits(
        "put a row in",
        "INSERT INTO requests_app_communication SELECT"
        " (jsonb_populate_record(c, jsonb_build_object('id', 990099,"
        " 'public_id', 'forgedforgedforgedforg'))).*"
        " FROM requests_app_communication c LIMIT 1",
        sees="rows",
    ),
    edits(
        "delete a row",
        "DELETE FROM requests_app_communication WHERE id ="
        " (SELECT max(id) FROM requests_app_communication)",
        sees="rows",
        is_short=True,
    ),
    edits(
        "delete a row and what is told of it",
        "DELETE FROM requests_app_communication WHERE id ="
        " (SELECT max(id) FROM requests_app_communication)",
        "DELETE FROM requests_app_rowchange WHERE table_name ="
        " 'requests_app_communication'",
        sees="content",
    ),
    edits(
        "edit a row and what is told of it",
        "UPDATE requests_app_assignment SET due_at = due_at + interval '1 day'",
        TELL_AGAIN.format(table="requests_app_assignment"),
        sees="content",
    ),
    edits(
        "tell of a change that no entry took",
        "INSERT INTO requests_app_rowchange (table_name, row_id, op, shape_id, digest)"
        " SELECT table_name, '990099', 'D', shape_id, digest"
        " FROM requests_app_rowchange LIMIT 1",
        sees="sealing",
    ),
    edits(
        "tell of a change under an old entry",
        "INSERT INTO requests_app_rowchange"
        " (table_name, row_id, op, shape_id, digest, entry_id)"
        " SELECT table_name, '990099', 'D', shape_id, digest, entry_id"
        " FROM requests_app_rowchange WHERE entry_id IS NOT NULL LIMIT 1",
        sees="content",
    ),
    edits(
        "play an old row back",
        OLD_ROW,
        "UPDATE requests_app_notice SET served_at = NULL, served_how = '',"
        " served_by_id = NULL, language = ''",
        sees="rows",
    ),
    edits(
        "play an old row back and exchange what is told",
        "CREATE TEMPORARY TABLE told AS SELECT row_id, min(id) AS low, max(id) AS high"
        " FROM requests_app_rowchange WHERE table_name = 'requests_app_icerequest'"
        " GROUP BY row_id HAVING count(*) > 1 LIMIT 1",
        OLD_ROW,
        "UPDATE requests_app_rowchange SET id = -id FROM told WHERE id IN (low, high)",
        "UPDATE requests_app_rowchange SET id = CASE id WHEN -low THEN high ELSE low"
        " END FROM told WHERE id IN (-low, -high)",
        sees=("rows", "content"),
    ),
    edits(
        "exchange two sealed names",
        "UPDATE requests_app_person p SET family_names = o.family_names"
        " FROM requests_app_person o WHERE (p.id, o.id) IN"
        f" (({PERSON.format(FIRST)}, {PERSON.format(SECOND)}),"
        f" ({PERSON.format(SECOND)}, {PERSON.format(FIRST)}))",
        sees="rows",
        is_short=True,
    ),
    edits(
        "exchange bytes of a stored file",
        "UPDATE requests_app_documentpart p SET body = o.body"
        " FROM requests_app_documentpart o WHERE (p.kind, o.kind) IN"
        " (('page', 'thumbnail'), ('thumbnail', 'page'))",
        sees="files",
        is_short=True,
    ),
    edits(
        "exchange bytes of a stored file and their digest",
        "UPDATE requests_app_documentpart p SET body = o.body, digest = o.digest"
        " FROM requests_app_documentpart o WHERE p.kind = 'page'"
        " AND o.kind = 'thumbnail'",
        sees="rows",
    ),
    edits(
        "exchange two requests' data keys",
        "UPDATE requests_app_icerequest SET data_key_id = (SELECT data_key_id"
        f" FROM requests_app_icerequest WHERE id = {SECOND}) WHERE id = {FIRST}",
        sees="rows",
    ),
    edits(
        "give a clerk another role",
        "UPDATE requests_app_appointment SET role = 'head' WHERE role = 'clerk'",
        sees="rows",
    ),
    edits(
        "give somebody a role",
        "INSERT INTO requests_app_appointment SELECT (jsonb_populate_record(a,"
        " jsonb_build_object('id', 990099, 'public_id', 'forgedforgedforgedforg',"
        " 'role', 'auditor'))).* FROM requests_app_appointment a"
        " WHERE role = 'clerk' LIMIT 1",
        sees="rows",
    ),
    edits(
        "let an ended role go on",
        "UPDATE requests_app_appointment SET effective_until = NULL"
        " WHERE effective_until IS NOT NULL",
        sees="rows",
    ),
    edits(
        "make somebody a superuser of the portal",
        "UPDATE requests_app_user SET is_superuser = true",
        sees="rows",
    ),
    edits(
        "edit an account's address",
        "UPDATE requests_app_user SET email = 'else@example.test'",
        sees="rows",
    ),
    edits(
        "edit the list of offences",
        "UPDATE requests_app_offenceruling SET effective_from = effective_from - 1",
        sees="rows",
    ),
    edits(
        "edit an agency's own clock",
        "UPDATE requests_app_agency SET decide_within_hours = 9999",
        sees="rows",
    ),
    edits(
        "edit which facts a screening saw",
        "UPDATE requests_app_screening SET facts = facts || '{\"covered\": 1}'",
        sees="rows",
    ),
    edits(
        "have a shape leave a column out",
        "UPDATE requests_app_rowshape SET columns = array_remove(columns, 'due_at')"
        " WHERE table_name = 'requests_app_assignment'",
        sees=("rows", "definitions"),
    ),
    # The definitions
    defines(
        "switch the sealing off",
        "ALTER TABLE requests_app_unsealed DISABLE TRIGGER unsealed_is_sealed",
        is_short=True,
    ),
    defines(
        "switch the guard of the entries off",
        "ALTER TABLE requests_app_entry DISABLE TRIGGER entry_is_append_only",
    ),
    defines(
        "have a guard fire in ordinary sessions only",
        "ALTER TABLE requests_app_leaf ENABLE TRIGGER leaf_is_append_only",
    ),
    defines(
        "take a table out of the watch",
        "DROP TRIGGER row_is_captured ON requests_app_person",
    ),
    defines(
        "have the watch watch nothing",
        ANSWER_WITHOUT_DOING.format("ledger_capture()"),
    ),
    defines(
        "have the seal seal nothing",
        ANSWER_WITHOUT_DOING.format("ledger_seal()"),
    ),
    defines(
        "hand a table to the portal's role",
        "ALTER TABLE requests_app_entry OWNER TO portal_app",
        by_superuser=True,
    ),
    defines(
        "grant the portal's role more",
        "GRANT UPDATE, DELETE ON requests_app_leaf TO portal_app",
        is_short=True,
    ),
    defines(
        "grant it a column",
        "GRANT UPDATE (body) ON requests_app_entry TO portal_app",
    ),
    defines(
        "grant it a function",
        "GRANT EXECUTE ON FUNCTION ledger_seal_entry(bigint) TO portal_app",
    ),
    defines(
        "let everybody make objects",
        "GRANT CREATE ON SCHEMA public TO PUBLIC",
        by_superuser=True,
    ),
    defines(
        "drop a policy",
        "DO $$ DECLARE one record; BEGIN SELECT tablename, policyname INTO STRICT one"
        " FROM pg_policies WHERE schemaname = 'public' ORDER BY 1, 2 LIMIT 1;"
        " EXECUTE format('DROP POLICY %I ON %I', one.policyname, one.tablename);"
        " END $$",
    ),
    defines(
        "open a policy to all",
        "CREATE POLICY everything ON requests_app_person USING (true)",
    ),
    defines(
        "switch row security off",
        "ALTER TABLE requests_app_person DISABLE ROW LEVEL SECURITY",
        "ALTER TABLE requests_app_person NO FORCE ROW LEVEL SECURITY",
    ),
    defines(
        "add a rule that swallows entries",
        "CREATE RULE swallow AS ON INSERT TO requests_app_entry DO INSTEAD NOTHING",
    ),
    defines(
        "add a trigger that edits entries",
        "CREATE FUNCTION other() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN NEW.actor := 'system'; RETURN NEW; END $$",
        "CREATE TRIGGER other BEFORE INSERT ON requests_app_entry"
        " FOR EACH ROW EXECUTE FUNCTION other()",
    ),
    defines(
        "allow one number twice",
        "ALTER TABLE requests_app_entry DROP CONSTRAINT entry_seq_once_a_subject",
    ),
    defines(
        "add a function with the owner's rights",
        "CREATE FUNCTION open_sesame(said text) RETURNS void LANGUAGE plpgsql"
        " SECURITY DEFINER AS $$ BEGIN EXECUTE said; END $$",
    ),
    defines(
        "change a default",
        "ALTER TABLE requests_app_entry ALTER COLUMN outcome SET DEFAULT 'ok'",
    ),
    defines(
        "switch the checks of foreign keys off",
        "ALTER TABLE requests_app_ask DISABLE TRIGGER ALL",
        by_superuser=True,
    ),
    defines(
        "have the portal's sessions pass by the triggers",
        "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET"
        " session_replication_role = replica', current_database()); END $$",
        by_superuser=True,
    ),
    defines(
        "watch statements by an event trigger",
        "CREATE FUNCTION seen() RETURNS event_trigger LANGUAGE plpgsql AS"
        " $$ BEGIN END $$",
        "CREATE EVENT TRIGGER seen ON ddl_command_end EXECUTE FUNCTION seen()",
        by_superuser=True,
    ),
)


@dataclass(frozen=True)
class Server:
    """Where databases are made: as whom, and how the portal signs in there."""

    admin: str
    owner: str
    application: str
    is_superuser: bool

    def of(self, which: str, name: str) -> str:
        return make_conninfo(
            **{**conninfo_to_dict(getattr(self, which)), "dbname": name}
        )

    def copy(self, name: str, template: str) -> None:
        with psycopg.connect(self.admin, autocommit=True) as server:
            # A test server's thread that has ended may have left its connection open,
            # and PostgreSQL copies no database that somebody is connected to.
            server.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = %s AND state LIKE 'idle%%'",
                [template],
            )
            server.execute(
                sql.SQL("CREATE DATABASE {} TEMPLATE {} OWNER portal_owner").format(
                    sql.Identifier(name), sql.Identifier(template)
                )
            )

    def drop(self, *names: str) -> None:
        with psycopg.connect(self.admin, autocommit=True) as server:
            for name in names:
                server.execute(
                    sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(
                        sql.Identifier(name)
                    )
                )


@dataclass
class Ground:
    """A small portal with a history, its old copy, its witness and its key."""

    server: Server
    name: str
    witness: Path
    signer: object
    # What the database is made of, as a committed list would have it.
    lines: list[str] = field(default_factory=list)

    @property
    def old(self) -> str:
        return f"{self.name}_old"

    @property
    def copy(self) -> str:
        return f"{self.name}_copy"


@contextmanager
def pointed_at(address: str) -> Iterator[None]:
    """Have Django's connection lead to another database, where it sees every row."""
    from django.db import connection

    from portal import env
    from requests_app.accounts import tenancy

    # In place: connections of other threads are made of the same dictionary.
    entry, was = connection.settings_dict, dict(connection.settings_dict)
    connection.close()
    entry.update(env.database(pool=False, url=address))
    entry["ATOMIC_REQUESTS"] = was["ATOMIC_REQUESTS"]
    try:
        with tenancy.as_system():
            yield
    finally:
        connection.close()
        entry.clear()
        entry.update(was)


@contextmanager
def ground(server: Server, template: str, home: Path) -> Iterator[Ground]:
    """Fill a copy of `template`, which is migrated and holds no rows."""
    from requests_app.ledger import notes

    place = Ground(
        server=server,
        name=f"desk_tampering_{secrets.token_hex(4)}",
        witness=home / "witness.txt",
        signer=notes.Signer.generate("tampering.example/history"),
    )
    try:
        server.copy(place.name, template)
        with pointed_at(server.of("application", place.name)):
            _first_half()
        sign(place)
        server.copy(place.old, place.name)
        with pointed_at(server.of("application", place.name)):
            _second_half()
            place.lines = _lines()
        sign(place)
        yield place
    finally:
        server.drop(place.copy, place.old, place.name)


def _first_half() -> None:
    from tests import factories

    agency = factories.make_agency(code="SMP")
    clerk = factories.make_clerk(agency, username="clerk")
    factories.make_supervisor(agency, username="supervisor")
    factories.make_head(agency, username="head")
    first = factories.make_administrator(agency, username="first")
    factories.make_administrator(agency, username="second")
    factories.make_auditor(username="auditor")
    factories.file_request(agency=agency, clerk=clerk)
    _list_an_offence(first)


def _second_half() -> None:
    from requests_app.accounts.models import Agency, User
    from requests_app.docket.models import IceRequest
    from requests_app.ledger import services as ledger
    from tests import factories

    agency = Agency.objects.get()
    clerk = User.objects.get(username="clerk")
    filed = IceRequest.objects.get()
    _read(ledger, filed, clerk, factories.NOON)
    factories.determine(
        ask=factories.ask_of(filed), by=User.objects.get(username="supervisor")
    )
    factories.serve_notice(ice_request=filed)
    factories.receive_paper(ice_request=filed, by=clerk)
    factories.file_request(
        agency=agency, clerk=clerk, family_names="Segundo Inventado", given_names="Ciro"
    )
    _end_a_role()
    _read(ledger, filed, clerk, factories.NOON)


def _lines() -> list[str]:
    from django.db import connection, transaction

    from requests_app.ledger import definitions

    with transaction.atomic(), connection.cursor() as cursor:
        return definitions.found(cursor)


def _read(ledger, filed, clerk, at) -> None:
    ledger.record(
        event="request.read",
        subject=filed.public_id,
        at=at,
        actor=clerk.public_id,
        role="clerk",
        agency="SMP",
    )


def _list_an_offence(administrator) -> None:
    from requests_app.review import services as review
    from tests import factories

    review.propose_ruling(
        section="53a-60",
        status="yes",
        citation="An invented reading.",
        effective_from=factories.NOON.date(),
        by=administrator,
        at=factories.NOON,
    )


def _end_a_role() -> None:
    from requests_app.accounts import services as accounts
    from requests_app.accounts.models import Appointment, User
    from tests import factories

    accounts.end(
        appointment=Appointment.objects.get(user__username="second"),
        on=factories.NOON.date(),
        by=User.objects.get(username="first"),
        at=factories.NOON,
    )


def sign(place: Ground, name: str = "") -> None:
    """Do what the signer does: show a checkpoint to the witness, then keep it."""
    from requests_app.ledger import notes, tree

    address = place.server.of("owner", name or place.name)
    with psycopg.connect(address) as connection:
        size, stack = connection.execute(
            "SELECT n, stack FROM requests_app_head"
        ).fetchone()
        root = tree.fold(stack)
        checkpoint = notes.Checkpoint(place.signer.name, size, root)
        note = notes.sign(notes.checkpoint_text(checkpoint), place.signer)
        with place.witness.open("a", encoding="utf-8") as file:
            file.write(note)
        connection.execute(
            "INSERT INTO requests_app_checkpoint (size, root, at, note)"
            " VALUES (%s, %s, clock_timestamp(), %s)",
            [size, root, note],
        )


def look(
    place: Ground, name: str, *, witness: Path | None = None, with_witness: bool = True
):
    """What `verify_ledger` says of one of the databases, as the portal's own role."""
    from requests_app.accounts import watch

    with pointed_at(place.server.of("application", name)):
        return watch.verify(
            witness=(witness or place.witness) if with_witness else None,
            verifiers=[place.signer.verifier],
            expected=place.lines,
        )


@contextmanager
def copied(place: Ground, template: str = "") -> Iterator[str]:
    """The name of a throw-away copy."""
    place.server.copy(place.copy, template or place.name)
    try:
        yield place.copy
    finally:
        place.server.drop(place.copy)


@contextmanager
def tampered(place: Ground, operation: Operation) -> Iterator[str]:
    """The name of a copy to which the operation was done."""
    with copied(place, place.old if operation.from_old_copy else "") as name:
        whose = "admin" if place.server.is_superuser else "owner"
        address = place.server.of(whose, name)
        with psycopg.connect(address, autocommit=True) as connection:
            commit(connection, operation)
        yield name


def commit(connection: psycopg.Connection, operation: Operation) -> None:
    """Do it, with the guards off meanwhile when it needs that."""
    guards = _guards(connection) if operation.is_unguarded else []
    for table in {table for table, *_ in guards}:
        connection.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    for statement in operation.statements:
        connection.execute(statement)
    for table, name, state in guards:
        connection.execute(f"ALTER TABLE {table} ENABLE {state} TRIGGER {name}")


def _guards(connection: psycopg.Connection) -> list[tuple[str, str, str]]:
    return connection.execute(
        "SELECT tgrelid::regclass::text, quote_ident(tgname), CASE tgenabled"
        " WHEN 'A' THEN 'ALWAYS' WHEN 'R' THEN 'REPLICA' ELSE '' END"
        " FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid"
        " WHERE NOT tgisinternal AND tgenabled <> 'D'"
        " AND c.relnamespace = 'public'::regnamespace"
    ).fetchall()


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.test")
    import django

    django.setup()
    from django.db import connection

    from tests import database

    connection.settings_dict["NAME"] = f"test_desk_tampering_{os.getpid()}"
    where = database.make(anew=True)
    connection.close()
    server = Server(where.admin, where.owner, where.application, is_superuser=True)
    began, wrong = time.monotonic(), 0
    with tempfile.TemporaryDirectory() as home:
        try:
            with ground(server, where.name, Path(home)) as place:
                for operation in OPERATIONS:
                    wrong += _report(place, operation)
        finally:
            database.drop(where)
    print(
        f"{len(OPERATIONS) - wrong} of {len(OPERATIONS)} as expected, "
        f"{time.monotonic() - began:.0f} s"
    )
    return 1 if wrong else 0


def _report(place: Ground, operation: Operation) -> int:
    try:
        with tampered(place, operation) as name:
            seen = look(place, name).difference
            unseen = look(place, name, with_witness=False).difference
    except psycopg.Error as error:
        print(f"WRONG  {operation.name}: could not be done: {error}", flush=True)
        return 1
    is_right = seen is not None and seen.check in operation.checks
    is_right = is_right and (unseen is None) == operation.is_rewrite
    print(
        f"{'  ok' if is_right else 'WRONG'}  {operation.name}: "
        f"{seen and f'{seen.check}: {seen.words}'}"
        + ("" if unseen else "; passes without the witness"),
        flush=True,
    )
    return 0 if is_right else 1


if __name__ == "__main__":
    sys.exit(main())
