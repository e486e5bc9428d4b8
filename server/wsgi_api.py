"""gunicorn's ``server.wsgi_api:app``."""

from server import logs, settings
from server.app import create_app, of_settings, rates_of

logs.configure()
_settings = settings.load()
app = create_app(of_settings(_settings), rates_of(_settings))
