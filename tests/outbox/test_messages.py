"""Every message of a working day holds identifiers, and nothing else."""

import json
import re
from datetime import timedelta

import pytest
from celery import current_app, shared_task

import requests_app.review.tasks  # noqa: F401 registers its work
from requests_app.outbox import services as outbox
from requests_app.outbox.messages import CarriesIdentifiers, NotForTheBroker
from requests_app.outbox.models import Job
from requests_app.outbox.tasks import deliver, relay
from tests.factories import (
    NOON,
    file_request,
    make_agency,
    make_clerk,
    make_head,
    make_supervisor,
    record_act,
)

IDENTIFIERS = re.compile(r"[A-Za-z0-9_-]{1,64}\Z")
CANARY = "Ejemplo"


def loose(messages):
    """What the messages carry that is no identifier."""
    found = []
    for message in messages:
        args, kwargs, embedded = message.payload
        found += [one for one in args if not IDENTIFIERS.match(str(one))]
        found += list(kwargs.values())
        found += [one for one in embedded.values() if one]
        if CANARY in json.dumps([message.payload, message.headers]):
            found.append(message.headers["argsrepr"])
    return found


def on(wire):
    messages = []
    while wire.qsize():
        messages.append(wire.get(block=False))
        messages[-1].ack()
    return messages


@pytest.mark.django_db
def test_carries_identifiers_only_through_a_working_day(
    wire, django_capture_on_commit_callbacks
):
    agency = make_agency()
    make_supervisor(agency, last_name=CANARY)
    make_head(agency, last_name=CANARY)

    with django_capture_on_commit_callbacks(execute=True):
        ice_request = file_request(
            agency=agency,
            clerk=make_clerk(agency),
            family_names=CANARY,
            asks=("hold", "notify_release"),
        )
        record_act(ice_request=ice_request, kind="interview")
    Job.objects.update(due_at=NOON - timedelta(days=1))
    relay()
    Job.objects.update(died_at=NOON)
    with django_capture_on_commit_callbacks(execute=True):
        for job in Job.objects.all():
            outbox.retry(job=job, at=NOON)

    messages = on(wire)
    assert len(messages) >= 3 * Job.objects.count()
    assert loose(messages) == []


@pytest.mark.django_db
def test_would_find_a_task_that_carries_a_name(wire):
    @shared_task(name="test.tells")
    def tells(name):
        """Never runs: its message is what is looked at."""

    tells.apply_async([f"Alma {CANARY}"])

    assert loose(on(wire)) != []


@pytest.mark.parametrize(
    ("args", "kwargs"),
    [
        (["Alma Ejemplo"], {}),
        (["a" * 65], {}),
        ([7], {}),
        ([], {"name": "Alma"}),
        (["a" * 22, {"name": "Alma"}], {}),
    ],
)
def test_refuses_to_send_anything_else_and_does_not_repeat_it(args, kwargs):
    with pytest.raises(NotForTheBroker) as refusal:
        deliver.apply_async(args, kwargs)

    assert "Alma" not in str(refusal.value)


def test_holds_for_every_task_of_the_portal():
    ours = {
        name: task
        for name, task in current_app.tasks.items()
        if not name.startswith(("celery.", "test."))
    }

    assert set(ours) >= {"outbox.deliver", "outbox.relay"}
    assert [
        one for one in ours.values() if not isinstance(one, CarriesIdentifiers)
    ] == []
