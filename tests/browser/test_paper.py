"""The public page on paper: at most two sheets of A4, and nothing is cut at the edge of its card."""

from collections.abc import Iterator
from io import BytesIO

import pypdf
import pytest
from playwright.async_api import Browser, ViewportSize

from coord.work.engine import Database
from tests.coord.releases.making import published, seen
from tests.serving import serving

pytestmark = pytest.mark.anyio
A4 = (595, 842)
WITHIN_THE_MARGINS = ViewportSize(width=703, height=1032)
"""A sheet of A4 less its margins of 12 mm, in CSS pixels."""
CUT = """() => [...document.querySelectorAll('.card, .figure, .table-box')]
    .filter((box) => box.scrollWidth > box.clientWidth + 1).map((box) => box.textContent.trim().slice(0, 60))"""


@pytest.fixture
def public_page(real_database: Database) -> Iterator[str]:
    """The address of the public page of a server on the cast's world."""
    with serving(real_database.url.render_as_string(hide_password=False)) as found:
        yield f"{found}/impact/DIP"


@pytest.mark.parametrize("real_database", ["sqlite"], indirect=True)
async def test_the_public_page_fits_on_two_sheets_in_each_language(
    real_database: Database, public_page: str, chromium: Browser
) -> None:
    await seen()
    await published()
    for language in ("zh-CN", "en", "ko"):
        page = await chromium.new_page(locale=language, viewport=WITHIN_THE_MARGINS)
        await page.goto(public_page)
        sheets = pypdf.PdfReader(BytesIO(await page.pdf(prefer_css_page_size=True))).pages
        sizes = {(round(float(one.mediabox.width)), round(float(one.mediabox.height))) for one in sheets}
        assert (len(sheets) <= 2, sizes) == (True, {A4}), language
        await page.emulate_media(media="print")
        assert await page.evaluate(CUT) == [], language
        await page.close()
