"""Facts corrected after filing: rows kept, revisions held, determinations reopened."""

import json
from datetime import date, timedelta

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse

from requests_app.docket.models import IceRequest
from requests_app.docket.record import Record
from requests_app.intake import services as intake
from requests_app.ledger.models import Entry
from tests import factories
from tests.database import as_owner
from tests.factories import NOON

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]
LATER = NOON + timedelta(minutes=5)


@pytest.fixture
def agency():
    return factories.make_agency()


@pytest.fixture
def clerk(agency):
    return factories.make_clerk(agency)


@pytest.fixture
def supervisor(agency):
    return factories.make_supervisor(agency)


def client_of(user):
    client = Client()
    client.force_login(user)
    return client


def door_of(ice_request, step):
    return reverse("request_correct", args=[ice_request.public_id, step])


def post(user, ice_request, step, answers, *, rev=1):
    rows = {"row-TOTAL_FORMS": "0", "row-INITIAL_FORMS": "0"}
    said = {"rev": str(rev), "why": "Misread on the fax.", **rows}
    return client_of(user).post(door_of(ice_request, step), {**said, **answers})


def one_charge(**row):
    typed = {"section": "53a-134", "disposition": "convicted", "jurisdiction": "CT"}
    columns = {f"row-0-{name}": value for name, value in {**typed, **row}.items()}
    return {"row-TOTAL_FORMS": "1", **columns}


CUSTODY = {"under_control": "yes", "convictions_listing": "none"}
CHARGED = {**CUSTODY, "convictions_listing": "some"}
PERSON = {
    "family_names": "Ejemplo Inventado",
    "given_names": "Alma",
    "date_of_birth_answer": "known",
    "date_of_birth": "1990-02-01",
    "sex": "female",
    "ethnicity": "hispanic",
}


def test_opens_with_the_facts_of_record(agency, clerk):
    ice_request = factories.file_request(
        agency=agency,
        clerk=clerk,
        family_names="Quispe Mamani",
        convictions=[factories.conviction(section="53a-60")],
    )

    person = client_of(clerk).get(door_of(ice_request, "person")).content.decode()
    custody = client_of(clerk).get(door_of(ice_request, "custody")).content.decode()

    assert 'value="Quispe Mamani"' in person
    assert 'value="53a-60"' in custody
    assert "error-message" not in person + custody


def test_keeps_the_old_rows_marked_as_removed(agency, clerk):
    ice_request = factories.file_request(
        agency=agency, clerk=clerk, convictions=[factories.conviction(section="53a-60")]
    )

    answer = post(
        clerk, ice_request, "custody", {**CHARGED, **one_charge(section="53a-134")}
    )

    assert answer.status_code == 302
    rows = ice_request.convictions.order_by("id").values_list("section", "is_removed")
    assert list(rows) == [("53a-60", True), ("53a-134", False)]
    assert [row.section for row in Record.of(ice_request).convictions] == ["53a-134"]


def test_keeps_the_old_warrants_marked_as_removed(agency, clerk):
    ice_request = factories.file_request(
        agency=agency, clerk=clerk, warrants=[factories.administrative_warrant()]
    )

    answer = post(
        clerk,
        ice_request,
        "basis",
        {"warrants_listing": "none", "terrorist_screening_match": "no"},
    )

    assert answer.status_code == 302
    rows = ice_request.warrants.values_list("form", "is_removed")
    assert list(rows) == [("I-200", True)]
    ice_request.legal_basis.refresh_from_db()
    assert ice_request.legal_basis.warrants_listing == "none"


def test_leaves_the_rows_of_the_other_step_alone(agency, clerk):
    ice_request = factories.file_request(
        agency=agency,
        clerk=clerk,
        convictions=[factories.conviction()],
        warrants=[factories.administrative_warrant()],
    )

    post(clerk, ice_request, "person", {**PERSON, "given_names": "Alma Rosa"})

    assert ice_request.convictions.get().is_removed is False
    assert ice_request.warrants.get().is_removed is False
    ice_request.person.refresh_from_db()
    assert ice_request.person.given_names == "Alma Rosa"


def test_finds_a_person_by_the_corrected_name(agency, clerk):
    ice_request = factories.file_request(agency=agency, clerk=clerk)

    post(clerk, ice_request, "person", {**PERSON, "family_names": "Núñez"})

    requests = IceRequest.objects.all()
    assert list(requests.named("nunez alma", agencies=[agency.pk])) == [ice_request]
    assert not requests.named("ejemplo", agencies=[agency.pk]).exists()


