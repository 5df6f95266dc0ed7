"""A notice is put into frozen words, made into a file, tried, given and proved."""

import io
import json
from datetime import timedelta
from unittest import mock

import pikepdf
import pytest
from django.db import DatabaseError, transaction

from requests_app.accounts.models import Role
from requests_app.documents import keeping
from requests_app.documents import services as documents
from requests_app.intake import giving
from requests_app.intake.forms import GiveForm, IssueForm
from requests_app.ledger.models import Entry
from requests_app.notices import codes, render, wording
from requests_app.notices import services as notices
from requests_app.notices.models import Attempt, GenuineCode, NoticeKind
from requests_app.outbox.models import Job
from requests_app.review import services as review
from requests_app.review.services import noticing
from tests.factories import (
    NOON,
    ask_of,
    countersign,
    determine,
    file_request,
    make_agency,
    make_clerk,
    make_head,
    make_supervisor,
    override,
    receive_paper,
    record_act,
)
from tests.notices import pdf_structure, pdf_text

HOUR = timedelta(hours=1)

pytestmark = pytest.mark.django_db


@pytest.fixture
def agency():
    return make_agency()


@pytest.fixture
def clerk(agency):
    return make_clerk(agency)


@pytest.fixture
def ice_request(agency, clerk):
    return file_request(
        agency=agency,
        clerk=clerk,
        received_at=NOON - HOUR,
        family_names="Exampleson",
        language="Spanish",
    )


@pytest.fixture
def copy(ice_request):
    return ice_request.notices.get(kind=NoticeKind.DETAINER_COPY)


def issue(notice, clerk, *, language="es", **more):
    return giving.issue_notice(
        notice=notice, language=language, by=clerk, role=Role.CLERK, at=NOON, **more
    )


def attempt(notice, clerk, *, paper=None, **tried):
    given = {"tried_at": NOON, "how": "by_hand", "outcome": "given", **tried}
    return giving.try_notice(
        notice=notice,
        tried=notices.Tried(**given),
        issue=paper,
        by=clerk,
        role=Role.CLERK,
        at=NOON,
    )


def test_prints_the_paper_that_ice_sent_with_its_copy(copy, clerk):
    receive_paper(ice_request=copy.ice_request, by=clerk)
    issued = issue(copy, clerk)

    content = keeping.opened(issued.document)

    assert pdf_structure.faults(content) == []
    said = pdf_text.blocks(content)
    assert "Copy of an immigration detainer about you, 1 / 1" in said
    with pikepdf.open(io.BytesIO(content)) as pdf:
        assert len(pdf.pages[-1].get_images()) == 1
        assert len(pdf.pages[0].get_images()) == 0
    assert render.render(issued.words) != content


def test_prints_no_paper_that_was_set_aside(copy, clerk):
    paper = receive_paper(ice_request=copy.ice_request, by=clerk)
    documents.misplace(
        document=paper,
        reason="Of another person.",
        subject=copy.ice_request.public_id,
        by=clerk,
        role=Role.CLERK,
        at=NOON,
    )

    assert notices.copied_papers(copy) == []


def bodies(event):
    found = Entry.objects.filter(event=event).order_by("id")
    return [json.loads(body) for body in found.values_list("body", flat=True)]


def text_of(issued):
    return "\n".join(pdf_text.blocks(keeping.opened(issued.document)))


def test_freezes_the_words_and_keeps_the_file_sealed(copy, clerk):
    issued = issue(copy, clerk)

    copy.refresh_from_db()
    content = keeping.opened(issued.document)
    assert render.render(issued.words) == content
    assert pdf_structure.faults(content) == []
    assert "Exampleson" in text_of(issued)
    assert issued.document.data_key_id == copy.ice_request.data_key_id
    assert (copy.issued_at, copy.rendered_at) == (NOON, NOON)


def test_records_what_was_issued_without_a_name(copy, clerk):
    issued = issue(copy, clerk)

    assert bodies("notice.issued") == [
        {
            "notice": copy.public_id,
            "issue": issued.public_id,
            "kind": "detainer_copy",
            "language": "es",
            "template": "notices-1",
            "reviewed": False,
        }
    ]
    (made,) = bodies("notice.rendered")
    assert made["sha256"] == issued.document.sha256


