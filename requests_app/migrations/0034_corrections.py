"""What a correction replaces is kept, sealed, with its reason; watched by the history.

Corrections made before this have no row: what they replaced was not kept.
"""

from importlib import import_module

import django.db.models.deletion
import django.db.models.lookups
import pgtrigger.compiler
import pgtrigger.migrations
import requests_app.ledger.models
import requests_app.vault.fields
import uuid
from django.conf import settings
from django.db import migrations, models


before = import_module("requests_app.migrations.0017_tenancy")
desk = import_module("requests_app.migrations.0020_desk_tenancy")
capture = import_module("requests_app.migrations.0021_desk_is_captured")


def watch(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        shaped = capture._shaped(cursor, apps, "correction", without=())
        capture._hang(cursor, *shaped)


def no_longer_watch(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        capture._unhang(cursor, capture._table(apps, "correction"))


class Migration(migrations.Migration):

    dependencies = [
        ('requests_app', '0033_more_lists'),
    ]

    operations = [
        migrations.CreateModel(
            name='Correction',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('seal_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('public_id', models.CharField(default=requests_app.ledger.models.new_public_id, max_length=22, unique=True)),
                ('step', models.CharField(max_length=10)),
                ('rev', models.PositiveIntegerField()),
                ('before', requests_app.vault.fields.SealedJSONField()),
                ('after', requests_app.vault.fields.SealedJSONField()),
                ('reason', requests_app.vault.fields.SealedTextField()),
                ('made_at', models.DateTimeField()),
                ('ice_request', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='corrections', to='requests_app.icerequest')),
                ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('ice_request', 'rev'), name='correction_once_a_revision'), models.CheckConstraint(condition=models.Q(('step__in', ('person', 'custody', 'basis'))), name='correction_step_is_known'), models.CheckConstraint(condition=models.Q(('reason__isnull', False)), name='correction_has_a_reason'), models.CheckConstraint(condition=models.Q(models.Q(('before__isnull', True), django.db.models.lookups.GreaterThanOrEqual(models.Func(models.F('before'), function='octet_length', output_field=models.IntegerField()), 77), _connector='OR'), models.Q(('after__isnull', True), django.db.models.lookups.GreaterThanOrEqual(models.Func(models.F('after'), function='octet_length', output_field=models.IntegerField()), 77), _connector='OR'), models.Q(('reason__isnull', True), django.db.models.lookups.GreaterThanOrEqual(models.Func(models.F('reason'), function='octet_length', output_field=models.IntegerField()), 77), _connector='OR')), name='correction_is_sealed')],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='correction',
            trigger=pgtrigger.compiler.Trigger(name='correction_is_append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='27a464e90c623de9e171909b24c74676ae75bb02', operation='UPDATE OR DELETE', pgid='pgtrigger_correction_is_append_only_de016', table='requests_app_correction', when='BEFORE')),
        ),
        *(
            migrations.RunSQL(made, unmade)
            for made, unmade in before.secured("correction", desk.of_a_request())
        ),
        migrations.RunPython(watch, no_longer_watch),
    ]
