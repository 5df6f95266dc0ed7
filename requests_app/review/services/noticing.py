"""What a notice states: the facts of record and what was decided, and nothing else."""

import re
from datetime import datetime

from django.db import transaction

from requests_app.accounts.models import User
from requests_app.docket import names
from requests_app.docket.models import Act, Answer, IceRequest
from requests_app.notices import paper, wording
from requests_app.notices import services as notices
from requests_app.notices.models import Issue, Notice, NoticeKind
from requests_app.review.models import Decision, Determination
from requests_app.review.services.reconciling import owes_copy, owes_notice

# What stands behind one of these says more of the language named before it.
_ASIDE = re.compile(r"[,;/(&+]| and | or ", re.IGNORECASE)
TELLS_OF_RELEASE = (
    NoticeKind.NOTIFICATION_COPY_PERSON,
    NoticeKind.NOTIFICATION_COPY_ATTORNEY,
)


class NotDecidedYet(ValueError):
    """What the agency intends is not decided, so it cannot be told."""


class ReasonMissing(ValueError):
    """ICE was told of a release, and no reason in writing is on record."""


class ToldMissing(ValueError):
    """What ICE was told is not on record, so no copy of it can be given."""


def stated_of(
    notice: Notice, *, at: datetime, told: str = "", reason: str = ""
) -> paper.Stated:
    """What the notice states, from the rows as they stand now.

    `told` and `reason` are what an officer writes of a notification that no
    determination explains; what was decided is never taken from them.

    Raises NotDecidedYet, ReasonMissing, ToldMissing.
    """
    ice_request = notice.ice_request
    person = ice_request.person
    stated = {
        "kind": notice.kind,
        "agency": ice_request.agency.name,
        "number": ice_request.number,
        "person": f"{person.given_names} {person.family_names}".strip(),
        "issued_at": at,
        "received_at": ice_request.received_at,
        "code": "",
        "address": "",
    }
    if notice.kind in TELLS_OF_RELEASE:
        if not told.strip():
            # What the act says of itself was written for the agency, not for ICE.
            raise ToldMissing(
                "Write what ICE was told, word for word: the person is owed a copy of "
                "the notification itself."
            )
        return paper.Stated(
            **stated,
            reader=_reader(notice),
            told_at=notice.act.happened_at,
            told=told,
            why=_why(notice, reason=reason),
        )
    decided = decisions_of(ice_request)
    if notice.kind == NoticeKind.DETAINER_COPY:
        decided = tuple(paper.Answer(one.kind) for one in decided)
    else:
        refuse_undecided(ice_request)
    return paper.Stated(**stated, answers=decided)


def refuse_undecided(ice_request: IceRequest) -> None:
    """Raise while an ask is without a determination in effect.

    Raises NotDecidedYet.
    """
    if any(one.decision == "open" for one in decisions_of(ice_request)):
        raise NotDecidedYet(
            "An ask is not decided yet. Tell the person when it is: what is told must "
            "be what was decided."
        )


def decisions_of(ice_request: IceRequest) -> tuple[paper.Answer, ...]:
    """Each ask with the determination that holds, or as open."""
    live = {
        row.ask_id: row
        for row in ice_request.determinations.live().select_related(
            "ice_request__data_key"
        )
        if row.is_effective
    }
    return tuple(
        _answer(ask.kind, live.get(ask.pk)) for ask in ice_request.asks.order_by("id")
    )


def language_of(ice_request: IceRequest) -> str:
    """The language of notices that the person's own is, or nothing.

    Whole words count, of what is named first: "Spanish (Mexico)" is Spanish, and
    "K'iche', some Spanish" is not. English stands alone: "little English" is none.
    """
    typed = ice_request.person.language.strip()
    whole = set(names.words_of(typed))
    first = set(names.words_of(_ASIDE.split(typed)[0]))
    for language in wording.languages():
        words = wording.of(language)
        known = [
            set(names.words_of(one))
            for one in (language, words.name, words.english_name)
        ]
        if whole in known or first in known:
            return language
        if language != wording.ENGLISH and any(one <= first for one in known[1:]):
            return language
    return ""


