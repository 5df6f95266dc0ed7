"""Entries are sealed at commit: in one order, without a gap, with their changes."""

from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from threading import Event

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from requests_app.accounts.models import Agency, Appointment, User
from requests_app.ledger import content, tree
from requests_app.ledger import services as ledger
from requests_app.ledger.models import Entry, Head, Leaf, RowChange
from tests.database import as_owner
from tests.factories import NOON, file_request, make_agency, make_clerk, make_user

SUBJECT = "a" * 22
WRITERS, ROUNDS = 8, 12

pytestmark = pytest.mark.django_db(transaction=True)


class Regret(Exception):
    """Ends a transaction that has recorded."""


def record(event="session.began", **body):
    return ledger.record(
        event=event, subject=SUBJECT, at=NOON, actor="b" * 22, body=body
    )


def leaves():
    return list(Leaf.objects.order_by("idx").values_list("idx", "hash"))


def line_in_sql(entry):
    with connection.cursor() as cursor:
        cursor.execute("SELECT ledger_content(%s)", [entry.pk])
        return cursor.fetchone()[0].encode()


def line_in_python(entry):
    changes = entry.changes.order_by("id").values_list(
        "table_name", "row_id", "op", "shape_id", "digest"
    )
    return content.line(
        id=entry.public_id,
        event=entry.event,
        at=entry.at,
        actor=entry.actor,
        role=entry.role,
        agency=entry.agency,
        subject=entry.subject,
        seq=entry.seq,
        outcome=entry.outcome,
        body=entry.body,
        sealed_at=entry.leaf.sealed_at,
        changes=[(*one[:4], bytes(one[4]).hex()) for one in changes],
    )


# The tree


def test_seals_an_entry_when_its_transaction_commits():
    with transaction.atomic():
        entry = record()
        assert not Leaf.objects.exists()

    leaf = Leaf.objects.get()
    assert (leaf.idx, leaf.entry_id) == (0, entry.pk)
    assert Head.objects.get().n == 1


def test_seals_nothing_that_is_rolled_back():
    with pytest.raises(Regret), transaction.atomic():
        record()
        raise Regret

    record()

    assert [index for index, _ in leaves()] == [0]


def test_has_no_gap_after_eight_writers_and_their_rollbacks():
    def write(writer):
        try:
            for turn in range(ROUNDS):
                try:
                    with transaction.atomic():
                        record()
                        if (writer + turn) % 3 == 0:
                            raise Regret
                except Regret:
                    continue
        finally:
            connection.close()

    with ThreadPoolExecutor(WRITERS) as pool:
        list(pool.map(write, range(WRITERS)))

    count = WRITERS * ROUNDS * 2 // 3
    assert [index for index, _ in leaves()] == list(range(count))
    assert Entry.objects.count() == Head.objects.get().n == count
    assert sorted(Entry.objects.values_list("seq", flat=True)) == [*range(1, count + 1)]
    times = Leaf.objects.order_by("idx").values_list("sealed_at", flat=True)
    assert list(times) == sorted(times)


def test_keeps_the_stack_that_python_computes():
    for _ in range(11):
        record()

    stack = []
    for size, (_, leaf) in enumerate(leaves()):
        tree.push(stack, size, bytes(leaf))
    assert [bytes(one) for one in Head.objects.get().stack] == stack


def test_never_lets_the_time_of_sealing_go_back():
    record()
    as_owner(
        "UPDATE requests_app_head SET n = n + 1, last_at = now() + interval '1 hour'"
    )

    record()

    assert Leaf.objects.latest("idx").sealed_at == Head.objects.get().last_at


