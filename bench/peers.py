"""Other people's checkers, each run for a few seconds against the same targets and measured by its processor time.

Each gives checks per second of processor, or None where it is not installed. The targets count the checks themselves.
"""

import json
import resource
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil

from bench.answering import Targets

SECONDS = 3
PLUGINS = Path("/usr/lib/nagios/plugins")
HOSTS, FORKS, SERVICES = 5_000, 200, 1_500
MONIT = """set daemon 1000
set idfile {0}/id
set statefile {0}/state
set pidfile {0}/pid
set log {0}/log
"""
BLACKBOX = """modules:
  plain: {prober: http, http: {preferred_ip_protocol: ip4}}
  tls: {prober: http, http: {preferred_ip_protocol: ip4, tls_config: {insecure_skip_verify: true}}}
"""
NAGIOS = """cfg_file={0}/objects.cfg
log_file={0}/log
object_cache_file={0}/objects.cache
status_file={0}/status
command_file={0}/commands
query_socket={0}/query
lock_file={0}/lock
temp_file={0}/temp
temp_path={0}
check_result_path={0}
use_syslog=0
interval_length=1
execute_host_checks=0
enable_notifications=0
retain_state_information=0
service_inter_check_delay_method=s
max_service_check_spread=1
nagios_user=root
nagios_group=root
"""
OBJECTS = """define command{{
 command_name check
 command_line {plugin} -I 127.0.0.1 -p {port}
}}
define host{{
 host_name here
 address 127.0.0.1
 max_check_attempts 1
}}
define contact{{
 contact_name nobody
 host_notification_commands check
 service_notification_commands check
}}
"""
SERVICE = """define service{{
 host_name here
 service_description s{}
 check_command check
 check_interval 1
 max_check_attempts 1
}}
"""


def wrk(targets: Targets, url: str = "") -> float | None:
    """The bound: C, one thread, no scheduler, nothing judged or kept."""
    return _counted(
        targets, ["wrk", "-t1", "-c64", f"-d{SECONDS}", "-H", "Connection: close", url or targets.url()]
    )


def monit(targets: Targets) -> float | None:
    """C, one check after the other. Reading its configuration is not counted."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "monitrc"
        checks = (
            f"check host h{n} with address 127.0.0.1\n if failed port {targets.plain[n % len(targets.plain)]}"
            ' protocol http request "/" then alert\n'
            for n in range(HOSTS)
        )
        file.write_text(MONIT.format(folder) + "".join(checks))
        file.chmod(0o600)
        if shutil.which("monit") is None:
            return None
        reading, _ = _processor(["monit", "-c", str(file), "-t"])
        before = targets.answered()
        both, _ = _processor(["monit", "-c", str(file), "validate"])
        return (targets.answered() - before) / (both - reading)


def blackbox(targets: Targets, url: str = "") -> float | None:
    """Go, asked over connections that are kept, from the other processor."""
    if shutil.which("prometheus-blackbox-exporter") is None or shutil.which("wrk") is None:
        return None
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "blackbox.yml"
        file.write_text(BLACKBOX)
        port = _free_port()
        command = ["prometheus-blackbox-exporter", f"--config.file={file}", f"--web.listen-address=127.0.0.1:{port}"]
        with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
            try:
                time.sleep(1)
                return _probed(targets, process.pid, f"http://127.0.0.1:{port}/probe", url)
            finally:
                process.terminate()


def _probed(targets: Targets, pid: int, probe: str, url: str) -> float:
    of, answered = psutil.Process(pid), targets.answered()
    before = sum(of.cpu_times()[:2])
    module = "tls" if url else "plain"
    asked = f"{probe}?module={module}&target={url or targets.url()}"
    with subprocess.Popen(["wrk", "-t1", "-c8", f"-d{SECONDS}", asked], stdout=subprocess.DEVNULL) as driver:
        psutil.Process(driver.pid).cpu_affinity(list(targets.processors))
    return (targets.answered() - answered) / (sum(of.cpu_times()[:2]) - before)


def kuma(targets: Targets) -> tuple[float | None, bool]:
    """The request path of Uptime Kuma; whether axios was there, without which it is node's alone."""
    script = str(Path(__file__).with_name("kuma.js"))
    if shutil.which("node") is None:
        return None, False
    before = targets.answered()
    cpu, said = _processor(["node", script, str(SECONDS), *(targets.url(n) for n in range(len(targets.plain)))])
    return (targets.answered() - before) / cpu, bool(json.loads(said)["axios"])


def check_http(targets: Targets) -> float | None:
    """One process for each check."""
    plugin = str(PLUGINS / "check_http")
    if not Path(plugin).exists():
        return None
    command = [plugin, "-I", "127.0.0.1", "-p", str(targets.plain[0])]
    cpu = sum(_processor(command)[0] for _ in range(FORKS))
    return FORKS / cpu


def nagios(targets: Targets) -> float | None:
    """Nagios with check_http, which forks for each check; its workers and their children are counted."""
    plugin = PLUGINS / "check_http"
    if shutil.which("nagios4") is None or not plugin.exists():
        return None
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "nagios.cfg"
        file.write_text(NAGIOS.format(folder))
        objects = OBJECTS.format(plugin=plugin, port=targets.plain[0])
        (Path(folder) / "objects.cfg").write_text(objects + "".join(SERVICE.format(n) for n in range(SERVICES)))
        with subprocess.Popen(["nagios4", str(file)], stdout=subprocess.DEVNULL) as process:
            try:
                time.sleep(3)  # its first second goes into reading
                answered, before = targets.answered(), _with_children(process.pid)
                time.sleep(SECONDS)
                return (targets.answered() - answered) / (_with_children(process.pid) - before)
            finally:
                process.terminate()


def httpx_alone(targets: Targets) -> float:
    """A client as its documentation shows it, with a connection for each request, and nothing around it."""
    _, said = _processor([sys.executable, "-m", "bench.plain", str(SECONDS), targets.url()])
    asked, cpu = map(float, said.split())
    return asked / cpu


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def _with_children(pid: int) -> float:
    """Processor seconds of a process, of its children, and of theirs that have ended."""
    parent = psutil.Process(pid)
    return sum(sum(each.cpu_times()[:4]) for each in (parent, *parent.children()))


def _counted(targets: Targets, command: list[str]) -> float | None:
    if shutil.which(command[0]) is None:
        return None
    before = targets.answered()
    cpu, _ = _processor(command)
    return (targets.answered() - before) / cpu


def _processor(command: list[str]) -> tuple[float, str]:
    """Processor seconds of a command until its end, and what it said."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    said = subprocess.run(command, check=False, capture_output=True, text=True).stdout
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, said
