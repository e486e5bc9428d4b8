"""gunicorn's ``server.wsgi_api:app``."""

from server import logs, settings
from server.app import create_app, of_settings

logs.configure()
app = create_app(of_settings(settings.load()))
