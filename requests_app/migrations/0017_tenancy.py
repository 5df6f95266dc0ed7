"""Rows show themselves to the agencies they belong to, whatever a query asks for.

Row-level security is enabled and forced on every table with agency data. The policies
ask the functions `desk_*` below what the context of the transaction allows
(`requests_app.accounts.tenancy` signs it); a policy calls each of them in a subquery of
its own, which the planner runs once a query and not once a row. In the lists of
agencies, 0 stands for all.

The owner of the tables sees all rows, for migrations and for the functions that run
with the owner's rights; nobody signs in as the owner while the portal runs. Tables
without agency data are named, with the reason, in `accounts.walls`.

Writers wait for a moment at each table. Taken back, the second wall is gone and the
first, `visible_to`, stands alone; what pgtrigger's setting opened stays closed.
"""

from django.db import migrations

OWNER, APPLICATION = "portal_owner", "portal_app"
OURS = "SET search_path = pg_catalog, public, pg_temp"
READS_CONTEXT = f"LANGUAGE plpgsql STABLE PARALLEL RESTRICTED SECURITY DEFINER {OURS}"

ROLES_EXIST = f"""
DO $$ BEGIN
    IF to_regrole('{OWNER}') IS NULL OR to_regrole('{APPLICATION}') IS NULL THEN
        RAISE EXCEPTION 'run deploy/roles.sql as the superuser first: the roles '
            'portal_owner and portal_app are missing';
    END IF;
END $$
"""

KEY = """
CREATE TABLE portal_context_key (
    inner_pad bytea NOT NULL CHECK (length(inner_pad) = 64),
    outer_pad bytea NOT NULL CHECK (length(outer_pad) = 64)
)
"""

# The parts of the context that the transaction set, if it is signed for this very
# connection; otherwise nothing. Digests are compared, so that time tells nothing.
CONTEXT = f"""
CREATE FUNCTION desk_context() RETURNS text[]
{READS_CONTEXT} AS $$
DECLARE
    token text := current_setting('desk.context', true);
    said text;
    pads record;
BEGIN
    IF coalesce(length(token), 0) < 66 THEN
        RETURN NULL;
    END IF;
    said := left(token, -65);
    FOR pads IN SELECT inner_pad, outer_pad FROM portal_context_key LOOP
        IF sha256(convert_to(right(token, 64), 'UTF8')) = sha256(convert_to(encode(
                sha256(pads.outer_pad
                    || sha256(pads.inner_pad || convert_to(said, 'UTF8'))
                ), 'hex'), 'UTF8'))
            AND substr(token, length(token) - 64, 1) = '|'
            AND split_part(said, '|', 1) = pg_backend_pid()::text
        THEN
            RETURN string_to_array(said, '|');
        END IF;
    END LOOP;
    RETURN NULL;
END $$
"""


def listed(name: str, place: str, all_for: str) -> str:
    """A function that gives one list of agencies of the context; {0} is all."""
    return f"""
    CREATE FUNCTION {name}() RETURNS bigint[]
    {READS_CONTEXT} AS $$
    DECLARE
        context text[] := desk_context();
    BEGIN
        IF context IS NULL THEN
            RETURN '{{}}';
        ELSIF context[8] IN ({all_for}) THEN
            RETURN '{{0}}';
        END IF;
        RETURN string_to_array(nullif(concat_ws(',', {place}), ''), ',')::bigint[];
    END $$
    """


def place(number: int) -> str:
    return f"nullif(context[{number}], '')"


SCOPE = f"""
CREATE FUNCTION desk_scope() RETURNS text
{READS_CONTEXT} AS $$
DECLARE
    context text[] := desk_context();
BEGIN
    RETURN context[8];
END $$
"""
USER = f"""
CREATE FUNCTION desk_user() RETURNS bigint
{READS_CONTEXT} AS $$
DECLARE
    context text[] := desk_context();
BEGIN
    RETURN nullif(context[2], '0')::bigint;
END $$
"""
PERSON = f"""
CREATE FUNCTION desk_person() RETURNS text
{READS_CONTEXT} AS $$
DECLARE
    context text[] := desk_context();
BEGIN
    RETURN nullif(context[3], '');
END $$
"""


def coded(name: str, agencies: str) -> str:
    """A function that gives a list as codes; * is all."""
    return f"""
    CREATE FUNCTION {name}() RETURNS text[]
    {READS_CONTEXT} AS $$
    DECLARE
        wanted bigint[] := {agencies};
    BEGIN
        IF 0 = ANY (wanted) THEN
            RETURN '{{*}}';
        END IF;
        RETURN ARRAY(
            SELECT code::text FROM requests_app_agency WHERE id = ANY (wanted)
        );
    END $$
    """


# The history is written by one function, which needs no rows to be shown to its caller.
WRITE = f"""
CREATE FUNCTION ledger_write(
    public_id text, event text, at timestamptz, actor text, role text, agency text,
    subject text, seq integer, outcome text, body text
) RETURNS bigint
LANGUAGE sql SECURITY DEFINER {OURS} AS $$
    INSERT INTO requests_app_entry
        (public_id, event, at, actor, role, agency, subject, seq, outcome, body)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
    RETURNING id
$$
"""

