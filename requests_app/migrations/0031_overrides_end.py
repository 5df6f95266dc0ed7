"""An override says when it ends, and takes effect before it does.

The guards look at what is written from now on: an older override keeps its terms.
"""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('requests_app', '0030_files_of_the_state'),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name='determination',
            name='determination_second_person_may',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='determination',
            name='determination_is_true_when_made',
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='determination',
            trigger=pgtrigger.compiler.Trigger(name='determination_is_true_when_made', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE v_filer bigint; v_request bigint; v_agency bigint; v_worst text;', func="\n    SELECT r.filed_by_id, r.id, r.agency_id INTO v_filer, v_request, v_agency\n    FROM requests_app_ask a\n    JOIN requests_app_icerequest r ON r.id = a.ice_request_id\n    WHERE a.id = NEW.ask_id;\n    IF NEW.filed_by_id <> v_filer OR NEW.ice_request_id <> v_request THEN\n        RAISE EXCEPTION 'a determination names its filer and request';\n    END IF;\n    IF EXISTS (\n        SELECT 1 FROM requests_app_icerequest r\n        WHERE r.id = v_request AND r.corrected_by_id = NEW.decided_by_id\n    ) THEN\n        RAISE EXCEPTION 'whoever last corrected the facts does not decide';\n    END IF;\n    IF NEW.screening_id IS DISTINCT FROM (\n        SELECT max(s.id) FROM requests_app_screening s WHERE s.ask_id = NEW.ask_id\n    ) THEN\n        RAISE EXCEPTION 'a determination rests on the newest screening of its ask';\n    END IF;\n    SELECT CASE\n        WHEN bool_or(f.result = 'violation') THEN 'violation'\n        WHEN bool_or(f.result = 'undetermined') THEN 'undetermined'\n        ELSE 'compliant' END\n    INTO v_worst\n    FROM requests_app_finding f\n    WHERE f.screening_id = NEW.screening_id\n      AND f.citation NOT IN ('54-192h(c)', '54-192h(e)(1) notification');\n    IF NEW.against <> v_worst THEN\n        RAISE EXCEPTION 'a determination names the worst finding it was made on';\n    END IF;\n    IF NOT EXISTS (\n        SELECT 1 FROM requests_app_appointment p\n        WHERE p.user_id = NEW.decided_by_id AND p.agency_id = v_agency\n          AND p.role = NEW.decided_as AND p.role IN ('supervisor', 'head')\n          AND p.effective_from\n              <= (NEW.decided_at AT TIME ZONE 'America/New_York')::date\n          AND (p.effective_until IS NULL OR p.effective_until\n              > (NEW.decided_at AT TIME ZONE 'America/New_York')::date)\n    ) THEN\n        RAISE EXCEPTION 'a determination is made in a role held that day';\n    END IF;\n    IF NEW.decided_as <> 'head' AND EXISTS (\n        SELECT 1 FROM requests_app_ask a\n        JOIN requests_app_screening s ON s.id = NEW.screening_id\n        JOIN requests_app_agency g ON g.id = v_agency\n        WHERE a.id = NEW.ask_id AND a.kind = 'notify_release'\n          AND s.covered AND s.law_version >= '2019'\n          AND g.kind NOT IN ('bail_commissioner', 'school_police')\n          -- The head who filed it has seen it, and may not decide it.\n          AND NOT EXISTS (\n              SELECT 1 FROM requests_app_appointment h\n              JOIN requests_app_icerequest r ON r.id = v_request\n              WHERE h.user_id = v_filer AND h.agency_id = v_agency\n                AND h.role = 'head'\n                AND h.effective_from\n                    <= (r.filed_at AT TIME ZONE 'America/New_York')::date\n                AND (h.effective_until IS NULL OR h.effective_until\n                    > (r.filed_at AT TIME ZONE 'America/New_York')::date)\n          )\n    ) THEN\n        RAISE EXCEPTION 'a release notification is for the head of agency';\n    END IF;\n    IF NEW.second_by_id IS NOT NULL THEN\n        RAISE EXCEPTION 'the second person comes after the determination';\n    END IF;\n    IF NEW.is_override AND NEW.expires_at IS NULL THEN\n        RAISE EXCEPTION 'an override says when it ends';\n    END IF;\n    RETURN NEW;\n", hash='b005af9ff8399de76793e64f3c19cca04b81ba56', operation='INSERT', pgid='pgtrigger_determination_is_true_when_made_d4a74', table='requests_app_determination', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='determination',
            trigger=pgtrigger.compiler.Trigger(name='determination_second_person_may', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (NEW.second_by_id IS DISTINCT FROM OLD.second_by_id)', func="\n    IF EXISTS (\n        SELECT 1 FROM requests_app_icerequest r\n        WHERE r.id = NEW.ice_request_id AND r.corrected_by_id = NEW.second_by_id\n    ) THEN\n        RAISE EXCEPTION 'whoever last corrected the facts does not countersign';\n    END IF;\n    IF NEW.effective_at >= NEW.expires_at THEN\n        RAISE EXCEPTION 'an override takes effect before it ends';\n    END IF;\n    IF NEW.second_by_id IS NOT NULL AND NOT EXISTS (\n        SELECT 1 FROM requests_app_appointment p\n        JOIN requests_app_icerequest r ON r.id = NEW.ice_request_id\n        WHERE p.user_id = NEW.second_by_id AND p.agency_id = r.agency_id\n          AND p.role IN ('supervisor', 'head')\n          AND p.effective_from\n              <= (NEW.second_at AT TIME ZONE 'America/New_York')::date\n          AND (p.effective_until IS NULL OR p.effective_until\n              > (NEW.second_at AT TIME ZONE 'America/New_York')::date)\n    ) THEN\n        RAISE EXCEPTION 'the second person decides in a role held that day';\n    END IF;\n    RETURN NEW;\n", hash='c7e61ef05f75eaf06126f92c1b6dd2a856cc9abc', operation='UPDATE', pgid='pgtrigger_determination_second_person_may_7a152', table='requests_app_determination', when='BEFORE')),
        ),
    ]
