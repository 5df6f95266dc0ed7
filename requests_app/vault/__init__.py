"""Encryption of personal fields: data keys, sealed columns, the blind index, shredding.

Promises that a sealed column holds nothing but ciphertext bound to its table, column
and row; that what was changed or moved is refused and never shown; and that a data key
once destroyed takes with it everything sealed under it. Refuses to look anything up by
a sealed column, and to hand ciphertext to a page.
"""
