"""C1: everybody tries every door; nothing of another agency is read or changed.

Two agencies alike. Whoever serves the first, or nobody at all, tries every door with
every method, with identifiers of the first agency, of the second, of both mixed and of
none, and with forms that name the second agency wherever a form could. After every
request two things are looked at: whether the answer holds a word that only the second
agency has, and whether a row of the second agency is other than it was.

    python -m tests.abuse.doors --requests 50000 [--seed 1] [--without visible_to]

The database is the tests' own (DATABASE_URL, or the embedded one), and what the run
writes is taken back. Exit status 1 and the request when something is found.
`--without` takes walls away to show what each is worth: `visible_to`, `policies`.
"""

import argparse
import os
import random
import re
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from unittest import mock

METHODS = ("get", "head", "post", "put", "patch", "delete", "options")
# Those that a page answers are tried more often than those it refuses.
OFTEN = (6, 1, 5, 1, 1, 1, 1)
NOBODY, DISABLED = "nobody", "disabled"
MISSING = "z" * 22
OURS, THEIRS, NONE = "ours", "theirs", "none"
LIBRARYS = re.compile(r"account_|mfa_|usersessions_")

# Which rows are an agency's; `%(agency)s` is its key, `%(code)s` its code.
_OF_REQUEST = (
    "ice_request_id IN"
    " (SELECT id FROM requests_app_icerequest WHERE agency_id = %(agency)s)"
)
_OF_SAMPLE = (
    "sample_id IN (SELECT id FROM requests_app_sample WHERE agency_id = %(agency)s)"
)
_OF_ITEM = (
    "item_id IN (SELECT i.id FROM requests_app_sampleitem i JOIN requests_app_sample s"
    " ON s.id = i.sample_id WHERE s.agency_id = %(agency)s)"
)
ROWS = {
    **dict.fromkeys(
        ("icerequest", "appointment", "draft", "numberseries", "sample")
        + ("reasontext",),
        "agency_id = %(agency)s",
    ),
    **dict.fromkeys(("job", "datakey", "entry"), "agency = %(code)s"),
    **dict.fromkeys(
        ("person", "custody", "legalbasis", "conviction", "warrant", "ask", "act")
        + ("communication", "notice", "screening", "iceaccess", "assignment")
        + ("determination", "mismatch", "question", "release", "reopening"),
        _OF_REQUEST,
    ),
    "finding": "screening_id IN"
    f" (SELECT id FROM requests_app_screening WHERE {_OF_REQUEST})",
    **dict.fromkeys(("sampleitem", "samplesignoff"), _OF_SAMPLE),
    **dict.fromkeys(("samplecheck", "samplefinding"), _OF_ITEM),
    "agency": "id = %(agency)s",
}
DIGEST = " UNION ALL ".join(
    f"SELECT '{table}', md5(string_agg(t::text, ',' ORDER BY t::text))"
    f" FROM requests_app_{table} t WHERE {condition}"
    for table, condition in ROWS.items()
)


@dataclass
class Agency:
    """One agency: its records by the names that addresses use, and its own words."""

    row: object
    known: Mapping[str, str]
    canaries: Sequence[str]


@dataclass
class Town:
    """Two agencies, and the sessions of the people of the first."""

    ours: Agency
    theirs: Agency
    sessions: Mapping[str, str]


@dataclass(frozen=True)
class Try:
    """One request, as it can be repeated."""

    who: str
    door: str
    method: str
    url: str
    data: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Find:
    """What should not have been: the request, and what it read or changed."""

    tried: Try
    what: str


def build() -> Town:
    """Fill the database; the second agency's words are found nowhere else."""
    from django.conf import settings
    from django.db import transaction
    from django.test import Client

    from requests_app.accounts import services as accounts
    from requests_app.accounts.models import Role
    from tests import factories
    from tests.opened import remember

    ours = _agency("Ordinary", "OURS", {})
    theirs = _agency(
        "Canarygard",
        "CANARY",
        {
            "family_names": "Ajenamente Canaria",
            "given_names": "Secundina",
            "event_number": "EVT-AJENO-77",
            "a_number": "A098765432",
        },
    )
    people = {str(role): factories.make_person(role, ours.row) for role in Role.values}
    people["no role"] = factories.make_user()
    people["ended roles"] = factories.make_user()
    for role in Role.values:
        factories.appoint(
            people["ended roles"],
            role,
            ours.row,
            effective_until=factories.NOON.date(),
        )
    people[DISABLED] = factories.make_clerk(ours.row)
    sessions = {}
    for name, person in people.items():
        client = Client()
        client.force_login(person)
        remember(client)
        sessions[name] = client.cookies[settings.SESSION_COOKIE_NAME].value
    with transaction.atomic():
        people[DISABLED].is_active = False
        people[DISABLED].save(update_fields=["is_active"])
        accounts.record_change(
            user=people[DISABLED], fields=["is_active"], at=factories.NOON
        )
    return Town(ours=ours, theirs=theirs, sessions=sessions)


