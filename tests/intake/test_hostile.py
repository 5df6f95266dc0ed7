"""Whatever is posted to a step: no server error, and nothing posted is lost."""

from urllib.parse import urlencode

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from requests_app.docket.models import Channel, Instrument
from requests_app.intake import services as intake
from requests_app.intake import steps
from requests_app.intake.forms import (
    ActForm,
    BasisForm,
    CustodyForm,
    PersonForm,
    ReceiptForm,
    RequestForm,
)
from requests_app.intake.forms.basis import WarrantForm
from requests_app.intake.forms.custody import ConvictionForm
from requests_app.intake.models import Draft
from requests_app.review import preview
from tests import factories
from tests.factories import NOON

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]


@pytest.fixture
def agency():
    return factories.make_agency()


@pytest.fixture
def clerk(agency):
    return factories.make_clerk(agency)


@pytest.fixture
def client(clerk):
    client = Client()
    client.force_login(clerk)
    return client


@pytest.fixture
def draft(agency, clerk):
    return intake.begin_draft(agency=agency, by=clerk, at=NOON)


def door(draft, step, name="draft_step"):
    return reverse(name, args=[draft.public_id, step])


REFUSED = "This holds a character that cannot be shown. Type the text again."


@pytest.mark.parametrize(
    "typed",
    [
        "Al\x00ma",
        "Al\u202ema",
        "Al\u2066ma",
        "Al\x1bma",
        "Al\ufffdma",
        "Al\x85ma",
    ],
    ids=["NUL", "RTL override", "isolate", "escape", "unreadable", "C1 control"],
)
@pytest.mark.parametrize(
    ("step", "name"),
    [
        ("person", "family_names"),
        ("person", "aliases"),
        ("request", "sender_officer"),
        ("custody", "narrative"),
    ],
)
def test_refuses_what_cannot_be_shown(client, draft, step, name, typed):
    answers = factories.answers()[step]

    answer = client.post(door(draft, step), {**answers, name: typed})

    assert answer.status_code == 422
    assert REFUSED in answer.content.decode()
    draft.refresh_from_db()
    assert draft.answers[step][name] == [typed.replace("\x00", "\ufffd")]


@pytest.mark.parametrize(
    "typed",
    ["محمد", "ישראל\u200f", "می\u200cخواهم", "क्\u200dष", "Zoë", "line\nline\ttab"],
)
def test_accepts_every_script(client, draft, typed):
    answers = factories.answers()["custody"]

    answer = client.post(door(draft, "custody"), {**answers, "narrative": typed})

    assert answer.status_code == 302


@pytest.mark.parametrize("name", ["draft_autosave", "draft_preview"])
def test_survives_a_nul_in_what_is_half_typed(client, draft, name):
    answer = client.post(
        door(draft, "person", name), {"family_names": "Al\x00ma", "nul\x00": "x"}
    )

    assert answer.status_code in (200, 204)


def test_survives_lone_surrogates_and_broken_bytes(client, draft):
    # %ED%A0%80 is a lone surrogate, %FF no text at all.
    answer = client.post(
        door(draft, "person"),
        "family_names=Al%ED%A0%80ma&given_names=%FF%FE",
        content_type="application/x-www-form-urlencoded",
    )

    assert answer.status_code == 422
    assert REFUSED in answer.content.decode()


MEGABYTE = "x" * 1_000_000


@pytest.mark.parametrize(
    ("step", "name"),
    [
        ("person", "family_names"),
        ("person", "aliases"),
        ("person", "a_number"),
        ("request", "late_reason"),
        ("request", "received_at"),
        ("custody", "narrative"),
        ("custody", "row-0-section"),
        ("basis", "row-0-court"),
        ("acts", "row-0-narrative"),
        ("acts", "row-0-cost"),
        ("acts", "row-0-staff_minutes"),
    ],
)
def test_refuses_a_megabyte_in_words_and_keeps_it(client, draft, step, name):
    answers = {**factories.answers()[step], "row-TOTAL_FORMS": "1", name: MEGABYTE}

    answer = client.post(door(draft, step), answers)

    assert answer.status_code == 422
    assert "usa-error-message" in answer.content.decode()
    draft.refresh_from_db()
    assert draft.answers[step][name] == [MEGABYTE]


def test_refuses_more_than_the_portal_takes_at_once(client, draft):
    answer = client.post(
        door(draft, "custody"), {"narrative": MEGABYTE * 3, "row-TOTAL_FORMS": "0"}
    )

    assert answer.status_code in (400, 413)
    draft.refresh_from_db()
    assert draft.answers == {}


def test_refuses_a_million_keys(client, draft):
    keys = "&".join(f"k{number}=1" for number in range(3000))

    answer = client.post(
        door(draft, "custody"), keys, content_type="application/x-www-form-urlencoded"
    )

    assert answer.status_code in (400, 413)


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ({}, "The rows below did not arrive whole."),
        ({"row-TOTAL_FORMS": "x"}, "The rows below did not arrive whole."),
        (
            {"row-TOTAL_FORMS": "99999999", "row-INITIAL_FORMS": "0"},
            "There are too many rows.",
        ),
    ],
)
@pytest.mark.parametrize("step", ["custody", "basis", "acts"])
def test_says_what_is_wrong_with_the_rows(client, draft, step, rows, sentence):
    answers = factories.answers()[step]
    sound = {key: value for key, value in answers.items() if not key.startswith("row-")}

    answer = client.post(door(draft, step), {**sound, **rows})

    assert answer.status_code == 422
    assert sentence in answer.content.decode()


