"""Structured logs on standard error: one JSON object a line, no secret in any of them."""

import logging
import sys
from collections.abc import Callable, MutableMapping, Sequence
from typing import Any

import structlog

from remediation.masking import Mask


def set_up_logs(secrets: Sequence[str], level: int = logging.INFO) -> Callable[[Sequence[str]], None]:
    """Ours and the libraries' go the same way. The whole line is masked by value, whatever it was made of. What comes
    back takes the secrets that are masked from then on.
    """
    mask, as_json = Mask(secrets), structlog.processors.JSONRenderer()

    def masked(logger: Any, name: str, event: MutableMapping[str, Any]) -> str:
        return mask(str(as_json(logger, name, event)))

    def change(others: Sequence[str]) -> None:
        nonlocal mask
        mask = Mask(others)

    before: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
    structlog.configure(
        processors=[*before, masked],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=before,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, masked],
        )
    )  # fmt: skip
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    return change
