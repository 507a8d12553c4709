"""Who of a client's people speaks for it, and whose word weighs more: `contacts`, `vips`, `vip_raises`."""

from collections.abc import Mapping
from dataclasses import replace

from config.values import PersonName, Settings
from config.yaml_lines import Document
from desk.people import Person, Role


class ServiceSettings(Settings):
    contacts: tuple[PersonName, ...] = ()
    vips: tuple[PersonName, ...] = ()
    vip_raises: bool = False


def check(clients: Mapping[str, ServiceSettings], people: Mapping[str, Person], document: Document) -> None:
    """Only a client's own people speak for it, and only they are its VIPs."""
    named = [
        (("clients", id_, section, place), people[name])
        for id_, settings in clients.items() for section in ("contacts", "vips")
        for place, name in enumerate(getattr(settings, section)) if name in people
    ]  # fmt: skip
    for loc, person in named:
        if person.client != loc[1]:
            whose = f"belongs to {person.client}" if person.client else "is the provider's own"
            document.complain(loc, f"`{person.id}` {whose}, not one of {loc[1]}'s people.")


def with_contacts(people: Mapping[str, Person], clients: Mapping[str, ServiceSettings]) -> dict[str, Person]:
    """Everybody, the authorised contacts with the role of one at their client."""
    found = dict(people)
    for client, settings in clients.items():
        for name in settings.contacts:
            person = found.get(name)
            if person and person.client == client:
                own = person.roles.get(client, frozenset()) | {Role.CONTACT}
                found[name] = replace(person, roles={**person.roles, client: own})
    return found
