"""The closed lists that the rows of record choose from."""

from django.db import models


class Answer(models.TextChoices):
    """An answer to a yes-or-no question. Not known and refused are not a no."""

    YES = "yes", "Yes"
    NO = "no", "No"
    UNKNOWN = "unknown", "Not known"
    REFUSED = "refused", "Refused to say"


class Listing(models.TextChoices):
    """Whether a list of rows is the whole of it."""

    SOME = "some", "Yes, listed below"
    NONE = "none", "None, and this was checked"
    UNKNOWN = "unknown", "Not known"
    REFUSED = "refused", "Refused to say"


class Channel(models.TextChoices):
    """How a contact reached the agency."""

    FAX = "fax", "Fax"
    EMAIL = "email", "E-mail"
    TELEPHONE = "telephone", "Telephone"
    IN_PERSON = "in_person", "In person"
    MAIL = "mail", "Post"
    SYSTEM = "system", "Electronic system"
    NONE = "none", "No contact: the agency acted unasked"


class Instrument(models.TextChoices):
    """The paper or the spoken word that carries the asks."""

    I_247A = "I-247A", "Form I-247A, detainer"
    I_247D = "I-247D", "Form I-247D, detainer (2015 to 2017)"
    I_247N = "I-247N", "Form I-247N, notification of release (2015 to 2017)"
    I_247X = "I-247X", "Form I-247X, voluntary transfer (2015 to 2017)"
    I_247G = "I-247G", "Form I-247G, notification only"
    I_247_OLDER = "I-247", "Form I-247, an older edition"
    I_200 = "I-200", "Form I-200, warrant for arrest (administrative)"
    I_205 = "I-205", "Form I-205, warrant of removal (administrative)"
    JUDICIAL_WARRANT = "judicial_warrant", "Judicial warrant"
    ORDER_1225 = "order_1225d4B", "Court order under 8 USC 1225(d)(4)(B)"
    EMAIL = "email", "E-mail without a form"
    TELEPHONE = "telephone", "Telephone call"
    IN_PERSON = "in_person", "Asked in person"
    UNASKED = "unasked", "ICE never asked"


DETAINER_FORMS = (
    Instrument.I_247A,
    Instrument.I_247D,
    Instrument.I_247N,
    Instrument.I_247X,
    Instrument.I_247G,
    Instrument.I_247_OLDER,
)


class Status(models.TextChoices):
    """Where a request stands. Written only by `docket.services.move`."""

    AWAITING = "awaiting", "Awaiting determination"
    AWAITING_SECOND = "awaiting_second", "Awaiting a second person"
    RETURNED = "returned", "Returned for correction"
    DETERMINED = "determined", "Determined"
    RECORDED = "recorded", "Recorded (nothing to decide)"


MOVES = (
    (Status.AWAITING, Status.AWAITING_SECOND),
    (Status.AWAITING, Status.DETERMINED),
    (Status.AWAITING_SECOND, Status.AWAITING),
    (Status.AWAITING_SECOND, Status.DETERMINED),
    (Status.DETERMINED, Status.AWAITING),
    (Status.AWAITING, Status.RETURNED),
    (Status.AWAITING_SECOND, Status.RETURNED),
    (Status.RETURNED, Status.AWAITING),
    # What was returned can turn out to have every ask decided.
    (Status.RETURNED, Status.DETERMINED),
)


class Origin(models.TextChoices):
    """By which way a request came into the portal."""

    DESK = "desk", "Typed in at the desk"
    READ_IN = "read_in", "Read in from its form"
    PAPER = "paper", "From a numbered paper form"
    IMPORT = "import", "Imported from a table"


class AskKind(models.TextChoices):
    """What a request wants of the agency."""

    HOLD = "hold", "Hold the person"
    NOTIFY_RELEASE = "notify_release", "Tell ICE the release date and time"
    TRANSFER = "transfer", "Hand the person over"
    INTERVIEW = "interview", "Allow an interview"
    INFORMATION = "information", "Give information"
    FACILITY = "facility", "Use a facility or resources"


class ActKind(models.TextChoices):
    """What an agency may do; the words of the assess contract."""

    DETAIN = "detain", "Held the person"
    ARREST = "arrest", "Arrested the person"
    NOTIFY_RELEASE = "notify_release", "Told ICE the release date or time"
    TRANSFER = "transfer", "Handed the person over"
    INTERVIEW = "interview", "Allowed an interview"
    SHARE_INFORMATION = "share_information", "Gave information"
    PROVIDE_FACILITY = "provide_facility", "Let ICE use a facility or resources"
    FEDERAL_FUNCTION = "federal_function", "Performed an immigration function"
    SUBMIT_FINGERPRINTS = "submit_fingerprints", "Submitted fingerprints"
    QUERY_NCIC = "query_ncic", "Queried NCIC"
    DECLINE = "decline", "Declined"


ACT_OF_ASK = {
    AskKind.HOLD: ActKind.DETAIN,
    AskKind.NOTIFY_RELEASE: ActKind.NOTIFY_RELEASE,
    AskKind.TRANSFER: ActKind.TRANSFER,
    AskKind.INTERVIEW: ActKind.INTERVIEW,
    AskKind.INFORMATION: ActKind.SHARE_INFORMATION,
    AskKind.FACILITY: ActKind.PROVIDE_FACILITY,
}


class Information(models.TextChoices):
    """Kinds of information; the words of the assess contract."""

    RELEASE_DATE = "release_date", "Release date or time"
    CUSTODY_STATUS = "custody_status", "Custody status"
    HOME_ADDRESS = "home_address", "Home address"
    WORK_ADDRESS = "work_address", "Work address"
    SUPERVISION = "supervision", "Probation or parole supervision"
    IMMIGRATION_STATUS = "immigration_status", "Immigration status"
    SEXUAL_ORIENTATION = "sexual_orientation", "Sexual orientation"
    VICTIM = (
        "domestic_or_sexual_violence_victim",
        "Being a victim of domestic violence or sexual assault",
    )
    CRIME_WITNESS = "crime_witness", "Being a crime witness"
    PUBLIC_ASSISTANCE = "public_assistance", "Receiving public assistance"
    FINANCIAL_RECORD = "financial_record", "Tax or other financial records"
