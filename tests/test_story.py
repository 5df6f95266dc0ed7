"""The main job from end to end, through the doors, with a worker of its own.

A clerk files, the law is applied, a supervisor and the head of agency decide, a second
person countersigns, what was done is flagged, notices are given, the auditor reads; a
Celery worker in another process sends the mail that something waits.

It runs on the database and the broker of the environment: the embedded pair, unless
DATABASE_URL and CELERY_BROKER_URL name others. The last test runs it on the machine's
PostgreSQL and RabbitMQ.
"""

import email
import email.policy
import os
import re
import subprocess
import sys
import time
from datetime import datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from kombu import Connection
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from portal import broker, env
from portal.celery import app
from requests_app.docket.models import IceRequest
from requests_app.docket.moments import ZONE
from requests_app.intake.models import Draft
from requests_app.ledger.models import Entry
from requests_app.outbox.models import Job
from requests_app.outbox.tasks import relay
from tests import database, factories
from tests import opened as openings

PROJECT = Path(__file__).resolve().parent.parent
PATIENCE_SECONDS = 60
RELAY_SECONDS = 5
# What must stay on the pages of the request: nowhere in history, mail or log.
CANARIES = (
    "Quispe",
    "Mamani",
    "Anselmo",
    "Sastre",
    "1991-07-23",
    "A087654321",
    "087654321",
    "Officer Nobody",
    "EVT-CANARY",
    "Attorney Invented",
    "A reason nobody else should read",
    "An opinion nobody else should cite",
    "narrative canary",
)


# The worker and its broker


def database_address():
    """The test database as one line that another process can use."""
    row = connection.settings_dict
    parts = {
        "dbname": row["NAME"],
        "user": row["USER"],
        "password": row["PASSWORD"],
        "host": row["HOST"],
        "port": row["PORT"],
        **row["OPTIONS"],
    }
    return make_conninfo(**{name: value for name, value in parts.items() if value})


def forget_other_brokers():
    """Have the next message go where the settings say, not where the last one went."""
    app.close()
    vars(app).pop("amqp", None)


@pytest.fixture
def queue(transactional_db):
    """A queue of this run alone, with which this process rings the real broker."""
    name = f"story{os.getpid()}"
    owner = database.addresses().owner
    is_embedded = settings.CELERY_BROKER_URL == "pgmq://"
    options = dict(settings.CELERY_BROKER_TRANSPORT_OPTIONS)
    if is_embedded:
        broker.prepare(owner)
        options["conn_string"] = database_address()
    named = ("broker_url", "broker_transport_options", "task_default_queue")
    before = {key: app.conf[key] for key in named}
    forget_other_brokers()
    app.conf.update(
        broker_url=settings.CELERY_BROKER_URL,
        broker_transport_options=options,
        task_default_queue=name,
    )
    yield name
    app.pool.force_close_all()
    forget_other_brokers()
    app.conf.update(before)
    if is_embedded:
        with psycopg.connect(owner) as server:
            server.execute("DROP SCHEMA pgmq CASCADE")
    else:
        with Connection(settings.CELERY_BROKER_URL) as rabbit:
            rabbit.channel().queue_delete(name)


