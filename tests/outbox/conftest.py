"""The outbox on a stage: virtual time, a real store, and a platform whose faults are chosen."""

import logging
from collections.abc import Iterator

import pytest
import structlog

from bot.store.databases import Database
from tests.sim.stage import Stage


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    yield
    structlog.reset_defaults()


@pytest.fixture
def stage(database: Database) -> Stage:
    return Stage(database)
