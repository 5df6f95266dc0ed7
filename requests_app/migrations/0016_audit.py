"""Samples of the auditor, and the indexes that the pages of the history read.

Not atomic: the indexes of the history are built while writers write. A page of the
history is read in the order of time from one index; `entries_showing` finds the lists
and searches that showed a request, from what the sealed body says.
"""

import uuid

import django.db.models.deletion
import django.db.models.lookups
import pgtrigger.compiler
import pgtrigger.migrations
import requests_app.ledger.models
import requests_app.vault.fields
from django.conf import settings
from django.contrib.postgres.operations import (
    AddIndexConcurrently,
    RemoveIndexConcurrently,
)
from django.db import migrations, models

# The requests a list, a search or an export showed, or the record that somebody asked
# for in vain. Derived from the body and from
# nothing else, so that the seal of the entry covers what is found by it.
SHOWN = [
    """
    CREATE FUNCTION entry_shows(body text) RETURNS text[]
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN CASE
        WHEN strpos(body, '"shown":[') > 0
        THEN ARRAY(SELECT jsonb_array_elements_text(body::jsonb -> 'shown'))
        WHEN strpos(body, '"about":"') > 0
        THEN ARRAY[body::jsonb ->> 'about']
    END
    """,
    """
    CREATE INDEX CONCURRENTLY entry_by_shown ON requests_app_entry
    USING gin (entry_shows(body)) WITH (fastupdate = off)
    WHERE entry_shows(body) IS NOT NULL
    """,
    # A definer's function, because under row-level security the containment of arrays
    # is no condition of an index: it might tell of rows it may not show. It gives row
    # numbers of entries; the policy of the entries decides which of them are read.
    """
    CREATE FUNCTION entries_showing(
        request text, since timestamptz, until timestamptz
    ) RETURNS SETOF bigint
    LANGUAGE sql STABLE STRICT SECURITY DEFINER ROWS 500
    SET search_path = pg_catalog, public, pg_temp
    BEGIN ATOMIC
        SELECT e.id FROM public.requests_app_entry e
        WHERE public.entry_shows(e.body) @> ARRAY[request]
          AND e.at >= since AND e.at < until;
    END
    """,
]
NOT_SHOWN = [
    "DROP FUNCTION entries_showing(text, timestamptz, timestamptz)",
    "DROP INDEX entry_by_shown",
    "DROP FUNCTION entry_shows(text)",
]


