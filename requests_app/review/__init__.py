"""Screening, routing, determination, and what was done against what was decided.

Promises that every request and every act is screened in the transaction that writes
it, under the law in force on its own date; that a screening, a finding and a
determination are never edited, only followed by the next; and that nobody decides a
request he or she filed. Refuses to depart from a finding without a written reason,
an authority and, against a violation, the head of agency and a second person.
"""
