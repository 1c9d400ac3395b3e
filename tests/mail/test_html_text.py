"""HTML as the plain text a person reads of it; nothing is run, nothing is fetched."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mail.html_text import html_to_text


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("<p>one</p><p>two<br>three</p>", "one\n\ntwo\nthree"),
        ("<ul><li>a<li>b</ul>", "- a\n- b"),
        ("<table><tr><td>a<td>b<tr><td>c</table>", "a b\nc"),
        ("a &amp; b &lt;c&gt; &#1055;&nbsp;d", "a & b <c> П d"),
        ("<script>alert(1)</script><style>p{}</style><head><title>t</title></head>words", "words"),
        ("words <img src='https://tracker.example/1.gif' alt='x'> more", "words more"),
        ("<a href='https://a.example/'>link</a>", "link"),
        ("a<!-- hidden -->b", "ab"),
        ("a <!-- never closed", "a <!-- never closed"),
        ("1 < 2 > 0", "1 < 2 > 0"),
        ("<![CDATA[x]]>y", "y"),
        ("", ""),
    ],
)
def test_text(source: str, text: str) -> None:
    assert html_to_text(source) == text


def test_a_picture_in_the_page_itself_is_no_text() -> None:
    picture = "data:image/png;base64," + "iVBORw0KGgo" * 20_000
    assert (
        html_to_text(f"<p>before<img src=\"{picture}\">after</p><p style='background:url({picture})'>end")
        == "beforeafter\n\nend"
    )


def test_after_very_much_text_the_rest_is_not_looked_at() -> None:
    assert len(html_to_text("<p>words " * 300_000)) < 700_000


@given(st.text(st.sampled_from("<>!-/ap'\"= &#;x\n"), max_size=100))
def test_anything_is_some_text(source: str) -> None:
    assert html_to_text(html_to_text(source)) is not None
