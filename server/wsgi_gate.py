"""gunicorn's ``server.wsgi_gate:app``."""

from server import clock, db, logs, settings
from server.gate import Gate

logs.configure()
_engine = db.engine(settings.load().database)
app = Gate(db.read(_engine), db.transaction(_engine), clock.now)
app.start()
