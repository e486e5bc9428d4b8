"""One account talking to the API through Flask's test client; it signs in by itself."""

from tests.town import PASSWORD


def ask(gate, url):
    """What the gate says of a media URL after its next look at the database: the status and the host."""
    _, live, sid, camera, *_ = url.split("/")
    assert live == "live"
    gate.feed.look()
    gate.feed.look_at_hosts()
    return gate.decide(sid, camera) or (403, None)


class Phone:
    def __init__(self, client, account=None):
        self.client = client
        self.tokens = {}
        if account:
            self.sign_in(account)

    def sign_in(self, account):
        form = {"grant_type": "password", "username": account, "password": PASSWORD}
        if account.startswith("cad"):
            form = {"grant_type": "client_credentials", "client_id": account, "client_secret": PASSWORD}
        reply = self.client.post("/v1/auth/token", data=form)
        assert reply.status_code == 200, reply.text
        self.tokens = reply.json

    def refresh(self):
        return self.token(grant_type="refresh_token", refresh_token=self.tokens["refresh_token"])

    def token(self, **form):
        return self.client.post("/v1/auth/token", data=form)

    def call(self, method, path, json=None, *, headers=None, **more):
        given = {"X-Listener": "management"}  # where every route is
        given |= {"Authorization": f"Bearer {self.tokens['access_token']}"} if self.tokens else {}
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