@pytest.fixture
def worker(queue, tmp_path):
    """A Celery worker in a process of its own; yields the folder of its mail."""
    mail = tmp_path / "mail"
    mail.mkdir()
    log = tmp_path / "worker.log"
    command = [
        sys.executable,
        "-m",
        "celery",
        "-A",
        "portal",
        "worker",
        "-P",
        "threads",
    ]
    command += ["-c", "2", "-Q", queue, "-l", "INFO"]
    command += ["--without-gossip", "--without-mingle", "--without-heartbeat"]
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "tests.story_settings",
        "DATABASE_URL": database_address(),
        "STORY_MAIL": str(mail),
        "STORY_QUEUE": queue,
    }
    with open(log, "wb") as output:
        process = subprocess.Popen(
            [*command, "-n", env.node_name()],
            cwd=PROJECT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    yield mail
    process.terminate()
    try:
        process.wait(timeout=20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    said = log.read_text(errors="replace")
    assert [one for one in CANARIES if one in said] == [], said
    assert "Traceback" not in said, said


def eventually(condition):
    """Wait for the worker, ringing again for what waits as beat does in production."""
    until = time.monotonic() + PATIENCE_SECONDS
    rings_at = time.monotonic() + RELAY_SECONDS
    while not condition() and time.monotonic() < until:
        time.sleep(0.1)
        if time.monotonic() > rings_at:
            relay()
            rings_at += RELAY_SECONDS
    return condition()


def letters_in(folder):
    policy = email.policy.default
    return [
        email.message_from_bytes(path.read_bytes(), policy=policy)
        for path in sorted(folder.glob("*.log"))
    ]


# The people and what they type


def signed_in(user):
    client = Client()
    answer = client.post(
        reverse("account_login"),
        {"login": user.username, "password": factories.PASSWORD},
    )
    assert answer.status_code == 302
    return client


def clock(moment: datetime) -> str:
    return moment.astimezone(ZONE).strftime("%Y-%m-%dT%H:%M")


NO_ROWS = {"row-TOTAL_FORMS": "0", "row-INITIAL_FORMS": "0"}


def one_row(**row):
    return {
        "row-TOTAL_FORMS": "1",
        "row-INITIAL_FORMS": "0",
        **{f"row-0-{name}": value for name, value in row.items()},
    }


def file_by_steps(client, address, steps, linked_to=()):
    """Open a draft, post each step, attest; the request that it became.

    `linked_to` are the requests that it is said to belong with.
    """
    first = client.get(address).headers["Location"]
    for name, answers in steps.items():
        door = first.replace("/request/", f"/{name}/")
        answer = client.post(door, {**answers, "_next": "1"})
        assert answer.status_code == 302, (name, answer.content.decode())
    chosen = {f"alike-{one.public_id}": "linked" for one in linked_to}
    review = first.replace("/request/", "/review/")
    answer = client.post(review, {"attested": "yes", **chosen})
    assert answer.status_code == 302, answer.content.decode()
    return IceRequest.objects.latest("id")


def steps_of_the_detainer(now):
    return {
        "request": {
            "instrument": "I-247A",
            "channel": "fax",
            "received_at": clock(now - timedelta(hours=3)),
            "asks": ["hold", "notify_release"],
            "sender_office": "Invented Field Office",
            "sender_officer": "Officer Nobody",
            "event_number": "EVT-CANARY",
        },
        "person": {
            "family_names": "Quispe Mamani",
            "given_names": "José Anselmo",
            "aliases": "El Sastre",
            "date_of_birth_answer": "known",
            "date_of_birth": "1991-07-23",
            "is_minor": "no",
            "not_competent": "no",
            "sex": "male",
            "ethnicity": "hispanic",
            "a_number": "A87654321",
            "attorney": "Attorney Invented",
        },
        "custody": {
            "under_control": "yes",
            "convictions_listing": "some",
            "narrative": "narrative canary",
            **one_row(section="53a-60", disposition="pending", jurisdiction="CT"),
        },
        "basis": {
            "probable_cause": ["biometric"],
            "instrument_signed": "yes",
            "terrorist_screening_match": "no",
            "order_1225d4B": "no",
            "ice_subpoena": "refused",
            "warrants_listing": "some",
            **one_row(
                form="I-200",
                signed_by="immigration_officer",
                heading_names_court="no",
                has_docket_number="no",
                names_person="yes",
                is_current="yes",
                orders_the_act="no",
                accompanies_detainer="yes",
            ),
        },
        "acts": {"copy": "owed", **NO_ROWS},
    }


def steps_of_the_unasked_act(now):
    detainer = steps_of_the_detainer(now)
    return {
        "request": {
            "instrument": "unasked",
            "received_at": clock(now - timedelta(hours=2)),
        },
        "person": detainer["person"],
        "custody": detainer["custody"],
        "basis": {
            **detainer["basis"],
            "probable_cause": [],
            "written_authorization": "unknown",
        },
        "acts": {
            "copy": "owed",
            **one_row(
                kind="arrest",
                happened_at=clock(now - timedelta(hours=2)),
                staff_minutes="45",
            ),
        },
    }


def ruling(ask, decision, reason_code, **more):
    return {
        "screening": ask.screenings.order_by("-id").first().public_id,
        "decision": decision,
        "reason_code": reason_code,
        "reason": "A reason nobody else should read",
        "findings_read": "on",
        "confirmed": "yes",
        # Asked for where the machine is so slow that the sign-in is old.
        "password": factories.PASSWORD,
        **more,
    }


def results_of(subject):
    screening = subject.screenings.order_by("-id").first()
    return {row.citation: row.result for row in screening.findings.all()}


def events_of(ice_request):
    entries = Entry.objects.about(ice_request.public_id).order_by("seq")
    return [entry.event for entry in entries]


# The story


def test_plays_the_main_job_from_end_to_end(worker):
    cache.clear()
    now = timezone.now()
    agency = factories.make_agency()
    people = {"password": factories.PASSWORD}
    clerk = signed_in(factories.make_clerk(agency, username="story_clerk", **people))
    supervisor = signed_in(
        factories.make_supervisor(agency, username="story_supervisor", **people)
    )
    head = signed_in(factories.make_head(agency, username="story_head", **people))
    auditor = signed_in(
        factories.make_auditor(agency, username="story_auditor", **people)
    )

    # The clerk files; the law is applied and the request is on the right desk.
    ice_request = file_by_steps(
        clerk, reverse("request_new"), steps_of_the_detainer(now)
    )
    page = reverse("request_detail", args=[ice_request.public_id])
    hold = ice_request.asks.get(kind="hold")
    notify = ice_request.asks.get(kind="notify_release")
    assert ice_request.number == f"{agency.code}-{now.astimezone(ZONE).year}-00001"
    assert ice_request.person.a_number == "A087654321"
    assert ice_request.legal_basis.ice_subpoena == "refused"
    assert ice_request.status == "awaiting"
    assert Draft.objects.get().answers == {}
    assert results_of(hold)["54-192h(b)(1)(A)"] == "violation"
    assert results_of(notify)["54-192h(b)(1)(B)"] == "violation"
    assignment = ice_request.assignments.open().get()
    assert (assignment.queue, assignment.rule) == ("head", "release_notification")
    assert sorted(row.kind for row in ice_request.notices.owed()) == [
        "detainer_copy",
        "intent",
    ]
    assert events_of(ice_request) == [
        "request.filed",
        "request.screened",
        "notice.owed",
        "notice.owed",
        "request.assigned",
    ]

    # Everybody who may read it finds it; the auditor finds no name.
    assert ice_request.number in head.get(reverse("worklist")).content.decode()
    assert "Quispe Mamani" in openings.opened(supervisor, page).content.decode()
    seen_by_auditor = auditor.get(page)
    assert seen_by_auditor.status_code == 200
    assert "Quispe" not in seen_by_auditor.content.decode()

    # The supervisor denies the hold; neither an approval nor (c) is open to her.
    hold_door = reverse("ask_determine", args=[ice_request.public_id, hold.public_id])
    notify_door = reverse(
        "ask_determine", args=[ice_request.public_id, notify.public_id]
    )
    assert "54-192h(b)(1)(A)" in supervisor.get(hold_door).content.decode()
    approval = ruling(hold, "approve", "other_authority", authority="An opinion")
    assert supervisor.post(hold_door, approval).status_code == 403
    denial = ruling(notify, "deny", "no_exception")
    assert supervisor.post(notify_door, denial).status_code == 403
    denial = ruling(hold, "deny", "not_convicted")
    assert supervisor.post(hold_door, denial).status_code == 302
    assert supervisor.post(hold_door, denial).status_code == 409
    assert clerk.post(hold_door, denial).status_code == 403

    # The head of agency departs from a violation, and a second person confirms.
    departure = ruling(
        notify,
        "approve",
        "other_authority",
        authority="An opinion nobody else should cite",
        expires_at=clock(now + timedelta(days=2)),
    )
    assert head.post(notify_door, departure).status_code == 302
    override = notify.determinations.get()
    assert (override.is_override, override.effective_at) == (True, None)
    ice_request.refresh_from_db()
    assert ice_request.status == "awaiting_second"
    second = reverse(
        "override_countersign", args=[ice_request.public_id, override.public_id]
    )
    screening = override.screening.public_id
    said = {"answer": "confirm", "screening": screening}
    assert head.post(second, said).status_code == 403
    assert supervisor.post(second, said).status_code == 200
    ice_request.refresh_from_db()
    assert ice_request.status == "awaiting_second"
    said["confirmed"] = "yes"
    assert supervisor.post(second, said).status_code == 302
    ice_request.refresh_from_db()
    assert ice_request.status == "determined"
    assert ice_request.assignments.open().count() == 0

    # What was done parts from what was decided.
    act_door = reverse("act_new", args=[ice_request.public_id])
    held = {
        "kind": "detain",
        "happened_at": clock(timezone.now() - timedelta(minutes=30)),
        "ended_at": clock(timezone.now() - timedelta(minutes=10)),
        "staff_minutes": "30",
        "cost": "12.50",
        "narrative": "narrative canary",
    }
    assert clerk.post(act_door, held).status_code == 302
    told = {
        "kind": "notify_release",
        "happened_at": clock(timezone.now()),
        "head_reviewed": "yes",
        "copy_to_person": "no",
        "copy_to_attorney_or_designee": "no",
        "reason_in_writing": "no",
    }
    assert clerk.post(act_door, told).status_code == 302
    detained = ice_request.acts.get(kind="detain")
    notified = ice_request.acts.get(kind="notify_release")
    assert results_of(detained)["54-192h(b)(1)(A)"] == "violation"
    assert detained.cost_cents == 1250
    # Both happened within the story's own minutes, some of them before the rulings.
    assert [row.kind for row in detained.mismatches.all()] == ["done_before_decision"]
    assert "no_copy_or_reason" in {row.kind for row in notified.mismatches.all()}
    assert notified.ice_accesses.count() == 1
    assignment = ice_request.assignments.open().get()
    assert (assignment.queue, assignment.level) == ("head", 3)

    # The copy is given; the head of agency reviews the flags.
    copy = ice_request.notices.get(kind="detainer_copy")
    served = {
        "served_at": clock(timezone.now()),
        "how": "interpreter",
        "language": "Spanish",
    }
    notice_door = reverse("notice_serve", args=[ice_request.public_id, copy.public_id])
    assert clerk.post(notice_door, served).status_code == 302
    receipt = ice_request.screenings.filter(ask=None, act=None).latest("id")
    assert receipt.findings.get(citation="54-192h(e)(1) copy").result == "compliant"
    close_door = reverse("assignment_close", args=[ice_request.public_id])
    opened = head.get(close_door).content.decode()
    note = {
        "seen": re.search(r'name="seen" value="([^"]+)"', opened)[1],
        "note": "A reason nobody else should read",
    }
    assert supervisor.post(close_door, note).status_code == 403
    assert head.post(close_door, note).status_code == 302
    assert ice_request.assignments.open().count() == 0

    # A corrected fact opens again what rested on it.
    ice_request.refresh_from_db()
    correction = {
        "rev": str(ice_request.rev),
        "why": "The clerk of the court told the disposition.",
        "under_control": "yes",
        "convictions_listing": "some",
        **one_row(
            section="53a-134",
            felony_class="B",
            disposition="convicted",
            jurisdiction="CT",
        ),
    }
    custody_door = reverse("request_correct", args=[ice_request.public_id, "custody"])
    assert clerk.post(custody_door, correction).status_code == 302
    ice_request.refresh_from_db()
    assert ice_request.status == "awaiting"
    assert results_of(hold)["54-192h(b)(1)(A)"] == "compliant"
    assert hold.determinations.live().count() == 0

    # An act that ICE never asked for gets a number and the head's desk.
    unasked = file_by_steps(
        clerk,
        reverse("unasked_act_new"),
        steps_of_the_unasked_act(now),
        linked_to=[ice_request],
    )
    assert unasked.status == "recorded"
    assert unasked.number.endswith("-00002")
    assert [row.kind for row in unasked.mismatches.all()] == ["never_asked"]
    assert results_of(unasked.acts.get())["54-192h(b)(1)(C)"] == "violation"

    # The auditor finds the override and the whole history, and no name in it.
    overrides = auditor.get(reverse("history_overrides"))
    assert ice_request.number in overrides.content.decode()
    history = auditor.get(reverse("history_request", args=[ice_request.public_id]))
    assert history.status_code == 200
    assert "Quispe" not in history.content.decode()
    told_of = events_of(ice_request)
    assert [one for one in told_of if one.startswith(("override", "ask"))] == [
        "ask.determined",
        "ask.determined",
        "override.proposed",
        "override.confirmed",
        "ask.superseded",
        "ask.superseded",
    ]
    assert {"mismatch.found", "access.recorded", "notice.served"} <= set(told_of)
    written = "\n".join(Entry.objects.values_list("body", flat=True))
    assert [one for one in CANARIES if one in written] == []

    # The worker, a process of its own, has sent what waited, and said nothing.
    assert eventually(lambda: not Job.objects.filter(done_at=None).exists()), list(
        Job.objects.values("kind", "attempts", "last_error")
    )
    letters = letters_in(worker)
    assert {letter["To"] for letter in letters} == {
        "story_head@example.test",
        "story_supervisor@example.test",
    }
    assert {letter["Subject"] for letter in letters} == {
        "Something waits for you in Detainer Desk"
    }
    # The folder's writer ends each letter with a line of dashes.
    assert {letter.get_content().rstrip("-\n") for letter in letters} == {
        "You have an item waiting in Detainer Desk.\n\n"
        f"Sign in at {settings.PORTAL_ADDRESS} to see it. This message holds nothing "
        "about it on purpose."
    }
    texts = "\n".join(letter.as_string() for letter in letters)
    secrets = (*CANARIES, ice_request.number, ice_request.public_id, agency.name)
    assert [one for one in secrets if one in texts] == []


@pytest.mark.slow
@pytest.mark.real_servers
def test_plays_it_on_the_machines_postgresql_and_rabbitmq():
    named = ("TEST_DATABASE_URL", "TEST_BROKER_URL")
    missing = [name for name in named if not os.environ.get(name)]
    if missing and os.environ.get("CI") == "true":
        pytest.fail(f"CI must name both servers: {', '.join(missing)} is not set.")
    if missing:
        pytest.skip(f"{', '.join(missing)} is not set; bin/test sets what answers")
    server = conninfo_to_dict(os.environ["TEST_DATABASE_URL"])
    environment = {
        **os.environ,
        "DATABASE_URL": make_conninfo(**{**server, "dbname": f"story{os.getpid()}"}),
        "CELERY_BROKER_URL": os.environ["TEST_BROKER_URL"],
    }
    command = [sys.executable, "-m", "pytest", __file__, "-m", "not real_servers", "-q"]

    done = subprocess.run(
        [*command, "--create-db", "-p", "no:cacheprovider"],
        cwd=PROJECT,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=240,
    )

    assert done.returncode == 0, done.stdout
    assert "1 passed" in done.stdout
