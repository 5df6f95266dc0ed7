"""What is not reconciled yet: decided, and the outcome is not on record or not read."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, Max, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce, Concat, JSONObject

from requests_app.docket.models import ACT_OF_ASK, Act, Release, Status
from requests_app.review.models import Assignment, Determination, Mismatch
from requests_app.vault.fields import Ciphertext, Closed


def reviewed_mismatch():
    """The newest mismatch that somebody marked as reviewed, of an outer request."""
    reviewed = (
        Assignment.objects.filter(ice_request=OuterRef("pk"), closed_by__isnull=False)
        .order_by()
        .values("ice_request")
        .annotate(newest=Max("reviewed_mismatch"))
        .values("newest")
    )
    return Coalesce(Subquery(reviewed), Value(0))


def unreconciled(requests):
    """Those of the requests that are determined and not reconciled.

    Each with what `missing` asks for.
    """
    acts = Act.objects.filter(ice_request=OuterRef("pk"))
    releases = Release.objects.filter(ice_request=OuterRef("pk"))
    unread = Mismatch.objects.filter(
        ice_request=OuterRef("pk"), id__gt=OuterRef("reviewed_mismatch")
    )
    approved = (
        Determination.objects.live()
        .filter(ice_request=OuterRef("pk"), decision="approve")
        .filter(effective_at__isnull=False)
        .filter(~Exists(Act.objects.filter(ask=OuterRef("ask"))))
    )
    return (
        requests.filter(status=Status.DETERMINED)
        .annotate(reviewed_mismatch=reviewed_mismatch())
        .annotate(
            released_to=Subquery(releases.order_by("-id").values("to_whom")[:1]),
            handed_over=Exists(acts.filter(kind="transfer")),
            has_unread_mismatch=Exists(unread),
            approved_not_done=ArraySubquery(
                approved.order_by("id").values("ask__kind")
            ),
        )
        .filter(
            Q(released_to__isnull=True)
            | Q(has_unread_mismatch=True)
            | Q(released_to=Release.To.ICE, handed_over=False)
        )
    )


def missing(
    *,
    released_to: str | None,
    handed_over: bool,
    has_unread_mismatch: bool,
    approved_not_done: Sequence[str],
) -> list[str]:
    """What keeps a determined request open, in words; empty when it is reconciled."""
    found = []
    if released_to is None:
        found.append("The release: when, and to whom")
        found += [
            f"Whether it was done: {ACT_OF_ASK[kind].label.lower()}"
            for kind in approved_not_done
        ]
    if released_to == Release.To.ICE and not handed_over:
        found.append("Released to ICE, and no act of handing over is on record")
    if has_unread_mismatch:
        found.append("A mismatch that nobody has reviewed")
    return found


def missing_of(row) -> list[str]:
    """What is missing of a row of `unreconciled`."""
    return missing(
        released_to=row.released_to,
        handed_over=row.handed_over,
        has_unread_mismatch=row.has_unread_mismatch,
        approved_not_done=row.approved_not_done,
    )


def outcome_of(ice_request, asks, acts) -> dict | None:
    """What the page of a request shows of what became of it.

    `ice_request` comes with `reviewed_mismatch`; `asks` and `acts` are as `shown`
    gives them. None where ICE never asked: what was done stands there by itself.
    """
    if ice_request.is_unasked:
        return None
    releases = [_release(dict(row), ice_request) for row in ice_request.release_rows]
    newest = releases[0] if releases else None
    is_determined = ice_request.status == Status.DETERMINED
    return {
        "release": newest,
        "earlier": releases[1:],
        "told": [one.act.happened_at for one in acts if one.act.kind in _TELLS],
        "interviews": [
            one.act.happened_at for one in acts if one.act.kind == "interview"
        ],
        "is_determined": is_determined,
        "missing": missing(
            released_to=newest.to_whom if newest else None,
            handed_over=any(one.act.kind == "transfer" for one in acts),
            has_unread_mismatch=any(
                row.pk > ice_request.reviewed_mismatch
                for one in acts
                for row in one.mismatches
            ),
            approved_not_done=_approved_not_done(asks, acts),
        )
        if is_determined
        else [],
    }


_RELEASE = ("id", "seal_id", "public_id", "to_whom", "released_at") + (
    "narrative",
    "recorded_at",
)
_RECORDED_BY = Concat("recorded_by__first_name", Value(" "), "recorded_by__last_name")


def release_rows():
    """The releases of an outer request, the newest first; what is sealed stays so."""
    rows = Release.objects.filter(ice_request=OuterRef("pk")).order_by("-id")
    return ArraySubquery(
        rows.values(
            json=JSONObject(**{one: one for one in _RELEASE}, recorder=_RECORDED_BY)
        )
    )


def _release(row: dict, ice_request) -> Release:
    """A row of `release_rows` as the model has it: what was sealed opens when read."""
    recorder = row.pop("recorder").strip()
    if row["narrative"] is not None:
        row["narrative"] = Closed(
            Ciphertext(bytes.fromhex(row["narrative"].removeprefix("\\x")))
        )
    for name in ("released_at", "recorded_at"):
        row[name] = datetime.fromisoformat(row[name]) if row[name] else None
    row["seal_id"] = UUID(row["seal_id"])
    columns = [one.attname for one in Release._meta.concrete_fields]
    names = [name for name in columns if name in row]
    release = Release.from_db("default", names, [row[name] for name in names])
    release.ice_request = ice_request
    release.recorder = recorder
    return release


_TELLS = ("notify_release", "share_information")


def _approved_not_done(asks, acts) -> list[str]:
    done = {one.act.ask_id for one in acts}
    return [
        one.ask.kind
        for one in asks
        if one.determination is not None
        and one.determination.is_effective
        and one.determination.decision == "approve"
        and one.ask.pk not in done
    ]