def test_counts_the_revision_and_records_it_without_facts(agency, clerk):
    ice_request = factories.file_request(agency=agency, clerk=clerk)

    post(clerk, ice_request, "person", {**PERSON, "family_names": "Zzyzx"})

    ice_request.refresh_from_db()
    assert ice_request.rev == 2
    entry = Entry.objects.get(event="request.corrected")
    assert json.loads(entry.body).keys() == {"commitments", "rev", "step"}
    assert "Zzyzx" not in entry.body


@pytest.mark.parametrize("rev", ["0", "2", "", "abc", "-1", "9" * 5000, "1.0", "\x00"])
def test_refuses_another_revision_and_keeps_what_was_typed(agency, clerk, rev):
    ice_request = factories.file_request(agency=agency, clerk=clerk)

    answer = post(
        clerk,
        ice_request,
        "person",
        {**PERSON, "family_names": "Worth Keeping"},
        rev=rev,
    )

    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Somebody has corrected this request since you opened it." in page
    assert 'value="Worth Keeping"' in page
    ice_request.person.refresh_from_db()
    assert ice_request.person.family_names == "Ejemplo Inventado"


def test_shows_what_is_on_record_by_now_beside_what_was_typed(agency, clerk):
    ice_request = factories.file_request(agency=agency, clerk=clerk)
    post(clerk, ice_request, "person", {**PERSON, "family_names": "By The First"})

    answer = post(
        clerk, ice_request, "person", {**PERSON, "family_names": "By The Second"}, rev=1
    )

    page = answer.content.decode()
    assert answer.status_code == 409
    assert "By The First" in page
    assert 'value="By The Second"' in page
    assert 'name="rev" value="2"' in page


def test_shows_the_rows_on_record_by_now(agency, clerk):
    ice_request = factories.file_request(agency=agency, clerk=clerk, convictions=())
    first = one_charge(section="53a-60", felony_class="D")
    post(clerk, ice_request, "custody", {**CHARGED, **first})

    answer = post(clerk, ice_request, "custody", CUSTODY, rev=1)

    page = answer.content.decode()
    assert answer.status_code == 409
    assert "53a-60, Class D felony, Convicted, Connecticut" in page


def test_saves_after_the_newest_facts_were_shown(agency, clerk):
    ice_request = factories.file_request(agency=agency, clerk=clerk)
    post(clerk, ice_request, "person", {**PERSON, "family_names": "By The First"})

    answer = post(
        clerk, ice_request, "person", {**PERSON, "family_names": "By The Second"}, rev=2
    )

    assert answer.status_code == 302
    ice_request.person.refresh_from_db()
    assert ice_request.person.family_names == "By The Second"


def test_keeps_typed_rows_when_somebody_else_was_first(agency, clerk):
    ice_request = factories.file_request(agency=agency, clerk=clerk, convictions=())
    post(clerk, ice_request, "person", PERSON, rev=1)

    answer = post(
        clerk,
        ice_request,
        "custody",
        {**CHARGED, **one_charge(section="53a-59")},
        rev=1,
    )

    assert answer.status_code == 409
    assert 'value="53a-59"' in answer.content.decode()
    assert ice_request.convictions.count() == 0


def test_shows_faults_and_keeps_what_was_typed(agency, clerk):
    ice_request = factories.file_request(agency=agency, clerk=clerk)

    answer = post(
        clerk,
        ice_request,
        "person",
        {**PERSON, "date_of_birth": "2031-02-01", "family_names": "Worth Keeping"},
    )

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "The date of birth is in the future." in page
    assert 'value="Worth Keeping"' in page


def test_adds_a_row_without_saving(agency, clerk):
    ice_request = factories.file_request(agency=agency, clerk=clerk, convictions=())

    answer = post(
        clerk,
        ice_request,
        "custody",
        {**CHARGED, **one_charge(section="53a-59"), "add_row": "1"},
    )

    page = answer.content.decode()
    assert answer.status_code == 200
    assert 'name="row-1-section"' in page
    assert 'value="53a-59"' in page
    ice_request.refresh_from_db()
    assert ice_request.rev == 1


@pytest.mark.parametrize("step", ["request", "acts", "review", "nothing"])
def test_corrects_nothing_but_person_custody_and_basis(agency, clerk, step):
    ice_request = factories.file_request(agency=agency, clerk=clerk)

    answer = client_of(clerk).get(f"/requests/{ice_request.public_id}/correct/{step}/")

    assert answer.status_code == 404


