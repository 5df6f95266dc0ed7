"""Mappings: kept as TOML, proposed from headings, and what rows become by them."""

from datetime import UTC, date, datetime
from types import SimpleNamespace

import pytest

from requests_app.accounts.models import Agency, User
from requests_app.intake import mapping as mappings
from requests_app.intake import proposing, rows, tables
from tests import sample_tables

NOW = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)
JAIL = mappings.load_built_in("jail_bookings")


def _table(tmp_path, headings, lines, **options):
    path = sample_tables.write_csv(tmp_path / "t.csv", headings, lines, **options)
    return tables.open_table(path)


def _read(table, mapping):
    reading = rows.Reading()
    found = list(
        rows.read(table, mapping, agency=Agency(), by=User(), now=NOW, reading=reading)
    )
    made = [one for one in found if isinstance(one, rows.Made)]
    faults = [one for one in found if isinstance(one, rows.Fault)]
    return SimpleNamespace(made=made, faults=faults, reading=reading)


SMALL = """
[constants]
instrument = "I-247A"
channel = "fax"
asks = ["hold"]
[dates]
formats = ["%m/%d/%Y %H:%M", "%m/%d/%Y"]
[[columns]]
heading = "Name"
field = "full_name"
[[columns]]
heading = "When"
field = "received_at"
"""


def _small(more: str = "", before: str = ""):
    return mappings.loads(before + SMALL + more)


# The text


@pytest.mark.parametrize("name", list(mappings.built_in()))
def test_every_map_that_ships_can_be_read_and_written_again(name):
    mapping = mappings.load_built_in(name)

    assert mappings.loads(mappings.dumps(mapping)) == mapping


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("title = [", "not TOML"),
        ("nonsense = 1", "nonsense is nothing a mapping has"),
        ('[[columns]]\nheading = "a"\nfield = "salary"', "no field of a request"),
        (
            '[[columns]]\nheading="a"\nfield="sex"\nvalues={"M"="man"}',
            "“man” is none of female, male",
        ),
        ('[constants]\nreceived_at = "2026-01-01"', "of one request only"),
        ('[constants]\nact_kind = "detain"', "cannot be stated for all rows"),
        ('[dates]\nformats = ["%c"]', "formats of dates"),
        ('[dates]\ntime_of_day = "noon"', "must be a time"),
        ("title = " + '"' + "x" * 200_001 + '"', "too long"),
    ],
)
def test_says_what_is_wrong_with_a_mapping(text, words):
    with pytest.raises(mappings.NotAMapping, match=words):
        mappings.loads(text)


def test_names_what_is_missing():
    mapping = mappings.loads('group_by = ["Booking"]\n[only]\n"Hold" = []')

    said = " ".join(mappings.missing(mapping, ["Hold"]))

    assert "no column “Booking”" in said
    assert "what came" in said
    assert "person's name" in said
    assert "Say which values of “Hold”" in said


def test_finds_headings_whatever_their_capitals_and_accents():
    mapping = _small()

    assert mappings.missing(mapping, ["NAME ", "whén:"]) == []


def test_the_longest_beginning_counts():
    values = {"I247*": "older", "I247A*": "newer", "exact": "this"}

    assert mappings.found_in(values, "i247a - notice") == "newer"
    assert mappings.found_in(values, " I247  x") == "older"
    assert mappings.found_in(values, "EXACT") == "this"
    assert mappings.found_in(values, "other") is None


# The proposal


def _proposed(table):
    surveyed = proposing.survey(table.headings, table.rows())
    return proposing.propose(surveyed, title="Proposed"), surveyed


def test_proposes_fields_grouping_and_formats_of_a_booking_list(tmp_path):
    table = _table(tmp_path, sample_tables.JAIL, sample_tables.jail_rows(20))

    mapping, _ = _proposed(table)

    fields = {one.heading: one.field for one in mapping.columns}
    assert fields["Name"] == "full_name"
    assert fields["Date of Birth"] == "date_of_birth"
    assert fields["Booking Time"] == "booked_at"
    assert fields["Charge Code"] == "charge_section"
    assert mapping.group_by == ("Booking Number",)
    assert "%m/%d/%Y" in mapping.formats


def test_leaves_values_it_does_not_know_without_a_meaning(tmp_path):
    table = _table(tmp_path, ("Sexo",), [("varón",), ("M",)])

    mapping, surveyed = _proposed(table)

    assert mapping.columns[0].values == {"M": "male"}
    assert proposing.unread(mapping.columns[0], surveyed[0]) == ["varón"]


def test_says_when_days_and_months_could_be_taken_for_each_other():
    assert proposing.is_ambiguous(["03/04/2026"])
    assert not proposing.is_ambiguous(["03/04/2026", "03/25/2026"])
    assert proposing.proposed_format(["25/03/2026"]) == "%d/%m/%Y"


# What rows become


