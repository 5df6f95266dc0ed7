"""The queues of the embedded default, which live in the portal's own PostgreSQL.

They only ring the bell: the work itself is durable in the outbox. So the queues may be
made anew when their code changes, and nothing is lost.
"""

import psycopg
from pgmq import get_embedded_install_sql, get_embedded_sql_version

MARK = "Queues of Detainer Desk, version"
APPLICATION = "portal_app"
# Queues are made when they are first used, so the application makes tables here.
GRANTS = (
    f"GRANT USAGE, CREATE ON SCHEMA pgmq TO {APPLICATION}",
    f"GRANT ALL ON ALL TABLES IN SCHEMA pgmq TO {APPLICATION}",
    f"GRANT ALL ON ALL SEQUENCES IN SCHEMA pgmq TO {APPLICATION}",
)
# Any number will do, so long as two processes that prepare at once use the same.
LOCK = 54192


def prepare(url: str) -> bool:
    """Install the queues in the database, and say whether anything was done.

    `url` is the owner's; the application may use what it makes. Leaves queues alone
    that somebody else installed.
    """
    mark = f"{MARK} {get_embedded_sql_version()} for {APPLICATION}"
    with psycopg.connect(url) as connection:
        connection.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        found = connection.execute(
            "SELECT coalesce(obj_description(oid, 'pg_namespace'), '')"
            " FROM pg_namespace WHERE nspname = 'pgmq'"
        ).fetchone()
        if found and (found[0] == mark or not found[0].startswith(MARK)):
            return False
        if found:
            connection.execute("DROP SCHEMA pgmq CASCADE")
        connection.execute(get_embedded_install_sql())
        connection.execute(f"COMMENT ON SCHEMA pgmq IS '{mark}'")
        for grant in GRANTS:
            connection.execute(grant)
    return True
