"""What a contract promises: numbers of its own, of a tier that it shares, and of categories."""

import pytest

from bot.configuration import load_folder

GOLD = """
tiers:
  gold:
    targets:
      first_response: {P1: 5m, P2: 10m, P3: 20m, P4: 40m}
      periodic_update: {P1: 1h, P2: 2h, P3: 3h, P4: 4h}
      resolution: {P1: 1h, P2: 2h, P3: 3h, P4: 4h}
      by_category: {hardware: {resolution: {P1: 9h}}}
    goals: {first_response: 0.99, resolution: 0.9}
    warnings: [0.8]
"""
OF_GLOBEX = """      targets:
        first_response: {P1: 15m, P2: 1h, P3: 4h, P4: 8h}
        resolution: {P1: 4h, P2: 8h, P3: 1d, P4: 3d}
"""
CATEGORIES = "\ncategories: {hardware: {name: Hardware}, mail: {name: Mail}}\n"
HOUR = 3600


@pytest.fixture
def of_globex(folder):
    """Its contract becomes this, beside a tier `gold`."""

    def write(terms: str, tiers: str = GOLD) -> None:
        path = folder / "clients.yaml"
        text = path.read_text()
        assert OF_GLOBEX in text
        path.write_text(text.replace(OF_GLOBEX, terms) + tiers)
        desk = folder / "deskbell.yaml"
        desk.write_text(desk.read_text() + CATEGORIES)

    return write


def test_a_contract_is_its_tier_and_what_it_says_itself_holds_over_it(folder, of_globex):
    """Number by number: who shortens one does not repeat the others."""
    of_globex("      tier: gold\n      targets: {resolution: {P1: 30m}}\n      goals: {resolution: 0.5}\n")
    contract = load_folder(folder).clients["globex"].contract
    assert contract.tier == "gold"
    assert contract.target("resolution", "P1") == HOUR / 2
    assert contract.target("resolution", "P2") == 2 * HOUR
    assert contract.target("first_response", "P1") == 300
    assert (dict(contract.goals), contract.warnings) == ({"first_response": 0.99, "resolution": 0.5}, (0.8,))


def test_a_contract_without_a_tier_has_the_usual_warnings_and_promises_nothing_optional(folder):
    contract = load_folder(folder).clients["globex"].contract
    assert contract.warnings == (0.5, 0.75, 0.9)
    assert contract.promised == {"first_response", "resolution"}
    assert contract.target("next_response", "P1") is None


def test_a_category_has_its_own_numbers_and_else_the_plain_ones(folder, of_globex):
    of_globex("      tier: gold\n      targets: {by_category: {mail: {resolution: {P1: 5h, P2: 6h}}}}\n")
    contract = load_folder(folder).clients["globex"].contract
    found = {category: contract.target("resolution", "P1", category) for category in ("", "hardware", "mail")}
    assert found == {"": HOUR, "hardware": 9 * HOUR, "mail": 5 * HOUR}
    assert contract.target("resolution", "P4", "mail") == 4 * HOUR


def test_a_promise_may_be_made_to_one_category_alone(folder, of_globex):
    every = "{P1: 1h, P2: 1h, P3: 1h, P4: 1h}"
    of_globex(f"      tier: gold\n      targets: {{by_category: {{mail: {{next_response: {every}}}}}}}\n")
    contract = load_folder(folder).clients["globex"].contract
    assert contract.target("next_response", "P2", "mail") == HOUR
    assert contract.target("next_response", "P2") is None
    assert "next_response" in contract.promised


def test_a_service_is_promised_in_percent(folder, of_globex):
    of_globex(OF_GLOBEX + "      uptime: {backup: 99.9}\n", "")
    assert load_folder(folder).clients["globex"].contract.uptime == {"backup": pytest.approx(0.999)}


@pytest.mark.parametrize(
    ("terms", "line", "sentence"),
    [
        ("      tier: golt\n", 25, "there is no tier `golt`; did you mean `gold`?"),
        ("      tier: [gold]\n", 25, "expected text (a number is text in quotes), got a list"),
        ("      tier: {gold: 1}\n", 25, "expected text"),
        ("      tier: gold\n      targets: [1]\n", 26, "expected settings written as `key: value`, got a list"),
        ("      tier: gold\n      targets: {by_category: {mail: [1]}}\n", 26, "expected settings written as"),
        (
            OF_GLOBEX.replace("resolution: {P1: 4h, ", "resolution: {"), 27,
            "`globex` has no target for resolution of P1; a contract without numbers promises nothing.",
        ),
        (
            OF_GLOBEX + "        next_response: {P1: 1h, P4: 2h}\n", 28,
            "`globex` has no target for next_response of P2, P3; give each a number, or leave it out.",
        ),
        (
            OF_GLOBEX + "        by_category: {mail: {next_response: {P1: 1h}}}\n", 28,
            "`globex` has no target for next_response of mail of P2, P3, P4; give each a number, or leave it out.",
        ),
        (OF_GLOBEX + "        by_category: {mial: {resolution: {P1: 1h}}}\n", 28, "did you mean `mail`?"),
        (OF_GLOBEX + "        next_respons: {P1: 1h}\n", 28, "unknown key; did you mean `next_response`?"),
        (OF_GLOBEX + "        periodic_update: {P1: 0s, P2: 1h, P3: 1h, P4: 1h}\n", 28, "above zero"),
        (
            OF_GLOBEX + "      goals: {next_response: 0.9}\n", 28,
            "`globex` has a goal for next_response, which is not promised to it.",
        ),
        (OF_GLOBEX + "      uptime: {shop: 99}\n", 28, "`shop` is a monitor of acme, not of globex."),
        (OF_GLOBEX + "      uptime: {shopp: 99}\n", 28, "there is no monitor `shopp`; did you mean `shop`?"),
        (OF_GLOBEX + "      uptime: {backup: 100.1}\n", 28, "expected at most 100.0, got 100.1"),
        (OF_GLOBEX + "      uptime: {backup: 0}\n", 28, "expected more than 0.0, got 0"),
    ],
)  # fmt: skip
def test_what_cannot_be_meant_is_refused_on_its_line(of_globex, problems, terms, line, sentence):
    of_globex(terms)
    found = [problem for problem in problems() if problem.file == "clients.yaml"]
    assert any(problem.line == line and sentence in problem.sentence for problem in found), found


def test_a_mistake_in_a_tier_is_told_once_and_not_by_each_of_its_clients(of_globex, problems):
    of_globex("      tier: gold\n", GOLD.replace("P2: 10m", "P2: soon"))
    (problem,) = problems()
    assert "`tiers.gold.targets.first_response.P2`" in problem.sentence


def test_no_tier_is_made_of_another_or_of_itself(of_globex, problems):
    of_globex("      tier: gold\n", GOLD.replace("    goals:", "    tier: gold\n    goals:"))
    (problem,) = problems()
    assert "`tiers.gold.tier`: unknown key; there is `targets`, `warnings`, `goals`." in problem.sentence


def test_a_number_of_a_tier_that_a_clients_hours_cannot_hold_is_refused_where_it_stands(spoil, of_globex, problems):
    spoil("clients.yaml", "weekly: always", "weekly: {mon: ['09:00-10:00']}")
    of_globex("      tier: gold\n", GOLD.replace("resolution: {P1: 1h", "resolution: {P1: 60d"))
    (problem,) = problems()
    assert "gave up after 20 years" in problem.sentence
    assert problem.line > 40, "in the tier, not at the client"
