"""``uvicorn tests.fuzz.serve:app``: the whole process, whose API lets everybody ask as much as they like."""

from schema.asgi import routes
from schema.budget import Budget
from web.asgi import build

_ENOUGH = 10**15
app = build(routes(Budget(_ENOUGH)))
