"""Sealed columns: plain on the object, sealed in the table, refused to questions."""

from datetime import date

import pytest
from django.core.exceptions import FieldError
from django.db import IntegrityError, connection, transaction
from django.template import Context, Template

from requests_app.docket.models import Act, IceRequest, Person
from requests_app.intake import services as intake
from requests_app.intake.models import Draft
from requests_app.review.models import Determination
from requests_app.vault import ring
from requests_app.vault.fields import sealed_fields
from requests_app.vault.sealing import CannotBeOpened
from tests.database import as_owner, past_the_guards
from tests.factories import (
    NOON,
    ask_of,
    determine,
    file_request,
    make_supervisor,
    record_act,
)

pytestmark = pytest.mark.django_db


def stored(model, column, key):
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {column} FROM {model._meta.db_table} WHERE id = %s", [key]
        )
        return cursor.fetchone()[0]


def test_gives_back_what_was_typed(ice_request):
    person = Person.objects.get()

    assert person.family_names == "Quispe Mamani"
    assert person.aliases == ["El Sastre"]
    assert person.date_of_birth == date(1990, 2, 1)
    assert ice_request.custody.narrative == "wept at the gate"


def test_stores_no_word_of_it(ice_request):
    with connection.cursor() as cursor:
        cursor.execute("SELECT t::text FROM requests_app_person t")
        row = cursor.fetchone()[0]

    assert "Quispe" not in row
    assert b"Quispe".hex() not in row


def test_stores_nothing_for_what_is_empty(ice_request):
    person = Person.objects.get()
    person.attorney, person.aliases, person.designee = "", [], "  "
    person.save()

    kept = [
        stored(Person, column, person.pk)
        for column in ("attorney", "aliases", "designee")
    ]
    again = Person.objects.get()
    assert kept == [None, None, None]
    assert (again.attorney, again.aliases, again.designee) == ("", [], "")


def test_keeps_the_ciphertext_of_what_did_not_change(ice_request):
    person = Person.objects.get()
    before = stored(Person, "family_names", person.pk)

    assert person.family_names
    person.given_names = "Josefa"
    person.save()

    assert stored(Person, "family_names", person.pk) == before
    assert Person.objects.get().given_names == "Josefa"


def test_keeps_what_was_changed_in_place(ice_request):
    person = Person.objects.get()

    person.aliases.append("La Costurera")
    person.save()

    assert Person.objects.get().aliases == ["El Sastre", "La Costurera"]


def test_saves_a_determination_that_may_not_be_edited(ice_request, agency):
    determine(ask=ask_of(ice_request), by=make_supervisor(agency), reason="As read.")
    row = Determination.objects.get()

    assert row.reason == "As read."
    row.save()

    assert Determination.objects.get().reason == "As read."


def test_holds_plain_values_before_it_is_saved():
    person = Person(family_names="Quispe", aliases=["El Sastre"])

    assert (person.family_names, person.given_names) == ("Quispe", "")
    assert (person.aliases, person.date_of_birth) == (["El Sastre"], None)
    assert Draft().answers == {}


def test_reads_a_column_that_was_deferred(ice_request):
    assert Person.objects.only("sex").get().family_names == "Quispe Mamani"


def test_keeps_answers_as_they_were_posted(agency, clerk):
    answers = {"person": {"family_names": ["Núñez", "\ud800"], "n": []}}

    intake.begin_draft(agency=agency, by=clerk, at=NOON, answers=answers)

    assert Draft.objects.get().answers == answers


# What the database is not asked

QUESTIONS = {
    "equal": lambda: Person.objects.filter(family_names="Quispe"),
    "part of": lambda: Person.objects.filter(family_names__icontains="quis"),
    "a year": lambda: Person.objects.filter(date_of_birth__year=1990),
    "a key": lambda: Draft.objects.filter(answers__person="x"),
    "excluded": lambda: Person.objects.exclude(a_number=""),
    "through a relation": lambda: IceRequest.objects.filter(person__a_number="A1"),
    "values": lambda: list(Person.objects.values("family_names")),
    "every value": lambda: list(Person.objects.values()),
    "a list of values": lambda: list(Person.objects.values_list("a_number", flat=True)),
    "through values": lambda: list(IceRequest.objects.values("person__family_names")),
    "update": lambda: Person.objects.update(family_names="Quispe"),
}


@pytest.mark.parametrize("name", QUESTIONS)
def test_refuses_a_question_in_words(ice_request, name):
    with pytest.raises(FieldError, match="is sealed"):
        QUESTIONS[name]()


def test_says_whether_there_is_a_value(ice_request):
    assert Person.objects.filter(a_number__isnull=False).count() == 1
    assert Person.objects.filter(attorney__isnull=False).count() == 0


@pytest.mark.parametrize("plain", ["''", "'Quispe'", "'\\x01'", "repeat('a', 76)"])
def test_takes_no_plain_text_by_sql(ice_request, plain):
    with pytest.raises(IntegrityError, match="person_is_sealed"), transaction.atomic():
        as_owner(f"UPDATE requests_app_person SET family_names = {plain}::bytea")


# What was changed or moved


def tamper(row, column, expression):
    as_owner("SET CONSTRAINTS ALL IMMEDIATE")
    past_the_guards(
        row._meta.db_table,
        f"UPDATE {row._meta.db_table} SET {column} = {expression} WHERE id = {row.pk}",
    )


