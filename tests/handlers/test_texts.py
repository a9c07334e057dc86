"""Every language says the same, with the same facts, and says everything that is asked for."""

import ast
import importlib
import pkgutil
import re
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from fluent.syntax import FluentParser
from fluent.syntax.ast import Message, VariableReference
from fluent.syntax.visitor import Visitor

import handlers
import services
from handlers.commands import ADMIN_COMMANDS, CUSTOMER_COMMANDS
from handlers.texts import LANGUAGES, Html, TextBook, Texts
from services.errors import ShopError
from tests.handlers.shop import NOW, StillClock

ROOM = Path(handlers.__file__).parent


class _Variables(Visitor):
    def __init__(self) -> None:
        self.names: set[str] = set()

    def visit_VariableReference(self, node: VariableReference) -> None:  # noqa: N802  the visitor's own naming
        self.names.add(node.id.name)


def _messages(language: str) -> dict[str, set[str]]:
    """The facts each message takes."""
    source = (ROOM / "locales" / f"{language}.ftl").read_text(encoding="utf-8")
    found: dict[str, set[str]] = {}
    for entry in FluentParser().parse(source).body:
        assert type(entry).__name__ != "Junk", entry
        if isinstance(entry, Message):
            assert entry.id.name not in found, f"{entry.id.name} is said twice"
            variables = _Variables()
            variables.visit(entry)
            found[entry.id.name] = variables.names
    return found


def _refusals() -> Iterator[type[ShopError]]:
    for module in pkgutil.walk_packages(services.__path__, "services."):
        importlib.import_module(module.name)
    ahead = [ShopError]
    while ahead:
        refusal = ahead.pop()
        yield refusal
        ahead += refusal.__subclasses__()


def _texts_asked_for() -> Iterator[tuple[str, str, set[str | None]]]:
    """Each place in this room where a text is asked for by its whole name, and the facts it gives."""
    for path in ROOM.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not node.args or not isinstance(node.args[0], ast.Constant):
                continue
            name, key = ast.unparse(node.func), node.args[0].value
            if isinstance(key, str) and (name == "text" or name.endswith(".plain")):
                yield f"{path.name}:{node.lineno}", key, {keyword.arg for keyword in node.keywords}


def test_all_languages_say_the_same_with_the_same_facts() -> None:
    first, *others = (_messages(language) for language in LANGUAGES)

    for other in others:
        assert other == first


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_message_can_be_said(language: str) -> None:
    text = Texts(language, clock=StillClock())

    for key, names in _messages(language).items():
        counted = {"count", "stock", "page", "pages", "minutes", "percent", "limit", "seconds"}
        facts = {name: 2 if name in counted else "<x>" for name in names}
        assert text(key, **facts), key
        assert text.plain(key, **facts), key


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_refusal_has_words(language: str) -> None:
    text = Texts(language)

    for refusal in _refusals():
        assert text.knows(refusal.text_key), refusal


def test_every_refusal_is_raised_with_the_facts_its_words_need() -> None:
    messages = _messages("pt_BR")
    keys = {refusal.__name__: refusal.text_key for refusal in _refusals()}
    raised = 0

    for path in Path(services.__path__[0]).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Raise) or node.exc is None:
                continue
            refusal = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
            keywords = node.exc.keywords if isinstance(node.exc, ast.Call) else []
            if (name := ast.unparse(refusal)) in keys:
                raised += 1
                given = {keyword.arg for keyword in keywords}
                assert messages[keys[name]] <= given, f"{path.name}:{node.lineno}"

    assert raised > 20


def test_every_text_that_is_asked_for_exists_and_is_given_its_facts() -> None:
    messages = _messages("pt_BR")
    asked = 0

    for place, key, given in _texts_asked_for():
        asked += 1
        assert key in messages, f"{place}: {key}"
        assert None in given or messages[key] == given, f"{place}: {key}"

    assert asked > 100


