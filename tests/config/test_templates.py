"""Templates and lists of targets: what many monitors have in common is written once, and is wrong once.

Failure-table row: poison configuration.
"""

from textwrap import indent

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.configuration import load_folder
from config.files import templates
from config.loader import FILES
from config.problems import ConfigError
from config.yaml_lines import Document, parse
from tests.shape.tree import page

FIVE_HUNDRED = """\
templates:
  web: {kind: http, client: acme, interval: 60s, failures: 2, labels: {tier: web}}
monitors:
  shops:
    template: web
    targets: shops.csv
    name: "{name}, {city}"
    about: "{host}"
    url: "https://{host}/health"
    labels: {site: "{city}"}
"""


@pytest.fixture
def watched(folder):
    """The monitors of a file, beside which others may lie; no runbook is for any of them."""

    def write(text, **lists):
        (folder / "runbooks.yaml").write_text("runbooks: {}\n")
        (folder / "monitors.yaml").write_text(text)
        for name, content in lists.items():
            (folder / name.replace("_", ".")).write_bytes(content if isinstance(content, bytes) else content.encode())
        return load_folder(folder)

    return write


def test_five_hundred_hosts_are_ten_lines(watched):
    """Each row is a monitor of its own, and its texts are filled at any depth. The page shows the same."""
    assert indent(FIVE_HUNDRED, "    ") in page("docs/monitors.md")
    rows = "".join(f"shop{n}.example,Shop {n},Berlin\n" for n in range(500))
    assert FIVE_HUNDRED.count("\n") == 10
    monitors = watched(FIVE_HUNDRED, shops_csv="host,name,city\n" + rows).monitors
    assert len(monitors) == 500
    shop = monitors["shops-shop17-example"]
    assert (shop.name, shop.about) == ("Shop 17, Berlin", "shop17.example")
    assert (shop.settings.url, shop.failures) == ("https://shop17.example/health", 2)
    assert shop.labels == {"tier": "web", "site": "Berlin"}


def test_an_id_follows_from_its_row_alone(watched):
    """A row that moves, or a neighbour that comes or goes, makes nobody another monitor."""
    text = FIVE_HUNDRED.replace("    template", '    id: "{city}-{name}"\n    template')
    before = watched(text, shops_csv="host,name,city\na.example,Ä,Köln\nb.example,B,Bonn\n").monitors
    after = watched(text, shops_csv="name,host,city\nC,c.example,Bonn\nB,b.example,Bonn\nÄ,a.example,Köln\n").monitors
    assert [*before] == ["koln-a", "bonn-b"]
    assert [*after] == ["bonn-c", "bonn-b", "koln-a"]
    assert {**after, **before} == after


@pytest.mark.parametrize(
    ("targets", "lists"),
    [
        pytest.param("[a.example, b.example]", {}, id="words are hosts"),
        pytest.param("[{host: a.example}, {host: b.example, rack: 7}]", {}, id="more of each"),
        pytest.param("t.yaml", {"t_yaml": "targets:\n- a.example\n- host: b.example\n"}, id="a file of the same form"),
        pytest.param("t.csv", {"t_csv": "host;x\n\n a.example ;1\nb.example;2\n"}, id="CSV as Excel writes it"),
        pytest.param(
            "t.csv", {"t_csv": b'\xef\xbb\xbfhost\tx\r\na.example\t\r\n"b.example"\t2'}, id="a mark, CRLF, tabs"
        ),
    ],
)  # fmt: skip
def test_a_list_stands_in_place_or_in_a_file(watched, targets, lists):
    text = f'monitors:\n  web: {{kind: tcp, client: acme, port: 80, host: "{{host}}", targets: {targets}}}\n'
    config = watched(text, **lists)
    assert {id_: monitor.settings.host for id_, monitor in config.monitors.items()} == {
        "web-a-example": "a.example", "web-b-example": "b.example",
    }  # fmt: skip
    assert set(config.files) == {*FILES, *(name.replace("_", ".") for name in lists)}


def test_what_an_entry_says_itself_holds_over_its_template(watched):
    text = """
templates: {web: {kind: http, client: acme, url: "http://x.example/", severity: low, labels: {a: "1", b: "1"}}}
monitors:
  one: {template: web, severity: critical, labels: {b: "2"}}
  two: {template: web}
"""
    one, two = watched(text).monitors.values()
    assert (one.severity, one.labels) == ("critical", {"a": "1", "b": "2"})
    assert (two.severity, two.labels) == ("low", {"a": "1", "b": "1"})


def test_a_brace_that_is_no_placeholder_stays_one(watched):
    """And what a row says is never filled again."""
    text = """
monitors:
  web:
    {kind: http, client: acme, url: "http://{host}/", keyword: '{"up": {host}, {{n}}}', targets: [{host: "{n}", n: x}]}
  plain: {kind: http, client: acme, url: "http://p.example/", keyword: "{host}"}
"""
    web, plain = watched(text).monitors.values()
    assert (web.settings.keyword, plain.settings.keyword) == ('{"up": {n}, {x}}', "{host}")


