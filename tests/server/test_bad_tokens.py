import threading
from collections import Counter

import pytest

from server.access import tokens
from server.errors import TokenInvalid
from tests.conftest import ISSUER
from tests.server.bad_tokens import MANY, Forge

OVER_HTTP = 400


@pytest.fixture
def forge(keys, clock):
    return Forge(keys, clock())


@pytest.fixture
def bad(forge):
    return forge.bad()


def test_what_the_bad_ones_are_made_of_is_accepted(forge, keys, clock):
    assert tokens.verify(keys, forge.good, issuer=ISSUER, now=clock()).id == "kim"


def test_ten_thousand_bad_tokens_are_refused_in_the_same_words(bad, keys, clock):
    assert len(bad) == len(set(bad)) == MANY
    said, accepted = Counter(), []
    for token in bad:
        try:
            tokens.verify(keys, token, issuer=ISSUER, now=clock())
            accepted.append(token)
        except TokenInvalid as refusal:
            said[str(refusal)] += 1
    assert [token.split(".")[:2] for token in accepted] == []
    assert said == {tokens.REFUSED: MANY}


def answer(app, header):
    """The status that the application gives to a header as it is, which no client would send."""
    status = []
    environ = {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": "/v1/me/dispatches",
        "SERVER_NAME": "town",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "wsgi.url_scheme": "http",
        "HTTP_AUTHORIZATION": header,
    }
    list(app(environ, lambda line, _headers: status.append(int(line[:3]))))
    return status[0]


def test_over_http_they_are_401_and_never_a_mishap(bad, app):
    chosen = bad[:: MANY // OVER_HTTP]
    for token in chosen:
        text = f"DPoP {token}".encode("utf-8", "surrogatepass").decode("latin-1")  # as PEP 3333 has it
        assert answer(app, text) == 401, token[:200]


def test_good_calls_get_through_while_bad_ones_come(bad, app, phone):
    kim, over = phone("kim"), threading.Event()

    def flood():
        for token in bad[::100]:
            if over.is_set():
                return
            answer(app, "DPoP " + token.encode("utf-8", "surrogatepass").decode("latin-1"))

    floods = [threading.Thread(target=flood) for _ in range(4)]
    for thread in floods:
        thread.start()
    assert {kim.get("/v1/me/dispatches").status_code for _ in range(20)} == {200}
    over.set()
    for thread in floods:
        thread.join(60)
