"""Keysets of a test's own, and one request in a town."""

import pytest

from requests_app.vault import keys, ring
from tests.factories import file_request, make_agency, make_clerk


@pytest.fixture
def keyset_files(settings, tmp_path):
    """Two fresh keysets in files, used by the portal; forgotten afterwards."""
    settings.VAULT_KEYSET = settings.VAULT_INDEX_KEYSET = ""
    for name, new in (
        ("VAULT_KEYSET_FILE", keys.new_data_keyset),
        ("VAULT_INDEX_KEYSET_FILE", keys.new_index_keyset),
    ):
        path = tmp_path / name.lower()
        keys.write_keyset(path, new())
        setattr(settings, name, str(path))
    forget()
    yield tmp_path
    forget()


def forget():
    keys.service.cache_clear()
    ring.forget_all()


@pytest.fixture
def agency():
    return make_agency()


@pytest.fixture
def clerk(agency):
    return make_clerk(agency)


@pytest.fixture
def ice_request(agency, clerk):
    return file_request(
        agency=agency,
        clerk=clerk,
        family_names="Quispe Mamani",
        given_names="José",
        aliases="El Sastre",
        a_number="A087654321",
        event_number="EVT-17",
        narrative="wept at the gate",
    )