def test_several_charges_of_one_booking_make_one_request(tmp_path):
    lines = list(sample_tables.jail_rows(3, charges=3))
    # The rows of a booking need not stand together.
    table = _table(tmp_path, sample_tables.JAIL, lines[::2] + lines[1::2])

    found = _read(table, JAIL)

    assert found.faults == []
    assert [len(one.record.convictions) for one in found.made] == [3, 3, 3]
    assert found.reading.rows == 9
    one = found.made[0].record
    assert [ask.kind for ask in one.asks] == ["hold", "notify_release"]
    assert one.legal_basis.convictions_listing == "unknown"
    assert one.ice_request.origin == "import"
    assert one.ice_request.status == "recorded"
    assert one.ice_request.late_reason


def test_a_booking_without_a_hold_is_left_out(tmp_path):
    lines = sample_tables.jail_rows(8, held=4)

    found = _read(_table(tmp_path, sample_tables.JAIL, lines), JAIL)

    assert len(found.made) == 2
    assert found.reading.skipped == 12


@pytest.mark.parametrize(
    ("said", "is_filed"),
    [("1", True), ("Y", True), ("ICE detainer", True), ("0", False), ("", False)],
)
def test_knows_a_hold_as_number_letter_or_text(tmp_path, said, is_filed):
    (line,) = sample_tables.jail_rows(1, charges=1)
    line = (*line[:9], said, *line[10:])

    found = _read(_table(tmp_path, sample_tables.JAIL, [line]), JAIL)

    assert found.faults == []
    assert bool(found.made) is is_filed


def test_a_word_for_a_hold_that_nobody_listed_is_an_error(tmp_path):
    (line,) = sample_tables.jail_rows(1, charges=1)
    line = (*line[:9], "perhaps", *line[10:])

    found = _read(_table(tmp_path, sample_tables.JAIL, [line]), JAIL)

    (fault,) = found.faults
    assert (fault.number, fault.column) == (2, "Immigration Hold")
    assert found.reading.unread["Immigration Hold"] == {"perhaps": 1}


def test_rows_of_a_group_that_contradict_each_other_are_an_error(tmp_path):
    first, second = sample_tables.jail_rows(1, charges=2)
    second = (*second[:2], "01/01/1999", *second[3:])

    found = _read(_table(tmp_path, sample_tables.JAIL, [first, second]), JAIL)

    (fault,) = found.faults
    assert fault.number == 3
    assert "Contradicts row 2" in fault.text
    assert fault.column == "Date of Birth"


def test_a_hold_on_one_row_of_a_booking_only_is_an_error(tmp_path):
    first, second = sample_tables.jail_rows(1, charges=2)
    second = (*second[:9], "0", *second[10:])

    found = _read(_table(tmp_path, sample_tables.JAIL, [first, second]), JAIL)

    assert "Row 2 of the same group says otherwise" in found.faults[0].text


def test_a_table_in_other_words_works_by_mapping(tmp_path):
    table = _table(
        tmp_path,
        sample_tables.UNFORESEEN,
        sample_tables.unforeseen_rows(40),
        encoding="cp1252",
        delimiter=";",
    )
    mapping = mappings.loads(UNFORESEEN_MAP)

    found = _read(table, mapping)

    assert mappings.missing(mapping, table.headings) == []
    assert found.faults == []
    assert len(found.made) == 40
    record = found.made[1].record
    assert record.ice_request.instrument == "I-247A"
    assert record.person.date_of_birth == date(1980, 3, 3)
    assert record.convictions[0].section == "53a-61"


UNFORESEEN_MAP = """
group_by = ["nº de ficha"]
[dates]
formats = ["%d.%m.%Y %H:%M", "%d/%m/%Y"]
[[columns]]
heading = "Apellidos"
field = "family_names"
[[columns]]
heading = "Nombres"
field = "given_names"
[[columns]]
heading = "Fecha de nacimiento"
field = "date_of_birth"
[[columns]]
heading = "Sexo"
field = "sex"
values = { "varón" = "male", "mujer" = "female" }
[[columns]]
heading = "papel que llego"
field = "instrument"
values = { "boleta 247A" = "I-247A", "boleta 247G" = "I-247G" }
[[columns]]
heading = "Cuándo llegó"
field = "received_at"
[[columns]]
heading = "Por dónde"
field = "channel"
values = { "aparato de fax" = "fax", "buzón" = "mail" }
[[columns]]
heading = "Qué pide ICE"
field = "asks"
values = { "que se le retenga" = ["hold"], "que se le avise" = ["notify_release"] }
[[columns]]
heading = "Artículo imputado"
field = "charge_section"
"""


