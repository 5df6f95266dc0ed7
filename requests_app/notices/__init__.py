"""What the person is owed under (e)(1), and the proof that it was given.

Promises that a duty, once opened, stays on the record until it is served, and that
owed, issued and served are three facts with three times. Refuses a service without
its day, its manner and the person who served. The hours shown beside a duty are the
agency's own policy: the section sets none.
"""
