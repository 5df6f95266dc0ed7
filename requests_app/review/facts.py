"""Rows of record into the facts that the law asks for. Pure.

The rule of the house: what is not known, or was refused, becomes null and never a
no; a list counts as complete only when somebody said so.
"""

from collections.abc import Collection
from datetime import date

from django.utils import timezone

from requests_app.docket.models import (
    DETAINER_FORMS,
    Act,
    ActKind,
    Answer,
    Ask,
    AskKind,
    Information,
    Instrument,
    LegalBasis,
    Listing,
    Warrant,
)
from requests_app.docket.record import Record
from requests_app.notices.models import NoticeKind

# A bare request to hold, to tell a release or to hand over is itself a civil
# immigration detainer, on whatever paper: (a)(2)(A) to (C).
_ASKS_OF_A_DETAINER = {AskKind.HOLD, AskKind.NOTIFY_RELEASE, AskKind.TRANSFER}
_INFORMATION_OF_A_DETAINER = {Information.RELEASE_DATE, Information.CUSTODY_STATUS}
_COURT_INSTRUMENTS = {Instrument.JUDICIAL_WARRANT, Instrument.ORDER_1225}
_ADMINISTRATIVE_INSTRUMENTS = {"I-200", "I-205"}
_ASK_WORDS = {
    AskKind.HOLD: "hold",
    AskKind.NOTIFY_RELEASE: "notify_release",
    AskKind.TRANSFER: "transfer",
    AskKind.INTERVIEW: "interview",
    AskKind.INFORMATION: "information",
}


def of_ask(record: Record, ask: Ask, *, official: str, on: date) -> dict:
    """The facts of doing what is asked on the day `on`: a proposed act."""
    facts = _standing_facts(record, official=official)
    facts["act"] = {"kind": str(ask.act_kind), "on": on.isoformat()}
    if ask.kind == AskKind.INFORMATION:
        facts["information"] = list(ask.information) or None
    return facts


def of_act(
    record: Record,
    act: Act,
    *,
    official: str,
    head_decided: bool = False,
    served: Collection[str] = (),
    reasoned: Collection[str] = (),
) -> dict:
    """The facts of an act done, at its own date.

    `served` are the notice kinds given for this act, `reasoned` those of them whose
    paper is kept; `head_decided` is true when the head of agency had determined the ask
    before the act.
    """
    facts = _standing_facts(record, official=official)
    facts["act"] = {
        "kind": str(act.kind),
        "on": timezone.localdate(act.happened_at).isoformat(),
    }
    if act.hours_held is not None:
        facts["act"]["hours_held"] = round(act.hours_held, 2)
    if act.kind == ActKind.SHARE_INFORMATION:
        facts["information"] = list(act.information) or None
    if act.kind == ActKind.NOTIFY_RELEASE:
        facts["head_reviewed"] = head_decided or _answer(act.head_reviewed)
        facts["notification_copy_to_person"] = (
            NoticeKind.NOTIFICATION_COPY_PERSON in served or _answer(act.copy_to_person)
        )
        facts["notification_copy_to_attorney_or_designee_effort"] = (
            NoticeKind.NOTIFICATION_COPY_ATTORNEY in served
            or _answer(act.copy_to_attorney_or_designee)
        )
        facts["reason_in_writing_given"] = _is_reason_shown(
            served, reasoned
        ) or _answer(act.reason_in_writing)
    return facts


def _is_reason_shown(served: Collection[str], reasoned: Collection[str]) -> bool:
    """Whether papers show that the reason was given in writing, to all who got a copy.

    That a copy was given does not say that the reason was on it.
    """
    copies = {
        NoticeKind.NOTIFICATION_COPY_PERSON,
        NoticeKind.NOTIFICATION_COPY_ATTORNEY,
    }.intersection(served)
    is_to_person = NoticeKind.NOTIFICATION_COPY_PERSON in copies
    return is_to_person and copies <= set(reasoned)


def of_receipt(record: Record, *, official: str, served: Collection[str]) -> dict:
    """The facts of the duties that receipt creates.

    A notice not yet served is not known to have been given; whether it was is what
    the duty stays open for.
    """
    facts = _standing_facts(record, official=official)
    facts["act"] = {
        "kind": "receive_detainer",
        "on": timezone.localdate(record.ice_request.received_at).isoformat(),
    }
    facts["copy_given"] = True if NoticeKind.DETAINER_COPY in served else None
    facts["intent_stated"] = True if NoticeKind.INTENT in served else None
    return facts


def bears_out(reason_code: str, facts: dict) -> bool:
    """Whether the facts of a screening hold what a reason for approval names."""
    known = _BORNE_OUT_BY.get(reason_code)
    return known is None or known(facts)


def _convicted(facts: dict, classes: set) -> bool:
    return any(
        row["disposition"] == "convicted" and row["class"] in classes
        for row in facts["convictions"] or []
    )


_JUDGES = {"state_judge", "federal_judge", "federal_magistrate_judge"}
_BORNE_OUT_BY = {
    "judicial_warrant": lambda facts: any(
        row["signed_by"] in _JUDGES for row in facts["warrants"] or []
    ),
    "class_a_b": lambda facts: _convicted(facts, {"A", "B"}),
    "offence_2025": lambda facts: (
        facts["act"]["on"] >= "2025-10-01" and _convicted(facts, {"C", "D", "E"})
    ),
    "terrorist_database": lambda facts: facts["terrorist_screening_match"] is True,
    "court_order": lambda facts: facts["order_1225d4B"] is True,
    "authorized": lambda facts: (
        facts["written_authorization"] in ("person", "parent_or_guardian")
        or facts["terrorism_investigation"] is True
        or facts["otherwise_required_by_law"] is True
    ),
    "ground_2014": lambda facts: facts["act"]["on"] < "2019-10-01",
}


