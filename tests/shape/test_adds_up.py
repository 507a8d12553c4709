"""Everything adds up: what there is, is documented, and what is documented is there."""

import re

import pytest
import typer.main
from pydantic import BaseModel

from bot import cli
from bot.configuration import load_folder
from bot.documenting import commands_page
from config.files.monitors import MonitorSettings
from config.loader import MODELS
from config.secrets import FOLDER, PREFIX, Secrets
from desk.people import ACTIONS
from handlers.commands import commands
from handlers.commands.help import GROUPS
from monitors import kinds
from monitors.probe import scope_of
from tests.shape.tree import ROOMS, ROOT, fenced, files, headings, page

# --- commands


def test_the_page_about_commands_is_what_the_declarations_give():
    """After a change: `python -m bot.documenting > docs/commands.md`."""
    assert page("docs/commands.md") == commands_page()
    assert {f"/{word}" for word in commands()} <= headings(page("docs/commands.md"))


def test_every_file_among_the_commands_declares_its_own_word():
    """`ls handlers/commands` is the help text; two commands cannot share a word, for two files cannot share a name."""
    for word, command in commands().items():
        assert command.word == word
        assert (ROOT / f"handlers/commands/{word}.py").exists()
    assert len({command.word for command in commands().values()}) == len(commands())


@pytest.mark.parametrize("command", commands().values(), ids=commands().keys())
def test_a_command_says_what_help_needs(command):
    """A group that `help` shows, a summary that goes on one line, an example of itself, permissions that exist."""
    assert command.group in GROUPS
    assert 0 < len(command.summary) <= 70
    assert not command.summary.endswith(".")
    assert command.example.split()[0] == f"/{command.word}"
    assert {command.action, command.shown_for or command.action} <= ACTIONS.keys()


def test_every_permission_is_asked_for_somewhere():
    """A right that nobody asks for would be a promise to an auditor that nothing keeps."""
    sources = "\n".join(p.read_text(encoding="utf-8") for p in files(*ROOMS) if p.name != "people.py")
    assert [action for action in ACTIONS if f'"{action}"' not in sources] == []


# --- monitors and settings


@pytest.mark.parametrize("kind", kinds())
def test_every_kind_of_monitor_has_its_heading_and_names_its_settings(kind):
    section = re.split(rf"^## {kind}$", page("docs/monitors.md"), flags=re.MULTILINE)[1].split("\n## ")[0]
    named = set(re.findall(r"^- `(\w+)`", section, flags=re.MULTILINE))
    assert named == set(kinds()[kind].model_fields)


@pytest.mark.parametrize("kind", kinds())
def test_every_value_of_a_kind_is_in_the_table_of_its_section(kind):
    """Its name, its type and its meaning, as declared: conditions are written from this page."""
    section = re.split(rf"^## {kind}$", page("docs/monitors.md"), flags=re.MULTILINE)[1].split("\n## ")[0]
    told = re.findall(r"^\| `(\w+)` \| ([\w ]+) \| (.*) \|$", section, flags=re.MULTILINE)
    offers = scope_of(kinds()[kind]).offers
    assert told == [(name, str(value.type), value.about) for name, value in offers.items()]


@pytest.fixture
def example(tmp_path):
    """The demo's folder with other monitors, and without the runbooks and the public page that are for its own."""

    def write(monitors: str):
        for path in (ROOT / "config/demo").glob("*.yaml"):
            (tmp_path / path.name).write_bytes(path.read_bytes())
        (tmp_path / "runbooks.yaml").write_text("runbooks: {}\n", encoding="utf-8")
        desk = (tmp_path / "deskbell.yaml").read_text(encoding="utf-8")
        without = re.sub(r"^status:\n(  .*\n)+", "", desk, flags=re.MULTILINE)
        (tmp_path / "deskbell.yaml").write_text(without, encoding="utf-8")
        (tmp_path / "monitors.yaml").write_text(monitors, encoding="utf-8")
        return load_folder(tmp_path).monitors

    return write


def test_every_kind_has_an_example_that_loads(example):
    """The blocks of `docs/monitors.md`, as they stand there."""
    loaded = [monitor.kind for block in fenced(page("docs/monitors.md"), "yaml") for monitor in example(block).values()]
    assert set(loaded) == set(kinds())


def test_an_example_that_is_loaded_again_is_the_same(example):
    """Of every kind: else a reload would begin anew with monitors in which nothing changed."""
    for block in fenced(page("docs/monitors.md"), "yaml"):
        assert example(block) == example(block)


def settings_of(model: type[BaseModel], seen: set[type] | None = None) -> set[str]:
    """The names of all fields of a model and of the models inside it."""
    seen = set() if seen is None else seen
    seen.add(model)
    names = {info.alias or name for name, info in model.model_fields.items()}
    for info in model.model_fields.values():
        for inner in models_in(info.annotation):
            if inner not in seen:
                names |= settings_of(inner, seen)
    return names


def models_in(annotation):
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in getattr(annotation, "__args__", ()):
        yield from models_in(part)


@pytest.mark.parametrize("file", MODELS)
def test_every_setting_of_a_file_is_on_the_page_about_configuration(file):
    """The page has a heading for each file and names each of its settings."""
    text = page("docs/configuration.md")
    assert any(file in heading for heading in headings(text))
    assert sorted(name for name in settings_of(MODELS[file]) if not re.search(rf"\b{name}\b", text)) == []


def test_the_settings_that_every_monitor_has_are_on_the_page_too():
    text = page("docs/configuration.md")
    assert [name for name in MonitorSettings.model_fields if not re.search(rf"\b{name}\b", text)] == []


def test_every_variable_of_the_environment_is_on_the_page_about_configuration():
    text = page("docs/configuration.md")
    variables = [FOLDER, *(f"{PREFIX}{name.upper()}" for name in Secrets.model_fields)]
    assert [name for name in variables if name not in text] == []


# --- the command line


def verbs() -> dict[str, list[str]]:
    """`audit verify` → the names of its options and arguments, from the declarations."""
    found = {}

    def walk(command, words):
        for name, child in getattr(command, "commands", {}).items():
            walk(child, [*words, name])
        if not hasattr(command, "commands"):
            found[" ".join(words)] = [p.opts[0] if p.param_type_name == "option" else p.name for p in command.params]

    walk(typer.main.get_command(cli.app), [])
    return found


@pytest.mark.parametrize("verb", verbs())
def test_every_verb_of_the_command_line_has_its_heading_and_names_its_options(verb):
    """`docs/cli.md`: a heading `deskbell audit verify`, and below it each option and argument."""
    section = re.split(rf"^## deskbell {verb}$", page("docs/cli.md"), flags=re.MULTILINE)
    assert len(section) == 2, f"docs/cli.md has no heading `## deskbell {verb}`"
    told = section[1].split("\n## ")[0]
    missing = [name for name in verbs()[verb] if name != "--help" and name not in told and name.upper() not in told]
    assert missing == []


def test_the_page_about_the_command_line_tells_of_no_verb_that_is_gone():
    told = {h.removeprefix("deskbell ") for h in headings(page("docs/cli.md")) if h.startswith("deskbell ")}
    assert told == set(verbs())


# --- pages


def test_every_link_between_the_pages_leads_somewhere():
    """Relative links of all Markdown files, pictures apart, which are made from the running desk."""
    pages = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
    links = [(p, t) for p in pages for t in re.findall(r"(?<!!)\[[^\]]+\]\(([^)#]+)", p.read_text(encoding="utf-8"))]
    broken = [f"{p.name}: {target}" for p, target in links if "://" not in target and not (p.parent / target).exists()]
    assert broken == []
