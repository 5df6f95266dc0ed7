"""Whether the database is as safe as the portal takes it to be, asked at the start.

A role that owns tables or passes by row-level security would see every agency, and the
portal would not notice. So in production nothing starts on such a database: not the web
server, not the worker.
"""

from collections.abc import Mapping

from django.db import connection

from requests_app.accounts import tenancy

# Tables of the portal that every context may read, and why.
OPEN: Mapping[str, str] = {
    "requests_app_user": "people sign in before there is a context; who works where is"
    " in the appointments",
    "requests_app_user_groups": "empty: roles are appointments",
    "requests_app_user_user_permissions": "empty: roles are appointments",
    "requests_app_leaf": "hashes and times of sealing",
    "requests_app_head": "the hashes of the tree's right edge",
    "requests_app_checkpoint": "signed sizes and roots, made to be published",
    "requests_app_rowshape": "names of columns",
    "requests_app_unsealed": "nobody but the owner may read it",
    "requests_app_genuinecode": "hashes of codes and days, for whoever holds a notice",
    "requests_app_verification": "what a verification of the whole found, without data",
}

_ROLE = """
    SELECT rolsuper, rolbypassrls,
           (SELECT string_agg(relname, ', ' ORDER BY relname) FROM pg_class
            WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')
              AND pg_has_role(relowner, 'MEMBER'))
    FROM pg_roles WHERE rolname = current_user
"""
_UNFORCED = """
    SELECT relname FROM pg_class
    WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')
      AND relname LIKE 'requests\\_app\\_%%'
      AND NOT (relrowsecurity AND relforcerowsecurity) AND relname <> ALL (%s)
    ORDER BY relname
"""
# What keeps an acknowledged filing through a power cut.
DURABLE = ("fsync", "full_page_writes", "synchronous_commit")


def faults() -> list[str]:
    """What is wrong with the role, the policies, the server or the key; safe is empty.

    Each is a sentence for whoever runs the portal.
    """
    with connection.cursor() as cursor:
        return [
            *_faults_of_the_role(cursor),
            *_faults_of_the_tables(cursor),
            *_faults_of_the_server(cursor),
            *_faults_of_the_key(),
        ]


def _faults_of_the_role(cursor) -> list[str]:
    cursor.execute(_ROLE)
    is_superuser, passes_by, owned = cursor.fetchone()
    found = []
    if is_superuser:
        found.append("The portal signs in to the database as a superuser.")
    if passes_by:
        found.append("The portal's database role passes by row-level security.")
    if owned and not is_superuser:
        found.append(f"The portal's database role may act as the owner of {owned}.")
    return found


def _faults_of_the_tables(cursor) -> list[str]:
    cursor.execute(_UNFORCED, [list(OPEN)])
    found = [
        f"Row-level security is not forced on {row[0]}." for row in cursor.fetchall()
    ]
    cursor.execute(
        "SELECT prosrc FROM pg_proc WHERE proname = '_pgtrigger_should_ignore'"
    )
    if [row[0].strip() for row in cursor.fetchall()] != ["SELECT false"]:
        found.append("A setting of a session opens triggers: run portal.prepare.")
    return found


def _faults_of_the_server(cursor) -> list[str]:
    cursor.execute(
        "SELECT name FROM pg_settings WHERE name = ANY (%s)"
        " AND setting IN ('off', 'local') ORDER BY name",
        [list(DURABLE)],
    )
    return [f"PostgreSQL's {row[0]} is not on." for row in cursor.fetchall()]


def _faults_of_the_key() -> list[str]:
    with tenancy.entered(tenancy.SYSTEM), connection.cursor() as cursor:
        cursor.execute("SELECT to_regprocedure('desk_scope()') IS NOT NULL")
        if not cursor.fetchone()[0]:
            return ["The database has no policies: run portal.prepare."]
        cursor.execute("SELECT desk_scope()")
        if cursor.fetchone()[0] == tenancy.SYSTEM_SCOPE:
            return []
        return ["The database knows another SECRET_KEY: run portal.prepare."]
