"""The demo program's organizations, all fictional."""

from collections.abc import Sequence
from dataclasses import dataclass

from coord.demo import names
from coord.organizations.tables import OrganizationKind as Kind
from coord.programs.tables import Part

PROGRAM = "DIP"
PROGRAM_NAME = "抑郁症干预示范项目（虚构）"
NORTH, SOUTH = "H001", "H002"
FOUNDATION, SPONSOR, CENTER, AGENCY = "F01", "S01", "C01", "A01"


@dataclass(frozen=True, slots=True)
class Place:
    """An organization, where it is and as what it takes part."""

    code: str
    name: str
    kind: Kind
    part: Part | None
    province: str
    city: str
    district: str | None = None


PARTNERS: Sequence[Place] = (
    Place(FOUNDATION, "明灯公益基金会（虚构）", Kind.FOUNDATION, Part.FOUNDATION, "北京", "北京", "东城区"),
    Place("A01", "同心社会工作服务中心", Kind.AGENCY, Part.AGENCY, "北京", "北京", "朝阳区"),
    Place("A02", "禾苗社会工作发展中心", Kind.AGENCY, Part.AGENCY, "北京", "北京", "丰台区"),
    Place("A03", "江畔社会工作服务中心", Kind.AGENCY, Part.AGENCY, "湖北", "武汉", "武昌区"),
    Place("A04", "楚心社工事务所", Kind.AGENCY, Part.AGENCY, "湖北", "武汉", "江岸区"),
    Place("A05", "向阳花社会工作站", Kind.AGENCY, Part.AGENCY, "湖北", "黄冈", None),
    Place("AS1", "晴川医院协会（虚构）", Kind.ASSOCIATION, Part.ASSOCIATION, "湖北", "武汉", None),
    Place(SPONSOR, "清泉饮品有限公司（虚构）", Kind.SPONSOR, Part.SPONSOR, "广东", "深圳", None),
    Place("S02", "远帆物流有限公司（虚构）", Kind.SPONSOR, Part.SPONSOR, "湖北", "武汉", None),
    Place(CENTER, "青屏社区康复中心", Kind.COMMUNITY_ORG, Part.COMMUNITY, "北京", "北京", "海淀区"),
)

DEMO_HOSPITALS: Sequence[Place] = (
    Place(NORTH, "北岸医院 North Hospital", Kind.HOSPITAL, Part.HOSPITAL, "北京", "北京", "海淀区"),
    Place(SOUTH, "南湖医院 South Hospital", Kind.HOSPITAL, Part.HOSPITAL, "湖北", "武汉", "武昌区"),
    Place("H003", "安澜精神卫生中心", Kind.HOSPITAL, Part.HOSPITAL, "北京", "北京", "昌平区"),
    Place("H004", "长汀河中医院", Kind.HOSPITAL, Part.HOSPITAL, "北京", "北京", "通州区"),
    Place("H005", "兴和医院", Kind.HOSPITAL, Part.HOSPITAL, "北京", "北京", "丰台区"),
    Place("H006", "松坪医院", Kind.HOSPITAL, Part.HOSPITAL, "北京", "北京", "石景山区"),
    Place("H007", "白鹭医院", Kind.HOSPITAL, Part.HOSPITAL, "湖北", "武汉", "江岸区"),
    Place("H008", "锦水精神卫生中心", Kind.HOSPITAL, Part.HOSPITAL, "湖北", "武汉", "汉阳区"),
    Place("H009", "临汐医院", Kind.HOSPITAL, Part.HOSPITAL, "湖北", "武汉", "洪山区"),
    Place("H010", "望江中医院", Kind.HOSPITAL, Part.HOSPITAL, "湖北", "武汉", "江汉区"),
    Place("H011", "云岫县人民医院", Kind.HOSPITAL, Part.HOSPITAL, "北京", "北京", "延庆区"),
    Place("H012", "石桥县人民医院", Kind.HOSPITAL, Part.HOSPITAL, "湖北", "黄冈", "石桥县"),
)

_CITIES = (("北京", "北京"), ("湖北", "武汉"), ("湖北", "黄冈"), ("湖北", "宜昌"))


def hospitals(number: int) -> Sequence[Place]:
    """The first ``number`` hospitals: those of the demo program, then made-up ones."""
    more = (
        Place(f"H{n + 1:03d}", names.hospital(n - len(DEMO_HOSPITALS)), Kind.HOSPITAL, Part.HOSPITAL, *_CITIES[n % 4])
        for n in range(len(DEMO_HOSPITALS), number)
    )
    return (*DEMO_HOSPITALS[:number], *more)
