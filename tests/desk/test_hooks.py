"""What the vendors' own samples tell, and that nothing else is lost."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from desk.alerts import Severity
from desk.hooks import KINDS, mapping, read, text_of
from desk.hooks.hook import OWN, SENTENCE, TITLE, Hook, signal_of
from desk.hooks.told import Says, Told, instant
from desk.matchers import LONGEST, MOST
from tests.samples import sample, samples

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
BAD = mapping.test({"path": "status", "is": ["bad"]})
MAP = mapping.Map(mapping.value("name"), mapping.value(["host", "check"]), BAD)
PING, LOST = "PING 10.13.13.13 (10.13.13.13) 56(84) bytes of data.", "100% packet loss, time 400ms"
HOOKS = {kind: Hook("here", kind, "acme", mapping=MAP if kind == "generic" else None) for kind in KINDS}


def told(name: str, **changes) -> list[Told]:
    kind = next(kind for kind in KINDS if name.startswith(kind))
    return list(read(HOOKS[kind], json.dumps(sample(name, **changes))))


def signal(name: str):
    kind = next(kind for kind in KINDS if name.startswith(kind))
    return signal_of(told(name)[0], HOOKS[kind], NOW)


@pytest.mark.parametrize("name", samples())
def test_every_sample_is_understood(name):
    assert [each for each in told(name) if each.unknown] == []


# --- one vendor after the other


@pytest.mark.parametrize(
    ("name", "title", "about", "seen", "severity", "link"),
    [
        ("alertmanager-sample", "ProbeFailure", "https://server.example.org",
         "BlackBox Probe Failure: https://server.example.org", "critical",
         "http://prometheus.example.org:9090/graph?g0.expr=probe_success+%3D%3D+0\\u0026g0.tab=1"),
        ("alertmanager-old", "Test", "localhost:9090", "some description", "high",
         "http://example.com:9090/graph?g0.expr=go_memstats_alloc_bytes+%3E+0&g0.tab=1"),
        ("grafana-sample", "High memory usage", "",
         "This alert was triggered for zone us-1 (B = 44.23943737541908, C = 1)", "high",
         "https://play.grafana.org/alerting/1afz29v7z/edit"),
        ("pagerduty-trigger", "Example alert on host1.example.com",
         "monitoringtool:cloudvendor:central-region-dc-01:852559987:cluster/api-stats-prod-003",
         "ping time: 1500ms, load avg: 0.75", "low", "https://monitoring.example.com"),
        ("uptime-kuma-down", "Testing", "10.13.13.13",
         f"{PING} --- 10.13.13.13 ping statistics --- 10 packets transmitted, 0 received, {LOST}", "high", ""),
        ("zabbix-problem", "High CPU utilization (over 90% for 5m)", "web-1", "Current utilization: 97 %", "normal",
         "https://zabbix.example/tr_events.php?triggerid=16199&eventid=4815"),
    ],
)  # fmt: skip
def test_a_sample_says_what_it_is_where_and_how_bad(name, title, about, seen, severity, link):
    found = signal(name)
    said = (found.title, found.about, found.sentence, found.severity, found.link)
    assert said == (title, about, seen, severity, link)


def test_alertmanagers_alerts_are_each_their_own_and_end_each_for_itself():
    over, full, *_ = sorted(told("alertmanager-fields"), key=lambda each: each.title, reverse=True)
    cut = next(each for each in told("alertmanager-fields") if "truncated" in each.identity)
    assert {(each.says, each.identity.get("fingerprint")) for each in told("alertmanager-fields")} == {
        (Says.RESOLVED, "aa01"), (Says.FIRING, "aa02"), (Says.FIRING, None)
    }  # fmt: skip
    assert (over.started_at or full.started_at) is not None
    assert cut.title == "3 alerts of desk were not sent"


def test_nothing_that_was_cut_off_is_the_end_of_the_alert_about_it():
    cut = [each for each in told("alertmanager-fields", truncatedAlerts=0) if "truncated" in each.identity]
    assert [each.says for each in cut] == [Says.RESOLVED]


def test_without_a_fingerprint_the_labels_are_what_it_is():
    (alert,) = [each for each in told("alertmanager-old") if "truncated" not in each.identity]
    assert alert.identity == sample("alertmanager-old")["commonLabels"]


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("pagerduty-trigger", Says.FIRING), ("pagerduty-acknowledge", Says.ACKNOWLEDGED),
        ("pagerduty-resolve", Says.RESOLVED), ("zabbix-problem", Says.FIRING),
        ("zabbix-acknowledged", Says.ACKNOWLEDGED), ("zabbix-recovery", Says.RESOLVED),
        ("uptime-kuma-down", Says.FIRING), ("uptime-kuma-up", Says.RESOLVED), ("uptime-kuma-test", Says.FIRING),
    ],
)  # fmt: skip
def test_what_is_said_of_it(name, says):
    (found,) = told(name)
    assert found.says is says


@pytest.mark.parametrize("names", [("zabbix-problem", "zabbix-acknowledged", "zabbix-recovery"),
                                   ("pagerduty-trigger", "pagerduty-acknowledge", "pagerduty-resolve"),
                                   ("uptime-kuma-down", "uptime-kuma-up")])  # fmt: skip
def test_beginning_and_end_are_of_one_thing(names):
    assert len({signal(name).fingerprint for name in names}) == 1


def test_uptime_kumas_beats_that_are_neither_up_nor_down_tell_nothing():
    """2 is looked at again, 3 is being worked on."""
    beat = sample("uptime-kuma-down")["heartbeat"]
    assert [told("uptime-kuma-down", heartbeat={**beat, "status": status}) for status in (2, 3)] == [[], []]


def test_uptime_kumas_notices_are_one_but_for_their_numbers():
    """A certificate with 14 days left is the same tomorrow."""
    said = "[shop][https://shop.example] certificate will expire in {} days"
    found = {signal_of(told("uptime-kuma-test", msg=said.format(days))[0], HOOKS["uptime-kuma"], NOW).fingerprint
             for days in (14, 7)}  # fmt: skip
    assert len(found) == 1


@pytest.mark.parametrize(
    "written",
    ['[{"tag":"site","value":"berlin"},{"tag":"prod","value":""}]', "site:berlin, prod", "site:berlin,prod:yes"],
)
def test_zabbix_tags_come_as_json_or_as_words(written):
    labels = told("zabbix-problem", event_tags=written)[0].labels
    assert (labels["site"], labels["prod"], labels["host"]) == ("berlin", "yes", "web-1")


def test_a_macro_that_zabbix_did_not_fill_says_nothing():
    assert told("zabbix-problem", event_name="{EVENT.NAME}")[0].title == "High CPU utilization"
    assert told("zabbix-problem", event_name="*UNKNOWN*")[0].title == "High CPU utilization"


# --- what the configuration decides


def test_a_label_overwrites_nothing_that_the_configuration_decides():
    alert = sample("alertmanager-sample")["alerts"][0]
    mine = {"client": "globex", "hook": "x", "kind": "x", "severity": "critical", "site": "theirs"}
    body = {"alerts": [{**alert, "labels": {**alert["labels"], **mine}}]}
    hook = Hook("prom", "alertmanager", "acme", severities={"critical": Severity.LOW}, labels={"site": "berlin"})
    (alert,) = [each for each in read(hook, json.dumps(body)) if each.says is Says.FIRING]
    labels = signal_of(alert, hook, NOW).labels
    assert {name: labels[name] for name in mine} == {
        "client": "acme", "hook": "prom", "kind": "alertmanager", "severity": "low", "site": "berlin"
    }  # fmt: skip


@pytest.mark.parametrize(
    ("value", "client", "says"),
    [("acme-prod", "acme", ""), ("other", "globex", "its tenant is “other”"), (None, "globex", "")],
)  # fmt: skip
def test_a_label_says_whose_it_is_and_an_unknown_value_is_said(value, client, says):
    """It may be the 21st: what is bounded is what is kept."""
    hook = Hook("prom", "alertmanager", "globex", client_label="tenant", clients={"acme-prod": "acme"})
    labels = {f"l{n}": "x" for n in range(30)} | ({"tenant": value} if value else {})
    found = signal_of(Told(Says.FIRING, {"a": "b"}, "t", labels=labels), hook, NOW)
    assert (found.client, found.labels["client"]) == (client, client)
    assert (says or "t") in found.sentence
    assert ("its tenant" in found.sentence) is bool(says), "without the label it is plainly the hook's own client's"


def test_the_worst_of_a_message_comes_first_and_what_is_told_of_one_thing_keeps_its_order():
    def one(host, level, status):
        return {"host": host, "level": level, "status": status}

    host, level = mapping.value("host"), mapping.value("level")
    own = mapping.Map(host, host, BAD, each=mapping.path("all"), severity=level)
    hook = Hook("own", "generic", "acme", mapping=own)
    body = {"all": [
        one("a", "info", "bad"), one("b", "warning", "bad"), one("a", "info", "ok"), one("c", "critical", "bad"),
        one("b", "critical", "ok"),
    ]}  # fmt: skip
    assert [(each.title, each.says) for each in read(hook, json.dumps(body))] == [
        ("b", "firing"), ("c", "firing"), ("b", "resolved"), ("a", "firing"), ("a", "resolved")
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("said", "at"),
    [
        ("2026-11-02T08:59:00Z", "08:59"), ("2026-11-02T09:59:00+01:00", "08:59"), ("2026-11-02 08:59:00", "08:59"),
        (1793609940, "08:59"), (1793609940000, "08:59"), ("1793609940", "08:59"), ("1793609940.5", "08:59"),
        ("2026-11-02T09:05:00Z", "09:00"), ("2199-01-01T00:00:00Z", "09:00"),  # what is to come is now
        ("2018-08-03T09:52:26.739266876+02:00", None), ("0001-01-01T00:00:00Z", None),
        ("0001-01-01T00:00:00+14:00", None), ("", None), ("soon", None), (True, None), (1e300, None), (-1, None),
        ([], None),
    ],
)  # fmt: skip
def test_times_are_believed_within_reason(said, at):
    """What is none, or ancient, is when we were told; then nothing is compared with it either."""
    found = signal_of(Told(Says.FIRING, {"a": "b"}, "t", started_at=instant(said)), HOOKS["grafana"], NOW)
    assert f"{found.started_at:%H:%M}" == (at or "09:00")
    assert (found.began is None) is (at is None)


def test_text_is_tidied_and_bounded():
    long = "a\u202eb\x00c\n" * 3000
    labels = {"ok": long, "": "x", "9": "x", "äö": "x", "b c": "x", "e": "  "} | {f"n{i}": "x" for i in range(99)}
    odd = Told(Says.FIRING, {"a": long}, long, long, long, long, labels, link="javascript:x")
    found = signal_of(odd, HOOKS["zabbix"], NOW)
    assert (TITLE - 1 <= len(found.title) <= TITLE, SENTENCE - 1 <= len(found.sentence) <= SENTENCE) == (True, True)
    assert found.link == ""
    assert not set(found.title + found.sentence + found.about + "".join(found.labels.values())) & set("\u202e\x00\n")
    assert len(found.labels) == MOST + len(OWN)
    assert LONGEST - 1 <= max(map(len, found.labels.values())) <= LONGEST
    assert found.labels["b_c"] == "x"


# --- nothing is lost

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=20,
)
NAMES = st.sampled_from([
    "alerts", "status", "labels", "annotations", "fingerprint", "startsAt", "endsAt", "truncatedAlerts", "heartbeat",
    "monitor", "msg", "monitorID", "time", "event_action", "dedup_key", "payload", "summary", "source", "severity",
    "links", "event_id", "event_value", "event_tags", "host", "name", "check", "values", "tags",
])  # fmt: skip
WORDS = st.sampled_from(["firing", "resolved", "trigger", "resolve", "0", "1", 0, 1, "bad", "", [], {}, None])
ALIKE = st.recursive(
    WORDS | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=6),
    max_leaves=25,
)


@pytest.mark.parametrize("kind", KINDS)
@given(body=JSON | ALIKE)
def test_any_json_is_read_without_a_fault_and_is_fit_to_keep(kind, body):
    """Whatever it is: what is told of it can be stored and shown."""
    fit_to_keep(HOOKS[kind], json.dumps(body).encode())


@pytest.mark.parametrize("kind", KINDS)
@given(body=st.binary(max_size=300))
@example(body=b"[" * 100_000)
@example(body=b'{"alerts":' * 500 + b"1" + b"}" * 500)
@example(body=b'{"alerts": [{"status": "firing", "labels": {"a\\ud800": "\\udc00"}}]}')
@example(body=b'{"n": ' + b"9" * 5000 + b"}")
@example(body=b"NaN")
@example(body=b"\xef\xbb\xbf{}")
@example(body=b"\x00\xff")
def test_any_bytes_are_read_without_a_fault_and_are_never_lost(kind, body):
    found = fit_to_keep(HOOKS[kind], body)
    try:
        json.loads(body)
    except (ValueError, RecursionError):
        assert [each.unknown for each in found] == [True]


def fit_to_keep(hook: Hook, body: bytes) -> tuple[Told, ...]:
    found = read(hook, text_of(body))
    for each in found:
        made = signal_of(each, hook, NOW)
        text = "".join([made.title, made.sentence, made.about, made.link, *made.labels, *made.labels.values()])
        text.encode()
        assert "\0" not in text
        assert made.title
        assert made.sentence
        assert NOW - timedelta(days=366) <= made.started_at <= NOW
        assert made.client == "acme"
    return found


@pytest.mark.parametrize(
    ("kind", "body", "why"),
    [
        ("alertmanager", {}, "`alerts` is no list"),
        ("alertmanager", {"alerts": [{"status": "odd", "labels": {"a": "b"}}]}, "neither firing nor resolved"),
        ("alertmanager", {"alerts": [{"status": "firing"}]}, "neither a `fingerprint` nor `labels`"),
        ("grafana", [], "the message is no object"),
        ("pagerduty", {"event_action": "trigger", "dedup_key": "k"}, "'payload.summary' is missing or blank"),
        ("uptime-kuma", {"heartbeat": {"status": 7, "monitorID": 1}}, "neither up nor down"),
        ("uptime-kuma", {}, "neither a `heartbeat` nor a `msg`"),
        ("zabbix", {"event_id": "1"}, "`event_id` or `event_value` (1 or 0) is missing"),
        ("generic", {"host": ""}, "nothing stands at host, check"),
    ],
)
def test_what_is_not_understood_is_an_alert_that_says_why_and_how_it_begins(kind, body, why):
    (found, *_) = read(HOOKS[kind], json.dumps(body))
    assert found.unknown
    assert found.title == f"here sent what {kind} does not send"
    assert why in found.sentence
    assert "It begins: " in found.sentence


def test_messages_of_one_odd_shape_are_one_alert_and_of_another_shape_another():
    def fingerprint(body):
        return signal_of(read(HOOKS["alertmanager"], json.dumps(body))[0], HOOKS["alertmanager"], NOW).fingerprint

    assert fingerprint({"a": 1, "b": {"c": "x"}}) == fingerprint({"b": {"c": "y"}, "a": 2})
    assert fingerprint({"a": 1}) != fingerprint({"a": "1"})
