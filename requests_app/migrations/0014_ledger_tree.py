"""The history becomes a Merkle log that is sealed at commit (RFC 6962, RFC 9162).

What happens in a transaction that records:

1. A captured row is changed: `ledger_capture` writes a row change with a digest.
2. An entry is written: `ledger_entry_written` refuses what is not canonical and gives
   the entry the changes made so far.
3. At commit, among all deferred triggers, in the order of the statements:
   `ledger_entry_ready` gives the last entry the changes made after it and queues the
   sealing; `ledger_change_has_history` refuses a change that no entry took.
4. Then, after every deferred check of foreign keys, `ledger_seal`: it builds the
   content line, takes the head, and writes the leaf. The head is locked last, so no
   transaction waits for another while it holds it, and until the commit is over, so
   leaves stand in the order of commits and a rollback leaves no gap.

The content line is the RFC 8785 form of an object with exactly the keys actor, agency,
at, body, changes, event, id, outcome, role, sealed_at, seq, subject, v. `id` is the
entry's public identifier, `v` is 1; times are UTC, `YYYY-MM-DDTHH:MM:SS.ffffffZ`; `body`
is the body as an object; `changes` is a list of [table, row, op, shape, hex digest] in
the order in which they were made: row as text, op I, U or D, shape a number. The leaf
hash is SHA-256 of a zero byte and the line in UTF-8. `requests_app.ledger.content` is
the same in Python.

The functions run as the owner of the tables: the portal's own role has no right to
write any of these tables. Nobody but the owner may execute them, so nobody can hang one
on a table of his own.

Writers of entries wait while those that exist are sealed, in the order of their ids.
"""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

import requests_app.ledger.models

OURS = "SET search_path = pg_catalog, public, pg_temp"
# Plans are kept by a session, and may be made while a table is still small.
INDEXED = f"{OURS} SET enable_seqscan = off"
# Whatever a session sets, a row has one text.
ONE_TEXT = f"{OURS} SET timezone = 'UTC' SET bytea_output = 'hex'"

NEXT_SEQ = f"""
CREATE FUNCTION ledger_next_seq(about text) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER {INDEXED} AS $$
BEGIN
    -- One writer a subject at a time, so that the numbers have no gap.
    PERFORM pg_advisory_xact_lock(hashtextextended(about, 54));
    RETURN (
        SELECT coalesce(max(seq), 0) + 1 FROM requests_app_entry
        WHERE subject = about
    );
END $$
"""

CANONICAL = f"""
CREATE FUNCTION ledger_canonical(said jsonb) RETURNS text
LANGUAGE plpgsql STABLE {OURS} AS $$
BEGIN
    CASE jsonb_typeof(said)
    WHEN 'object' THEN
        RETURN (
            SELECT '{{' || coalesce(string_agg(
                to_json(key)::text || ':' || ledger_canonical(value),
                ',' ORDER BY key COLLATE "C"
            ), '') || '}}'
            FROM jsonb_each(said)
        );
    WHEN 'array' THEN
        RETURN (
            SELECT '[' || coalesce(string_agg(
                ledger_canonical(value), ',' ORDER BY place
            ), '') || ']'
            FROM jsonb_array_elements(said) WITH ORDINALITY AS one (value, place)
        );
    WHEN 'number' THEN
        -- RFC 8785 writes numbers as ECMAScript does, which is exact up to 2^53 - 1.
        IF said::text ~ '^-?[0-9]{{1,16}}$' AND abs(said::numeric) <= 9007199254740991
        THEN
            RETURN said::text;
        END IF;
        RAISE EXCEPTION 'a number in the history is an integer of at most 53 bits';
    ELSE
        RETURN said::text;
    END CASE;
END $$
"""

# The body of an entry has been found canonical when it was written.
LINE = f"""
CREATE FUNCTION ledger_line(
    entry requests_app_entry, sealed_at timestamptz, changes text
) RETURNS text
LANGUAGE plpgsql STABLE {OURS} AS $$
DECLARE
    moment constant text := 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"';
BEGIN
    RETURN '{{"actor":' || to_json(entry.actor)
        || ',"agency":' || to_json(entry.agency)
        || ',"at":"' || to_char(entry.at AT TIME ZONE 'UTC', moment)
        || '","body":' || entry.body
        || ',"changes":' || changes
        || ',"event":' || to_json(entry.event)
        || ',"id":' || to_json(entry.public_id)
        || ',"outcome":' || to_json(entry.outcome)
        || ',"role":' || to_json(entry.role)
        || ',"sealed_at":"' || to_char(sealed_at AT TIME ZONE 'UTC', moment)
        || '","seq":' || entry.seq
        || ',"subject":' || to_json(entry.subject)
        || ',"v":1}}';
END $$
"""

