"""Settings of the tests: the real database and queues, no pool, memory for mail."""

from portal.settings.base import *  # noqa: F403

SECRET_KEY = "only for tests"
DEBUG = False
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
DATABASES = {"default": env.database(pool=False)}  # noqa: F405
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
# Keys that anybody may know: they open invented people only.
VAULT_KEYSET = (
    '{"primaryKeyId": 1649063412, "key": [{"keyData": {"typeUrl":'
    ' "type.googleapis.com/google.crypto.tink.AesGcmKey", "value":'
    ' "GiCT6H6NW6+m/QfaZzzqMiOoQ6NgqxwNOrlwaWbVp+BQFw==", "keyMaterialType":'
    ' "SYMMETRIC"}, "status": "ENABLED", "keyId": 1649063412,'
    ' "outputPrefixType": "TINK"}]}'
)
VAULT_INDEX_KEYSET = (
    '{"primaryKeyId": 483680628, "key": [{"keyData": {"typeUrl":'
    ' "type.googleapis.com/google.crypto.tink.HmacPrfKey", "value":'
    ' "EgIIAxog4YzijHneJA/JhqBtg709Wign19wcLi5n2uqYLuDTn4o=", "keyMaterialType":'
    ' "SYMMETRIC"}, "status": "ENABLED", "keyId": 483680628,'
    ' "outputPrefixType": "RAW"}]}'
)
VAULT_KEYSET_FILE = VAULT_INDEX_KEYSET_FILE = ""
# One unit of memory, one pass: the hash is still Argon2, made cheap for tests.
PASSWORD_HASHERS = ["tests.hashers.CheapArgon2"]
STORAGES = {
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
}
WHITENOISE_USE_FINDERS = True
DEMONSTRATION = False
