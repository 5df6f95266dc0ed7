"""Every table of the portal is watched by the history, or named with a reason."""

import pytest
from django.apps import apps
from django.db import connection

from requests_app.ledger import captured
from requests_app.ledger.models import RowShape

pytestmark = pytest.mark.django_db

TRIGGERS = """
    SELECT tgrelid::regclass::text, encode(tgargs, 'escape'), tgenabled
    FROM pg_trigger WHERE tgname = 'row_is_captured'
"""


def models():
    return {
        model._meta.db_table: model
        for model in apps.get_app_config("requests_app").get_models(
            include_auto_created=True
        )
    }


def unnamed(tables):
    return set(tables) - set(captured.WATCHED) - set(captured.NOT_WATCHED)


def shapes():
    """The shape each capturing trigger uses, by table; it is always enabled."""
    with connection.cursor() as cursor:
        cursor.execute(TRIGGERS)
        rows = cursor.fetchall()
    assert {state for _, _, state in rows} == {"A"}
    return {
        table: RowShape.objects.get(pk=argument.removesuffix("\\000"))
        for table, argument, _ in rows
    }


def test_watches_every_table_or_says_why_not():
    assert unnamed(models()) == set()


def test_would_notice_a_table_that_nobody_named():
    assert unnamed([*models(), "requests_app_forgotten"]) == {"requests_app_forgotten"}


def test_names_no_table_that_is_not_there():
    assert {*captured.WATCHED, *captured.NOT_WATCHED} <= set(models())
    assert set(captured.ONLY) <= set(captured.WATCHED)
    assert all(captured.NOT_WATCHED.values())


def test_hangs_the_capturing_trigger_on_every_watched_table():
    assert set(shapes()) == set(captured.WATCHED)


def test_digests_every_column_there_is():
    for table, shape in shapes().items():
        fields = models()[table]._meta.local_concrete_fields
        columns = captured.ONLY.get(table, [field.column for field in fields])
        assert (shape.table_name, sorted(shape.columns)) == (table, sorted(columns))
        assert shape.key == models()[table]._meta.pk.column
