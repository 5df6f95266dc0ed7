"""Seal the personal columns, and find rows by a blind index instead of by words.

Needs the keysets at hand, since it seals the rows that are there. It holds the tables
for as long as it takes: the portal is stopped meanwhile, as in every upgrade. Taking it
back opens every value again, and refuses when one was destroyed by order.
"""

import json
import uuid

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models
from django.db.models.lookups import GreaterThanOrEqual

from requests_app.docket import names
from requests_app.vault import blind, keys, ring
from requests_app.vault.fields import (
    SealedDateField,
    SealedJSONField,
    SealedListField,
    SealedTextField,
)
from requests_app.vault.sealing import Key, key_of, new_secret

BATCH = 500
LEAST_BYTES = 77
# Model, column, kind, and the plain type to go back to.
COLUMNS = [
    ("act", "late_reason", SealedTextField, "varchar(300)"),
    ("act", "done_by", SealedTextField, "varchar(120)"),
    ("act", "narrative", SealedTextField, "text"),
    ("assignment", "closing_note", SealedTextField, "text"),
    ("custody", "narrative", SealedTextField, "text"),
    ("determination", "reason", SealedTextField, "text"),
    ("determination", "authority", SealedTextField, "varchar(300)"),
    ("draft", "answers", SealedJSONField, "jsonb"),
    ("icerequest", "late_reason", SealedTextField, "varchar(300)"),
    ("icerequest", "sender_officer", SealedTextField, "varchar(120)"),
    ("icerequest", "sender_contact", SealedTextField, "varchar(120)"),
    ("icerequest", "event_number", SealedTextField, "varchar(40)"),
    ("icerequest", "subject_id", SealedTextField, "varchar(40)"),
    ("person", "family_names", SealedTextField, "varchar(120)"),
    ("person", "given_names", SealedTextField, "varchar(120)"),
    ("person", "aliases", SealedListField, "varchar(120)[]"),
    ("person", "date_of_birth", SealedDateField, "date"),
    ("person", "citizenship", SealedTextField, "varchar(60)"),
    ("person", "a_number", SealedTextField, "varchar(20)"),
    ("person", "booking_number", SealedTextField, "varchar(40)"),
    ("person", "language", SealedTextField, "varchar(40)"),
    ("person", "attorney", SealedTextField, "varchar(200)"),
    ("person", "designee", SealedTextField, "varchar(200)"),
    ("warrant", "docket_number", SealedTextField, "varchar(40)"),
]
MODELS = list(dict.fromkeys(model for model, *_ in COLUMNS))
EMPTY = {"jsonb": "'{}'", "varchar(120)[]": "'{}'", "date": None}
CONSTRAINTS = {
    "act": "act_is_sealed",
    "assignment": "assignment_is_sealed",
    "custody": "custody_is_sealed",
    "determination": "determination_is_sealed",
    "draft": "draft_is_sealed",
    "icerequest": "ice_request_is_sealed",
    "person": "person_is_sealed",
    "warrant": "warrant_is_sealed",
}


def table(model):
    return f"requests_app_{model}"


def columns_of(model):
    return [column for one, column, *_ in COLUMNS if one == model]


def seal_id(model):
    """An identifier of its own for every row that is there."""
    name = table(model)
    return migrations.SeparateDatabaseAndState(
        state_operations=[
            migrations.AddField(
                model_name=model,
                name="seal_id",
                field=models.UUIDField(
                    default=uuid.uuid4, editable=False, unique=True
                ),
            )
        ],
        database_operations=[
            migrations.RunSQL(
                f"ALTER TABLE {name} ADD COLUMN seal_id uuid NOT NULL UNIQUE"
                " DEFAULT gen_random_uuid();"
                f"ALTER TABLE {name} ALTER COLUMN seal_id DROP DEFAULT",
                f"ALTER TABLE {name} DROP COLUMN seal_id",
            )
        ],
    )


