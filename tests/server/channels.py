"""Which channel of tests/nginx/test_channels.py each operation that reads belongs to: what it could tell of a picture."""

PLAYLISTS, PARTS, STILL = "playlists", "parts", "still"
SESSION, STREAM, INCIDENT, ACCESS, EVENTS = "session", "stream", "incident", "access", "events"
RECORD, REGISTRY, NOTHING = "record", "registry", "nothing"

OPERATIONS = {
    "/v1/playback": ACCESS,
    "/v1/streams/{camera_id}": STREAM,
    "/v1/incidents/{incident_id}": INCIDENT,
    "/v1/incidents/{incident_id}/cameras": INCIDENT,
    "/v1/incidents/{incident_id}/units": INCIDENT,
    "/v1/me/dispatches": INCIDENT,
    "/v1/me/explanations": ACCESS,
    "/v1/grants": ACCESS,
    "/v1/sharings": ACCESS,
    "/v1/access-requests": ACCESS,
    "/v1/units": ACCESS,
    "/v1/services": ACCESS,
    "/v1/auth/oidc": ACCESS,
    "/v1/devices": ACCESS,
    "/v1/agencies/{agency_id}/jurisdiction": ACCESS,
    "/v1/wanted-vehicles": ACCESS,
    "/v1/wanted-vehicles/{wanted_vehicle_id}/track": ACCESS,
    "/v1/plate-hits/{plate_hit_id}": ACCESS,
    "/v1/plate-lookups": RECORD,
    "/v1/events": EVENTS,
    "/v1/audit/events": RECORD,
    "/v1/audit/checkpoints": RECORD,
    "/v1/audit/ledgers/viewing": RECORD,
    "/v1/audit/ledgers/provision": RECORD,
    "/v1/audit/ledgers/destruction": RECORD,
    "/v1/reviews": RECORD,
    "/v1/reviews/{review_id}": RECORD,
    "/v1/anomalies": RECORD,
    "/v1/cameras": REGISTRY,
    "/v1/cameras/{camera_id}": REGISTRY,
    "/v1/agencies": REGISTRY,
    "/v1/centres": REGISTRY,
    "/v1/officers": REGISTRY,
    "/healthz": NOTHING,
    "/readyz": NOTHING,
    "/.well-known/jwks.json": NOTHING,
}
