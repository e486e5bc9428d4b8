import pytest

from demo.cameras import digest, rtsp

SECRET = "secret"
URI = "rtsp://h/cam/a"
KNOWN = {"username": "viewer", "password": SECRET, "nonce": "n0"}


def request(authorization, *, method="DESCRIBE", uri=URI):
    return rtsp.Request(method, uri, {"cseq": "1", "authorization": authorization})


def header(*, method="DESCRIBE", uri=URI, username="viewer", password=SECRET, nonce="n0", **changed):
    answered = digest.response(method, uri, username=username, password=password, nonce=nonce)
    fields = {"username": username, "realm": digest.REALM, "nonce": nonce, "uri": uri, "response": answered} | changed
    return "Digest " + ", ".join(f'{name}="{value}"' for name, value in fields.items())


def test_the_response_is_that_of_the_standard(monkeypatch):
    monkeypatch.setattr(digest, "REALM", "testrealm@host.com")  # RFC 2069 §2.4, response as corrected by erratum 749
    answered = digest.response(
        "GET", "/dir/index.html", username="Mufasa", password="CircleOfLife", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093"
    )
    assert answered == "1949323746fe6a43ef61f9606e7febea"


def test_the_right_password_is_proved():
    assert digest.proves(request(header()), **KNOWN)
    assert digest.proves(request(header().replace("Digest", "digest").replace(", ", ",")), **KNOWN)


@pytest.mark.parametrize(
    "authorization",
    [
        "",
        "Basic dmlld2VyOnNlY3JldA==",
        "Digest",
        "Digest username",
        header(password="other"),
        header(username="other"),
        header(nonce="n1"),
        header(realm="other"),
        header(method="PLAY"),
        header(uri="rtsp://h/cam/b"),
        header(response=""),
        header(response="é"),
    ],
)
def test_anything_else_proves_nothing(authorization):
    assert not digest.proves(request(authorization), **KNOWN)


def test_a_proof_for_one_method_is_none_for_another():
    assert not digest.proves(request(header(), method="PLAY"), **KNOWN)


def test_the_challenge_says_when_only_the_nonce_was_old():
    assert digest.fields(digest.challenge("n0"))["nonce"] == "n0"
    assert "stale" not in digest.fields(digest.challenge("n0"))
    assert digest.fields(digest.challenge("n0", stale=True))["stale"] == "true"
