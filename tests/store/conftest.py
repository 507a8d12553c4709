from tests.store_fixture import clock, database, store, template, threaded

__all__ = ["clock", "database", "store", "template", "threaded"]
