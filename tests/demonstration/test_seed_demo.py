"""The demonstration: the same for a seed, true of its own rules, nobody real."""

import hashlib
import re
from collections import Counter
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from django.contrib.auth import authenticate
from django.contrib.auth.password_validation import validate_password
from django.core.management import CommandError, call_command
from django.db import transaction
from django.test import SimpleTestCase, TestCase, override_settings

from requests_app.accounts.models import Agency, AgencyKind, Appointment, Role, User
from requests_app.docket.models import (
    Act,
    Conviction,
    IceRequest,
    Instrument,
    Person,
)
from requests_app.intake import steps
from requests_app.intake.models import Draft
from requests_app.ledger.models import Entry
from requests_app.management.demonstration import agencies, names, seeding, sign_ins
from requests_app.management.demonstration.plans import draw_plans
from requests_app.notices.models import Notice
from requests_app.outbox.models import Job
from requests_app.review.models import (
    Assignment,
    Determination,
    Finding,
    Level,
    Mismatch,
    MismatchKind,
    OffenceRuling,
    Queue,
    Result,
    Screening,
)
from tests import factories

NOW = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
FEW = 16


def people() -> list[Person]:
    return list(Person.objects.order_by("id"))


def digest() -> str:
    """Everything that is seeded, save the identifiers that nobody may guess."""
    rows = [
        Agency.objects.values_list("code", "name", "body", "head_title"),
        User.objects.values_list("username", "first_name", "last_name", "title"),
        IceRequest.objects.values_list(
            "number", "received_at", "filed_at", "instrument", "channel", "status"
        ),
        Conviction.objects.values_list("section", "disposition", "offense_date"),
        Finding.objects.values_list("citation", "result", "because"),
        Determination.objects.values_list("decision", "decided_at"),
        Act.objects.values_list("kind", "happened_at", "ended_at", "cost_cents"),
        Notice.objects.values_list("kind", "served_at", "served_how"),
        Mismatch.objects.values_list("kind", "found_at"),
        Assignment.objects.values_list("queue", "rule", "due_at", "closed_at"),
        Entry.objects.values_list("event", "at", "agency", "seq"),
        Draft.objects.values_list("saved_at"),
    ]
    sealed = (
        [(one.family_names, one.given_names, one.date_of_birth) for one in people()],
        [one.reason for one in Determination.objects.order_by("id")],
        [one.answers for one in Draft.objects.order_by("id")],
    )
    text = "\n".join(repr(list(query.order_by("id"))) for query in rows) + repr(sealed)
    return hashlib.sha256(text.encode()).hexdigest()


class PlanTests(SimpleTestCase):
    def test_plans_nothing_that_the_forms_refuse(self):
        clerk = User(username="clerk")
        staffs = {
            row[0]: agencies.Staff(Agency(code=row[0], kind=row[2]), {"clerk": clerk})
            for row in agencies.AGENCIES
        }
        for plan in draw_plans(staffs=staffs, count=400, seed=54192, now=NOW):
            composed = steps.compose(
                plan.answers, agency=plan.staff.agency, by=clerk, now=plan.filed_at
            )

            self.assertEqual(composed.faulty, [], plan.answers)


class SeedingTests(TestCase):
    def seeded(self, seed: int) -> str:
        """What a seed gives; undone before the answer."""
        with transaction.atomic():
            seeding.seed(seed=seed, count=6, now=NOW)
            found = digest()
            transaction.set_rollback(True)
        return found

    def test_gives_the_same_data_for_the_same_seed_and_no_other(self):
        first, again, other = self.seeded(1), self.seeded(1), self.seeded(2)

        self.assertEqual(first, again)
        self.assertNotEqual(first, other)

    @override_settings(DEMONSTRATION=True)
    def test_refuses_a_database_that_has_users(self):
        factories.make_user()

        with self.assertRaisesMessage(CommandError, "users in this database already"):
            call_command("seed_demo", requests=1, stdout=StringIO())

        self.assertFalse(Agency.objects.exists())

    @override_settings(DEMONSTRATION=False, DEBUG=False)
    def test_refuses_settings_that_are_not_of_a_demonstration(self):
        for options in ({"requests": 1}, {"sign_ins": True}):
            with self.subTest(options), self.assertRaises(CommandError) as refusal:
                call_command("seed_demo", stdout=StringIO(), **options)
            self.assertIn("nothing was done", str(refusal.exception))

        self.assertFalse(User.objects.exists())


