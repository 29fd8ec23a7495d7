"""What no picture of a shop's clothes, bags and groceries shows, in English and Chinese: asked for it, the encoder shall
be close to nothing. Animals, vehicles, buildings, nature, people at work, and words that name no thing at all."""

from __future__ import annotations

import numpy as np

THINGS = (
    ("cat", "猫"), ("kitten", "小猫"), ("dog", "狗"), ("puppy", "小狗"), ("horse", "马"), ("cow", "牛"), ("sheep", "绵羊"), ("pig", "猪"),
    ("bird", "鸟"), ("parrot", "鹦鹉"), ("eagle", "老鹰"), ("owl", "猫头鹰"), ("fish", "鱼"), ("shark", "鲨鱼"), ("whale", "鲸鱼"),
    ("elephant", "大象"), ("lion", "狮子"), ("tiger", "老虎"), ("monkey", "猴子"), ("bear", "熊"), ("panda", "熊猫"), ("rabbit", "兔子"),
    ("mouse", "老鼠"), ("snake", "蛇"), ("frog", "青蛙"), ("spider", "蜘蛛"), ("bee", "蜜蜂"), ("butterfly", "蝴蝶"), ("dinosaur", "恐龙"),
    ("car", "汽车"), ("truck", "卡车"), ("bus", "公共汽车"), ("train", "火车"), ("airplane", "飞机"), ("helicopter", "直升机"), ("ship", "轮船"),
    ("boat", "小船"), ("bicycle", "自行车"), ("motorcycle", "摩托车"), ("tractor", "拖拉机"), ("rocket", "火箭"), ("satellite", "卫星"),
    ("house", "房子"), ("castle", "城堡"), ("church", "教堂"), ("temple", "寺庙"), ("bridge", "桥"), ("tower", "塔"), ("skyscraper", "摩天大楼"),
    ("street", "街道"), ("city at night", "夜晚的城市"), ("road", "公路"), ("factory", "工厂"), ("school", "学校"), ("hospital", "医院"),
    ("mountain", "山"), ("river", "河流"), ("lake", "湖"), ("ocean", "海洋"), ("beach", "海滩"), ("desert", "沙漠"), ("forest", "森林"),
    ("tree", "树"), ("waterfall", "瀑布"), ("volcano", "火山"), ("sunset", "日落"), ("cloud", "云"), ("rain", "雨"), ("snow", "雪"),
    ("moon", "月亮"), ("galaxy", "银河"), ("planet", "行星"), ("fire", "火"), ("lightning", "闪电"), ("rainbow", "彩虹"), ("cave", "山洞"),
    ("astronaut", "宇航员"), ("doctor", "医生"), ("teacher", "老师"), ("soldier", "士兵"), ("football match", "足球比赛"), ("concert", "音乐会"),
    ("wedding", "婚礼"), ("crowd of people", "人群"), ("sofa", "沙发"), ("bed", "床"), ("dining table", "餐桌"), ("refrigerator", "冰箱"),
    ("washing machine", "洗衣机"), ("television", "电视"), ("laptop", "笔记本电脑"), ("keyboard", "键盘"), ("telephone", "电话"), ("camera", "照相机"),
    ("piano", "钢琴"), ("guitar", "吉他"), ("violin", "小提琴"), ("hammer", "锤子"), ("ladder", "梯子"), ("bathtub", "浴缸"), ("window", "窗户"),
    ("pizza", "披萨"), ("birthday cake", "生日蛋糕"), ("sushi", "寿司"), ("hamburger", "汉堡"), ("map", "地图"), ("newspaper", "报纸"),
    ("hello", "你好"), ("good morning", "早上好"), ("weather", "天气"), ("history", "历史"), ("music", "音乐"), ("mathematics", "数学"),
    ("how are you", "你好吗"), ("invoice", "发票"), ("password", "密码"), ("the quick brown fox", "今天星期几"), ("love", "爱"), ("war", "战争"),
)
ADJECTIVES = (("red", "红色"), ("blue", "蓝色"), ("black", "黑色"), ("white", "白色"), ("green", "绿色"), ("small", "小"), ("big", "大"),
              ("old", "旧"), ("brown", "棕色"), ("yellow", "黄色"))
FRAMES = ("{}", "{}", "{}", "a {}", "a photo of a {}", "picture of a {}", "an image of {}", "{} in the background")
FRAMES_ZH = ("{}", "{}", "{}", "一张{}的照片", "{}的图片", "{}照片", "有{}的画面")


def foreign_texts(count: int, rng: np.random.Generator) -> list[str]:
    texts = []
    for _ in range(count):
        language = int(rng.random() < 0.5)
        thing = THINGS[int(rng.integers(len(THINGS)))][language]
        if rng.random() < 0.25:
            adjective = ADJECTIVES[int(rng.integers(len(ADJECTIVES)))][language]
            thing = adjective + ("的" if rng.random() < 0.5 else "") + thing if language else f"{adjective} {thing}"
        frames = FRAMES_ZH if language else FRAMES
        texts.append(frames[int(rng.integers(len(frames)))].format(thing))
    return texts