def test_issues_again_and_the_newest_counts(copy, clerk):
    first = issue(copy, clerk)

    second = issue(copy, clerk, language="ar")

    assert list(copy.issues.order_by("-id")) == [second, first]
    assert render.render(first.words) == keeping.opened(first.document)


def test_never_changes_words_that_were_frozen(copy, clerk):
    issued = issue(copy, clerk)

    with pytest.raises(DatabaseError), transaction.atomic():
        type(issued).objects.filter(pk=issued.pk).update(language="en")


def test_does_not_issue_what_was_given(copy, clerk):
    attempt(copy, clerk)

    with pytest.raises(notices.ServedAlready):
        issue(copy, clerk)


def test_does_not_say_what_is_not_decided(ice_request, clerk):
    intent = ice_request.notices.get(kind=NoticeKind.INTENT)

    with pytest.raises(review.NotDecidedYet):
        issue(intent, clerk)


def test_blocks_a_language_without_words_by_name(copy, clerk):
    with pytest.raises(wording.LanguageMissing, match="no words of this notice in so"):
        issue(copy, clerk, language="so")


def test_prepares_the_intent_with_the_decision_in_the_person_s_language(
    ice_request, agency
):
    determine(ask=ask_of(ice_request), by=make_supervisor(agency))

    intent = ice_request.notices.get(kind=NoticeKind.INTENT)
    issued = intent.issues.get()
    assert (issued.language, issued.document) == ("es", None)
    job = Job.objects.get(kind="notice.rendered")
    assert job.subject == issued.public_id
    made = notices.make_file(issue=issued, at=NOON)
    assert "No tenemos la intención de hacerlo." in text_of(made)
    assert "We do not intend to do this." in text_of(made)


def test_prepares_nothing_while_an_ask_is_open(agency, clerk):
    ice_request = file_request(agency=agency, clerk=clerk, asks=("hold", "interview"))

    determine(ask=ask_of(ice_request), by=make_supervisor(agency))

    assert not ice_request.issues.exists()


def test_prepares_the_intent_of_an_override_when_it_takes_effect(agency, ice_request):
    overridden = override(ask=ask_of(ice_request), head=make_head(agency))
    assert not ice_request.issues.exists()

    countersign(determination=overridden, by=make_supervisor(agency))

    made = notices.make_file(issue=ice_request.issues.get(), at=NOON)
    assert "We intend to do this." in text_of(made)


def test_makes_a_file_once(copy, clerk):
    issued = issue(copy, clerk)

    again = notices.make_file(issue=issued, at=NOON + HOUR)

    assert again.document_id == issued.document_id
    assert len(bodies("notice.rendered")) == 1


def test_shows_that_a_file_could_not_be_made(copy, clerk):
    with mock.patch.object(render, "render", side_effect=render.NotRendered("x")):
        issued = issue(copy, clerk)

    copy.refresh_from_db()
    assert (issued.document, issued.failed, copy.rendered_at) == (
        None,
        "not_rendered",
        None,
    )
    assert [one["code"] for one in bodies("notice.failed")] == ["not_rendered"]


def test_makes_the_file_later_where_it_failed_before(copy, clerk):
    with mock.patch.object(render, "render", side_effect=render.NotRendered("x")):
        issued = issue(copy, clerk)

    made = notices.make_file(issue=issued, at=NOON + HOUR)

    assert (made.failed, made.rendered_at) == ("", NOON + HOUR)


# What ICE was told


@pytest.fixture
def told(ice_request):
    return record_act(ice_request=ice_request, kind="notify_release")


def test_asks_for_the_reason_where_no_determination_gives_it(told, clerk):
    notice = told.notices.get(kind=NoticeKind.NOTIFICATION_COPY_PERSON)

    with pytest.raises(review.ReasonMissing):
        issue(notice, clerk, told="Release today.")
    issued = issue(
        notice, clerk, told="Release today.", reason="The head of agency ordered it."
    )

    assert "The head of agency ordered it." in text_of(issued)


