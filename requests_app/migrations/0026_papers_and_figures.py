"""Papers in, papers out, and what is counted of them.

New tables for documents, form readings, links, claims, holds, retention, notices as
issued, imports, paper forms, reports, extracts, public tables, exports and figures; an
origin of requests and the batch they came in with, a unit in a mention, and whether an
agency shows public tables. The new columns are empty or have a constant default, so
that no table is rewritten; writers of the altered tables wait for a moment.
Who sees the rows says 0027, which of them the history watches 0028.
"""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.lookups
import pgtrigger.compiler
import pgtrigger.migrations
import requests_app.ledger.models
import requests_app.vault.fields
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('requests_app', '0025_assignments_by_agency'),
    ]

    operations = [
        migrations.CreateModel(
            name='Attempt',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('seal_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('public_id', models.CharField(default=requests_app.ledger.models.new_public_id, max_length=22, unique=True)),
                ('tried_at', models.DateTimeField()),
                ('tried_by', requests_app.vault.fields.SealedTextField()),
                ('how', models.CharField(choices=[('by_hand', 'By hand'), ('interpreter', 'By hand, with an interpreter'), ('mail', 'Post'), ('email', 'E-mail'), ('telephone', 'Telephone, read aloud'), ('refused', 'Offered and refused'), ('effort', 'Good-faith effort, not reached')], max_length=12)),
                ('outcome', models.CharField(choices=[('given', 'Given'), ('refused', 'Offered and refused'), ('not_reached', 'Not reached')], max_length=12)),
                ('reader', models.CharField(choices=[('person', 'The person'), ('attorney', 'The attorney'), ('designee', 'The person designated'), ('guardian', 'A parent or guardian')], max_length=10)),
                ('reader_name', requests_app.vault.fields.SealedTextField()),
                ('language', models.CharField(blank=True, max_length=40)),
                ('interpreter', requests_app.vault.fields.SealedTextField()),
                ('words', requests_app.vault.fields.SealedTextField()),
                ('recorded_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='Batch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(default=requests_app.ledger.models.new_public_id, max_length=22, unique=True)),
                ('is_shown', models.BooleanField(default=False)),
                ('shown_at', models.DateTimeField(blank=True, null=True)),
                ('undone_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'verbose_name_plural': 'batches',
            },
        ),
        migrations.CreateModel(
            name='CaseFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(default=requests_app.ledger.models.new_public_id, max_length=22, unique=True)),
                ('head_size', models.BigIntegerField()),
                ('head_root', models.CharField(max_length=64)),
                ('made_at', models.DateTimeField()),
                ('failed', models.CharField(blank=True, max_length=40)),
            ],
        ),
        migrations.CreateModel(
            name='Claim',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('seal_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('public_id', models.CharField(default=requests_app.ledger.models.new_public_id, max_length=22, unique=True)),
                ('court', models.CharField(max_length=120)),
                ('docket_number', requests_app.vault.fields.SealedTextField()),
                ('claimant', requests_app.vault.fields.SealedTextField()),
                ('represented_by', requests_app.vault.fields.SealedTextField()),
                ('relief', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('injunction', 'An injunction'), ('declaration', 'A declaration'), ('habeas', 'Release (habeas corpus)'), ('costs', 'Costs and fees'), ('other', 'Something else')], max_length=12), default=list, size=None)),
                ('about', requests_app.vault.fields.SealedTextField()),
                ('filed_date', models.DateField()),
                ('served_date', models.DateField(blank=True, null=True)),
                ('recorded_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='ClaimEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('seal_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('public_id', models.CharField(default=requests_app.ledger.models.new_public_id, max_length=22, unique=True)),
                ('outcome', models.CharField(choices=[('pending', 'Pending'), ('granted', 'Granted'), ('granted_in_part', 'Granted in part'), ('denied', 'Denied'), ('withdrawn', 'Withdrawn'), ('settled', 'Settled'), ('dismissed', 'Dismissed')], max_length=16)),
                ('on_date', models.DateField()),
                ('words', requests_app.vault.fields.SealedTextField()),
                ('recorded_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='ColumnChoice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('page', models.CharField(choices=[('worklist', 'Worklist'), ('requests', 'Requests')], max_length=8)),
                ('columns', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=20), default=list, size=None)),
            ],
        ),
        migrations.CreateModel(
            name='Disposal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(default=requests_app.ledger.models.new_public_id, max_length=22, unique=True)),
                ('record_class', models.CharField(choices=[('no_access', 'Requests without ICE access'), ('access', 'Requests with ICE access'), ('claimed', 'Requests with a claim in court'), ('unasked', 'Acts nobody asked for')], max_length=10)),
                ('authorization', models.CharField(max_length=40)),
                ('status', models.CharField(choices=[('proposed', 'Proposed'), ('approved_once', 'Approved by one'), ('approved', 'Approved by two'), ('done', 'Carried out'), ('withdrawn', 'Withdrawn')], default='proposed', max_length=14)),
                ('proposed_at', models.DateTimeField()),
                ('first_at', models.DateTimeField(blank=True, null=True)),
                ('second_at', models.DateTimeField(blank=True, null=True)),
                ('done_at', models.DateTimeField(blank=True, null=True)),
                ('certificate_sha256', models.CharField(blank=True, max_length=64)),
            ],
        ),
        migrations.CreateModel(
            name='DisposalItem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('eligible_since', models.DateField()),
                ('shredded_at', models.DateTimeField(blank=True, null=True)),
                ('skipped', models.CharField(blank=True, choices=[('held', 'On hold'), ('gone', 'Destroyed before'), ('not_yet', 'Its period has not ended')], max_length=8)),
            ],
        ),
        migrations.CreateModel(
            name='Document',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('seal_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('public_id', models.CharField(default=requests_app.ledger.models.new_public_id, max_length=22, unique=True)),
                ('kind', models.CharField(choices=[('instrument', 'The paper ICE sent'), ('warrant', 'A warrant or court order'), ('proof', 'Proof of service'), ('court', 'A court paper'), ('other', 'Another paper'), ('notice', 'A notice as it was issued'), ('case_file', 'A case file for court'), ('table', 'A table to import'), ('authorization', 'A signed disposal authorization'), ('report', 'A report as it was made'), ('export', 'A list taken out')], max_length=14)),
                ('name', requests_app.vault.fields.SealedTextField()),
                ('media_type', models.CharField(max_length=80)),
                ('size', models.PositiveBigIntegerField()),
                ('pages', models.PositiveSmallIntegerField(default=0)),
                ('sha256', models.CharField(max_length=64)),
                ('scanned_by', models.CharField(blank=True, max_length=40)),
                ('received_at', models.DateTimeField()),
                ('misplaced_at', models.DateTimeField(blank=True, null=True)),
                ('misplaced_reason', requests_app.vault.fields.SealedTextField()),
            ],
        ),
        migrations.CreateModel(
            name='DocumentPart',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('seal_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('kind', models.CharField(choices=[('original', 'The file as received, in pieces'), ('page', 'A page drawn anew'), ('thumbnail', 'A page drawn small')], max_length=10)),
                ('number', models.PositiveSmallIntegerField()),
                ('body', requests_app.vault.fields.SealedBytesField()),
                ('digest', models.CharField(max_length=64)),
                ('width', models.PositiveSmallIntegerField(default=0)),
                ('height', models.PositiveSmallIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name='Export',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(default=requests_app.ledger.models.new_public_id, max_length=22, unique=True)),
                ('kind', models.CharField(choices=[('requests', 'Requests'), ('worklist', 'Worklist'), ('unreconciled', 'Not reconciled'), ('owed', 'Notices owed'), ('history', 'History'), ('figures', 'Figures'), ('resources', 'Resources')], max_length=12)),
                ('format', models.CharField(choices=[('csv', 'CSV'), ('xlsx', 'Excel (XLSX)')], max_length=4)),
                ('filters', models.CharField(blank=True, max_length=500)),
                ('with_names', models.BooleanField(default=False)),
                ('status', models.CharField(choices=[('waiting', 'Waiting'), ('running', 'Being made'), ('ready', 'Ready'), ('fetched', 'Fetched'), ('cancelled', 'Cancelled'), ('expired', 'Expired'), ('failed', 'Failed')], default='waiting', max_length=10)),
                ('total', models.PositiveIntegerField(default=0)),
                ('done', models.PositiveIntegerField(default=0)),
                ('asked_as', models.CharField(max_length=20)),
                ('asked_at', models.DateTimeField()),
                ('finished_at', models.DateTimeField(blank=True, null=True)),
                ('expires_at', models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name='Extract',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('seal_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('public_id', models.CharField(default=requests_app.ledger.models.new_public_id, max_length=22, unique=True)),
                ('audience', models.CharField(choices=[('public', 'Anybody who asks'), ('person', 'The person, about himself or herself'), ('opm', 'Office of Policy and Management'), ('oversight', 'An oversight body entitled to names')], max_length=10)),
                ('since', models.DateField()),
                ('until', models.DateField()),
                ('reference', requests_app.vault.fields.SealedTextField()),
                ('status', models.CharField(choices=[('draft', 'Draft'), ('released', 'Released'), ('refused', 'Refused')], default='draft', max_length=10)),
                ('frozen', requests_app.vault.fields.SealedJSONField()),
                ('rows', models.PositiveIntegerField()),
                ('withheld', models.PositiveIntegerField()),
                ('leaks', models.PositiveIntegerField()),
                ('head_size', models.BigIntegerField()),
                ('head_root', models.CharField(max_length=64)),
                ('made_at', models.DateTimeField()),
                ('decided_at', models.DateTimeField(blank=True, null=True)),
                ('decided_words', requests_app.vault.fields.SealedTextField()),
            ],
        ),
        migrations.CreateModel(
            name='FormReading',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('seal_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('public_id', models.CharField(default=requests_app.ledger.models.new_public_id, max_length=22, unique=True)),
                ('edition', models.CharField(blank=True, max_length=40)),
                ('source', models.CharField(choices=[('fields', 'Filled form fields'), ('text', "The file's own text"), ('scan', 'Read from the picture')], max_length=6)),
                ('reader', models.CharField(max_length=20)),
                ('values', requests_app.vault.fields.SealedJSONField()),
                ('warnings', requests_app.vault.fields.SealedJSONField()),
                ('taken', requests_app.vault.fields.SealedJSONField()),
                ('read_at', models.DateTimeField()),
                ('taken_at', models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name='GenuineCode',
            fields=[
                ('digest', models.CharField(max_length=64, primary_key=True, serialize=False)),
                ('issued_on', models.DateField()),
            ],
        ),
        migrations.CreateModel(
            name='Hold',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('seal_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('public_id', models.CharField(default=requests_app.ledger.models.new_public_id, max_length=22, unique=True)),
                ('reach', models.CharField(choices=[('request', 'This request'), ('person', 'Every request about this person')], max_length=8)),
                ('person', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), blank=True, default=list, size=None)),
                ('index_key', models.CharField(blank=True, max_length=200)),
                ('cause', models.CharField(choices=[('claim', 'A claim in court'), ('expected', 'A claim that is to be expected'), ('inquiry', 'An inquiry or audit'), ('public_records', 'A public records request'), ('other', 'Something else')], max_length=14)),
                ('words', requests_app.vault.fields.SealedTextField()),
                ('placed_as', models.CharField(choices=[('clerk', 'Clerk'), ('supervisor', 'Supervisor'), ('head', 'Head of agency'), ('administrator', 'Administrator'), ('auditor', 'Auditor'), ('records_officer', 'Records officer')], max_length=20)),
                ('placed_at', models.DateTimeField()),
                ('lifted_at', models.DateTimeField(blank=True, null=True)),
                ('lifted_words', requests_app.vault.fields.SealedTextField()),
            ],
        ),
        migrations.CreateModel(
            name='ImportBatch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('seal_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('public_id', models.CharField(default=requests_app.ledger.models.new_public_id, max_length=22, unique=True)),
                ('name', requests_app.vault.fields.SealedTextField()),
                ('mapping', models.TextField(blank=True)),
                ('status', models.CharField(choices=[('mapping', 'To be mapped'), ('trying', 'Being tried'), ('tried', 'Tried'), ('importing', 'Being written'), ('done', 'Imported'), ('failed', 'Not imported'), ('undone', 'Undone'), ('dropped', 'Dropped')], default='mapping', max_length=10)),
                ('rows', models.PositiveIntegerField(default=0)),
                ('requests', models.PositiveIntegerField(default=0)),
                ('done', models.PositiveIntegerField(default=0)),
                ('flagged', models.PositiveIntegerField(default=0)),
                ('fault_count', models.PositiveIntegerField(default=0)),
                ('faults', requests_app.vault.fields.SealedJSONField()),
                ('begun_as', models.CharField(max_length=20)),
                ('begun_at', models.DateTimeField()),
                ('tried_at', models.DateTimeField(blank=True, null=True)),
                ('confirmed_at', models.DateTimeField(blank=True, null=True)),
                ('finished_at', models.DateTimeField(blank=True, null=True)),
                ('undone_at', models.DateTimeField(blank=True, null=True)),
                ('undone_reason', requests_app.vault.fields.SealedTextField()),
            ],
            options={
                'verbose_name_plural': 'import batches',
            },
        ),
        migrations.CreateModel(
            name='ImportedRow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('seal_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('numbers', django.contrib.postgres.fields.ArrayField(base_field=models.PositiveIntegerField(), size=None)),
                ('cells', requests_app.vault.fields.SealedJSONField()),
            ],
        ),
        migrations.CreateModel(
            name='ImportMap',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(default=requests_app.ledger.models.new_public_id, max_length=22, unique=True)),
                ('name', models.CharField(max_length=60)),
                ('mapping', models.TextField()),
                ('saved_at', models.DateTimeField()),
                ('retired_at', models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name='Issue',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('seal_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('public_id', models.CharField(default=requests_app.ledger.models.new_public_id, max_length=22, unique=True)),
                ('language', models.CharField(choices=[('en', 'English'), ('es', 'Spanish'), ('pt', 'Portuguese'), ('ht', 'Haitian Creole'), ('fr', 'French'), ('pl', 'Polish'), ('zh-Hans', 'Simplified Chinese'), ('ar', 'Arabic'), ('sq', 'Albanian')], max_length=8)),
                ('template', models.CharField(max_length=40)),
                ('is_reviewed', models.BooleanField(default=False)),
                ('words', requests_app.vault.fields.SealedJSONField()),
                ('code', requests_app.vault.fields.SealedTextField()),
                ('issued_at', models.DateTimeField()),
                ('rendered_at', models.DateTimeField(blank=True, null=True)),
                ('failed', models.CharField(blank=True, max_length=40)),
            ],
        ),
        migrations.CreateModel(
            name='LegalHelp',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(default=requests_app.ledger.models.new_public_id, max_length=22, unique=True)),
                ('name', models.CharField(max_length=120)),
                ('telephone', models.CharField(blank=True, max_length=40)),
                ('address', models.CharField(blank=True, max_length=160, verbose_name='postal or web address')),
                ('hours', models.CharField(blank=True, max_length=80)),
                ('languages', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('en', 'English'), ('es', 'Spanish'), ('pt', 'Portuguese'), ('ht', 'Haitian Creole'), ('fr', 'French'), ('pl', 'Polish'), ('zh-Hans', 'Simplified Chinese'), ('ar', 'Arabic'), ('sq', 'Albanian')], max_length=8), blank=True, default=list, size=None)),
                ('place', models.PositiveSmallIntegerField(default=1)),
                ('added_at', models.DateTimeField()),
                ('retired_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'verbose_name_plural': 'legal help',
            },
        ),
        migrations.CreateModel(
            name='Link',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('seal_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('public_id', models.CharField(default=requests_app.ledger.models.new_public_id, max_length=22, unique=True)),
                ('kind', models.CharField(choices=[('linked', 'Belongs with it'), ('supersedes', 'Takes its place: issued again'), ('cancels', 'Cancels it'), ('not_duplicate', 'Has nothing to do with it')], max_length=14)),
                ('score', models.PositiveSmallIntegerField()),
                ('signals', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('person', 'Family name and date of birth'), ('name', 'Names that are spelled or sound alike'), ('a_number', 'A-number'), ('subject_id', 'Subject ID'), ('event_number', 'Event number'), ('booking_number', 'Booking number'), ('paper', 'The very same file'), ('same_day', 'Received on the same day')], max_length=16), default=list, size=None)),
                ('reason', requests_app.vault.fields.SealedTextField()),
                ('decided_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='PaperForm',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=24, unique=True)),
                ('printed_at', models.DateTimeField()),
                ('spoiled_at', models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name='Publication',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('seal_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('public_id', models.CharField(default=requests_app.ledger.models.new_public_id, max_length=22, unique=True)),
                ('since', models.DateField()),
                ('until', models.DateField()),
                ('version', models.PositiveSmallIntegerField()),
                ('status', models.CharField(choices=[('proposed', 'Proposed'), ('refused', 'Refused'), ('published', 'Published'), ('withdrawn', 'Withdrawn')], default='proposed', max_length=10)),
                ('tables', models.JSONField()),
                ('tables_sha256', models.CharField(max_length=64)),
                ('audit', models.JSONField(default=dict)),
                ('counts', requests_app.vault.fields.SealedJSONField()),
                ('proposed_at', models.DateTimeField()),
                ('decided_at', models.DateTimeField(blank=True, null=True)),
                ('withdrawn_at', models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name='Report',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('seal_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('public_id', models.CharField(default=requests_app.ledger.models.new_public_id, max_length=22, unique=True)),
                ('since', models.DateField()),
                ('until', models.DateField()),
                ('form', models.CharField(choices=[('statistics', 'Statistics'), ('records', 'Records with identifiers removed')], max_length=10)),
                ('version', models.PositiveSmallIntegerField()),
                ('amended_because', requests_app.vault.fields.SealedTextField()),
                ('status', models.CharField(choices=[('draft', 'Draft'), ('certified', 'Certified'), ('sent', 'Sent'), ('dropped', 'Dropped')], default='draft', max_length=10)),
                ('is_nil', models.BooleanField(default=False)),
                ('frozen', requests_app.vault.fields.SealedJSONField()),
                ('law_versions', models.CharField(blank=True, max_length=60)),
                ('head_size', models.BigIntegerField()),
                ('head_root', models.CharField(max_length=64)),
                ('drafted_at', models.DateTimeField()),
                ('certified_at', models.DateTimeField(blank=True, null=True)),
                ('sent_at', models.DateTimeField(blank=True, null=True)),
                ('sent_how', models.CharField(blank=True, max_length=80)),
            ],
        ),
        migrations.CreateModel(
            name='ReportRow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('place', models.PositiveIntegerField()),
                ('rev', models.PositiveIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name='RequestFigures',
            fields=[
                ('ice_request', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='+', serialize=False, to='requests_app.icerequest')),
                ('received_on', models.DateField()),
                ('filed_on', models.DateField()),
                ('instrument', models.CharField(max_length=20)),
                ('channel', models.CharField(max_length=12)),
                ('status', models.CharField(max_length=16)),
                ('origin', models.CharField(max_length=8)),
                ('asks', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=60), default=list, size=None)),
                ('acts', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=60), default=list, size=None)),
                ('findings', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=60), default=list, size=None)),
                ('decisions', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=60), default=list, size=None)),
                ('mismatches', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=60), default=list, size=None)),
                ('ice_access', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=60), default=list, size=None)),
                ('access_on', django.contrib.postgres.fields.ArrayField(base_field=models.DateField(), default=list, size=None)),
                ('municipal_report', models.BooleanField(default=False)),
                ('overrides', models.PositiveSmallIntegerField(default=0)),
                ('is_flagged', models.BooleanField(default=False)),
                ('notices_owed', models.PositiveSmallIntegerField(default=0)),
                ('notices_served', models.PositiveSmallIntegerField(default=0)),
                ('hours_to_copy', models.FloatField(null=True)),
                ('hours_to_decision', models.FloatField(null=True)),
                ('staff_minutes', models.PositiveIntegerField(default=0)),
                ('cost_cents', models.PositiveBigIntegerField(default=0)),
                ('rebuilt_at', models.DateTimeField()),
            ],
            options={
                'verbose_name_plural': 'request figures',
            },
        ),
        migrations.CreateModel(
            name='RetentionRule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(default=requests_app.ledger.models.new_public_id, max_length=22, unique=True)),
                ('record_class', models.CharField(choices=[('no_access', 'Requests without ICE access'), ('access', 'Requests with ICE access'), ('claimed', 'Requests with a claim in court'), ('unasked', 'Acts nobody asked for')], max_length=10)),
                ('years', models.PositiveSmallIntegerField()),
                ('authority', models.CharField(max_length=40)),
                ('effective_from', models.DateField()),
                ('set_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='StaleFigure',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ice_request_id', models.BigIntegerField()),
                ('agency_id', models.BigIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name='TranslationReview',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(default=requests_app.ledger.models.new_public_id, max_length=22, unique=True)),
                ('template', models.CharField(max_length=40)),
                ('language', models.CharField(choices=[('en', 'English'), ('es', 'Spanish'), ('pt', 'Portuguese'), ('ht', 'Haitian Creole'), ('fr', 'French'), ('pl', 'Polish'), ('zh-Hans', 'Simplified Chinese'), ('ar', 'Arabic'), ('sq', 'Albanian')], max_length=8)),
                ('translator', models.CharField(max_length=120, verbose_name='certified translator')),
                ('certificate', models.CharField(blank=True, max_length=120, verbose_name='certificate or agency')),
                ('reviewed_on', models.DateField()),
                ('entered_at', models.DateTimeField()),
                ('withdrawn_at', models.DateTimeField(blank=True, null=True)),
            ],
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='icerequest',
            name='ice_request_origin_is_fixed',
        ),
        migrations.AlterField(
            model_name='screening',
            name='cause',
            field=models.CharField(choices=[('filed', 'Filing'), ('corrected', 'Correction of facts'), ('act_recorded', 'Act recorded'), ('notice_served', 'Notice served'), ('law_changed', 'Change of law'), ('imported', 'Import')], max_length=16),
        ),
        migrations.AddField(
            model_name='agency',
            name='is_transparent',
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name='icerequest',
            name='origin',
            field=models.CharField(choices=[('desk', 'Typed in at the desk'), ('read_in', 'Read in from its form'), ('paper', 'From a numbered paper form'), ('import', 'Imported from a table')], db_default='desk', default='desk', max_length=8),
        ),
        migrations.AddField(
            model_name='icerequest',
            name='paper_number',
            field=models.CharField(blank=True, db_default='', default='', max_length=24),
        ),
        migrations.AddField(
            model_name='mention',
            name='unit',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='requests_app.unit'),
        ),
        migrations.AlterField(
            model_name='icerequest',
            name='status',
            field=models.CharField(choices=[('awaiting', 'Awaiting determination'), ('awaiting_second', 'Awaiting a second person'), ('returned', 'Returned for correction'), ('determined', 'Determined'), ('recorded', 'Recorded (nothing to decide)')], default='awaiting', max_length=16),
        ),
        migrations.AddField(
            model_name='attempt',
            name='ice_request',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='attempts', to='requests_app.icerequest'),
        ),
        migrations.AddField(
            model_name='attempt',
            name='notice',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='attempts', to='requests_app.notice'),
        ),
        migrations.AddField(
            model_name='attempt',
            name='recorded_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='batch',
            name='agency',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='requests_app.agency'),
        ),
        migrations.AddField(
            model_name='icerequest',
            name='batch',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='requests', to='requests_app.batch'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='icerequest',
            trigger=pgtrigger.compiler.Trigger(name='ice_request_origin_is_fixed', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."agency_id" IS DISTINCT FROM (NEW."agency_id") OR OLD."number" IS DISTINCT FROM (NEW."number") OR OLD."public_id" IS DISTINCT FROM (NEW."public_id") OR OLD."filed_by_id" IS DISTINCT FROM (NEW."filed_by_id") OR OLD."filed_at" IS DISTINCT FROM (NEW."filed_at") OR OLD."received_at" IS DISTINCT FROM (NEW."received_at") OR OLD."instrument" IS DISTINCT FROM (NEW."instrument") OR OLD."channel" IS DISTINCT FROM (NEW."channel") OR OLD."submit_id" IS DISTINCT FROM (NEW."submit_id") OR OLD."origin" IS DISTINCT FROM (NEW."origin") OR OLD."paper_number" IS DISTINCT FROM (NEW."paper_number") OR OLD."batch_id" IS DISTINCT FROM (NEW."batch_id"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='4194e72c652ee465c11d51c394ef522a0c33f271', operation='UPDATE', pgid='pgtrigger_ice_request_origin_is_fixed_0be7b', table='requests_app_icerequest', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='icerequest',
            constraint=models.CheckConstraint(condition=models.Q(('origin__in', ['desk', 'read_in', 'paper', 'import'])), name='ice_request_origin_known'),
        ),
        migrations.AddConstraint(
            model_name='icerequest',
            constraint=models.CheckConstraint(condition=models.Q(('paper_number', ''), ('origin', 'paper'), _connector='OR'), name='ice_request_of_paper_has_its_number'),
        ),
        migrations.AddConstraint(
            model_name='icerequest',
            constraint=models.UniqueConstraint(condition=models.Q(('paper_number', ''), _negated=True), fields=('paper_number',), name='ice_request_once_a_paper'),
        ),
        migrations.AddField(
            model_name='casefile',
            name='ice_request',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='case_files', to='requests_app.icerequest'),
        ),
        migrations.AddField(
            model_name='casefile',
            name='made_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='claim',
            name='agency',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='requests_app.agency'),
        ),
        migrations.AddField(
            model_name='claim',
            name='data_key',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='requests_app.datakey'),
        ),
        migrations.AddField(
            model_name='claim',
            name='ice_request',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='claims', to='requests_app.icerequest'),
        ),
        migrations.AddField(
            model_name='claim',
            name='recorded_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='casefile',
            name='claim',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='requests_app.claim'),
        ),
        migrations.AddField(
            model_name='claimevent',
            name='claim',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='events', to='requests_app.claim'),
        ),
        migrations.AddField(
            model_name='claimevent',
            name='recorded_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='columnchoice',
            name='user',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='disposal',
            name='agency',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='requests_app.agency'),
        ),
        migrations.AddField(
            model_name='disposal',
            name='data_key',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='requests_app.datakey'),
        ),
        migrations.AddField(
            model_name='disposal',
            name='first_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='disposal',
            name='proposed_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='disposal',
            name='second_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='disposalitem',
            name='disposal',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='items', to='requests_app.disposal'),
        ),
        migrations.AddField(
            model_name='disposalitem',
            name='ice_request',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='requests_app.icerequest'),
        ),
        migrations.AddField(
            model_name='document',
            name='agency',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='requests_app.agency'),
        ),
        migrations.AddField(
            model_name='document',
            name='data_key',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='documents', to='requests_app.datakey'),
        ),
        migrations.AddField(
            model_name='document',
            name='misplaced_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='document',
            name='received_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='casefile',
            name='bundle',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='requests_app.document'),
        ),
        migrations.AddField(
            model_name='casefile',
            name='pdf',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='requests_app.document'),
        ),
        migrations.AddField(
            model_name='attempt',
            name='proof',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='requests_app.document'),
        ),
        migrations.AddField(
            model_name='documentpart',
            name='document',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='parts', to='requests_app.document'),
        ),
        migrations.AddField(
            model_name='export',
            name='agency',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='requests_app.agency'),
        ),
        migrations.AddField(
            model_name='export',
            name='asked_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='export',
            name='data_key',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='requests_app.datakey'),
        ),
        migrations.AddField(
            model_name='export',
            name='document',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='requests_app.document'),
        ),
        migrations.AddField(
            model_name='extract',
            name='agency',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='requests_app.agency'),
        ),
        migrations.AddField(
            model_name='extract',
            name='csv',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='requests_app.document'),
        ),
        migrations.AddField(
            model_name='extract',
            name='data_key',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='requests_app.datakey'),
        ),
        migrations.AddField(
            model_name='extract',
            name='decided_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='extract',
            name='made_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='extract',
            name='pdf',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='requests_app.document'),
        ),
        migrations.AddField(
            model_name='formreading',
            name='document',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='reading', to='requests_app.document'),
        ),
        migrations.AddField(
            model_name='formreading',
            name='read_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='genuinecode',
            trigger=pgtrigger.compiler.Trigger(name='genuine_code_is_append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='0752ea6240a143da4f6a787c9d76975547cdc965', operation='UPDATE OR DELETE', pgid='pgtrigger_genuine_code_is_append_only_3b640', table='requests_app_genuinecode', when='BEFORE')),
        ),
        migrations.AddField(
            model_name='hold',
            name='agency',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='requests_app.agency'),
        ),
        migrations.AddField(
            model_name='hold',
            name='claim',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='holds', to='requests_app.claim'),
        ),
        migrations.AddField(
            model_name='hold',
            name='ice_request',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='holds', to='requests_app.icerequest'),
        ),
        migrations.AddField(
            model_name='hold',
            name='lifted_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='hold',
            name='placed_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='importbatch',
            name='agency',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='requests_app.agency'),
        ),
        migrations.AddField(
            model_name='importbatch',
            name='batch',
            field=models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='requests_app.batch'),
        ),
        migrations.AddField(
            model_name='importbatch',
            name='begun_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='importbatch',
            name='confirmed_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='importbatch',
            name='data_key',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='requests_app.datakey'),
        ),
        migrations.AddField(
            model_name='importbatch',
            name='document',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='requests_app.document'),
        ),
        migrations.AddField(
            model_name='importbatch',
            name='undone_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='importedrow',
            name='batch',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='imported', to='requests_app.importbatch'),
        ),
        migrations.AddField(
            model_name='importedrow',
            name='ice_request',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='imported_from', to='requests_app.icerequest'),
        ),
        migrations.AddField(
            model_name='importmap',
            name='agency',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='requests_app.agency'),
        ),
        migrations.AddField(
            model_name='importmap',
            name='saved_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='issue',
            name='document',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='requests_app.document'),
        ),
        migrations.AddField(
            model_name='issue',
            name='ice_request',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='issues', to='requests_app.icerequest'),
        ),
        migrations.AddField(
            model_name='issue',
            name='issued_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='issue',
            name='notice',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='issues', to='requests_app.notice'),
        ),
        migrations.AddField(
            model_name='attempt',
            name='issue',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='attempts', to='requests_app.issue'),
        ),
        migrations.AddField(
            model_name='legalhelp',
            name='added_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='legalhelp',
            name='agency',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='requests_app.agency'),
        ),
        migrations.AddField(
            model_name='link',
            name='decided_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='link',
            name='ice_request',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='links', to='requests_app.icerequest'),
        ),
        migrations.AddField(
            model_name='link',
            name='other',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='linked_by', to='requests_app.icerequest'),
        ),
        migrations.AddField(
            model_name='paperform',
            name='agency',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='requests_app.agency'),
        ),
        migrations.AddField(
            model_name='paperform',
            name='printed_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='paperform',
            name='spoiled_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='publication',
            name='agency',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='requests_app.agency'),
        ),
        migrations.AddField(
            model_name='publication',
            name='data_key',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='requests_app.datakey'),
        ),
        migrations.AddField(
            model_name='publication',
            name='decided_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='publication',
            name='proposed_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='publication',
            name='withdrawn_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='report',
            name='agency',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='requests_app.agency'),
        ),
        migrations.AddField(
            model_name='report',
            name='certified_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='report',
            name='csv',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='requests_app.document'),
        ),
        migrations.AddField(
            model_name='report',
            name='data_key',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='requests_app.datakey'),
        ),
        migrations.AddField(
            model_name='report',
            name='drafted_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='report',
            name='pdf',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='requests_app.document'),
        ),
        migrations.AddField(
            model_name='report',
            name='sent_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='report',
            name='supersedes',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='requests_app.report'),
        ),
        migrations.AddField(
            model_name='reportrow',
            name='ice_request',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='requests_app.icerequest'),
        ),
        migrations.AddField(
            model_name='reportrow',
            name='report',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='rows', to='requests_app.report'),
        ),
        migrations.AddField(
            model_name='requestfigures',
            name='agency',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='requests_app.agency'),
        ),
        migrations.AddField(
            model_name='retentionrule',
            name='agency',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='requests_app.agency'),
        ),
        migrations.AddField(
            model_name='retentionrule',
            name='set_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='disposal',
            name='rule',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='requests_app.retentionrule'),
        ),
        migrations.AddIndex(
            model_name='stalefigure',
            index=models.Index(fields=['agency_id', 'id'], name='stale_figure_by_agency'),
        ),
        migrations.AddField(
            model_name='translationreview',
            name='agency',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='requests_app.agency'),
        ),
        migrations.AddField(
            model_name='translationreview',
            name='entered_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddConstraint(
            model_name='batch',
            constraint=models.CheckConstraint(condition=models.Q(('is_shown', False), models.Q(('shown_at__isnull', False), ('undone_at__isnull', True)), _connector='OR'), name='batch_is_shown_until_undone'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='batch',
            trigger=pgtrigger.compiler.Trigger(name='batch_is_kept', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='e824258b176af950523ffa29fdc6e98fa134b8c1', operation='DELETE', pgid='pgtrigger_batch_is_kept_40eb6', table='requests_app_batch', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='batch',
            trigger=pgtrigger.compiler.Trigger(name='batch_undone_is_final', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.undone_at IS NOT NULL)', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='3bdda30b665226a5ecfaf3b32051744117cec4bd', operation='UPDATE', pgid='pgtrigger_batch_undone_is_final_5767b', table='requests_app_batch', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='batch',
            trigger=pgtrigger.compiler.Trigger(name='batch_is_its_agencys', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."public_id" IS DISTINCT FROM (NEW."public_id") OR OLD."agency_id" IS DISTINCT FROM (NEW."agency_id"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='76e2d35d576ce86236165bc6e7d030151d54ed9b', operation='UPDATE', pgid='pgtrigger_batch_is_its_agencys_56da9', table='requests_app_batch', when='BEFORE')),
        ),
        migrations.AddIndex(
            model_name='claim',
            index=models.Index(fields=['agency', '-id'], name='claim_by_agency'),
        ),
        migrations.AddConstraint(
            model_name='claim',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('docket_number__isnull', True), django.db.models.lookups.GreaterThanOrEqual(models.Func(models.F('docket_number'), function='octet_length', output_field=models.IntegerField()), 77), _connector='OR'), models.Q(('claimant__isnull', True), django.db.models.lookups.GreaterThanOrEqual(models.Func(models.F('claimant'), function='octet_length', output_field=models.IntegerField()), 77), _connector='OR'), models.Q(('represented_by__isnull', True), django.db.models.lookups.GreaterThanOrEqual(models.Func(models.F('represented_by'), function='octet_length', output_field=models.IntegerField()), 77), _connector='OR'), models.Q(('about__isnull', True), django.db.models.lookups.GreaterThanOrEqual(models.Func(models.F('about'), function='octet_length', output_field=models.IntegerField()), 77), _connector='OR')), name='claim_is_sealed'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='claim',
            trigger=pgtrigger.compiler.Trigger(name='claim_is_append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='b1f6db80f923351083c2c26bb78704c93fda3b0b', operation='UPDATE OR DELETE', pgid='pgtrigger_claim_is_append_only_ffa54', table='requests_app_claim', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='claimevent',
            constraint=models.CheckConstraint(condition=models.Q(('outcome__in', ['pending', 'granted', 'granted_in_part', 'denied', 'withdrawn', 'settled', 'dismissed'])), name='claim_event_outcome_is_known'),
        ),
        migrations.AddConstraint(
            model_name='claimevent',
            constraint=models.CheckConstraint(condition=models.Q(('words__isnull', True), django.db.models.lookups.GreaterThanOrEqual(models.Func(models.F('words'), function='octet_length', output_field=models.IntegerField()), 77), _connector='OR'), name='claim_event_is_sealed'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='claimevent',
            trigger=pgtrigger.compiler.Trigger(name='claim_event_is_append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='1b96e20c7544d633a3bc7c882c8b8b8fb28e31ac', operation='UPDATE OR DELETE', pgid='pgtrigger_claim_event_is_append_only_bab66', table='requests_app_claimevent', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='columnchoice',
            constraint=models.UniqueConstraint(fields=('user', 'page'), name='column_choice_once_a_page'),
        ),
        migrations.AddConstraint(
            model_name='disposalitem',
            constraint=models.UniqueConstraint(fields=('disposal', 'ice_request'), name='disposal_item_once'),
        ),
        migrations.AddConstraint(
            model_name='disposalitem',
            constraint=models.CheckConstraint(condition=models.Q(('shredded_at__isnull', True), ('skipped', ''), _connector='OR'), name='disposal_item_is_shredded_or_skipped'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='disposalitem',
            trigger=pgtrigger.compiler.Trigger(name='disposal_item_is_kept', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='d16b22b57ced9ffedd0374d7a6a1a49994d8699e', operation='DELETE', pgid='pgtrigger_disposal_item_is_kept_90475', table='requests_app_disposalitem', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='disposalitem',
            trigger=pgtrigger.compiler.Trigger(name='disposal_item_is_what_was_listed', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."disposal_id" IS DISTINCT FROM (NEW."disposal_id") OR OLD."ice_request_id" IS DISTINCT FROM (NEW."ice_request_id") OR OLD."eligible_since" IS DISTINCT FROM (NEW."eligible_since"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='9c0c6dbd0d2a7b066bff7579e6fc871b3018e02d', operation='UPDATE', pgid='pgtrigger_disposal_item_is_what_was_listed_a4048', table='requests_app_disposalitem', when='BEFORE')),
        ),
        migrations.AddIndex(
            model_name='document',
            index=models.Index(fields=['data_key', 'id'], name='document_by_key'),
        ),
        migrations.AddIndex(
            model_name='document',
            index=models.Index(fields=['agency', 'sha256'], name='document_by_hash'),
        ),
        migrations.AddIndex(
            model_name='document',
            index=models.Index(fields=['received_by', '-received_at'], name='document_by_receiver'),
        ),
        migrations.AddConstraint(
            model_name='document',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['instrument', 'warrant', 'proof', 'court', 'other', 'notice', 'case_file', 'table', 'authorization', 'report', 'export'])), name='document_kind_is_known'),
        ),
        migrations.AddConstraint(
            model_name='document',
            constraint=models.CheckConstraint(condition=models.Q(('sha256__regex', '^[0-9a-f]{64}$')), name='document_hash_is_hex'),
        ),
        migrations.AddConstraint(
            model_name='document',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('name__isnull', True), django.db.models.lookups.GreaterThanOrEqual(models.Func(models.F('name'), function='octet_length', output_field=models.IntegerField()), 77), _connector='OR'), models.Q(('misplaced_reason__isnull', True), django.db.models.lookups.GreaterThanOrEqual(models.Func(models.F('misplaced_reason'), function='octet_length', output_field=models.IntegerField()), 77), _connector='OR')), name='document_is_sealed'),
        ),
        migrations.AddConstraint(
            model_name='document',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('misplaced_at__isnull', True), ('misplaced_by__isnull', True)), models.Q(('misplaced_at__gte', models.F('received_at')), ('misplaced_by__isnull', False)), _connector='OR'), name='document_misplaced_is_whole'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='document',
            trigger=pgtrigger.compiler.Trigger(name='document_is_kept', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='63dce1f0cf04cdad8cbba689c374ee3fcf97100b', operation='DELETE', pgid='pgtrigger_document_is_kept_2231e', table='requests_app_document', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='document',
            trigger=pgtrigger.compiler.Trigger(name='document_is_what_was_received', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."public_id" IS DISTINCT FROM (NEW."public_id") OR OLD."seal_id" IS DISTINCT FROM (NEW."seal_id") OR OLD."agency_id" IS DISTINCT FROM (NEW."agency_id") OR OLD."data_key_id" IS DISTINCT FROM (NEW."data_key_id") OR OLD."kind" IS DISTINCT FROM (NEW."kind") OR OLD."name" IS DISTINCT FROM (NEW."name") OR OLD."media_type" IS DISTINCT FROM (NEW."media_type") OR OLD."size" IS DISTINCT FROM (NEW."size") OR OLD."pages" IS DISTINCT FROM (NEW."pages") OR OLD."sha256" IS DISTINCT FROM (NEW."sha256") OR OLD."scanned_by" IS DISTINCT FROM (NEW."scanned_by") OR OLD."received_by_id" IS DISTINCT FROM (NEW."received_by_id") OR OLD."received_at" IS DISTINCT FROM (NEW."received_at"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='39a29b255a95befe2342e82952704c25d3168475', operation='UPDATE', pgid='pgtrigger_document_is_what_was_received_15fbd', table='requests_app_document', when='BEFORE')),
        ),
        migrations.AddIndex(
            model_name='casefile',
            index=models.Index(fields=['ice_request', '-id'], name='case_file_by_request'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='casefile',
            trigger=pgtrigger.compiler.Trigger(name='case_file_is_kept', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='91c44d8ae4c9c39ceb3b5ec7e8459ac9365b0c79', operation='DELETE', pgid='pgtrigger_case_file_is_kept_7fde5', table='requests_app_casefile', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='casefile',
            trigger=pgtrigger.compiler.Trigger(name='case_file_is_what_was_made', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."public_id" IS DISTINCT FROM (NEW."public_id") OR OLD."ice_request_id" IS DISTINCT FROM (NEW."ice_request_id") OR OLD."claim_id" IS DISTINCT FROM (NEW."claim_id") OR OLD."head_size" IS DISTINCT FROM (NEW."head_size") OR OLD."head_root" IS DISTINCT FROM (NEW."head_root") OR OLD."made_by_id" IS DISTINCT FROM (NEW."made_by_id") OR OLD."made_at" IS DISTINCT FROM (NEW."made_at"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='e69a80d43aa0f6e93fe546ff0eb234ba5035aba0', operation='UPDATE', pgid='pgtrigger_case_file_is_what_was_made_c880b', table='requests_app_casefile', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='documentpart',
            constraint=models.UniqueConstraint(fields=('document', 'kind', 'number'), name='document_part_once'),
        ),
        migrations.AddConstraint(
            model_name='documentpart',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['original', 'page', 'thumbnail'])), name='document_part_kind_is_known'),
        ),
        migrations.AddConstraint(
            model_name='documentpart',
            constraint=models.CheckConstraint(condition=models.Q(('digest__regex', '^[0-9a-f]{64}$')), name='document_part_digest_is_hex'),
        ),
        migrations.AddConstraint(
            model_name='documentpart',
            constraint=models.CheckConstraint(condition=models.Q(('body__isnull', True), django.db.models.lookups.GreaterThanOrEqual(models.Func(models.F('body'), function='octet_length', output_field=models.IntegerField()), 77), _connector='OR'), name='document_part_is_sealed'),
        ),
        migrations.AddIndex(
            model_name='export',
            index=models.Index(fields=['asked_by', '-id'], name='export_by_user'),
        ),
        migrations.AddIndex(
            model_name='export',
            index=models.Index(fields=['status', 'expires_at'], name='export_by_status'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='export',
            trigger=pgtrigger.compiler.Trigger(name='export_is_kept', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='fa3797b50069bcb7925bf497c0f9bdbf42b428fe', operation='DELETE', pgid='pgtrigger_export_is_kept_a9059', table='requests_app_export', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='export',
            trigger=pgtrigger.compiler.Trigger(name='export_is_what_was_asked', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."public_id" IS DISTINCT FROM (NEW."public_id") OR OLD."agency_id" IS DISTINCT FROM (NEW."agency_id") OR OLD."kind" IS DISTINCT FROM (NEW."kind") OR OLD."format" IS DISTINCT FROM (NEW."format") OR OLD."filters" IS DISTINCT FROM (NEW."filters") OR OLD."with_names" IS DISTINCT FROM (NEW."with_names") OR OLD."data_key_id" IS DISTINCT FROM (NEW."data_key_id") OR OLD."asked_by_id" IS DISTINCT FROM (NEW."asked_by_id") OR OLD."asked_as" IS DISTINCT FROM (NEW."asked_as") OR OLD."asked_at" IS DISTINCT FROM (NEW."asked_at"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='579f9026c5fe9492084c9a5cf24f2e9b04c64efd', operation='UPDATE', pgid='pgtrigger_export_is_what_was_asked_d42a4', table='requests_app_export', when='BEFORE')),
        ),
        migrations.AddIndex(
            model_name='extract',
            index=models.Index(fields=['agency', '-id'], name='extract_by_agency'),
        ),
        migrations.AddConstraint(
            model_name='extract',
            constraint=models.CheckConstraint(condition=models.Q(('until__gt', models.F('since'))), name='extract_period_has_days'),
        ),
        migrations.AddConstraint(
            model_name='extract',
            constraint=models.CheckConstraint(condition=models.Q(('decided_by__isnull', True), models.Q(('decided_by', models.F('made_by')), _negated=True), _connector='OR'), name='extract_is_decided_by_another'),
        ),
        migrations.AddConstraint(
            model_name='extract',
            constraint=models.CheckConstraint(condition=models.Q(('status', 'draft'), ('decided_by__isnull', False), _connector='OR'), name='extract_is_decided_by_somebody'),
        ),
        migrations.AddConstraint(
            model_name='extract',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('status', 'released'), _negated=True), ('leaks', 0), _connector='OR'), name='extract_released_has_no_leaks'),
        ),
        migrations.AddConstraint(
            model_name='extract',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('reference__isnull', True), django.db.models.lookups.GreaterThanOrEqual(models.Func(models.F('reference'), function='octet_length', output_field=models.IntegerField()), 77), _connector='OR'), models.Q(('frozen__isnull', True), django.db.models.lookups.GreaterThanOrEqual(models.Func(models.F('frozen'), function='octet_length', output_field=models.IntegerField()), 77), _connector='OR'), models.Q(('decided_words__isnull', True), django.db.models.lookups.GreaterThanOrEqual(models.Func(models.F('decided_words'), function='octet_length', output_field=models.IntegerField()), 77), _connector='OR')), name='extract_is_sealed'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='extract',
            trigger=pgtrigger.compiler.Trigger(name='extract_is_kept', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='9a6388e48949c49a6101b64798152ad7063611c5', operation='DELETE', pgid='pgtrigger_extract_is_kept_8d5f7', table='requests_app_extract', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='extract',
            trigger=pgtrigger.compiler.Trigger(name='extract_moves_along_its_table', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE _is_valid_transition BOOLEAN;', func='SELECT CONCAT(OLD."status", \':\', NEW."status") = ANY(\'{draft:released,draft:refused}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."status" IS DISTINCT FROM NEW."status") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "status" from "%" to "%" on table %\', OLD."status", NEW."status", TG_TABLE_NAME; ELSE RETURN NEW; END IF;', hash='d9675115e4b577b0af07078891e022f0dc35fd22', operation='UPDATE', pgid='pgtrigger_extract_moves_along_its_table_52a83', table='requests_app_extract', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='extract',
            trigger=pgtrigger.compiler.Trigger(name='extract_is_frozen', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."public_id" IS DISTINCT FROM (NEW."public_id") OR OLD."seal_id" IS DISTINCT FROM (NEW."seal_id") OR OLD."agency_id" IS DISTINCT FROM (NEW."agency_id") OR OLD."audience" IS DISTINCT FROM (NEW."audience") OR OLD."since" IS DISTINCT FROM (NEW."since") OR OLD."until" IS DISTINCT FROM (NEW."until") OR OLD."reference" IS DISTINCT FROM (NEW."reference") OR OLD."data_key_id" IS DISTINCT FROM (NEW."data_key_id") OR OLD."frozen" IS DISTINCT FROM (NEW."frozen") OR OLD."rows" IS DISTINCT FROM (NEW."rows") OR OLD."withheld" IS DISTINCT FROM (NEW."withheld") OR OLD."head_size" IS DISTINCT FROM (NEW."head_size") OR OLD."head_root" IS DISTINCT FROM (NEW."head_root") OR OLD."made_by_id" IS DISTINCT FROM (NEW."made_by_id") OR OLD."made_at" IS DISTINCT FROM (NEW."made_at"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='fd1d2d743eddf9df391757bd86474c10dcdde94f', operation='UPDATE', pgid='pgtrigger_extract_is_frozen_b2c4e', table='requests_app_extract', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='formreading',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('values__isnull', True), django.db.models.lookups.GreaterThanOrEqual(models.Func(models.F('values'), function='octet_length', output_field=models.IntegerField()), 77), _connector='OR'), models.Q(('warnings__isnull', True), django.db.models.lookups.GreaterThanOrEqual(models.Func(models.F('warnings'), function='octet_length', output_field=models.IntegerField()), 77), _connector='OR'), models.Q(('taken__isnull', True), django.db.models.lookups.GreaterThanOrEqual(models.Func(models.F('taken'), function='octet_length', output_field=models.IntegerField()), 77), _connector='OR')), name='form_reading_is_sealed'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='formreading',
            trigger=pgtrigger.compiler.Trigger(name='form_reading_is_kept', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='27b1129e16527cc739bd0cd634dfdcfcc3c73e4d', operation='DELETE', pgid='pgtrigger_form_reading_is_kept_ac3d9', table='requests_app_formreading', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='formreading',
            trigger=pgtrigger.compiler.Trigger(name='form_reading_is_what_was_read', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."public_id" IS DISTINCT FROM (NEW."public_id") OR OLD."seal_id" IS DISTINCT FROM (NEW."seal_id") OR OLD."document_id" IS DISTINCT FROM (NEW."document_id") OR OLD."edition" IS DISTINCT FROM (NEW."edition") OR OLD."source" IS DISTINCT FROM (NEW."source") OR OLD."reader" IS DISTINCT FROM (NEW."reader") OR OLD."values" IS DISTINCT FROM (NEW."values") OR OLD."warnings" IS DISTINCT FROM (NEW."warnings") OR OLD."read_by_id" IS DISTINCT FROM (NEW."read_by_id") OR OLD."read_at" IS DISTINCT FROM (NEW."read_at"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='ab534c5227f0c5ec953d38e910d38a6f21403f8d', operation='UPDATE', pgid='pgtrigger_form_reading_is_what_was_read_86617', table='requests_app_formreading', when='BEFORE')),
        ),
        migrations.AddIndex(
            model_name='hold',
            index=models.Index(condition=models.Q(('lifted_at__isnull', True)), fields=['agency', 'ice_request'], name='hold_in_force'),
        ),
        migrations.AddConstraint(
            model_name='hold',
            constraint=models.CheckConstraint(condition=models.Q(('reach__in', ['request', 'person'])), name='hold_reach_is_known'),
        ),
        migrations.AddConstraint(
            model_name='hold',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('lifted_at__isnull', True), ('lifted_by__isnull', True)), models.Q(('lifted_at__isnull', False), ('lifted_by__isnull', False)), _connector='OR'), name='hold_is_lifted_by_somebody'),
        ),
        migrations.AddConstraint(
            model_name='hold',
            constraint=models.CheckConstraint(condition=models.Q(('lifted_at__isnull', True), ('lifted_at__gte', models.F('placed_at')), _connector='OR'), name='hold_is_lifted_after_it_was_placed'),
        ),
        migrations.AddConstraint(
            model_name='hold',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('words__isnull', True), django.db.models.lookups.GreaterThanOrEqual(models.Func(models.F('words'), function='octet_length', output_field=models.IntegerField()), 77), _connector='OR'), models.Q(('lifted_words__isnull', True), django.db.models.lookups.GreaterThanOrEqual(models.Func(models.F('lifted_words'), function='octet_length', output_field=models.IntegerField()), 77), _connector='OR')), name='hold_is_sealed'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='hold',
            trigger=pgtrigger.compiler.Trigger(name='hold_is_kept', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='cd9b7b77f5dc320f416b20cdd92775d09dd40e84', operation='DELETE', pgid='pgtrigger_hold_is_kept_14de0', table='requests_app_hold', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='hold',
            trigger=pgtrigger.compiler.Trigger(name='hold_lifted_is_final', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.lifted_at IS NOT NULL)', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='4b4d162e551d3beb34c77ea29135ba57c6c1f199', operation='UPDATE', pgid='pgtrigger_hold_lifted_is_final_54889', table='requests_app_hold', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='hold',
            trigger=pgtrigger.compiler.Trigger(name='hold_is_what_was_placed', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."public_id" IS DISTINCT FROM (NEW."public_id") OR OLD."seal_id" IS DISTINCT FROM (NEW."seal_id") OR OLD."agency_id" IS DISTINCT FROM (NEW."agency_id") OR OLD."ice_request_id" IS DISTINCT FROM (NEW."ice_request_id") OR OLD."claim_id" IS DISTINCT FROM (NEW."claim_id") OR OLD."reach" IS DISTINCT FROM (NEW."reach") OR OLD."cause" IS DISTINCT FROM (NEW."cause") OR OLD."words" IS DISTINCT FROM (NEW."words") OR OLD."placed_by_id" IS DISTINCT FROM (NEW."placed_by_id") OR OLD."placed_as" IS DISTINCT FROM (NEW."placed_as") OR OLD."placed_at" IS DISTINCT FROM (NEW."placed_at"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='15358874a43a2ab90840173c072450ab4b46194f', operation='UPDATE', pgid='pgtrigger_hold_is_what_was_placed_78424', table='requests_app_hold', when='BEFORE')),
        ),
        migrations.AddIndex(
            model_name='importbatch',
            index=models.Index(fields=['agency', '-id'], name='import_batch_by_agency'),
        ),
        migrations.AddConstraint(
            model_name='importbatch',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('name__isnull', True), django.db.models.lookups.GreaterThanOrEqual(models.Func(models.F('name'), function='octet_length', output_field=models.IntegerField()), 77), _connector='OR'), models.Q(('faults__isnull', True), django.db.models.lookups.GreaterThanOrEqual(models.Func(models.F('faults'), function='octet_length', output_field=models.IntegerField()), 77), _connector='OR'), models.Q(('undone_reason__isnull', True), django.db.models.lookups.GreaterThanOrEqual(models.Func(models.F('undone_reason'), function='octet_length', output_field=models.IntegerField()), 77), _connector='OR')), name='import_batch_is_sealed'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='importbatch',
            trigger=pgtrigger.compiler.Trigger(name='import_batch_is_kept', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='54935fb82250da65d8103d0a190355aeecbc3e32', operation='DELETE', pgid='pgtrigger_import_batch_is_kept_bace5', table='requests_app_importbatch', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='importbatch',
            trigger=pgtrigger.compiler.Trigger(name='import_batch_is_of_its_file', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."public_id" IS DISTINCT FROM (NEW."public_id") OR OLD."seal_id" IS DISTINCT FROM (NEW."seal_id") OR OLD."agency_id" IS DISTINCT FROM (NEW."agency_id") OR OLD."data_key_id" IS DISTINCT FROM (NEW."data_key_id") OR OLD."document_id" IS DISTINCT FROM (NEW."document_id") OR OLD."begun_by_id" IS DISTINCT FROM (NEW."begun_by_id") OR OLD."begun_as" IS DISTINCT FROM (NEW."begun_as") OR OLD."begun_at" IS DISTINCT FROM (NEW."begun_at"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='1e5c74c02e6c3ab16b39fc0f148dd9cedf310277', operation='UPDATE', pgid='pgtrigger_import_batch_is_of_its_file_a3a33', table='requests_app_importbatch', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='importbatch',
            trigger=pgtrigger.compiler.Trigger(name='import_batch_moves_along_its_table', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE _is_valid_transition BOOLEAN;', func='SELECT CONCAT(OLD."status", \':\', NEW."status") = ANY(\'{mapping:trying,trying:tried,trying:failed,tried:mapping,failed:mapping,tried:importing,importing:done,importing:failed,done:undone,mapping:dropped,tried:dropped,failed:dropped}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."status" IS DISTINCT FROM NEW."status") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "status" from "%" to "%" on table %\', OLD."status", NEW."status", TG_TABLE_NAME; ELSE RETURN NEW; END IF;', hash='a2e0f263a5cba273949cb5e589cb2ad09b1d4b4a', operation='UPDATE', pgid='pgtrigger_import_batch_moves_along_its_table_dade5', table='requests_app_importbatch', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='importedrow',
            constraint=models.CheckConstraint(condition=models.Q(('cells__isnull', True), django.db.models.lookups.GreaterThanOrEqual(models.Func(models.F('cells'), function='octet_length', output_field=models.IntegerField()), 77), _connector='OR'), name='imported_row_is_sealed'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='importedrow',
            trigger=pgtrigger.compiler.Trigger(name='imported_row_is_append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='6bcad1f4d4cb5d806fc41128a4e22ff02f9c8301', operation='UPDATE OR DELETE', pgid='pgtrigger_imported_row_is_append_only_ccdd3', table='requests_app_importedrow', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='importmap',
            constraint=models.UniqueConstraint(condition=models.Q(('retired_at__isnull', True)), fields=('agency', 'name'), name='import_map_named_once'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='importmap',
            trigger=pgtrigger.compiler.Trigger(name='import_map_is_kept', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='66f86a34df241036d0269df56a7d3447659aba5e', operation='DELETE', pgid='pgtrigger_import_map_is_kept_62479', table='requests_app_importmap', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='importmap',
            trigger=pgtrigger.compiler.Trigger(name='import_map_is_retired_not_edited', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."public_id" IS DISTINCT FROM (NEW."public_id") OR OLD."agency_id" IS DISTINCT FROM (NEW."agency_id") OR OLD."name" IS DISTINCT FROM (NEW."name") OR OLD."mapping" IS DISTINCT FROM (NEW."mapping") OR OLD."saved_by_id" IS DISTINCT FROM (NEW."saved_by_id") OR OLD."saved_at" IS DISTINCT FROM (NEW."saved_at"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='54c58829e11f762c21688af52a05e1985453265d', operation='UPDATE', pgid='pgtrigger_import_map_is_retired_not_edited_bad2c', table='requests_app_importmap', when='BEFORE')),
        ),
        migrations.AddIndex(
            model_name='issue',
            index=models.Index(fields=['notice', '-id'], name='issue_by_notice'),
        ),
        migrations.AddConstraint(
            model_name='issue',
            constraint=models.CheckConstraint(condition=models.Q(('language__in', ['en', 'es', 'pt', 'ht', 'fr', 'pl', 'zh-Hans', 'ar', 'sq'])), name='issue_language_is_known'),
        ),
        migrations.AddConstraint(
            model_name='issue',
            constraint=models.CheckConstraint(condition=models.Q(('code__isnull', False), ('words__isnull', False), models.Q(('words__isnull', True), django.db.models.lookups.GreaterThanOrEqual(models.Func(models.F('words'), function='octet_length', output_field=models.IntegerField()), 77), _connector='OR'), models.Q(('code__isnull', True), django.db.models.lookups.GreaterThanOrEqual(models.Func(models.F('code'), function='octet_length', output_field=models.IntegerField()), 77), _connector='OR')), name='issue_is_sealed'),
        ),
        migrations.AddConstraint(
            model_name='issue',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('document__isnull', True), ('rendered_at__isnull', True)), models.Q(('document__isnull', False), ('failed', ''), ('rendered_at__isnull', False)), _connector='OR'), name='issue_rendered_is_whole'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='issue',
            trigger=pgtrigger.compiler.Trigger(name='issue_is_kept', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='3c252a8d2c6d0e8bdd12105ef23ede2d91fbe894', operation='DELETE', pgid='pgtrigger_issue_is_kept_4d01e', table='requests_app_issue', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='issue',
            trigger=pgtrigger.compiler.Trigger(name='issue_words_are_frozen', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."public_id" IS DISTINCT FROM (NEW."public_id") OR OLD."seal_id" IS DISTINCT FROM (NEW."seal_id") OR OLD."ice_request_id" IS DISTINCT FROM (NEW."ice_request_id") OR OLD."notice_id" IS DISTINCT FROM (NEW."notice_id") OR OLD."language" IS DISTINCT FROM (NEW."language") OR OLD."template" IS DISTINCT FROM (NEW."template") OR OLD."is_reviewed" IS DISTINCT FROM (NEW."is_reviewed") OR OLD."words" IS DISTINCT FROM (NEW."words") OR OLD."code" IS DISTINCT FROM (NEW."code") OR OLD."issued_by_id" IS DISTINCT FROM (NEW."issued_by_id") OR OLD."issued_at" IS DISTINCT FROM (NEW."issued_at"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='e5dab93fb9746168417a981af9cd0bbaaec64f83', operation='UPDATE', pgid='pgtrigger_issue_words_are_frozen_271d7', table='requests_app_issue', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='issue',
            trigger=pgtrigger.compiler.Trigger(name='issue_rendered_is_final', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.document_id IS NOT NULL)', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='862fa8d94ab9b8dee45c1a0b1ffd5641e0018e12', operation='UPDATE', pgid='pgtrigger_issue_rendered_is_final_b1db8', table='requests_app_issue', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='attempt',
            constraint=models.CheckConstraint(condition=models.Q(('outcome__in', ['given', 'refused', 'not_reached'])), name='attempt_outcome_is_known'),
        ),
        migrations.AddConstraint(
            model_name='attempt',
            constraint=models.CheckConstraint(condition=models.Q(('tried_at__lte', models.F('recorded_at'))), name='attempt_happened_before_recorded'),
        ),
        migrations.AddConstraint(
            model_name='attempt',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('tried_by__isnull', True), django.db.models.lookups.GreaterThanOrEqual(models.Func(models.F('tried_by'), function='octet_length', output_field=models.IntegerField()), 77), _connector='OR'), models.Q(('reader_name__isnull', True), django.db.models.lookups.GreaterThanOrEqual(models.Func(models.F('reader_name'), function='octet_length', output_field=models.IntegerField()), 77), _connector='OR'), models.Q(('interpreter__isnull', True), django.db.models.lookups.GreaterThanOrEqual(models.Func(models.F('interpreter'), function='octet_length', output_field=models.IntegerField()), 77), _connector='OR'), models.Q(('words__isnull', True), django.db.models.lookups.GreaterThanOrEqual(models.Func(models.F('words'), function='octet_length', output_field=models.IntegerField()), 77), _connector='OR')), name='attempt_is_sealed'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='attempt',
            trigger=pgtrigger.compiler.Trigger(name='attempt_is_append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='90a4cff505c1e7e1361901f45b7d6d0e1505ee49', operation='UPDATE OR DELETE', pgid='pgtrigger_attempt_is_append_only_5a699', table='requests_app_attempt', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='legalhelp',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('telephone', ''), _negated=True), models.Q(('address', ''), _negated=True), _connector='OR'), name='legal_help_can_be_reached'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='legalhelp',
            trigger=pgtrigger.compiler.Trigger(name='legal_help_is_kept', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='794336e05ac834454a5b38fe9e6e5b859d6e7f41', operation='DELETE', pgid='pgtrigger_legal_help_is_kept_db298', table='requests_app_legalhelp', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='legalhelp',
            trigger=pgtrigger.compiler.Trigger(name='legal_help_is_retired_not_edited', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."public_id" IS DISTINCT FROM (NEW."public_id") OR OLD."agency_id" IS DISTINCT FROM (NEW."agency_id") OR OLD."name" IS DISTINCT FROM (NEW."name") OR OLD."telephone" IS DISTINCT FROM (NEW."telephone") OR OLD."address" IS DISTINCT FROM (NEW."address") OR OLD."hours" IS DISTINCT FROM (NEW."hours") OR OLD."languages" IS DISTINCT FROM (NEW."languages") OR OLD."added_by_id" IS DISTINCT FROM (NEW."added_by_id") OR OLD."added_at" IS DISTINCT FROM (NEW."added_at"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='26bab6491050e793aebed421dcac7cf2ceabae25', operation='UPDATE', pgid='pgtrigger_legal_help_is_retired_not_edited_501ea', table='requests_app_legalhelp', when='BEFORE')),
        ),
        migrations.AddIndex(
            model_name='link',
            index=models.Index(fields=['ice_request', '-id'], name='link_by_request'),
        ),
        migrations.AddIndex(
            model_name='link',
            index=models.Index(fields=['other', '-id'], name='link_by_other'),
        ),
        migrations.AddConstraint(
            model_name='link',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['linked', 'supersedes', 'cancels', 'not_duplicate'])), name='link_kind_is_known'),
        ),
        migrations.AddConstraint(
            model_name='link',
            constraint=models.CheckConstraint(condition=models.Q(('ice_request', models.F('other')), _negated=True), name='link_is_of_two_requests'),
        ),
        migrations.AddConstraint(
            model_name='link',
            constraint=models.CheckConstraint(condition=models.Q(('score__lte', 100)), name='link_score_is_of_a_hundred'),
        ),
        migrations.AddConstraint(
            model_name='link',
            constraint=models.CheckConstraint(condition=models.Q(('reason__isnull', True), django.db.models.lookups.GreaterThanOrEqual(models.Func(models.F('reason'), function='octet_length', output_field=models.IntegerField()), 77), _connector='OR'), name='link_is_sealed'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='link',
            trigger=pgtrigger.compiler.Trigger(name='link_is_append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='e5fb4e436cda79786dd9a32ea5197ab3cd395828', operation='UPDATE OR DELETE', pgid='pgtrigger_link_is_append_only_e9e23', table='requests_app_link', when='BEFORE')),
        ),
        migrations.AddIndex(
            model_name='paperform',
            index=models.Index(fields=['agency', '-id'], name='paper_form_by_agency'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='paperform',
            trigger=pgtrigger.compiler.Trigger(name='paper_form_is_kept', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='609530215e4ae2e2d35d3cd815beff422ef5a0c6', operation='DELETE', pgid='pgtrigger_paper_form_is_kept_317be', table='requests_app_paperform', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='paperform',
            trigger=pgtrigger.compiler.Trigger(name='paper_form_is_what_was_printed', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."agency_id" IS DISTINCT FROM (NEW."agency_id") OR OLD."number" IS DISTINCT FROM (NEW."number") OR OLD."printed_by_id" IS DISTINCT FROM (NEW."printed_by_id") OR OLD."printed_at" IS DISTINCT FROM (NEW."printed_at"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='7d6e95a31fb2f666a4d6082c39e104c7f64b6ef8', operation='UPDATE', pgid='pgtrigger_paper_form_is_what_was_printed_83ee0', table='requests_app_paperform', when='BEFORE')),
        ),
        migrations.AddIndex(
            model_name='publication',
            index=models.Index(fields=['agency', '-id'], name='publication_by_agency'),
        ),
        migrations.AddConstraint(
            model_name='publication',
            constraint=models.UniqueConstraint(fields=('agency', 'since', 'until', 'version'), name='publication_version_once'),
        ),
        migrations.AddConstraint(
            model_name='publication',
            constraint=models.CheckConstraint(condition=models.Q(('until__gt', models.F('since'))), name='publication_period_has_days'),
        ),
        migrations.AddConstraint(
            model_name='publication',
            constraint=models.CheckConstraint(condition=models.Q(('decided_by__isnull', True), models.Q(('decided_by', models.F('proposed_by')), _negated=True), _connector='OR'), name='publication_is_decided_by_another'),
        ),
        migrations.AddConstraint(
            model_name='publication',
            constraint=models.CheckConstraint(condition=models.Q(('status', 'proposed'), ('decided_by__isnull', False), _connector='OR'), name='publication_is_decided_by_somebody'),
        ),
        migrations.AddConstraint(
            model_name='publication',
            constraint=models.CheckConstraint(condition=models.Q(('counts__isnull', True), django.db.models.lookups.GreaterThanOrEqual(models.Func(models.F('counts'), function='octet_length', output_field=models.IntegerField()), 77), _connector='OR'), name='publication_is_sealed'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='publication',
            trigger=pgtrigger.compiler.Trigger(name='publication_is_kept', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='30eb313b6f6d9811fa109fd6a64981dacd8ccb7b', operation='DELETE', pgid='pgtrigger_publication_is_kept_36045', table='requests_app_publication', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='publication',
            trigger=pgtrigger.compiler.Trigger(name='publication_moves_along_its_table', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE _is_valid_transition BOOLEAN;', func='SELECT CONCAT(OLD."status", \':\', NEW."status") = ANY(\'{proposed:published,proposed:refused,published:withdrawn}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."status" IS DISTINCT FROM NEW."status") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "status" from "%" to "%" on table %\', OLD."status", NEW."status", TG_TABLE_NAME; ELSE RETURN NEW; END IF;', hash='cce9f03a7982057d2f2b902a7612ac6eedb9d194', operation='UPDATE', pgid='pgtrigger_publication_moves_along_its_table_a944c', table='requests_app_publication', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='publication',
            trigger=pgtrigger.compiler.Trigger(name='publication_is_frozen', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."public_id" IS DISTINCT FROM (NEW."public_id") OR OLD."seal_id" IS DISTINCT FROM (NEW."seal_id") OR OLD."agency_id" IS DISTINCT FROM (NEW."agency_id") OR OLD."since" IS DISTINCT FROM (NEW."since") OR OLD."until" IS DISTINCT FROM (NEW."until") OR OLD."version" IS DISTINCT FROM (NEW."version") OR OLD."tables" IS DISTINCT FROM (NEW."tables") OR OLD."tables_sha256" IS DISTINCT FROM (NEW."tables_sha256") OR OLD."audit" IS DISTINCT FROM (NEW."audit") OR OLD."data_key_id" IS DISTINCT FROM (NEW."data_key_id") OR OLD."counts" IS DISTINCT FROM (NEW."counts") OR OLD."proposed_by_id" IS DISTINCT FROM (NEW."proposed_by_id") OR OLD."proposed_at" IS DISTINCT FROM (NEW."proposed_at"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='61c866cd0aacd8168e660fb1e52177995eaadd8b', operation='UPDATE', pgid='pgtrigger_publication_is_frozen_71f60', table='requests_app_publication', when='BEFORE')),
        ),
        migrations.AddIndex(
            model_name='report',
            index=models.Index(fields=['agency', '-since'], name='report_by_agency'),
        ),
        migrations.AddConstraint(
            model_name='report',
            constraint=models.UniqueConstraint(fields=('agency', 'since', 'until', 'version'), name='report_version_once'),
        ),
        migrations.AddConstraint(
            model_name='report',
            constraint=models.CheckConstraint(condition=models.Q(('until__gt', models.F('since'))), name='report_period_has_days'),
        ),
        migrations.AddConstraint(
            model_name='report',
            constraint=models.CheckConstraint(condition=models.Q(('certified_by__isnull', True), models.Q(('certified_by', models.F('drafted_by')), _negated=True), _connector='OR'), name='report_is_certified_by_another'),
        ),
        migrations.AddConstraint(
            model_name='report',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['draft', 'dropped']), models.Q(('certified_at__isnull', False), ('certified_by__isnull', False)), _connector='OR'), name='report_is_certified_by_somebody'),
        ),
        migrations.AddConstraint(
            model_name='report',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('status', 'sent'), _negated=True), ('sent_at__isnull', False), _connector='OR'), name='report_is_sent_at_a_time'),
        ),
        migrations.AddConstraint(
            model_name='report',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('amended_because__isnull', True), django.db.models.lookups.GreaterThanOrEqual(models.Func(models.F('amended_because'), function='octet_length', output_field=models.IntegerField()), 77), _connector='OR'), models.Q(('frozen__isnull', True), django.db.models.lookups.GreaterThanOrEqual(models.Func(models.F('frozen'), function='octet_length', output_field=models.IntegerField()), 77), _connector='OR')), name='report_is_sealed'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='report',
            trigger=pgtrigger.compiler.Trigger(name='report_is_kept', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='491b3508230801e671b1fbba3c47af622d1037f7', operation='DELETE', pgid='pgtrigger_report_is_kept_ebaee', table='requests_app_report', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='report',
            trigger=pgtrigger.compiler.Trigger(name='report_moves_along_its_table', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE _is_valid_transition BOOLEAN;', func='SELECT CONCAT(OLD."status", \':\', NEW."status") = ANY(\'{draft:certified,draft:dropped,certified:sent}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."status" IS DISTINCT FROM NEW."status") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "status" from "%" to "%" on table %\', OLD."status", NEW."status", TG_TABLE_NAME; ELSE RETURN NEW; END IF;', hash='e005a876172ce647ec41387e51d48320f5c797ae', operation='UPDATE', pgid='pgtrigger_report_moves_along_its_table_46900', table='requests_app_report', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='report',
            trigger=pgtrigger.compiler.Trigger(name='report_is_frozen', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."public_id" IS DISTINCT FROM (NEW."public_id") OR OLD."seal_id" IS DISTINCT FROM (NEW."seal_id") OR OLD."agency_id" IS DISTINCT FROM (NEW."agency_id") OR OLD."since" IS DISTINCT FROM (NEW."since") OR OLD."until" IS DISTINCT FROM (NEW."until") OR OLD."form" IS DISTINCT FROM (NEW."form") OR OLD."version" IS DISTINCT FROM (NEW."version") OR OLD."supersedes_id" IS DISTINCT FROM (NEW."supersedes_id") OR OLD."is_nil" IS DISTINCT FROM (NEW."is_nil") OR OLD."data_key_id" IS DISTINCT FROM (NEW."data_key_id") OR OLD."frozen" IS DISTINCT FROM (NEW."frozen") OR OLD."law_versions" IS DISTINCT FROM (NEW."law_versions") OR OLD."head_size" IS DISTINCT FROM (NEW."head_size") OR OLD."head_root" IS DISTINCT FROM (NEW."head_root") OR OLD."drafted_by_id" IS DISTINCT FROM (NEW."drafted_by_id") OR OLD."drafted_at" IS DISTINCT FROM (NEW."drafted_at") OR OLD."amended_because" IS DISTINCT FROM (NEW."amended_because"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='a67985935eeed07bd52749e667157692a6b562ab', operation='UPDATE', pgid='pgtrigger_report_is_frozen_a0145', table='requests_app_report', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='report',
            trigger=pgtrigger.compiler.Trigger(name='report_files_are_final', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN ((OLD.pdf_id IS NOT NULL AND NEW.pdf_id IS DISTINCT FROM OLD.pdf_id) OR (OLD.csv_id IS NOT NULL AND NEW.csv_id IS DISTINCT FROM OLD.csv_id))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='b6c164db460d21ea5170f23de730cd35b7eddfae', operation='UPDATE', pgid='pgtrigger_report_files_are_final_eac68', table='requests_app_report', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='reportrow',
            constraint=models.UniqueConstraint(fields=('report', 'place'), name='report_row_has_its_place'),
        ),
        migrations.AddConstraint(
            model_name='reportrow',
            constraint=models.UniqueConstraint(fields=('report', 'ice_request'), name='report_row_once'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='reportrow',
            trigger=pgtrigger.compiler.Trigger(name='report_row_is_append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='86e8624f2455636ba2280dbf105dd5113976baac', operation='UPDATE OR DELETE', pgid='pgtrigger_report_row_is_append_only_99dd6', table='requests_app_reportrow', when='BEFORE')),
        ),
        migrations.AddIndex(
            model_name='requestfigures',
            index=models.Index(fields=['agency', 'received_on'], name='figures_by_agency_day'),
        ),
        migrations.AddIndex(
            model_name='requestfigures',
            index=models.Index(fields=['received_on'], name='figures_by_day'),
        ),
        migrations.AddConstraint(
            model_name='retentionrule',
            constraint=models.CheckConstraint(condition=models.Q(('record_class__in', ['no_access', 'access', 'claimed', 'unasked'])), name='retention_rule_class_is_known'),
        ),
        migrations.AddConstraint(
            model_name='retentionrule',
            constraint=models.CheckConstraint(condition=models.Q(('authority', ''), _negated=True), name='retention_rule_has_an_authority'),
        ),
        migrations.AddConstraint(
            model_name='retentionrule',
            constraint=models.CheckConstraint(condition=models.Q(('years__gte', 1)), name='retention_rule_keeps_a_year'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='retentionrule',
            trigger=pgtrigger.compiler.Trigger(name='retention_rule_is_append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='b63cfd5f107377fe808fe5c0bbdc8d320b22bab4', operation='UPDATE OR DELETE', pgid='pgtrigger_retention_rule_is_append_only_8765f', table='requests_app_retentionrule', when='BEFORE')),
        ),
        migrations.AddIndex(
            model_name='disposal',
            index=models.Index(fields=['agency', '-id'], name='disposal_by_agency'),
        ),
        migrations.AddConstraint(
            model_name='disposal',
            constraint=models.CheckConstraint(condition=models.Q(('first_by__isnull', True), models.Q(('first_by', models.F('proposed_by')), _negated=True), _connector='OR'), name='disposal_is_not_approved_by_its_proposer'),
        ),
        migrations.AddConstraint(
            model_name='disposal',
            constraint=models.CheckConstraint(condition=models.Q(('second_by__isnull', True), models.Q(models.Q(('second_by', models.F('proposed_by')), _negated=True), models.Q(('second_by', models.F('first_by')), _negated=True)), _connector='OR'), name='disposal_is_approved_by_two'),
        ),
        migrations.AddConstraint(
            model_name='disposal',
            constraint=models.CheckConstraint(condition=models.Q(('done_at__isnull', True), ('second_by__isnull', False), _connector='OR'), name='disposal_is_done_when_approved'),
        ),
        migrations.AddConstraint(
            model_name='disposal',
            constraint=models.CheckConstraint(condition=models.Q(('authorization', ''), _negated=True), name='disposal_has_an_authorization'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='disposal',
            trigger=pgtrigger.compiler.Trigger(name='disposal_is_kept', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='925d04e15bdeee58dcad5d7988a26b77dc57d9c3', operation='DELETE', pgid='pgtrigger_disposal_is_kept_c423b', table='requests_app_disposal', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='disposal',
            trigger=pgtrigger.compiler.Trigger(name='disposal_moves_along_its_table', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE _is_valid_transition BOOLEAN;', func='SELECT CONCAT(OLD."status", \':\', NEW."status") = ANY(\'{proposed:approved_once,proposed:withdrawn,approved_once:approved,approved_once:withdrawn,approved:done,approved:withdrawn}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."status" IS DISTINCT FROM NEW."status") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "status" from "%" to "%" on table %\', OLD."status", NEW."status", TG_TABLE_NAME; ELSE RETURN NEW; END IF;', hash='aed3702af0bf26bea4099fe72a989cce57dfc093', operation='UPDATE', pgid='pgtrigger_disposal_moves_along_its_table_9e138', table='requests_app_disposal', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='disposal',
            trigger=pgtrigger.compiler.Trigger(name='disposal_is_what_was_proposed', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."public_id" IS DISTINCT FROM (NEW."public_id") OR OLD."agency_id" IS DISTINCT FROM (NEW."agency_id") OR OLD."record_class" IS DISTINCT FROM (NEW."record_class") OR OLD."rule_id" IS DISTINCT FROM (NEW."rule_id") OR OLD."authorization" IS DISTINCT FROM (NEW."authorization") OR OLD."proposed_by_id" IS DISTINCT FROM (NEW."proposed_by_id") OR OLD."proposed_at" IS DISTINCT FROM (NEW."proposed_at"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='f351e4c043cf9fed4aec45df4cf4f3453c79b987', operation='UPDATE', pgid='pgtrigger_disposal_is_what_was_proposed_bbc1f', table='requests_app_disposal', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='translationreview',
            constraint=models.UniqueConstraint(condition=models.Q(('withdrawn_at__isnull', True)), fields=('agency', 'template', 'language'), name='translation_review_once'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='translationreview',
            trigger=pgtrigger.compiler.Trigger(name='translation_review_is_kept', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='48da4d6015588c873f6238870726b31b209d9418', operation='DELETE', pgid='pgtrigger_translation_review_is_kept_60af3', table='requests_app_translationreview', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='translationreview',
            trigger=pgtrigger.compiler.Trigger(name='translation_review_is_what_was_entered', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."public_id" IS DISTINCT FROM (NEW."public_id") OR OLD."agency_id" IS DISTINCT FROM (NEW."agency_id") OR OLD."template" IS DISTINCT FROM (NEW."template") OR OLD."language" IS DISTINCT FROM (NEW."language") OR OLD."translator" IS DISTINCT FROM (NEW."translator") OR OLD."certificate" IS DISTINCT FROM (NEW."certificate") OR OLD."reviewed_on" IS DISTINCT FROM (NEW."reviewed_on") OR OLD."entered_by_id" IS DISTINCT FROM (NEW."entered_by_id") OR OLD."entered_at" IS DISTINCT FROM (NEW."entered_at"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='4d84e744a68cb1855d2db85a995d4fa000f691d5', operation='UPDATE', pgid='pgtrigger_translation_review_is_what_was_entered_e71dc', table='requests_app_translationreview', when='BEFORE')),
        ),
    ]
