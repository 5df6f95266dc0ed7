"""What people write: reasons, authorities, notes. No name is in any of it."""

AUTHORITIES = (
    "Written opinion of corporation counsel on file (invented), section 3",
    "Order of the Superior Court on file (invented)",
    "Agreement approved by the Judicial Branch, article IV (invented)",
    "Opinion of the Attorney General on file (invented)",
)
REASONS = {
    "class_a_b": (
        "The judgment names a class B felony; a copy of the mittimus is on file.",
        "Convicted of a class A or B felony by a Connecticut court; class checked "
        "against the judgment.",
    ),
    "judicial_warrant": (
        "A warrant signed by a judicial officer came with it: court, docket number "
        "and signature were checked with the clerk of the court.",
    ),
    "terrorist_database": (
        "A possible match was confirmed by the shift commander; nothing of the "
        "database is copied here.",
    ),
    "court_order": (
        "The order under 8 USC 1225(d)(4)(B) is on file; the interview alone is "
        "covered by it.",
    ),
    "authorized": (
        "The person signed the authorization after it was read in their language.",
    ),
    "not_prohibited": (
        "The section does not forbid it on these facts.",
        "No resource is spent on custody status or release; only what is asked.",
    ),
    "other_authority": (
        "The question is open; the authority cited answers it for now.",
        "Counsel was asked and advises that this may be done.",
    ),
    "override": (
        "Counsel advises that the cited authority requires it despite the finding.",
        "The finding is noted. The cited order is followed until a court says "
        "otherwise.",
    ),
    "no_exception": (
        "No exception applies.",
        "Neither a judicial warrant, nor a conviction of class A or B, nor a match.",
        "No exception applied. ICE lifted the detainer later: case closed.",
        "No exception applied. ICE later lifted it: prosecutorial discretion.",
        "ICE withdrew it the same day: presumptive claim to U.S. citizenship.",
    ),
    "not_established": (
        "The class of the conviction is not known, and it is not guessed.",
        "What would make an exception has not been shown.",
        "The court's record was asked for and has not come.",
    ),
    "not_convicted": (
        "The charge is pending. A charge is not a conviction.",
        "The case ended without a conviction.",
        "Charged only; released by the court before an answer was due.",
    ),
    "administrative_warrant": (
        "The warrant attached is signed by an immigration officer, not a judge.",
        "Form I-200 or I-205 is administrative: there is no exception for it.",
    ),
    "policy": (
        "An exception would allow it; the agency's policy asks for a warrant.",
        "Permitted, and not done: no staff could be spared.",
    ),
}
NOTES = (
    "Reviewed with the shift commander; the order of steps was explained again.",
    "Discussed with counsel. The unit now asks the desk before it answers.",
    "Reviewed. The person's attorney was told what happened.",
    "Entered in the training plan of the unit.",
)
OUTCOMES = (
    "Booked into detention by ICE.",
    "ICE did not come; released.",
    "Released to ICE officers at the rear gate.",
    "Ended when the court ordered release.",
)
LATE_ACTS = (
    "Found when the shift log was compared with the record",
    "The officer was off duty for two days",
)
LONG_HOLD = "Entered when the hold ended"
_PAPER = {"by_hand": 82, "mail": 9, "email": 2, "refused": 7}
SERVICE = {
    "detainer_copy": _PAPER,
    "intent": {"by_hand": 74, "mail": 9, "telephone": 10, "refused": 7},
    "notification_copy_person": _PAPER,
    "notification_copy_attorney": {
        "by_hand": 20,
        "mail": 40,
        "email": 25,
        "effort": 15,
    },
}

# Why the facts of a step are corrected.
CORRECTED = {
    "person": "The name was misread on the fax; the booking sheet has it.",
    "custody": "The clerk of the court told the disposition by telephone.",
    "basis": "The paper came again, this time with both pages.",
}