@pytest.mark.parametrize("told_", ["", " \n"])
def test_prints_nothing_of_the_agency_s_own_as_what_ice_was_told(
    ice_request, clerk, told_
):
    act = record_act(
        ice_request=ice_request, kind="notify_release", narrative="Kept for ourselves."
    )
    notice = act.notices.get(kind=NoticeKind.NOTIFICATION_COPY_PERSON)

    with pytest.raises(review.ToldMissing, match="word for word"):
        issue(notice, clerk, told=told_, reason="A class B felony.")

    assert not notice.issues.exists()


def test_prints_the_paper_that_was_sent_to_ice_with_the_copy_of_it(told, clerk):
    notice = told.notices.get(kind=NoticeKind.NOTIFICATION_COPY_PERSON)
    sent = receive_paper(ice_request=told.ice_request, by=clerk, kind="other")

    assert notices.joinable(notice) == [sent]
    issued = issue(notice, clerk, told="Release.", reason="A felony.", sent=sent)

    content = keeping.opened(issued.document)
    assert pdf_structure.faults(content) == []
    said = pdf_text.blocks(content)
    assert "Copy of what we told ICE about your release, 1 / 1" in said


def test_joins_no_other_paper_to_the_copy_of_the_detainer(copy, clerk):
    receive_paper(ice_request=copy.ice_request, by=clerk, kind="other")

    assert notices.joinable(copy) == []


# The language


@pytest.mark.parametrize(
    ("typed", "language"),
    [
        ("Spanish", "es"),
        ("spanish (Mexico)", "es"),
        ("Mexican Spanish", "es"),
        ("Espanol", "es"),
        ("es", "es"),
        ("Spanish and English", "es"),
        ("Haitian Creole", "ht"),
        ("Chinese (simplified)", "zh-Hans"),
        ("zh-hans", "zh-Hans"),
        ("English", "en"),
        ("s", ""),
        ("an", ""),
        ("Chinese", ""),
        ("Cape Verdean Creole", ""),
        ("K'iche', some Spanish", ""),
        ("little English", ""),
        ("", ""),
    ],
)
def test_matches_a_language_by_its_words(agency, clerk, typed, language):
    ice_request = file_request(agency=agency, clerk=clerk, language=typed)

    assert review.language_of(ice_request) == language


def test_prepares_nothing_in_english_for_who_reads_another_language(agency, clerk):
    ice_request = file_request(agency=agency, clerk=clerk, language="Pashto")

    determine(ask=ask_of(ice_request), by=make_supervisor(agency))

    assert not ice_request.issues.exists()
    assert ice_request.notices.owed().filter(kind=NoticeKind.INTENT).exists()


def test_prepares_english_where_no_language_was_told(agency, clerk):
    ice_request = file_request(agency=agency, clerk=clerk, language="")

    determine(ask=ask_of(ice_request), by=make_supervisor(agency))

    assert ice_request.issues.get().language == "en"


@pytest.mark.parametrize(
    ("is_missing", "first"),
    [
        (True, [("", "Choose"), ("en", "English, with an interpreter")]),
        (False, [("en", "English"), ("es", "Spanish")]),
    ],
)
def test_has_english_chosen_where_the_language_is_missing(is_missing, first):
    form = IssueForm({}, now=NOON, tells_of_release=False, is_missing=is_missing)

    assert list(form.fields["language"].choices)[:2] == first
    assert form.errors["language"] == ["Choose a language."]


# What a later screening finds owed


def test_owes_once_what_a_new_screening_finds(agency, clerk):
    spoken = file_request(
        agency=agency, clerk=clerk, asks=("interview",), instrument="email"
    )
    assert not spoken.notices.exists()
    who = {"by": clerk, "role": Role.CLERK, "at": NOON}

    with mock.patch.object(noticing, "owes_copy", return_value=True):
        owed = review.owe_newly_found(ice_request=spoken, **who)
        again = review.owe_newly_found(ice_request=spoken, **who)

    assert [one.kind for one in owed] == ["detainer_copy", "intent"]
    assert {one.owed_since for one in owed} == {spoken.received_at}
    assert again == []


def test_owes_nothing_that_is_owed_already(ice_request, clerk, told):
    who = {"by": clerk, "role": Role.CLERK, "at": NOON}

    assert review.owe_newly_found(ice_request=ice_request, **who) == []


