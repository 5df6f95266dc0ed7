"""What the database is made of, one line an object, and how it differs from the list.

The list is `definitions.txt` beside this file: kind, name and a digest of the text that
PostgreSQL gives of the object. It says the same on PostgreSQL 15 and 18. A superuser
who takes a trigger off, opens a grant or replaces a function differs from it by a line.
"""

from collections.abc import Iterable, Iterator
from hashlib import sha256
from pathlib import Path

COMMITTED = Path(__file__).with_suffix(".txt")
# Other roles are the server's own business; these three are the portal's.
ROLES = ["portal_owner", "portal_app", "portal_signer"]
# Settings that a role or a database may carry, and that open a way past a rule.
OPENING = (
    "^(session_replication_role|row_security|search_path|role|session_authorization"
    "|(local|session|shared)_preload_libraries|lo_compat_privileges"
    "|allow_system_table_mods|portal[.].*|desk[.].*|pgtrigger[.].*)="
)

_OURS = """
    {0}.relnamespace = 'public'::regnamespace AND NOT EXISTS (
        SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass
        AND d.objid = {0}.oid AND d.deptype = 'e')
"""
# MAINTAIN came with PostgreSQL 17. An owner's rights to its own are not a grant.
_GRANTED = """
    (SELECT string_agg(
        CASE g.grantee WHEN 0 THEN 'PUBLIC' ELSE pg_get_userbyid(g.grantee)::text END
        || ' ' || g.privilege_type || CASE WHEN g.is_grantable THEN ' on' ELSE '' END,
        ',' ORDER BY g.grantee <> 0, pg_get_userbyid(g.grantee), g.privilege_type)
     FROM aclexplode({acl}) g
     WHERE g.grantee <> {owner} AND g.privilege_type <> 'MAINTAIN')
"""

