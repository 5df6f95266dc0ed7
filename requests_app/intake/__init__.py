"""Filing: the forms, the drafts, correcting, recording acts.

Promises that nothing typed is lost, that one submission makes one request, and that
an unanswered question stays unanswered. Refuses to guess a fact.
"""
