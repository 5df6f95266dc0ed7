"""The facts of record: numbered requests, asks, acts, communications, status.

Promises one number for each record and never the same twice, that an answer not
given is kept apart from a "no", and that the status moves only along its table.
Refuses to decide anything: what the facts mean is the business of `review`.
"""
