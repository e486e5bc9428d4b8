import json
import stat

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jwt import PyJWK

from server import keyfile
from server.access import tokens
from server.access.keys import Keys, KeysMissing
from server.access.ring import thumbprint
from server.cameras.credentials import Vault, VaultClosed
from server.errors import TokenInvalid


def test_first_run_makes_keys_that_only_their_owner_reads_and_the_next_run_keeps_them(tmp_path):
    first, vault = Keys.create(tmp_path), Vault.create(tmp_path)
    again = Keys.create(tmp_path)
    assert first.ring.signing.kid == again.ring.signing.kid
    assert first.sid("session") == again.sid("session")
    assert Vault.create(tmp_path).open(vault.seal("geheim")) == "geheim"
    folder = tmp_path / "keys"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {path.name: stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {
        "signing.pem": 0o600,
        "session.key": 0o600,
        "camera.key": 0o600,
    }


def test_a_published_key_verifies_a_token_and_tells_nothing_private(keys, clock):
    (published,) = keys.ring.jwks()["keys"]
    assert set(published) == {"kty", "crv", "x", "kid", "use", "alg"}
    assert PyJWK(published).key == keys.ring.signing.public
    assert published["kid"] == thumbprint(keys.ring.signing.public)


def test_the_thumbprint_is_the_one_of_the_standard():
    """RFC 8037 appendix A.3."""
    jwk = {"kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}
    assert thumbprint(PyJWK(jwk).key) == "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"


def test_a_key_is_changed_by_a_new_first_one_and_old_tokens_stay_valid(data_dir, tmp_path, clock):
    running = Keys(data_dir)
    old_kid = running.ring.signing.kid
    token = tokens.mint(running, "officer:kim", bound=tokens.Bound("l", "key"), issuer="i", now=clock())
    new = Keys.create(tmp_path / "new")
    path = data_dir / "keys" / "signing.pem"
    path.write_bytes((tmp_path / "new" / "keys" / "signing.pem").read_bytes() + path.read_bytes())
    for both in (running, Keys(data_dir)):
        assert tokens.verify(both, token, issuer="i", now=clock()).id == "kim"
        assert [key["kid"] for key in both.ring.jwks()["keys"]] == [new.ring.signing.kid, old_kid]


def test_a_changed_file_counts_at_once_and_an_unknown_key_id_never_has_it_read(keys, clock):
    before = keys.ring
    stranger = tokens.mint(
        Keys.create(keys.path.parents[2] / "else"),
        "officer:kim",
        bound=tokens.Bound("l", "key"),
        issuer="i",
        now=clock(),
    )
    for _ in range(100):
        with pytest.raises(TokenInvalid):
            tokens.verify(keys, stranger, issuer="i", now=clock())
    assert keys.ring is before
    keyfile.replace(keys.path, before.text())
    assert keys.ring is not before
    assert keys.ring.signing.kid == before.signing.kid
    assert keys.ring.signing.published_at == before.signing.published_at


@pytest.mark.parametrize("content", [None, b"", b"nonsense", b"-----BEGIN PRIVATE KEY-----\nhalf"])
def test_a_key_file_that_is_gone_or_broken_stops_everything_and_mends_itself(content, keys, phone):
    kim, whole = phone("kim"), keys.path.read_bytes()
    keys.path.unlink() if content is None else keys.path.write_bytes(content)
    assert kim.get("/v1/me/dispatches").json["code"] == "server_unavailable"
    assert kim.refresh().status_code == 503
    keys.path.write_bytes(whole)
    assert kim.get("/v1/me/dispatches").status_code == 200


def test_a_replaced_key_file_is_private_and_leaves_no_draft(tmp_path):
    keyfile.create(tmp_path / "k" / "one", b"first")
    keyfile.replace(tmp_path / "k" / "one", b"second")
    (only,) = (tmp_path / "k").iterdir()
    assert (only.read_bytes(), stat.S_IMODE(only.stat().st_mode)) == (b"second", 0o600)


@pytest.mark.parametrize("file", ["signing.pem", "session.key"])
@pytest.mark.parametrize(
    "content", [None, b"", b"nonsense", b"-----BEGIN PRIVATE KEY-----\nx\n-----END PRIVATE KEY-----\n"]
)
def test_a_missing_or_broken_key_stops_the_start_and_says_what_to_do(file, content, data_dir):
    path = data_dir / "keys" / file
    path.unlink() if content is None else path.write_bytes(content)
    with pytest.raises(KeysMissing, match="keys"):
        Keys(data_dir)


@given(st.text(max_size=100))
def test_a_password_comes_back_as_it_was(vault_dir, password):
    vault = Vault(vault_dir)
    sealed = vault.seal(password)
    assert vault.open(sealed) == password
    assert vault.seal(password) != sealed


@pytest.fixture(scope="session")
def vault_dir(keys_dir):
    return keys_dir


def test_a_password_sealed_with_another_key_stays_closed(tmp_path, data_dir):
    with pytest.raises(VaultClosed):
        Vault(data_dir).open(Vault.create(tmp_path).seal("geheim"))


@pytest.mark.parametrize("content", [None, "", "nonsense"])
def test_a_vault_without_its_key_stays_closed(content, data_dir):
    path = data_dir / "keys" / "camera.key"
    path.unlink() if content is None else path.write_text(content)
    with pytest.raises(VaultClosed, match="camera"):
        Vault(data_dir).seal("x")


def test_a_key_file_is_never_overwritten_and_leaves_no_draft(tmp_path):
    keyfile.create(tmp_path / "k" / "one", b"first")
    keyfile.create(tmp_path / "k" / "one", b"second")
    assert [(path.name, path.read_bytes()) for path in (tmp_path / "k").iterdir()] == [("one", b"first")]


def test_the_jwks_is_public_and_cacheable(phone, keys):
    reply = phone().get("/.well-known/jwks.json")
    assert json.loads(reply.data) == keys.ring.jwks()
    assert reply.headers["Cache-Control"] == "public, max-age=300"