CHANGES = f"""
CREATE FUNCTION ledger_changes(of_entry bigint) RETURNS text
LANGUAGE plpgsql STABLE {INDEXED} AS $$
BEGIN
    RETURN (
        SELECT '[' || coalesce(string_agg(
            '[' || to_json(table_name) || ',' || to_json(row_id) || ',"' || op || '",'
            || shape_id || ',"' || encode(digest, 'hex') || '"]',
            ',' ORDER BY id
        ), '') || ']'
        FROM requests_app_rowchange WHERE entry_id = of_entry
    );
END $$
"""

CONTENT = f"""
CREATE FUNCTION ledger_content(of_entry bigint) RETURNS text
LANGUAGE sql STABLE {OURS}
RETURN (
    SELECT ledger_line(e, l.sealed_at, ledger_changes(e.id))
    FROM requests_app_entry e JOIN requests_app_leaf l ON l.entry_id = e.id
    WHERE e.id = of_entry
)
"""

SEAL_ENTRY = f"""
CREATE FUNCTION ledger_seal_entry(of_entry bigint) RETURNS void
LANGUAGE plpgsql {INDEXED} AS $$
DECLARE
    entry requests_app_entry;
    head requests_app_head;
    changes text;
    node bytea;
    place bigint;
BEGIN
    SELECT * INTO STRICT entry FROM requests_app_entry WHERE id = of_entry;
    changes := ledger_changes(of_entry);
    -- From here to the end of the commit nobody else seals.
    SELECT * INTO STRICT head FROM requests_app_head WHERE one FOR UPDATE;
    head.last_at := greatest(clock_timestamp(), head.last_at);
    node := sha256(
        '\\x00'::bytea || convert_to(ledger_line(entry, head.last_at, changes), 'UTF8')
    );
    INSERT INTO requests_app_leaf (idx, entry_id, sealed_at, hash)
    VALUES (head.n, of_entry, head.last_at, node);
    place := head.n;
    WHILE place & 1 = 1 LOOP
        node := sha256(
            '\\x01'::bytea || head.stack[array_length(head.stack, 1)] || node
        );
        head.stack := trim_array(head.stack, 1);
        place := place >> 1;
    END LOOP;
    UPDATE requests_app_head
    SET n = head.n + 1, stack = head.stack || node, last_at = head.last_at
    WHERE one;
END $$
"""

ENTRY_WRITTEN = f"""
CREATE FUNCTION ledger_entry_written() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER {INDEXED} AS $$
DECLARE
    before bigint;
    upto bigint;
BEGIN
    IF current_setting('transaction_isolation') <> 'read committed' THEN
        RAISE EXCEPTION
            'the history is written in READ COMMITTED transactions, and this one is %',
            upper(current_setting('transaction_isolation'));
    END IF;
    IF concat(
        NEW.public_id, NEW.event, NEW.actor, NEW.role, NEW.agency, NEW.subject,
        NEW.outcome, NEW.body
    ) ~ '[^ -~]' THEN
        RAISE EXCEPTION 'an entry is printable ASCII';
    END IF;
    IF NEW.body <> '{{}}' AND (
        left(NEW.body, 1) <> '{{' OR ledger_canonical(NEW.body::jsonb) <> NEW.body
    ) THEN
        RAISE EXCEPTION 'the body of an entry is an object of canonical JSON';
    END IF;
    SELECT coalesce(max(u.upto), 0) INTO before FROM (
        SELECT one.upto FROM requests_app_unsealed one
        ORDER BY one.entry_id DESC LIMIT 1
    ) u;
    WITH taken AS (
        UPDATE requests_app_rowchange SET entry_id = NEW.id
        WHERE entry_id IS NULL AND txid = pg_current_xact_id() AND id > before
        RETURNING id
    )
    SELECT greatest(max(id), before) INTO upto FROM taken;
    INSERT INTO requests_app_unsealed (entry_id, upto) VALUES (NEW.id, upto);
    RETURN NULL;
END $$
"""

