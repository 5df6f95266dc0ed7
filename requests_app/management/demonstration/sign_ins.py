"""Who can sign in to the demonstration."""

from django.contrib.auth.hashers import make_password

from requests_app.accounts.models import Role, User

PASSWORD = "invented people only"
# At the main agency, and the auditor of the whole state.
USERNAMES = (
    "clerk",
    "supervisor",
    "supervisor2",
    "head",
    "administrator",
    "administrator2",
    "auditor",
    "records",
    "state-auditor",
)


def open_doors() -> None:
    """Give the people of the table the password of the demonstration."""
    people = User.objects.filter(username__in=USERNAMES)
    people.update(password=make_password(PASSWORD))


def table() -> str:
    """Role, name, agency, username and password of everybody who can sign in."""
    people = (
        User.objects.filter(username__in=USERNAMES)
        .prefetch_related("appointments__agency")
        .in_bulk(field_name="username")
    )
    rows = [("Role", "Name", "Agency", "Username", "Password")]
    for username in USERNAMES:
        if username not in people:
            continue
        person = people[username]
        appointment = person.appointments.all()[0]
        agency = appointment.agency or "The whole state"
        rows.append(
            (
                Role(appointment.role).label,
                str(person),
                str(agency),
                username,
                PASSWORD,
            )
        )
    widths = [max(len(row[column]) for row in rows) for column in range(5)]
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        for row in rows
    ]
    return "\n".join(line.rstrip() for line in lines)
