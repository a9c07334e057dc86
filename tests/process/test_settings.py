import re
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

import pytest
from pydantic_settings import BaseSettings

from bot.settings import BadSettings, Settings, read_settings
from services import gateways

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def _no_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.mark.parametrize(
    ("name", "value", "looks"),
    [
        ("BOT_TOKEN", "secret-nonsense", "@BotFather"),
        ("ADMIN_IDS", "ana", "Telegram ids with commas"),
        ("DATABASE_URL", "mysql://x", "sqlite+aiosqlite:///"),
        ("PUBLIC_URL", "http://shop.example.org", "https origin"),
        ("TELEGRAM_API_URL", "telegram", "https://"),
        ("WEB_PORT", "many", "whole number"),
        ("CURRENCY", "R$", "three letters"),
        ("DEFAULT_LANGUAGE", "portuguese", "pt_BR"),
        ("SMS_ACTIVE_DIALECT", "other", "'hero', 'classic'"),
        ("SMS_ACTIVE_EXCLUSIVE", "perhaps", "true or false"),
        ("SMS_BACKUPS", "{", "JSON list"),
        ("SMS_ACTIVE_WEBHOOK_SECRET", "a/b", "letters"),
        ("POLL_SECONDS", "0", "greater than 0"),
        ("TOPUP_PRESETS", "ten", "amounts with commas"),
        ("TOPUP_PRESETS", "10,-5", "amounts with commas"),
        ("TOPUP_BONUSES", "50", "50=5,200=10"),
        ("TOPUP_BONUSES", "fifty=5", "50=5,200=10"),
        ("TOPUP_FEES", "stripe=101", "stripe=4.99"),
        ("TOPUPS_OPEN", "0", "greater than 0"),
        ("TOPUP_SECOND_PAYMENT", "keep", "'credit' or 'refund'"),
        ("REDIS_URL", "localhost", "redis://"),
    ],
)
def test_an_impossible_setting_is_one_sentence_with_its_name(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, looks: str
) -> None:
    monkeypatch.setenv(name, value)

    with pytest.raises(BadSettings) as refusal:
        read_settings()

    told = str(refusal.value)
    assert told.startswith(name)
    assert looks in told
    assert told.endswith(".")
    assert "\n" not in told
    assert "nonsense" not in told


def test_a_provider_needs_its_rate(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SMS_ACTIVE_API_KEY", "key")

    with pytest.raises(BadSettings, match=r"^SMS_ACTIVE_RATE is missing: .*\.$"):
        read_settings()


def test_run_needs_the_token() -> None:
    with pytest.raises(BadSettings, match=r"^BOT_TOKEN is missing: .*\.$"):
        _ = read_settings().token


def test_backups_follow_the_first_provider(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SMS_ACTIVE_API_KEY", "key")
    monkeypatch.setenv("SMS_ACTIVE_RATE", "5.5")
    monkeypatch.setenv("SMS_BACKUPS", '[{"name": "b", "url": "https://b.org", "api_key": "k", "rate": 5}]')

    assert [provider.name for provider in read_settings().providers()] == ["active", "b"]


def test_a_misspelt_setting_of_a_backup_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    backup = '{"name": "b", "url": "https://b.org", "api_key": "k", "rate": 5, "exlusive": true}'
    monkeypatch.setenv("SMS_BACKUPS", f"[{backup}]")

    with pytest.raises(BadSettings) as refusal:
        read_settings()

    told = "SMS_BACKUPS (at 0.exlusive) is impossible: there is no setting of this name."
    assert str(refusal.value) == told


def test_admins_are_listed_with_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ADMIN_IDS", "1, 2")

    assert read_settings().admin_ids == (1, 2)


def test_no_secret_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOT_TOKEN", "1:very-secret")

    assert "very-secret" not in repr(read_settings())


def test_the_example_lists_every_setting_once() -> None:
    listed = re.findall(r"^#?\s?([A-Z][A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE)

    assert len(listed) == len(set(listed))
    assert {name.upper() for kind in _kinds() for name in kind.model_fields} <= set(listed)


def _kinds() -> list[type[BaseSettings]]:
    """Every Settings class of the shop, those of the gateways included."""
    for module in iter_modules(gateways.__path__, "services.gateways."):
        import_module(module.name)
    return [
        kind for kind in BaseSettings.__subclasses__() if kind.__module__.startswith(("bot.", "services."))
    ]
