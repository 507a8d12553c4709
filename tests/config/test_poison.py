"""Every mistake an operator can make is one sentence with its file and line.

Failure-table row: poison configuration.
"""

from typing import NamedTuple

import pytest


class Poison(NamedTuple):
    """In `file`, `old` becomes `new`; what is said is about `line` and has `part` in it; `why` the row is here."""

    file: str
    old: str
    new: str
    line: int
    part: str
    why: str


DESK, CLIENTS, PEOPLE = "deskbell.yaml", "clients.yaml", "people.yaml"
MONITORS, RUNBOOKS = "monitors.yaml", "runbooks.yaml"
STEPS = """
      - {after: 0s, target: "oncall:week"}
      - after: 5m
        target: team:desk
      - after: 10m
        target: person:mia
"""

ONE_PLACE = "`slack/C0123ABCD` is a place of both `acme-team` and `globex-team`"
TWO_BOTS = "  chat: {kind: discord}\n  discord: {}"

UNKNOWN = [
    Poison(MONITORS, "interval:", "intervall:", 6, "unknown key; did you mean `interval`?", "a key of every monitor"),
    Poison(MONITORS, "url:", "uri: x\n    url:", 5, "unknown key; did you mean `url`?", "a key of the kind"),
    Poison(MONITORS, "url:", "zzzz: x\n    url:", 5, "there is ", "nothing is near: the keys there are"),
    Poison(MONITORS, "interval: 30s", "token: x", 6, "a secret is never written here", "a secret does not belong here"),
    Poison(DESK, "places:", "platform: slack\n    places:", 15, "unknown key; there is `places`", "it has places"),
    Poison(DESK, "platforms:", "platfroms:", 17, "did you mean `platforms`?", "its names are no further mistake"),
    Poison(DESK, "aliases", "alias", 19, "did you mean `aliases`?", "a key of a platform"),
    Poison(DESK, "command: /desk", "bot_token: geheim", 18, "a secret is never written here", "a token of Slack's"),
    Poison(DESK, "port:", "passwort: x\nport:", 2, "did you mean `port`?", "at the top of a file"),
    Poison(CLIENTS, "mon:", "mo:", 32, "did you mean `mon`?", "a key of a table with fixed keys"),
    Poison(CLIENTS, "goals:", "goal: {}\n      goals:", 17, "did you mean `goals`?", "deep inside"),
    Poison(RUNBOOKS, "SHOP_DIR", "SHOP_TOKEN", 16, "a secret is never written here", "handed to a script"),
    Poison(MONITORS, "port: 22", "port: 22\n    <<: {about: x}", 15, "unknown key", "merge keys are not read"),
]

