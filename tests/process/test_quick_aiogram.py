import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]

_EVERY_MODEL = """
from bot import quick_aiogram
assert quick_aiogram.load()
import aiogram.methods, aiogram.types
from pydantic import BaseModel
postponed = 0
for module in (aiogram.types, aiogram.methods):
    for name in module.__all__:
        kind = getattr(module, name)
        if isinstance(kind, type) and issubclass(kind, BaseModel) and not kind.__pydantic_complete__:
            postponed += 1
            kind.model_rebuild()
            assert kind.__pydantic_complete__, name
print(postponed)
"""

_SAME_WORDS = """
import json, sys
if sys.argv[1] == "quick":
    from bot import quick_aiogram
    assert quick_aiogram.load()
from aiogram.methods import EditMessageText, Response, SendMessage
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup, Message, Update
person = {"id": 5, "is_bot": False, "first_name": "Ana"}
message = {"message_id": 1, "date": 1, "chat": {"id": 5, "type": "private"}, "from": person, "text": "hi"}
tap = {"id": "1", "from": person, "chat_instance": "1", "data": "x", "message": message}
markup = InlineKeyboardMarkup(inline_keyboard=[[InlineKeyboardButton(text="a", callback_data="b")]])
spoken = [
    Update.model_validate({"update_id": 1, "message": message}),
    Update.model_validate({"update_id": 2, "callback_query": tap}),
    Response[Message].model_validate({"ok": True, "result": message}),
    SendMessage(chat_id=5, text="x", reply_markup=markup),
    EditMessageText(chat_id=5, message_id=1, text="x", reply_markup=markup),
]
print([each.model_dump_json(exclude_none=True, exclude_defaults=True) for each in spoken])
try:
    Update.model_validate({"update_id": 1, "message": {"text": "no id"}})
except ValueError as error:
    print(sorted(str(fault["loc"]) for fault in error.errors()))
"""


def run(code: str, *arguments: str) -> str:
    asked = [sys.executable, "-c", code, *arguments]
    return subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=True).stdout


def test_every_model_of_aiogram_can_be_completed_later() -> None:
    assert int(run(_EVERY_MODEL)) > 400


def test_a_quick_aiogram_reads_and_writes_what_a_whole_one_does() -> None:
    assert run(_SAME_WORDS, "quick") == run(_SAME_WORDS, "whole")


def test_the_web_server_listens_before_aiogram_is_loaded() -> None:
    assert run("import bot.process, sys; print('aiogram' in sys.modules)").strip() == "False"
