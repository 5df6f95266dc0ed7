"""In what shares things come: weights of agencies, papers, asks and endings."""

from requests_app.docket.models import ACT_OF_ASK as _ACT_OF_ASK
from requests_app.management.demonstration.agencies import MAIN

# Kinds of agency that hold people; the others meet them in freedom.
HOLDING = frozenset(
    (
        "municipal_police",
        "state_police",
        "correction",
        "judicial_marshal",
        "state_marshal",
    )
)
AGENCIES = {
    MAIN: 22,
    "WHT": 8,
    "CSP": 8,
    "DOC": 27,
    "JMH": 9,
    "SMN": 3,
    "APR": 5,
    "JPR": 3,
    "DCJ": 4,
    "BPP": 5,
    "BAL": 3,
    "UCP": 3,
}
INSTRUMENTS_WHERE_HELD = {
    "I-247A": 630,
    "I-247G": 90,
    "I-200": 45,
    "I-205": 25,
    "judicial_warrant": 12,
    "order_1225d4B": 5,
    "email": 70,
    "telephone": 55,
    "in_person": 35,
    "I-247D": 8,
    "I-247N": 5,
    "I-247X": 4,
    "I-247": 6,
    "unasked": 20,
}
INSTRUMENTS_ELSEWHERE = {
    "I-247A": 120,
    "I-200": 10,
    "email": 420,
    "telephone": 250,
    "in_person": 130,
    "unasked": 40,
}
DETAINER = {
    ("hold", "notify_release"): 68,
    ("hold",): 16,
    ("hold", "notify_release", "transfer"): 11,
    ("hold", "notify_release", "interview"): 5,
}
ASKS = {
    "I-247A": DETAINER,
    "I-247D": DETAINER,
    "I-247": DETAINER,
    "I-247N": {("notify_release",): 1},
    "I-247G": {("notify_release",): 1},
    "I-247X": {("transfer",): 1},
    "I-200": {("hold",): 6, ("transfer",): 4, ("hold", "transfer"): 3},
    "I-205": {("transfer",): 6, ("hold",): 3},
    "judicial_warrant": {("hold", "transfer"): 2, ("transfer",): 1},
    "order_1225d4B": {("interview",): 1},
    "unasked": {(): 1},
}
ASKS_WHERE_HELD = {
    ("notify_release",): 34,
    ("information",): 30,
    ("interview",): 14,
    ("information", "interview"): 12,
    ("facility",): 6,
    ("facility", "interview"): 4,
}
ASKS_ELSEWHERE = {
    ("information",): 56,
    ("interview",): 18,
    ("notify_release",): 8,
    ("facility",): 10,
    ("information", "interview"): 8,
}
INFORMATION_WHERE_HELD = {
    ("custody_status",): 50,
    ("custody_status", "home_address"): 9,
    ("home_address",): 18,
    ("home_address", "work_address"): 9,
    ("immigration_status",): 14,
}
INFORMATION_ELSEWHERE = {
    ("supervision",): 36,
    ("supervision", "home_address"): 30,
    ("home_address", "work_address"): 14,
    ("immigration_status",): 12,
    ("crime_witness",): 4,
    ("public_assistance", "financial_record"): 4,
}
CHANNELS = {
    "email": {"email": 1},
    "telephone": {"telephone": 1},
    "in_person": {"in_person": 1},
    "judicial_warrant": {"in_person": 3, "email": 1},
    "order_1225d4B": {"email": 2, "mail": 1},
    "I-200": {"fax": 3, "in_person": 2, "email": 2},
    "I-205": {"fax": 3, "in_person": 2, "email": 2},
    "unasked": {"": 1},
}
FORM_CHANNELS = {"fax": 52, "email": 36, "system": 6, "in_person": 4, "mail": 2}
DETAINER_FORMS = frozenset(("I-247A", "I-247D", "I-247N", "I-247X", "I-247G", "I-247"))

# How requests end that nobody has picked: nearly all as they should.
ENDINGS = {
    "decided": 900,
    "corrected_first": 25,
    "corrected_after": 15,
    "done_first": 20,
    "done_anyway": 18,
    "told_without_copy": 12,
    "did_more": 8,
    "override_refused": 4,
    "override_confirmed": 3,
}
UNASKED_ACTS = {
    "notify_release": 30,
    "share_information": 30,
    "provide_facility": 12,
    "interview": 8,
    "transfer": 8,
    "federal_function": 6,
    "query_ncic": 6,
}
# Of what waits for a decision, more than usual that takes thought; "" is any ground.
GROUNDS_TO_WEIGH = {
    "": 56,
    "class_a_b": 16,
    "not_known": 10,
    "possible_2025": 8,
    "judicial_warrant": 4,
    "screening_match": 3,
    "elsewhere": 3,
}
ATTACHED = {"nothing": 48, "I-200": 38, "I-205": 9, "I-862": 3, "removal_order": 2}
ATTACHED_RARELY = {"nothing": 80, "I-200": 15, "I-205": 5}
CONTROL_WHERE_HELD = {"yes": 95, "unknown": 3, "no": 2}
CONTROL_ELSEWHERE = {"yes": 45, "no": 35, "unknown": 17, "refused": 3}
AUTHORIZATIONS = {"none": 62, "person": 13, "unknown": 21, "refused": 4}
ACT_OF_ASK = {str(ask): str(act) for ask, act in _ACT_OF_ASK.items()}
UNITS = ("Booking desk", "Day shift", "Night shift", "Records unit", "Duty sergeant")
# Named in an approval, and none of those who then do it.
NAMED = ("Transport unit",)
NARRATIVES = (
    "Bail was set and has not been posted.",
    "Held on a local charge; arraignment the next morning.",
    "To be transferred to another facility within the week.",
    "Sentence ends on the date above.",
    "Asked for a consular officer to be told.",
)
