"""Mappings that an agency keeps under a name. A changed one is another row."""

from datetime import datetime

from django.db import transaction

from requests_app.accounts.models import Agency, User
from requests_app.intake import mapping as mappings
from requests_app.intake.models import ImportBatch, ImportMap
from requests_app.ledger import services as ledger

_SHIPS, _SAVED = "ships-", "saved-"


class NameTaken(ValueError):
    """A mapping has a name of at most sixty letters."""


@transaction.atomic
def save(
    *, name: str, mapping: str, batch: ImportBatch, by: User, role: str, at: datetime
) -> ImportMap:
    """Keep a mapping under a name; one of that name is retired. Raises NameTaken."""
    if len(name) > 60:
        raise NameTaken("Give the mapping a name of at most 60 letters.")
    agency = batch.agency
    kept = ImportMap.objects.filter(agency=agency, name=name, retired_at=None)
    same = kept.filter(mapping=mapping).first()
    if same is not None:
        return same
    kept.update(retired_at=at)
    row = ImportMap.objects.create(
        agency=agency, name=name, mapping=mapping, saved_by=by, saved_at=at
    )
    ledger.record(
        event="import.mapped",
        subject=batch.public_id,
        at=at,
        actor=by.public_id,
        role=role,
        agency=agency.code,
        body={"map": row.public_id},
    )
    return row


def named(agency: Agency) -> list[ImportMap]:
    """The mappings that an agency keeps, by name."""
    rows = ImportMap.objects.filter(agency=agency, retired_at=None)
    return list(rows.order_by("name"))


def text_of(chosen: str, *, agency: Agency) -> str:
    """The text of a mapping that ships or is kept, as a page names it; or nothing."""
    if chosen.startswith(_SHIPS):
        name = chosen.removeprefix(_SHIPS)
        known = name in mappings.built_in()
        return mappings.dumps(mappings.load_built_in(name)) if known else ""
    if chosen.startswith(_SAVED):
        rows = ImportMap.objects.filter(agency=agency, retired_at=None)
        row = rows.filter(public_id=chosen.removeprefix(_SAVED)).first()
        return row.mapping if row else ""
    return ""