WRONG_TYPE = [
    Poison(MONITORS, "30s", "soon", 6, "expected a length of time like 60s, 15m, 2h or 3d, got 'soon'", "no length"),
    Poison(MONITORS, "30s", "0s", 6, "above zero", "a loop without a pause"),
    Poison(MONITORS, "30s", "-5", 6, "got -5", "time does not run backward"),
    Poison(MONITORS, "30s", ".nan", 6, "got nan", "neither more nor less than anything"),
    Poison(MONITORS, "30s", "true", 6, "got true", "Python would take it for one second"),
    Poison(MONITORS, "30s", "99999d", 6, "expected a length of time", "longer than any monitor lives"),
    Poison(MONITORS, "period: 1d", "period: often", 20, "expected a number, got 'often'", "a number of the kind's own"),
    Poison(MONITORS, "port: 22", "port: ssh", 14, "expected a whole number, got 'ssh'", "a name for a number"),
    Poison(MONITORS, "port: 22", "port: 99999", 14, "expected at most 65535, got 99999", "out of range"),
    Poison(MONITORS, "critical", "crit", 16, "got 'crit'; did you mean `critical`?", "one of a few words"),
    Poison(MONITORS, "    kind: http\n", "", 2, "`monitors.shop.kind` is missing.", "what cannot be guessed"),
    Poison(MONITORS, "    host: 10.0.0.1\n", "", 10, "`monitors.router.host` is missing.", "missing for its kind"),
    Poison(MONITORS, "http://127.0.0.1:8089/health", "ftp://x", 5, "not a web address", "the kind's own rule"),
    Poison(
        MONITORS, "shop-1", "[shop-1]", 8, "expected text (a number is text in quotes), got a list", "a list for text"
    ),
    Poison(DESK, "8080", '"abc"', 2, "expected a whole number, got 'abc'", "no number"),
    Poison(DESK, "kind: help", "kind: halp", 9, "got 'halp'; did you mean `help`?", "no kind of channel"),
    Poison(DESK, "words: [vpn]", "words: []", 22, "expected at least 1 of them", "an article that is never found"),
    Poison(DESK, "10.0.0.0/24", "10.0.0.0/99", 4, "neither an address, nor a network", "an impossible network"),
    Poison(DESK, "kind: slack", "kind: slak", 19, "got 'slak'; did you mean `slack`?", "no kind of platform"),
    Poison(DESK, "/desk", "desk", 18, "a slash command is `/` and", "a command without its slash"),
    Poison(DESK, "/desk", "/Desk", 18, "a slash command is `/` and", "Slack has no capitals there"),
    Poison(DESK, "/ticket", "/" + "t" * 32, 19, "a slash command is `/` and", "33 characters"),
    Poison(DESK, "C0123ABCD", '"#acme-team"', 15, "write the channel's id (open the channel's details", "a name"),
    Poison(DESK, "C0123ABCD", "D0123ABCD", 15, "write the channel's id (open the channel's details", "somebody's DM"),
    Poison(DESK, '"1122334455667788"', "11223344556677", 15, "15 to 20 digits", "14 digits are no id of Discord's"),
    Poison(DESK, '"1122334455667788"', "acme-team", 15, "15 to 20 digits", "a name on Discord"),
    Poison(DESK, '"1122334455667788"', "true", 15, "expected text", "Python would take it for a number"),
    Poison(PEOPLE, "name: Ben", "name: 5", 4, "expected text (a number is text in quotes), got 5", "a number for text"),
    Poison(PEOPLE, "[technician]", "[technican]", 6, "did you mean `technician`?", "no role"),
    Poison(PEOPLE, '"08:30"', "25:00", 18, "expected a time of day like 09:00 or `mon 09:00`", "no time of day"),
    Poison(PEOPLE, "2026-01-05", "2026-13-05", 16, "expected a date that exists", "an impossible date"),
    Poison(CLIENTS, "2026-12-25", "2026-02-30", 34, "expected a date that exists", "an impossible date in a list"),
    Poison(CLIENTS, "01-01: New Year", "02-31: Never", 35, "expected a day of the year that exists", "no such day"),
    Poison(CLIENTS, "Europe/Berlin", "Europe/Berln", 30, "did you mean `Europe/Berlin`?", "an impossible time zone"),
    Poison(CLIENTS, "Europe/Berlin", "../../etc/passwd", 30, "there is no time zone", "a path for a zone"),
    Poison(CLIENTS, "09:00-17:00", "9-17", 32, "expected hours like `09:00-17:00`, got '9-17'", "no hours"),
    Poison(CLIENTS, "09:00-17:00", "09:00-09:00", 32, "expected hours like", "hours that are none"),
    Poison(CLIENTS, "weekly: always", "weekly: often", 40, "expected settings written as `key: value`", "no hours"),
    Poison(CLIENTS, "P2\n", "P5\n", 8, "got 'P5'", "no priority"),
    Poison(CLIENTS, "0.95", "95", 17, "expected at most 1.0, got 95", "percent for a share"),
    Poison(CLIENTS, "[0.5, 0.9]", "[0.5, 1.5]", 18, "expected less than 1.0, got 1.5", "a warning after the breach"),
    Poison(CLIENTS, "[0.5, 0.9]", "[0.333]", 18, "expected hundredths", "reminders are named by their percent"),
    Poison(CLIENTS, "P1: 4h", "P1: 500ms", 13, "expected whole seconds", "promises are counted in seconds"),
]

