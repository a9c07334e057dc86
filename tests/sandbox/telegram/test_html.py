from html import escape
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.sandbox.telegram import utf16
from bot.sandbox.telegram.html import CannotParse, parse_html

UNHURRIED = settings(deadline=None)  # a busy machine is no fault of the code
STYLES = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
}


@pytest.mark.parametrize(("tag", "kind"), STYLES.items())
def test_each_tag_makes_its_entity(tag: str, kind: str) -> None:
    text, entities = parse_html(f"a <{tag}>b</{tag}> c")

    assert text == "a b c"
    assert entities == [{"type": kind, "offset": 2, "length": 1}]


@pytest.mark.parametrize(
    ("source", "entity"),
    [
        (
            '<a href="https://a.io/x?y=1&amp;z=2">t</a>',
            {"type": "text_link", "url": "https://a.io/x?y=1&z=2"},
        ),
        ("<a href='t.me/shop'>t</a>", {"type": "text_link", "url": "http://t.me/shop"}),
        ('<a href="tg://user?id=7">t</a>', {"type": "text_mention", "user": {"id": 7}}),
        ('<span class="tg-spoiler">t</span>', {"type": "spoiler"}),
        ("<blockquote expandable>t</blockquote>", {"type": "expandable_blockquote"}),
        ('<tg-emoji emoji-id="5368324170671202286">t</tg-emoji>', {"type": "custom_emoji"}),
        ('<tg-time unix="1647531900" format="r">t</tg-time>', {"type": "date_time", "unix_time": 1647531900}),
        ('<pre><code class="language-python">t</code></pre>', {"type": "pre", "language": "python"}),
        ("<pre><code>t</code></pre>", {"type": "code"}),
        ("<B>t</b>", {"type": "bold"}),
        ("<b>t</>", {"type": "bold"}),
    ],
)
def test_a_tag_with_attributes_makes_its_entity(source: str, entity: dict[str, Any]) -> None:
    text, entities = parse_html(source)

    assert text == "t"
    assert any(entity.items() <= made.items() for made in entities)
    assert all((made["offset"], made["length"]) == (0, 1) for made in entities)


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("a < b", 'Unsupported start tag "" at byte offset 2'),
        ("á <br>", 'Unsupported start tag "br" at byte offset 3'),
        ("a <b", "Unclosed start tag at byte offset 2"),
        ("<b>a", 'Can\'t find end tag corresponding to start tag "b"'),
        ("a</b>", "Unexpected end tag at byte offset 1"),
        ("<b>a</i>", 'Unmatched end tag at byte offset 4, expected "</b>", found "</i>"'),
        ("<b>a</b", "Unclosed end tag at byte offset 4"),
        ("<span>a</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
        ("<a =x>a</a>", 'Empty attribute name in the tag "a" at byte offset 0'),
        (
            "<a href>a</a>",
            'Expected equal sign in declaration of an attribute of the tag "a" at byte offset 0',
        ),
        ("<a href=a/b>a</a>", "Unexpected end of name token at byte offset 8"),
        ('<a href="x', "Unclosed start tag at byte offset 0"),
        ("<tg-emoji emoji-id='x'>a</tg-emoji>", "Invalid custom emoji identifier specified"),
    ],
)
def test_what_cannot_be_read_is_refused_in_telegrams_words(source: str, reason: str) -> None:
    with pytest.raises(CannotParse) as refused:
        parse_html(source)

    assert refused.value.description == f"Bad Request: can't parse entities: {reason}"


def test_only_four_names_and_numbers_are_decoded() -> None:
    text, _ = parse_html("&lt;&gt;&amp;&quot; &#33; &#x1F511; &nbsp; &copy; R&D &")

    assert text == '<>&" ! 🔑 &nbsp; &copy; R&D &'


def test_offsets_count_utf16_code_units() -> None:
    _, entities = parse_html("🔑 <code>48🔑</code>")

    assert entities == [{"type": "code", "offset": 3, "length": 4}]


def test_an_empty_tag_leaves_nothing() -> None:
    assert parse_html("a<b></b>") == ("a", [])


@UNHURRIED
@given(st.text())
def test_escaped_text_comes_back_as_it_was(text: str) -> None:
    assert parse_html(escape(text, quote=True).replace("&#x27;", "'")) == (text, [])


@UNHURRIED
@given(st.text(alphabet="<>/&; =\"'abci#x1é🔑\n"))
def test_rubbish_is_read_or_refused_and_nothing_else(source: str) -> None:
    try:
        text, entities = parse_html(source)
    except CannotParse:
        return
    for entity in entities:
        assert 0 < entity["length"] <= utf16.length(text) - entity["offset"]


TREES: Any = st.recursive(
    st.text(min_size=1, max_size=5),
    lambda inner: st.tuples(st.sampled_from(["b", "i", "u", "s"]), st.lists(inner, max_size=3)),
    max_leaves=12,
)


@UNHURRIED
@given(st.lists(TREES, max_size=4))
def test_any_nesting_comes_back_as_it_was_written(trees: list[Any]) -> None:
    expected: list[dict[str, Any]] = []
    text = "".join(flat(tree) for tree in trees)
    for place, tree in enumerate(trees):
        walk(tree, utf16.length("".join(flat(before) for before in trees[:place])), expected)

    parsed, entities = parse_html("".join(written(tree) for tree in trees))

    assert parsed == text
    assert by_place(entities) == by_place(expected)
    for entity in entities:
        assert utf16.length(utf16.cut(parsed, entity["offset"], entity["length"])) == entity["length"]


def flat(tree: Any) -> str:
    return tree if isinstance(tree, str) else "".join(flat(inner) for inner in tree[1])


def written(tree: Any) -> str:
    if isinstance(tree, str):
        return escape(tree, quote=False)
    return f"<{tree[0]}>{''.join(written(inner) for inner in tree[1])}</{tree[0]}>"


def walk(tree: Any, offset: int, entities: list[dict[str, Any]]) -> None:
    if isinstance(tree, str):
        return
    if length := utf16.length(flat(tree)):
        entities.append({"type": STYLES[tree[0]], "offset": offset, "length": length})
    for inner in tree[1]:
        walk(inner, offset, entities)
        offset += utf16.length(flat(inner))


def by_place(entities: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    return sorted((one["offset"], one["length"], one["type"]) for one in entities)
