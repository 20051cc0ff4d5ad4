"""A month that leaves the house as a spreadsheet: figures and corrections, on the trail."""

from coord import audit
from coord.periods.figures import MonthFigures, month_figures
from coord.periods.inputs import MonthOf
from coord.periods.places import MonthPlace, month_place
from coord.work import Unit, action
from coord.work.pace import Pace, keep_pace


@action("contact.export")
async def export_month(unit: Unit, given: MonthOf) -> tuple[MonthPlace, MonthFigures]:
    """A month with its figures. Raises ``NotFound`` where the actor does not follow it."""
    await keep_pace(unit, Pace.EXPORTS)
    place = await month_place(unit, given)
    figures = await month_figures(unit, place)
    audit.record_export(unit, "month_report", {"month": place.month, "hospital": place.hospital_code})
    return place, figures
