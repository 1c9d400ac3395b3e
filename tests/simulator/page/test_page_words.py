"""The page's own words and files, without a browser."""

import re
from pathlib import Path

PAGE = Path(__file__).parents[3] / "simulator" / "page"
KEY = re.compile(r"^  (\w+):", re.MULTILINE)
USED = re.compile(r"""\bt\("(\w+)"|data-t(?:-label)?="(\w+)\"""")
PREFIXES = ("action_", "kind_", "city_", "send_", "forward_")


def keys(language: str) -> list[str]:
    return KEY.findall((PAGE / f"words_{language}.js").read_text(encoding="utf-8"))


def test_both_languages_say_the_same_things_once() -> None:
    assert keys("en") == keys("ru")
    assert len(keys("en")) == len(set(keys("en")))


def test_every_word_the_page_asks_for_exists_and_none_is_idle() -> None:
    source = "".join(
        path.read_text(encoding="utf-8") for path in PAGE.iterdir() if path.suffix in {".js", ".html"}
    )
    used = {first or second for first, second in USED.findall(source)}
    assert used - set(keys("en")) == set()
    idle = {key for key in keys("en") if f'"{key}"' not in source and not key.startswith(PREFIXES)}
    assert idle == set()


def test_nothing_is_loaded_from_outside_and_no_markup_is_built_from_text() -> None:
    for path in PAGE.iterdir():
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(", text), (
            path.name
        )
        assert not re.search(r"""(?:src|href|@import|url\()\s*=?\s*["'(]?https?://""", text), path.name
        assert " style=" not in text, path.name
