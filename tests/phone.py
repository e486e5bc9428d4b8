"""One account talking to the API through Flask's test client; it signs in by itself."""

from demo.device import Device
from server.api.deps import EXTENSION
from tests.town import PASSWORD


def ask(gate, url):
    """What the gate says of a media URL after its next look at the database: the status and the host."""
    _, live, sid, camera, *_ = url.split("/")
    assert live == "live"
    gate.feed.look()
    gate.feed.look_at_hosts()
    return gate.decide(sid, camera) or (403, None)


KEPT = ("refresh_token", "access_token")


class Holder:
    """Who holds an access token and, an officer's, the key it is bound to."""

    def __init__(self, tokens, device, base):
        self.tokens, self.device, self.base = tokens, device, base

    def headers(self, method, path):
        """What says who calls; good for one call."""
        token = self.tokens["access_token"]
        if self.tokens["token_type"] == "Bearer":
            return {"Authorization": f"Bearer {token}"}
        return self.device.headers(method, self.base + path, token)


class Phone:
    """Every proof of the tests' officers is made here, or in ``demo.device``."""

    def __init__(self, client, account=None):
        self.client = client
        self.deps = client.application.extensions[EXTENSION]
        self.device = Device(self.deps.now)
        self.tokens = {}
        if account:
            self.sign_in(account)

    def sign_in(self, account):
        form = {"grant_type": "password", "username": account, "password": PASSWORD}
        if account.startswith("cad"):
            form = {"grant_type": "client_credentials", "client_id": account, "client_secret": PASSWORD}
        reply = self.token(**form)
        assert reply.status_code == 200, reply.text
        self.tokens = reply.json
        return reply

    def refresh(self):
        return self.token(grant_type="refresh_token", **{name: self.tokens[name] for name in KEPT})

    def restart(self):
        """As after a power cut: the access token is gone."""
        self.tokens = self.token(grant_type="refresh_token", refresh_token=self.tokens["refresh_token"]).json
        return self.tokens

    def token(self, headers=None, /, **form):
        officer = form.get("grant_type") != "client_credentials"
        proof = {"DPoP": self.proof("POST", "/v1/auth/token")} if officer else {}
        return self.client.post("/v1/auth/token", data=form, headers=proof | (headers or {}))

    def proof(self, method, path, token=None):
        return self.device.proof(method, self.deps.issuer + path, token)

    def headers(self, method, path):
        """What says who calls; good for one call."""
        return Holder(self.tokens, self.device, self.deps.issuer).headers(method, path) if self.tokens else {}

    def call(self, method, path, json=None, *, headers=None, **more):
        given = {"X-Listener": "management"} | self.headers(method, path)  # where every route is
        return self.client.open(path, method=method, json=json, headers=given | (headers or {}), **more)

    def get(self, path, **more):
        return self.call("GET", path, **more)

    def post(self, path, json=None, **more):
        return self.call("POST", path, json, **more)

    def patch(self, path, json=None, **more):
        return self.call("PATCH", path, json, **more)

    def put(self, path, json=None, **more):
        return self.call("PUT", path, json, **more)

    def delete(self, path, **more):
        return self.call("DELETE", path, **more)
