"""Invented names and words. No real person, hospital or agency is meant."""

import random
from dataclasses import dataclass

from coord.demo.chance import often

_SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆"
    "汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤仇单解查"
)
_DOUBLE_SURNAMES = ("欧阳", "上官", "司马", "诸葛")
_FEMALE = (
    "敏", "静", "秀兰", "丽华", "桂英", "芳", "梦琪", "雨桐", "晓燕", "玉梅", "婷", "雪", "佳怡", "淑珍", "慧", "欣怡",
    "春梅", "红霞", "思雨", "美玲", "凤英", "倩", "海燕", "若曦", "莉", "月娥", "诗涵", "彩云", "巧珍", "琳",
)  # fmt: skip
_MALE = (
    "伟", "强", "建国", "志明", "浩", "子轩", "国庆", "文斌", "俊杰", "磊", "涛", "宇航", "德胜", "海波", "鹏", "立新",
    "晨", "明辉", "永福", "振华", "凯", "家豪", "长江", "学军", "超", "博文", "金山", "少华", "峰", "天佑",
)  # fmt: skip
_DOUBLE_PERCENT, _WOMEN_PERCENT = 1, 62

HOSPITAL_PLACES = (
    "安澜", "白鹭", "长汀河", "临汐", "锦水", "平远川", "松坪", "兴和", "南湾", "青岗", "云岫", "石桥", "柳浪", "望江",
    "栖霞岭", "丰泽", "永宁", "嘉禾", "晴川", "龙泉",
)  # fmt: skip
HOSPITAL_KINDS = ("市第一人民医院", "市精神卫生中心", "市中医院", "县人民医院", "市安宁医院", "市中心医院")

_OPENINGS = (
    "情绪较上次平稳",
    "睡眠仍差",
    "担心住院费用",
    "愿意谈家里的事",
    "对吃药有顾虑",
    "今天话不多",
    "主动来找社工",
)
_STEPS = ("约下周再谈", "已转告主管护士", "陪同复诊", "给了求助电话", "建议家属同来", "继续跟进")


@dataclass(frozen=True, slots=True)
class Name:
    """A person's name and whether it is a woman's."""

    text: str
    female: bool


def person(rng: random.Random) -> Name:
    """A Chinese name; about one in a hundred has a surname of two characters."""
    female = often(rng, _WOMEN_PERCENT)
    surname = rng.choice(_DOUBLE_SURNAMES) if often(rng, _DOUBLE_PERCENT) else rng.choice(_SURNAMES)
    return Name(surname + rng.choice(_FEMALE if female else _MALE), female)


def note(rng: random.Random) -> str:
    """A short process note."""
    return f"{rng.choice(_OPENINGS)}，{rng.choice(_STEPS)}。"


def phone(rng: random.Random) -> str:
    """A number in a block that is given to nobody."""
    return f"1000{rng.randrange(10**7):07d}"


def hospital(number: int) -> str:
    """The name of the n-th further hospital (from 0); all different up to 120."""
    place = HOSPITAL_PLACES[number % len(HOSPITAL_PLACES)]
    return place + HOSPITAL_KINDS[number // len(HOSPITAL_PLACES) % len(HOSPITAL_KINDS)]
