"""Holds keep requests from destruction; claims place one by themselves."""

from datetime import date, timedelta

import pytest
from django.core.management import CommandError, call_command

from requests_app.docket import claims, holds
from requests_app.docket import services as docket
from requests_app.docket.models import Hold, IceRequest
from requests_app.ledger.models import Entry
from requests_app.vault import keys
from requests_app.vault.sealing import Destroyed
from tests.factories import (
    NOON,
    file_request,
    make_agency,
    make_clerk,
    make_head,
    make_records_officer,
    make_supervisor,
)
from tests.turns import while_open
from tests.vault.conftest import keyset_files  # noqa: F401 a fixture

AUTHORITY = "RC-108-2026-0042"
LATER = NOON + timedelta(days=1)

pytestmark = pytest.mark.django_db


@pytest.fixture
def agency():
    return make_agency()


@pytest.fixture
def ice_request(agency):
    return file_request(agency=agency, clerk=make_clerk(agency))


def place(ice_request, by, *, reach="request", **said):
    return holds.place(
        ice_request=ice_request,
        reach=reach,
        cause="inquiry",
        words="An inquiry of the council.",
        by=by,
        role="head",
        at=NOON,
        **said,
    )


def lift(hold, by):
    return holds.lift(
        hold=hold, words="The inquiry ended.", by=by, role="head", at=LATER
    )


def record_claim(ice_request, by, agency=None):
    words = claims.Words(
        court="Superior Court, Judicial District of Fairfield",
        docket_number="FBT-CV26-0001-S",
        claimant="Alma Ejemplo Inventado",
        represented_by="",
        relief=["injunction"],
        about="A detention on a detainer.",
        filed_date=date(2026, 3, 9),
    )
    return claims.record_claim(
        agency=agency or ice_request.agency,
        ice_request=ice_request,
        words=words,
        by=by,
        role="head",
        at=NOON,
    )


def shred(ice_request, by):
    return docket.shred(
        ice_request=ice_request,
        authority=AUTHORITY,
        by=by,
        role="records_officer",
        at=LATER,
    )


def test_keeps_a_held_request_from_shredding(agency, ice_request):
    head = make_head(agency)
    place(ice_request, head)

    with pytest.raises(holds.OnHold, match="On legal hold"):
        shred(ice_request, head)

    ice_request.data_key.refresh_from_db()
    assert ice_request.data_key.is_shredded is False


def test_shreds_once_the_hold_is_lifted(agency, ice_request):
    head = make_head(agency)
    lift(place(ice_request, head), make_supervisor(agency))

    shred(ice_request, head)

    ice_request.data_key.refresh_from_db()
    assert ice_request.data_key.is_shredded is True


def test_refuses_the_command_and_enters_the_refusal(agency, ice_request):
    officer = make_records_officer(agency)
    place(ice_request, make_head(agency))

    with pytest.raises(CommandError, match="On legal hold"):
        call_command(
            "shred", ice_request.number, authority=AUTHORITY, by=officer.username
        )

    entry = Entry.objects.about(ice_request.public_id).latest("seq")
    assert (entry.event, entry.outcome) == ("request.shredded", "refused")


def test_holds_every_request_about_a_person_those_filed_later_too(agency, ice_request):
    head, clerk = make_head(agency), make_clerk(agency)
    place(ice_request, head, reach="person")
    later = file_request(agency=agency, clerk=clerk, given_names="Alma Rosa")
    other = file_request(agency=agency, clerk=clerk, family_names="Otra Persona")

    kept = holds.held_among([ice_request, later, other])

    assert kept == {ice_request.pk, later.pk}
    assert holds.over(later).exists() is True
    assert holds.over(other).exists() is False


def test_does_not_hold_the_same_person_at_another_agency(agency, ice_request):
    elsewhere = make_agency()
    place(ice_request, make_head(agency), reach="person")

    same = file_request(agency=elsewhere, clerk=make_clerk(elsewhere))

    assert holds.over(same).exists() is False


def test_does_not_hold_a_person_who_cannot_be_told(agency):
    unknown = file_request(
        agency=agency,
        clerk=make_clerk(agency),
        date_of_birth_answer="unknown",
        date_of_birth="",
    )

    with pytest.raises(holds.CannotBeKnown):
        place(unknown, make_head(agency), reach="person")


def test_holds_a_person_while_the_index_key_is_renewed_and_after(
    keyset_files,  # noqa: F811
    agency,
):
    ice_request = file_request(agency=agency, clerk=make_clerk(agency))
    hold = place(ice_request, make_head(agency), reach="person")
    keys.service().add_index_key()
    filed_between = file_request(agency=agency, clerk=make_clerk(agency))
    assert holds.over(filed_between).exists() is True

    call_command("rotate_keys", index=True, rewrap=True, drop_old=True)

    hold.refresh_from_db()
    assert hold.index_key == keys.service().index_primary()
    renewed = list(IceRequest.objects.filter(agency=agency))
    assert holds.held_among(renewed) == {one.pk for one in renewed}
    assert all(holds.over(one).exists() for one in renewed)


def test_is_not_lifted_by_whoever_placed_it(agency, ice_request):
    head = make_head(agency)
    hold = place(ice_request, head)

    with pytest.raises(holds.NotYoursToLift):
        lift(hold, head)