ENTRY_READY = f"""
CREATE FUNCTION ledger_entry_ready() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER {INDEXED} AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM requests_app_unsealed WHERE entry_id > NEW.entry_id
    ) THEN
        UPDATE requests_app_rowchange SET entry_id = NEW.entry_id
        WHERE entry_id IS NULL AND txid = pg_current_xact_id() AND id > NEW.upto;
    END IF;
    -- What this queues runs after all that is queued already.
    DELETE FROM requests_app_unsealed WHERE entry_id = NEW.entry_id;
    RETURN NULL;
END $$
"""

SEAL = f"""
CREATE FUNCTION ledger_seal() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER {OURS} AS $$
BEGIN
    PERFORM ledger_seal_entry(OLD.entry_id);
    RETURN NULL;
END $$
"""

CHANGE_HAS_HISTORY = f"""
CREATE FUNCTION ledger_change_has_history() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER {INDEXED} AS $$
BEGIN
    IF EXISTS (
        SELECT FROM requests_app_rowchange WHERE id = NEW.id AND entry_id IS NULL
    ) AND NOT EXISTS (SELECT FROM requests_app_unsealed) THEN
        RAISE EXCEPTION 'a change without history: % of % in %',
            CASE NEW.op WHEN 'I' THEN 'insert' WHEN 'U' THEN 'update'
            ELSE 'delete' END, NEW.row_id, NEW.table_name
            USING HINT = 'Record an entry in the same transaction.';
    END IF;
    RETURN NULL;
END $$
"""

ROW_DIGEST = f"""
CREATE FUNCTION ledger_row_digest(said jsonb, columns text[]) RETURNS bytea
LANGUAGE sql IMMUTABLE {OURS}
RETURN sha256(convert_to(
    (SELECT jsonb_object_agg(one, said -> one) FROM unnest(columns) AS one)::text,
    'UTF8'
))
"""

ROWS = f"""
CREATE FUNCTION ledger_rows(of_shape integer)
RETURNS TABLE (row_id text, digest bytea)
LANGUAGE plpgsql STABLE {ONE_TEXT} AS $$
DECLARE
    shape requests_app_rowshape;
BEGIN
    SELECT * INTO STRICT shape FROM requests_app_rowshape WHERE id = of_shape;
    RETURN QUERY EXECUTE format(
        'SELECT one.%1$I::text, ledger_row_digest(to_jsonb(one), $1)
         FROM %2$I one ORDER BY one.%1$I', shape.key, shape.table_name
    ) USING shape.columns::text[];
END $$
"""

CAPTURE = f"""
CREATE FUNCTION ledger_capture() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER {ONE_TEXT} AS $$
DECLARE
    shape requests_app_rowshape;
    was jsonb;
    made jsonb;
    was_digest bytea;
    made_digest bytea;
BEGIN
    SELECT * INTO STRICT shape FROM requests_app_rowshape
    WHERE id = TG_ARGV[0]::integer AND table_name = TG_TABLE_NAME;
    IF TG_OP <> 'INSERT' THEN
        was := to_jsonb(OLD);
        was_digest := ledger_row_digest(was, shape.columns);
    END IF;
    IF TG_OP <> 'DELETE' THEN
        made := to_jsonb(NEW);
        made_digest := ledger_row_digest(made, shape.columns);
    END IF;
    IF TG_OP = 'UPDATE' AND was ->> shape.key <> made ->> shape.key THEN
        RAISE EXCEPTION 'a row of % keeps its key', TG_TABLE_NAME;
    END IF;
    -- Nothing that the history watches was changed.
    IF TG_OP = 'UPDATE' AND was_digest = made_digest THEN
        RETURN NULL;
    END IF;
    INSERT INTO requests_app_rowchange (table_name, row_id, op, shape_id, digest)
    VALUES (
        TG_TABLE_NAME, coalesce(made, was) ->> shape.key, left(TG_OP, 1), shape.id,
        coalesce(made_digest, was_digest)
    );
    RETURN NULL;
END $$
"""

