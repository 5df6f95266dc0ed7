"""Keys are renewed while the portal runs; the long version is tests.faults.rotation."""

import json

import pytest
from allauth.mfa.models import Authenticator
from django.core.management import CommandError, call_command
from django.db import connection

from requests_app.docket.models import IceRequest
from requests_app.ledger.models import Entry
from requests_app.vault import blind, keys, ring
from requests_app.vault import services as vault
from requests_app.vault.models import DataKey
from tests import database
from tests.factories import make_agency, make_clerk, make_user
from tests.faults import rotation
from tests.vault.conftest import forget

RECORDS, WRITERS = 150, 2


@pytest.fixture
def environment(settings, tmp_path):
    """Keysets in files, for this process and those it begins; taken back at the end."""
    for name in ("KEYSET", "KEYSET_FILE", "INDEX_KEYSET", "INDEX_KEYSET_FILE"):
        setattr(settings, f"VAULT_{name}", "")
    yield rotation.use_keysets(tmp_path)
    forget()


@pytest.mark.django_db(transaction=True)
def test_leaves_nothing_unreadable_under_writers(environment):
    agency = make_agency()

    found = rotation.rotate(
        records=RECORDS,
        count=WRITERS,
        agency=agency,
        clerk=make_clerk(agency),
        environment={**environment, "DATABASE_URL": database.addresses().application},
    )
    control = rotation.unreadable_when_the_old_key_goes_first()

    assert found["renewed_key"]
    assert (found["unreadable"], found["left_on_old_key"]) == (0, 0)
    assert found["records"] > RECORDS
    assert all(found["writers"].values())
    assert control == found["records"]


@pytest.mark.django_db
def test_enters_every_batch_and_no_key(keyset_files, ice_request):
    call_command("rotate_keys")

    entry = Entry.objects.get(event="keys.rotated")
    body = json.loads(entry.body)
    assert (body["what"], body["rows"]) == ("data_key", 1)
    assert keys.service().primary() not in entry.body
    assert entry.actor == "system"


@pytest.mark.django_db
def test_opens_everything_under_the_new_key_alone(keyset_files, ice_request):
    old = DataKey.objects.get().kek

    call_command("rotate_keys", drop_old=True)
    forget()

    assert DataKey.objects.get().kek == keys.service().primary() != old
    assert IceRequest.objects.get().person.family_names == "Quispe Mamani"


@pytest.mark.django_db
def test_takes_up_a_run_that_was_broken_off(keyset_files, ice_request):
    keys.service().add_data_key()
    assert vault.left_on_old_keys() == 1

    call_command("rotate_keys", rewrap=True)

    assert vault.left_on_old_keys() == 0


@pytest.mark.django_db
def test_renews_the_second_factors_too(keyset_files):
    sealed = vault.seal_text("JBSWY3DPEHPK3PXP", about="second factor")
    row = Authenticator.objects.create(
        user=make_user(), type=Authenticator.Type.TOTP, data={"secret": sealed}
    )

    call_command("rotate_keys", drop_old=True)

    row.refresh_from_db()
    opened = vault.open_text(row.data["secret"], about="second factor")
    assert row.data["secret"] != sealed
    assert opened == "JBSWY3DPEHPK3PXP"


@pytest.mark.django_db
def test_goes_on_finding_people_while_the_index_is_renewed(
    keyset_files, ice_request, agency
):
    keys.service().add_index_key()
    during = IceRequest.objects.named("quispe", agencies=[agency.pk]).exists()

    call_command("rotate_keys", index=True, rewrap=True, drop_old=True)

    row = IceRequest.objects.get()
    assert during
    assert row.index_key == blind.index_key()
    assert set(row.found_by).isdisjoint(ice_request.found_by)
    assert IceRequest.objects.named("quispe", agencies=[agency.pk]).exists()


@pytest.mark.django_db
def test_renews_no_key_that_comes_from_the_environment(ice_request):
    with pytest.raises(CommandError, match="environment"):
        call_command("rotate_keys")

    assert vault.left_on_old_keys() == 0


@pytest.mark.django_db
def test_passes_by_what_was_shredded(keyset_files, ice_request):
    key = DataKey.objects.get()
    vault.shred(key=key, authority="RC-075-1", at=key.made_at)

    call_command("rotate_keys")

    assert vault.left_on_old_keys() == 0


@pytest.mark.django_db
def test_may_delete_no_data_key_as_the_portal(ice_request):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT has_table_privilege(current_user, 'requests_app_datakey', 'DELETE')"
        )
        assert cursor.fetchone()[0] is False


@pytest.mark.django_db
def test_reads_a_key_anew_whose_wrapping_was_renewed(keyset_files, ice_request):
    ring.forget_all()
    list(DataKey.objects.all())

    call_command("rotate_keys", drop_old=True)

    assert IceRequest.objects.get().person.family_names == "Quispe Mamani"
