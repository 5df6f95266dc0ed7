"""What a column of a table may become: one row for each field of a filing. Pure.

Each field says to which part of the filing it belongs, what its text must be, and which
headings other agencies give it. A field that a group of rows shares is one of the
request; charges, acts and papers come one a row.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from requests_app.docket.models import (
    ActKind,
    Answer,
    AskKind,
    Channel,
    Conviction,
    Information,
    Instrument,
    LegalBasis,
    Listing,
    Person,
    Release,
    Warrant,
)
from requests_app.intake.forms.custody import JURISDICTIONS

TEXT, DAY, MOMENT, CHOICE, CHOICES = "text", "day", "moment", "choice", "choices"
# Parts of which every row of a group may bring one more.
OF_A_ROW = frozenset({"charge", "act", "warrant"})


@dataclass(frozen=True)
class Field:
    """One thing that a table may tell of a request."""

    name: str
    label: str
    part: str
    target: str
    kind: str = TEXT
    most: int = 40
    choices: Mapping[str, str] | None = None
    headings: tuple[str, ...] = ()

    @property
    def is_of_a_row(self) -> bool:
        return self.part in OF_A_ROW

    @property
    def is_chosen(self) -> bool:
        return self.kind in (CHOICE, CHOICES)


def _field(name: str, label: str, where: str, headings: str = "", **options) -> Field:
    part, _, target = where.partition(".")
    said = tuple(one.strip() for one in headings.split(",") if one.strip())
    return Field(name, label, part, target or name, headings=said, **options)


def _choice(enum) -> dict:
    listed = enum.choices if hasattr(enum, "choices") else enum
    return {"kind": CHOICE, "choices": {k: v for k, v in listed if k}}


def _choices(enum) -> dict:
    return {**_choice(enum), "kind": CHOICES}


ANSWER = _choice(Answer)
_MOMENT, _DAY = {"kind": MOMENT}, {"kind": DAY}

_ALL = (
    # What came
    _field(
        "instrument",
        "What came",
        "request",
        "form, form type, detainer form, detainer type, type, tipo de formulario, tipo",
        **_choice(Instrument),
    ),
    _field(
        "channel",
        "How it came",
        "request",
        "channel, received by, received via, method, medio, via",
        **_choice(Channel),
    ),
    _field(
        "received_at",
        "Received",
        "request",
        "received, received at, date received, date time received, detainer date, "
        "detainer received, detainer received date, fecha de recepcion, recibido, "
        "fecha recibido, fecha de la detencion migratoria",
        **_MOMENT,
    ),
    _field(
        "asks",
        "What it asks",
        "request",
        "asks, requested action, request type, action requested, solicitud, "
        "se solicita",
        **_choices(AskKind),
    ),
    _field(
        "information",
        "Information asked for",
        "request",
        "information requested, informacion solicitada",
        **_choices(Information),
    ),
    _field(
        "sender_office",
        "Sending office",
        "request",
        "ice office, field office, sending office, from office, oficina, oficina ice",
        most=120,
    ),
    _field(
        "sender_officer",
        "Sending officer",
        "request",
        "ice officer, agent, sending officer, oficial, agente",
        most=120,
    ),
    _field("sender_contact", "Sender's contact", "request", "ice phone", most=120),
    _field(
        "event_number",
        "Event number",
        "request",
        "event, event no, event number, numero de evento",
    ),
    _field(
        "subject_id",
        "Subject ID",
        "request",
        "subject id, fins, anonymized identifier, unique id, identificador",
    ),
    # The person
    _field(
        "family_names",
        "Family names",
        "person",
        "last name, lastname, surname, family name, apellido, apellidos, lname, nom, "
        "sobrenome",
        most=120,
    ),
    _field(
        "given_names",
        "Given names",
        "person",
        "first name, firstname, given name, nombre, nombres, fname, prenom, nome",
        most=120,
    ),
    _field(
        "full_name",
        "Whole name, as “Family, Given”",
        "person",
        "name, full name, inmate name, subject name, nombre completo, "
        "apellidos y nombres, detainee",
        most=240,
    ),
    _field(
        "aliases",
        "Other names, parted by semicolons",
        "person",
        "alias, aliases, aka, otros nombres, apodo",
        most=400,
    ),
    _field(
        "date_of_birth",
        "Date of birth",
        "person",
        "dob, date of birth, birth date, birthdate, fecha de nacimiento, "
        "fecha nacimiento, nacimiento, f nac",
        **_DAY,
    ),
    _field("sex", "Sex", "person", "sex, gender, sexo, genero", **_choice(Person.Sex)),
    _field(
        "ethnicity",
        "Race or ethnicity",
        "person",
        "race, ethnicity, raza, etnia",
        **_choice(Person.Ethnicity),
    ),
    _field(
        "citizenship",
        "Citizenship",
        "person",
        "citizenship, citizenship country, nationality, country of citizenship, "
        "nacionalidad, pais",
        most=60,
    ),
    _field(
        "a_number",
        "A-number",
        "person",
        "a number, alien number, a no, file no, file number, numero a, anumber, "
        "numero de extranjero",
        most=20,
    ),
    _field(
        "booking_number",
        "Booking number",
        "person",
        "booking number, booking no, booking id, booking hash, booking, jacket, "
        "inmate number, numero de ingreso, numero de registro, ficha",
    ),
    _field("language", "Language", "person", "language, idioma, lengua"),
    _field("is_minor", "Under 18", "person", "minor, juvenile, menor", **ANSWER),
    # Custody
    _field(
        "under_control",
        "Under the agency's control",
        "custody",
        "in custody, under control, bajo custodia",
        **ANSWER,
    ),
    _field(
        "booked_at",
        "Booked",
        "custody",
        "booked, booking date, booking time, booking datetime, intake date, "
        "admit date, admission date, fecha de ingreso, ingreso",
        **_MOMENT,
    ),
    _field(
        "release_expected_at",
        "Release expected",
        "custody",
        "projected release, expected release, estimated release date, salida prevista",
        **_MOMENT,
    ),
    _field(
        "release_eligible_at",
        "Eligible for release",
        "custody",
        "eligible for release, bond posted, release eligible",
        **_MOMENT,
    ),
    # The legal basis
    _field(
        "convictions_listing",
        "Whether the charges listed are all of the record",
        "basis",
        **_choice(Listing),
    ),
    _field(
        "warrants_listing",
        "Whether a warrant or removal paper came",
        "basis",
        "warrant attached, orden adjunta",
        **_choice(Listing),
    ),
    _field(
        "terrorist_screening_match",
        "Terrorist Screening Database",
        "basis",
        "tsdb, terrorist screening",
        **ANSWER,
    ),
    _field("order_1225d4B", "1225(d)(4)(B) order", "basis", **ANSWER),
    _field("ice_subpoena", "ICE subpoena", "basis", "ice subpoena", **ANSWER),
    _field(
        "grounds_2014",
        "Grounds of the 2014 text",
        "basis",
        **_choices(LegalBasis.Ground2014),
    ),
    _field(
        "probable_cause",
        "Box 1: probable cause",
        "basis",
        "probable cause, causa probable",
        **_choices(LegalBasis.ProbableCause),
    ),
    _field("resume_custody", "Box 2: resume custody", "basis", **ANSWER),
    _field("instrument_signed", "Is the paper signed", "basis", "signed", **ANSWER),
    # Charges, one a row
    _field(
        "charge_section",
        "Charge: section",
        "charge.section",
        "charge code, statute, section, charge section, offense code, "
        "codigo del cargo, articulo",
    ),
    _field(
        "charge_class",
        "Charge: class in the judgment",
        "charge.felony_class",
        "class, charge class, felony class, severity, clase",
        **_choice(Conviction.FelonyClass),
    ),
    _field(
        "charge_jurisdiction",
        "Charge: where",
        "charge.jurisdiction",
        "charge state, jurisdiction, jurisdiccion",
        **_choice(JURISDICTIONS),
    ),
    _field(
        "charge_disposition",
        "Charge: outcome",
        "charge.disposition",
        "disposition, charge status, verdict, outcome, disposicion, resultado, "
        "estado del cargo",
        **_choice(Conviction.Disposition),
    ),
    _field(
        "charge_inchoate",
        "Charge: attempt or conspiracy",
        "charge.inchoate",
        "attempt, inchoate, tentativa",
        **_choice(Conviction.Inchoate),
    ),
    _field(
        "charge_offense_date",
        "Charge: date of the offence",
        "charge.offense_date",
        "offense date, offence date, fecha del delito, date of offense",
        **_DAY,
    ),
    # Papers and acts, one a row
    _field(
        "warrant_form",
        "Paper: which",
        "warrant.form",
        "warrant type, warrant form, tipo de orden",
        **_choice(Warrant.Form),
    ),
    _field(
        "warrant_signed_by",
        "Paper: signed by",
        "warrant.signed_by",
        "warrant signed by, firmado por",
        **_choice(Warrant.Signer),
    ),
    _field(
        "act_kind",
        "Act: what was done",
        "act.kind",
        "action taken, act, accion, accion tomada",
        **_choice(ActKind),
    ),
    _field(
        "act_happened_at",
        "Act: when, or when a hold began",
        "act.happened_at",
        "action date, action time, held from, fecha de la accion",
        **_MOMENT,
    ),
    _field(
        "act_ended_at",
        "Act: when a hold ended",
        "act.ended_at",
        "held until, hold ended, retenido hasta",
        **_MOMENT,
    ),
    # The release
    _field(
        "release_to",
        "Released to whom",
        "release.to_whom",
        "release reason, released to, release type, motivo de salida, entregado a",
        **_choice(Release.To),
    ),
    _field(
        "released_at",
        "Released",
        "release.released_at",
        "released, release date, release time, release datetime, fecha de salida, "
        "salida, fecha de liberacion",
        **_MOMENT,
    ),
)
FIELDS: Mapping[str, Field] = {one.name: one for one in _ALL}
# Without these no request can be filed, wherever they come from.
NEEDED = ("instrument", "channel", "received_at")
NAMES = ("family_names", "given_names", "full_name")