@pytest.mark.parametrize("role", ["administrator", "auditor", "records_officer"])
def test_refuses_a_role_that_does_not_file(agency, clerk, role):
    ice_request = factories.file_request(agency=agency, clerk=clerk)

    answer = post(factories.make_person(role, agency), ice_request, "person", PERSON)

    assert answer.status_code == 403


def test_knows_nothing_of_another_agencys_request(agency, clerk):
    ice_request = factories.file_request(agency=agency, clerk=clerk)
    stranger = factories.make_clerk(factories.make_agency())

    answer = post(stranger, ice_request, "person", PERSON)

    assert answer.status_code == 404


# What a correction does to a determination


def test_opens_an_ask_again_whose_findings_change(agency, clerk, supervisor):
    ice_request = factories.file_request(
        agency=agency, clerk=clerk, asks=["hold"], convictions=()
    )
    denied = factories.determine(
        ask=factories.ask_of(ice_request), by=supervisor, decision="deny"
    )

    answer = post(
        clerk, ice_request, "custody", {**CHARGED, **one_charge(felony_class="B")}
    )

    assert answer.status_code == 302
    denied.refresh_from_db()
    ice_request.refresh_from_db()
    assert denied.ended_at == NOON
    assert (denied.decision, denied.reason) == (
        "deny",
        "Read the findings and the papers.",
    )
    assert ice_request.status == "awaiting"
    assert ice_request.assignments.open().count() == 1
    assert Entry.objects.filter(event="ask.superseded").count() == 1


def test_opens_an_ask_again_that_was_approved(agency, clerk, supervisor):
    ice_request = factories.file_request(
        agency=agency,
        clerk=clerk,
        asks=["hold"],
        convictions=[factories.conviction(felony_class="B")],
    )
    approved = factories.determine(
        ask=factories.ask_of(ice_request),
        by=supervisor,
        decision="approve",
        reason_code="class_a_b",
    )

    post(clerk, ice_request, "custody", CUSTODY)

    approved.refresh_from_db()
    ice_request.refresh_from_db()
    assert approved.ended_at == NOON
    assert ice_request.status == "awaiting"


def test_keeps_a_determination_whose_findings_stay(agency, clerk, supervisor):
    ice_request = factories.file_request(
        agency=agency, clerk=clerk, asks=["hold"], convictions=()
    )
    denied = factories.determine(
        ask=factories.ask_of(ice_request), by=supervisor, decision="deny"
    )

    post(
        clerk,
        ice_request,
        "custody",
        {**CHARGED, **one_charge(felony_class="misdemeanor")},
    )

    denied.refresh_from_db()
    ice_request.refresh_from_db()
    assert denied.ended_at is None
    assert ice_request.status == "determined"


def test_opens_only_the_ask_whose_findings_change(agency, clerk):
    ice_request = factories.file_request(
        agency=agency, clerk=clerk, asks=["hold", "interview"], order_1225d4B="no"
    )
    head = factories.make_head(agency)
    hold = factories.determine(ask=factories.ask_of(ice_request, "hold"), by=head)
    interview = factories.determine(
        ask=factories.ask_of(ice_request, "interview"), by=head
    )

    post(
        clerk,
        ice_request,
        "basis",
        {
            "warrants_listing": "none",
            "terrorist_screening_match": "no",
            "order_1225d4B": "yes",
        },
    )

    hold.refresh_from_db()
    interview.refresh_from_db()
    assert (hold.ended_at, interview.ended_at) == (None, NOON)


def test_ends_an_override_that_waits_when_its_findings_change(agency, clerk):
    ice_request = factories.file_request(
        agency=agency, clerk=clerk, asks=["hold"], convictions=()
    )
    proposed = factories.override(
        ask=factories.ask_of(ice_request), head=factories.make_head(agency)
    )

    post(clerk, ice_request, "custody", {**CHARGED, **one_charge(felony_class="B")})

    proposed.refresh_from_db()
    ice_request.refresh_from_db()
    assert (proposed.effective_at, proposed.ended_at) == (None, NOON)
    assert ice_request.status == "awaiting"


def test_lets_the_reopened_ask_be_decided_on_the_new_findings(
    agency, clerk, supervisor
):
    ice_request = factories.file_request(
        agency=agency, clerk=clerk, asks=["hold"], convictions=()
    )
    ask = factories.ask_of(ice_request)
    factories.determine(ask=ask, by=supervisor, decision="deny")
    post(clerk, ice_request, "custody", {**CHARGED, **one_charge(felony_class="B")})

    approved = factories.determine(
        ask=ask, by=supervisor, decision="approve", reason_code="class_a_b", at=LATER
    )

    assert approved.against == "compliant"
    assert ask.determinations.live().get() == approved


