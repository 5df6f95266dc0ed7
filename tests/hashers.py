"""Password hashing for tests: Argon2 still, with the least memory and one pass."""

from django.contrib.auth.hashers import Argon2PasswordHasher


class CheapArgon2(Argon2PasswordHasher):
    """Argon2 whose cost does not slow a test down."""

    time_cost = 1
    memory_cost = 8
    parallelism = 1