# pgtrigger's triggers heed a setting that every session may set.
NO_SETTING_OPENS_A_TRIGGER = """
CREATE OR REPLACE FUNCTION _pgtrigger_should_ignore(trigger_name name)
RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT false'
"""

FUNCTIONS = {
    "desk_context()": CONTEXT,
    "desk_reads()": listed("desk_reads", place(4), "'state', 'system'"),
    "desk_outlines()": listed(
        "desk_outlines", f"{place(4)}, {place(6)}", "'state', 'system'"
    ),
    "desk_writes()": listed("desk_writes", place(5), "'system'"),
    "desk_administers()": listed("desk_administers", place(6), "'system'"),
    "desk_staff()": listed("desk_staff", place(7), "'state', 'system'"),
    "desk_scope()": SCOPE,
    "desk_user()": USER,
    "desk_person()": PERSON,
    "desk_read_codes()": coded("desk_read_codes", "desk_reads()"),
    "desk_write_codes()": coded("desk_write_codes", "desk_writes()"),
    "desk_staff_codes()": coded("desk_staff_codes", "desk_staff() || desk_reads()"),
    "desk_administered_codes()": coded("desk_administered_codes", "desk_administers()"),
    "ledger_write(text, text, timestamptz, text, text, text, text, integer, text, text)": (
        WRITE
    ),
}

# Predicates

IS_SYSTEM = "(SELECT desk_scope()) = 'system'"
IS_SIGNED = "(SELECT desk_scope()) IS NOT NULL"


def among(function: str, column: str, everywhere: str = "0") -> str:
    return f"(SELECT {function}()) && ARRAY[{column}, {everywhere}]"


def among_codes(function: str, column: str) -> str:
    return f"(SELECT {function}()) && ARRAY[{column}::text, '*']"


def of_request(function: str, column: str = "ice_request_id") -> str:
    return (
        "EXISTS (SELECT FROM requests_app_icerequest r"
        f" WHERE r.id = {column} AND {among(function, 'r.agency_id')})"
    )


def of_the_same(table: str, *columns: str) -> str:
    """The rows that a row of `table` names are of its own request."""
    held = []
    for column in columns:
        other, name = column.split(".")
        held.append(
            f"({name} IS NULL OR EXISTS (SELECT FROM requests_app_{other} o"
            f" WHERE o.id = {name}"
            f" AND o.ice_request_id = requests_app_{table}.ice_request_id))"
        )
    return " AND ".join(held)


# Rows that hang on a request: who sees them, and what they name of the same request.
# What an administrator sees of a request is what the history speaks of: its number, its
# asks, its acts and how it was decided. Personal words in them are sealed, and the data
# keys are for readers.
READ, OUTLINED = "desk_reads", "desk_outlines"
CHILDREN = {
    "person": (READ, ()),
    "custody": (READ, ()),
    "legalbasis": (READ, ()),
    "conviction": (READ, ()),
    "warrant": (READ, ()),
    "ask": (OUTLINED, ()),
    "act": (OUTLINED, ("ask.ask_id",)),
    "communication": (READ, ("act.act_id",)),
    "notice": (READ, ("act.act_id",)),
    "screening": (READ, ("ask.ask_id", "act.act_id")),
    "iceaccess": (READ, ("act.act_id", "screening.screening_id")),
    "assignment": (READ, ("act.reviewed_act_id", "mismatch.reviewed_mismatch_id")),
    "determination": (OUTLINED, ("ask.ask_id", "screening.screening_id")),
    "mismatch": (
        OUTLINED,
        ("act.act_id", "ask.ask_id", "determination.determination_id"),
    ),
}


def _children() -> dict:
    policies = {}
    for table, (seen, named) in CHILDREN.items():
        writes = of_request("desk_writes")
        check = f"{writes} AND {of_the_same(table, *named)}" if named else writes
        policies[table] = {"show": of_request(seen), "change": writes, "check": check}
    # An assignment names its agency too.
    policies["assignment"]["check"] += (
        " AND EXISTS (SELECT FROM requests_app_icerequest r WHERE r.id ="
        " ice_request_id AND r.agency_id = requests_app_assignment.agency_id)"
    )
    return policies