def test_reads_the_detainers_table_of_one_facility(tmp_path):
    lines = sample_tables.detainer_rows(10, codes=("CTINVEN", "NYOTHER"))
    table = _table(tmp_path, sample_tables.DETAINERS, lines)
    shipped = mappings.load_built_in("deportation_data_project")
    text = mappings.dumps(shipped).replace(
        '"detainer_facility_code" = []', '"detainer_facility_code" = ["CTINVEN"]'
    )

    found = _read(table, mappings.loads(text))

    assert mappings.missing(shipped, table.headings) != []
    assert found.faults == []
    assert len(found.made) == 5
    assert found.reading.skipped == 5
    record = found.made[0].record
    assert record.person.family_names == "Unknown"
    assert record.person.date_of_birth_answer == "unknown"
    assert record.ice_request.subject_id


@pytest.mark.parametrize(
    ("name", "when", "words"),
    [
        ("Ejemplo, Alma", "31/31/2025", "no date in the formats"),
        ("Ejemplo, Alma", "03/09/2025", "no time of day"),
        ("Ejemplo, Alma", "03/09/2025 02:30", "clocks went forward"),
        ("Ejemplo, Alma", "11/02/2025 01:30", "came twice"),
        ("Ejemplo, Alma", "03/09/2027 10:00", "in the future"),
        ("Ejemplo, Alma", "03/09/1025 10:00", "year that cannot be"),
        ("Ejemplo, Alma", "", "does not say when it was received"),
        ("", "03/09/2025 10:00", "names nobody"),
        (f"{'E' * 241}", "03/09/2025 10:00", "More than 240 letters"),
    ],
)
def test_names_row_and_reason_of_what_cannot_be_taken(tmp_path, name, when, words):
    found = _read(_table(tmp_path, ("Name", "When"), [(name, when)]), _small())

    (fault,) = found.faults
    assert fault.number == 2
    assert words in fault.text


def test_a_moment_with_its_offset_is_taken_as_written(tmp_path):
    table = _table(tmp_path, ("Name", "When"), [("E, A", "2025-11-02T01:30-04:00")])

    (made,) = _read(table, _small()).made

    assert made.record.ice_request.received_at.astimezone(UTC).hour == 5


def test_a_day_has_the_time_that_the_mapping_states(tmp_path):
    mapping = _small().__class__(
        **{**vars(_small()), "time_of_day": datetime(2000, 1, 1, 12).time()}
    )
    table = _table(tmp_path, ("Name", "When"), [("E, A", "03/10/2025")])

    (made,) = _read(table, mapping).made

    assert made.record.ice_request.received_at.astimezone(UTC).hour == 16


def test_what_was_not_said_stays_unknown(tmp_path):
    table = _table(tmp_path, ("Name", "When"), [("E, A", "03/10/2025 10:00")])

    (made,) = _read(table, _small()).made

    record = made.record
    assert record.person.sex == "unknown"
    assert record.custody.under_control == "unknown"
    assert record.legal_basis.warrants_listing == "unknown"
    assert record.legal_basis.terrorist_screening_match == "unknown"


ACTS = """
[[columns]]
heading = "Done"
field = "act_kind"
values = { "held" = "detain", "handed over" = "transfer", "-" = "" }
[[columns]]
heading = "From"
field = "act_happened_at"
[[columns]]
heading = "Until"
field = "act_ended_at"
"""


def test_every_row_of_a_group_may_bring_an_act(tmp_path):
    headings = ("Name", "When", "Done", "From", "Until")
    lines = [
        ("E, A", "03/10/2025 10:00", "held", "03/10/2025 11:00", "03/11/2025 11:00"),
        ("E, A", "03/10/2025 10:00", "handed over", "03/11/2025 11:00", ""),
        ("E, A", "03/10/2025 10:00", "-", "", ""),
    ]
    mapping = _small(ACTS, before='group_by = ["Name"]\n')

    (made,) = _read(_table(tmp_path, headings, lines), mapping).made

    assert [act.kind for act in made.acts] == ["detain", "transfer"]
    assert made.acts[0].hours_held == 24


def test_an_act_that_ends_before_it_begins_is_an_error(tmp_path):
    headings = ("Name", "When", "Done", "From", "Until")
    line = ("E, A", "03/10/2025 10:00", "held", "03/10/2025 11:00", "03/09/2025 11:00")

    found = _read(_table(tmp_path, headings, [line]), _small(ACTS))

    assert "ended before it began" in found.faults[0].text


def test_a_section_is_parted_from_its_subdivision(tmp_path):
    more = '[[columns]]\nheading = "Code"\nfield = "charge_section"\n'
    table = _table(
        tmp_path,
        ("Name", "When", "Code"),
        [("E, A", "03/10/2025 10:00", "C.G.S. 53A-134(a)(4)")],
    )

    (made,) = _read(table, _small(more)).made

    (charge,) = made.record.convictions
    assert (charge.section, charge.subdivision) == ("53a-134", "(a)(4)")
    assert charge.disposition == ""


def test_keeps_all_cells_of_the_rows_a_request_was_made_of(tmp_path):
    table = _table(tmp_path, ("Name", "When", "Remark"), [("E, A", "", "of note")])
    (row,) = table.rows()

    assert rows.cells_of([row], table.headings) == [
        {"Name": "E, A", "Remark": "of note"}
    ]
