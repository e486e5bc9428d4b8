"""A WSGI application that notes each request it gets, one JSON line in the file ``HEARD``; gunicorn serves it as the API."""

import json
import os
from pathlib import Path

HEARD = Path(os.environ.get("HEARD", "heard.jsonl"))


def app(environ, start_response):
    headers = {name[5:].lower().replace("_", "-"): value for name, value in environ.items() if name.startswith("HTTP_")}
    body = environ["wsgi.input"].read()
    told = {"method": environ["REQUEST_METHOD"], "path": environ["PATH_INFO"], "headers": headers, "length": len(body)}
    line = json.dumps(told) + "\n"
    with HEARD.open("a") as heard:
        heard.write(line)
    start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(line)))])
    return [line.encode()]
