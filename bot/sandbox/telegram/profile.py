from dataclasses import dataclass, field

from bot.sandbox.telegram.json_fields import Json

# Bot API, "Determining list of commands": narrower scopes win, and in each the person's own language.
_SCOPES = ("all_private_chats", "default")


@dataclass(slots=True)
class Profile:
    """What the bot says of itself, by language, and its commands, by scope and language."""

    id: int
    username: str
    names: dict[str, str] = field(default_factory=dict)
    descriptions: dict[str, str] = field(default_factory=dict)
    short_descriptions: dict[str, str] = field(default_factory=dict)
    commands: dict[tuple[str, str], list[Json]] = field(default_factory=dict)
    menu_button: Json = field(default_factory=lambda: {"type": "default"})

    def as_user(self) -> Json:
        return {
            "id": self.id,
            "is_bot": True,
            "first_name": self.names.get("", self.username),
            "username": self.username,
        }

    def as_me(self) -> Json:
        return {
            **self.as_user(),
            "can_join_groups": True,
            "can_read_all_group_messages": False,
            "supports_inline_queries": False,
            "can_connect_to_business": False,
            "has_main_web_app": False,
        }

    def as_seen(self, language_code: str | None) -> Json:
        """Tell how the bot presents itself to somebody who reads this language."""
        language = base_language(language_code)
        return {
            "id": self.id,
            "username": self.username,
            "first_name": self.names.get(language) or self.names.get("", self.username),
            "description": self.descriptions.get(language) or self.descriptions.get("", ""),
            "short_description": self.short_descriptions.get(language) or self.short_descriptions.get("", ""),
        }

    def commands_for(self, person_id: int, language_code: str | None) -> list[Json]:
        language = base_language(language_code)
        for scope in (f"chat:{person_id}", *_SCOPES):
            for key in ((scope, language), (scope, "")):
                if self.commands.get(key):
                    return self.commands[key]
        return []


def base_language(language_code: str | None) -> str:
    return (language_code or "").split("-")[0].lower()
