"""Every numbered rule of the domain that is complete has a test that names it."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

TESTS = Path(__file__).parent
NUMBERS = {
    "I": range(1, 9),
    "P": (1, 2, 4, 5),
    "S": range(1, 10),
    "R": range(1, 4),
    "O": range(1, 4),
    "D": range(1, 6),
    "U": (1, 2, 3, 5),
}
"""P3 (matching by name), D6 (reports) and the acceptance of what is handed over (U4) come with a later version."""

_NAMED = re.compile(r"(?<![a-z0-9])([ipsrodu])(\d)(?![0-9])", re.IGNORECASE)


def named_rules(source: str) -> Iterator[str]:
    """Rules that the tests of a module name, in their own names, their classes' or their docstrings."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(
            node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
        ) and node.name.lower().startswith("test"):
            words = node.name.replace("_", " ") + " " + (ast.get_docstring(node) or "")
            yield from (f"{letter.upper()}{number}" for letter, number in _NAMED.findall(words))


def test_every_rule_is_named_by_a_test() -> None:
    expected = {f"{letter}{number}" for letter, numbers in NUMBERS.items() for number in numbers}
    named: set[str] = set()
    for path in TESTS.rglob("test_*.py"):
        named.update(named_rules(path.read_text(encoding="utf-8")))
    assert sorted(expected - named) == []


def test_a_rule_is_found_in_names_and_docstrings_and_nowhere_else() -> None:
    source = '''
def test_s4_head_moves_whole_chain():
    """Also O2."""
    r3 = "P5"

def helper_i1():
    "S9"

class TestPromotion:
    """domain.md S6"""
    def test_i12_is_no_rule(self): ...
'''
    assert set(named_rules(source)) == {"S4", "O2", "S6"}
