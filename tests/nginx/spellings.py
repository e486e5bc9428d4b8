"""Ways to write a path so that two readers of it may disagree: a camera of one's own to the one, another's to the other."""

from itertools import cycle, product

FILES = ("index.m3u8", "360p/index.m3u8", "360p/1a2b-12.m4s", "still.jpg")
UP = (
    *("..", "%2e%2e", "%2E%2e", ".%2e", "%252e%252e", "%25252e%25252e", "..;", "..;a=b", "..%00", "..%09", "..%20"),
    *("..%0d%0a", "%c0%ae%c0%ae", "%e0%80%ae%e0%80%ae", "%u002e%u002e", "%ef%bc%8e%ef%bc%8e", "%%32%65%%32%65"),
)
BETWEEN = ("/", "//", "/./", "%2f", "%2F", "%252f", "\\", "%5c", "/%2e/", ";/", "%c0%af", "%00/")


def of_another(sid, own, other):
    """Paths that mean the camera ``other``, or might to somebody, for a session ``sid`` that is of ``own``."""
    files = cycle(FILES)
    found = [f"/live/{sid}/{other}/{file}" for file in FILES]
    for up, between in product(UP, BETWEEN):
        found.append(f"/live/{sid}/{own}{between}{up}{between}{other}/{next(files)}")
        found.append(f"/live/{sid}/{own}/360p{between}{up}{between}{up}{between}{other}/{next(files)}")
    for file in FILES:
        found += [
            f"/live/{sid}/{other}/{file}?camera={own}",
            f"/live/{sid}/{other}/{file}#/{own}/",
            f"/live/{sid}/{own}/../{other}/{file}?/{own}/",
            f"/live/{sid}/{own}%0d%0aX-Camera:%20{other}/{file}",
            f"/live/{sid}/{other}%0d%0aX-Camera:%20{own}/{file}",
            f"/live/{sid}/{other}/{file}%0d%0aX-Camera:%20{own}",
            f"/live/{sid}/{other}/{file}%0aX-Camera:%20{own}",
            f"/live/{sid}/{other}/{file}%0a",
            f"/live/{sid}/{other}/{file}%00.jpg",
            f"/live/{sid}/{own},{other}/{file}",
            f"/live/{sid}/{own}%2c{other}/{file}",
            f"/live/{sid}/{own}%20{other}/{file}",
            f"/live/{sid}/{other}/{own}/../{file}",
            f"/x/../live/{sid}/{other}/{file}",
            f"//live//{sid}//{other}//{file}",
            f"/%6c%69%76%65/{sid}/{other}/{file}",
            f"/live/{sid}/{''.join(f'%{ord(letter):02x}' for letter in other)}/{file}",
            f"/live/{other}/{file}",
            f"/live/{sid}{sid}/{other}/{file}",
            f"/LIVE/{sid}/{other}/{file}",
        ]
    return found


def stray(sid, own):
    """Paths that lead nowhere: malformed ones, and what is ours alone."""
    start = f"/live/{sid}/{own}"
    return [
        *(
            f"{start}/index.m3u8{end}"
            for end in ("%0a", "%00", "%00.jpg", "%20", ".", "/", ";x=1", "%0d%0aX-Session:%20x")
        ),
        *(f"{start}{end}" for end in ("", "/", "/360p/", "%00/index.m3u8", " /index.m3u8", "/.%00./index.m3u8")),
        *(
            f"{start}/360p/{name}"
            for name in ("secret.txt", "1a2b-12.m4s.bak", ".m4s", "1a2b-12.3.4.m4s", "360p/1a2b-12.m4s")
        ),
        f"/live/{sid[:-1]}/{own}/index.m3u8",
        f"/live/{sid}A/{own}/index.m3u8",
        f"/live/{sid}%0a/{own}/index.m3u8",
        f"/live/{sid}/{'c' * 65}/index.m3u8",
        f"/live/{sid}/cam.A/index.m3u8",
        f"/live/{sid}/{own.upper()}/index.m3u8",
        *(f"/live/{sid}/", "/live/", "/live"),
        *("/_gate", "/internal/gate", "/internal/", "/internal%2fgate", "/%69nternal/gate"),
        *("/metrics", "/metrics/", "//metrics", "/%6detrics", "/v1/../metrics", "/v1/..%2fmetrics"),
        *("/nginx.conf", "/sdk/../nginx/nginx.conf", "/sdk/..%2fpackage.json", "/sdk../package.json"),
        *("/vendor/hls/../../package.json", "/vendor/hls/hls.min.mjs%00", "/../package.json", "/%2e%2e/package.json"),
        *("/.git/config", "*"),
    ]