def is_language_missing(ice_request: IceRequest) -> bool:
    """Whether the person has a language in which there are no notices, as far as told.

    Then somebody has to choose: a paper that the person cannot read informs nobody.
    """
    has_one = bool(ice_request.person.language.strip())
    return has_one and not language_of(ice_request)


@transaction.atomic
def prepare_intent(
    *, ice_request: IceRequest, by: User, role: str, at: datetime
) -> Issue | None:
    """Put the notice of intent into words as soon as everything is decided.

    In the person's own language, or in English where none was told; whoever gives the
    notice may issue it in another. Where there are no words in the person's language
    nothing is prepared: English with an interpreter is somebody's choice.
    """
    owed = ice_request.notices.owed().filter(kind=NoticeKind.INTENT)
    notice = owed.select_related(
        "ice_request__agency", "ice_request__data_key", "ice_request__person"
    ).first()
    if notice is None or is_language_missing(notice.ice_request):
        return None
    try:
        stated = stated_of(notice, at=at)
    except NotDecidedYet:
        return None
    return notices.issue(
        notice=notice,
        stated=stated,
        language=language_of(notice.ice_request) or wording.ENGLISH,
        by=by,
        role=role,
        at=at,
    )


def owe_for_act(*, act: Act, by: User, role: str, at: datetime) -> list[Notice]:
    """Owe what telling ICE of a release brings with it, unless it was given there."""
    given = {
        NoticeKind.NOTIFICATION_COPY_PERSON: act.copy_to_person == Answer.YES
        and act.reason_in_writing == Answer.YES,
        NoticeKind.NOTIFICATION_COPY_ATTORNEY: act.copy_to_attorney_or_designee
        == Answer.YES,
    }
    return notices.owe(
        ice_request=act.ice_request,
        kinds=[kind for kind, is_given in given.items() if not is_given],
        since=act.happened_at,
        by=by,
        role=role,
        at=at,
        act=act,
    )


def owe_newly_found(
    *, ice_request: IceRequest, by: User, role: str, at: datetime
) -> list[Notice]:
    """Owe what a new screening finds owed and was never opened.

    Owed since the receipt or the act: the duty arose there, though it is seen now. What
    came by an import is past: its notices are not this portal's to give.
    """
    if ice_request.batch_id is not None:
        return []
    who = {"by": by, "role": role, "at": at}
    owed = []
    opened = set(ice_request.notices.values_list("kind", "act_id"))
    if (NoticeKind.DETAINER_COPY, None) not in opened and owes_copy(ice_request):
        owed += notices.owe(
            ice_request=ice_request,
            kinds=notices.OWED_ON_RECEIPT,
            since=ice_request.received_at,
            **who,
        )
    of_acts = {act_id for _, act_id in opened}
    for act in ice_request.acts.order_by("id"):
        if act.pk not in of_acts and owes_notice(act):
            act.ice_request = ice_request
            owed += owe_for_act(act=act, **who)
    return owed


def _answer(kind: str, determination: Determination | None) -> paper.Answer:
    if determination is None:
        return paper.Answer(kind)
    return paper.Answer(
        kind,
        determination.decision,
        determination.reason_code,
        own_words=determination.reason,
        authority=determination.authority,
    )


def _why(notice: Notice, *, reason: str) -> paper.Answer:
    """The determination that the notification carried out, or the officer's words."""
    approved = None
    if notice.act.ask_id is not None:
        approved = (
            Determination.objects.live()
            .filter(ask=notice.act.ask_id, decision=Decision.APPROVE)
            .select_related("ice_request__data_key")
            .first()
        )
    if approved is not None and approved.is_effective:
        return _answer(approved.ask.kind, approved)
    if not reason.strip():
        raise ReasonMissing(
            "No determination explains why ICE was told. Write the reason: the section "
            "asks for it in writing."
        )
    return paper.Answer("notify_release", own_words=reason)


def _reader(notice: Notice) -> str:
    if notice.kind != NoticeKind.NOTIFICATION_COPY_ATTORNEY:
        return ""
    person = notice.ice_request.person
    return person.attorney or person.designee