DANGLING = [
    Poison(DESK, "slack: C01", "slak: C01", 15, "no platform `slak`; did you mean `slack`?", "a place on no platform"),
    Poison(DESK, 'discord: "11', 'globex-chad: "11', 15, "did you mean `globex-chat`?", "a workspace's name"),
    Poison(
        MONITORS, "client: acme\n    url", "client: acmee\n    url", 4, "client `acmee`; did you mean `acme`?", "client"
    ),
    Poison(MONITORS, "kind: http", "kind: htp", 3, "kind of monitor `htp`; did you mean `http`?", "kind"),
    Poison(MONITORS, "runbook: restart-shop", "runbook: restart-shp", 7, "did you mean `restart-shop`?", "runbook"),
    Poison(MONITORS, "parent: router", "parent: ruter", 9, "no monitor `ruter`; did you mean `router`?", "parent"),
    Poison(MONITORS, "target: shop-1", "target: shop-2", 8, "which has `shop-1`", "what the runbook may run on"),
    Poison(CLIENTS, "calendar: office", "calendar: ofice", 4, "did you mean `office`?", "calendar"),
    Poison(CLIENTS, "team_channel: acme-team", "team_channel: acme-taem", 5, "did you mean `acme-team`?", "channel"),
    Poison(CLIENTS, "path: quick", "path: quik", 7, "no escalation path `quik`; did you mean `quick`?", "path"),
    Poison(CLIENTS, "team: desk", "team: dask", 6, "no team `dask`; did you mean `desk`?", "team"),
    Poison(CLIENTS, "oncall:week", "oncall:weak", 44, "no schedule `weak`; did you mean `week`?", "schedule"),
    Poison(CLIENTS, "team:desk", "team:disk", 46, "no team `disk`; did you mean `desk`?", "a team on a path"),
    Poison(CLIENTS, "person:mia", "person:mio", 48, "no person `mio`; did you mean `mia`?", "a person on a path"),
    Poison(CLIENTS, "team:desk", "teem:desk", 46, "expected `oncall:SCHEDULE`, `person:ID`, `team:ID`", "no sort"),
    Poison(PEOPLE, "client: acme", "client: acne", 2, "no client `acne`; did you mean `acme`?", "a person's client"),
    Poison(PEOPLE, '"*"', "acm", 6, "no client `acm`; did you mean `acme`?", "a role at a client"),
    Poison(PEOPLE, "desk: [ben, mia]", "desk: [ben, mai]", 11, "no person `mai`; did you mean `mia`?", "in a team"),
    Poison(PEOPLE, "people: [ben, mia]\n", "people: [bon, mia]\n", 17, "did you mean `ben`?", "in a layer"),
    Poison(DESK, "client: acme", "client: acme2", 11, "did you mean `acme`?", "a channel's client"),
    Poison(DESK, "admins_channel: noc", "admins_channel: nac", 3, "did you mean `noc`?", "the admins' channel"),
    Poison(RUNBOOKS, "clients: [acme]", "clients: [acmi]", 11, "did you mean `acme`?", "a runbook's client"),
    Poison(RUNBOOKS, "monitor: shop", "monitor: shup", 12, "no monitor `shup`; did you mean `shop`?", "the proof"),
    Poison(RUNBOOKS, "script: restart.sh", "script: restrt.sh", 4, "did you mean `restart.sh`?", "the script"),
    Poison(
        RUNBOOKS, "targets:", "files: [restart.cfg]\n    targets:", 10, "restart.cfg cannot be read", "a listed file"
    ),
]

