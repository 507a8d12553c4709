"""Every table there is, for those who must miss none: the migrations, and whoever moves a store."""

from bot.store import (
    article_tables,
    check_tables,
    hook_tables,
    link_tables,
    oncall_tables,
    place_tables,
    promise_tables,
    report_tables,
    signal_tables,
    status_tables,
)
from bot.store.tables import metadata

MODULES = (
    article_tables, check_tables, hook_tables, link_tables, oncall_tables, place_tables, promise_tables, report_tables,
    signal_tables, status_tables,
)  # fmt: skip
__all__ = ["MODULES", "metadata"]
