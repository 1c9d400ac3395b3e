"""The people of the simulator."""

from dataclasses import dataclass

from simulator.errors import JsonObject


def _without_none(values: JsonObject) -> JsonObject:
    return {key: value for key, value in values.items() if value is not None}


@dataclass(slots=True)
class Account:
    """A person with a Telegram account; talks to bots through the control API."""

    id: int
    first_name: str
    last_name: str | None = None
    username: str | None = None
    language_code: str | None = None
    phone_number: str | None = None

    def as_user(self) -> JsonObject:
        """The Bot API's User."""
        return _without_none(
            {
                "id": self.id,
                "is_bot": False,
                "first_name": self.first_name,
                "last_name": self.last_name,
                "username": self.username,
                "language_code": self.language_code,
            }
        )

    def as_private_chat(self) -> JsonObject:
        """The Bot API's Chat of the person's private chat with a bot."""
        return _without_none(
            {
                "id": self.id,
                "type": "private",
                "first_name": self.first_name,
                "last_name": self.last_name,
                "username": self.username,
            }
        )
