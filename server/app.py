"""Where the parts of the API meet. Importing it does nothing; ``create_app`` gives a WSGI application."""

import time
from datetime import timedelta
from pathlib import Path

from apiflask import APIFlask
from flask import Response, g, request
from werkzeug.routing import BaseConverter

from server import clock, db, logs
from server.access.keys import Keys
from server.api import limits, openapi, problems
from server.api.access_requests import access_requests
from server.api.ankle_monitor import ankle_monitor
from server.api.anomalies import anomalies
from server.api.attachments import attachments
from server.api.audit import audit
from server.api.auth import auth
from server.api.blackouts import blackouts
from server.api.call import request_id
from server.api.camera_import import camera_import
from server.api.cameras import cameras
from server.api.cap import cap
from server.api.cap_senders import cap_senders
from server.api.centre_cameras import centre_cameras
from server.api.centres import centres
from server.api.clients import clients
from server.api.deps import EXTENSION, Deps
from server.api.devices import devices
from server.api.discovery import discovery
from server.api.dispatches import dispatches
from server.api.docs import docs
from server.api.duties import duties
from server.api.eido import eido
from server.api.grants import grants
from server.api.health import health
from server.api.incident_reports import incident_reports
from server.api.incidents import incidents
from server.api.jurisdictions import jurisdictions
from server.api.ledgers import ledgers
from server.api.me import me
from server.api.officers import officers
from server.api.oidc import oidc
from server.api.own_password import own_password
from server.api.persons import persons
from server.api.pin import pin
from server.api.plates import plates
from server.api.playback import playback
from server.api.preservations import preservations
from server.api.ptz import ptz
from server.api.registry import registry
from server.api.reviews import reviews
from server.api.second_person import second_person
from server.api.sensing import sensing
from server.api.services import services
from server.api.sharings import sharings
from server.api.streams import streams
from server.api.totp import totp
from server.api.wanted_vehicles import wanted_vehicles
from server.api.webhooks import webhooks
from server.cameras.credentials import Vault
from server.plates.reads import Readers
from server.settings import Settings

MAX_BODY_BYTES = 64 * 1024
BLUEPRINTS = (
    *(
        auth,
        pin,
        totp,
        oidc,
        incidents,
        incident_reports,
        dispatches,
        sharings,
        me,
        playback,
        grants,
        access_requests,
        second_person,
    ),
    *(streams, camera_import, wanted_vehicles, plates, anomalies, reviews),
    *(cameras, blackouts, officers, devices, jurisdictions, services, registry, audit, ledgers, health),
    *(centres, clients, own_password),
    *(duties, ankle_monitor),
    *(centre_cameras, ptz, discovery),
    *(attachments, persons),
    *(cap, cap_senders),
    preservations,
    *(sensing, eido, webhooks),
    docs,
)


class IdConverter(BaseConverter):
    """An opaque id in a path; anything else is not an address of ours."""

    regex = "[A-Za-z0-9_-]{1,64}"


def of_settings(settings: Settings) -> Deps:
    """What the settings point to: the database and the keys."""
    engine = db.engine(settings.database)
    keys, vault = Keys(settings.data_dir), Vault(settings.data_dir)
    readers = Readers(kept=timedelta(seconds=settings.plate_reads_kept_s))
    parts = (db.transaction(engine), db.read(engine), keys, vault, settings.issuer, clock.now)
    sensed = timedelta(seconds=settings.sensor_events_kept_s)
    alerts = timedelta(seconds=settings.alerts_kept_s)
    networks = tuple(settings.webhook_networks)
    return Deps(*parts, readers, settings.thresholds, alerts, sensed, networks, settings.base_map)


def rates_of(settings: Settings) -> limits.Rates:
    """How often callers may ask, by the settings."""
    return limits.Rates(
        sign_in=settings.limit_sign_in,
        playback=settings.limit_playback,
        intake=settings.limit_intake,
        change=settings.limit_change,
        look_up=settings.limit_look_up,
        export=settings.limit_export,
        sensor=settings.limit_sensor,
        workers=settings.api_workers,
    )


def create_app(deps: Deps, rates: limits.Rates = limits.DEFAULT) -> APIFlask:
    """The API with its OpenAPI document at /v1/openapi.json."""
    app = APIFlask(
        __name__,
        title="Goldentime",
        version="1",
        spec_path="/v1/openapi.json",
        docs_path=None,
        json_errors=False,
        static_folder=None,  # type: ignore[arg-type]  # Flask takes None: no route for files
        template_folder=str(Path(__file__).parent / "api" / "templates"),
    )
    app.extensions[EXTENSION] = deps
    app.url_map.converters["id"] = IdConverter
    app.url_map.strict_slashes = True
    app.config.update(MAX_CONTENT_LENGTH=MAX_BODY_BYTES, MAX_FORM_MEMORY_SIZE=MAX_BODY_BYTES)
    problems.register(app)
    openapi.register(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    app.before_request(_begin)
    limits.register(app, rates)
    app.after_request(_finish)
    return app


def _begin() -> None:
    g.started_s = time.monotonic()
    request_id()


def _finish(response: Response) -> Response:
    """Name the request in the answer and in one log line; the line has the route, because a path may hold an id."""
    response.headers["X-Request-ID"] = request_id()
    response.headers.setdefault("Cache-Control", "no-store")
    logs.get("api").info(
        "request",
        request_id=request_id(),
        method=request.method,
        route=request.url_rule.rule if request.url_rule else None,
        status=response.status_code,
        code=g.get("code"),
        caller=g.caller.viewer.subject if "caller" in g else None,
        duration_ms=round((time.monotonic() - g.started_s) * 1000, 1),
    )
    return response
