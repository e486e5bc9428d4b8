"""The closed lists: whatever gives access has a purpose, a name for it, and an article of law."""

import pytest

from server.models import LegalBasis, Purpose, Service, purpose


@pytest.mark.parametrize("service", Service)
def test_an_incident_has_the_purpose_of_its_service_whatever_a_grant_says(service):
    assert purpose.of(service, None) == purpose.of(service, LegalBasis.PIPA_18_2_7) == purpose.BY_SERVICE[service]


@pytest.mark.parametrize("basis", LegalBasis)
def test_a_grant_without_an_incident_has_the_purpose_of_its_legal_basis(basis):
    assert purpose.of(None, basis) in Purpose
    assert purpose.to_publish(basis) is (basis is not LegalBasis.PIPA_18_2_7)


def test_without_either_it_is_the_centres_own_work_and_no_provision():
    assert purpose.of(None, None) is Purpose.CENTRE_WATCH
    assert not purpose.to_publish(purpose.OWN_CENTRE)


def test_every_purpose_has_a_name_and_every_basis_an_article():
    assert set(purpose.NAMES) == set(Purpose)
    assert set(purpose.ARTICLES) == {*LegalBasis, purpose.OWN_CENTRE}