def test_is_lifted_once(agency, ice_request):
    hold = place(ice_request, make_head(agency))
    supervisor = make_supervisor(agency)
    lift(hold, supervisor)

    with pytest.raises(holds.AlreadyLifted):
        lift(hold, supervisor)


def test_places_a_hold_when_a_claim_is_recorded(agency, ice_request):
    claim = record_claim(ice_request, make_head(agency))

    hold = claim.holds.get()
    assert (hold.reach, hold.cause) == (Hold.Reach.REQUEST, Hold.Cause.CLAIM)
    events = list(
        Entry.objects.about(ice_request.public_id).order_by("seq").values_list("event")
    )[-2:]
    assert events == [("claim.recorded",), ("hold.placed",)]


def test_keeps_the_hold_of_a_claim_until_the_claim_has_ended(agency, ice_request):
    claim = record_claim(ice_request, make_head(agency))
    supervisor = make_supervisor(agency)
    hold = claim.holds.get()
    with pytest.raises(holds.StillNeeded):
        lift(hold, supervisor)
    claims.record_event(
        claim=claim,
        outcome="dismissed",
        on_date=date(2026, 3, 10),
        words="",
        by=supervisor,
        role="supervisor",
        at=NOON,
    )

    lifted = lift(hold, supervisor)

    assert lifted.lifted_by == supervisor


def test_records_a_claim_that_concerns_no_request(agency):
    claim = record_claim(None, make_head(agency), agency=agency)

    assert claim.holds.exists() is False
    entry = Entry.objects.about(claim.public_id).get()
    assert entry.event == "claim.recorded"


@pytest.mark.parametrize("day", [date(2026, 3, 8), date(2026, 3, 11)])
def test_refuses_an_end_before_the_filing_and_in_the_future(agency, ice_request, day):
    claim = record_claim(ice_request, make_head(agency))

    with pytest.raises(claims.OutOfOrder):
        claims.record_event(
            claim=claim,
            outcome="denied",
            on_date=day,
            words="",
            by=make_head(agency),
            role="head",
            at=NOON,
        )


def move_claim(claim, by, outcome, day):
    return claims.record_event(
        claim=claim,
        outcome=outcome,
        on_date=day,
        words="",
        by=by,
        role="supervisor",
        at=LATER,
    )


def test_holds_again_what_a_claim_before_the_court_again_concerns(agency, ice_request):
    claim = record_claim(ice_request, make_head(agency))
    supervisor = make_supervisor(agency)
    move_claim(claim, supervisor, "dismissed", date(2026, 3, 10))
    lift(claim.holds.get(), supervisor)

    move_claim(claim, supervisor, "pending", date(2026, 3, 11))

    hold = claim.holds.in_force().get()
    assert (hold.reach, hold.cause, hold.placed_by) == ("request", "claim", supervisor)
    entries = Entry.objects.about(ice_request.public_id).order_by("seq")
    assert list(entries.values_list("event", flat=True))[-2:] == [
        "claim.moved",
        "hold.placed",
    ]


@pytest.mark.parametrize(
    "outcome, day", [("granted", date(2026, 3, 11)), ("pending", date(2026, 3, 9))]
)
def test_holds_nothing_again_while_the_newest_word_is_an_end(
    agency, ice_request, outcome, day
):
    claim = record_claim(ice_request, make_head(agency))
    supervisor = make_supervisor(agency)
    move_claim(claim, supervisor, "dismissed", date(2026, 3, 10))
    lift(claim.holds.get(), supervisor)

    move_claim(claim, supervisor, outcome, day)

    assert claim.holds.in_force().exists() is False


def test_keeps_one_hold_while_a_claim_stays_before_the_court(agency, ice_request):
    claim = record_claim(ice_request, make_head(agency))

    move_claim(claim, make_supervisor(agency), "pending", date(2026, 3, 10))

    assert claim.holds.count() == 1


def test_places_no_hold_on_what_was_destroyed_since_it_was_read(agency, ice_request):
    head = make_head(agency)
    read_before = IceRequest.objects.select_related("data_key").get(pk=ice_request.pk)
    shred(ice_request, head)

    with pytest.raises(Destroyed):
        place(read_before, head)


# Two at once, each with a connection of its own


@pytest.mark.django_db(transaction=True)
def test_keeps_another_request_of_a_person_whose_hold_is_being_placed():
    agency = make_agency()
    head, clerk = make_head(agency), make_clerk(agency)
    one = file_request(agency=agency, clerk=clerk)
    other = file_request(agency=agency, clerk=clerk)

    with pytest.raises(holds.OnHold):
        while_open(lambda: place(one, head, reach="person"), lambda: shred(other, head))

    other.data_key.refresh_from_db()
    assert other.data_key.is_shredded is False


@pytest.mark.django_db(transaction=True)
def test_refuses_a_hold_on_what_is_being_destroyed():
    agency = make_agency()
    head, clerk = make_head(agency), make_clerk(agency)
    one = file_request(agency=agency, clerk=clerk)

    with pytest.raises(Destroyed):
        while_open(lambda: shred(one, head), lambda: place(one, head))

    assert Hold.objects.exists() is False
