"""The words printed on the forms, as far as our drawings carry them."""

HEADING = {
    "I-247A": (
        "DEPARTMENT OF HOMELAND SECURITY (DHS)",
        "IMMIGRATION DETAINER - NOTICE OF ACTION",
    ),
    "I-247G": (
        "DEPARTMENT OF HOMELAND SECURITY (DHS)",
        "REQUEST FOR ADVANCE NOTIFICATION OF RELEASE",
    ),
    "I-200": ("U.S. DEPARTMENT OF HOMELAND SECURITY", "Warrant for Arrest of Alien"),
    "I-205": ("DEPARTMENT OF HOMELAND SECURITY", "WARRANT OF REMOVAL/DEPORTATION"),
}
FOOT = {
    "I-247A": "DHS Form I-247A ({})",
    "I-247G": "DHS Form I-247G ({})",
    "I-200": "Form I-200 (Rev. {})",
    "I-205": "ICE Form I-205 ({})",
}
INSTITUTION = (
    "TO: (Name and Title of Institution - OR Any Subsequent Law Enforcement Agency)"
)
OFFICE = {
    "3/17": "FROM: (Department of Homeland Security Office Address)",
    "02/17": "FROM: (DHS Office Address)",
}
BOX_1 = (
    "1. DHS HAS DETERMINED THAT PROBABLE CAUSE EXISTS THAT THE SUBJECT IS A REMOVABLE "
    "ALIEN. THIS DETERMINATION IS BASED ON (complete box 1 or 2):"
)
PROBABLE_CAUSE = (
    ("final_order", "A final order of removal against the alien;"),
    (
        "pending",
        "The pendency of ongoing removal proceedings against the alien;",
    ),
    (
        "biometric",
        "Biometric confirmation of the alien's identity and a records check of federal "
        "databases that affirmatively indicate, by themselves or in addition to other "
        "reliable information, that the alien lacks immigration status; and/or",
    ),
    (
        "statements",
        "Statements made by the alien to an immigration officer and/or other reliable "
        "evidence that affirmatively indicate the alien lacks immigration status.",
    ),
)
BOX_2 = (
    "2. DHS TRANSFERRED THE ALIEN TO YOUR CUSTODY FOR A PROCEEDING OR INVESTIGATION "
    "(complete box 1 or 2)."
)
RESUME = (
    "Upon completion of the proceeding or investigation for which the alien was "
    "transferred to your custody, DHS intends to resume custody of the alien."
)
SUSPECTS = "DHS SUSPECTS THAT THE PERSON NAMED ABOVE IS A REMOVABLE ALIEN."
NOTIFY = (
    "Notify DHS as early as practicable (at least 48 hours, if possible) before the "
    "alien is released from your custody."
)
CALLING = "Please notify DHS by calling ICE at:"
MAINTAIN = (
    "Maintain custody of the alien for a period NOT TO EXCEED 48 HOURS beyond the time "
    "when he/she would otherwise have been released from your custody."
)
RELAY = "Relay this detainer to any other law enforcement agency you transfer him to."
CANCEL = (
    "If checked: please cancel the detainer related to this alien previously submitted."
)
OFFICER = "(Name and title of Immigration Officer)"
SIGNATURE = "(Signature of Immigration Officer) (Sign in ink)"
BY_AGENCY = (
    "TO BE COMPLETED BY THE LAW ENFORCEMENT AGENCY CURRENTLY HOLDING THE ALIEN WHO IS "
    "THE SUBJECT OF THIS NOTICE:"
)
MANNER = (
    ("served_in_person", "in person"),
    ("served_by_mail", "by inmate mail delivery"),
    ("served_other", "other (please specify)"),
)
TO_OFFICERS = (
    "To: Any immigration officer authorized pursuant to sections 236 and 287 of the "
    "Immigration and Nationality Act to serve warrants of arrest for immigration "
    "violations"
)
REMOVABLE = "is removable from the United States. This determination is based upon:"
ARREST = (
    (
        "charging_document",
        "the execution of a charging document to initiate removal proceedings;",
    ),
    (
        "pending",
        "the pendency of ongoing removal proceedings against the subject;",
    ),
    (
        "inadmissible",
        "the failure to establish admissibility subsequent to deferred inspection;",
    ),
    (
        "biometric",
        "biometric confirmation of the subject's identity and a records check of "
        "federal databases that affirmatively indicate removability; and/or",
    ),
    (
        "statements",
        "statements made voluntarily by the subject to an immigration officer and/or "
        "other reliable evidence.",
    ),
)
COMMANDED = (
    "YOU ARE COMMANDED to arrest and take into custody for removal proceedings under "
    "the Immigration and Nationality Act, the above-named alien."
)
AUTHORIZED = "(Signature of Authorized Immigration Officer)"
PRINTED_OFFICER = "(Printed Name and Title of Authorized Immigration Officer)"
ANY_OFFICER = (
    "To any immigration officer of the United States Department of Homeland Security:"
)
SUBJECT_TO = (
    "is subject to removal/deportation from the United States, based upon a final "
    "order by:"
)
ORDERED_BY = (
    (
        "immigration_judge",
        "an immigration judge in exclusion, deportation, or removal proceedings",
    ),
    ("designated_official", "a designated official"),
    ("board_of_appeals", "the Board of Immigration Appeals"),
    ("district_court", "a United States District or Magistrate Court Judge"),
)
PROVISIONS = (
    "and pursuant to the following provisions of the Immigration and Nationality Act:"
)
TITLE = "(Title of immigration officer)"
IMMIGRATION_SIGNATURE = "(Signature of immigration officer)"