@pytest.mark.parametrize("isolation", ["REPEATABLE READ", "SERIALIZABLE"])
def test_refuses_an_isolation_in_which_numbers_would_have_gaps(isolation):
    with (
        pytest.raises(DatabaseError, match=f"READ COMMITTED .* is {isolation}"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"SET TRANSACTION ISOLATION LEVEL {isolation}")
        record()


# The content


def test_writes_the_same_line_in_sql_and_in_python():
    agency = make_agency()
    clerk = make_clerk(agency)
    file_request(agency=agency, clerk=clerk)
    for entry in Entry.objects.select_related("leaf"):
        line = line_in_python(entry)

        assert line == line_in_sql(entry)
        assert bytes(entry.leaf.hash) == sha256(b"\x00" + line).digest()
    assert Entry.objects.count() > 5


@pytest.mark.parametrize(
    "body",
    [
        '{"b":1, "a":2}',
        '{"b":1,"a":2}',
        '{"a":1.5}',
        '{"a":9007199254740992}',
        '{"a":"é"}',
        '{"a":1,"a":2}',
        '["a"]',
        "7",
        "",
    ],
)
def test_refuses_a_body_that_could_be_read_two_ways(body):
    with pytest.raises(DatabaseError):
        Entry.objects.create(
            event="session.began", subject=SUBJECT, seq=1, at=NOON, actor="x", body=body
        )


@pytest.mark.parametrize(
    "body", ["{}", '{"a":[1,"x",null],"b":{"c":true}}', '{"a":-9007199254740991}']
)
def test_takes_a_canonical_body(body):
    Entry.objects.create(
        event="session.began", subject=SUBJECT, seq=1, at=NOON, actor="x", body=body
    )

    assert line_in_python(Entry.objects.get()) == line_in_sql(Entry.objects.get())


# Changes of rows


def test_refuses_a_change_without_history():
    with pytest.raises(DatabaseError, match="a change without history: insert"):
        User.objects.create(username="nobody")

    assert not User.objects.exists()


def test_takes_the_same_change_with_an_entry():
    with transaction.atomic():
        User.objects.create(username="somebody")
        record()

    change = RowChange.objects.get()
    assert (change.op, change.table_name) == ("I", "requests_app_user")
    assert change.entry == Entry.objects.get()


@pytest.mark.parametrize(
    ("statement", "op"),
    [
        ("UPDATE requests_app_agency SET name = 'Other'", "U"),
        ("DELETE FROM requests_app_agency", "D"),
    ],
)
def test_refuses_an_update_and_a_delete_without_history(statement, op):
    make_agency()

    with pytest.raises(DatabaseError, match="a change without history"):
        as_owner(statement)
    with transaction.atomic():
        as_owner(statement)
        record()

    assert RowChange.objects.latest("id").op == op


def test_needs_no_entry_where_nothing_that_is_watched_changes():
    user = make_user()

    User.objects.update(last_login=NOON, password="x")

    assert RowChange.objects.filter(row_id=str(user.pk)).count() == 1


def test_gives_each_entry_the_changes_made_before_it_and_the_last_the_rest():
    agency = make_agency()
    with transaction.atomic():
        Agency.objects.update(name="One")
        first = record()
        Agency.objects.update(name="Two")
        second = record()
        Agency.objects.update(name="Three")

    assert (first.changes.count(), second.changes.count()) == (1, 2)
    newest = RowChange.objects.filter(row_id=str(agency.pk)).latest("id")
    with connection.cursor() as cursor:
        cursor.execute("SELECT digest FROM ledger_rows(%s)", [newest.shape_id])
        assert cursor.fetchall() == [(newest.digest,)]


def test_gives_a_row_one_digest_whatever_the_session_sets():
    with connection.cursor() as cursor:
        for zone, output in (("Asia/Tokyo", "escape"), ("UTC", "hex")):
            cursor.execute(f"SET timezone = '{zone}'")
            cursor.execute(f"SET bytea_output = '{output}'")
            agency = make_agency()
            clerk = make_clerk(agency)
            file_request(agency=agency, clerk=clerk)
        cursor.execute(
            "SELECT max(id) FROM requests_app_rowshape GROUP BY table_name ORDER BY 1"
        )
        for (shape,) in cursor.fetchall():
            cursor.execute("SELECT row_id, digest FROM ledger_rows(%s)", [shape])
            now = dict(cursor.fetchall())
            kept = RowChange.objects.filter(shape_id=shape).order_by("id")
            assert dict(kept.values_list("row_id", "digest")) == now
        cursor.execute("RESET timezone")
        cursor.execute("RESET bytea_output")


def test_does_not_wait_for_a_row_while_it_holds_the_head():
    agency = make_agency()
    user = make_user()
    is_held = Event()

    def hold_the_user():
        with transaction.atomic(), connection.cursor() as cursor:
            User.objects.select_for_update().get(pk=user.pk)
            record()
            is_held.set()
            # Meanwhile the other one commits, and waits for the user.
            cursor.execute("SELECT pg_sleep(0.5)")
        connection.close()

    def refer_to_the_user():
        is_held.wait(10)
        appointment = Appointment(
            user=user, agency=agency, role="clerk", effective_from=NOON.date()
        )
        with transaction.atomic():
            ledger.record(
                event="session.began", subject="c" * 22, at=NOON, actor="b" * 22
            )
            appointment.save()
        connection.close()

    with ThreadPoolExecutor(2) as pool:
        both = [pool.submit(hold_the_user), pool.submit(refer_to_the_user)]
        for one in both:
            one.result(timeout=20)

    assert Head.objects.get().n == Entry.objects.count() == 4


# Append-only


@pytest.mark.parametrize("table", ["leaf", "checkpoint", "rowshape"])
@pytest.mark.parametrize("statement", ["DELETE FROM {}", "TRUNCATE {}", "UPDATE {}"])
def test_is_changed_by_nobody(table, statement):
    column = {"leaf": "hash", "checkpoint": "note", "rowshape": "key"}[table]
    asked = statement.format(f"requests_app_{table}")
    asked += f" SET {column} = {column}" if "UPDATE" in asked else ""

    with pytest.raises(DatabaseError, match="the history is append-only"):
        as_owner(asked)


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM requests_app_rowchange",
        "UPDATE requests_app_rowchange SET entry_id = NULL",
        "UPDATE requests_app_rowchange SET digest = 'x'",
        "UPDATE requests_app_head SET n = n - 1",
        "UPDATE requests_app_head SET n = n",
        "DELETE FROM requests_app_head",
    ],
)
def test_takes_nothing_back(statement):
    make_agency()

    with pytest.raises(DatabaseError, match="the history is append-only"):
        as_owner(statement)


def test_has_one_head():
    with pytest.raises(IntegrityError):
        as_owner(
            "INSERT INTO requests_app_head (one, n, stack) VALUES (false, 0, '{}')"
        )
