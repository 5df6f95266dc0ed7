"""Invented tables as other agencies have them, written by a script. No real person.

`python -m tests.sample_tables FOLDER` writes one of each, to try an import by hand.
"""

import csv
import random
import sys
import zipfile
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path

import xlsxwriter

FAMILY = "Ejemplo Inventado Muestra Prueba Quimera Sobral Tavares Nowak Pierre Çelik"
GIVEN = "Alma Bruno Célina Dario Élodie Fabián Gaëlle Hong Ignacio Jolanta"
COUNTRIES = "ECUADOR GUATEMALA BRAZIL HAITI POLAND CHINA ALBANIA"

JAIL = (
    "Booking Number",
    "Name",
    "Date of Birth",
    "Sex",
    "Booking Time",
    "Charge Code",
    "Charge",
    "Disposition",
    "Bail",
    "Immigration Hold",
    "Release Reason",
    "Release Time",
)
# Headings that no synonym was written for, with values of the agency's own.
UNFORESEEN = (
    "Nº de ficha",
    "Apellidos",
    "Nombres",
    "Fecha de nacimiento",
    "Sexo",
    "Papel que llegó",
    "Cuándo llegó",
    "Por dónde",
    "Qué pide ICE",
    "Artículo imputado",
)
DETAINERS = (
    "detainer_prepare_date",
    "detainer_facility",
    "detainer_facility_code",
    "detainer_type",
    "gender",
    "citizenship_country",
    "birth_year",
    "final_order_yes_no",
    "notify_release_request_yes_no",
    "detainer_lift_reason",
    "anonymized_identifier",
)
CODES = ("53a-134(a)(4)", "53a-167a", "21a-277(a)", "14-227a", "53a-61")


def jail_rows(
    bookings: int, *, held: int = 1, charges: int = 2, seed: int = 1
) -> Iterable[tuple]:
    """Rows of a booking list; every `held`-th booking bears an immigration hold."""
    chance = random.Random(seed)
    families, givens = FAMILY.split(), GIVEN.split()
    for number in range(1, bookings + 1):
        booked = datetime(2025, 1, 2, 8) + timedelta(hours=7 * (number % 1_000))
        born = date(1960, 1, 1) + timedelta(days=chance.randrange(15_000))
        family = f"{chance.choice(families)} {chance.choice(families)}"
        has_left = chance.random() < 0.5
        shared = (
            f"B{number:07}",
            f"{family}, {chance.choice(givens)}",
            f"{born:%m/%d/%Y}",
            chance.choice("MF"),
            f"{booked:%m/%d/%Y %H:%M}",
        )
        after = (
            "1" if number % held == 0 else "0",
            chance.choice(("Bond posted", "Court", "Time served")) if has_left else "",
            f"{booked + timedelta(hours=30):%m/%d/%Y %H:%M}" if has_left else "",
        )
        for code in chance.sample(CODES, charges):
            charge = (code, "AN INVENTED CHARGE", "Pending", "5000")
            yield (*shared, *charge, *after)


def unforeseen_rows(count: int) -> Iterable[tuple]:
    """Rows of a table in Spanish, by an office with ways of its own."""
    families, givens = FAMILY.split(), GIVEN.split()
    for number in range(1, count + 1):
        came = datetime(2026, 1, 5, 9, 30) + timedelta(hours=number)
        yield (
            f"F-{number}",
            f"{families[number % 10]} {families[(number + 3) % 10]}",
            givens[number % 10],
            f"{date(1980, 1, 1) + timedelta(days=number * 31):%d/%m/%Y}",
            ("varón", "mujer")[number % 2],
            ("boleta 247A", "boleta 247G")[number % 2],
            f"{came:%d.%m.%Y %H:%M}",
            ("aparato de fax", "buzón")[number % 2],
            ("que se le retenga", "que se le avise")[number % 2],
            "53a-61",
        )


def detainer_rows(count: int, *, codes: Sequence[str] = ("CTINVEN",)):
    """Rows as the detainers table has them."""
    chance = random.Random(2)
    for number in range(1, count + 1):
        prepared = date(2019, 1, 1) + timedelta(days=number % 2_500)
        yield (
            prepared.isoformat(),
            "INVENTED COUNTY JAIL",
            codes[number % len(codes)],
            "I247A - Immigration Detainer - Notice of Action",
            chance.choice(("Male", "Female", "Unknown")),
            chance.choice(COUNTRIES.split()),
            str(1960 + number % 40),
            chance.choice(("YES", "NO")),
            chance.choice(("YES", "NO", "")),
            chance.choice(("Booked into Detention", "Detainer Declined by LEA", "")),
            f"{number:032x}",
        )


def write_csv(
    path: Path,
    headings: Sequence[str],
    rows: Iterable[Sequence],
    *,
    encoding: str = "utf-8",
    delimiter: str = ",",
) -> Path:
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.writer(file, delimiter=delimiter)
        writer.writerow(headings)
        writer.writerows(rows)
    return path


def write_xlsx(path: Path, headings: Sequence[str], rows: Iterable[Sequence]) -> Path:
    """A sheet with typed cells: what is a date or a number is stored as one."""
    book = xlsxwriter.Workbook(str(path))
    page = book.add_worksheet("List")
    shapes = {
        datetime: book.add_format({"num_format": "yyyy-mm-dd hh:mm"}),
        date: book.add_format({"num_format": "yyyy-mm-dd"}),
    }
    page.write_row(0, 0, headings)
    for number, row in enumerate(rows, start=1):
        for place, cell in enumerate(row):
            if type(cell) in shapes:
                page.write_datetime(number, place, cell, shapes[type(cell)])
            else:
                page.write(number, place, cell)
    book.close()
    return path


def alter(path: Path, part: str, change) -> Path:
    """A copy of an XLSX of which one part is another: `change` gets its bytes."""
    altered = path.with_name(f"altered-{path.name}")
    with (
        zipfile.ZipFile(path) as old,
        zipfile.ZipFile(altered, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for one in old.infolist():
            content = old.read(one)
            new.writestr(one, change(content) if one.filename == part else content)
    return altered


def as_sent(response):
    """What a browser would send back of the page of a mapping."""
    page = response.context["page"]
    sent = {"text": page.text, "formats": page.formats, "group_by": page.group_by}
    sent |= {"time_of_day": page.time_of_day, "deciding": page.deciding}
    sent |= {"only": page.only, "skip": page.skip}
    if page.names_nobody:
        sent["names_nobody"] = "yes"
    for entry in page.entries:
        sent[f"field-{entry.place}"] = entry.becomes
        for value in entry.values:
            kept = "kept" if value.kept else value.chosen
            sent[f"value-{entry.place}-{value.place}"] = kept
    for one in page.stated:
        sent[f"stated-{one['name']}"] = [code for code in one["chosen"] if code]
    return sent


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    write_csv(folder / "jail.csv", JAIL, jail_rows(200, held=4))
    write_csv(folder / "detainers.csv", DETAINERS, detainer_rows(200))
    write_csv(
        folder / "unforeseen.csv",
        UNFORESEEN,
        unforeseen_rows(40),
        encoding="cp1252",
        delimiter=";",
    )
    write_xlsx(folder / "jail.xlsx", JAIL, jail_rows(200, held=4))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
