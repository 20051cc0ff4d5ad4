"""How a page is looked at: languages, themes and widths."""

from itertools import product

from tests.turns import WHOLE

LOOKS = (
    list(product(("zh-CN", "en", "ko"), ("light", "dark"), (320, 1440)))
    if WHOLE
    else [("zh-CN", "light", 1440), ("zh-CN", "dark", 320), ("en", "dark", 1440), ("ko", "light", 320)]
)
"""Every language, theme and width at least once; in a whole run each beside all others."""
