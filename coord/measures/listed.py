"""Which facts are listed row by row, and by whom."""

from collections.abc import Mapping

from coord.measures.counted import Lister
from coord.measures.facts import Facts
from coord.measures.listing_cases import assessments, treatments
from coord.measures.listing_discharges import discharges
from coord.measures.listing_followed import windows
from coord.measures.listing_meetings import meetings
from coord.measures.listing_people import people
from coord.measures.listing_trainings import certificates
from coord.measures.listing_work import posts, rolls, supervision

LISTED: Mapping[Facts, tuple[str, Lister]] = {
    Facts.ROLLS: ("contact", rolls),
    Facts.POSTS: ("post", posts),
    Facts.SUPERVISION: ("worker", supervision),
    Facts.ASSESSMENTS: ("case", assessments),
    Facts.MEETINGS: ("referral", meetings),
    Facts.DISCHARGES: ("discharge", discharges),
    Facts.PEOPLE: ("person", people),
    Facts.WINDOWS: ("person", windows),
    Facts.TRAININGS: ("contact", certificates),
    Facts.TREATMENTS: ("case", treatments),
}
"""Facts without a table of their own: what a row is, and the function that lists them."""
