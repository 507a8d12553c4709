"""The vendors' own samples; each file of `tests/data/hooks` names where its vendor publishes it."""

import json
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "data" / "hooks"


def sample(name: str, **changes: Any) -> dict[str, Any]:
    """The body of a message, with other members at its top."""
    body: dict[str, Any] = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))["body"]
    return {**body, **changes}


def samples() -> list[str]:
    return sorted(path.stem for path in FOLDER.glob("*.json"))
