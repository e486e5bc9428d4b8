"""gunicorn's ``server.wsgi_gate:app``; it speaks ASGI, and is named like the other pools' entries."""

from server import clock, db, logs, settings
from server.gate.app import Gate

logs.configure()
app = Gate(db.engine(settings.load().database), clock.now, clock.steady)
