"""Every measure, once: from which facts, how it is aggregated, which rows stand behind it."""

from collections.abc import Mapping, Sequence
from functools import cache

from coord.measures.case_measures import CASE_MEASURES
from coord.measures.facts import Facts, Measure
from coord.measures.referral_measures import REFERRAL_MEASURES
from coord.measures.service_measures import SERVICE_MEASURES

MEASURES: Mapping[str, Measure] = {
    measure.name: measure for measure in (*SERVICE_MEASURES, *CASE_MEASURES, *REFERRAL_MEASURES)
}


@cache
def measures_from(facts: Facts) -> Sequence[Measure]:
    """The measures that one table of facts gives."""
    return tuple(measure for measure in MEASURES.values() if measure.facts is facts)
