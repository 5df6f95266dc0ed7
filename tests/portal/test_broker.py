"""The queues of the embedded default."""

import psycopg
import pytest
from kombu import Connection
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from portal import broker, embedded


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    server = embedded.Server(tmp_path_factory.mktemp("broker") / "home")
    server.start()
    yield server
    server.destroy()


@pytest.fixture
def address(server):
    return server.owner_url


@pytest.fixture(autouse=True)
def no_queues(address):
    with psycopg.connect(address) as connection:
        connection.execute("DROP SCHEMA IF EXISTS pgmq CASCADE")


def mark(address):
    with psycopg.connect(address) as connection:
        return connection.execute(
            "SELECT obj_description('pgmq'::regnamespace, 'pg_namespace')"
        ).fetchone()[0]


def test_installs_the_queues_once(address):
    assert broker.prepare(address) is True
    assert broker.prepare(address) is False


def test_makes_queues_of_an_older_version_anew(address):
    broker.prepare(address)
    with psycopg.connect(address) as connection:
        connection.execute(f"COMMENT ON SCHEMA pgmq IS '{broker.MARK} 0.1'")

    assert broker.prepare(address) is True
    assert mark(address) != f"{broker.MARK} 0.1"


def test_leaves_queues_alone_that_somebody_else_installed(address):
    with psycopg.connect(address) as connection:
        connection.execute("CREATE SCHEMA pgmq")

    assert broker.prepare(address) is False
    assert mark(address) is None


def test_makes_queues_anew_that_the_portal_may_not_use(server, address):
    broker.prepare(address)
    with psycopg.connect(address) as connection:
        connection.execute(
            f"COMMENT ON SCHEMA pgmq IS '{mark(address).partition(' for ')[0]}'"
        )
        connection.execute("REVOKE ALL ON SCHEMA pgmq FROM portal_app")

    assert broker.prepare(address) is True
    with psycopg.connect(server.url) as connection:
        connection.execute("SELECT pgmq.create('used')")


def test_carries_a_message_for_the_portals_role(server, address):
    broker.prepare(address)
    options = {
        # The client reads a host only from this form, and not from a URL's query.
        "conn_string": make_conninfo(**conninfo_to_dict(server.url)),
        "init_extension": False,
        "polling_interval": 0.1,
    }

    with Connection("pgmq://", transport_options=options) as connection:
        queue = connection.SimpleQueue("celery")
        queue.put({"job": "b0f7"})
        message = queue.get(timeout=10)
        message.ack()
        queue.close()

    assert message.payload == {"job": "b0f7"}