def beside(model, column, field):
    """The sealed column, with the plain one still beside it."""
    name = table(model)
    return migrations.SeparateDatabaseAndState(
        state_operations=[
            migrations.AlterField(model_name=model, name=column, field=field())
        ],
        database_operations=[
            migrations.RunSQL(
                f"ALTER TABLE {name} RENAME COLUMN {column} TO {column}_plain;"
                f"ALTER TABLE {name} ADD COLUMN {column} bytea",
                f"ALTER TABLE {name} DROP COLUMN {column};"
                f"ALTER TABLE {name} RENAME COLUMN {column}_plain TO {column}",
            )
        ],
    )


def without_plain(model, column, kind):
    name, empty = table(model), EMPTY.get(kind, "''")
    back = f"ALTER TABLE {name} ADD COLUMN {column}_plain {kind}"
    if empty is not None:
        back += (
            f" NOT NULL DEFAULT {empty};"
            f"ALTER TABLE {name} ALTER COLUMN {column}_plain DROP DEFAULT"
        )
    return migrations.RunSQL(f"ALTER TABLE {name} DROP COLUMN {column}_plain", back)


def is_sealed(model):
    condition = models.Q()
    for column in columns_of(model):
        length = models.Func(
            models.F(column),
            function="octet_length",
            output_field=models.IntegerField(),
        )
        condition &= models.Q(**{f"{column}__isnull": True}) | models.Q(
            GreaterThanOrEqual(length, LEAST_BYTES)
        )
    return migrations.AddConstraint(
        model_name=model,
        constraint=models.CheckConstraint(
            condition=condition, name=CONSTRAINTS[model]
        ),
    )


BIRTH_DATE_MATCHES = models.CheckConstraint(
    condition=models.Q(
        ("date_of_birth__isnull", False), ("date_of_birth_answer", "known")
    )
    | models.Q(
        models.Q(("date_of_birth_answer", "known"), _negated=True),
        ("date_of_birth__isnull", True),
    ),
    name="person_birth_date_matches_answer",
)


# The policies of migration 0017 keep an index of arrays out of the plan: `&&` is not
# among the operators that PostgreSQL trusts with rows that are not to be seen. Who calls
# this learns only which rows hold a token that he has; the policies then decide.
FOUND_BY = """
    CREATE FUNCTION ice_requests_found_by(tokens bigint[]) RETURNS SETOF bigint
    LANGUAGE sql STABLE SECURITY DEFINER ROWS 100
    SET search_path = pg_catalog, public, pg_temp
    AS $$ SELECT id FROM public.requests_app_icerequest WHERE found_by && tokens $$;
"""


# The rows


def batches(cursor, statement):
    """The rows of a statement in order of their ids, BATCH at a time."""
    last = 0
    while True:
        cursor.execute(statement, [last, BATCH])
        rows = cursor.fetchall()
        if not rows:
            return
        yield rows
        last = rows[-1][0]


def give_keys(cursor):
    """A data key for every request and for every draft that is none yet."""
    service = keys.service()
    for model, moment in (("icerequest", "filed_at"), ("draft", "started_at")):
        only = "" if model == "icerequest" else "AND t.ice_request_id IS NULL"
        wanting = (
            f"SELECT t.id, a.code, t.{moment} FROM {table(model)} t"
            " JOIN requests_app_agency a ON a.id = t.agency_id"
            f" WHERE t.id > %s {only} ORDER BY t.id LIMIT %s"
        )
        for rows in batches(cursor, wanting):
            made = []
            for row_id, code, at in rows:
                key_id, secret = uuid.uuid4(), new_secret()
                kek, wrapped = service.wrap(secret, about=ring.about(key_id))
                ring.hold(Key(key_id, secret))
                made.append((key_id, code, wrapped, kek, at, row_id))
            cursor.executemany(
                "INSERT INTO requests_app_datakey"
                " (id, agency, wrapped, kek, made_at, authority)"
                " VALUES (%s, %s, %s, %s, %s, '')",
                [one[:5] for one in made],
            )
            cursor.executemany(
                f"UPDATE {table(model)} SET data_key_id = %s WHERE id = %s",
                [(one[0], one[5]) for one in made],
            )
    cursor.execute(
        "UPDATE requests_app_draft d SET data_key_id = r.data_key_id"
        " FROM requests_app_icerequest r WHERE r.id = d.ice_request_id"
    )


