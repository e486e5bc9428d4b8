"""gunicorn's configuration for the three pools, chosen by ``GOLDENTIME_POOL``; each listens on its own socket.

``gunicorn -c python:server.gunicorn_conf server.wsgi_<pool>:app``
"""

import os
from typing import Any

from server import logs, settings

_settings = settings.load()
_pools: dict[str, dict[str, Any]] = {
    # a slow export must never starve the gate, nor a thousand tablets holding an event stream the API
    "api": {
        "worker_class": "gthread",
        "workers": _settings.api_workers,
        "threads": 8,
        "timeout": 30,
        "graceful_timeout": 20,
        "max_requests": 20_000,
    },
    # it decides from memory, so nothing in it may block: five times the answers that threads give for the same CPU
    "gate": {"worker_class": "asgi", "workers": min(os.cpu_count() or 1, 4), "timeout": 10, "graceful_timeout": 4},
    "events": {"worker_class": "gevent", "workers": 1, "worker_connections": 5000, "timeout": 30},
}
_pool = _pools[_settings.pool]

bind = _settings.bind or f"unix:{_settings.data_dir / _settings.pool}.sock"
worker_class = _pool["worker_class"]
workers = _pool["workers"]
threads = _pool.get("threads", 1)
worker_connections = _pool.get("worker_connections", 1000)
timeout = _pool["timeout"]
max_requests = _pool.get("max_requests", 0)  # a new worker now and then: a leak never grows old
max_requests_jitter = max_requests // 10
graceful_timeout = _pool.get("graceful_timeout", 2)
keepalive = 5  # longer than nginx keeps an idle upstream connection
umask = 0o007  # the socket is the control: who may connect is trusted
control_socket_disable = True
preload_app = False  # no thread and no database connection before the fork
limit_request_line = 2048
limit_request_fields = 40
limit_request_field_size = 8190
forwarded_allow_ips = ""
worker_tmp_dir = "/dev/shm"  # noqa: S108 — a heartbeat file that must not wait for a disk
accesslog = None  # the application logs requests itself, by route: a path may hold an id
logconfig_dict = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": logs.formatter}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"level": "INFO", "handlers": ["stderr"]},
    "loggers": {"gunicorn.error": {"level": "INFO", "handlers": ["stderr"], "propagate": False}},
}
proc_name = f"goldentime-{_settings.pool}"
