"""The approved list: what a runbook's bytes are, and which exact arguments a run of it gets."""

import hashlib
import os
import re
import stat
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path, PurePosixPath

from desk.patterns import pattern_trouble
from desk.refusal import DeskError
from desk.runs import Parameter, Runbook
from remediation.output import visible

__all__ = ["bind", "contents_of", "digest", "digest_of", "pattern_trouble", "take", "troubles"]

LONGEST_VALUE = 200  # characters
LARGEST_FILE = 16 * 1024 * 1024  # bytes
_PLACE = re.compile(r"\{([^{}]*)\}")
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})  # an approver must see every letter of what will be run


def digest_of(folder: Path, script: str, files: Sequence[str]) -> str:
    """SHA-256 (hex) over the script and the listed files. A DeskError says which file cannot be part of a runbook."""
    return digest(contents_of(folder, script, files))


def take(folder: Path, script: str, files: Sequence[str]) -> tuple[str, str]:
    """The same digest, and the text of the script as it was hashed, with what hides in it escaped: for approvers."""
    contents = contents_of(folder, script, files)
    return digest(contents), visible(contents[script].decode(errors="replace"))


def contents_of(folder: Path, script: str, files: Sequence[str]) -> dict[str, bytes]:
    """The bytes of the script (first) and of each listed file, read once: what was hashed is what is run."""
    return {name: _read(folder, name) for name in (script, *sorted(set(files) - {script}))}


def digest(contents: Mapping[str, bytes]) -> str:
    """Names and lengths are hashed with the bytes, so that nothing can move from one file into another."""
    total = hashlib.sha256()
    for name, data in contents.items():
        for part in (name.encode(), data):
            total.update(len(part).to_bytes(8, "big"))
            total.update(part)
    return total.hexdigest()


def _read(folder: Path, name: str) -> bytes:
    path = PurePosixPath(name)
    if not path.parts or path.is_absolute() or ".." in path.parts or "\\" in name or not name.isprintable():
        raise DeskError(f"{name!r} is no path inside the runbook folder; name a file in it, without `..`.")
    inside = Path(os.path.realpath(folder))
    real = Path(os.path.realpath(inside / path))
    if not real.is_relative_to(inside):
        raise DeskError(f"{name} is a link out of the runbook folder; put the file itself there.")
    try:
        with open(real, "rb", opener=_without_waiting) as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise DeskError(f"{name} is no ordinary file; list every file by its own name.")
            data = file.read(LARGEST_FILE + 1)
    except OSError as error:
        raise DeskError(f"{name} cannot be read in the runbook folder: {error.strerror}.") from error
    if len(data) > LARGEST_FILE:
        raise DeskError(f"{name} is larger than {LARGEST_FILE // 1024**2} MB; a runbook's files are smaller.")
    return data


def _without_waiting(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_NONBLOCK)  # a named pipe would wait for a writer


def bind(runbook: Runbook, target: str, arguments: Mapping[str, str]) -> tuple[str, ...]:
    """The exact argument list after the script. A DeskError names the argument it refuses in `field`."""
    if target not in runbook.targets:
        known = ", ".join(runbook.targets) or "none"
        raise DeskError(f"{runbook.id} does not run on {_shown(target)}. Targets: {known}.", field="target")
    known_names = {parameter.name for parameter in runbook.parameters}
    for name in arguments:
        if name not in known_names:
            raise DeskError(f"{runbook.id} has no parameter {_shown(name)}.", field=name)
    values = {parameter.name: _value(parameter, arguments) for parameter in runbook.parameters}
    values["target"] = _safe("target", target)
    return tuple(_fill(word, values) for word in runbook.command)


def _fill(word: str, values: Mapping[str, str]) -> str:
    place = _PLACE.fullmatch(word)
    return values[place[1]] if place and place[1] in values else word


def _value(parameter: Parameter, arguments: Mapping[str, str]) -> str:
    given = arguments.get(parameter.name, parameter.default)
    if given is None:
        raise DeskError(f"{parameter.name} is missing. {_wanted(parameter)}", field=parameter.name)
    value = _safe(parameter.name, given)
    fits = value in parameter.choices or (parameter.pattern and re.fullmatch(parameter.pattern, value))
    if not fits:
        raise DeskError(f"{parameter.name} cannot be {_shown(value)}. {_wanted(parameter)}", field=parameter.name)
    return value


def _safe(name: str, value: str) -> str:
    if len(value) > LONGEST_VALUE:
        raise DeskError(f"{name} is longer than {LONGEST_VALUE} characters.", field=name)
    if any(unicodedata.category(letter) in _UNSEEN for letter in value):
        raise DeskError(f"{name} has a character that cannot be seen; type it again by hand.", field=name)
    if value.startswith("-"):
        raise DeskError(f"{name} may not begin with `-`: a script would take it for an option.", field=name)
    return value


def _wanted(parameter: Parameter) -> str:
    allowed = ", ".join(parameter.choices) or f"what matches {parameter.pattern}"
    return f"Allowed: {allowed}." + (f" {parameter.about}" if parameter.about else "")


def _shown(text: str) -> str:
    """What a person typed, made inert and short for a sentence."""
    return ascii(text[:40]) if not text.isprintable() else f"`{text[:40]}`"


def troubles(runbook: Runbook) -> Iterator[str]:
    """Every sentence why this runbook must not be loaded; nothing when it may. For the configuration's loader."""
    for parameter in runbook.parameters:
        trouble = pattern_trouble(parameter.pattern)
        if trouble:
            yield f"{parameter.name}: {trouble}"
        elif not parameter.pattern and not parameter.choices:
            yield f"{parameter.name}: needs a pattern or choices; without either no value is allowed."
        elif parameter.default is not None:
            yield from _refusal_of(parameter)
    names = [parameter.name for parameter in runbook.parameters]
    for twice in sorted({name for name in names if names.count(name) > 1 or name == "target"}):
        yield f"{twice}: the name is taken; every parameter needs one of its own."
    for word in runbook.command:
        for place in _PLACE.findall(word):
            if place not in {*names, "target"}:
                yield f"{word}: there is no parameter {place}."
            elif word != f"{{{place}}}":
                yield f"{word}: a place is a whole argument; write {{{place}}} as an argument of its own."
    for target in runbook.targets:
        try:
            _safe("target", target)
        except DeskError as refused:
            yield f"{target!r}: {refused.sentence}"


def _refusal_of(parameter: Parameter) -> Iterator[str]:
    try:
        _value(parameter, {})
    except DeskError as refused:
        yield f"{parameter.name}: its default is refused: {refused.sentence}"
