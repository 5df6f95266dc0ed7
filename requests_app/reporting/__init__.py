"""The auditor's pages, and later the statutory reports and public records.

Promises that every number and every line opens the record it comes from. Refuses a
list without a range of dates.
"""