def own_key(model):
    """Where a row's key is: in itself, or in its request."""
    if model in ("icerequest", "draft"):
        return f"FROM {table(model)} t"
    return f"FROM {table(model)} t JOIN requests_app_icerequest r" + (
        " ON r.id = t.ice_request_id"
    )


def seal_rows(cursor, model):
    kinds = {column: field() for one, column, field, _ in COLUMNS if one == model}
    key = "t" if model in ("icerequest", "draft") else "r"
    plain = ", ".join(f"t.{column}_plain" for column in kinds)
    statement = (
        f"SELECT t.id, {key}.data_key_id, t.seal_id, {plain} {own_key(model)}"
        " WHERE t.id > %s ORDER BY t.id LIMIT %s"
    )
    change = (
        f"UPDATE {table(model)} SET "
        + ", ".join(f"{column} = %s" for column in kinds)
        + " WHERE id = %s"
    )
    for rows in batches(cursor, statement):
        changes = []
        for row_id, key_id, seal, *values in rows:
            sealed = [
                sealed_value(field, value, key_id, model, column, seal)
                for (column, field), value in zip(kinds.items(), values, strict=True)
            ]
            changes.append((*sealed, row_id))
        cursor.executemany(change, changes)


def sealed_value(field, value, key_id, model, column, seal):
    if isinstance(field, SealedJSONField) and isinstance(value, str):
        value = json.loads(value)
    if value is None or field.is_empty(value):
        return None
    text = field.to_text(value).encode("utf-8", "surrogatepass")
    place = {"table": table(model), "column": column, "seal_id": seal}
    return ring.key(key_id).seal(text, **place)


def index_rows(cursor):
    statement = (
        "SELECT r.id, r.agency_id, p.family_names_plain, p.given_names_plain,"
        " p.aliases_plain, p.date_of_birth_plain, p.a_number_plain,"
        " p.booking_number_plain, r.event_number_plain, r.subject_id_plain"
        " FROM requests_app_icerequest r"
        " JOIN requests_app_person p ON p.ice_request_id = r.id"
        " WHERE r.id > %s ORDER BY r.id LIMIT %s"
    )
    for rows in batches(cursor, statement):
        changes = []
        for row_id, agency, family, given, aliases, born, *numbers in rows:
            found_by = names.found_by(
                family_names=family,
                given_names=given,
                aliases=aliases,
                date_of_birth=born,
                numbers=dict(zip(blind.NUMBERS, numbers, strict=True)),
            )
            name, tokens = blind.tokens_to_keep(found_by, agency=agency)
            changes.append((tokens, name, row_id))
        cursor.executemany(
            "UPDATE requests_app_icerequest SET found_by = %s, index_key = %s"
            " WHERE id = %s",
            changes,
        )