@pytest.mark.parametrize("total", ["", "x", "-1", "9" * 5000, "99999999"])
def test_adds_a_row_to_a_count_that_is_none(client, draft, total):
    answer = client.post(
        door(draft, "custody"),
        {"row-TOTAL_FORMS": total, "row-INITIAL_FORMS": "0", "add_row": "1"},
    )

    assert answer.status_code == 200


def test_shows_markup_as_text(client, draft):
    typed = '<script>alert("1")</script>'

    answer = client.post(door(draft, "person"), {"family_names": typed})

    page = answer.content.decode()
    assert typed not in page
    assert "&lt;script&gt;" in page


@pytest.mark.parametrize("door_name", ["act_new", "notice_serve"])
def test_refuses_what_cannot_be_shown_after_filing(client, agency, clerk, door_name):
    ice_request = factories.file_request(agency=agency, clerk=clerk)
    notice = ice_request.notices.first()
    address, answers = {
        "act_new": (
            reverse("act_new", args=[ice_request.public_id]),
            {"kind": "detain", "happened_at": "2026-03-10T11:30", "done_by": "\u202e"},
        ),
        "notice_serve": (
            reverse("notice_serve", args=[ice_request.public_id, notice.public_id]),
            {"served_at": "2026-03-10T11:30", "how": "by_hand", "language": "\x00"},
        ),
    }[door_name]

    answer = client.post(address, answers)

    assert answer.status_code == 422
    assert ice_request.acts.count() == 0
    assert ice_request.notices.served().count() == 0


# Anything at all

_FIELDS = {
    "request": (RequestForm, None),
    "person": (PersonForm, None),
    "custody": (CustodyForm, ConvictionForm),
    "basis": (BasisForm, WarrantForm),
    "acts": (ReceiptForm, ActForm),
}
words = st.sampled_from(
    [
        "",
        "yes",
        "no",
        "some",
        "none",
        "unknown",
        "refused",
        "given",
        "known",
        "on",
        "hold",
        "information",
        "release_date",
        "detain",
        "share_information",
        "first",
        "second",
        "0",
        "1",
        "3",
        "-1",
        "99999999999999999999",
        "1e400",
        "NaN",
        "2026-03-10T11:00",
        "2026-03-08T02:30",
        "2025-11-02T01:30",
        "9999-12-31T23:59",
        "0001-01-01T00:00",
        "2026-03-10",
        "9999-12-31",
        "0001-01-01",
        *Instrument.values,
        *Channel.values,
    ]
)
texts = words | st.text(max_size=30)


def names_of(step):
    form, row = _FIELDS[step]
    names = [*form.base_fields, f"{steps.PREFIX}-TOTAL_FORMS"]
    names += [
        f"{steps.PREFIX}-INITIAL_FORMS",
        f"add_{steps.PREFIX}",
        "received_at_which",
    ]
    for number in (0, 1):
        names += [
            f"{steps.PREFIX}-{number}-{name}" for name in (row or form).base_fields
        ]
        names.append(f"{steps.PREFIX}-{number}-DELETE")
    return names


@st.composite
def posts(draw):
    step = draw(st.sampled_from(sorted(_FIELDS)))
    names = st.sampled_from(names_of(step)) | st.sampled_from(["x\x00", "ñ", "row-"])
    answers = st.dictionaries(names, st.lists(texts, min_size=1, max_size=3))
    return step, draw(answers)


def kept_of(answers):
    """What a draft should hold of a post: all of it but the token and buttons."""
    return {
        key.replace("\x00", "\ufffd"): [one.replace("\x00", "\ufffd") for one in values]
        for key, values in answers.items()
        if not key.startswith("_") and key not in ("csrfmiddlewaretoken", "add_row")
    }


@settings(
    max_examples=15,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(post=posts())
def test_answers_anything_and_loses_nothing(client, draft, post):
    step, answers = post
    Draft.objects.update(answers=None)
    kept = kept_of(answers)

    def send(name):
        return client.post(
            door(draft, step, name),
            urlencode(answers, doseq=True),
            content_type="application/x-www-form-urlencoded",
        )

    panel = send("draft_preview")
    autosave = send("draft_autosave")
    saved = Draft.objects.get(pk=draft.pk).answers[step]
    answer = send("draft_step")
    reopened = client.get(door(draft, step) + "?check=1")
    review = client.post(door(draft, "review"), {"attested": "yes"})

    assert panel.status_code == 200
    assert autosave.status_code == 204
    assert {key: saved[key] for key in kept} == kept
    assert answer.status_code in (200, 302, 422)
    assert reopened.status_code == 200
    assert review.status_code == 422


@settings(
    max_examples=60,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(first=posts(), second=posts(), third=posts())
def test_judges_anything_that_is_half_typed(agency, clerk, first, second, third):
    answers = dict([first, second, third])

    composed = steps.compose(answers, agency=agency, by=clerk, now=NOON)

    assert composed.is_complete is False
    assert preview.of(composed.record, composed.acts, now=NOON).version == "2025"