def test_another_list_is_another_version(watched):
    """The version is that of all that was read, and the list's text is kept with it."""
    one = watched(FIVE_HUNDRED, shops_csv="host,name,city\na.example,A,Bonn\n")
    two = watched(FIVE_HUNDRED, shops_csv="host,name,city\na.example,B,Bonn\n")
    assert one.version != two.version
    assert "a.example,B,Bonn" in two.files["shops.csv"]


TEMPLATE = "templates:\n  web: {kind: http, client: acme}\n"
ENTRY = "monitors:\n  web:\n    kind: tcp\n    client: acme\n    port: 80\n    host: '{host}'\n    targets: "
OF_CSV = ENTRY + "x.csv\n"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param(
            TEMPLATE + "monitors: {a: {template: wep}}\n",
            "monitors.yaml:3: there is no template `wep`; did you mean `web`?", id="a name that is misspelt",
        ),
        pytest.param(
            TEMPLATE + "monitors: {a: {template: web}}\n",
            "monitors.yaml:3: `monitors.a.url` is missing.", id="what the template does not say either",
        ),
        pytest.param(
            "templates: {web: {template: x}}\nmonitors: {a: {template: web, kind: cpu, client: acme}}\n",
            "monitors.yaml:1: `template` stands at a monitor, and never in a template.", id="templates of templates",
        ),
        pytest.param(
            "templates: {web: {kind: http, url: 'http://{host}/'}}\nmonitors:\n  a: {template: web, client: acme}\n",
            "monitors.yaml:3: `{host}` in `templates.web.url` is filled from a list: give `targets` or write `url`.",
            id="a placeholder that nothing fills",
        ),
        pytest.param(
            "templates: [a]\nmonitors: {}\n",
            "monitors.yaml:1: `templates`: expected settings written as `key: value`, got a list.", id="no templates",
        ),
        pytest.param(ENTRY + "[]\n", "monitors.yaml:7: `web`: there is nothing in the list.", id="nothing"),
        pytest.param(
            ENTRY + "{a: b}\n",
            "monitors.yaml:7: `targets`: expected a list, or the name of a file with one, got settings.", id="no list",
        ),
        pytest.param(
            ENTRY + "[a, [b]]\n", "monitors.yaml:7: `host`: expected a word or a number, got a list.", id="no word",
        ),
        pytest.param(
            ENTRY + "\n    - {host: a, No: b}\n",
            "monitors.yaml:8: `No`: a placeholder has small letters, digits and `_`, and begins with a letter.",
            id="what could stand in no text",
        ),
        pytest.param(
            ENTRY + f"[{{host: a, n: {10**40}}}]\n", "monitors.yaml:7: `n`: expected a smaller number.", id="too much",
        ),
        pytest.param(
            ENTRY + "[{hots: a}]\n",
            "monitors.yaml:6: `monitors.web.host`: there is no placeholder `{host}`; did you mean `{hots}`?",
            id="a placeholder of no row is wrong where it is written",
        ),
        pytest.param(
            ENTRY + "\n    - a\n    - {rack: b}\n",
            "monitors.yaml:9: this row has no `host`, and `web` asks for it.", id="one that others have",
        ),
        pytest.param(
            ENTRY + "[a, A]\n", "monitors.yaml:7: there is a monitor `web-a` already; tell them apart by `id`.",
            id="two rows of one id",
        ),
        pytest.param(
            ENTRY + "[a]\n  web-a: {kind: cpu, client: acme}\n",
            "monitors.yaml:7: there is a monitor `web-a` already; tell them apart by `id`.", id="an id that is taken",
        ),
        pytest.param(
            ENTRY + "['…']\n    id: '{host}'\n",
            "monitors.yaml:7: `…` makes no id: it has letters or digits, and at most 63 characters.", id="no letter",
        ),
        pytest.param(
            ENTRY + "gone.csv\n",
            "monitors.yaml:7: `gone.csv` cannot be read: there is no such ordinary file beside this one.", id="no file",
        ),
        pytest.param(
            ENTRY + "../x.csv\n",
            "monitors.yaml:7: `../x.csv` is no name of a `.csv` or `.yaml` file beside this one.", id="a way out",
        ),
        pytest.param(
            ENTRY.replace("tcp", "http").replace("port: 80", "url: 'h://{host}/'") + "['me:pw@b']\n",
            "monitors.yaml:7: `web`: an address must not carry a user name or password;"
            " secrets come from the environment.", id="a password put together",
        ),
        pytest.param(
            ENTRY.replace("port: 80", "port: 80\n    intervall: 5s") + "[a, b]\n",
            "monitors.yaml:6: `monitors.web.intervall`: unknown key; did you mean `interval`?", id="a key of all",
        ),
    ],
)  # fmt: skip
def test_a_mistake_is_one_sentence_on_the_line_where_it_was_written(watched, text, said):
    with pytest.raises(ConfigError) as caught:
        watched(text)
    assert said in str(caught.value).splitlines()


