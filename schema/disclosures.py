"""The notice that goes with everything about a person: what the receiver may not do with it."""

from typing import Any

import strawberry

from coord.clients.disclosure import notice
from schema.looking import Info


@strawberry.type(description="To be shown with the data and passed on with it. 对外提供资料时须一并展示的告知语。")
class Disclosure:
    """The wording that holds now."""

    text: str = strawberry.field(description="In the viewer's language. 使用者语言的告知语。")
    version: str = strawberry.field(description="The same in all languages. 各语言版本号一致。")


async def disclosure(info: Info) -> Disclosure:
    """The notice in the viewer's language."""
    said: Any = notice(info.context.actor.language)
    return Disclosure(text=said.text, version=said.version)
