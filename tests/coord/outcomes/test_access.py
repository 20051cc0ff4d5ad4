"""Which scores are figures, and who sees what hangs on an alert."""

import pytest

from coord.access import Role
from coord.access.rows import rule_of
from coord.outcomes.access import MEASURED, visible_scores
from coord.outcomes.codes import ScaleCode
from coord.outcomes.tables import AlertDelivery, AlertStep, AlertTask, SafetyAlert, ScaleAnswers, ScaleScore
from tests.coord.access.small_world import OWN, SIBLING, changed, held, made, seen, while_restricted


@pytest.mark.parametrize("scale", ScaleCode)
def test_overseers_see_the_scores_of_which_figures_are_made(scale: ScaleCode) -> None:
    assert {code.value for code in MEASURED} == {"PHQ9", "GAD7", "WHO5"}
    with changed(ScaleScore, OWN, scale=scale):
        for role in (Role.PROGRAM_OFFICER, Role.EVALUATOR):
            assert (OWN in seen(ScaleScore, visible_scores, held(role))) is (scale in MEASURED)
        assert OWN in seen(ScaleScore, visible_scores, held(Role.SOCIAL_WORKER))


def test_what_hangs_on_an_alert_is_seen_with_it() -> None:
    for role, column, place in (
        (Role.SOCIAL_WORKER, "hospital_id", "hospital"),
        (Role.HOSPITAL_COORDINATOR, "hospital_id", "hospital"),
    ):
        with changed(SafetyAlert, SIBLING, **{column: made(OWN, place)}):
            for model in (SafetyAlert, AlertStep, AlertDelivery, AlertTask):
                assert SIBLING in seen(model, rule_of(model).rows, held(role)), (role, model)
        for model in (SafetyAlert, AlertStep, AlertDelivery, AlertTask):
            assert SIBLING not in seen(model, rule_of(model).rows, held(role)), (role, model)


def test_answers_of_others_stay_while_somebody_is_restricted() -> None:
    worker, rows = held(Role.SOCIAL_WORKER), rule_of(ScaleAnswers).rows
    with changed(ScaleAnswers, SIBLING, hospital_id=made(OWN, "hospital")):
        assert seen(ScaleAnswers, rows, worker) == {OWN, SIBLING}
        assert seen(ScaleAnswers, rows, while_restricted(worker)) == {SIBLING}