class SeededTests(TestCase):
    """A small demonstration."""

    @classmethod
    def setUpTestData(cls):
        seeding.seed(seed=54192, count=FEW, now=NOW)

    def test_makes_as_many_requests_as_asked(self):
        self.assertEqual(IceRequest.objects.count(), FEW)

    def test_has_an_agency_of_every_kind_but_the_last_resort(self):
        kinds = set(Agency.objects.values_list("kind", flat=True))

        self.assertEqual(kinds, set(AgencyKind.values) - {AgencyKind.OTHER})

    def test_has_somebody_in_every_role_at_every_agency(self):
        held = Counter(
            Appointment.objects.in_force(NOW.date())
            .exclude(agency=None)
            .values_list("role", flat=True)
        )

        self.assertEqual(
            held,
            {
                Role.CLERK: 12,
                Role.SUPERVISOR: 24,
                Role.HEAD: 12,
                Role.ADMINISTRATOR: 24,
                Role.AUDITOR: 12,
                Role.RECORDS_OFFICER: 12,
            },
        )

    def test_has_an_auditor_of_the_whole_state(self):
        appointment = Appointment.objects.get(agency=None)

        self.assertEqual(appointment.user.username, "state-auditor")

    def test_writes_the_history_in_the_order_of_time_and_not_beyond_now(self):
        times = list(Entry.objects.order_by("id").values_list("at", flat=True))

        self.assertEqual(times, sorted(times))
        self.assertLessEqual(times[-1], NOW)

    def test_receives_before_it_files(self):
        for received_at, filed_at in IceRequest.objects.values_list(
            "received_at", "filed_at"
        ):
            self.assertLessEqual(received_at, filed_at)

    def test_leaves_no_mail_to_send(self):
        self.assertFalse(Job.objects.due(NOW + timedelta(days=365)).exists())

    def test_names_nobody_but_invented_people(self):
        parts = {
            part
            for origin in names.ORIGINS
            for part in (*origin.family, *origin.female, *origin.male)
        }
        for person in Person.objects.all():
            words = f"{person.family_names} {person.given_names}".split()
            with self.subTest(person.pk):
                self.assertLessEqual(set(words), parts)
                self.assertRegex(person.a_number, r"^(A0000\d{5})?$")
                self.assertRegex(
                    f"{person.attorney} {person.designee}", r"^ $|555-01\d\d"
                )

    def test_gives_nobody_an_address_that_exists(self):
        for user in User.objects.all():
            self.assertTrue(re.fullmatch(r"[a-z0-9-]+@agency\.example", user.email))

    @override_settings(DEMONSTRATION=True)
    def test_prints_sign_ins_that_open_the_door(self):
        out = StringIO()

        call_command("seed_demo", sign_ins=True, stdout=out)

        for username in sign_ins.USERNAMES:
            self.assertRegex(out.getvalue(), rf"(?m)  {username}  +{sign_ins.PASSWORD}")
            self.assertIsNotNone(
                authenticate(username=username, password=sign_ins.PASSWORD)
            )

    def test_has_a_password_that_the_validators_accept(self):
        clerk = User.objects.get(username="clerk")

        self.assertIsNone(validate_password(sign_ins.PASSWORD, user=clerk))

    def test_opens_no_other_door(self):
        others = User.objects.exclude(username__in=sign_ins.USERNAMES)

        self.assertFalse(any(user.has_usable_password() for user in others))


