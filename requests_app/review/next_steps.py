"""What a reader may do next with a request, and why the rest is not open to him."""

from dataclasses import dataclass

from django.urls import reverse

from requests_app.accounts.access import DECIDERS, FILERS, Standing
from requests_app.docket.models import IceRequest, Status
from requests_app.review import services
from requests_app.review.shown import ShownAsk


@dataclass(frozen=True)
class Step:
    """One thing to do; `why_not` is empty when it is open to the reader."""

    label: str
    url: str
    why_not: str = ""
    is_main: bool = False


def of_ask(one: ShownAsk, *, standing: Standing) -> list[Step]:
    """Decide an ask, countersign its override, or reopen it, as it stands."""
    if one.determination is None:
        return [_decide(one, standing)]
    if not one.determination.is_effective:
        return [_countersign(one, standing)]
    return [_reopen(one, standing)]


def of_request(ice_request: IceRequest, *, standing: Standing) -> list[Step]:
    """Return it, ask the filer, record the release."""
    if ice_request.is_unasked:
        return []
    args = [ice_request.public_id]
    refusal = services.refusal_to_return(ice_request, standing=standing)
    returning = Step(
        "Return for correction", reverse("request_return", args=args), _words(refusal)
    )
    is_decider = standing.holds_any(DECIDERS, ice_request.agency_id)
    asking = Step(
        "Ask the filer a question",
        reverse("question_new", args=args),
        "" if is_decider else "Only a supervisor or the head of agency asks.",
    )
    is_filer = standing.holds_any(FILERS, ice_request.agency_id)
    releasing = Step(
        "Record the release",
        reverse("release_record", args=args),
        "" if is_filer else "Only those who file at the agency record it.",
    )
    return [returning, asking, releasing]


def _decide(one: ShownAsk, standing: Standing) -> Step:
    args = [one.ask.ice_request.public_id, one.ask.public_id]
    refusal = services.refusal_to_decide(
        one.ask, standing=standing, screenings=_newest(one)
    )
    why = _words(refusal)
    if not why and one.ask.ice_request.status == Status.RETURNED:
        why = "It is returned for correction: wait for the filer, or withdraw it."
    return Step("Decide", reverse("ask_determine", args=args), why, is_main=True)


def _countersign(one: ShownAsk, standing: Standing) -> Step:
    ice_request, determination = one.ask.ice_request, one.determination
    why = ""
    if not standing.holds_any(DECIDERS, ice_request.agency_id):
        why = "Only a supervisor or the head of agency countersigns."
    elif standing.user.pk in services.not_second(determination, ice_request):
        why = "The second person is none of those who filed, last corrected or decided."
    args = [ice_request.public_id, determination.public_id]
    return Step(
        "Confirm or refuse as second person",
        reverse("override_countersign", args=args),
        why,
        is_main=True,
    )


def _reopen(one: ShownAsk, standing: Standing) -> Step:
    refusal = services.refusal_to_reopen(
        one.ask, standing=standing, screenings=_newest(one)
    )
    args = [one.ask.ice_request.public_id, one.ask.public_id]
    return Step("Reopen", reverse("ask_reopen", args=args), _words(refusal))


def _newest(one: ShownAsk) -> list:
    return [one.screening] if one.screening else []


def _words(refusal: Exception | None) -> str:
    return str(refusal) if refusal else ""
