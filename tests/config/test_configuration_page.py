"""docs/configuration.md is true: its example loads, and no setting is missing from it."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest
from pydantic import BaseModel

from bot.check import check
from config.loader import FILES, MODELS
from config.secrets import Secrets

PAGE = (Path(__file__).parents[2] / "docs" / "configuration.md").read_text()
BLOCKS = dict(re.findall(r"```yaml\n# (\S+\.yaml)\n(.*?)```", PAGE, re.DOTALL))


def models_in(annotation: Any, above: frozenset[type] = frozenset()) -> Iterator[type[BaseModel]]:
    """Every settings model that an annotation mentions, and those that its fields mention; a tree of them once."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel) and annotation not in above:
        yield annotation
        for field in annotation.model_fields.values():
            yield from models_in(field.annotation, above | {annotation})
    for part in get_args(annotation):
        yield from models_in(part, above)


SECTIONS = {file: PAGE.split(f"## {file}\n")[1].split("\n## ")[0] for file in FILES}
SETTINGS = sorted(
    {
        (file, field.alias or name)
        for file, model in MODELS.items()
        for part in models_in(model)
        for name, field in part.model_fields.items()
    }
)

def test_the_five_blocks_written_into_a_folder_pass_check(tmp_path, capsys):
    """As a newcomer copies them, first line and all."""
    assert set(BLOCKS) == set(FILES)
    for file, text in BLOCKS.items():
        (tmp_path / file).write_text(f"# {file}\n{text}")
    assert check(tmp_path) == 0, capsys.readouterr().err


@pytest.mark.parametrize(("file", "name"), SETTINGS)
def test_every_setting_is_explained_in_the_section_of_its_file(file, name):
    prose = SECTIONS[file].replace(BLOCKS[file], "")
    assert f"`{name}`" in prose


@pytest.mark.parametrize("name", sorted(Secrets.model_fields))
def test_every_variable_is_explained(name):
    assert f"`DESKBELL_{name.upper()}" in PAGE