# Attempts


def test_keeps_an_attempt_that_gives_the_notice(copy, clerk):
    attempt(
        copy,
        clerk,
        how="interpreter",
        language="Spanish",
        interpreter="Line 7",
        tried_by="Officer Exampleton",
    )

    copy.refresh_from_db()
    kept = copy.attempts.get()
    assert (copy.served_at, copy.served_how, copy.language) == (
        NOON,
        "interpreter",
        "Spanish",
    )
    assert (kept.interpreter, kept.tried_by) == ("Line 7", "Officer Exampleton")
    assert [one["outcome"] for one in bodies("notice.tried")] == ["given"]


def test_leaves_the_notice_owed_when_nobody_was_reached(copy, clerk):
    attempt(copy, clerk, outcome="not_reached", words="Asleep; the door was shut.")

    copy.refresh_from_db()
    assert copy.served_at is None
    assert copy.attempts.get().words == "Asleep; the door was shut."


def test_wants_to_know_why_nobody_was_reached(copy, clerk):
    with pytest.raises(notices.NothingSaid):
        attempt(copy, clerk, outcome="not_reached", words=" ")


def test_counts_a_refusal_as_offered(copy, clerk):
    attempt(copy, clerk, how="refused", outcome="refused")

    copy.refresh_from_db()
    assert copy.served_how == "refused"


def test_ends_the_duty_to_attorney_or_designee_by_a_good_faith_effort(told, clerk):
    notice = told.notices.get(kind=NoticeKind.NOTIFICATION_COPY_ATTORNEY)
    at = told.happened_at
    tried = {"tried_at": at, "outcome": "not_reached", "reader": "designee"}
    attempt(notice, clerk, how="telephone", words="No answer.", **tried)
    notice.refresh_from_db()
    assert notice.served_at is None

    attempt(notice, clerk, how="effort", words="No answer to three calls.", **tried)

    notice.refresh_from_db()
    assert notice.served_how == "effort"


@pytest.mark.parametrize("reader", ["person", "guardian"])
def test_does_not_end_the_duty_to_the_attorney_with_another_reader(told, clerk, reader):
    notice = told.notices.get(kind=NoticeKind.NOTIFICATION_COPY_ATTORNEY)

    with pytest.raises(notices.NotItsReader, match="for the attorney, or the person"):
        attempt(notice, clerk, reader=reader)

    assert not notice.attempts.exists()


def test_takes_no_effort_for_the_attorney_s_copy(told, clerk):
    notice = told.notices.get(kind=NoticeKind.NOTIFICATION_COPY_ATTORNEY)
    tried = {"how": "effort", "outcome": "not_reached", "words": "No answer."}

    with pytest.raises(notices.NotItsReader, match="person designated only"):
        attempt(notice, clerk, reader="attorney", **tried)

    notice.refresh_from_db()
    assert notice.served_at is None


def test_gives_the_person_s_notice_to_no_attorney(copy, clerk):
    with pytest.raises(notices.NotItsReader, match="for the person, or a parent"):
        attempt(copy, clerk, reader="attorney")


def test_names_no_reader_beforehand_for_the_attorney_or_designee():
    form = GiveForm(
        {"served_at": "2026-03-10T11:00", "how": "by_hand"},
        now=NOON,
        kind=NoticeKind.NOTIFICATION_COPY_ATTORNEY,
        issues=[],
    )

    assert [one for one, _ in form.fields["reader"].choices] == [
        "",
        "attorney",
        "designee",
    ]
    assert form.errors["reader"] == [
        "Choose to whom: the attorney, or the person designated."
    ]


def reason_given(act):
    kept = act.screenings.latest("id")
    return kept.facts["reason_in_writing_given"]


def test_counts_the_reason_as_written_when_its_paper_was_given(told, clerk):
    notice = told.notices.get(kind=NoticeKind.NOTIFICATION_COPY_PERSON)
    issued = issue(notice, clerk, told="Released.", reason="A class B felony.")

    attempt(notice, clerk, paper=issued)

    assert reason_given(told) is True


