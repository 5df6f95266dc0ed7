"""A dump of the database, without the keys, holds none of sixty canaries.

The dump is pg_dump's own, of a database in which everything that a page can take has
been typed in: what a thief of a backup would hold.
"""

import subprocess
from datetime import date, timedelta

import pytest
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from portal import embedded
from requests_app.accounts.models import Role
from requests_app.intake import services as intake
from requests_app.review import services as review
from requests_app.review.models import Assignment
from tests import canaries, database
from tests.factories import (
    NOON,
    answers,
    ask_of,
    determine,
    file_request,
    judicial_warrant,
    make_agency,
    make_clerk,
    make_head,
    make_supervisor,
    record_act,
)

# Ten of each kind are typed into a request; six requests.
KINDS = {
    "family_names": "Quetzalfín{} Zarigüeyo{}",
    "given_names": "Xochiquétzal{}",
    "aliases": "Tlacuache{} Ñandutí",
    "a_number": "A08765432{}",
    "booking_number": "BK-Zk773{}x",
    "attorney": "Zenobia{} Quillfeather, 203-555-017{}",
    "designee": "Wilfrido{} Yaxchilán, 4{} Zzyzx Street",
    "sender_officer": "Officer{} Pferdmann",
    "event_number": "EVTzq0091{}",
    "narrative": "wept{} near Wzdychów Bridge",
}
OTHERS = {
    "date_of_birth": [date(1961, 7, 13) + timedelta(days=97 * n) for n in range(6)],
}
CANARIES = {
    kind: [text.format(number, number) for number in range(6)]
    for kind, text in KINDS.items()
}
SIXTY = [word for words in CANARIES.values() for word in words]
DAYS = [
    day.strftime(form)
    for day in OTHERS["date_of_birth"]
    for form in ("%Y-%m-%d", "%m/%d/%Y", "%d/%m/%Y", "%B %d, %Y", "%Y%m%d")
]
ALSO = [
    "Krzywousty the sergeant",
    "handed over at Gżegżółka gate",
    "the Brzęczyszczykiewicz memo",
    "Op. Chrząszcz 17",
    "Szczebrzeszyn was told",
    "3:26-mj-zz771",
    "Mistyped Quauhtémoc",
]


@pytest.fixture
def filled(transactional_db):
    """Six requests, one of them decided, done and closed, and a draft left open."""
    agency = make_agency()
    clerk, head = make_clerk(agency), make_head(agency)
    requests = [
        file_request(
            agency=agency,
            clerk=clerk,
            warrants=[judicial_warrant(docket_number=ALSO[5])],
            date_of_birth=OTHERS["date_of_birth"][number],
            **{kind: words[number] for kind, words in CANARIES.items()},
        )
        for number in range(6)
    ]
    first = requests[0]
    determine(
        ask=ask_of(first), by=make_supervisor(agency), reason=ALSO[2], authority=ALSO[3]
    )
    record_act(ice_request=first, kind="transfer", done_by=ALSO[0], narrative=ALSO[1])
    review.close(
        assignment=Assignment.objects.open().get(ice_request=first),
        note=ALSO[4],
        seen=review.newest_flags(first),
        by=head,
        role=Role.HEAD,
        at=NOON,
    )
    intake.begin_draft(
        agency=agency, by=clerk, at=NOON, answers=answers(family_names=ALSO[6])
    )


def dump():
    """What pg_dump makes of the test database."""
    where = database.addresses()
    admin = {**conninfo_to_dict(where.admin), "dbname": where.name}
    program = next(path for path in embedded.providers() if (path / "pg_dump").exists())
    command = [program / "pg_dump", "--no-owner", "--enable-row-security", "--inserts"]
    done = subprocess.run(
        [*command, "--dbname", make_conninfo(**admin)], capture_output=True, check=True
    )
    return done.stdout


def test_holds_none_of_sixty_canaries_nor_a_birth_date(filled):
    dumped = dump()

    assert len(SIXTY) == 60
    assert canaries.found([*SIXTY, *DAYS, *ALSO], dumped) == set()
    assert dumped.count(b"INSERT INTO public.requests_app_person") == 6


def test_would_find_a_word_in_a_column_that_is_not_sealed(transactional_db):
    agency = make_agency()
    file_request(agency=agency, clerk=make_clerk(agency), sender_office=SIXTY[0])

    assert canaries.found(SIXTY, dump()) == {SIXTY[0]}


@pytest.mark.parametrize("coding", canaries.LEAKED)
def test_would_find_each_word_in_each_coding(coding):
    words = [*SIXTY, *ALSO]
    leaked = {word: canaries.LEAKED[coding](word) for word in words}

    missed = [
        word for word in words if word not in canaries.found([word], leaked[word])
    ]

    assert missed == []