SENSELESS = [
    Poison(MONITORS, "port: 22", "parent: shop\n    port: 22", 9, "ring: `shop` → `router` → `shop`", "a ring"),
    Poison(MONITORS, "parent: router\n  r", "parent: shop\n  r", 9, "ring: `shop` → `shop`", "its own parent"),
    Poison(MONITORS, "500ms", "9999h", 1, "3 monitors could keep", "more hanging checks than there is room for"),
    Poison(
        MONITORS, "client: acme\n    url", "client: globex\n    url", 7, "is not for globex", "somebody else's runbook"
    ),
    Poison(MONITORS, "  backup:", "  shop:", 17, "`shop` is written twice; the first is in line 2", "an id twice"),
    Poison(MONITORS, "period: 1d", "period: 1d\n    period: 2d", 21, "`period` is written twice", "a key twice"),
    Poison(MONITORS, "  backup:", "  Back Up:", 17, "an id has small letters, digits and dashes", "no slug"),
    Poison(CLIENTS, STEPS, " []\n", 43, "`quick` escalates to nobody", "no steps"),
    Poison(CLIENTS, "after: 5m", "after: 50m", 43, "`after` counts from the first ring", "steps out of order"),
    Poison(CLIENTS, "weekly: always", "weekly: {}", 38, "`always` never opens", "no hours at all"),
    Poison(
        CLIENTS,
        "weekly: always",
        "weekly: {}\n    date_overrides: {2020-01-01: ['09:00-17:00']}",
        38,
        "never opens",
        "past",
    ),
    Poison(
        CLIENTS,
        "P2: 1h, P3: 4h, P4: 8h}\n        resolution:\n",
        "P3: 4h, P4: 8h}\n        resolution:\n",
        11,
        "`acme` has no target for first_response of P2",
        "one number is missing",
    ),
    Poison(CLIENTS, "team_channel: acme-team", "team_channel: acme-help", 5, "of kind help", "customers would read it"),
    Poison(CLIENTS, "team_channel: acme-team", "team_channel: globex-team", 5, "belongs to globex", "other customers"),
    Poison(CLIENTS, "person:mia", "person:ann", 48, "tells `ann` of acme and globex", "a requester would be called"),
    Poison(PEOPLE, "  ann: {", "  deskbell: {", 2, "`deskbell` is the desk itself", "acts as the desk"),
    Poison(RUNBOOKS, "clients: [acme]", "clients: []", 11, "leave `clients` out for all", "nobody's, or everybody's"),
    Poison(RUNBOOKS, "monitor: shop", "by_itself: true", 12, "set `needs_approval: false`", "by itself, if allowed"),
    Poison(PEOPLE, "desk: [ben, mia]", "desk: []", 11, "there is nobody in it", "an empty team"),
    Poison(PEOPLE, "people: [ben, mia]\n", "people: []\n", 17, "there is nobody in it", "an empty layer"),
    Poison(
        PEOPLE,
        '    roles:\n      "*": [technician]',
        "    roles: [technician]",
        5,
        "for whom?",
        "staff of which client",
    ),
    Poison(DESK, "admins_channel: noc", "admins_channel: acme-team", 3, "belongs to acme", "a client would read it"),
    Poison(DESK, "port: 8080", "canary: acme-team", 2, "`canary`: `acme-team` belongs to acme", "it bothers a client"),
    Poison(DESK, "port: 8080", "canary: cage", 2, "there is no channel `cage`", "nowhere to be read back"),
    Poison(DESK, "port: 8080", "outside_heartbeat: ping", 2, "it is no web address such as", "nobody to be pinged"),
    Poison(DESK, "port: 8080", "clock_reference: ntp://a.b", 2, "it is no web address such as", "another sort of time"),
    Poison(DESK, "admins_channel: noc\n", "", 1, "`admins_channel` is missing", "changes are shown somewhere"),
    Poison(DESK, "slack: C01", "webchat: C01", 15, "every channel is in the web chat", "not a place of its own choice"),
    Poison(DESK, "client: globex}", "client: globex, places: {slack: C0123ABCD}}", 16, ONE_PLACE, "two in one place"),
    Poison(DESK, "  globex-chat:", "  webchat:", 19, "the web chat is always there", "it has no workspace"),
    Poison(DESK, "  globex-chat:", "  bot-token:", 19, "choose another name", "its token would be in the other's"),
    Poison(DESK, "  globex-chat:", "  api-url:", 19, "choose another name", "as would these be its address"),
    Poison(DESK, "{kind: slack, ", "{", 19, "`platforms.globex-chat`: `kind` is missing", "a name says no kind"),
    Poison(DESK, "command: /desk", "kind: discord", 18, "`slack` is the name of Slack's own", "a false name"),
    Poison(DESK, "  slack: {command: /desk}", TWO_BOTS, 19, "for all guilds of Discord, and it is `chat`", "two"),
    Poison(DESK, "  slack: {", "  discord: {", 18, "`platforms.discord.command`: only Slack has this", "Slack's own"),
    Poison(DESK, "command: /desk", 'reaction: ":ticket:"', 18, "name without colons", "colons are not in its name"),
    Poison(DESK, "slack: {command: /desk", "discord: {reaction: ticket", 18, "one emoji, like 🎫", "Slack's way"),
    Poison(DESK, "command: /desk", 'pin: ":pushpin:"', 18, "name without colons", "nor in that of the other"),
    Poison(DESK, "command: /desk", "pin: ticket", 18, "choose two emoji", "one that would open a ticket as well"),
    Poison(DESK, "command: /desk", "reaction: pushpin", 18, "`platforms.slack.reaction`: `reaction` opens", "so"),
    Poison(DESK, "slack: {command: /desk", 'discord: {pin: "🎫"', 18, "choose two emoji", "nor on Discord"),
    Poison(DESK, "[/ticket]", "[/desk]", 19, "a command is there twice", "the command and its own alias"),
    Poison(DESK, "  noc:", "  dm-noc: {kind: other}\n  noc:", 7, "are made for people", "somebody's direct channel"),
    Poison(RUNBOOKS, "[a-z]{1,10}", "([a-z]+)+", 7, "repeats a repeat", "a catastrophic pattern"),
    Poison(RUNBOOKS, "[a-z]{1,10}", "([a-z", 7, "no regular expression", "no pattern at all"),
    Poison(RUNBOOKS, '"{mode}"', '"{mood}"', 5, "there is no parameter mood", "a place that nothing fills"),
    Poison(RUNBOOKS, "default: soft", "default: SOFT", 7, "its default is refused", "a default of its own kind"),
    Poison(RUNBOOKS, "script: restart.sh", "script: ../restart.sh", 4, "no path inside the runbook folder", "outside"),
    Poison(RUNBOOKS, "[approver]", "[]", 13, "needs an approval that nobody may give", "waits for ever"),
]