_FINDING = "EXISTS (SELECT FROM requests_app_screening s WHERE s.id = screening_id)"
_FINDING_WRITES = (
    "EXISTS (SELECT FROM requests_app_screening s JOIN requests_app_icerequest r"
    " ON r.id = s.ice_request_id"
    f" WHERE s.id = screening_id AND {among('desk_writes', 'r.agency_id')})"
)
_OWN_DRAFT = (
    f"{IS_SYSTEM} OR (owner_id = (SELECT desk_user())"
    f" AND {among('desk_writes', 'agency_id')})"
)
_SAMPLE = among("desk_reads", "coalesce(agency_id, 0)")
_OF_SAMPLE = "EXISTS (SELECT FROM requests_app_sample s WHERE s.id = sample_id)"
_OF_ITEM = "EXISTS (SELECT FROM requests_app_sampleitem i WHERE i.id = item_id)"
_APPOINTS = among("desk_administers", "coalesce(agency_id, -1)")
# A number of another agency would tell, by its refusal, that it is taken.
_OWN_NUMBER = (
    "EXISTS (SELECT FROM requests_app_agency a WHERE a.id = agency_id"
    " AND number ~ ('^' || a.code || '-[0-9]{4}-[0-9]{5,6}$'))"
)
_JOB_ADDED = (
    f"{among_codes('desk_staff_codes', 'agency')}"
    f" OR (agency = '' AND kind = 'person.told' AND {IS_SIGNED})"
)

# `show` decides SELECT, `change` which rows UPDATE and DELETE find, `check` what may be
# written; `check` is `change` unless it says more.
POLICIES = {
    "agency": {"show": "true", "change": IS_SYSTEM},
    "appointment": {
        "show": f"user_id = (SELECT desk_user()) OR {among('desk_staff', 'agency_id')}",
        "change": _APPOINTS,
    },
    "datakey": {
        "show": among_codes("desk_read_codes", "agency"),
        "change": among_codes("desk_write_codes", "agency"),
    },
    "entry": {
        "show": f"{among_codes('desk_staff_codes', 'agency')}"
        " OR actor = (SELECT desk_person()) OR subject = (SELECT desk_person())",
        "change": "false",
        "check": IS_SIGNED,
    },
    "rowchange": {"show": "(SELECT desk_scope()) <> ''", "change": "false"},
    "job": {
        "show": f"{among_codes('desk_staff_codes', 'agency')}"
        f" OR (agency = '' AND {IS_SIGNED})",
        "change": f"{among_codes('desk_administered_codes', 'agency')}"
        " OR (agency = '' AND (SELECT desk_administers()) <> '{}')"
        f" OR {IS_SYSTEM}",
        "check": _JOB_ADDED,
    },
    "icerequest": {
        "show": among("desk_outlines", "agency_id"),
        "change": among("desk_writes", "agency_id"),
        "check": f"{IS_SYSTEM} OR ({among('desk_writes', 'agency_id')}"
        f" AND {_OWN_NUMBER})",
    },
    "numberseries": {
        "show": among("desk_writes", "agency_id"),
        "change": among("desk_writes", "agency_id"),
    },
    **_children(),
    "finding": {"show": _FINDING, "change": _FINDING_WRITES},
    "offenceruling": {
        "show": IS_SIGNED,
        "change": "(SELECT desk_administers()) <> '{}'",
    },
    "draft": {"show": _OWN_DRAFT, "change": _OWN_DRAFT},
    "sample": {"show": _SAMPLE, "change": _SAMPLE},
    "sampleitem": {"show": _OF_SAMPLE, "change": _OF_SAMPLE},
    "samplecheck": {"show": _OF_ITEM, "change": _OF_ITEM},
    "samplefinding": {"show": _OF_ITEM, "change": _OF_ITEM},
    "samplesignoff": {"show": _OF_SAMPLE, "change": _OF_SAMPLE},
}


def secured(name: str, said: dict) -> list[tuple[str, str]]:
    """The statements that put one table behind its policies, and take them away."""
    table = f"requests_app_{name}"
    check = said.get("check", said["change"])
    made = {
        "rows_shown": f"FOR SELECT TO {APPLICATION} USING ({said['show']})",
        "rows_added": f"FOR INSERT TO {APPLICATION} WITH CHECK ({check})",
        "rows_changed": f"FOR UPDATE TO {APPLICATION} USING ({said['change']})"
        f" WITH CHECK ({check})",
        "rows_removed": f"FOR DELETE TO {APPLICATION} USING ({said['change']})",
        "owner": f"TO {OWNER} USING (true) WITH CHECK (true)",
    }
    return [
        (f"CREATE POLICY {policy} ON {table} {rule}", f"DROP POLICY {policy} ON {table}")
        for policy, rule in made.items()
    ] + [
        (
            f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
            f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY",
        ),
        (
            f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY",
            f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY",
        ),
    ]


class Migration(migrations.Migration):
    dependencies = [("requests_app", "0016_audit")]

    operations = [
        migrations.RunSQL(ROLES_EXIST, migrations.RunSQL.noop),
        migrations.RunSQL(KEY, "DROP TABLE portal_context_key"),
        *(
            migrations.RunSQL(
                [made, f"REVOKE EXECUTE ON FUNCTION {name} FROM PUBLIC"],
                f"DROP FUNCTION {name}",
            )
            for name, made in FUNCTIONS.items()
        ),
        migrations.RunSQL(NO_SETTING_OPENS_A_TRIGGER, migrations.RunSQL.noop),
        *(
            migrations.RunSQL(made, unmade)
            for name, said in POLICIES.items()
            for made, unmade in secured(name, said)
        ),
    ]
