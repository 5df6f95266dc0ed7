"""The append-only history: what happened, when, by whom, in the order of one subject.

Promises that an entry, once written, is neither changed nor deleted (the database
refuses), and that the entries of one subject are numbered without a gap. Refuses an
event that is not on its list and a body that holds anything but identifiers, codes,
numbers and dates: no name, no date of birth, no free text.
"""
