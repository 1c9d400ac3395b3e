from textwrap import dedent

import pytest

from app.setup_file import SetupUnread, explain, parse_setup, write_setup
from core.enums import FunctionalOption, Language
from core.services.starter_sets import starter_set


def problems_of(text: str) -> list[str]:
    with pytest.raises(SetupUnread) as refused:
        parse_setup(dedent(text).lstrip())
    return explain("f.yaml", refused.value.problems, refused.value.text)


@pytest.mark.parametrize("language", list(Language))
def test_a_starter_set_written_and_read_is_the_same(language: Language) -> None:
    setup = starter_set(language, "CHF")
    read, _ = parse_setup(write_setup(setup))
    assert read == setup
    assert setup.currencies is not None
    assert [one.code for one in setup.currencies][:2] == ["CHF", "EUR"]


def test_everything_wrong_with_the_values_is_told_at_once_by_line_and_field() -> None:
    assert problems_of(
        """
        stages:
          - One
          - name: Two
            colour: red
        kinds:
          - name: Sale
            type: wild
            commitment: signed
            stages:
              - name: One
                probability: 140
                fields: [amount, mood]
        """
    ) == [
        "f.yaml:4: stages[2].colour: there is no such field",
        "f.yaml:7: kinds[1].type: input should be 'process', 'manual' or 'plain'",
        "f.yaml:11: kinds[1].stages[1].probability: input should be less than or equal to 100",
        (
            "f.yaml:12: kinds[1].stages[1].fields[2]: input should be 'partner', 'amount', 'expected_close_on', "
            "'agreed', 'cost', 'source', 'competitor', 'committed_on' or 'demand'"
        ),
    ]


def test_everything_that_contradicts_itself_is_told_at_once() -> None:
    assert problems_of(
        """
        departments:
          - {name: North, parent: South}
          - {name: South, parent: North}
        stages: [One, Two, one]
        person_roles: [decides]
        partner_roles: []
        kinds:
          - {name: Empty, type: manual, commitment: signed}
          - {name: Plain, type: plain, commitment: signed, stages: [One]}
          - name: Process
            type: process
            commitment: signed
            stages:
              - One
              - name: Three
                roles: [pays]
              - One
        options: {deals: off, deal_management: on}
        """
    ) == [
        "f.yaml:2: departments[1].parent: 'North' lies below itself",
        "f.yaml:3: departments[2].parent: 'South' lies below itself",
        "f.yaml:4: stages[3].name: 'one' comes twice",
        "f.yaml:8: kinds[1].stages: a manual kind needs stages",
        "f.yaml:9: kinds[2].stages: a plain kind has no stages",
        "f.yaml:15: kinds[3].stages[2].name: 'Three' is not in the list of stages",
        "f.yaml:16: kinds[3].stages[2].roles[1]: 'pays' is in no list of roles",
        "f.yaml:17: kinds[3].stages[3].name: 'One' comes twice",
        "f.yaml:18: options.deal_management: needs deals, which is off",
    ]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("stages: [a, b\nkinds: 3", "f.yaml:2: expected ',' or ']', but got ':'"),
        ("stages: [a]\nstages: [b]", "f.yaml:2: stages: comes twice"),
        (
            "stages: &x [a]\nsources: *x",
            "f.yaml:2: sources: write it out: references and deep nesting are not read",
        ),
        ("? [a]\n: b", "f.yaml:1: a key must be a word"),
        ("- a\n- b", "f.yaml:1: input should be a valid dictionary or instance of SetupFile"),
        (
            "currencies: [{code: euro}]",
            "f.yaml:1: currencies[1].code: string should match pattern '^[A-Z]{3}$'",
        ),
        (
            "currencies:\n  - code: USD\n    rates:\n      2026-11-24: -1",
            "f.yaml:4: currencies[1].rates.2026-11-24: input should be greater than 0",
        ),
    ],
)
def test_what_is_no_setup_is_told_with_its_line(text: str, told: str) -> None:
    with pytest.raises(SetupUnread) as refused:
        parse_setup(text)
    assert told in explain("f.yaml", refused.value.problems, refused.value.text)


def test_deep_nesting_is_refused_and_does_not_break_the_reader() -> None:
    with pytest.raises(SetupUnread):
        parse_setup("stages: " + "[" * 5000 + "]" * 5000)


def test_words_and_numbers_stay_as_they_were_written() -> None:
    setup, _ = parse_setup(
        "sources: [on, no, 2026, '007']\noptions: {deals: on, mail_client: off}\n"
        "currencies: [{code: USD, rates: {2026-11-24: 92.1234567891}}]"
    )
    assert [one.name for one in setup.sources or ()] == ["on", "no", "2026", "007"]
    assert setup.options == {FunctionalOption.DEALS: True, FunctionalOption.MAIL_CLIENT: False}
    assert setup.currencies is not None
    assert [str(rate) for rate in setup.currencies[0].rates.values()] == ["92.1234567891"]


def test_an_empty_file_sets_nothing_up() -> None:
    setup, _ = parse_setup("# nothing yet\n")
    assert setup.model_dump(exclude_none=True) == {}
