"""Restart the demo's web shop: ask its host to, and wait until it answers."""

import os
import sys
import time
import urllib.request

TRIES = 10


def main() -> None:
    control, health = os.environ.get("SHOP_CONTROL", ""), os.environ.get("SHOP_HEALTH", "")
    if not control:
        sys.exit("SHOP_CONTROL is not set: this script restarts the shop of `deskbell demo`, and there is none.")
    print(f"asking the host of {sys.argv[1]} to restart the shop", flush=True)
    urllib.request.urlopen(urllib.request.Request(f"{control}/restart", method="POST"), timeout=15).close()
    for attempt in range(1, TRIES + 1):
        try:
            with urllib.request.urlopen(health, timeout=2) as answer:
                print(f"look {attempt}: {health} says {answer.status}", flush=True)
                return
        except OSError as error:
            print(f"look {attempt}: {error}", flush=True)
            time.sleep(0.5)
    sys.exit("the shop was restarted and does not answer")


main()
