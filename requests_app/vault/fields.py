"""Sealed columns: plain on the object, ciphertext in the table.

Reading the attribute opens the value, once; assigning takes a plain value; saving seals
it. An object that is not saved holds plain values only. Nothing is stored for an empty
value: the column is NULL, so that a constraint may still ask whether there is one.

A value that was not changed keeps its ciphertext, so that a row which may not be edited
can be saved with what it had.
"""

import json
from datetime import date

from django.core.exceptions import FieldError
from django.db import models
from django.db.models.lookups import GreaterThanOrEqual
from django.db.models.query_utils import DeferredAttribute

from requests_app.vault import ring
from requests_app.vault.sealing import LEAST_BYTES, CannotBeOpened, key_of

# Whether there is a value; and, in a trigger's condition, whether the column changed.
_BLIND_LOOKUPS = frozenset({"isnull", "df"})


class SealedColumn(FieldError):
    """The database cannot look into a sealed column."""

    def __init__(self, field, what: str):
        super().__init__(
            f"{field.model.__name__}.{field.name} is sealed: {what}. Read it from its "
            "row; find rows by IceRequest.found_by."
        )


class Ciphertext(bytes):
    """Bytes that were sealed: the only thing a sealed column stores."""

    __slots__ = ()


class Closed:
    """A column's value as it came from the database, not opened yet."""

    __slots__ = ("blob",)

    def __init__(self, blob: Ciphertext):
        self.blob = blob

    def __str__(self) -> str:
        raise CannotBeOpened("A sealed value is opened through its row.")

    __repr__ = object.__repr__


class _Opened:
    """A value with the ciphertext it came from, and its bytes when it was opened."""

    __slots__ = ("blob", "value", "text")

    def __init__(self, blob: Ciphertext, value, text: bytes):
        self.blob, self.value, self.text = blob, value, text


class _Attribute(DeferredAttribute):
    def __get__(self, instance, cls=None):
        if instance is None:
            return self
        name = self.field.attname
        if name not in instance.__dict__:
            super().__get__(instance, cls)
        held = instance.__dict__[name]
        if isinstance(held, Closed):
            held = instance.__dict__[name] = self.field.opened(instance, held.blob)
        return held.value if isinstance(held, _Opened) else held

    def __set__(self, instance, value):
        instance.__dict__[self.field.attname] = self.field.plain(value)


