"""People, agencies, roles with periods, and who may open which door.

Promises that a role counts only at its agency and inside its period, that a view
without a row in the access table answers nobody, and that another agency's record
looks like one that does not exist.
"""
