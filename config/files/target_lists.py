"""`targets:` of a monitor: the rows of a list, in place or in a file beside `monitors.yaml`."""

import csv
import io
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from config.problems import SHOWN, shown
from config.yaml_lines import LARGEST, Document, Loc, parse

KEY = "targets"
HOST = "host"  # what a row that is a single word stands for
NAME = re.compile(r"[a-z][a-z0-9_]{0,40}")
LONGEST = 500  # characters of one value
LARGEST_NUMBER = 10**18  # Python writes none out that has thousands of digits
SEPARATORS = ",;\t"


@dataclass(frozen=True, slots=True)
class Row:
    """`values` by the names of their placeholders; `file` and `line` are where the row stands."""

    values: Mapping[str, Any]
    file: str
    line: int


def rows(document: Document, loc: Loc, folder: Path, read: dict[str, bytes]) -> list[Row] | None:
    """The rows of the list at `loc`. None when it cannot be read, which is said. `read` gets the file's bytes."""
    wanted: Any = document.data
    for step in loc:
        wanted = wanted[step]
    if isinstance(wanted, str):
        return _of_file(document, loc, wanted, folder, read)
    return _listed(document, loc, wanted)


def _of_file(document: Document, loc: Loc, name: str, folder: Path, read: dict[str, bytes]) -> list[Row] | None:
    if Path(name).name != name or not name.endswith((".csv", ".yaml", ".yml")) or (folder / name).is_dir():
        document.complain(loc, f"`{name[:SHOWN]}` is no name of a `.csv` or `.yaml` file beside this one.")
        return None
    try:
        if not (folder / name).is_file():
            raise FileNotFoundError(2, "there is no such ordinary file beside this one")
        with (folder / name).open("rb") as file:
            content = read[name] = file.read(LARGEST + 1)
    except OSError as error:
        document.complain(loc, f"`{name[:SHOWN]}` cannot be read: {error.strerror}.")
        return None
    if name.endswith(".csv"):
        return _of_csv(Document(name, document.problems), content)
    listed = parse(name, content, document.problems)
    for key in listed.data.keys() - {KEY}:
        listed.complain((key,), f"unknown key; a list stands under `{KEY}:`.")
    if KEY not in listed.data:
        listed.complain((), f"there is no list in it; it stands under `{KEY}:`.")
        return None
    return _listed(listed, (KEY,), listed.data[KEY])


def _listed(document: Document, loc: Loc, found: Any) -> list[Row] | None:
    if not isinstance(found, list):
        document.complain(loc, f"`{KEY}`: expected a list, or the name of a file with one, got {shown(found)}.")
        return None
    rows = []
    for place, item in enumerate(found):
        line, values = document.line((*loc, place)), item if isinstance(item, dict) else {HOST: item}
        if said := _trouble(values):
            document.complain_at(line, said)
        else:
            rows.append(Row(values, document.file, line))
    return rows


def _trouble(values: Mapping[str, Any]) -> str | None:
    for name, value in values.items():
        if not NAME.fullmatch(name):
            return f"`{name[:SHOWN]}`: a placeholder has small letters, digits and `_`, and begins with a letter."
        if value is None or isinstance(value, dict | list):
            return f"`{name}`: expected a word or a number, got {shown(value)}."
        if isinstance(value, int) and abs(value) > LARGEST_NUMBER:
            return f"`{name}`: expected a smaller number."
        if len(str(value)) > LONGEST:
            return f"`{name}`: expected at most {LONGEST} characters."
        if odd := next((letter for letter in str(value) if unicodedata.category(letter) in {"Cc", "Cs"}), None):
            return f"`{name}`: the character U+{ord(odd):04X} is not allowed here."
    return None


def _of_csv(document: Document, content: bytes) -> list[Row] | None:
    if len(content) > LARGEST:
        document.complain_at(1, f"the file has more than {LARGEST:,} bytes.")
        return None
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        document.complain_at(content[: error.start].count(b"\n") + 1, "this is not UTF-8 text.")
        return None
    lines = _cells(document, text)
    _, heads = next(lines, (1, []))
    wrong = next((head for head in heads if not NAME.fullmatch(head)), None)
    if not heads or wrong is not None or len(set(heads)) < len(heads):
        said = f"`{wrong[:SHOWN]}` is none" if wrong is not None else "each once, and there is at least one"
        document.complain_at(1, f"the first line names the placeholders, such as `{HOST},name`: {said}.")
        return None
    return list(_rows(document, heads, lines))


def _rows(document: Document, heads: list[str], lines: Iterator[tuple[int, list[str]]]) -> Iterator[Row]:
    for line, cells in lines:
        values = dict(zip(heads, cells, strict=False))
        if len(cells) != len(heads):
            document.complain_at(line, f"expected {len(heads)} cells as in the first line, got {len(cells)}.")
        elif said := _trouble(values):
            document.complain_at(line, said)
        else:
            yield Row(values, document.file, line)


def _cells(document: Document, text: str) -> Iterator[tuple[int, list[str]]]:
    """Each line that is not empty, by the number of its first one; what parts the cells is what parts the heads."""
    first = text.partition("\n")[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=max(SEPARATORS, key=first.count), strict=True)
    line = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield line, [cell.strip() for cell in cells]
            line = reader.line_num + 1
    except csv.Error as error:
        document.complain_at(line, f"this is not CSV: {error}.")