class SealedField(models.Field):
    """The kinds below say how a value becomes text and what an empty one is."""

    descriptor_class = _Attribute
    empty_strings_allowed = False

    def __init__(self, *args, **options):
        options["null"] = True
        options["blank"] = True
        options["editable"] = False
        super().__init__(*args, **options)

    def deconstruct(self):
        name, path, args, options = super().deconstruct()
        for implied in ("null", "blank", "editable"):
            options.pop(implied, None)
        return name, path, args, options

    def get_internal_type(self) -> str:
        return "BinaryField"

    def get_default(self):
        return self.plain(None)

    # What a kind says

    def plain(self, value):
        """The value as the object holds it; None becomes the kind's empty value."""
        return value

    def to_text(self, value) -> str:
        raise NotImplementedError

    def of_text(self, text: str):
        raise NotImplementedError

    def to_bytes(self, value) -> bytes:
        return self.to_text(value).encode("utf-8", "surrogatepass")

    def of_bytes(self, text: bytes):
        return self.of_text(text.decode("utf-8", "surrogatepass"))

    def is_empty(self, value) -> bool:
        return not value

    # To and from the table

    def from_db_value(self, value, expression, connection):
        return None if value is None else Closed(Ciphertext(value))

    def opened(self, instance, blob: Ciphertext) -> _Opened:
        """A value of this row opened. Raises CannotBeOpened, Destroyed."""
        text = ring.key(key_of(blob)).open(blob, **self.place(instance))
        return _Opened(blob, self.of_bytes(text), text)

    def place(self, instance) -> dict:
        """The table, the column and the row that a value is bound to."""
        return {
            "table": self.model._meta.db_table,
            "column": self.column,
            "seal_id": instance.seal_id,
        }

    def pre_save(self, instance, add) -> Ciphertext | None:
        held = instance.__dict__.get(self.attname)
        if isinstance(held, Closed):
            return held.blob
        value = held.value if isinstance(held, _Opened) else held
        if value is None or self.is_empty(value):
            return None
        text = self.to_bytes(value)
        if isinstance(held, _Opened) and held.text == text:
            return held.blob
        key = ring.key(instance.sealing_key_id())
        blob = Ciphertext(key.seal(text, **self.place(instance)))
        instance.__dict__[self.attname] = _Opened(blob, value, text)
        return blob

    def get_db_prep_value(self, value, connection, prepared=False):
        if value is None:
            return None
        if not isinstance(value, Ciphertext):
            raise SealedColumn(self, "set it on the row and save the row")
        return connection.Database.Binary(value)

    def commitment(self, instance) -> str | None:
        """The salted commitment to this row's value; None when there is none."""
        value = getattr(instance, self.attname)
        if value is None or self.is_empty(value):
            return None
        key = ring.key(instance.sealing_key_id())
        return key.commitment(self.to_text(value), **self.place(instance))

    # What the database is not asked

    def get_lookup(self, lookup_name):
        if lookup_name in _BLIND_LOOKUPS:
            return super().get_lookup(lookup_name)
        raise SealedColumn(self, f"no lookup {lookup_name}")

    def get_transform(self, lookup_name):
        raise SealedColumn(self, f"no lookup {lookup_name}")

    def select_format(self, compiler, sql, params):
        if not compiler.query.default_cols:
            raise SealedColumn(self, "no values()")
        return sql, params


class SealedTextField(SealedField):
    """Text; blanks alone are no text."""

    def plain(self, value):
        return "" if value is None else value

    def is_empty(self, value) -> bool:
        return not value.strip()

    def to_text(self, value: str) -> str:
        return str(value)

    def of_text(self, text: str) -> str:
        return text


class SealedListField(SealedField):
    """A list of texts."""

    def plain(self, value):
        return [] if value is None else value

    def to_text(self, value: list) -> str:
        return json.dumps([str(one) for one in value])

    def of_text(self, text: str) -> list:
        return json.loads(text)


class SealedDateField(SealedField):
    """A day of the calendar."""

    def to_text(self, value: date) -> str:
        return value.isoformat()

    def of_text(self, text: str) -> date:
        return date.fromisoformat(text)


class SealedJSONField(SealedField):
    """A JSON object."""

    def plain(self, value):
        return {} if value is None else value

    def to_text(self, value: dict) -> str:
        return json.dumps(value)

    def of_text(self, text: str) -> dict:
        return json.loads(text)


class SealedBytesField(SealedField):
    """Bytes as they are: a piece of a file. They have no commitment, but a digest."""

    def plain(self, value):
        return b"" if value is None else value

    def to_bytes(self, value: bytes) -> bytes:
        return bytes(value)

    def of_bytes(self, text: bytes) -> bytes:
        return text

    def commitment(self, instance) -> None:
        return None


def is_sealed(*names: str) -> models.Q:
    """A condition: each column holds nothing, or something that can be sealed text."""
    condition = models.Q()
    for name in names:
        length = models.Func(
            models.F(name),
            function="octet_length",
            output_field=models.IntegerField(),
        )
        condition &= models.Q(**{f"{name}__isnull": True}) | models.Q(
            GreaterThanOrEqual(length, LEAST_BYTES)
        )
    return condition


def sealed_fields(model) -> list[SealedField]:
    """The sealed columns of a model, in the order of its fields."""
    return [one for one in model._meta.concrete_fields if isinstance(one, SealedField)]