class Migration(migrations.Migration):
    atomic = False
    dependencies = [
        ("requests_app", "0015_outbox"),
    ]

    operations = [
        migrations.CreateModel(
            name="Sample",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                (
                    "public_id",
                    models.CharField(
                        default=requests_app.ledger.models.new_public_id,
                        max_length=22,
                        unique=True,
                    ),
                ),
                ("since", models.DateField()),
                ("until", models.DateField()),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("random", "Random: every request alike"),
                            (
                                "weighted",
                                "By risk: flags, overrides, mismatches, late entries",
                            ),
                        ],
                        max_length=10,
                    ),
                ),
                ("size", models.PositiveSmallIntegerField()),
                ("seed", models.CharField(max_length=32)),
                ("method", models.PositiveSmallIntegerField()),
                ("population", models.TextField()),
                ("population_size", models.PositiveIntegerField()),
                ("population_digest", models.CharField(max_length=64)),
                ("drawn_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="SampleCheck",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                (
                    "question",
                    models.CharField(
                        choices=[
                            (
                                "papers",
                                "The papers are on file and say what was entered",
                            ),
                            ("times", "The times entered are borne out by the papers"),
                            (
                                "findings",
                                "The findings follow from the facts as entered",
                            ),
                            (
                                "decision",
                                "The determination has a reason that fits its findings",
                            ),
                            (
                                "persons",
                                "Those who filed, decided and confirmed are different people",
                            ),
                            (
                                "done",
                                "What was done is recorded and agrees with the determination",
                            ),
                            ("notices", "Every notice owed was given, with proof"),
                            (
                                "readers",
                                "Those who opened the record had work to do on it",
                            ),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "answer",
                    models.CharField(
                        choices=[
                            ("yes", "Yes"),
                            ("no", "No"),
                            ("not_applicable", "Does not apply"),
                        ],
                        max_length=14,
                    ),
                ),
                ("checked_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="SampleFinding",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                (
                    "public_id",
                    models.CharField(
                        default=requests_app.ledger.models.new_public_id,
                        max_length=22,
                        unique=True,
                    ),
                ),
                (
                    "gravity",
                    models.CharField(
                        choices=[
                            ("note", "Note"),
                            ("exception", "Exception"),
                            ("serious", "Serious exception"),
                        ],
                        max_length=10,
                    ),
                ),
                ("words", requests_app.vault.fields.SealedTextField()),
                ("found_at", models.DateTimeField()),
                (
                    "seal_id",
                    models.UUIDField(default=uuid.uuid4, editable=False, unique=True),
                ),
            ],
        ),
        migrations.CreateModel(
            name="SampleItem",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                (
                    "public_id",
                    models.CharField(
                        default=requests_app.ledger.models.new_public_id,
                        max_length=22,
                        unique=True,
                    ),
                ),
                ("place", models.PositiveSmallIntegerField()),
                ("weight", models.PositiveSmallIntegerField()),
                ("ticket", models.CharField(max_length=64)),
            ],
        ),
        migrations.CreateModel(
            name="SampleSignOff",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                (
                    "conclusion",
                    models.CharField(
                        choices=[
                            ("in_order", "In order"),
                            ("exceptions", "In order but for the exceptions found"),
                            ("not_in_order", "Not in order"),
                        ],
                        max_length=14,
                    ),
                ),
                ("signed_at", models.DateTimeField()),
            ],
        ),
        AddIndexConcurrently(
            model_name="entry",
            index=models.Index(fields=["at", "id"], name="entry_by_at"),
        ),
        AddIndexConcurrently(
            model_name="entry",
            index=models.Index(
                fields=["agency", "at", "id"], name="entry_by_agency_at"
            ),
        ),
        AddIndexConcurrently(
            model_name="entry",
            index=models.Index(fields=["event", "at", "id"], name="entry_by_event_at"),
        ),
        AddIndexConcurrently(
            model_name="entry",
            index=models.Index(fields=["actor", "at", "id"], name="entry_by_actor_at"),
        ),
        AddIndexConcurrently(
            model_name="entry",
            index=models.Index(
                condition=models.Q(("outcome", "ok"), _negated=True),
                fields=["outcome", "at", "id"],
                name="entry_by_refusal_at",
            ),
        ),
        RemoveIndexConcurrently(
            model_name="entry",
            name="entry_by_agency",
        ),
        RemoveIndexConcurrently(
            model_name="entry",
            name="entry_by_event",
        ),
        RemoveIndexConcurrently(
            model_name="entry",
            name="entry_by_time",
        ),
        RemoveIndexConcurrently(
            model_name="entry",
            name="entry_by_actor",
        ),
        migrations.RunSQL(sql=SHOWN, reverse_sql=NOT_SHOWN),
        migrations.AddField(
            model_name="sample",
            name="agency",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="requests_app.agency",
            ),
        ),
        migrations.AddField(
            model_name="sample",
            name="drawn_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="samplecheck",
            name="checked_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="samplefinding",
            name="found_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="sampleitem",
            name="ice_request",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="requests_app.icerequest",
            ),
        ),
        migrations.AddField(
            model_name="sampleitem",
            name="sample",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="items",
                to="requests_app.sample",
            ),
        ),
        migrations.AddField(
            model_name="samplefinding",
            name="item",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="findings",
                to="requests_app.sampleitem",
            ),
        ),
        migrations.AddField(
            model_name="samplecheck",
            name="item",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="checks",
                to="requests_app.sampleitem",
            ),
        ),
        migrations.AddField(
            model_name="samplesignoff",
            name="sample",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="sign_off",
                to="requests_app.sample",
            ),
        ),
        migrations.AddField(
            model_name="samplesignoff",
            name="signed_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddIndex(
            model_name="sample",
            index=models.Index(fields=["agency", "-id"], name="sample_by_agency"),
        ),
        migrations.AddConstraint(
            model_name="sample",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["random", "weighted"])),
                name="sample_kind_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="sample",
            constraint=models.CheckConstraint(
                condition=models.Q(("until__gte", models.F("since"))),
                name="sample_period_has_days",
            ),
        ),
        migrations.AddConstraint(
            model_name="sample",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("size__gte", 1), ("size__lte", models.F("population_size"))
                ),
                name="sample_is_not_larger_than_its_population",
            ),
        ),
        migrations.AddConstraint(
            model_name="sample",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("seed__regex", "^[0-9a-f]{32}$"),
                    ("population_digest__regex", "^[0-9a-f]{64}$"),
                ),
                name="sample_seed_and_digest_are_hex",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="sample",
            trigger=pgtrigger.compiler.Trigger(
                name="sample_is_never_edited",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="c776e7a7618d2172e42c83d049162cdc380b455d",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_sample_is_never_edited_635f6",
                    table="requests_app_sample",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="sampleitem",
            constraint=models.UniqueConstraint(
                fields=("sample", "place"), name="sample_item_has_its_place"
            ),
        ),
        migrations.AddConstraint(
            model_name="sampleitem",
            constraint=models.UniqueConstraint(
                fields=("sample", "ice_request"), name="sample_item_is_drawn_once"
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="sampleitem",
            trigger=pgtrigger.compiler.Trigger(
                name="sample_item_is_never_edited",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="8bdef042ba9641996e1032e11d8a6bdec5f327a6",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_sample_item_is_never_edited_919c9",
                    table="requests_app_sampleitem",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="sampleitem",
            trigger=pgtrigger.compiler.Trigger(
                name="sample_item_is_drawn_from_it",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n    IF NOT EXISTS (\n        SELECT 1 FROM requests_app_sample s, requests_app_icerequest r\n        WHERE s.id = NEW.sample_id AND r.id = NEW.ice_request_id\n          AND (s.agency_id IS NULL OR s.agency_id = r.agency_id)\n          AND NEW.place BETWEEN 1 AND s.size\n    ) THEN\n        RAISE EXCEPTION 'an item is drawn from the requests of its sample';\n    END IF;\n    RETURN NEW;\n",
                    hash="3f5f7e2fd705d08de9cb88c3ec126097a6c43130",
                    operation="INSERT",
                    pgid="pgtrigger_sample_item_is_drawn_from_it_2ef59",
                    table="requests_app_sampleitem",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="samplefinding",
            constraint=models.CheckConstraint(
                condition=models.Q(("gravity__in", ["note", "exception", "serious"])),
                name="sample_finding_gravity_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="samplefinding",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("words__isnull", False),
                    models.Q(
                        ("words__isnull", True),
                        django.db.models.lookups.GreaterThanOrEqual(
                            models.Func(
                                models.F("words"),
                                function="octet_length",
                                output_field=models.IntegerField(),
                            ),
                            77,
                        ),
                        _connector="OR",
                    ),
                ),
                name="sample_finding_is_sealed",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="samplefinding",
            trigger=pgtrigger.compiler.Trigger(
                name="sample_finding_is_never_edited",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="4a2cf508b528644478bb896f997bfdc0db6430f5",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_sample_finding_is_never_edited_b7b80",
                    table="requests_app_samplefinding",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="samplefinding",
            trigger=pgtrigger.compiler.Trigger(
                name="sample_finding_comes_before_the_sign_off",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    declare="DECLARE v_sample bigint;",
                    func="\n    SELECT i.sample_id INTO v_sample\n    FROM requests_app_sampleitem i WHERE i.id = NEW.item_id;\n    PERFORM pg_advisory_xact_lock_shared(\n        hashtextextended('sign-off of a sample', v_sample)\n    );\n    IF EXISTS (\n        SELECT 1 FROM requests_app_samplesignoff s WHERE s.sample_id = v_sample\n    ) THEN\n        RAISE EXCEPTION 'a sample that is signed off is added to no more';\n    END IF;\n    RETURN NEW;\n",
                    hash="7a0f591b9a7fefe1e5ec247b818a8ab5e032f398",
                    operation="INSERT",
                    pgid="pgtrigger_sample_finding_comes_before_the_sign_off_47db3",
                    table="requests_app_samplefinding",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="samplecheck",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "question__in",
                        [
                            "papers",
                            "times",
                            "findings",
                            "decision",
                            "persons",
                            "done",
                            "notices",
                            "readers",
                        ],
                    ),
                    ("answer__in", ["yes", "no", "not_applicable"]),
                ),
                name="sample_check_is_of_the_list",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="samplecheck",
            trigger=pgtrigger.compiler.Trigger(
                name="sample_check_is_never_edited",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="d45921d23f10d6e20faea7455dd0f41caf3293e4",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_sample_check_is_never_edited_596ba",
                    table="requests_app_samplecheck",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="samplecheck",
            trigger=pgtrigger.compiler.Trigger(
                name="sample_check_comes_before_the_sign_off",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    declare="DECLARE v_sample bigint;",
                    func="\n    SELECT i.sample_id INTO v_sample\n    FROM requests_app_sampleitem i WHERE i.id = NEW.item_id;\n    PERFORM pg_advisory_xact_lock_shared(\n        hashtextextended('sign-off of a sample', v_sample)\n    );\n    IF EXISTS (\n        SELECT 1 FROM requests_app_samplesignoff s WHERE s.sample_id = v_sample\n    ) THEN\n        RAISE EXCEPTION 'a sample that is signed off is added to no more';\n    END IF;\n    RETURN NEW;\n",
                    hash="6f78f333cc741b111a7ee67d0ba214cf354d6e55",
                    operation="INSERT",
                    pgid="pgtrigger_sample_check_comes_before_the_sign_off_c95ae",
                    table="requests_app_samplecheck",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="samplesignoff",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("conclusion__in", ["in_order", "exceptions", "not_in_order"])
                ),
                name="sample_sign_off_conclusion_is_known",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="samplesignoff",
            trigger=pgtrigger.compiler.Trigger(
                name="sample_sign_off_is_final",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="3e8717e5cd3202e82b85f24a8525bb8a3951ff78",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_sample_sign_off_is_final_7f8c2",
                    table="requests_app_samplesignoff",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="samplesignoff",
            trigger=pgtrigger.compiler.Trigger(
                name="sample_sign_off_comes_last",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n    PERFORM pg_advisory_xact_lock(\n        hashtextextended('sign-off of a sample', NEW.sample_id)\n    );\n    IF EXISTS (\n        SELECT 1 FROM requests_app_sampleitem i\n        WHERE i.sample_id = NEW.sample_id AND (\n            SELECT count(DISTINCT c.question) FROM requests_app_samplecheck c\n            WHERE c.item_id = i.id\n        ) < 8\n    ) THEN\n        RAISE EXCEPTION 'a sample is signed off when every question is answered';\n    END IF;\n    RETURN NEW;\n",
                    hash="c68faa86e3fc673d6154b0b6bda96b81026ea3ef",
                    operation="INSERT",
                    pgid="pgtrigger_sample_sign_off_comes_last_ba64d",
                    table="requests_app_samplesignoff",
                    when="BEFORE",
                ),
            ),
        ),
    ]