def condition(text: str, part: str, why: str) -> Poison:
    return Poison(MONITORS, "interval: 30s", f"conditions:\n      - latency_ms < 800\n      - {text}", 8, part, why)


CONDITIONS = [
    condition("statsu == 200", "`monitors.shop.conditions`: `statsu == 200`: there is no `statsu`; http", "a name"),
    condition("silence_s < 60", "there is no `silence_s`; http offers `status` (whole number)", "another kind's"),
    condition("status == 'ok'", "`==` does not go with whole number and text; http offers `status`", "a wrong type"),
    condition("status ==", "at character 10: syntax error", "half a condition"),
    condition("__import__('os').system('ls') == status", "there is no `__import__`", "a program"),
    condition("text.matches('(a')", "'(a' is no pattern", "a pattern that is none"),
    condition("body.all(i, body.all(j, i == j))", "only `i` can be read, not `body`", "squared work"),
    condition(f"status in [{'200, ' * 100}200]", "500 is the most", "a condition nobody can read"),
    condition("[status]", "expected text (a number is text in quotes), got a list", "no text"),
    Poison(MONITORS, "interval: 30s", f"conditions: [{'status > 1, ' * 21}]", 6, "expected at most 20", "a crowd"),
]

def group(of: str, part: str, why: str) -> Poison:
    made = f"  all: {{kind: group, client: acme, of: [{of}]}}\n  two: {{kind: group, client: acme, of: [all, shop]}}\n"
    return Poison(MONITORS, "monitors:\n", f"monitors:\n{made}", 2, part, why)


GROUPS = [
    group("shop, ruter", "`monitors.all.of`: there is no monitor `ruter`; did you mean `router`?", "a name"),
    group("shop, backup", "`backup` is globex's, and this one acme's", "another client's"),
    group("shop, all", "`all` is, or holds, `all` itself", "its own part"),
]

NOT_YAML = [
    Poison(MONITORS, "    port: 22", "\tport: 22", 14, "a tab cannot indent; use spaces", "a tab"),
    Poison(MONITORS, "port: 22", "port: [22", 15, "this is not YAML", "a bracket that stays open"),
    Poison(MONITORS, "port: 22", "port: *nope", 14, "found undefined alias 'nope'", "an alias of nothing"),
    Poison(MONITORS, "10.0.0.1", "!secret x", 13, "the tag `!secret` means nothing here", "a tag of another program"),
    Poison(
        MONITORS,
        "10.0.0.1",
        "!!python/name:os.system x",
        13,
        "the tag `!!python/name:os.system` means",
        "a tag that runs code elsewhere",
    ),
    Poison(MONITORS, "target:", "? [a]\n    : 1\n    target:", 8, "a key must be a plain word", "a list for a key"),
    Poison(
        MONITORS, "10.0.0.1", '"\\e[31m"', 13, "the character U+001B is not allowed", "colours for whoever reads a log"
    ),
    Poison(MONITORS, "10.0.0.1", '"\\ud800"', 13, "the character U+D800 is not allowed", "half a character"),
    Poison(MONITORS, "http://", "http://ann:geheim@", 5, "must not carry a user name or password", "credentials"),
]

TABLE = [*CONDITIONS, *GROUPS, *UNKNOWN, *WRONG_TYPE, *DANGLING, *SENSELESS, *NOT_YAML]


@pytest.mark.parametrize("row", TABLE, ids=[f"{row.file}-{row.why}" for row in TABLE])
def test_a_mistake_is_one_sentence_on_its_line(row, spoil, problems):
    """One mistake, one problem: no sentence follows from another, and none repeats a secret."""
    spoil(row.file, row.old, row.new)
    (problem,) = problems()
    assert f"{problem}".startswith(f"{row.file}:{row.line}: ")
    assert row.part in problem.sentence
    assert "geheim" not in problem.sentence
    assert problem.sentence[-1] in ".?"
