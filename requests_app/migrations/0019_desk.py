"""The supervisor's desk: units, absences, routing, labels, notes, questions, clocks.

New tables, a status of requests (returned for correction), and columns of agencies,
assignments and determinations, each empty or with a constant default, so that no table
is rewritten; writers of the four altered tables wait for a moment. Who sees the rows
says 0020, which of them the history watches 0021; the indexes of the worklist are built
in 0022, while writers write.
"""

import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.contrib.postgres.fields.ranges
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
        ('requests_app', '0018_rows_are_captured'),
    ]

    operations = [
        migrations.CreateModel(
            name='Absence',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(default=requests_app.ledger.models.new_public_id, max_length=22, unique=True)),
                ('effective_from', models.DateField()),
                ('effective_until', models.DateField()),
                ('entered_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name='Alarm',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(default=requests_app.ledger.models.new_public_id, max_length=22, unique=True)),
                ('clock', models.CharField(max_length=30)),
                ('step', models.CharField(choices=[('warning', 'About to lapse'), ('lapsed', 'Lapsed')], max_length=8)),
                ('due_at', models.DateTimeField()),
                ('raised_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='Bulk',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(default=requests_app.ledger.models.new_public_id, max_length=22, unique=True)),
                ('kind', models.CharField(choices=[('assign', 'Assign'), ('defer', 'Defer'), ('label', 'Label')], max_length=8)),
                ('until', models.DateTimeField(blank=True, null=True)),
                ('code', models.CharField(blank=True, choices=[('court_date', 'A court date is awaited'), ('records', 'Records were asked for'), ('counsel', 'Counsel was asked'), ('answer', 'A question to the filer is open'), ('other', 'Another reason')], max_length=12)),
                ('ordered_as', models.CharField(choices=[('clerk', 'Clerk'), ('supervisor', 'Supervisor'), ('head', 'Head of agency'), ('administrator', 'Administrator'), ('auditor', 'Auditor'), ('records_officer', 'Records officer')], max_length=20)),
                ('ordered_at', models.DateTimeField()),
                ('total', models.PositiveIntegerField()),
                ('done_at', models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name='BulkItem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('result', models.CharField(choices=[('waiting', 'Waiting'), ('done', 'Done'), ('skipped', 'Left as it was')], default='waiting', max_length=8)),
                ('because', models.CharField(blank=True, max_length=200)),
                ('done_at', models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name='Deferral',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('seal_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('public_id', models.CharField(default=requests_app.ledger.models.new_public_id, max_length=22, unique=True)),
                ('until', models.DateTimeField()),
                ('code', models.CharField(choices=[('court_date', 'A court date is awaited'), ('records', 'Records were asked for'), ('counsel', 'Counsel was asked'), ('answer', 'A question to the filer is open'), ('other', 'Another reason')], max_length=12)),
                ('note', requests_app.vault.fields.SealedTextField()),
                ('deferred_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='Label',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(default=requests_app.ledger.models.new_public_id, max_length=22, unique=True)),
                ('name', models.CharField(max_length=40)),
                ('added_at', models.DateTimeField()),
                ('retired_at', models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name='Labelling',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('labelled_at', models.DateTimeField()),
                ('removed_at', models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name='Looking',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('heard_at', models.DateTimeField()),
            ],
            options={
                'verbose_name_plural': 'looking',
            },
        ),
        migrations.CreateModel(
            name='Mention',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ],
        ),
        migrations.CreateModel(
            name='Message',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(default=requests_app.ledger.models.new_public_id, max_length=22, unique=True)),
                ('kind', models.CharField(choices=[('assigned', 'A request was given to you'), ('mentioned', 'You were named in a note'), ('asked', 'A question waits for your answer'), ('answered', 'Your question was answered'), ('returned', 'A request was returned for correction'), ('corrected', 'A request you returned was corrected'), ('warning', 'A clock is about to lapse'), ('lapsed', 'A clock has lapsed'), ('escalated', 'A request was passed up to you'), ('handed_over', 'Requests were handed over to you'), ('view', 'A saved view has news'), ('bulk', 'A bulk order is done'), ('rescreened', 'A change of law altered findings')], max_length=12)),
                ('sent_at', models.DateTimeField()),
                ('read_at', models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name='Note',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('seal_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('public_id', models.CharField(default=requests_app.ledger.models.new_public_id, max_length=22, unique=True)),
                ('kind', models.CharField(choices=[('internal', 'Internal'), ('for_release', 'For release')], max_length=12)),
                ('text', requests_app.vault.fields.SealedTextField()),
                ('is_urgent', models.BooleanField(default=False)),
                ('written_as', models.CharField(choices=[('clerk', 'Clerk'), ('supervisor', 'Supervisor'), ('head', 'Head of agency'), ('administrator', 'Administrator'), ('auditor', 'Auditor'), ('records_officer', 'Records officer')], max_length=20)),
                ('written_at', models.DateTimeField()),
                ('edited_at', models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name='Placement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(default=requests_app.ledger.models.new_public_id, max_length=22, unique=True)),
                ('effective_from', models.DateField()),
                ('effective_until', models.DateField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name='Question',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('seal_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('public_id', models.CharField(default=requests_app.ledger.models.new_public_id, max_length=22, unique=True)),
                ('kind', models.CharField(choices=[('question', 'Question'), ('correction', 'Return for correction')], max_length=10)),
                ('code', models.CharField(choices=[('identity', 'Who the person is'), ('custody', 'Custody and release'), ('convictions', 'Charges and convictions'), ('warrant', 'The warrant or order'), ('instrument', 'The form and what it asks'), ('times', 'Dates and times'), ('notices', 'Notices to the person'), ('other', 'Something else')], max_length=12)),
                ('text', requests_app.vault.fields.SealedTextField()),
                ('asked_as', models.CharField(choices=[('clerk', 'Clerk'), ('supervisor', 'Supervisor'), ('head', 'Head of agency'), ('administrator', 'Administrator'), ('auditor', 'Auditor'), ('records_officer', 'Records officer')], max_length=20)),
                ('asked_at', models.DateTimeField()),
                ('due_at', models.DateTimeField()),
                ('answer', requests_app.vault.fields.SealedTextField()),
                ('answered_at', models.DateTimeField(blank=True, null=True)),
                ('withdrawn_at', models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name='ReasonText',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(default=requests_app.ledger.models.new_public_id, max_length=22, unique=True)),
                ('reason_code', models.CharField(choices=[('judicial_warrant', 'Accompanied by a judicial warrant'), ('class_a_b', 'Convicted of a class A or B felony'), ('offence_2025', 'Convicted of an offence of the 2025 act'), ('terrorist_database', 'Possible match in the Terrorist Screening Database'), ('court_order', 'Court order under 8 USC 1225(d)(4)(B)'), ('authorized', 'Disclosure authorized in writing or required by law'), ('not_prohibited', 'Not prohibited by the section'), ('ground_2014', 'A ground of the 2014 text'), ('other_authority', 'Another legal authority, cited'), ('no_exception', 'No exception applies'), ('not_established', 'An exception is not established'), ('not_convicted', 'Charged, not convicted'), ('administrative_warrant', 'Rests on an administrative warrant'), ('policy', 'Agency policy is stricter than the section')], max_length=24)),
                ('text', models.TextField(max_length=2000)),
                ('made_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name='Rehearsal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(default=requests_app.ledger.models.new_public_id, max_length=22, unique=True)),
                ('kind', models.CharField(choices=[('version', 'A version of the law'), ('stay', 'A stay of a provision'), ('offence', 'A confirmed or struck offence')], max_length=8)),
                ('subject', models.CharField(max_length=40)),
                ('status', models.CharField(blank=True, choices=[('confirmed', 'Confirmed: the act names it'), ('struck', 'Struck: the act does not name it')], max_length=10)),
                ('effective_from', models.DateField()),
                ('since', models.DateField()),
                ('until', models.DateField()),
                ('ordered_at', models.DateTimeField()),
                ('looked', models.PositiveIntegerField(default=0)),
                ('gained', models.PositiveIntegerField(default=0)),
                ('lost', models.PositiveIntegerField(default=0)),
                ('done_at', models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name='RehearsalItem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('gained', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=60), default=list, size=None)),
                ('lost', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=60), default=list, size=None)),
            ],
        ),
        migrations.CreateModel(
            name='Release',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('seal_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('public_id', models.CharField(default=requests_app.ledger.models.new_public_id, max_length=22, unique=True)),
                ('to_whom', models.CharField(choices=[('community', 'To the community'), ('court', 'To a court'), ('other_agency', 'To another agency'), ('ice', 'To ICE'), ('never_held', "Was never in this agency's custody")], max_length=12)),
                ('released_at', models.DateTimeField(blank=True, null=True)),
                ('narrative', requests_app.vault.fields.SealedTextField()),
                ('recorded_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='Reopening',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('seal_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('public_id', models.CharField(default=requests_app.ledger.models.new_public_id, max_length=22, unique=True)),
                ('reason', requests_app.vault.fields.SealedTextField()),
                ('reopened_as', models.CharField(choices=[('clerk', 'Clerk'), ('supervisor', 'Supervisor'), ('head', 'Head of agency'), ('administrator', 'Administrator'), ('auditor', 'Auditor'), ('records_officer', 'Records officer')], max_length=20)),
                ('reopened_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='RoutingRule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(default=requests_app.ledger.models.new_public_id, max_length=22, unique=True)),
                ('position', models.PositiveSmallIntegerField()),
                ('shift', models.CharField(blank=True, choices=[('day', 'Day (07:00 to 15:00)'), ('evening', 'Evening (15:00 to 23:00)'), ('night', 'Night (23:00 to 07:00)')], max_length=8)),
                ('ask', models.CharField(blank=True, choices=[('hold', 'Hold the person'), ('notify_release', 'Tell ICE the release date and time'), ('transfer', 'Hand the person over'), ('interview', 'Allow an interview'), ('information', 'Give information'), ('facility', 'Use a facility or resources')], max_length=16)),
                ('citation', models.CharField(blank=True, max_length=40)),
                ('level', models.PositiveSmallIntegerField(blank=True, choices=[(0, 'No flag'), (1, 'Undetermined'), (2, 'Violation'), (3, 'Mismatch')], null=True)),
            ],
        ),
        migrations.CreateModel(
            name='RoutingTable',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(default=requests_app.ledger.models.new_public_id, max_length=22, unique=True)),
                ('made_at', models.DateTimeField()),
                ('tried_at', models.DateTimeField(blank=True, null=True)),
                ('trial', models.JSONField(blank=True, null=True)),
                ('effective_at', models.DateTimeField(blank=True, null=True)),
                ('withdrawn_at', models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name='SavedView',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(default=requests_app.ledger.models.new_public_id, max_length=22, unique=True)),
                ('page', models.CharField(choices=[('worklist', 'Worklist'), ('requests', 'Requests')], max_length=8)),
                ('name', models.CharField(max_length=60)),
                ('filters', models.CharField(blank=True, max_length=500)),
                ('is_shared', models.BooleanField(default=False)),
                ('is_pinned', models.BooleanField(default=False)),
                ('tells', models.CharField(choices=[('never', 'Never'), ('at_once', 'At once'), ('daily', 'Once a day'), ('weekly', 'Once a week'), ('more_than', 'When there are more than')], default='never', max_length=10)),
                ('threshold', models.PositiveIntegerField(blank=True, null=True)),
                ('saved_at', models.DateTimeField()),
                ('told_at', models.DateTimeField(blank=True, null=True)),
                ('told_until', models.BigIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name='Unit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(default=requests_app.ledger.models.new_public_id, max_length=22, unique=True)),
                ('name', models.CharField(max_length=60)),
                ('added_at', models.DateTimeField()),
                ('closed_at', models.DateTimeField(blank=True, null=True)),
            ],
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='determination',
            name='determination_only_ends_or_takes_effect',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='icerequest',
            name='ice_request_status_moves_along_its_table',
        ),
        migrations.RemoveConstraint(
            model_name='determination',
            name='determination_is_sealed',
        ),
        migrations.RemoveConstraint(
            model_name='icerequest',
            name='ice_request_status_known',
        ),
        migrations.AddField(
            model_name='agency',
            name='second_within_hours',
            field=models.PositiveSmallIntegerField(default=24),
        ),
        migrations.AddField(
            model_name='agency',
            name='warn_before_hours',
            field=models.PositiveSmallIntegerField(default=4),
        ),
        migrations.AddField(
            model_name='assignment',
            name='assigned_since',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='assignment',
            name='deferred_until',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='assignment',
            name='desk_reason',
            field=models.CharField(blank=True, max_length=300),
        ),
        migrations.AddField(
            model_name='assignment',
            name='desk_rule',
            field=models.CharField(blank=True, max_length=22),
        ),
        migrations.AddField(
            model_name='determination',
            name='acts_from',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='determination',
            name='named',
            field=requests_app.vault.fields.SealedListField(),
        ),
        migrations.AlterField(
            model_name='icerequest',
            name='status',
            field=models.CharField(choices=[('awaiting', 'Awaiting determination'), ('awaiting_second', 'Awaiting a second person'), ('returned', 'Returned for correction'), ('determined', 'Determined'), ('recorded', 'Recorded (unasked act)')], default='awaiting', max_length=16),
        ),
        migrations.AlterField(
            model_name='mismatch',
            name='kind',
            field=models.CharField(choices=[('denied_yet_done', 'Denied, yet done'), ('done_before_decision', 'Done before the decision'), ('held_past_end', 'Held past the end'), ('no_copy_or_reason', 'Notification without copy and written reason'), ('never_asked', 'An act never asked for'), ('held_past_release', 'Held past release-eligible'), ('outside_period', 'Outside the approved period'), ('not_named', 'By a person not named')], max_length=24),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='assignment',
            trigger=pgtrigger.compiler.Trigger(name='assignment_is_with_somebody_there', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (NEW.assigned_to_id IS NOT NULL)', func="\n    IF NOT EXISTS (\n        SELECT 1 FROM requests_app_appointment p\n        WHERE p.user_id = NEW.assigned_to_id AND p.agency_id = NEW.agency_id\n          AND p.role IN ('supervisor', 'head')\n          AND p.effective_from\n              <= (NEW.assigned_since AT TIME ZONE 'America/New_York')::date\n          AND (p.effective_until IS NULL OR p.effective_until\n              > (NEW.assigned_since AT TIME ZONE 'America/New_York')::date)\n    ) THEN\n        RAISE EXCEPTION 'work is given to somebody who decides at the agency that day';\n    END IF;\n    RETURN NEW;\n", hash='3451598dc1effdf537cd5fa1c6cf2e3c39ed8eec', operation='INSERT OR UPDATE OF "assigned_to_id"', pgid='pgtrigger_assignment_is_with_somebody_there_c365b', table='requests_app_assignment', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='determination',
            trigger=pgtrigger.compiler.Trigger(name='determination_only_ends_or_takes_effect', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n                    IF OLD.ended_at IS NOT NULL\n                       OR ROW(NEW.public_id, NEW.seal_id,\n                              NEW.ask_id, NEW.ice_request_id, NEW.screening_id,\n                              NEW.decision, NEW.reason_code, NEW.reason,\n                              NEW.authority, NEW.against, NEW.is_override,\n                              NEW.filed_by_id, NEW.decided_by_id, NEW.decided_as,\n                              NEW.decided_at, NEW.expires_at,\n                              NEW.acts_from, NEW.named)\n                          IS DISTINCT FROM\n                          ROW(OLD.public_id, OLD.seal_id,\n                              OLD.ask_id, OLD.ice_request_id, OLD.screening_id,\n                              OLD.decision, OLD.reason_code, OLD.reason,\n                              OLD.authority, OLD.against, OLD.is_override,\n                              OLD.filed_by_id, OLD.decided_by_id, OLD.decided_as,\n                              OLD.decided_at, OLD.expires_at,\n                              OLD.acts_from, OLD.named)\n                       OR (OLD.effective_at IS NOT NULL\n                           AND ROW(NEW.effective_at, NEW.second_by_id, NEW.second_at)\n                               IS DISTINCT FROM\n                               ROW(OLD.effective_at, OLD.second_by_id, OLD.second_at))\n                    THEN\n                        RAISE EXCEPTION 'a determination is superseded, never edited';\n                    END IF;\n                    RETURN NEW;\n                ", hash='a373c05b1606ab9528d32a4f6397077660fe4cb1', operation='UPDATE', pgid='pgtrigger_determination_only_ends_or_takes_effect_ecafa', table='requests_app_determination', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='icerequest',
            trigger=pgtrigger.compiler.Trigger(name='ice_request_status_moves_along_its_table', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE _is_valid_transition BOOLEAN;', func='SELECT CONCAT(OLD."status", \':\', NEW."status") = ANY(\'{awaiting:awaiting_second,awaiting:determined,awaiting_second:awaiting,awaiting_second:determined,determined:awaiting,awaiting:returned,awaiting_second:returned,returned:awaiting,returned:determined}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."status" IS DISTINCT FROM NEW."status") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "status" from "%" to "%" on table %\', OLD."status", NEW."status", TG_TABLE_NAME; ELSE RETURN NEW; END IF;', hash='0c7abdf325f44039a5a8ff66452378e0dfb10ac6', operation='UPDATE', pgid='pgtrigger_ice_request_status_moves_along_its_table_eb7e9', table='requests_app_icerequest', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='determination',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('reason__isnull', True), django.db.models.lookups.GreaterThanOrEqual(models.Func(models.F('reason'), function='octet_length', output_field=models.IntegerField()), 77), _connector='OR'), models.Q(('authority__isnull', True), django.db.models.lookups.GreaterThanOrEqual(models.Func(models.F('authority'), function='octet_length', output_field=models.IntegerField()), 77), _connector='OR'), models.Q(('named__isnull', True), django.db.models.lookups.GreaterThanOrEqual(models.Func(models.F('named'), function='octet_length', output_field=models.IntegerField()), 77), _connector='OR')), name='determination_is_sealed'),
        ),
        migrations.AddConstraint(
            model_name='determination',
            constraint=models.CheckConstraint(condition=models.Q(('acts_from__isnull', True), ('expires_at__isnull', True), ('expires_at__gt', models.F('acts_from')), _connector='OR'), name='determination_period_has_a_length'),
        ),
        migrations.AddConstraint(
            model_name='icerequest',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['awaiting', 'awaiting_second', 'returned', 'determined', 'recorded'])), name='ice_request_status_known'),
        ),
        migrations.AddField(
            model_name='absence',
            name='agency',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='requests_app.agency'),
        ),
        migrations.AddField(
            model_name='absence',
            name='cover',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='absence',
            name='entered_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='absence',
            name='user',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='absences', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='alarm',
            name='agency',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='requests_app.agency'),
        ),
        migrations.AddField(
            model_name='alarm',
            name='ice_request',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='alarms', to='requests_app.icerequest'),
        ),
        migrations.AddField(
            model_name='bulk',
            name='agency',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='requests_app.agency'),
        ),
        migrations.AddField(
            model_name='bulk',
            name='assignee',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='bulk',
            name='ordered_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='bulkitem',
            name='bulk',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='items', to='requests_app.bulk'),
        ),
        migrations.AddField(
            model_name='bulkitem',
            name='ice_request',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='requests_app.icerequest'),
        ),
        migrations.AddField(
            model_name='deferral',
            name='assignment',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='deferrals', to='requests_app.assignment'),
        ),
        migrations.AddField(
            model_name='deferral',
            name='deferred_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='deferral',
            name='ice_request',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='deferrals', to='requests_app.icerequest'),
        ),
        migrations.AddField(
            model_name='label',
            name='added_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='label',
            name='agency',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='requests_app.agency'),
        ),
        migrations.AddField(
            model_name='bulk',
            name='label',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='requests_app.label'),
        ),
        migrations.AddField(
            model_name='labelling',
            name='ice_request',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='labellings', to='requests_app.icerequest'),
        ),
        migrations.AddField(
            model_name='labelling',
            name='label',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='labellings', to='requests_app.label'),
        ),
        migrations.AddField(
            model_name='labelling',
            name='labelled_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='labelling',
            name='removed_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='looking',
            name='ice_request',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='requests_app.icerequest'),
        ),
        migrations.AddField(
            model_name='looking',
            name='user',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='mention',
            name='user',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='message',
            name='agency',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='requests_app.agency'),
        ),
        migrations.AddField(
            model_name='message',
            name='ice_request',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='requests_app.icerequest'),
        ),
        migrations.AddField(
            model_name='message',
            name='user',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='note',
            name='ice_request',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='notes', to='requests_app.icerequest'),
        ),
        migrations.AddField(
            model_name='note',
            name='written_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='mention',
            name='note',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='mentions', to='requests_app.note'),
        ),
        migrations.AddField(
            model_name='placement',
            name='agency',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='requests_app.agency'),
        ),
        migrations.AddField(
            model_name='placement',
            name='placed_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='placement',
            name='user',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='placements', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='question',
            name='answered_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='question',
            name='asked_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='question',
            name='ice_request',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='questions', to='requests_app.icerequest'),
        ),
        migrations.AddField(
            model_name='reasontext',
            name='agency',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='requests_app.agency'),
        ),
        migrations.AddField(
            model_name='reasontext',
            name='made_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='rehearsal',
            name='agency',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='requests_app.agency'),
        ),
        migrations.AddField(
            model_name='rehearsal',
            name='ordered_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='rehearsalitem',
            name='ice_request',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='requests_app.icerequest'),
        ),
        migrations.AddField(
            model_name='rehearsalitem',
            name='rehearsal',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='items', to='requests_app.rehearsal'),
        ),
        migrations.AddField(
            model_name='release',
            name='ice_request',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='releases', to='requests_app.icerequest'),
        ),
        migrations.AddField(
            model_name='release',
            name='recorded_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='reopening',
            name='determination',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='reopening', to='requests_app.determination'),
        ),
        migrations.AddField(
            model_name='reopening',
            name='ice_request',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reopenings', to='requests_app.icerequest'),
        ),
        migrations.AddField(
            model_name='reopening',
            name='reopened_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='routingrule',
            name='to_person',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='routingtable',
            name='agency',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='requests_app.agency'),
        ),
        migrations.AddField(
            model_name='routingtable',
            name='effective_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='routingtable',
            name='made_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='routingrule',
            name='table',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='rules', to='requests_app.routingtable'),
        ),
        migrations.AddField(
            model_name='savedview',
            name='agency',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='requests_app.agency'),
        ),
        migrations.AddField(
            model_name='savedview',
            name='owner',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='unit',
            name='added_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='unit',
            name='agency',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='units', to='requests_app.agency'),
        ),
        migrations.AddField(
            model_name='routingrule',
            name='from_unit',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='requests_app.unit'),
        ),
        migrations.AddField(
            model_name='routingrule',
            name='to_unit',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='requests_app.unit'),
        ),
        migrations.AddField(
            model_name='placement',
            name='unit',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='placements', to='requests_app.unit'),
        ),
        migrations.AddField(
            model_name='assignment',
            name='unit',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='requests_app.unit'),
        ),
        migrations.AddConstraint(
            model_name='assignment',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('assigned_since__isnull', True), ('assigned_to__isnull', True)), models.Q(('assigned_since__isnull', False), ('assigned_to__isnull', False)), _connector='OR'), name='assignment_says_since_when'),
        ),
        migrations.AddIndex(
            model_name='absence',
            index=models.Index(fields=['user', 'effective_until'], name='absence_by_user'),
        ),
        migrations.AddConstraint(
            model_name='absence',
            constraint=models.CheckConstraint(condition=models.Q(('cover', models.F('user')), _negated=True), name='absence_is_covered_by_another'),
        ),
        migrations.AddConstraint(
            model_name='absence',
            constraint=models.CheckConstraint(condition=models.Q(('effective_until__gt', models.F('effective_from'))), name='absence_ends_after_it_begins'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='absence',
            trigger=pgtrigger.compiler.Trigger(name='absence_is_kept', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='b37cbf1551f760f0eab8748c611a8aa9a96e992e', operation='DELETE', pgid='pgtrigger_absence_is_kept_e53b4', table='requests_app_absence', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='absence',
            trigger=pgtrigger.compiler.Trigger(name='absence_is_what_was_entered', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."public_id" IS DISTINCT FROM (NEW."public_id") OR OLD."agency_id" IS DISTINCT FROM (NEW."agency_id") OR OLD."user_id" IS DISTINCT FROM (NEW."user_id") OR OLD."cover_id" IS DISTINCT FROM (NEW."cover_id") OR OLD."effective_from" IS DISTINCT FROM (NEW."effective_from") OR OLD."effective_until" IS DISTINCT FROM (NEW."effective_until") OR OLD."entered_by_id" IS DISTINCT FROM (NEW."entered_by_id") OR OLD."entered_at" IS DISTINCT FROM (NEW."entered_at"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='bb141896f90a463e3bf234202b9095d0483d4028', operation='UPDATE', pgid='pgtrigger_absence_is_what_was_entered_719ea', table='requests_app_absence', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='alarm',
            constraint=models.UniqueConstraint(fields=('ice_request', 'clock', 'step', 'due_at'), name='alarm_is_raised_once'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='alarm',
            trigger=pgtrigger.compiler.Trigger(name='alarm_is_never_edited', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='cb33e6b2e90ca9bab51735955e6e3eb0b8e2676f', operation='UPDATE OR DELETE', pgid='pgtrigger_alarm_is_never_edited_be1e8', table='requests_app_alarm', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='bulkitem',
            constraint=models.UniqueConstraint(fields=('bulk', 'ice_request'), name='bulk_item_once_a_request'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='bulkitem',
            trigger=pgtrigger.compiler.Trigger(name='bulk_item_is_kept', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='028ff5871c8075e3119844333897fe55043fbcd8', operation='DELETE', pgid='pgtrigger_bulk_item_is_kept_8b911', table='requests_app_bulkitem', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='deferral',
            constraint=models.CheckConstraint(condition=models.Q(('note__isnull', True), django.db.models.lookups.GreaterThanOrEqual(models.Func(models.F('note'), function='octet_length', output_field=models.IntegerField()), 77), _connector='OR'), name='deferral_is_sealed'),
        ),
        migrations.AddConstraint(
            model_name='deferral',
            constraint=models.CheckConstraint(condition=models.Q(('until__gt', models.F('deferred_at'))), name='deferral_ends_after_it_begins'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='deferral',
            trigger=pgtrigger.compiler.Trigger(name='deferral_is_never_edited', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='5951220424e38fe6963e5bace861e48cf142b3f4', operation='UPDATE OR DELETE', pgid='pgtrigger_deferral_is_never_edited_96210', table='requests_app_deferral', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='label',
            constraint=models.UniqueConstraint(condition=models.Q(('retired_at__isnull', True)), fields=('agency', 'name'), name='label_named_once'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='label',
            trigger=pgtrigger.compiler.Trigger(name='label_is_kept', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='72ad7b292699c6ebe764149d6e387a11ab8203db', operation='DELETE', pgid='pgtrigger_label_is_kept_e0aef', table='requests_app_label', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='label',
            trigger=pgtrigger.compiler.Trigger(name='label_is_what_was_added', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."public_id" IS DISTINCT FROM (NEW."public_id") OR OLD."agency_id" IS DISTINCT FROM (NEW."agency_id") OR OLD."name" IS DISTINCT FROM (NEW."name") OR OLD."added_by_id" IS DISTINCT FROM (NEW."added_by_id") OR OLD."added_at" IS DISTINCT FROM (NEW."added_at"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='9c15639af1b974bbf803b2f8476d8544643b8cbf', operation='UPDATE', pgid='pgtrigger_label_is_what_was_added_c12dd', table='requests_app_label', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='bulk',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('assignee__isnull', False), ('kind', 'assign')), models.Q(('kind', 'defer'), ('until__isnull', False), models.Q(('code', ''), _negated=True)), models.Q(('kind', 'label'), ('label__isnull', False)), _connector='OR'), name='bulk_says_what_to_do'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='bulk',
            trigger=pgtrigger.compiler.Trigger(name='bulk_is_kept', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='30d3a2f936211053ff2c6e0683e1678854839899', operation='DELETE', pgid='pgtrigger_bulk_is_kept_6593b', table='requests_app_bulk', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='labelling',
            constraint=models.UniqueConstraint(condition=models.Q(('removed_at__isnull', True)), fields=('label', 'ice_request'), name='labelling_once_a_request'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='labelling',
            trigger=pgtrigger.compiler.Trigger(name='labelling_is_kept', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='4908cd16affe99b0daa030848a24a9f1b2eb9295', operation='DELETE', pgid='pgtrigger_labelling_is_kept_6a894', table='requests_app_labelling', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='labelling',
            trigger=pgtrigger.compiler.Trigger(name='labelling_is_what_was_done', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."ice_request_id" IS DISTINCT FROM (NEW."ice_request_id") OR OLD."label_id" IS DISTINCT FROM (NEW."label_id") OR OLD."labelled_by_id" IS DISTINCT FROM (NEW."labelled_by_id") OR OLD."labelled_at" IS DISTINCT FROM (NEW."labelled_at"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='a185313f5f5dd5cacaea6f98d82b287795101a0f', operation='UPDATE', pgid='pgtrigger_labelling_is_what_was_done_685e5', table='requests_app_labelling', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='looking',
            constraint=models.UniqueConstraint(fields=('ice_request', 'user'), name='looking_once_a_person'),
        ),
        migrations.AddIndex(
            model_name='message',
            index=models.Index(fields=['user', '-id'], name='message_of_a_person'),
        ),
        migrations.AddIndex(
            model_name='message',
            index=models.Index(condition=models.Q(('read_at__isnull', True)), fields=['user'], name='message_unread'),
        ),
        migrations.AddIndex(
            model_name='note',
            index=models.Index(fields=['ice_request', 'id'], name='note_by_request'),
        ),
        migrations.AddConstraint(
            model_name='note',
            constraint=models.CheckConstraint(condition=models.Q(('text__isnull', False), models.Q(('text__isnull', True), django.db.models.lookups.GreaterThanOrEqual(models.Func(models.F('text'), function='octet_length', output_field=models.IntegerField()), 77), _connector='OR')), name='note_has_a_text'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='note',
            trigger=pgtrigger.compiler.Trigger(name='note_is_kept', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='49faac6cf76bdead547b1bf19531075e33d258e0', operation='DELETE', pgid='pgtrigger_note_is_kept_1334b', table='requests_app_note', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='note',
            trigger=pgtrigger.compiler.Trigger(name='note_is_its_writers', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."public_id" IS DISTINCT FROM (NEW."public_id") OR OLD."seal_id" IS DISTINCT FROM (NEW."seal_id") OR OLD."ice_request_id" IS DISTINCT FROM (NEW."ice_request_id") OR OLD."written_by_id" IS DISTINCT FROM (NEW."written_by_id") OR OLD."written_as" IS DISTINCT FROM (NEW."written_as") OR OLD."written_at" IS DISTINCT FROM (NEW."written_at"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='bda9efb9b31ca889c722e922a07c5247b779f75a', operation='UPDATE', pgid='pgtrigger_note_is_its_writers_bf985', table='requests_app_note', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='note',
            trigger=pgtrigger.compiler.Trigger(name='note_is_append_only_after_five_minutes', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n                    IF clock_timestamp()\n                       > OLD.written_at + interval '5 minutes'\n                    THEN\n                        RAISE EXCEPTION 'a note is mended within five minutes';\n                    END IF;\n                    RETURN NEW;\n                ", hash='471e957c9c1a3cfccb885bbcf4ac352868624dca', operation='UPDATE', pgid='pgtrigger_note_is_append_only_after_five_minutes_9e090', table='requests_app_note', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='mention',
            constraint=models.UniqueConstraint(fields=('note', 'user'), name='mention_once_a_note'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='mention',
            trigger=pgtrigger.compiler.Trigger(name='mention_is_never_edited', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='9e926cb2bca6bc7e5412fb617825a2ace03c7cb6', operation='UPDATE OR DELETE', pgid='pgtrigger_mention_is_never_edited_b4d85', table='requests_app_mention', when='BEFORE')),
        ),
        migrations.AddIndex(
            model_name='question',
            index=models.Index(fields=['ice_request', 'id'], name='question_by_request'),
        ),
        migrations.AddIndex(
            model_name='question',
            index=models.Index(condition=models.Q(('answered_at__isnull', True), ('withdrawn_at__isnull', True)), fields=['due_at', 'id'], name='question_open'),
        ),
        migrations.AddConstraint(
            model_name='question',
            constraint=models.CheckConstraint(condition=models.Q(('text__isnull', False), models.Q(('text__isnull', True), django.db.models.lookups.GreaterThanOrEqual(models.Func(models.F('text'), function='octet_length', output_field=models.IntegerField()), 77), _connector='OR'), models.Q(('answer__isnull', True), django.db.models.lookups.GreaterThanOrEqual(models.Func(models.F('answer'), function='octet_length', output_field=models.IntegerField()), 77), _connector='OR')), name='question_has_a_text'),
        ),
        migrations.AddConstraint(
            model_name='question',
            constraint=models.CheckConstraint(condition=models.Q(('due_at__gt', models.F('asked_at'))), name='question_is_due_later'),
        ),
        migrations.AddConstraint(
            model_name='question',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('answered_at__isnull', True), ('answered_by__isnull', True)), models.Q(('answered_at__isnull', False), ('answered_by__isnull', False)), _connector='OR'), name='question_answer_is_whole'),
        ),
        migrations.AddConstraint(
            model_name='question',
            constraint=models.UniqueConstraint(condition=models.Q(('answered_at__isnull', True), ('kind', 'correction'), ('withdrawn_at__isnull', True)), fields=('ice_request',), name='question_one_return_at_a_time'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='question',
            trigger=pgtrigger.compiler.Trigger(name='question_is_kept', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='a5bcaee9a85bb9dc967c5ae3d934314fdcbfc721', operation='DELETE', pgid='pgtrigger_question_is_kept_b3115', table='requests_app_question', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='question',
            trigger=pgtrigger.compiler.Trigger(name='question_is_what_was_asked', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."public_id" IS DISTINCT FROM (NEW."public_id") OR OLD."seal_id" IS DISTINCT FROM (NEW."seal_id") OR OLD."ice_request_id" IS DISTINCT FROM (NEW."ice_request_id") OR OLD."kind" IS DISTINCT FROM (NEW."kind") OR OLD."code" IS DISTINCT FROM (NEW."code") OR OLD."text" IS DISTINCT FROM (NEW."text") OR OLD."asked_by_id" IS DISTINCT FROM (NEW."asked_by_id") OR OLD."asked_as" IS DISTINCT FROM (NEW."asked_as") OR OLD."asked_at" IS DISTINCT FROM (NEW."asked_at") OR OLD."due_at" IS DISTINCT FROM (NEW."due_at"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='02d5b8b4923f1a0fde852af58bd03ecbfa9e8a9d', operation='UPDATE', pgid='pgtrigger_question_is_what_was_asked_423d9', table='requests_app_question', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='question',
            trigger=pgtrigger.compiler.Trigger(name='question_is_answered_once', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.answered_at IS NOT NULL OR OLD.withdrawn_at IS NOT NULL)', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='9e4c8d343cee487b17d6aaea686a6e5d959c3bb1', operation='UPDATE', pgid='pgtrigger_question_is_answered_once_ce4c3', table='requests_app_question', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='reasontext',
            constraint=models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True)), fields=('agency', 'reason_code'), name='reason_text_one_a_code'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='reasontext',
            trigger=pgtrigger.compiler.Trigger(name='reason_text_is_kept', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='c1c6940504f37cb3511ac3d7a1afec7c1558b701', operation='DELETE', pgid='pgtrigger_reason_text_is_kept_b99ce', table='requests_app_reasontext', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='reasontext',
            trigger=pgtrigger.compiler.Trigger(name='reason_text_is_what_was_written', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."public_id" IS DISTINCT FROM (NEW."public_id") OR OLD."agency_id" IS DISTINCT FROM (NEW."agency_id") OR OLD."reason_code" IS DISTINCT FROM (NEW."reason_code") OR OLD."text" IS DISTINCT FROM (NEW."text") OR OLD."made_by_id" IS DISTINCT FROM (NEW."made_by_id") OR OLD."made_at" IS DISTINCT FROM (NEW."made_at"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='3389e842f76117101c2736cd060418b7c2912910', operation='UPDATE', pgid='pgtrigger_reason_text_is_what_was_written_931e1', table='requests_app_reasontext', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='rehearsal',
            constraint=models.CheckConstraint(condition=models.Q(('until__gt', models.F('since'))), name='rehearsal_period_has_a_length'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='rehearsal',
            trigger=pgtrigger.compiler.Trigger(name='rehearsal_is_kept', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='4fd17fc0f7f084b279332d83dba5b6f139b1173d', operation='DELETE', pgid='pgtrigger_rehearsal_is_kept_506bb', table='requests_app_rehearsal', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='rehearsal',
            trigger=pgtrigger.compiler.Trigger(name='rehearsal_is_what_was_ordered', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."public_id" IS DISTINCT FROM (NEW."public_id") OR OLD."agency_id" IS DISTINCT FROM (NEW."agency_id") OR OLD."kind" IS DISTINCT FROM (NEW."kind") OR OLD."subject" IS DISTINCT FROM (NEW."subject") OR OLD."status" IS DISTINCT FROM (NEW."status") OR OLD."effective_from" IS DISTINCT FROM (NEW."effective_from") OR OLD."since" IS DISTINCT FROM (NEW."since") OR OLD."until" IS DISTINCT FROM (NEW."until") OR OLD."ordered_by_id" IS DISTINCT FROM (NEW."ordered_by_id") OR OLD."ordered_at" IS DISTINCT FROM (NEW."ordered_at"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='62f479c3d89525e7a283612f1f1f9b8384281fbf', operation='UPDATE', pgid='pgtrigger_rehearsal_is_what_was_ordered_be0dd', table='requests_app_rehearsal', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='rehearsalitem',
            constraint=models.UniqueConstraint(fields=('rehearsal', 'ice_request'), name='rehearsal_item_once'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='rehearsalitem',
            trigger=pgtrigger.compiler.Trigger(name='rehearsal_item_is_never_edited', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='5d9ddecb7380fbb012829eccd3896606799e4d64', operation='UPDATE OR DELETE', pgid='pgtrigger_rehearsal_item_is_never_edited_84dff', table='requests_app_rehearsalitem', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='release',
            constraint=models.CheckConstraint(condition=models.Q(('narrative__isnull', True), django.db.models.lookups.GreaterThanOrEqual(models.Func(models.F('narrative'), function='octet_length', output_field=models.IntegerField()), 77), _connector='OR'), name='release_is_sealed'),
        ),
        migrations.AddConstraint(
            model_name='release',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('released_at__isnull', True), ('to_whom', 'never_held')), models.Q(models.Q(('to_whom', 'never_held'), _negated=True), ('released_at__isnull', False)), _connector='OR'), name='release_has_its_time'),
        ),
        migrations.AddConstraint(
            model_name='release',
            constraint=models.CheckConstraint(condition=models.Q(('released_at__isnull', True), ('released_at__lte', models.F('recorded_at')), _connector='OR'), name='release_happened_before_recorded'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='release',
            trigger=pgtrigger.compiler.Trigger(name='release_is_append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='3a27b2f66fba2099d06bca8e5cc833839235d59d', operation='UPDATE OR DELETE', pgid='pgtrigger_release_is_append_only_cd9d5', table='requests_app_release', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='reopening',
            constraint=models.CheckConstraint(condition=models.Q(('reason__isnull', False), models.Q(('reason__isnull', True), django.db.models.lookups.GreaterThanOrEqual(models.Func(models.F('reason'), function='octet_length', output_field=models.IntegerField()), 77), _connector='OR')), name='reopening_has_a_reason'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='reopening',
            trigger=pgtrigger.compiler.Trigger(name='reopening_is_never_edited', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='02e914b0cd0bf975030cb2a35774e531822cf22a', operation='UPDATE OR DELETE', pgid='pgtrigger_reopening_is_never_edited_88798', table='requests_app_reopening', when='BEFORE')),
        ),
        migrations.AddIndex(
            model_name='routingtable',
            index=models.Index(fields=['agency', '-effective_at'], name='routing_table_in_force'),
        ),
        migrations.AddConstraint(
            model_name='routingtable',
            constraint=models.CheckConstraint(condition=models.Q(('effective_at__isnull', True), models.Q(('effective_by__isnull', False), ('tried_at__isnull', False)), _connector='OR'), name='routing_table_is_tried_first'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='routingtable',
            trigger=pgtrigger.compiler.Trigger(name='routing_table_is_kept', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='919d9a3adb04f74131d26e7e27669a6f3263c7ea', operation='DELETE', pgid='pgtrigger_routing_table_is_kept_369d2', table='requests_app_routingtable', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='routingtable',
            trigger=pgtrigger.compiler.Trigger(name='routing_table_is_what_was_made', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."public_id" IS DISTINCT FROM (NEW."public_id") OR OLD."agency_id" IS DISTINCT FROM (NEW."agency_id") OR OLD."made_by_id" IS DISTINCT FROM (NEW."made_by_id") OR OLD."made_at" IS DISTINCT FROM (NEW."made_at"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='4dcbba8f44505f9724adbba86a74cf115d1d24a0', operation='UPDATE', pgid='pgtrigger_routing_table_is_what_was_made_776d7', table='requests_app_routingtable', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='savedview',
            constraint=models.UniqueConstraint(fields=('owner', 'agency', 'name'), name='saved_view_named_once'),
        ),
        migrations.AddConstraint(
            model_name='savedview',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('tells', 'more_than'), _negated=True), ('threshold__isnull', False), _connector='OR'), name='saved_view_threshold_is_given'),
        ),
        migrations.AddConstraint(
            model_name='unit',
            constraint=models.UniqueConstraint(condition=models.Q(('closed_at__isnull', True)), fields=('agency', 'name'), name='unit_named_once'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='unit',
            trigger=pgtrigger.compiler.Trigger(name='unit_is_kept', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='474414e53d54546cad5f0ad75b82f7943756fab2', operation='DELETE', pgid='pgtrigger_unit_is_kept_c8736', table='requests_app_unit', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='unit',
            trigger=pgtrigger.compiler.Trigger(name='unit_is_what_was_added', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."public_id" IS DISTINCT FROM (NEW."public_id") OR OLD."agency_id" IS DISTINCT FROM (NEW."agency_id") OR OLD."name" IS DISTINCT FROM (NEW."name") OR OLD."added_by_id" IS DISTINCT FROM (NEW."added_by_id") OR OLD."added_at" IS DISTINCT FROM (NEW."added_at"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='dd7ed59a3aa976ee1f3a292fb25011b140a07607', operation='UPDATE', pgid='pgtrigger_unit_is_what_was_added_28ce0', table='requests_app_unit', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='routingrule',
            constraint=models.UniqueConstraint(fields=('table', 'position'), name='routing_rule_has_its_place'),
        ),
        migrations.AddConstraint(
            model_name='routingrule',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('to_person__isnull', True), ('to_unit__isnull', False)), models.Q(('to_person__isnull', False), ('to_unit__isnull', True)), _connector='OR'), name='routing_rule_names_one_desk'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='routingrule',
            trigger=pgtrigger.compiler.Trigger(name='routing_rule_is_never_edited', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='7ded82795b3f590a4180e4d1a89a96d75b5a3137', operation='UPDATE OR DELETE', pgid='pgtrigger_routing_rule_is_never_edited_75236', table='requests_app_routingrule', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='placement',
            constraint=models.CheckConstraint(condition=models.Q(('effective_until__isnull', True), ('effective_until__gte', models.F('effective_from')), _connector='OR'), name='placement_ends_after_it_begins'),
        ),
        migrations.AddConstraint(
            model_name='placement',
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('user', '='), ('agency', '='), (models.Func('effective_from', 'effective_until', function='daterange', output_field=django.contrib.postgres.fields.ranges.DateRangeField()), '&&')], name='placement_is_one_at_a_time'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='placement',
            trigger=pgtrigger.compiler.Trigger(name='placement_is_kept', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='914134650b54a6378b7c4898163a0719c2dde106', operation='DELETE', pgid='pgtrigger_placement_is_kept_83bb4', table='requests_app_placement', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='placement',
            trigger=pgtrigger.compiler.Trigger(name='placement_is_what_was_entered', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."public_id" IS DISTINCT FROM (NEW."public_id") OR OLD."unit_id" IS DISTINCT FROM (NEW."unit_id") OR OLD."agency_id" IS DISTINCT FROM (NEW."agency_id") OR OLD."user_id" IS DISTINCT FROM (NEW."user_id") OR OLD."effective_from" IS DISTINCT FROM (NEW."effective_from") OR OLD."placed_by_id" IS DISTINCT FROM (NEW."placed_by_id"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='bb38a2d0319c3c703452bf79a04cfd166d50ca21', operation='UPDATE', pgid='pgtrigger_placement_is_what_was_entered_d65dc', table='requests_app_placement', when='BEFORE')),
        ),
    ]