@pytest.mark.parametrize(
    ("text", "content", "said"),
    [
        pytest.param(
            OF_CSV, "host,host\na,b\n",
            "x.csv:1: the first line names the placeholders, such as `host,name`:"
            " each once, and there is at least one.",
            id="two of a name",
        ),
        pytest.param(
            OF_CSV, "host,Name\na,b\n",
            "x.csv:1: the first line names the placeholders, such as `host,name`: `Name` is none.", id="no name",
        ),
        pytest.param(
            OF_CSV, "host,name\n\na,b\nc,d,e\n", "x.csv:4: expected 2 cells as in the first line, got 3.", id="cells",
        ),
        pytest.param(OF_CSV, 'host\na\n"b\nc', "x.csv:3: this is not CSV: unexpected end of data.", id="no end"),
        pytest.param(OF_CSV, b"host\n\xff\n", "x.csv:2: this is not UTF-8 text.", id="another encoding"),
        pytest.param(
            OF_CSV, b"host\n" + b"a" * 1_000_000, "x.csv:1: the file has more than 1,000,000 bytes.", id="a huge file",
        ),
        pytest.param(
            OF_CSV, "host\na\x07\n", "x.csv:2: `host`: the character U+0007 is not allowed here.", id="a bell",
        ),
        pytest.param(
            OF_CSV.replace("port: 80", "port: '{port}'"), "host,port\na,80\nb,http\n",
            "x.csv:3: `monitors.web-b.port`: expected a whole number, got 'http'.", id="what the kind refuses",
        ),
        pytest.param(
            OF_CSV.replace("client: acme", "client: '{who}'"), "host,who\na,acme\nb,acmee\n",
            "x.csv:3: `monitors.web-b.client`: there is no client `acmee`; did you mean `acme`?", id="a name",
        ),
        pytest.param(
            OF_CSV.replace(".csv", ".yaml"), "hosts: [a]\n",
            "x.yaml:1: there is no list in it; it stands under `targets:`.", id="YAML without a list",
        ),
    ],
)  # fmt: skip
def test_a_mistake_in_a_list_of_its_own_is_told_by_that_files_line(watched, text, content, said):
    with pytest.raises(ConfigError) as caught:
        watched(text, **{said.partition(":")[0].replace(".", "_"): content})
    assert said in str(caught.value).splitlines()


def test_what_five_hundred_have_in_common_is_wrong_once(watched):
    """One line to mend is one line that is told, whoever has it from there."""
    text = FIVE_HUNDRED.replace("60s", "soon").replace("client: acme", "client: acmee")
    with pytest.raises(ConfigError) as caught:
        watched(text, shops_csv="host,name,city\n" + "".join(f"s{n},S,C\n" for n in range(500)))
    assert [(p.line, p.sentence.split(":")[0]) for p in caught.value.problems] == [
        (2, "`templates.web.client`"), (2, "`templates.web.interval`")
    ]  # fmt: skip


def test_a_list_that_cannot_be_read_makes_no_name_unknown(watched):
    """Who hangs on one of its monitors is not told that there is none."""
    text = ENTRY + "gone.csv\n  child: {kind: cpu, client: acme, parent: web-a}\n"
    with pytest.raises(ConfigError) as caught:
        watched(text)
    assert len(caught.value.problems) == 1


def test_a_few_bytes_do_not_grow_into_gigabytes():
    """Twenty thousand rows, each of which fills a text of many placeholders, are stopped long before they are there."""
    text = f"monitors:\n  a:\n    about: '{'{host}' * 5000}'\n    targets: [{', '.join(['x' * 40] * 20_000)}]\n"
    document = parse("monitors.yaml", text.encode(), problems := [])
    templates.expand(document, None, {})
    assert any("more than 20,000,000 characters" in problem.sentence for problem in problems)
    assert sum(len(entry["about"]) for entry in document.data["monitors"].values()) < templates.MOST_FILLED


@given(st.binary(max_size=200))
def test_whatever_a_list_holds_is_a_list_or_a_sentence(tmp_path_factory, content):
    folder = tmp_path_factory.getbasetemp()
    (folder / "any.csv").write_bytes(b"host,name\n" + content)
    document = Document("monitors.yaml", [])
    document.data["monitors"] = {"a": {"name": "{name}", "targets": "any.csv"}}
    templates.expand(document, folder, {})
    made, told = document.data["monitors"], document.problems
    assert made or told
    assert all(set(entry) == {"name"} for entry in made.values())
