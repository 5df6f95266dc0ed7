"""Labelling: the agency's own words on requests. They say nothing of the law."""

from datetime import datetime

from django.db import IntegrityError, transaction

from requests_app.accounts.access import DECIDERS, Standing
from requests_app.accounts.models import Agency, Role
from requests_app.docket.models import IceRequest
from requests_app.ledger import services as ledger
from requests_app.review.models import Bulk, Label, Labelling


class NotYourLabel(PermissionError):
    """Labels are for those who decide at the agency."""


class LabelTaken(ValueError):
    """The agency has a label of that name."""


class LabelRetired(ValueError):
    """A retired label is put on nothing any more."""


class LabelledAlready(ValueError):
    """The request bears the label already, or does not bear it."""


@transaction.atomic
def add_label(*, agency: Agency, name: str, standing: Standing, at: datetime) -> Label:
    """Add a label to those of an agency.

    Raises NotYourLabel, LabelTaken.
    """
    _refuse(agency.pk, standing)
    try:
        with transaction.atomic():
            label = Label.objects.create(
                agency=agency, name=name, added_by=standing.user, added_at=at
            )
    except IntegrityError:
        raise LabelTaken("There is a label of that name. Choose another.") from None
    _record("label.added", label.public_id, agency, standing=standing, at=at)
    return label


@transaction.atomic
def retire_label(*, label: Label, standing: Standing, at: datetime) -> Label:
    """Have a label put on nothing any more; what bears it keeps it.

    Raises NotYourLabel, LabelRetired.
    """
    label = Label.objects.select_for_update().get(pk=label.pk)
    _refuse(label.agency_id, standing)
    if label.retired_at is not None:
        raise LabelRetired("This label is retired already.")
    label.retired_at = at
    label.save(update_fields=["retired_at"])
    _record("label.retired", label.public_id, label.agency, standing=standing, at=at)
    return label


@transaction.atomic
def put_on(
    *,
    label: Label,
    ice_request: IceRequest,
    standing: Standing,
    at: datetime,
    bulk: Bulk | None = None,
) -> Labelling:
    """Put a label on a request.

    Raises NotYourLabel, LabelRetired, LabelledAlready.
    """
    ice_request = _locked(ice_request)
    _refuse(ice_request.agency_id, standing)
    if label.agency_id != ice_request.agency_id:
        raise NotYourLabel("That label is another agency's.")
    if label.retired_at is not None:
        raise LabelRetired("This label is retired: choose another one.")
    if ice_request.labellings.filter(label=label, removed_at=None).exists():
        raise LabelledAlready("The request bears this label already.")
    labelling = Labelling.objects.create(
        ice_request=ice_request, label=label, labelled_by=standing.user, labelled_at=at
    )
    body = {"label": label.public_id, **({"bulk": bulk.public_id} if bulk else {})}
    subject = ice_request.public_id
    agency = ice_request.agency
    _record("request.labelled", subject, agency, standing=standing, at=at, body=body)
    return labelling


@transaction.atomic
def take_off(
    *, label: Label, ice_request: IceRequest, standing: Standing, at: datetime
) -> Labelling:
    """Take a label off a request; that it bore it is kept.

    Raises NotYourLabel, LabelledAlready.
    """
    ice_request = _locked(ice_request)
    _refuse(ice_request.agency_id, standing)
    labelling = ice_request.labellings.filter(label=label, removed_at=None).first()
    if labelling is None:
        raise LabelledAlready("The request does not bear this label.")
    labelling.removed_by = standing.user
    labelling.removed_at = at
    labelling.save(update_fields=["removed_by", "removed_at"])
    body = {"label": label.public_id}
    subject = ice_request.public_id
    agency = ice_request.agency
    _record("request.unlabelled", subject, agency, standing=standing, at=at, body=body)
    return labelling


def _locked(ice_request: IceRequest) -> IceRequest:
    locked = IceRequest.objects.select_for_update(of=("self",))
    return locked.select_related("agency").get(pk=ice_request.pk)


def _refuse(agency_id: int, standing: Standing) -> None:
    if not standing.holds_any(DECIDERS, agency_id):
        raise NotYourLabel("Labels are for those who decide at the agency.")


def _record(event: str, subject: str, agency: Agency, *, standing, at, body=None):
    is_head = standing.holds(Role.HEAD, agency.pk)
    ledger.record(
        event=event,
        subject=subject,
        at=at,
        actor=standing.user.public_id,
        role=Role.HEAD if is_head else Role.SUPERVISOR,
        agency=agency.code,
        body=body,
    )
