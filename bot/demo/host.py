"""The machine `shop-1`: it keeps the shop's process and takes orders, as an init system would.

`python -m bot.demo.host SHOP_PORT CONTROL_PORT`. Orders are `POST /start`, `/stop`, `/restart` on loopback. It ends
when its standard input closes, so that no shop is left behind by a demo that was killed.
"""

import socket
import subprocess
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

UP_WITHIN = 10.0  # seconds


class Host:
    """One shop process, or none."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._process: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()

    def start(self) -> None:
        with self._lock:
            if self._process is None or self._process.poll() is not None:
                self._process = subprocess.Popen([sys.executable, "-m", "bot.demo.shop", str(self._port)])
                self._wait_until_up()

    def stop(self) -> None:
        with self._lock:
            if self._process is not None:
                self._process.kill()
                self._process.wait()
                self._process = None

    def _wait_until_up(self) -> None:
        until = time.monotonic() + UP_WITHIN
        while time.monotonic() < until:
            try:
                socket.create_connection(("127.0.0.1", self._port), 0.2).close()
            except OSError:
                time.sleep(0.05)  # another process's socket gives no event to wait for
            else:
                return


def control(host: Host) -> type[BaseHTTPRequestHandler]:
    orders = {"/start": [host.start], "/stop": [host.stop], "/restart": [host.stop, host.start]}

    class Control(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            for step in orders.get(self.path, []):
                step()
            self.send_response(204 if self.path in orders else 404)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Its orders are on the desk's own record."""

    return Control


def main() -> None:
    host = Host(int(sys.argv[1]))
    server = ThreadingHTTPServer(("127.0.0.1", int(sys.argv[2])), control(host))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    host.start()
    print("up", flush=True)  # noqa: T201 - the demo waits for this line
    sys.stdin.read()
    host.stop()


if __name__ == "__main__":
    main()
