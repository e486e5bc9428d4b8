import re
import subprocess
from pathlib import Path

import pytest

from deploy import nginx

pytestmark = pytest.mark.nginx


def locations(text):
    """Each location block of the configuration, by what follows the word location."""
    found = {}
    for match in re.finditer(r"^location ([^\n]+) \{\n(.*?)^\}", text, re.MULTILINE | re.DOTALL):
        found[match[1]] = match[2]
    return found


@pytest.mark.parametrize("origins", [{}, {"host-1": "127.0.0.1:8701"}, {"a": "10.0.0.1:80", "b": "[::1]:80"}])
def test_nginx_accepts_what_is_rendered_without_a_word(tmp_path, origins):
    conf = nginx.render(folder=tmp_path, port=8080, sockets=tmp_path, origins=origins)
    done = subprocess.run([*nginx.argv(conf), "-t"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "[warn]" not in done.stderr


def test_every_location_that_can_serve_a_picture_asks_the_gate(site_text):
    media = {name: body for name, body in locations(site_text).items() if "$origin" in body}
    assert len(media) == 4
    for name, body in media.items():
        assert "auth_request /_gate;" in body, name
        assert "limit_except GET { deny all; }" in body
        assert re.search(r'/\(\?<sid>\[A-Za-z0-9_-\]\{22\}\)/\(\?<camera>\[A-Za-z0-9_-\]\{1,64\}\).*\\z"$', name)
        assert not re.search(r"^\s*(return|rewrite|if|alias|error_page|try_files|satisfy|set)\b", body, re.MULTILINE)


def test_every_location_that_reaches_a_pool_is_known(site_text):
    reached = {
        name: re.findall(r"proxy_pass ([^;]+);", body)
        for name, body in locations(site_text).items()
        if "proxy_pass http" in body and "$origin" not in body
    }
    assert reached == {
        "/v1/": ["http://api_pool"],
        '~ "^/v1/vulnerable-persons/alerts/(?<alert>[A-Za-z0-9_-]{1,64})/photo\\z"': ["http://api_pool"],
        "= /v1/auth/token": ["http://api_pool"],
        "= /v1/events": ["http://events_pool"],
        "= /.well-known/jwks.json": ["http://api_pool"],
        "= /healthz": ["http://api_pool"],
        "= /readyz": ["http://api_pool"],
        "= /metrics": ["http://api_pool"],
        "= /_gate": ["http://gate_pool/internal/gate"],
    }


def test_no_anchor_lets_a_newline_through(site_text):
    patterns = [name for name in locations(site_text) if name.startswith("~")]
    assert all(name.endswith('\\z"') for name in patterns)


def test_no_log_format_has_a_place_for_a_uri_or_a_header(site_text):
    formats = "".join(re.findall(r"log_format.*?;", site_text, re.DOTALL))
    assert "$request_method" in formats
    assert not re.findall(r"\$(?:request_uri|uri|request|args|query_string|http_|arg_|cookie_|sid)\b", formats)


def test_everything_nginx_writes_stays_in_its_folder(site_text):
    written = re.findall(r'(?:pid|access_log|_temp_path|proxy_cache_path) "([^"]+)"', site_text)
    assert len(written) > 10
    assert len({Path(path).parts[:3] for path in written}) == 1


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"folder": Path("/x/a;b")}, "home"),
        ({"folder": Path('/x/a"b')}, "home"),
        ({"folder": Path("/x/a$b")}, "home"),
        ({"folder": Path("/x/a\nb")}, "home"),
        ({"sockets": Path("/" + "s" * 110)}, "sockets"),
        ({"port": 0}, "port"),
        ({"port": 65536}, "port"),
        ({"origins": {"Host": "127.0.0.1:1"}}, "origins"),
        ({"origins": {"api_pool": "127.0.0.1:1"}}, "origins"),
        ({"origins": {"h": "127.0.0.1"}}, "origins"),
        ({"origins": {"h": "127.0.0.1:1; } evil"}}, "origins"),
        ({"options": nginx.Options(address="all")}, "address"),
        ({"options": nginx.Options(management="8081")}, "management"),
        ({"options": nginx.Options(management="127.0.0.1:99999")}, "management"),
        ({"options": nginx.Options(management="localhost;:1")}, "management"),
        ({"options": nginx.Options(tiles="http://tiles.example")}, "tiles"),
        ({"options": nginx.Options(tiles="https://*.example")}, "tiles"),
        ({"options": nginx.Options(tiles="https://tiles.example; script-src *")}, "tiles"),
        ({"options": nginx.Options(certificate=Path("/a;b"), key=Path("/k"))}, "certificate"),
    ],
)
def test_a_setting_nginx_would_misread_is_refused_by_its_name(tmp_path, change, named):
    settings = {"folder": tmp_path, "port": 8080, "sockets": tmp_path, "origins": {}} | change
    with pytest.raises(nginx.SiteInvalid, match=f"^{named}: "):
        nginx.render(**settings)


@pytest.mark.parametrize(
    ("tiles", "from_where"), [("", "'self'"), ("https://tiles.example:8443", "'self' https://tiles.example:8443")]
)
def test_a_page_reads_from_us_and_from_the_base_map_and_from_nowhere_else(tmp_path, tiles, from_where):
    conf = nginx.render(folder=tmp_path, port=8080, sockets=tmp_path, origins={}, options=nginx.Options(tiles=tiles))
    headers = (conf.parent / "snippets" / "page_headers.conf").read_text()
    assert f"; connect-src {from_where};" in headers
    assert headers.count("tiles.example") == bool(tiles)


def test_what_was_cached_can_be_forgotten(tmp_path):
    conf = nginx.render(folder=tmp_path, port=8080, sockets=tmp_path, origins={})
    (conf.parent / "cache" / "media").mkdir()
    nginx.forget(tmp_path)
    assert not (conf.parent / "cache").exists()
    nginx.forget(tmp_path)