# In the order in which they call each other.
FUNCTIONS = {
    "ledger_next_seq(text)": NEXT_SEQ,
    "ledger_canonical(jsonb)": CANONICAL,
    "ledger_line(requests_app_entry, timestamptz, text)": LINE,
    "ledger_changes(bigint)": CHANGES,
    "ledger_content(bigint)": CONTENT,
    "ledger_seal_entry(bigint)": SEAL_ENTRY,
    "ledger_entry_written()": ENTRY_WRITTEN,
    "ledger_entry_ready()": ENTRY_READY,
    "ledger_seal()": SEAL,
    "ledger_change_has_history()": CHANGE_HAS_HISTORY,
    "ledger_row_digest(jsonb, text[])": ROW_DIGEST,
    "ledger_rows(integer)": ROWS,
    "ledger_capture()": CAPTURE,
}
# What the portal's own role may call: it numbers its entries, and verifies.
CALLED_BY_THE_PORTAL = {
    "ledger_next_seq(text)",
    "ledger_line(requests_app_entry, timestamptz, text)",
    "ledger_changes(bigint)",
    "ledger_content(bigint)",
    "ledger_row_digest(jsonb, text[])",
    "ledger_rows(integer)",
}

TRIGGERS = [
    """CREATE TRIGGER entry_is_taken_down AFTER INSERT ON requests_app_entry
    FOR EACH ROW EXECUTE FUNCTION ledger_entry_written()""",
    """CREATE CONSTRAINT TRIGGER unsealed_gets_ready
    AFTER INSERT ON requests_app_unsealed DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION ledger_entry_ready()""",
    """CREATE CONSTRAINT TRIGGER unsealed_is_sealed
    AFTER DELETE ON requests_app_unsealed DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION ledger_seal()""",
    """CREATE CONSTRAINT TRIGGER rowchange_has_history
    AFTER INSERT ON requests_app_rowchange DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION ledger_change_has_history()""",
    *(
        f"""CREATE TRIGGER {table}_is_append_only
        BEFORE UPDATE OR DELETE OR TRUNCATE ON requests_app_{table}
        FOR EACH STATEMENT EXECUTE FUNCTION requests_app_entry_refuses_change()"""
        for table in ("leaf", "checkpoint", "rowshape")
    ),
    """CREATE TRIGGER rowchange_is_append_only
    BEFORE DELETE OR TRUNCATE ON requests_app_rowchange
    FOR EACH STATEMENT EXECUTE FUNCTION requests_app_entry_refuses_change()""",
    """CREATE TRIGGER rowchange_is_taken_once
    BEFORE UPDATE ON requests_app_rowchange FOR EACH ROW
    WHEN (
        OLD.entry_id IS NOT NULL OR OLD.id <> NEW.id
        OR OLD.table_name <> NEW.table_name OR OLD.row_id <> NEW.row_id
        OR OLD.op <> NEW.op OR OLD.shape_id <> NEW.shape_id
        OR OLD.digest <> NEW.digest OR OLD.txid <> NEW.txid
    )
    EXECUTE FUNCTION requests_app_entry_refuses_change()""",
    """CREATE TRIGGER head_is_kept
    BEFORE DELETE OR TRUNCATE ON requests_app_head
    FOR EACH STATEMENT EXECUTE FUNCTION requests_app_entry_refuses_change()""",
    """CREATE TRIGGER head_only_advances
    BEFORE UPDATE ON requests_app_head FOR EACH ROW
    WHEN (NEW.n <= OLD.n OR NEW.last_at < OLD.last_at)
    EXECUTE FUNCTION requests_app_entry_refuses_change()""",
]
# They fire under session_replication_role = replica too.
ALWAYS = {
    "entry": ["entry_is_taken_down"],
    "unsealed": ["unsealed_gets_ready", "unsealed_is_sealed"],
    "rowchange": [
        "rowchange_has_history",
        "rowchange_is_append_only",
        "rowchange_is_taken_once",
    ],
    "leaf": ["leaf_is_append_only"],
    "checkpoint": ["checkpoint_is_append_only"],
    "rowshape": ["rowshape_is_append_only"],
    "head": ["head_is_kept", "head_only_advances"],
}
ENABLED = [
    f"ALTER TABLE requests_app_{table} ENABLE ALWAYS TRIGGER {name}"
    for table, names in ALWAYS.items()
    for name in names
]
HEAD = [
    # Room on the page for the row's next versions: it is rewritten with every leaf.
    "ALTER TABLE requests_app_head SET (fillfactor = 10)",
    "ALTER TABLE requests_app_unsealed SET (fillfactor = 10)",
    "INSERT INTO requests_app_head (one, n, stack) VALUES (true, 0, '{}')",
]
SEAL_WHAT_EXISTS = """
DO $$
DECLARE
    one bigint;
BEGIN
    LOCK TABLE requests_app_entry IN SHARE ROW EXCLUSIVE MODE;
    FOR one IN SELECT id FROM requests_app_entry ORDER BY id LOOP
        PERFORM ledger_seal_entry(one);
    END LOOP;
END $$
"""