def test_opens_nothing_that_was_changed(ice_request):
    tamper(
        ice_request.person,
        "family_names",
        "set_byte(family_names, 60, get_byte(family_names, 60) # 1)",
    )

    with pytest.raises(CannotBeOpened) as refusal:
        _ = Person.objects.get().family_names
    assert "Quispe" not in str(refusal.value)


def test_opens_nothing_whose_key_is_not_there(ice_request):
    tamper(
        ice_request.person,
        "family_names",
        "overlay(family_names placing decode(repeat('ab', 16), 'hex') from 2)",
    )

    with pytest.raises(CannotBeOpened):
        _ = Person.objects.get().family_names


def test_shows_no_ciphertext_outside_its_row(ice_request):
    held = Person.objects.get().__dict__["family_names"]

    with pytest.raises(CannotBeOpened):
        str(held)
    with pytest.raises(CannotBeOpened):
        Template("{{ held }}").render(Context({"held": held}))
    assert "sealed" not in repr(held)
    assert stored(Person, "family_names", ice_request.person.pk).hex() not in repr(held)


SWAPS = """
    UPDATE {table} one SET {column} = other.{column} FROM {table} other
    WHERE one.id = {one} AND other.id = {other}
"""


@pytest.fixture
def eleven(agency, clerk):
    """Eleven requests, each with ten sealed columns that hold something."""
    requests = [
        file_request(
            agency=agency,
            clerk=clerk,
            family_names=f"Quispe {number}",
            given_names="José",
            aliases="El Sastre",
            a_number=f"A08765432{number % 10}",
            booking_number=f"B{number}",
            attorney=f"Counsel {number}",
            citizenship="Zubrowkan",
        )
        for number in range(11)
    ]
    return [one.person for one in requests]


COLUMNS = ("family_names", "given_names", "aliases", "date_of_birth", "a_number") + (
    "booking_number",
    "attorney",
    "citizenship",
)


def refusals(people, read):
    """How many of (row, column) pairs refuse to open."""
    found = 0
    for row, column in people:
        try:
            read(row, column)
        except CannotBeOpened:
            found += 1
    return found


def read(key, column):
    return getattr(Person.objects.get(pk=key), column)


def test_refuses_a_hundred_of_a_hundred_swapped_values(eleven):
    # Between rows: eight columns, ten rows. Between columns of a row: twenty more.
    kept = eleven[-1].pk
    between_rows = [(one.pk, column) for one in eleven[:10] for column in COLUMNS]
    assert refusals(between_rows, read) == 0

    for key, column in between_rows:
        as_owner(
            SWAPS.format(
                table="requests_app_person", column=column, one=key, other=kept
            )
        )
    refused = refusals(between_rows, read)
    as_owner(
        "UPDATE requests_app_person SET family_names = given_names,"
        " attorney = citizenship"
    )
    between_columns = [
        (one.pk, column)
        for one in eleven[:10]
        for column in ("family_names", "attorney")
    ]

    assert (len(between_rows), refused) == (80, 80)
    assert refusals(between_columns, read) == 20


def test_would_open_a_swapped_value_that_is_bound_to_no_row(eleven, monkeypatch):
    monkeypatch.setattr(
        "requests_app.vault.sealing._place", lambda table, column, seal_id: b""
    )
    one, other = eleven[:2]
    for person in (one, other):
        person.family_names = f"{person.pk}"
        person.save()
    as_owner(
        SWAPS.format(
            table="requests_app_person",
            column="family_names",
            one=one.pk,
            other=other.pk,
        )
    )

    assert Person.objects.get(pk=one.pk).family_names == f"{other.pk}"


# Keys come with their rows


def test_opens_a_list_without_asking_for_keys(eleven, django_assert_num_queries):
    ring.forget_all()

    with django_assert_num_queries(1):
        requests = IceRequest.objects.with_keys().select_related("person")
        names = [one.person.family_names for one in requests.order_by("id")]

    assert names == [f"Quispe {number}" for number in range(11)]


def test_would_notice_a_query_for_each_key(eleven, django_assert_num_queries):
    ring.forget_all()

    with django_assert_num_queries(1 + len(eleven)):
        _ = [one.family_names for one in Person.objects.all()]


def test_holds_no_more_keys_than_it_should(eleven, monkeypatch):
    monkeypatch.setattr(ring, "MOST", 3)
    ring.forget_all()

    _ = [one.family_names for one in Person.objects.all()]

    assert len(ring._ring.held) == 3


def test_holds_a_key_for_a_short_while_only(ice_request, monkeypatch):
    monkeypatch.setattr(ring, "SECONDS", -1.0)
    ring.forget_all()

    assert Person.objects.get().family_names == "Quispe Mamani"
    assert ring._fresh(ice_request.data_key_id) is None


def test_seals_every_row_that_says_so(ice_request):
    record_act(ice_request=ice_request, narrative="said so", done_by="Sgt. X")

    act = Act.objects.get()
    assert (act.narrative, act.done_by) == ("said so", "Sgt. X")
    assert {one.name for one in sealed_fields(Act)} == {
        "narrative",
        "done_by",
        "late_reason",
    }


def test_prints_nothing_of_a_row(ice_request):
    row = Person.objects.get()

    assert "Quispe" not in f"{row} {row!r}"
