"""Hooks in `monitors.yaml`: what the page shows loads, and each mistake is a sentence with its line."""

import json
import re
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.configuration import load_folder
from config.secrets import Secrets, read_secrets
from desk.alerts import Severity
from desk.hooks import KINDS, read
from desk.hooks.hook import signal_of
from desk.hooks.told import Says
from tests.store_fixture import MORNING

PAGE = (Path(__file__).parents[2] / "docs" / "hooks.md").read_text(encoding="utf-8")
BLOCKS = [block for block in re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL) if block.startswith("hooks:")]
GENERIC = """
hooks:
  own:
    kind: generic
    client: acme
    mapping:
      title: name
      fingerprint: [host]
"""
WHOSE = "client: acme"
MAPPING = "    mapping:\n      title: name\n      fingerprint: [host]\n"


def with_hooks(folder: Path, written: str):
    with (folder / "monitors.yaml").open("a") as file:
        file.write(written.lstrip("\n"))
    return load_folder(folder).hooks


def test_every_block_of_the_page_loads_and_there_is_one_for_each_kind(folder):
    merged = "hooks:\n" + "".join(block.removeprefix("hooks:\n") for block in BLOCKS)
    found = with_hooks(folder, merged)
    assert {hook.kind for hook in found.values()} == set(KINDS)


def test_the_pages_own_message_is_read_as_it_says(folder):
    hook = with_hooks(folder, BLOCKS[-1])["jobs"]
    message = next(block for block in re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL) if "jobs" in block)
    first, second = read(hook, message)
    signal = signal_of(first, hook, MORNING)
    assert (first.says, second.says) == (Says.FIRING, Says.RESOLVED)
    assert (signal.title, signal.sentence, signal.severity) == ("backup of db-1", "the tape is full", Severity.HIGH)
    assert {name: signal.labels[name] for name in ("host", "site")} == {"host": "db-1", "site": "berlin"}
    assert f"{signal.started_at:%H:%M}" == "01:00"


def test_what_is_written_is_what_the_hook_has(folder):
    found = with_hooks(folder, GENERIC + "    lapses_after: 2h\n    severities: {PAGE: critical, '9': low}\n")["own"]
    assert (found.id, found.client, found.severity, found.lapses_after) == ("own", "acme", Severity.HIGH, 7200)
    assert (found.severity_of("page"), found.severity_of("9")) == (Severity.CRITICAL, Severity.LOW)
    (told,) = read(found, json.dumps({"host": "h", "name": "n"}))
    assert (told.title, told.says) == ("n", Says.FIRING)


@pytest.mark.parametrize(
    ("old", "new", "line", "part", "why"),
    [
        ("kind: generic", "kind: gneric", 3, "did you mean `generic`?", "a kind that is none"),
        ("client: acme", "client: amce", 4, "there is no client `amce`; did you mean `acme`?", "nobody's"),
        ("kind: generic", "kind: zabbix", 5, "a `mapping` is what a hook of kind generic has", "a mapping too many"),
        (MAPPING, "", 2, "a `mapping` is what", "a mapping too few"),
        ("title: name", "title: name\n      titel: x", 7, "unknown key; did you mean `title`?", "a key of the mapping"),
        ("      title: name\n", "", 5, "`hooks.own.mapping.title` is missing.", "it must be called something"),
        ("title: name", "title: a..b", 6, "expected a path such as alert.name", "no path"),
        ("title: name", "title: {words: x}", 6, "expected a path, or words as {text: words}", "no words"),
        ("title: name", "title: name\n      firing: status", 7, "expected {path: status, is: [firing", "no test"),
        ("title: name", "title: name\n      ended_at: at", 5, "`ended_at` without `started_at`", "an end of nothing"),
        ("title: name", "title: name\n      labels: {9: a}", 7, "hooks.own.mapping.labels.9", "no name of a label"),
        ("client: acme", "client: acme\n    labels: {severity: x}", 5, "the label `severity` is given", "its own"),
        (WHOSE, f"{WHOSE}\n    client_label: tenant", 5, "both or none", "whose nobody says"),
        (WHOSE, f"{WHOSE}\n    clients: {{a: acme}}", 5, "both or none", "by what nobody says"),
        (WHOSE, f"{WHOSE}\n    client_label: client\n    clients: {{a: acme}}", 5, "no message has a say", "its own"),
        (WHOSE, f"{WHOSE}\n    client_label: t\n    clients: {{a: nobody}}", 6, "no client `nobody`", "nobody's"),
        ("client: acme", "client: acme\n    lapses_after: 5s", 5, "a minute at least", "before the next word can come"),
        ("client: acme", "client: acme\n    severities: {page: urgent}", 5, "expected one of", "no severity"),
        ("client: acme", "client: acme\n    token: secretword", 5, "a secret is never written here", "a token"),
        ("  own:", "  Own:", 2, "an id has small letters, digits and dashes", "no id"),
    ],
)
def test_a_mistake_is_a_sentence_with_its_line(folder, problems, old, new, line, part, why):
    assert old in GENERIC
    with (folder / "monitors.yaml").open("a") as file:
        file.write(GENERIC.lstrip("\n").replace(old, new, 1))
    begins = (folder / "monitors.yaml").read_text().split("\n").index("hooks:")
    found = [(p.file, p.line - begins) for p in problems() if part in p.sentence]
    assert found == [("monitors.yaml", line)], (why, problems())
    assert len(problems()) == 1, why


def test_a_hooks_token_is_found_by_its_name_and_masked(monkeypatch):
    monkeypatch.setenv("DESKBELL_HOOK__NIGHTLY_JOBS", "a-token-of-ours")
    secrets = read_secrets()
    assert secrets.hook_token("nightly-jobs") == "a-token-of-ours"
    assert secrets.hook_token("other") is None
    assert "a-token-of-ours" in secrets.values()
    assert Secrets(hook={"x": SecretStr("")}).hook_token("x") is None
