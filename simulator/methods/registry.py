"""Which function answers which Bot API method?"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from simulator.calling import ApiRequest, MethodShape, MethodT, shape_of

Handler = Callable[[ApiRequest[Any]], Any]


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A method's shape and the function that carries it out (it may be a coroutine function)."""

    name: str
    shape: MethodShape
    handler: Handler


class MethodTable:
    """Methods of one module; the tables of all modules are joined in `simulator.methods`."""

    def __init__(self) -> None:
        self.endpoints: dict[str, Endpoint] = {}

    def serves(
        self, model: type[MethodT], **defaults: Any
    ) -> Callable[[Callable[[ApiRequest[MethodT]], Any]], Callable[[ApiRequest[MethodT]], Any]]:
        """Decorates the function that answers aiogram's method class.

        Args:
            model: the class.
            defaults: parameters that the class demands but Telegram does not, with what their absence means.
        """

        def register(handler: Callable[[ApiRequest[MethodT]], Any]) -> Callable[[ApiRequest[MethodT]], Any]:
            name = model.__api_method__
            self.endpoints[name.lower()] = Endpoint(name, shape_of(model, defaults), handler)
            return handler

        return register

    def include(self, tables: Iterable["MethodTable"]) -> None:
        """Takes over the endpoints of other tables."""
        for table in tables:
            self.endpoints.update(table.endpoints)