@pytest.mark.slow
class WholeDemonstrationTests(TestCase):
    """All four hundred requests: something true to show everywhere."""

    def _should_check_constraints(self, connection):
        # Settling what is deferred would seal the four hundred anew after every test.
        return False

    @classmethod
    def setUpTestData(cls):
        seeding.seed(seed=54192, count=400, now=NOW)

    def at_main(self, queryset, path="agency"):
        return queryset.filter(**{f"{path}__code": agencies.MAIN})

    def test_has_something_in_every_queue_of_the_main_agency(self):
        waiting = self.at_main(Assignment.objects.open())

        self.assertEqual(
            set(waiting.values_list("queue", flat=True)),
            set(Queue.values) - {Queue.RECORD},
        )
        self.assertEqual(
            set(waiting.values_list("level", flat=True)), set(Level.values)
        )

    def test_leaves_forty_to_sixty_open(self):
        count = Assignment.objects.open().count()

        self.assertGreaterEqual(count, 40)
        self.assertLessEqual(count, 60)

    def test_has_due_times_yet_to_come(self):
        waiting = self.at_main(Assignment.objects.open())

        self.assertGreaterEqual(waiting.filter(due_at__gt=NOW).count(), 5)

    def test_has_every_mismatch_at_the_main_agency(self):
        kinds = self.at_main(Mismatch.objects.all(), "ice_request__agency")

        self.assertEqual(
            set(kinds.values_list("kind", flat=True)), set(MismatchKind.values)
        )

    def test_has_overrides_confirmed_refused_and_awaited_at_the_main_agency(self):
        overrides = self.at_main(
            Determination.objects.filter(is_override=True), "ice_request__agency"
        )

        states = {(row.is_effective, row.ended_at is None) for row in overrides}

        self.assertEqual(states, {(True, True), (False, False), (False, True)})

    def test_has_every_result_confirmed_and_not(self):
        found = set(Finding.objects.values_list("result", "is_confirmed").distinct())

        self.assertLessEqual(
            {
                (Result.COMPLIANT, True),
                (Result.VIOLATION, True),
                (Result.VIOLATION, False),
                (Result.UNDETERMINED, True),
                (Result.UNDETERMINED, False),
            },
            found,
        )

    def test_has_legal_review_both_laws_and_officials_not_bound(self):
        self.assertTrue(Screening.objects.filter(legal_review=True).exists())
        self.assertTrue(Screening.objects.filter(covered=False).exists())
        self.assertTrue(Screening.objects.filter(law_version="2019").exists())
        self.assertTrue(Screening.objects.filter(law_version="2025").exists())

    def test_has_notices_given_and_owed_late_entries_and_corrections(self):
        self.assertTrue(Notice.objects.served().exists())
        self.assertTrue(Notice.objects.owed().exists())
        self.assertTrue(IceRequest.objects.filter(late_reason__isnull=False).exists())
        self.assertTrue(Act.objects.filter(late_reason__isnull=False).exists())
        self.assertTrue(IceRequest.objects.filter(rev__gt=1).exists())
        self.assertTrue(Entry.objects.filter(event="ask.superseded").exists())

    def test_has_a_proposal_that_waits_and_none_that_is_ruled(self):
        self.assertEqual(OffenceRuling.objects.awaiting().count(), 1)
        self.assertEqual(OffenceRuling.objects.ruled().count(), 0)

    def test_has_mostly_form_i_247a_and_every_common_contact(self):
        instruments = Counter(IceRequest.objects.values_list("instrument", flat=True))

        self.assertEqual(instruments.most_common(1)[0][0], Instrument.I_247A)
        self.assertLessEqual(
            {
                Instrument.I_247G,
                Instrument.I_200,
                Instrument.I_205,
                Instrument.JUDICIAL_WARRANT,
                Instrument.ORDER_1225,
                Instrument.EMAIL,
                Instrument.TELEPHONE,
                Instrument.IN_PERSON,
                Instrument.UNASKED,
            },
            set(instruments),
        )

    def test_has_names_of_every_shape(self):
        everybody = people()
        families = [one.family_names for one in everybody]
        answers = {one.date_of_birth_answer for one in everybody}

        self.assertTrue(any(" " in one for one in families))
        self.assertIn("", families)
        self.assertTrue(any(one.aliases for one in everybody))
        self.assertTrue(any("ñ" in one for one in families))
        self.assertLessEqual({"unknown", "refused"}, answers)

    def test_has_records_in_the_shares_of_real_detainers(self):
        """Convicted, charged and neither: near 45, 30 and 25 in a hundred known."""
        known = IceRequest.objects.filter(
            legal_basis__convictions_listing__in=("some", "none")
        )
        convicted = known.filter(convictions__disposition="convicted").distinct()
        neither = known.filter(legal_basis__convictions_listing="none")

        self.assertAlmostEqual(convicted.count() / known.count(), 0.45, delta=0.06)
        self.assertAlmostEqual(neither.count() / known.count(), 0.25, delta=0.06)
