"""What a post is about, by its key: `ticket/17`, and what hangs on it, such as `ticket/17/sla/first_response/50/1`."""

KINDS = frozenset({"ticket", "alert", "run", "approval"})


def subject_of(key: str | None) -> tuple[str, int] | None:
    """The kind and the number that a post's key begins with; None where it is about no number."""
    kind, _, rest = (key or "").partition("/")
    number = rest.partition("/")[0]
    return (kind, int(number)) if kind in KINDS and number.isdigit() else None


def head_of(key: str) -> str:
    """The key without what hangs on it: `ticket/17`."""
    return "/".join(key.split("/")[:2])