def is_detainer(record: Record) -> bool:
    """Whether what came is a civil immigration detainer of (a)(2)."""
    return isinstance(_detainer(record), dict)


def _standing_facts(record: Record, *, official: str) -> dict:
    basis = record.legal_basis
    return {
        "official": str(official),
        "detainer": _detainer(record),
        "warrants": _warrants(record),
        "order_1225d4B": _answer(basis.order_1225d4B),
        "ice_subpoena": _answer(basis.ice_subpoena),
        "convictions": _listed(
            basis.convictions_listing, [_conviction(row) for row in record.convictions]
        ),
        "terrorist_screening_match": _answer(basis.terrorist_screening_match),
        "grounds_2014": _listed(basis.grounds_2014_listing, list(basis.grounds_2014)),
        "publicly_available": _answer(basis.publicly_available),
        "under_control": _answer(record.custody.under_control),
        "written_authorization": _authorization(basis.written_authorization),
        "person_is_minor": _answer(record.person.is_minor),
        "not_competent": _answer(record.person.not_competent),
        "terrorism_investigation": _answer(basis.terrorism_investigation),
        "otherwise_required_by_law": _answer(basis.otherwise_required_by_law),
    }


def _detainer(record: Record) -> dict | str:
    ice_request = record.ice_request
    if ice_request.instrument == Instrument.UNASKED:
        return "none"
    form = "other"
    if ice_request.instrument in DETAINER_FORMS:
        if ice_request.instrument != Instrument.I_247_OLDER:
            form = str(ice_request.instrument)
    elif not _asks_for_a_detainer(record):
        return "none"
    return {
        "form": form,
        "received_on": timezone.localdate(ice_request.received_at).isoformat(),
        "asks": [_ASK_WORDS[ask.kind] for ask in record.asks if ask.kind in _ASK_WORDS],
    }


def _warrants(record: Record) -> list | None:
    """The papers listed, and the one that is itself the instrument.

    A form I-200 or I-205 that carries the asks is a known fact, listed or not.
    """
    listed = _listed(
        record.legal_basis.warrants_listing, [_warrant(row) for row in record.warrants]
    )
    instrument = str(record.ice_request.instrument)
    if instrument not in _ADMINISTRATIVE_INSTRUMENTS:
        return listed
    if any(row["form"] == instrument for row in listed or []):
        return listed
    itself = {
        "form": instrument,
        "signed_by": str(Warrant.Signer.UNKNOWN),
        "accompanies_detainer": True,
        "names_person": None,
    }
    return [*(listed or []), itself]


def _asks_for_a_detainer(record: Record) -> bool:
    by_court = record.ice_request.instrument in _COURT_INSTRUMENTS
    # A court's own paper that orders a hold is no request of the authority's.
    asking = {AskKind.NOTIFY_RELEASE} if by_court else _ASKS_OF_A_DETAINER
    return any(
        ask.kind in asking or (_INFORMATION_OF_A_DETAINER & set(ask.information))
        for ask in record.asks
    )


def _answer(value: str) -> bool | None:
    return {Answer.YES: True, Answer.NO: False}.get(value)


def _listed(listing: str, rows: list) -> list | None:
    if listing == Listing.NONE:
        return []
    return rows or None if listing == Listing.SOME else None


def _authorization(value: str) -> str | None:
    choice = LegalBasis.Authorization
    known = (choice.PERSON, choice.PARENT_OR_GUARDIAN, choice.NONE)
    return str(value) if value in known else None


def _conviction(row) -> dict:
    return {
        "section": row.section or None,
        "subdivision": row.subdivision or None,
        "class": row.felony_class or None,
        "jurisdiction": row.jurisdiction or None,
        "disposition": row.disposition or None,
        "inchoate": row.inchoate or None,
        "offense_on": row.offense_date.isoformat() if row.offense_date else None,
    }


def _warrant(row: Warrant) -> dict:
    return {
        "form": str(row.form),
        "signed_by": _signer(row),
        "accompanies_detainer": _answer(row.accompanies_detainer),
        "names_person": _names_person(row),
    }


def _signer(row: Warrant) -> str:
    """The signer, as far as the checklist lets the clerk rely on it.

    Unless the heading names a court, there is a court docket number and the paper
    orders the act that is asked (checklist 1, 2 and 7), a judge's signature is not
    established, and the law is told so.
    """
    judges = (
        Warrant.Signer.STATE_JUDGE,
        Warrant.Signer.FEDERAL_JUDGE,
        Warrant.Signer.MAGISTRATE,
    )
    checked = (row.heading_names_court, row.has_docket_number, row.orders_the_act)
    if row.signed_by in judges and any(answer != Answer.YES for answer in checked):
        return str(Warrant.Signer.UNKNOWN)
    return str(row.signed_by)


def _names_person(row: Warrant) -> bool | None:
    """Checklist 6: names this person, and is dated and not expired or recalled."""
    answers = (_answer(row.names_person), _answer(row.is_current))
    if False in answers:
        return False
    return None if None in answers else True
