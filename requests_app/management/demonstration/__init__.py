"""Invented data for the demonstration, made by the services as people would make it.

`seeding.seed` is the one door. Everything follows from a seed and from the time it is
given; nothing here reads a clock, and no row is written past a service that could
write it, so that findings, flags and history are true of what they show.
"""
