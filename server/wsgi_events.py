"""gunicorn's ``server.wsgi_events:app``."""

from gevent import monkey

monkey.patch_all()  # before anything else is imported: sockets and locks have to be gevent's everywhere

import gevent  # noqa: E402

from server import clock, db, logs, settings  # noqa: E402
from server.access.keys import Keys  # noqa: E402
from server.events.app import EventsApp  # noqa: E402
from server.events.hub import Hub  # noqa: E402

logs.configure()
_settings = settings.load()
_engine = db.engine(_settings.database)
_read = db.read(_engine)
_hub = Hub(_read, clock.now)
app = EventsApp(
    _hub, (db.transaction(_engine), _read), Keys(_settings.data_dir), issuer=_settings.issuer, now=clock.now
)
gevent.spawn(_hub.run)
