"""A sign-in service of an agency, in this process: OpenID Connect over real HTTP on the loopback interface.

It does what a good one does, unless a test tells it to lie: ``claims`` and ``header`` are added to its next identity
tokens, ``key`` signs them instead of the published one (bytes: as a shared secret), ``metadata`` is added to what it publishes, ``replies`` are
given instead of the ones at a path.
"""

import base64
import hashlib
import hmac
import json
import secrets
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT, SECRET = "goldentime", "canary-provider-secret"
KEY = RSAKey.generate_key(2048, {"kid": "one"})


class StubProvider:
    def __init__(self, clock):
        self.clock, self.key = clock, KEY
        self.claims, self.header, self.metadata, self.replies = {}, {}, {}, {}
        self.codes, self.asked = {}, []
        provider = self

        class Door(BaseHTTPRequestHandler):
            def do_GET(self):
                provider.answer(self, "")

            def do_POST(self):
                provider.answer(self, self.rfile.read(int(self.headers["Content-Length"])).decode())

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
        self.issuer = f"http://127.0.0.1:{self.server.server_port}"
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.01})

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()
        self.thread.join(20)

    def answer(self, door, body):
        path = urlsplit(door.path).path
        self.asked.append(path)
        pages = {
            "/.well-known/openid-configuration": self.discovery,
            "/keys": lambda: (200, {"keys": [KEY.as_dict(private=False)]}),
            "/token": lambda: self.token(door.headers, {name: given[0] for name, given in parse_qs(body).items()}),
        }
        status, found = self.replies.get(path) or pages[path]()
        data = found if isinstance(found, bytes) else json.dumps(found).encode()
        door.send_response(status)
        door.send_header("Content-Type", "application/json")
        if status == 302:
            door.send_header("Location", f"{self.issuer}/elsewhere")
        door.send_header("Content-Length", str(len(data)))
        door.end_headers()
        door.wfile.write(data)

    def discovery(self):
        at = self.issuer
        addresses = {
            "authorization_endpoint": f"{at}/authorize",
            "token_endpoint": f"{at}/token",
            "jwks_uri": f"{at}/keys",
        }
        return 200, {"issuer": at} | addresses | self.metadata

    def signed_in(self, url, subject):
        """Somebody signs in at the address that the page was told: the code that the browser brings back."""
        asked = {name: given[0] for name, given in parse_qs(urlsplit(url).query).items()}
        assert url.startswith(f"{self.issuer}/authorize?")
        assert (asked["response_type"], asked["scope"], asked["client_id"]) == ("code", "openid", CLIENT)
        assert asked["code_challenge_method"] == "S256"
        code = secrets.token_urlsafe(16)
        self.codes[code] = asked | {"sub": subject}
        return code

    def token(self, headers, form):
        asked = self.codes.pop(form["code"], None)
        basic = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        challenge = (
            base64.urlsafe_b64encode(hashlib.sha256(form["code_verifier"].encode()).digest()).rstrip(b"=").decode()
        )
        if headers["Authorization"] != f"Basic {basic}":
            return 401, {"error": "invalid_client"}
        if not asked or challenge != asked["code_challenge"] or form["redirect_uri"] != asked["redirect_uri"]:
            return 400, {"error": "invalid_grant"}
        at = int(self.clock().timestamp())
        claims = {
            "iss": self.issuer,
            "aud": CLIENT,
            "sub": asked["sub"],
            "nonce": asked["nonce"],
            "iat": at,
            "exp": at + 60,
            "auth_time": at if asked["prompt"] == "login" and asked["max_age"] == "0" else at - 3600,
        }
        claims = {name: value for name, value in (claims | self.claims).items() if value is not None}
        identity = self.signed({"alg": "RS256", "kid": "one"} | self.header, claims)
        return 200, {"access_token": "theirs", "token_type": "Bearer", "expires_in": 60, "id_token": identity}

    def signed(self, header, claims):
        if not isinstance(self.key, bytes):
            return jwt.encode(header, claims, self.key, algorithms=["RS256", "none"])
        content = ".".join(encoded(json.dumps(part).encode()) for part in (header, claims))
        return f"{content}.{encoded(hmac.digest(self.key, content.encode(), 'sha256'))}"


def encoded(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