_QUERIES = {
    "table": f"""
        SELECT c.relname, concat_ws('|', c.relkind, pg_get_userbyid(c.relowner),
            c.relrowsecurity, c.relforcerowsecurity, c.relpersistence,
            (SELECT string_agg(o, ',' ORDER BY o) FROM unnest(c.reloptions) o
             WHERE o ~ '^security'),
            CASE WHEN c.relkind IN ('v', 'm') THEN pg_get_viewdef(c.oid) END,
            (SELECT string_agg(i.inhparent::regclass::text, ',') FROM pg_inherits i
             WHERE i.inhrelid = c.oid))
        FROM pg_class c WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f')
        AND {_OURS.format("c")}""",
    "columns": f"""
        SELECT c.relname, string_agg(concat_ws('|', a.attname,
            format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attidentity,
            a.attgenerated, pg_get_expr(f.adbin, f.adrelid)), ',' ORDER BY a.attname)
        FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
        LEFT JOIN pg_attrdef f ON f.adrelid = c.oid AND f.adnum = a.attnum
        WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND a.attnum > 0
        AND NOT a.attisdropped AND {_OURS.format("c")} GROUP BY c.relname""",
    "constraint": f"""
        SELECT c.relname || '.' || k.conname,
            concat_ws('|', pg_get_constraintdef(k.oid), k.convalidated)
        FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid
        WHERE k.contype <> 'n' AND {_OURS.format("c")}""",
    "index": f"""
        SELECT i.relname, concat_ws('|', pg_get_indexdef(i.oid), x.indisvalid)
        FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid
        JOIN pg_class c ON c.oid = x.indrelid
        WHERE (x.indisunique OR x.indisexclusion) AND {_OURS.format("c")}""",
    "trigger": f"""
        SELECT c.relname || '.' || t.tgname,
            concat_ws('|', t.tgenabled, pg_get_triggerdef(t.oid))
        FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
        WHERE NOT t.tgisinternal AND {_OURS.format("c")}""",
    "checks of foreign keys": f"""
        SELECT c.relname, string_agg(t.tgenabled::text, '' ORDER BY t.tgenabled)
        FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
        WHERE t.tgisinternal AND {_OURS.format("c")} GROUP BY c.relname""",
    "rule": f"""
        SELECT c.relname || '.' || r.rulename,
            concat_ws('|', r.ev_enabled, pg_get_ruledef(r.oid))
        FROM pg_rewrite r JOIN pg_class c ON c.oid = r.ev_class
        WHERE r.rulename <> '_RETURN' AND {_OURS.format("c")}""",
    "policy": f"""
        SELECT c.relname || '.' || p.polname, concat_ws('|', p.polcmd, p.polpermissive,
            (SELECT string_agg(
                CASE r WHEN 0 THEN 'PUBLIC' ELSE pg_get_userbyid(r)::text END, ','
                ORDER BY r = 0, pg_get_userbyid(r)) FROM unnest(p.polroles) r),
            'using ' || pg_get_expr(p.polqual, p.polrelid),
            'check ' || pg_get_expr(p.polwithcheck, p.polrelid))
        FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid
        WHERE {_OURS.format("c")}""",
    "function": """
        SELECT p.proname || '(' || pg_get_function_identity_arguments(p.oid) || ')',
            concat_ws('|', pg_get_userbyid(p.proowner), pg_get_functiondef(p.oid))
        FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace
        AND p.prokind IN ('f', 'p') AND NOT EXISTS (
            SELECT FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass
            AND d.objid = p.oid AND d.deptype = 'e')""",
    "event trigger": """
        SELECT e.evtname, concat_ws('|', e.evtevent, e.evtenabled,
            e.evtfoid::regprocedure, e.evttags)
        FROM pg_event_trigger e WHERE NOT EXISTS (
            SELECT FROM pg_depend d WHERE d.classid = 'pg_event_trigger'::regclass
            AND d.objid = e.oid AND d.deptype = 'e')""",
    "operator": """
        SELECT o.oid::regoperator::text, o.oprcode::regprocedure::text
        FROM pg_operator o WHERE o.oprnamespace = 'public'::regnamespace
        AND NOT EXISTS (
            SELECT FROM pg_depend d WHERE d.classid = 'pg_operator'::regclass
            AND d.objid = o.oid AND d.deptype = 'e')""",
    "cast": """
        SELECT format_type(k.castsource, NULL) || ' to '
            || format_type(k.casttarget, NULL),
            concat_ws('|', k.castfunc::regprocedure, k.castcontext, k.castmethod)
        FROM pg_cast k WHERE k.oid >= 16384 AND NOT EXISTS (
            SELECT FROM pg_depend d WHERE d.classid = 'pg_cast'::regclass
            AND d.objid = k.oid AND d.deptype = 'e')""",
    "grant on table": f"""
        SELECT c.relname, {_GRANTED.format(acl="c.relacl", owner="c.relowner")}
        FROM pg_class c WHERE c.relacl IS NOT NULL AND c.relkind <> 'S'
        AND {_OURS.format("c")}""",
    "grant on sequence": f"""
        SELECT c.relname, {_GRANTED.format(acl="c.relacl", owner="c.relowner")}
        FROM pg_class c WHERE c.relacl IS NOT NULL AND c.relkind = 'S'
        AND {_OURS.format("c")}""",
    "grant on column": f"""
        SELECT c.relname || '.' || a.attname,
            {_GRANTED.format(acl="a.attacl", owner="c.relowner")}
        FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
        WHERE a.attacl IS NOT NULL AND {_OURS.format("c")}""",
    "grant on function": f"""
        SELECT p.proname || '(' || pg_get_function_identity_arguments(p.oid) || ')',
            {
        _GRANTED.format(
            acl="coalesce(p.proacl, acldefault('f', p.proowner))", owner="p.proowner"
        )
    }
        FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace
        AND NOT EXISTS (
            SELECT FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass
            AND d.objid = p.oid AND d.deptype = 'e')""",
    "grant on schema": f"""
        SELECT n.nspname, {_GRANTED.format(acl="n.nspacl", owner="n.nspowner")}
        FROM pg_namespace n WHERE n.nspname = 'public'""",
    "default grant": f"""
        SELECT concat_ws(' ', pg_get_userbyid(a.defaclrole), a.defaclobjtype,
            a.defaclnamespace::regnamespace),
            {_GRANTED.format(acl="a.defaclacl", owner="a.defaclrole")}
        FROM pg_default_acl a
        WHERE pg_get_userbyid(a.defaclrole) = ANY (%(roles)s)
        AND a.defaclnamespace IN (0, 'public'::regnamespace)""",
    "role": """
        SELECT r.rolname, concat_ws('|', r.rolsuper, r.rolinherit, r.rolcreaterole,
            r.rolreplication, r.rolbypassrls)
        FROM pg_roles r WHERE r.rolname = ANY (%(roles)s)""",
    "membership": """
        SELECT pg_get_userbyid(m.member) || ' in ' || pg_get_userbyid(m.roleid),
            m.admin_option::text
        FROM pg_auth_members m WHERE pg_get_userbyid(m.member) = ANY (%(roles)s)
        AND pg_get_userbyid(m.member) <> 'portal_owner'
        OR pg_get_userbyid(m.roleid) = 'portal_owner'""",
    "setting": """
        SELECT concat_ws(' ', CASE s.setrole WHEN 0 THEN 'everybody'
            ELSE pg_get_userbyid(s.setrole) END, split_part(one, '=', 1)), one
        FROM pg_db_role_setting s, unnest(s.setconfig) one
        WHERE (s.setdatabase = 0 OR s.setdatabase = (
            SELECT oid FROM pg_database WHERE datname = current_database()))
        AND (s.setrole = 0 OR pg_get_userbyid(s.setrole) = ANY (%(roles)s))
        AND one ~ %(opening)s""",
    "shape": """
        SELECT DISTINCT ON (table_name) table_name,
            concat_ws('|', key, array_to_string(columns, ','))
        FROM public.requests_app_rowshape ORDER BY table_name, id DESC""",
}


def found(cursor) -> list[str]:
    """The lines that describe the database of `cursor`, sorted."""
    # Names in definitions are written in full when the schema is not on the path.
    cursor.execute("SELECT set_config('search_path', 'pg_catalog, public', true)")
    lines = []
    for kind, query in _QUERIES.items():
        cursor.execute(query, {"roles": ROLES, "opening": OPENING})
        # A list of grants that names nobody but the owner says nothing.
        lines += [_line(kind, *row) for row in cursor.fetchall() if row[1] is not None]
    return sorted(lines)


def committed() -> list[str]:
    return COMMITTED.read_text().splitlines()


def differences(lines: Iterable[str], expected: Iterable[str]) -> Iterator[str]:
    """In words, what is missing, what does not belong and what is not as it was."""
    have, want = _by_name(lines), _by_name(expected)
    for name in sorted(have.keys() | want.keys()):
        if name not in have:
            yield f"{name} is missing"
        elif name not in want:
            yield f"{name} does not belong"
        elif have[name] != want[name]:
            yield f"{name} is not as committed"


def _line(kind: str, name: str, text: str) -> str:
    digest = sha256(text.encode()).hexdigest()[:32]
    return f"{kind} {name} {digest}"


def _by_name(lines: Iterable[str]) -> dict[str, str]:
    pairs = (line.rpartition(" ") for line in lines)
    return {name: digest for name, _, digest in pairs}