def _agency(word: str, code: str, facts: dict) -> Agency:
    from requests_app.outbox import services as outbox
    from tests import factories

    row = factories.make_agency(code=code, name=f"{word} Police", body=f"{word} Town")
    staff = {"last_name": f"{word}son"}
    clerk = factories.make_clerk(row, **staff)
    head = factories.make_head(row, **staff)
    auditor = factories.make_auditor(row, **staff)
    factories.make_administrator(row, **staff)
    ice_request = factories.file_request(
        agency=row, clerk=clerk, asks=("hold", "interview"), **facts
    )
    act = factories.record_act(
        ice_request=ice_request, kind="interview", narrative=f"{word} narrative"
    )
    ask = factories.ask_of(ice_request, "interview")
    overridden = factories.override(ask=factories.ask_of(ice_request), head=head)
    draft = factories.make_draft(agency=row, owner=clerk, **facts)
    sample = factories.draw_sample(agency=row, auditor=auditor)
    job = outbox.enqueue(
        kind="person.told", subject=clerk.public_id, agency=code, at=factories.NOON
    )
    appointment = clerk.appointments.get()
    known = {
        "appointment_id": appointment.public_id,
        "ask_id": ask.public_id,
        "determination_id": overridden.public_id,
        "draft_id": draft.public_id,
        "item_id": sample.items.get().public_id,
        "sample_id": sample.public_id,
        "job_id": job.public_id,
        "notice_id": ice_request.notices.first().public_id,
        "question_id": factories.ask_filer(ice_request=ice_request, by=head).public_id,
        "request_id": ice_request.public_id,
        **_papers(row, ice_request, clerk=clerk, head=head),
    }
    canaries = (
        *known.values(),
        ice_request.number,
        act.public_id,
        f"{word}son",
        f"{word} narrative",
        *(value for value in facts.values()),
    )
    return Agency(row=row, known=known, canaries=canaries)


def _papers(agency, ice_request, *, clerk, head) -> dict[str, str]:
    """Papers, notices as issued, an import, a report, a file, what keepers have."""
    from tests import factories, kept

    paper = factories.receive_paper(ice_request=ice_request, by=clerk)
    kept_rows = kept.records(agency, ice_request)
    return {
        **{name: kept_rows[name] for name in kept.KEPT},
        "document_id": paper.public_id,
        "issue_id": factories.issue_notice(ice_request=ice_request).public_id,
        "batch_id": factories.begin_import(agency=agency, by=head).public_id,
        "report_id": factories.certify_report(agency=agency).public_id,
        "export_id": factories.take_out(agency=agency, by=clerk).public_id,
    }


