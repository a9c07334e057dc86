import pytest

from services.search import Entry, Index, plain
from tests.catalogue.crowd import index_of, service_names, typos

SERVICES = Index(
    [
        Entry("whatsapp", "WhatsApp", ("wa",), ("zap", "whats"), rank=1),
        Entry("telegram", "Telegram", ("tg",), ("tele",), rank=2),
        Entry("google", "Google / YouTube", ("go",), ("Google", "YouTube"), rank=3),
        Entry("instagram", "Instagram", ("ig",), rank=4),
        Entry("business", "WhatsApp Business", ("bye",), rank=5),
        Entry("wattpad", "Wattpad", ("wp",), rank=6),
        Entry("voice", "Google Voice", ("gf",), rank=7),
        Entry("tagged", "Tagged", ("tag",), rank=8),
        Entry("gong", "Gong", ("zz",), rank=0),
    ]
)


def test_names_with_one_typo_are_found_among_hundreds() -> None:
    names = service_names()
    crowd = index_of(names)

    asked = list(typos(names, 1_000))
    found = sum(name in crowd.find(typed, 8) for typed, name in asked)

    assert found / len(asked) >= 0.95


def test_a_typo_rarely_leads_to_the_wrong_purchase() -> None:
    names = service_names()
    crowd = index_of(names)

    answers = [(crowd.meant(typed)[:1], name) for typed, name in typos(names, 1_000)]
    right = sum(answer == [name] for answer, name in answers)
    wrong = sum(answer not in ([], [name]) for answer, name in answers)

    assert right / len(answers) >= 0.85
    assert wrong / len(answers) <= 0.02


@pytest.mark.parametrize(
    ("words", "first", "then"),
    [
        ("wa", "whatsapp", "wattpad"),  # the code before names that begin so
        ("go", "google", "gong"),  # the same, though the other is more wanted
        ("WhatsApp", "whatsapp", "business"),  # the whole name before a longer one
        ("tag", "tagged", "instagram"),  # the beginning before the inside
        ("gram", "telegram", "instagram"),  # alike: the more wanted first
        ("telegran", "telegram", None),
        ("watsap", "whatsapp", None),
        ("goo", "google", "voice"),
        ("voice", "voice", None),
    ],
)
def test_what_fits_better_comes_first(words: str, first: str, then: str | None) -> None:
    found = SERVICES.find(words)

    assert found[0] == first
    assert then is None or found[1] == then


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("wa", "whatsapp"),
        ("ZAP", "whatsapp"),
        ("whats", "whatsapp"),
        ("whatsap", "whatsapp"),
        ("telegram", "telegram"),
        ("Télégram", "telegram"),
        ("insta", "instagram"),
        ("google voice", "voice"),
        ("you tube", "google"),
        ("gogle", "google"),
    ],
)
def test_a_code_a_name_or_a_slip_of_it_is_sure(words: str, meant: str) -> None:
    assert SERVICES.meant(words)[0] == meant


@pytest.mark.parametrize(
    "words", ["qqqqxxx", "", "   ", "!!!", "🙂", "gram", "wb", "w", "telephone", "a" * 4_000]
)
def test_nonsense_means_nothing(words: str) -> None:
    assert SERVICES.meant(words) == []


def test_what_two_names_are_as_near_to_is_no_answer() -> None:
    alike = Index([Entry("peka", "Peka Market"), Entry("pekra", "Pekra Market")])

    assert alike.meant("Pekkra Market") == ["pekra"]
    assert alike.meant("Pekr Market") == []


def test_one_name_may_belong_to_several() -> None:
    states = Index([Entry(187, "USA"), Entry(12, "USA (virtual)", aliases=("USA",), rank=1)])

    assert states.meant("usa") == [187]
    assert states.meant("u.s.a") == [187]


def test_the_same_alias_means_all_who_bear_it() -> None:
    states = Index([Entry(187, "USA", ("us",)), Entry(12, "USA (virtual)", ("us",), rank=1)])

    assert states.meant("us") == [187, 12]


def test_a_flag_is_its_letters() -> None:
    assert plain("🇧🇷") == "br"
    assert plain("São Tomé") == "saotome"
