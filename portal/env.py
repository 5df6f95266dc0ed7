"""What the portal reads from its environment: one function a question."""

import hashlib
import os
import socket
from pathlib import Path

import environ
from django.core.exceptions import ImproperlyConfigured
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from portal import embedded
from requests_app.vault import keys

env = environ.Env()

PROJECT = Path(__file__).resolve().parent.parent


def database_url() -> str:
    """The PostgreSQL server to use: DATABASE_URL, or the embedded one's address."""
    return env.str("DATABASE_URL", default="") or embedded_url()


def embedded_url() -> str:
    """The embedded server's address, known before the server is started."""
    return _embedded().url


def owner_url() -> str:
    """Address of the tables' owner, for `portal.prepare` only: DATABASE_OWNER_URL.

    Without it the embedded server's owner, or else the role of DATABASE_URL.
    """
    named = env.str("DATABASE_OWNER_URL", default="")
    return named or env.str("DATABASE_URL", default="") or _embedded().owner_url


def signer_url() -> str:
    """Address of the signer of checkpoints: LEDGER_SIGNER_URL, or the embedded one."""
    named = env.str("LEDGER_SIGNER_URL", default="")
    if not named and env.str("DATABASE_URL", default=""):
        raise ImproperlyConfigured(
            "Set LEDGER_SIGNER_URL to the address of portal_signer."
        )
    return named or _embedded().signer_url


def ledger_files() -> dict:
    """Where the signer keeps its key and state, and the witness file is kept."""
    kept = home() / "ledger"
    return {
        name: env.str(name, default="") or str(kept / usual)
        for name, usual in (
            ("LEDGER_KEY_FILE", "signing-key"),
            ("LEDGER_PUBLIC_KEY_FILE", "public-key"),
            ("LEDGER_STATE_FILE", "state.json"),
            ("LEDGER_WITNESS_FILE", "witness"),
        )
    }


def _embedded() -> embedded.Server:
    return embedded.Server(embedded.default_home())


def database(*, pool: bool, url: str = "") -> dict:
    """Django's DATABASES entry for a URL, or the application's; options kept."""
    parts = conninfo_to_dict(url or database_url())
    if not parts.get("dbname"):
        raise ImproperlyConfigured(
            "DATABASE_URL names no database. Write it as "
            "postgresql://user:password@host:5432/database"
        )
    known = {"user", "password", "host", "port", "dbname"}
    options = {key: value for key, value in parts.items() if key not in known}
    # Policies make the planner expect costly statements, and PostgreSQL would compile
    # what runs faster uncompiled. Options of the URL come after, and win.
    options["options"] = f"-c jit=off {options.get('options', '')}".rstrip()
    if pool:
        options["pool"] = {"min_size": 1, "max_size": 12, "timeout": 10}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts["dbname"],
        "USER": parts.get("user", ""),
        "PASSWORD": parts.get("password", ""),
        "HOST": parts.get("host", ""),
        "PORT": str(parts.get("port", "")),
        "ATOMIC_REQUESTS": True,
        "OPTIONS": options,
    }


def broker_url() -> str:
    """The message broker: CELERY_BROKER_URL, or queues on the same PostgreSQL."""
    return env.str("CELERY_BROKER_URL", default="") or "pgmq://"


def broker_options() -> dict:
    """Transport options of the embedded broker; real brokers keep their defaults."""
    if broker_url() != "pgmq://":
        return {"confirm_publish": True} if "amqp" in broker_url() else {}
    return {
        # Not as an address: the client drops what follows its question mark, and
        # with it the socket of the embedded server.
        "conn_string": make_conninfo(**conninfo_to_dict(database_url())),
        "init_extension": False,
        "visibility_timeout": 900,
        "polling_interval": 0.1,
        "pool_size": 4,
    }


def node_name() -> str:
    """A short worker name: the embedded broker's queue names hold 47 characters."""
    return f"desk@{socket.gethostname()[:16]}"


def secret_key() -> str:
    """SECRET_KEY, or the contents of the file that SECRET_KEY_FILE names."""
    named = env.str("SECRET_KEY_FILE", default="")
    if named:
        return Path(named).read_text().strip()
    return env.str("SECRET_KEY", default="")


def keysets() -> dict:
    """The vault's settings: two keysets, each named as a file or given as a text."""
    return {
        f"VAULT_{which}": env.str(f"VAULT_{which}", default="")
        for which in ("KEYSET", "KEYSET_FILE", "INDEX_KEYSET", "INDEX_KEYSET_FILE")
    }


def embedded_keysets() -> dict:
    """As `keysets`; where nothing is named, two files of the home, made once."""
    named = keysets()
    for which, new in (
        ("KEYSET", keys.new_data_keyset),
        ("INDEX_KEYSET", keys.new_index_keyset),
    ):
        if named[f"VAULT_{which}"] or named[f"VAULT_{which}_FILE"]:
            continue
        path = home() / "keys" / f"{which.lower().replace('_', '-')}.json"
        if not path.exists():
            keys.write_keyset(path, new())
        named[f"VAULT_{which}_FILE"] = str(path)
    return named


def home() -> Path:
    """Where the embedded default keeps its state."""
    return Path(os.environ.get("DETAINER_DESK_HOME") or PROJECT / ".local")


def code_version() -> str:
    """The release and a digest of the law's code and data, as in 0.1.0+law.1a2b3c4d."""
    room = PROJECT / "requests_app" / "law"
    digest = hashlib.sha256()
    for path in sorted(room.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            digest.update(path.relative_to(room).as_posix().encode())
            digest.update(path.read_bytes())
    return f"0.1.0+law.{digest.hexdigest()[:8]}"