class Walk:
    """Tries doors, and looks at what each try read and changed."""

    def __init__(self, town: Town, *, chance: random.Random) -> None:
        from requests_app.accounts import checks

        self.town = town
        self.chance = chance
        self.tried = 0
        self.patterns = {
            pattern.name: list(pattern.pattern.converters)
            or list(getattr(pattern.pattern, "regex", re.compile("")).groupindex)
            for pattern in checks.url_patterns()
        }
        self.doors = sorted(self.patterns)
        # The library's own pages, which know no agency, are tried less often.
        self.weights = [1 if LIBRARYS.match(door) else 3 for door in self.doors]
        self.people = (NOBODY, *town.sessions)
        self.before = self.digest()

    def random_try(self) -> Try:
        (door,) = self.chance.choices(self.doors, self.weights)
        (method,) = self.chance.choices(METHODS, OFTEN)
        return Try(
            who=self.chance.choice(self.people),
            door=door,
            method=method,
            url=self.address(door) + self.query(),
            data=self.form() if method in ("post", "put", "patch") else {},
        )

    def address(self, door: str, whose: str = "") -> str:
        from django.urls import NoReverseMatch, reverse

        given = {name: self.value(name, whose) for name in self.patterns[door]}
        try:
            return reverse(door, kwargs=given)
        except NoReverseMatch:
            return reverse(door, kwargs={**given, "name": "person"})

    def value(self, name: str, whose: str = "") -> str:
        fixed = {
            "name": self.chance.choice(("request", "person", "custody", "review")),
            "version": "2025",
            "section": "53a-71",
            "key": "an-invented-key",
            "uidb36": "1",
            "number": "1",
            "paper": f"{self.town.theirs.row.code}-P00001",
            "code": self.town.theirs.row.code,
            "since": "2026-01-01",
            "ending": "csv",
            "file": "zip",
            "kind": "intent",
            "language": "es",
            "list_name": "requests",
        }
        if name in fixed:
            return fixed[name]
        whose = whose or self.chance.choice((OURS, THEIRS, THEIRS, NONE))
        known = {OURS: self.town.ours.known, THEIRS: self.town.theirs.known}
        return known.get(whose, {}).get(name, MISSING)

    def query(self) -> str:
        theirs = self.town.theirs
        number = theirs.canaries[len(theirs.known)]
        return self.chance.choice(
            (
                "",
                "",
                f"?number={number}",
                f"?agency={theirs.row.pk}",
                f"?agency={theirs.row.code}",
                "?q=Canaria",
                "?after=999999999",
                "?status=awaiting&agency_id=" + str(theirs.row.pk),
            )
        )

    def form(self) -> dict[str, str]:
        theirs = self.town.theirs
        fields = {
            "agency": str(theirs.row.pk),
            "agency_id": str(theirs.row.pk),
            "username": "person1",
            "role": "clerk",
            "effective_from": "2026-03-10",
            "decision": "deny",
            "reason_code": "no_exception",
            "reason": "Read the findings.",
            "findings_read": "on",
            "confirmed": "yes",
            "answer": "confirm",
            "note": "Seen.",
            "code": "custody",
            "text": "Canaria",
            "due_at": "2026-03-12T12:00",
            "seen": theirs.known["determination_id"],
            "to_whom": "never_held",
            "kind": "interview",
            "happened_at": "2026-03-10T11:30",
            "served_at": "2026-03-10T11:45",
            "how": "by_hand",
            "language": "English",
            "name": "Canaria",
            "names": "Canaria",
            "q": "Canaria",
            "rev": "1",
            "attested": "yes",
            "ice_request": theirs.known["request_id"],
            "request": theirs.known["request_id"],
            "draft": theirs.known["draft_id"],
            "_next": "1",
        }
        some = self.chance.sample(sorted(fields), self.chance.randint(0, len(fields)))
        return {name: fields[name] for name in some}

    def go(self, one: Try) -> list[Find]:
        """Make one request in a savepoint that is taken back."""
        from django.db import transaction

        self.tried += 1
        with transaction.atomic():
            answer = self.ask(one)
            found = [*self.words_in(one, answer), *self.changes()]
            transaction.set_rollback(True)
        return [Find(one, what) for what in found]

    def ask(self, one: Try):
        """The answer to one request."""
        return self.client(one.who).generic(
            one.method.upper(),
            one.url,
            data=_encoded(one.data),
            content_type="application/x-www-form-urlencoded",
        )

    def client(self, who: str):
        from django.conf import settings
        from django.test import Client

        client = Client(raise_request_exception=False)
        if who != NOBODY:
            client.cookies[settings.SESSION_COOKIE_NAME] = self.town.sessions[who]
        return client

    def words_in(self, one: Try, answer) -> Iterator[str]:
        body = b"".join(answer) if answer.streaming else answer.content
        text = body.decode(errors="replace")
        sent = f"{one.url} {one.data}"
        for word in self.town.theirs.canaries:
            if word in text and word not in sent:
                yield f"read {word!r} ({answer.status_code})"
        if answer.status_code >= 500:
            yield f"answered {answer.status_code}"

    def changes(self) -> Iterator[str]:
        now = self.digest()
        yield from (
            f"changed {table}" for table in now if now[table] != self.before[table]
        )

    def digest(self) -> dict[str, str]:
        from django.db import connection

        theirs = self.town.theirs.row
        with connection.cursor() as cursor:
            cursor.execute(DIGEST, {"agency": theirs.pk, "code": theirs.code})
            return dict(cursor.fetchall())

    def run(self, requests: int) -> list[Find]:
        """Random tries until something is found or `requests` are made."""
        for _ in range(requests):
            if found := self.go(self.random_try()):
                return found
        return []


def _encoded(data: Mapping[str, str]) -> str:
    from urllib.parse import urlencode

    return urlencode(data)


@contextmanager
def without(*walls: str) -> Iterator[None]:
    """Take walls away: `visible_to`, `policies`."""
    from requests_app.docket.models import IceRequestQuerySet

    with ExitStack() as stack:
        if "visible_to" in walls:
            stack.enter_context(
                mock.patch.object(
                    IceRequestQuerySet, "visible_to", lambda rows, standing: rows
                )
            )
        if "policies" in walls:
            take_the_policies_away()
        yield


def take_the_policies_away() -> None:
    """In this transaction: every table shows every row."""
    from requests_app.accounts import grants
    from tests.database import as_owner

    as_owner(
        "SET CONSTRAINTS ALL IMMEDIATE",
        *(
            f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY"
            for table in grants.APPLICATION_TABLES
            if table.removeprefix("requests_app_") in ROWS
        ),
        "SET CONSTRAINTS ALL DEFERRED",
    )


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="tests.abuse.doors")
    parser.add_argument("--requests", type=int, default=50_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--without", nargs="*", default=[], metavar="WALL")
    options = parser.parse_args(arguments)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.test")
    import django

    django.setup()
    from tests import database

    with database.of_a_command():
        began = time.monotonic()
        found, tried = explore(options)
    took = time.monotonic() - began
    for one in found:
        print(f"FOUND {one.what}: {one.tried}")
    print(
        f"{tried} requests, {len(found)} findings, {took:.0f} s"
        f" ({1000 * took / max(tried, 1):.1f} ms each), seed {options.seed}"
    )
    return 1 if found else 0


def explore(options) -> tuple[list[Find], int]:
    import time_machine
    from django.db import transaction

    from tests.factories import NOON

    with time_machine.travel(NOON, tick=False), transaction.atomic():
        walk = Walk(build(), chance=random.Random(options.seed))
        with without(*options.without):
            found = walk.run(options.requests)
        transaction.set_rollback(True)
    return found, walk.tried


if __name__ == "__main__":
    sys.exit(main())