def test_does_not_know_the_reason_written_without_paper_or_proof(told, clerk):
    notice = told.notices.get(kind=NoticeKind.NOTIFICATION_COPY_PERSON)

    attempt(notice, clerk)

    assert reason_given(told) is None


def test_counts_the_reason_as_written_with_a_proof(told, clerk):
    notice = told.notices.get(kind=NoticeKind.NOTIFICATION_COPY_PERSON)
    proof = receive_paper(ice_request=told.ice_request, by=clerk, kind="proof")

    giving.try_notice(
        notice=notice,
        tried=notices.Tried(tried_at=NOON, how="by_hand", outcome="given"),
        issue=None,
        proof=proof,
        by=clerk,
        role=Role.CLERK,
        at=NOON,
    )

    assert reason_given(told) is True


def test_attempts_are_never_changed(copy, clerk):
    attempt(copy, clerk, outcome="not_reached", words="Asleep.")

    with pytest.raises(DatabaseError), transaction.atomic():
        Attempt.objects.update(outcome="given")


def test_takes_no_paper_that_a_later_one_replaced(copy, clerk):
    first = issue(copy, clerk)
    second = issue(copy, clerk)

    with pytest.raises(notices.NotThatPaper, match="replaced by a later one"):
        attempt(copy, clerk, paper=first)

    assert attempt(copy, clerk, paper=second).issue == second


def test_keeps_that_an_earlier_paper_reached_nobody(copy, clerk):
    first = issue(copy, clerk)
    issue(copy, clerk)

    kept = attempt(
        copy, clerk, paper=first, outcome="not_reached", words="The door was shut."
    )

    assert kept.issue == first


def test_takes_no_paper_without_a_file(copy, clerk):
    with mock.patch.object(render, "render", side_effect=render.NotRendered("x")):
        failed = issue(copy, clerk)

    with pytest.raises(notices.NotThatPaper, match="could not be made"):
        attempt(copy, clerk, paper=failed)


def test_takes_no_paper_issued_after_it_was_given(copy, clerk):
    issued = issue(copy, clerk)

    with pytest.raises(notices.NotThatPaper, match="issued after the time entered"):
        attempt(copy, clerk, paper=issued, tried_at=NOON - timedelta(minutes=1))


# The code


def test_keeps_of_the_code_its_hash_and_the_day_alone(copy, clerk):
    issued = issue(copy, clerk)

    kept = GenuineCode.objects.get(digest=codes.digest(issued.code))
    assert kept.issued_on == NOON.date()
    assert issued.code in issued.words["address"]


def test_codes_have_128_bits_and_are_read_as_people_type_them():
    code = codes.new_code()

    assert len({codes.new_code() for _ in range(1_000)}) == 1_000
    assert codes.as_typed(" ".join(code.lower())) == code
    assert codes.as_typed(code.replace("0", "o").replace("1", "l")) == code
    assert codes.as_typed(code[:-1]) == ""
    assert codes.as_typed(f"{code[:-1]}U") == ""


# What the agency sets


def test_prints_alone_when_its_translation_was_reviewed(copy, clerk, agency):
    admin = make_head(agency)
    kept = notices.review_translation(
        agency=agency,
        language="es",
        translator="Avery Exampleton",
        certificate="",
        reviewed_on=NOON.date(),
        by=admin,
        at=NOON,
    )

    alone = issue(copy, clerk)
    notices.withdraw_review(review=kept, by=admin, at=NOON)
    facing = issue(copy, clerk)

    assert (alone.is_reviewed, len(alone.words["columns"])) == (True, 1)
    assert (facing.is_reviewed, len(facing.words["columns"])) == (False, 2)


def test_prints_the_places_that_speak_the_language_first(copy, clerk, agency):
    for place, (name, languages) in enumerate(
        (("Other Aid", []), ("Spanish Aid", ["es"])), 1
    ):
        notices.add_help(
            agency=agency,
            name=name,
            telephone="860-555-0100",
            address="",
            hours="",
            languages=languages,
            place=place,
            by=clerk,
            at=NOON,
        )

    text = text_of(issue(copy, clerk))

    assert text.index("Spanish Aid") < text.index("Other Aid")
