"""Many hospitals on the public page: folded by province, found by name or pinyin, each of them there once."""

from uuid import UUID, uuid5

from coord.releases.codes import CountStatus
from coord.releases.serving import HIDDEN, Place, ProtectedCount, ProtectedRate
from coord.releases.tabling import unsaid
from tests.coord.releases.papers import paper
from web.impact import folds_of
from web.words import speak

_SPACE = UUID(int=12)
_PLACES = [
    Place(uuid5(_SPACE, str(n)), f"H{n:03}", f"{name}第{n}医院", province)
    for n, (name, province) in enumerate([("武汉", "湖北")] * 8 + [("杭州", "浙江")] * 5 + [("无名", None)] * 2)
]


def test_every_hospital_is_folded_once_with_its_province_and_found_by_pinyin() -> None:
    speak("zh-CN")
    report = paper(places=_PLACES)
    folds = folds_of(report)
    assert [(name, len(some)) for name, some in folds[:2]] == [("湖北", 8), ("浙江", 5)]
    assert sorted(str(name) for _, some in folds for name, _ in some) == sorted(place.name for place in _PLACES)
    assert [name for name, _ in folds_of(report, "hangzhou")] == ["浙江"]
    assert [name for name, _ in folds_of(report, "hz")] == ["浙江"]
    assert folds_of(report, "上海") == []


def test_a_rate_of_nobody_is_a_dash_and_a_small_one_is_not_shown() -> None:
    none = ProtectedCount(0, CountStatus.SHOWN)
    assert unsaid(ProtectedRate(none, none, None, CountStatus.SUPPRESSED)) == "impact.of_nobody"
    assert unsaid(ProtectedRate(HIDDEN, HIDDEN, None, CountStatus.SUPPRESSED)) == "impact.hidden"
    assert unsaid(HIDDEN) == "impact.hidden"