def test_every_case_has_a_title_and_words_that_tell_what_to_do() -> None:
    keys = set(_messages("pt_BR")) - {"case-title", "case-since", "case-fact", "case-resolved"}
    titles = {
        key.removesuffix("-title") for key in keys if key.startswith("case-") and key.endswith("-title")
    }
    words = {key for key in keys if key.startswith("case-") and not key.endswith("-title")}

    assert titles == words


@pytest.mark.parametrize("language", LANGUAGES)
def test_nobody_is_sent_to_a_command_that_does_not_exist(language: str) -> None:
    source = (ROOM / "locales" / f"{language}.ftl").read_text(encoding="utf-8")

    assert set(re.findall(r"(?<![\w<])/([a-z]+)", source)) <= {*CUSTOMER_COMMANDS, *ADMIN_COMMANDS}


def test_an_operadora_is_the_carrier_of_a_number_and_nobody_else() -> None:
    source = (ROOM / "locales" / "pt_BR.ftl").read_text(encoding="utf-8")

    named = {line.split(" =")[0] for line in re.split(r"\n(?=\S)", source) if "operadora" in line.lower()}

    assert named == {
        "button-operator",
        "button-any-operator",
        "operator-question",
        "error-unknown-operator",
        "case-numbers-bad",
    }


def test_no_message_is_left_over() -> None:
    """Each is asked for by name, or by the beginning of its name."""
    rooms = (ROOM, Path(services.__path__[0]))
    sources = "".join(path.read_text(encoding="utf-8") for room in rooms for path in room.rglob("*.py"))
    families = (
        "gateway-",
        "number-",
        "status-",
        "bill-",
        "history-",
        "credits-",
        "ended-",
        "case-",
        "command-",
        "refund-",
        "topup-returned-",
        "button-case-",
    )

    left = [key for key in _messages("pt_BR") if f'"{key}"' not in sources]

    assert [key for key in left if not key.startswith((*families, "button-sort-"))] == []


def test_python_holds_no_words_for_people() -> None:
    for path in ROOM.rglob("*.py"):
        assert path.read_text(encoding="utf-8").replace("€£", "").replace("…", "").isascii(), path


def test_money_and_times_are_written_as_people_write_them() -> None:
    brazilian = Texts("pt_BR", clock=StillClock())
    english = Texts("en", clock=StillClock())

    assert brazilian.money(Decimal("1234.5")) == "R$ 1.234,50"
    assert brazilian.money(Decimal(10)) == "R$ 10,00"
    assert english.money(Decimal("4.9")) == "R$4.90"
    assert english.money(Decimal("41.2"), "USD") == "$41.20"
    assert brazilian.money(Decimal(960), "XTR") == "960 ⭐"
    assert brazilian.time(NOW) == "14:12"
    assert brazilian.time(NOW + timedelta(days=1)) == "23/11 14:12"
    assert english.time(NOW) == "17:12"
    assert brazilian.country("CO", "Colombia") == "Colômbia"


def test_words_of_strangers_are_escaped_on_the_page_and_left_alone_on_a_button() -> None:
    text = Texts("en")

    assert "&lt;b&gt; &amp;" in text("search-found", words="<b> &")
    assert "<b> &" in text.plain("search-found", words="<b> &")
    assert "<i>ours</i>" in text("search-found", words=Html("<i>ours</i>"))


@pytest.mark.parametrize("letter", ["y", "&", "<"])
def test_no_words_are_too_long_to_be_said(letter: str) -> None:
    said = Texts("en")("whole-message", service="X", sender="Y", at=NOW, words=letter * 9_000)

    assert "…" in said
    assert len(said) < 4_096


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ("pt", "pt_BR"),
        ("pt-br", "pt_BR"),
        ("pt-PT", "pt_BR"),
        ("en", "en"),
        ("en-GB", "en"),
        ("ru", "en"),
        (None, "en"),
    ],
)
def test_the_nearest_language_is_found(theirs: str | None, ours: str) -> None:
    assert TextBook("en").match(theirs) == ours
