"""What a Telegram update says, as our own message; pure: no bot, no network.

Only private chats count: a debt is nobody else's business. An edited message is said anew.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from telegram import CallbackQuery, ChatMember, ChatMemberUpdated, Message, Update
from telegram.constants import ChatType

from bot.channels.base import Incoming
from bot.errors import BadPayload

ALLOWED_UPDATES = ("message", "edited_message", "callback_query", "my_chat_member")
# Bot API, InlineKeyboardButton: callback_data has 1 to 64 bytes.
CALLBACK_LIMIT_BYTES = 64
_INDEX = "#"
_START = "/start"
# What the library raises on a payload that is no update as documented.
_UNREADABLE = (
    ArithmeticError,
    AttributeError,
    KeyError,
    OSError,
    RecursionError,
    TypeError,
    ValueError,
)
_PLACEHOLDERS = (
    ("photo", "[photo]"),
    ("voice", "[voice message]"),
    ("audio", "[audio]"),
    ("video", "[video]"),
    ("video_note", "[video]"),
    ("animation", "[animation]"),
    ("document", "[file]"),
    ("location", "[location]"),
    ("contact", "[contact]"),
)
_FIELDS = frozenset(
    {
        *("message_id", "date", "edit_date", "chat", "from", "text", "caption", "sticker"),
        *("id", "chat_instance", "data", "message", "reply_markup"),
        *("old_chat_member", "new_chat_member"),
        *(name for name, _ in _PLACEHOLDERS),
    }
)


def read_update(payload: Mapping[str, Any], received_at: datetime) -> list[Incoming]:
    """The message of an update: one, or none where nothing was said to us.

    Raises BadPayload for what is no update.
    """
    kinds = {kind: _known(payload[kind]) for kind in ALLOWED_UPDATES if kind in payload}
    try:
        update = Update.de_json({"update_id": int(payload["update_id"]), **kinds}, None)
        return _read(update, received_at)
    except _UNREADABLE as error:
        raise BadPayload(f"expected an update of the Bot API ({type(error).__name__})") from error


def _known(part: Any) -> Any:
    """A part of an update with only the fields that are read here.

    The library refuses what lacks a field of its newest version, also deep inside a quoted
    message: a customer's words must not be lost for that.
    """
    if not isinstance(part, dict):
        return part
    found = {key: value for key, value in part.items() if key in _FIELDS}
    if "message" in found:
        found["message"] = _known(found["message"])
    return found


def button_data(text: str, number: int) -> str:
    """The callback data of a button: its text, or its number where the text is too long."""
    is_short = 0 < len(text.encode()) <= CALLBACK_LIMIT_BYTES and not text.startswith(_INDEX)
    return text if is_short else f"{_INDEX}{number}"


def _read(update: Update, received_at: datetime) -> list[Incoming]:
    key = str(update.update_id)
    if update.callback_query is not None:
        return _pressed(update.callback_query, key, received_at)
    if update.my_chat_member is not None:
        return _left(update.my_chat_member, key)
    message = update.message or update.edited_message
    return _said(message, key) if message is not None else []


def _said(message: Message, key: str) -> list[Incoming]:
    is_other = message.from_user is not None and message.from_user.is_bot
    text, token = _without_token(_text(message))
    if message.chat.type != ChatType.PRIVATE or is_other or not text:
        return []
    return [
        Incoming(
            external_id=key,
            address=str(message.chat.id),
            text=text,
            said_at=(message.edit_date or message.date).astimezone(UTC),
            token=token,
        )
    ]


def _text(message: Message) -> str:
    if message.text or message.caption:
        return str(message.text or message.caption)
    if message.sticker is not None:
        return message.sticker.emoji or "[sticker]"
    return next((text for name, text in _PLACEHOLDERS if getattr(message, name)), "")


def _without_token(text: str) -> tuple[str, str]:
    """A command without the bot's name; what follows /start is a deep link's token."""
    command, _, rest = text.partition(" ")
    if not command.startswith("/"):
        return text, ""
    command = command.partition("@")[0]
    if command == _START:
        return command, rest.strip()
    return f"{command} {rest}".strip(), ""


def _pressed(query: CallbackQuery, key: str, received_at: datetime) -> list[Incoming]:
    if query.message is None or query.message.chat.type != ChatType.PRIVATE:
        return []
    text = _option(query)
    if not text:
        return []
    return [
        Incoming(
            external_id=key,
            address=str(query.message.chat.id),
            text=text,
            # A press carries no time of its own; that of its message may be days old.
            said_at=received_at,
            is_choice=True,
            press_id=query.id,
        )
    ]


def _option(query: CallbackQuery) -> str:
    """The words of the button, from the message it stands under or from its data."""
    data = query.data or ""
    if isinstance(query.message, Message) and query.message.reply_markup is not None:
        for row in query.message.reply_markup.inline_keyboard:
            for button in row:
                if button.callback_data == data:
                    return button.text
    return "" if data.startswith(_INDEX) else data


def _left(change: ChatMemberUpdated, key: str) -> list[Incoming]:
    has_left = change.new_chat_member.status in (ChatMember.BANNED, ChatMember.LEFT)
    if change.chat.type != ChatType.PRIVATE or not has_left:
        return []
    return [
        Incoming(
            external_id=key,
            address=str(change.chat.id),
            text="",
            said_at=change.date.astimezone(UTC),
            has_left=True,
        )
    ]