def test_judges_acts_anew_on_corrected_facts(agency, clerk):
    ice_request = factories.file_request(
        agency=agency, clerk=clerk, asks=["hold"], convictions="unknown"
    )
    act = factories.record_act(ice_request=ice_request, kind="detain")

    post(clerk, ice_request, "custody", {**CHARGED, **one_charge(felony_class="B")})

    results = [
        [row.result for row in one.findings.all()]
        for one in act.screenings.order_by("id")
    ]
    assert results == [["undetermined"], ["compliant"]]


def test_raises_overtaken_below_the_page(agency, clerk):
    ice_request = factories.file_request(agency=agency, clerk=clerk)

    with pytest.raises(intake.Overtaken):
        intake.correct(
            ice_request=ice_request,
            step="person",
            values={"date_of_birth": date(1991, 1, 1)},
            rows=None,
            rev=7,
            reason="Read the booking sheet again.",
            by=clerk,
            role="clerk",
            at=NOON,
        )

    ice_request.person.refresh_from_db()
    assert ice_request.person.date_of_birth == date(1990, 2, 1)


def test_keeps_what_it_replaced_with_the_reason(agency, clerk, supervisor):
    ice_request = factories.file_request(agency=agency, clerk=clerk)
    before = ice_request.person

    post(
        clerk,
        ice_request,
        "person",
        {**PERSON, "family_names": "Ejemplo Otro", "sex": "male"},
    )

    row = ice_request.corrections.get()
    assert (row.step, row.rev, row.made_by) == ("person", 2, clerk)
    assert row.reason == "Misread on the fax."
    assert row.before["person.family_names"] == before.family_names
    assert row.after["person.family_names"] == "Ejemplo Otro"
    assert "person.given_names" not in row.before
    door = reverse("request_changes", args=[ice_request.public_id])
    page = client_of(supervisor).get(door).content.decode()
    shown = [before.family_names, "Ejemplo Otro", "Misread on the fax.", "Male"]
    assert [one for one in shown if one not in page] == []
    auditor = client_of(factories.make_auditor(agency))
    words = auditor.get(door).content.decode()
    assert [one for one in shown if one in words] == []
    assert "Family names" in words


def test_shows_a_number_that_reads_like_a_day_as_it_is(agency, clerk):
    ice_request = factories.file_request(
        agency=agency, clerk=clerk, booking_number="20260310"
    )

    post(
        clerk,
        ice_request,
        "person",
        {**PERSON, "booking_number": "20260311", "date_of_birth": "1991-03-04"},
    )

    door = reverse("request_changes", args=[ice_request.public_id])
    (one,) = client_of(clerk).get(door).context["corrections"]
    shown = {row["label"]: (row["before"], row["after"]) for row in one["values"]}
    assert ("20260310", "20260311") in shown.values()
    assert ("Feb 1, 1990", "Mar 4, 1991") in shown.values()


def test_keeps_each_correction_beside_the_one_before(agency, clerk):
    ice_request = factories.file_request(agency=agency, clerk=clerk)

    for rev, name in enumerate(("Primera", "Segunda"), start=1):
        post(clerk, ice_request, "person", {**PERSON, "family_names": name}, rev=rev)

    rows = ice_request.corrections.order_by("rev")
    assert [row.after["person.family_names"] for row in rows] == ["Primera", "Segunda"]
    assert rows[1].before["person.family_names"] == "Primera"


@pytest.mark.parametrize("why", ["", "  "])
def test_asks_why_and_keeps_what_was_typed(agency, clerk, why):
    ice_request = factories.file_request(agency=agency, clerk=clerk)

    page = post(
        clerk, ice_request, "person", {**PERSON, "family_names": "Otra", "why": why}
    )

    assert page.status_code == 422
    words = page.content.decode()
    assert "Write why it is corrected." in words
    assert 'value="Otra"' in words
    assert not ice_request.corrections.exists()
    ice_request.person.refresh_from_db()
    assert ice_request.person.family_names != "Otra"


@pytest.mark.parametrize("change", ["UPDATE {} SET rev = 9", "DELETE FROM {}"])
def test_has_the_database_keep_every_correction(agency, clerk, change):
    ice_request = factories.file_request(agency=agency, clerk=clerk)
    post(clerk, ice_request, "person", {**PERSON, "family_names": "Otra"})

    refused = pytest.raises(DatabaseError, match="Cannot update or delete")
    with refused, transaction.atomic():
        as_owner(change.format("requests_app_correction"))
