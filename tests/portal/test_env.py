"""What the settings make of an address of a database."""

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connection

from portal import env


def test_keeps_the_options_of_the_address_after_its_own():
    named = "postgresql://clerk@127.0.0.1/desk?options=-c%20jit%3Don"

    found = env.database(pool=False, url=f"{named}&sslmode=require")

    assert found["OPTIONS"] == {"options": "-c jit=off -c jit=on", "sslmode": "require"}


def test_names_what_is_missing_in_an_address():
    with pytest.raises(ImproperlyConfigured, match="names no database"):
        env.database(pool=False, url="postgresql://clerk@127.0.0.1")


@pytest.mark.django_db
def test_has_no_statement_compiled():
    with connection.cursor() as cursor:
        cursor.execute("SHOW jit")

        assert cursor.fetchone() == ("off",)
