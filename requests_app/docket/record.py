"""The facts of record of one request, gathered: saved rows or rows not yet saved."""

from dataclasses import dataclass, field

from requests_app.docket.models import (
    Act,
    Ask,
    Conviction,
    Custody,
    IceRequest,
    LegalBasis,
    Person,
    Warrant,
)


@dataclass
class Record:
    """Everything the law may ask about one request.

    Intake builds one from a draft before anything is saved, so that the law can
    speak while the clerk types; `Record.of` reads one from the database.
    """

    ice_request: IceRequest
    person: Person
    custody: Custody
    legal_basis: LegalBasis
    convictions: list[Conviction] = field(default_factory=list)
    warrants: list[Warrant] = field(default_factory=list)
    asks: list[Ask] = field(default_factory=list)
    acts: list[Act] = field(default_factory=list)

    @classmethod
    def of(cls, ice_request: IceRequest) -> "Record":
        return cls(
            ice_request=ice_request,
            person=ice_request.person,
            custody=ice_request.custody,
            legal_basis=ice_request.legal_basis,
            convictions=list(
                ice_request.convictions.filter(is_removed=False).order_by("id")
            ),
            warrants=list(ice_request.warrants.filter(is_removed=False).order_by("id")),
            asks=list(ice_request.asks.order_by("id")),
            acts=list(ice_request.acts.order_by("happened_at", "id")),
        )
