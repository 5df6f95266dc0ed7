"""The committed list says what the database is made of, on every server it runs on.

After a migration that changes a trigger, a function, a policy, a grant or a constraint:

    python -m tests.ledger.test_definitions > requests_app/ledger/definitions.txt
"""

import pytest
from django.db import connection

from requests_app.ledger import definitions
from tests import database


def found():
    with connection.cursor() as cursor:
        return definitions.found(cursor)


def after(*statements):
    """The differences in words, once the owner has run the statements."""
    database.as_owner(*statements)
    return list(definitions.differences(found(), definitions.committed()))


@pytest.mark.django_db
def test_is_what_the_migrations_make():
    assert list(definitions.differences(found(), definitions.committed())) == []


@pytest.mark.django_db
def test_is_the_same_after_a_test_went_past_the_guards():
    database.past_the_guards("requests_app_disposalitem")

    assert after() == []


@pytest.mark.django_db
def test_is_kept_in_order():
    lines = definitions.committed()

    assert lines == sorted(lines)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("statement", "words"),
    [
        (
            "ALTER TABLE requests_app_head DISABLE TRIGGER head_only_advances",
            "trigger requests_app_head.head_only_advances is not as committed",
        ),
        (
            "DROP TRIGGER row_is_captured ON requests_app_ask",
            "trigger requests_app_ask.row_is_captured is missing",
        ),
        (
            "GRANT DELETE ON requests_app_entry TO portal_app",
            "grant on table requests_app_entry is not as committed",
        ),
        (
            "GRANT SELECT ON requests_app_entry TO PUBLIC",
            "grant on table requests_app_entry is not as committed",
        ),
        (
            "ALTER TABLE requests_app_person NO FORCE ROW LEVEL SECURITY",
            "table requests_app_person is not as committed",
        ),
        (
            "CREATE POLICY other ON requests_app_person USING (true)",
            "policy requests_app_person.other does not belong",
        ),
        (
            "CREATE VIEW all_people AS SELECT * FROM requests_app_person",
            "columns all_people does not belong",
        ),
        (
            "ALTER FUNCTION ledger_seal() RESET search_path",
            "function ledger_seal() is not as committed",
        ),
        (
            "ALTER TABLE requests_app_entry ALTER COLUMN role DROP NOT NULL",
            "columns requests_app_entry is not as committed",
        ),
    ],
)
def test_names_what_differs(statement, words):
    assert words in after(statement)


def test_names_what_is_missing_and_what_is_new():
    differing = definitions.differences(["a 1", "b 2", "c 3"], ["a 1", "b 3", "d 4"])

    assert list(differing) == [
        "b is not as committed",
        "c does not belong",
        "d is missing",
    ]


def main() -> None:
    """Print the list, from a database that is made anew for it."""
    import os

    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.test")
    django.setup()
    connection.settings_dict["NAME"] = f"test_desk_definitions_{os.getpid()}"
    where = database.make(anew=True)
    try:
        print("\n".join(found()))
    finally:
        database.drop(where)


if __name__ == "__main__":
    main()
