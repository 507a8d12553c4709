"""Acme's web shop: one page, and a health address. `python -m bot.demo.shop PORT`."""

import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PAGE = b"""<!doctype html><meta charset="utf-8"><title>Acme Web Shops</title>
<style>body{font:16px system-ui;margin:3rem auto;max-width:32rem}li{margin:.4rem 0}</style>
<h1>Acme Web Shops</h1><ul><li>A kettle, 24 &euro;<li>A desk bell, 9 &euro;<li>A very long cable, 12 &euro;</ul>
<p>The checkout is open.</p>"""


class Shop(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        body, kind = (b"ok\n", "text/plain") if self.path == "/health" else (PAGE, "text/html; charset=utf-8")
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Its visitors are the monitor; there is nothing to read."""


def main() -> None:
    server = ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Shop)
    server.serve_forever()


if __name__ == "__main__":
    main()