def seal(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        give_keys(cursor)
        cursor.execute("ALTER TABLE requests_app_act DISABLE TRIGGER USER")
        for model in MODELS:
            seal_rows(cursor, model)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE requests_app_act ENABLE TRIGGER USER")
        index_rows(cursor)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def unseal(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM requests_app_datakey WHERE shredded_at IS NOT NULL"
        )
        if cursor.fetchone()[0]:
            raise RuntimeError("A record was destroyed by order: it cannot be opened.")
        cursor.execute("ALTER TABLE requests_app_act DISABLE TRIGGER USER")
        for model in MODELS:
            unseal_rows(cursor, model)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE requests_app_act ENABLE TRIGGER USER")
        word_rows(cursor)


def unseal_rows(cursor, model):
    for column, field in (
        (column, field()) for one, column, field, _ in COLUMNS if one == model
    ):
        statement = (
            f"SELECT id, seal_id, {column} FROM {table(model)}"
            f" WHERE id > %s AND {column} IS NOT NULL ORDER BY id LIMIT %s"
        )
        for rows in batches(cursor, statement):
            changes = []
            for row_id, seal_of_row, blob in rows:
                place = {
                    "table": table(model),
                    "column": column,
                    "seal_id": seal_of_row,
                }
                text = ring.key(key_of(blob)).open(blob, **place)
                value = field.of_text(text.decode("utf-8", "surrogatepass"))
                if isinstance(field, SealedJSONField):
                    value = json.dumps(value)
                changes.append((value, row_id))
            cursor.executemany(
                f"UPDATE {table(model)} SET {column}_plain = %s WHERE id = %s", changes
            )


def word_rows(cursor):
    statement = (
        "SELECT id, family_names_plain, given_names_plain, aliases_plain"
        " FROM requests_app_person WHERE id > %s ORDER BY id LIMIT %s"
    )
    for rows in batches(cursor, statement):
        cursor.executemany(
            "UPDATE requests_app_person SET name_words = %s WHERE id = %s",
            [
                (names.words_of(family, given, *aliases), row_id)
                for row_id, family, given, aliases in rows
            ],
        )


class Migration(migrations.Migration):
    dependencies = [("requests_app", "0012_agency_codes_are_capitals_and_digits")]

    operations = [
        migrations.CreateModel(
            name="DataKey",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("agency", models.CharField(max_length=12)),
                ("wrapped", models.BinaryField(null=True)),
                ("kek", models.CharField(max_length=200)),
                ("made_at", models.DateTimeField()),
                ("shredded_at", models.DateTimeField(blank=True, null=True)),
                ("authority", models.CharField(blank=True, max_length=40)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("authority", ""),
                            ("shredded_at__isnull", True),
                            ("wrapped__isnull", False),
                        )
                        | models.Q(
                            ("shredded_at__isnull", False),
                            ("wrapped__isnull", True),
                            models.Q(("authority", ""), _negated=True),
                        ),
                        name="data_key_is_whole_or_shredded",
                    )
                ],
                "indexes": [
                    models.Index(
                        condition=models.Q(("shredded_at__isnull", True)),
                        fields=["kek"],
                        name="data_key_by_kek",
                    )
                ],
            },
        ),
        # What looks at a column that is about to be sealed.
        pgtrigger.migrations.RemoveTrigger(
            model_name="determination",
            name="determination_only_ends_or_takes_effect",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="warrant", name="warrant_is_never_edited"
        ),
        migrations.RemoveConstraint(
            model_name="determination", name="determination_has_a_reason"
        ),
        migrations.RemoveConstraint(
            model_name="determination", name="determination_departure_cites_authority"
        ),
        migrations.RemoveConstraint(model_name="person", name="person_has_a_name"),
        migrations.RemoveConstraint(
            model_name="person", name="person_birth_date_matches_answer"
        ),
        *(
            migrations.AddField(
                model_name=model,
                name="data_key",
                field=models.ForeignKey(
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to="requests_app.datakey",
                ),
            )
            for model in ("icerequest", "draft")
        ),
        migrations.AddField(
            model_name="icerequest",
            name="found_by",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.BigIntegerField(),
                blank=True,
                default=list,
                size=None,
            ),
        ),
        migrations.AddField(
            model_name="icerequest",
            name="index_key",
            field=models.CharField(blank=True, default="", max_length=200),
            preserve_default=False,
        ),
        *(seal_id(model) for model in MODELS),
        *(beside(model, column, field) for model, column, field, _ in COLUMNS),
        migrations.RunPython(seal, unseal),
        *(without_plain(model, column, kind) for model, column, _, kind in COLUMNS),
        *(
            migrations.AlterField(
                model_name=model,
                name="data_key",
                field=models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to="requests_app.datakey",
                ),
            )
            for model in ("icerequest", "draft")
        ),
        migrations.RemoveIndex(model_name="person", name="person_name_words"),
        migrations.RemoveField(model_name="person", name="name_words"),
        migrations.AddIndex(
            model_name="icerequest",
            index=django.contrib.postgres.indexes.GinIndex(
                fields=["found_by"], name="ice_request_found_by"
            ),
        ),
        migrations.RunSQL(
            FOUND_BY, "DROP FUNCTION ice_requests_found_by(bigint[])"
        ),
        *(is_sealed(model) for model in MODELS),
        migrations.AddConstraint(
            model_name="person",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("family_names__isnull", False),
                    ("given_names__isnull", False),
                    _connector="OR",
                ),
                name="person_has_a_name",
            ),
        ),
        migrations.AddConstraint(model_name="person", constraint=BIRTH_DATE_MATCHES),
        migrations.AddConstraint(
            model_name="determination",
            constraint=models.CheckConstraint(
                condition=models.Q(("reason__isnull", False)),
                name="determination_has_a_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="determination",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("decision", "deny"),
                    ("against", "compliant"),
                    ("authority__isnull", False),
                    _connector="OR",
                ),
                name="determination_departure_cites_authority",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='warrant',
            trigger=pgtrigger.compiler.Trigger(name='warrant_is_never_edited', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."ice_request_id" IS DISTINCT FROM (NEW."ice_request_id") OR OLD."form" IS DISTINCT FROM (NEW."form") OR OLD."signed_by" IS DISTINCT FROM (NEW."signed_by") OR OLD."court" IS DISTINCT FROM (NEW."court") OR OLD."docket_number" IS DISTINCT FROM (NEW."docket_number") OR OLD."heading_names_court" IS DISTINCT FROM (NEW."heading_names_court") OR OLD."has_docket_number" IS DISTINCT FROM (NEW."has_docket_number") OR OLD."names_person" IS DISTINCT FROM (NEW."names_person") OR OLD."is_current" IS DISTINCT FROM (NEW."is_current") OR OLD."orders_the_act" IS DISTINCT FROM (NEW."orders_the_act") OR OLD."accompanies_detainer" IS DISTINCT FROM (NEW."accompanies_detainer"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='6b6426aecd6ea89ed46ee5c0e93b3636d0a834cd', operation='UPDATE', pgid='pgtrigger_warrant_is_never_edited_9de60', table='requests_app_warrant', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='determination',
            trigger=pgtrigger.compiler.Trigger(name='determination_only_ends_or_takes_effect', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n                    IF OLD.ended_at IS NOT NULL\n                       OR ROW(NEW.public_id, NEW.seal_id,\n                              NEW.ask_id, NEW.ice_request_id, NEW.screening_id,\n                              NEW.decision, NEW.reason_code, NEW.reason,\n                              NEW.authority, NEW.against, NEW.is_override,\n                              NEW.filed_by_id, NEW.decided_by_id, NEW.decided_as,\n                              NEW.decided_at, NEW.expires_at)\n                          IS DISTINCT FROM\n                          ROW(OLD.public_id, OLD.seal_id,\n                              OLD.ask_id, OLD.ice_request_id, OLD.screening_id,\n                              OLD.decision, OLD.reason_code, OLD.reason,\n                              OLD.authority, OLD.against, OLD.is_override,\n                              OLD.filed_by_id, OLD.decided_by_id, OLD.decided_as,\n                              OLD.decided_at, OLD.expires_at)\n                       OR (OLD.effective_at IS NOT NULL\n                           AND ROW(NEW.effective_at, NEW.second_by_id, NEW.second_at)\n                               IS DISTINCT FROM\n                               ROW(OLD.effective_at, OLD.second_by_id, OLD.second_at))\n                    THEN\n                        RAISE EXCEPTION 'a determination is superseded, never edited';\n                    END IF;\n                    RETURN NEW;\n                ", hash='370e45b1a616c8835c8a00e9e46502a4d20d7150', operation='UPDATE', pgid='pgtrigger_determination_only_ends_or_takes_effect_ecafa', table='requests_app_determination', when='BEFORE')),
        ),
    ]
