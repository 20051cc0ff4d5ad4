"""Scalars of the contract.

Dates and keys are taken as they come and judged by the input of the area: a wrong one is a ``Problem``
with a field and a code there, not an error of the whole document.
"""

from datetime import date, datetime
from decimal import Decimal as DecimalNumber
from decimal import InvalidOperation
from typing import Any, NewType
from uuid import UUID as Uuid  # noqa: N811  UUID is the scalar here

import strawberry
from graphql import GraphQLError
from strawberry.types.scalar import ScalarDefinition

Date = NewType("Date", object)
DateTime = NewType("DateTime", object)
UUID = NewType("UUID", object)
Decimal = NewType("Decimal", object)


def _iso(value: date | datetime) -> str:
    return value.isoformat()


def _text(value: DecimalNumber | Uuid) -> str:
    return str(value)


def _as_given(value: Any) -> Any:
    return value


def _number(value: Any) -> DecimalNumber:
    try:
        return DecimalNumber(str(value))
    except InvalidOperation:
        raise GraphQLError("Decimal cannot represent this value.") from None


SCALARS: dict[object, ScalarDefinition] = {
    Date: strawberry.scalar(
        name="Date",
        description="A calendar date, YYYY-MM-DD: the local date of the program. 日期，格式为 YYYY-MM-DD（项目当地日期）。",
        serialize=_iso,
        parse_value=_as_given,
    ),
    DateTime: strawberry.scalar(
        name="DateTime",
        description="A moment with its UTC offset, ISO 8601. 带时区偏移的时刻，ISO 8601 格式。",
        serialize=_iso,
        parse_value=_as_given,
    ),
    UUID: strawberry.scalar(
        name="UUID", description="A UUID (RFC 9562). 通用唯一标识符。", serialize=_text, parse_value=_as_given
    ),
    Decimal: strawberry.scalar(
        name="Decimal",
        description="An exact decimal number as text. 以文本表示的精确小数。",
        serialize=_text,
        parse_value=_number,
    ),
}
