"""Durable jobs: rows written in the caller's transaction; the broker only rings.

Promises that a job exists if and only if the change that wanted it was committed,
that it is done at least once, and that doing it twice has the effect of once. Refuses
a payload: a job carries its kind and one public identifier, nothing else.
"""
