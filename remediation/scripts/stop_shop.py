"""Stop the demo's web shop, so that there is something to repair."""

import os
import sys
import urllib.request

control = os.environ.get("SHOP_CONTROL", "")
if not control:
    sys.exit("SHOP_CONTROL is not set: this script stops the shop of `deskbell demo`, and there is none.")
urllib.request.urlopen(urllib.request.Request(f"{control}/stop", method="POST"), timeout=15).close()
print(f"the shop on {sys.argv[1]} is stopped; its monitor will notice within seconds", flush=True)