class Migration(migrations.Migration):
    dependencies = [("requests_app", "0013_vault")]

    operations = [
        migrations.CreateModel(
            name="Checkpoint",
            fields=[
                ("size", models.BigIntegerField(primary_key=True, serialize=False)),
                ("root", models.BinaryField()),
                ("at", models.DateTimeField()),
                ("note", models.TextField()),
            ],
        ),
        migrations.CreateModel(
            name="Head",
            fields=[
                (
                    "one",
                    models.BooleanField(
                        default=True, primary_key=True, serialize=False
                    ),
                ),
                ("n", models.BigIntegerField(default=0)),
                (
                    "stack",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BinaryField(), default=list, size=None
                    ),
                ),
                ("last_at", models.DateTimeField(null=True)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("one", True)), name="head_is_one"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Leaf",
            fields=[
                ("idx", models.BigIntegerField(primary_key=True, serialize=False)),
                (
                    "entry",
                    models.OneToOneField(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="leaf",
                        to="requests_app.entry",
                    ),
                ),
                ("sealed_at", models.DateTimeField()),
                ("hash", models.BinaryField()),
            ],
            options={"verbose_name_plural": "leaves"},
        ),
        migrations.CreateModel(
            name="RowShape",
            fields=[
                ("id", models.AutoField(primary_key=True, serialize=False)),
                ("table_name", models.CharField(max_length=63)),
                ("key", models.CharField(default="id", max_length=63)),
                (
                    "columns",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=63), size=None
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="RowChange",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                (
                    "entry",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="changes",
                        to="requests_app.entry",
                    ),
                ),
                ("table_name", models.CharField(max_length=63)),
                ("row_id", models.CharField(max_length=40)),
                ("op", models.CharField(max_length=1)),
                (
                    "shape",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="requests_app.rowshape",
                    ),
                ),
                ("digest", models.BinaryField()),
                (
                    "txid",
                    requests_app.ledger.models.TransactionId(
                        db_default=requests_app.ledger.models.CurrentTransaction()
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["table_name", "row_id", "-id"], name="rowchange_last"
                    ),
                    models.Index(
                        condition=models.Q(("entry__isnull", True)),
                        fields=["txid", "id"],
                        name="rowchange_unbound",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Unsealed",
            fields=[
                (
                    "entry",
                    models.OneToOneField(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="requests_app.entry",
                    ),
                ),
                ("upto", models.BigIntegerField()),
            ],
            options={"verbose_name_plural": "unsealed"},
        ),
        migrations.RunSQL(
            sql=[*HEAD, *FUNCTIONS.values()],
            reverse_sql=[
                f"DROP FUNCTION {name} CASCADE" for name in reversed(FUNCTIONS)
            ],
        ),
        migrations.RunSQL(
            sql=[
                f"REVOKE EXECUTE ON FUNCTION {name} FROM PUBLIC"
                for name in FUNCTIONS
                if name not in CALLED_BY_THE_PORTAL
            ],
            reverse_sql=migrations.RunSQL.noop,
        ),
        # Before the triggers: a table with pending events cannot be altered.
        migrations.RunSQL(
            sql=SEAL_WHAT_EXISTS, reverse_sql=migrations.RunSQL.noop
        ),
        migrations.RunSQL(
            sql=[*TRIGGERS, *ENABLED],
            reverse_sql=migrations.RunSQL.noop,
        ),
        migrations.CreateModel(
            name="Verification",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                ("began_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField()),
                ("leaves", models.BigIntegerField(null=True)),
                ("root", models.BinaryField(null=True)),
                ("witnessed", models.BigIntegerField(null=True)),
                ("is_clean", models.BooleanField()),
                ("check_name", models.CharField(blank=True, max_length=20)),
                ("difference", models.TextField(blank=True)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("difference", ""), ("is_clean", True)),
                            models.Q(
                                ("is_clean", False),
                                models.Q(("difference", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="verification_clean_or_not",
                    )
                ],
            },
        ),
    ]
