"""Words of shops that the labels themselves don't give: English synonyms,
names of groceries in Chinese, and words that the vocabulary should hold."""

# Labels of clothing.tar and of drawn pictures -> the label of products.jsonl
# that means the same.
SAME_TYPE = {
    "T-Shirt": "Tshirts", "Shirt": "Shirts", "Shorts": "Shorts", "Dress": "Dresses",
    "Skirt": "Skirts", "Undershirt": "Innerwear Vests", "Top": "Tops", "Blazer": "Blazers",
    "Body": "Rompers", "Hoodie": "Sweatshirts", "hoodie": "Sweatshirts", "crossbody bag": "Messenger Bag",
    "suitcase": "Trolley Bag", "tank top": "Innerwear Vests", "sneakers": "Casual Shoes",
    "running shoes": "Sports Shoes", "flat shoes": "Flats",
}

# Sub-category and category of types that products.jsonl has not.
FAMILY = {
    "Longsleeve": ("Topwear", "Apparel"), "Outwear": ("Topwear", "Apparel"), "Polo": ("Topwear", "Apparel"),
    "Blouse": ("Topwear", "Apparel"), "cardigan": ("Topwear", "Apparel"), "coat": ("Topwear", "Apparel"),
    "Pants": ("Bottomwear", "Apparel"), "Shoes": ("Shoes", "Footwear"), "boots": ("Shoes", "Footwear"),
    "tote bag": ("Bags", "Accessories"), "glasses": ("Eyewear", "Accessories"), "beanie": ("Headwear", "Accessories"),
    "bow tie": ("Ties", "Accessories"),
}

# Types that overlap: a picture of the one is neither right nor wrong for a
# text that names the other, so that pair is left out of the loss.
OVERLAP = [
    ("Outwear", "Jackets"), ("Outwear", "Sweaters"), ("Outwear", "Sweatshirts"), ("Outwear", "Rain Jacket"),
    ("Outwear", "Blazers"), ("Outwear", "Nehru Jackets"), ("Longsleeve", "Tshirts"), ("Longsleeve", "Sweatshirts"),
    ("Longsleeve", "Sweaters"), ("Longsleeve", "Tops"), ("Polo", "Tshirts"), ("Blouse", "Tops"), ("Blouse", "Shirts"),
    ("Hat", "Caps"), ("Pants", "Trousers"), ("Pants", "Jeans"), ("Pants", "Track Pants"), ("Pants", "Leggings"),
    ("Pants", "Lounge Pants"), ("Pants", "Capris"), ("Pants", "Jeggings"), ("Shoes", "Casual Shoes"),
    ("Shoes", "Sports Shoes"), ("Shoes", "Formal Shoes"), ("Shoes", "Heels"), ("Shoes", "Flats"), ("Shoes", "Booties"),
    ("Shoes", "Sandals"), ("Tops", "Tshirts"), ("Trousers", "Lounge Pants"), ("Flats", "Sandals"),
    ("Lounge Tshirts", "Tshirts"), ("Lounge Shorts", "Shorts"), ("Kurtas", "Kurtis"), ("Scarves", "Stoles"),
    ("Scarves", "Mufflers"), ("Sports Sandals", "Sandals"), ("Duffel Bag", "Trolley Bag"), ("Backpacks", "Rucksacks"),
    ("Backpacks", "Laptop Bag"), ("Trunk", "Boxers"), ("Trunk", "Briefs"), ("Camisoles", "Innerwear Vests"),
    ("Necklace and Chains", "Pendant"), ("Lipstick", "Lip Gloss"), ("Sweatshirts", "Jackets"),
    ("tote bag", "Handbags"), ("beanie", "Caps"), ("beanie", "Hat"), ("bow tie", "Ties"), ("cardigan", "Sweaters"),
    ("cardigan", "Outwear"), ("cardigan", "Sweatshirts"), ("coat", "Jackets"), ("coat", "Outwear"), ("boots", "Booties"),
    ("boots", "Shoes"), ("boots", "Casual Shoes"), ("boots", "Formal Shoes"), ("glasses", "Sunglasses"),
    ("Blouse", "Tunics"), ("Polo", "Tops"), ("Innerwear Vests", "Tops"), ("Innerwear Vests", "Tshirts"),
    ("Handbags", "Messenger Bag"), ("Handbags", "Clutches"), ("Casual Shoes", "Sports Shoes"), ("Flip Flops", "Sandals"),
]

# English ways to say a type; the first is the usual one. A type that is not
# here says its own name, singular and plural.
TYPES = {
    "Tshirts": ["t-shirt", "tshirt", "tee", "t shirt", "t-shirts", "tee shirt", "tees"],
    "Shirts": ["shirt", "shirts", "button-up shirt"],
    "Casual Shoes": ["casual shoes", "sneakers", "casual shoe"],
    "Watches": ["watch", "watches", "wristwatch"],
    "Sports Shoes": ["sports shoes", "running shoes", "trainers", "sneakers", "sports shoe", "sport shoes"],
    "Tops": ["top", "tops", "blouse"],
    "Handbags": ["handbag", "handbags", "bag", "purse", "shoulder bag"],
    "Heels": ["heels", "high heels", "pumps", "heeled shoes"],
    "Sunglasses": ["sunglasses", "shades", "sun glasses"],
    "Wallets": ["wallet", "wallets", "purse"],
    "Flip Flops": ["flip flops", "flip-flops", "slippers"],
    "Sandals": ["sandals", "sandal"],
    "Briefs": ["briefs", "underwear", "underpants"],
    "Belts": ["belt", "belts", "waist belt"],
    "Backpacks": ["backpack", "backpacks", "rucksack", "school bag"],
    "Socks": ["socks", "sock", "pair of socks"],
    "Formal Shoes": ["formal shoes", "dress shoes", "leather shoes", "oxford shoes"],
    "Perfume and Body Mist": ["perfume", "body mist", "fragrance", "perfumes", "cologne"],
    "Jeans": ["jeans", "denim pants", "denims"],
    "Shorts": ["shorts", "short pants"],
    "Trousers": ["trousers", "pants", "chinos", "slacks"],
    "Flats": ["flats", "flat shoes", "ballerinas", "ballet flats"],
    "Bra": ["bra", "bras", "brassiere"],
    "Dresses": ["dress", "dresses", "frock", "gown"],
    "Sarees": ["saree", "sari", "sarees"],
    "Earrings": ["earrings", "earring", "ear rings", "studs"],
    "Deodorant": ["deodorant", "deo", "antiperspirant"],
    "Nail Polish": ["nail polish", "nail varnish", "nail lacquer"],
    "Lipstick": ["lipstick", "lipsticks", "lip colour"],
    "Track Pants": ["track pants", "sweatpants", "joggers", "tracksuit bottoms"],
    "Clutches": ["clutch", "clutches", "clutch bag", "evening bag"],
    "Sweatshirts": ["sweatshirt", "sweatshirts", "hoodie", "hooded sweatshirt"],
    "Caps": ["cap", "caps", "baseball cap", "hat"],
    "Sweaters": ["sweater", "sweaters", "jumper", "pullover", "cardigan"],
    "Ties": ["tie", "ties", "necktie"],
    "Jackets": ["jacket", "jackets", "coat", "outerwear"],
    "Innerwear Vests": ["vest", "undershirt", "tank top", "innerwear vest"],
    "Nightdress": ["nightdress", "nightgown", "nightie"],
    "Leggings": ["leggings", "legging"],
    "Capris": ["capris", "capri pants", "cropped pants"],
    "Necklace and Chains": ["necklace", "chain", "necklaces"],
    "Pendant": ["pendant", "pendants", "locket"],
    "Night suits": ["night suit", "pyjamas", "pajamas", "sleepwear"],
    "Trunk": ["trunks", "trunk", "boxer briefs", "underwear"],
    "Skirts": ["skirt", "skirts"],
    "Scarves": ["scarf", "scarves"],
    "Ring": ["ring", "rings", "finger ring"],
    "Kajal and Eyeliner": ["eyeliner", "kajal", "kohl"],
    "Duffel Bag": ["duffel bag", "duffle bag", "gym bag", "travel bag"],
    "Bangle": ["bangle", "bangles"],
    "Laptop Bag": ["laptop bag", "computer bag", "briefcase"],
    "Foundation and Primer": ["foundation", "primer"],
    "Bracelet": ["bracelet", "bracelets", "wristband"],
    "Face Moisturisers": ["moisturiser", "face cream", "moisturizer"],
    "Highlighter and Blush": ["blush", "highlighter", "blusher"],
    "Boxers": ["boxers", "boxer shorts"],
    "Messenger Bag": ["messenger bag", "crossbody bag", "sling bag"],
    "Camisoles": ["camisole", "camisoles", "cami"],
    "Stockings": ["stockings", "hosiery"],
    "Swimwear": ["swimwear", "swimsuit", "bathing suit", "bikini"],
    "Jumpsuit": ["jumpsuit", "jumpsuits"],
    "Waistcoat": ["waistcoat", "waistcoats", "suit vest"],
    "Booties": ["booties", "ankle boots", "boots"],
    "Rompers": ["romper", "rompers", "baby bodysuit", "onesie"],
    "Blazers": ["blazer", "blazers", "suit jacket"],
    "Water Bottle": ["water bottle", "bottle"],
    "Umbrellas": ["umbrella", "umbrellas"],
    "Hat": ["hat", "hats"],
    "Trolley Bag": ["trolley bag", "suitcase", "luggage"],
    "Rain Jacket": ["rain jacket", "raincoat"],
    "Gloves": ["gloves", "glove"],
    "Key chain": ["key chain", "keychain", "key ring"],
    "Longsleeve": ["long sleeve t-shirt", "longsleeve", "long sleeve top", "long sleeved shirt"],
    "Outwear": ["jacket", "coat", "outerwear", "outwear"],
    "Polo": ["polo shirt", "polo", "polo t-shirt"],
    "Blouse": ["blouse", "blouses"],
    "Pants": ["pants", "trousers"],
    "Shoes": ["shoes", "shoe", "footwear"],
    "boots": ["boots", "boot"], "glasses": ["glasses", "eyeglasses", "spectacles"], "mug": ["mug", "cup", "mugs"],
    "coat": ["coat", "coats", "overcoat"], "beanie": ["beanie", "knit hat", "hat"], "tote bag": ["tote bag", "tote", "shopping bag"],
    "Satsumas": ["satsuma", "mandarin", "tangerine", "satsumas"],
    "Zucchini": ["zucchini", "courgette"],
    "Aubergine": ["aubergine", "eggplant"],
    "Red Beet": ["red beet", "beetroot", "beet"],
}
SUBS = {
    "Topwear": ["topwear", "tops", "top wear"], "Shoes": ["shoes", "shoe"], "Bags": ["bag", "bags"],
    "Bottomwear": ["bottomwear", "bottoms", "pants"], "Watches": ["watch", "watches"],
    "Innerwear": ["innerwear", "underwear"], "Jewellery": ["jewellery", "jewelry"], "Eyewear": ["eyewear", "glasses"],
    "Fragrance": ["fragrance", "perfume"], "Sandal": ["sandals", "sandal"],
    "Loungewear and Nightwear": ["nightwear", "loungewear", "sleepwear"], "Headwear": ["headwear", "hat", "hats"],
    "Apparel Set": ["outfit set", "apparel set"], "Skin Care": ["skin care", "skincare"], "Lips": ["lip makeup"],
    "Nails": ["nail makeup"], "Eyes": ["eye makeup"], "Makeup": ["makeup", "cosmetics"],
}
MASTERS = {
    "Apparel": ["clothes", "clothing", "apparel", "garment"], "Accessories": ["accessories", "accessory"],
    "Footwear": ["footwear", "shoes"], "Personal Care": ["personal care", "cosmetics", "beauty product"],
    "Sporting Goods": ["sporting goods", "sports equipment"], "Food": ["food", "groceries"],
}
MASTERS_ZH = {"Food": ["食品", "食物", "生鲜"]}
COLOURS = {
    "Grey": ["grey", "gray"], "Navy Blue": ["navy blue", "navy", "dark blue"], "Multi": ["multicolour", "multicolor", "colourful", "multi"],
    "Gold": ["gold", "golden"], "Maroon": ["maroon", "dark red"], "Olive": ["olive", "olive green"], "Off White": ["off white", "off-white", "ivory"],
    "Turquoise Blue": ["turquoise", "turquoise blue"], "Burgundy": ["burgundy", "wine red"], "Coffee Brown": ["coffee brown", "coffee"],
    "Charcoal": ["charcoal", "charcoal grey", "dark grey"], "Lavender": ["lavender", "light purple"], "Tan": ["tan", "light brown"],
    "Skin": ["skin", "nude", "skin colour"], "Lime Green": ["lime green", "lime"], "Purple": ["purple", "violet"],
}
GENDERS = {
    "Men": ["men's", "men", "mens", "male", "man"], "Women": ["women's", "women", "womens", "ladies", "lady", "female"],
    "Boys": ["boys", "boy's", "kids", "boy"], "Girls": ["girls", "girl's", "kids", "girl"], "Unisex": ["unisex"],
}
USAGES = {"Sports": ["sports", "sporty", "athletic", "sport"], "Ethnic": ["ethnic", "traditional"], "Formal": ["formal", "business", "office"]}
SEASONS = {"Fall": ["autumn", "fall"]}

# Patterns read off the name (only those that show in a picture), with the
# ways to say them; zh of the first word found in zh-terms.json's nameWords.
PATTERNS = {
    "printed": (["printed", "print", "prints"], ["印花"]), "striped": (["striped", "stripes", "stripe", "stripy"], ["条纹"]),
    "checked": (["checked", "check", "checks", "checkered", "plaid"], ["格子", "格纹"]), "solid": (["solid", "plain"], ["纯色", "素色"]),
    "floral": (["floral", "flower", "flowers"], ["花卉", "碎花", "印花"]), "polka dot": (["polka dot", "polka", "dots", "dotted", "spotted"], ["波点", "圆点"]),
    "graphic": (["graphic", "graphics"], ["图案"]), "embroidered": (["embroidered", "embroidery"], ["刺绣"]),
    "polo": (["polo"], ["Polo领", "翻领"]), "round neck": (["round neck", "crew neck"], ["圆领"]), "v-neck": (["v-neck", "v neck"], ["V领"]),
    "long sleeve": (["long sleeve", "full sleeve", "long sleeved"], ["长袖"]), "sleeveless": (["sleeveless"], ["无袖"]),
    "hooded": (["hooded", "hood"], ["连帽"]), "chronograph": (["chronograph"], ["计时"]), "digital": (["digital"], ["电子"]),
    "analogue": (["analogue", "analog"], ["指针式"]), "leather": (["leather"], ["皮革", "皮"]), "denim": (["denim"], ["牛仔"]),
    "canvas": (["canvas"], ["帆布"]), "aviator": (["aviator"], ["飞行员款"]), "lace": (["lace"], ["蕾丝"]), "pearl": (["pearl"], ["珍珠"]),
}

# Groceries in Chinese.
GROCERY_ZH = {
    "Alpro Blueberry Soyghurt": "蓝莓豆酸奶", "Alpro Fresh Soy Milk": "鲜豆奶", "Alpro Shelf Soy Milk": "豆奶",
    "Alpro Vanilla Soyghurt": "香草豆酸奶", "Anjou": "安茹梨", "Arla Ecological Medium Fat Milk": "有机中脂牛奶",
    "Arla Ecological Sour Cream": "有机酸奶油", "Arla Lactose Medium Fat Milk": "无乳糖牛奶", "Arla Medium Fat Milk": "中脂牛奶",
    "Arla Mild Vanilla Yoghurt": "香草酸奶", "Arla Natural Mild Low Fat Yoghurt": "低脂原味酸奶", "Arla Natural Yoghurt": "原味酸奶",
    "Arla Sour Cream": "酸奶油", "Arla Sour Milk": "酸牛奶", "Arla Standard Milk": "全脂牛奶", "Asparagus": "芦笋", "Aubergine": "茄子",
    "Avocado": "牛油果", "Banana": "香蕉", "Beef Tomato": "牛番茄", "Bravo Apple Juice": "苹果汁", "Bravo Orange Juice": "橙汁",
    "Brown Cap Mushroom": "褐菇", "Cabbage": "卷心菜", "Cantaloupe": "哈密瓜", "Carrots": "胡萝卜", "Conference": "会议梨",
    "Cucumber": "黄瓜", "Floury Potato": "粉质土豆", "Galia Melon": "加利亚甜瓜", "Garant Ecological Medium Fat Milk": "有机中脂牛奶",
    "Garant Ecological Standard Milk": "有机全脂牛奶", "Garlic": "大蒜", "Ginger": "生姜", "God Morgon Apple Juice": "苹果汁",
    "God Morgon Orange Juice": "橙汁", "God Morgon Orange Red Grapefruit Juice": "橙子红西柚汁", "God Morgon Red Grapefruit Juice": "红西柚汁",
    "Golden Delicious": "金帅苹果", "Granny Smith": "青苹果", "Green Bell Pepper": "青椒", "Honeydew Melon": "蜜瓜", "Kaiser": "凯撒梨",
    "Kiwi": "猕猴桃", "Leek": "韭葱", "Lemon": "柠檬", "Lime": "青柠", "Mango": "芒果", "Nectarine": "油桃", "Oatly Natural Oatghurt": "燕麦酸奶",
    "Oatly Oat Milk": "燕麦奶", "Orange": "橙子", "Orange Bell Pepper": "橙色甜椒", "Papaya": "木瓜", "Passion Fruit": "百香果", "Peach": "桃子",
    "Pineapple": "菠萝", "Pink Lady": "粉红佳人苹果", "Plum": "李子", "Pomegranate": "石榴", "Red Beet": "甜菜根", "Red Bell Pepper": "红甜椒",
    "Red Delicious": "红蛇果", "Red Grapefruit": "红西柚", "Regular Tomato": "番茄", "Royal Gala": "嘎啦苹果", "Satsumas": "蜜橘",
    "Solid Potato": "土豆", "Sweet Potato": "红薯", "Tropicana Apple Juice": "苹果汁", "Tropicana Golden Grapefruit": "西柚汁",
    "Tropicana Juice Smooth": "果汁", "Tropicana Mandarin Morning": "橘子汁", "Valio Vanilla Yoghurt": "香草酸奶", "Vine Tomato": "串番茄",
    "Watermelon": "西瓜", "Yellow Bell Pepper": "黄甜椒", "Yellow Onion": "洋葱", "Yoggi Strawberry Yoghurt": "草莓酸奶",
    "Yoggi Vanilla Yoghurt": "香草酸奶", "Zucchini": "西葫芦",
    "Soyghurt": "豆酸奶", "Soy Milk": "豆奶", "Pear": "梨", "Milk": "牛奶", "Sour Cream": "酸奶油", "Yoghurt": "酸奶", "Sour Milk": "酸牛奶",
    "Tomato": "西红柿", "Juice": "果汁", "Mushroom": "蘑菇", "Melon": "甜瓜", "Carrots ": "胡萝卜", "Potato": "土豆", "Apple": "苹果",
    "Pepper": "甜椒", "Oatghurt": "燕麦酸奶", "Oat Milk": "燕麦奶", "Onion": "洋葱",
}

# Words that a shop's texts use whether or not the training names do; they get
# a place in the vocabulary so that a later training can teach them.
SHOP_WORDS = """
a an and the of for with in on by from to at or no not new sale best top hot pack set pair piece pieces size small medium large mini big
xs xl xxl long short slim loose wide narrow thin thick high low mid light dark bright pale soft hard heavy
black white blue brown grey gray red green pink navy purple violet silver yellow beige gold golden maroon orange olive multi multicolor multicolour
multicoloured colourful colorful cream steel charcoal peach off ivory skin lavender khaki magenta teal tan mustard bronze copper turquoise rust burgundy
wine metallic coffee mauve rose nude sea mushroom taupe lime fluorescent neon aqua cyan indigo azure sky royal mint emerald coral salmon apricot amber
chocolate camel sand lilac plum crimson scarlet ruby fuchsia transparent clear colour color coloured colored
shirt shirts tshirt tshirts tee tees dress dresses skirt skirts jean jeans pant pants trouser trousers short shorts jacket jackets coat coats blazer
blazers suit suits sweater sweaters jumper pullover cardigan hoodie hoodies sweatshirt sweatshirts vest vests top tops blouse blouses tunic leggings
jumpsuit romper swimsuit bikini pyjamas pajamas robe bathrobe nightgown underwear bra briefs boxers socks sock stockings tights gown frock kimono
qipao cheongsam hanfu saree kurta poncho cape parka anorak trench raincoat windbreaker down fleece overalls dungarees uniform costume
shoe shoes boot boots bootie sneaker sneakers trainer trainers sandal sandals slipper slippers heel heels flat flats loafer loafers clog clogs
mule moccasin espadrille oxford derby pump pumps wedge platform
bag bags handbag backpack rucksack tote clutch purse wallet suitcase luggage briefcase pouch satchel crossbody shoulder sling duffel messenger
belt belts hat hats cap caps beanie beret scarf scarves glove gloves mitten tie ties bow bowtie watch watches sunglasses glasses spectacles
ring rings necklace bracelet bangle earring earrings pendant brooch chain jewellery jewelry cufflink cufflinks headband hairband hairpin umbrella
keychain perfume lipstick makeup cosmetics mascara eyeliner eyeshadow foundation blush powder lotion cream shampoo soap deodorant nail polish
chair chairs table tables sofa couch bed lamp lamps desk shelf cupboard cabinet wardrobe stool bench mirror rug carpet curtain curtains cushion
cushions pillow blanket towel vase clock candle pot pots plant plants mug mugs cup cups glass plate plates bowl bowls bottle bottles teapot kettle
pan pans knife fork spoon jar basket box tray
phone laptop tablet headphones earphones speaker camera keyboard mouse charger cable monitor television drone console
toy toys doll ball balls football basketball tennis bicycle bike helmet tent yoga mat dumbbell skateboard book books notebook pen pencil guitar
car truck train robot puzzle bear teddy
apple apples pear pears banana orange lemon lime grape grapes strawberry blueberry raspberry cherry peach plum mango pineapple melon watermelon
kiwi avocado tomato potato onion garlic ginger carrot cucumber pepper broccoli cabbage lettuce spinach mushroom corn pumpkin eggplant aubergine
zucchini courgette bean beans pea peas rice noodles pasta bread cake cookie cookies biscuit chocolate candy honey jam butter cheese milk yoghurt
yogurt egg eggs juice tea coffee water wine beer oil sugar salt sauce meat beef pork chicken fish shrimp sausage ham snack snacks nuts cereal soy
oat organic fresh fruit fruits vegetable vegetables food drink drinks grocery
cotton wool silk linen leather suede denim velvet lace satin chiffon polyester nylon cashmere knit knitted woven canvas fur faux rubber plastic metal
wood wooden bamboo ceramic porcelain glass stone marble steel stainless paper straw jute rattan cork pearl diamond crystal
striped stripe stripes plain solid printed print floral flower flowers flowery checked check checks checkered plaid tartan gingham polka dot dots
dotted spotted leopard zebra animal geometric abstract graphic logo embroidered camouflage camo paisley tropical heart hearts star stars
striped herringbone chevron argyle ombre gradient patterned pattern quilted pleated ruffled ripped distressed washed hooded sleeveless sleeve sleeves
sleeved collar neck round crew v turtleneck button zip zipper pocket pockets strap straps waist ankle knee maxi midi
men man mens women woman womens ladies lady boy boys girl girls kid kids child children baby toddler unisex male female adult teen
summer winter spring autumn fall casual formal sport sports sporty running training gym hiking travel party wedding office business work school
beach evening everyday home outdoor indoor kitchen garden vintage retro modern classic elegant cute fashion fashionable style stylish trendy ethnic
traditional waterproof warm cool comfortable breathable lightweight portable foldable wireless smart digital analog analogue automatic
picture photo image product item brand gift cheap
""".split()
SHOP_WORDS_ZH = """
的 款 新款 男 女 儿童 男士 女士 男款 女款 婴儿 学生 老人 情侣 通用 春 夏 秋 冬 四季 休闲 运动 正装 商务 派对 婚礼 旅行 户外 办公 居家 复古 时尚 简约 经典 可爱 优雅 性感 潮流 韩版 日系 欧美 中式
红 橙 黄 绿 青 蓝 紫 黑 白 灰 粉 棕 金 银 米 咖 杏 驼 卡其 藏青 酒红 玫红 天蓝 墨绿 深 浅 亮 荧光 透明 彩虹 渐变 拼色 撞色 纯色
衬衫 裙子 裤子 上衣 外套 大衣 羽绒服 棉服 风衣 西装 毛衣 针织衫 卫衣 马甲 背心 吊带 旗袍 汉服 牛仔 短裤 长裤 短裙 长裙 内衣 睡衣 泳衣 袜子 鞋 靴子 凉鞋 拖鞋 高跟鞋 帆布鞋 皮鞋 板鞋 帽 围巾 手套 皮带 领带 包 书包 钱包 手提袋 行李箱 手表 眼镜 墨镜 项链 耳环 戒指 手链 发夹 雨伞
椅子 桌子 沙发 床 灯 台灯 柜子 书架 镜子 地毯 窗帘 抱枕 枕头 毯子 毛巾 花瓶 时钟 蜡烛 花盆 植物 马克杯 杯子 玻璃杯 盘子 碗 瓶子 茶壶 水壶 锅 刀 叉 勺 篮子 盒子 手机 电脑 平板 耳机 音箱 相机 键盘 鼠标 充电器 电视 玩具 娃娃 球 自行车 头盔 帐篷 瑜伽垫 滑板 书 笔 吉他 汽车 机器人 拼图 小熊
苹果 梨 香蕉 橙子 柠檬 葡萄 草莓 蓝莓 樱桃 桃子 李子 芒果 菠萝 西瓜 哈密瓜 猕猴桃 牛油果 番茄 西红柿 土豆 洋葱 大蒜 生姜 胡萝卜 黄瓜 辣椒 西兰花 白菜 生菜 菠菜 蘑菇 玉米 南瓜 茄子 豆 米饭 面条 面包 蛋糕 饼干 巧克力 糖果 蜂蜜 果酱 黄油 奶酪 牛奶 酸奶 鸡蛋 果汁 茶 咖啡 水 酒 油 盐 酱油 醋 肉 牛肉 猪肉 鸡肉 鱼 虾 香肠 零食 坚果 麦片 水果 蔬菜 食品 饮料
棉 麻 丝绸 羊毛 羊绒 皮革 真皮 绒面 牛仔布 丝绒 蕾丝 雪纺 涤纶 尼龙 针织 帆布 塑料 金属 木 竹 陶瓷 玻璃 大理石 不锈钢 珍珠 水晶 钻石
条纹 格子 格纹 波点 圆点 印花 碎花 豹纹 几何 图案 刺绣 迷彩 字母 卡通 动物 花朵 爱心 星星 圆领 高领 翻领 立领 长袖 短袖 无袖 七分 修身 宽松 加厚 加绒 薄款 保暖 防水 透气 轻便 可折叠 无线 智能 自动 大码 小码 套装 礼盒 一双 一件 两件 图片 照片 商品 品牌 礼物 便宜 特价
""".split()

# What a shop's description says besides: nothing of it can be seen, so that the encoder learns to read past it.
REMARKS = (
    "Made to last.", "Free delivery on this item.", "Easy to wash and quick to dry.", "A gift that always fits.", "By a small workshop.",
    "Soft and comfortable all day.", "Looks as good at work as at the weekend.", "An easy fit for every day.", "Machine wash cold.",
    "Neat seams, good finish.", "Returns accepted within thirty days.", "Light to carry.", "New this season.", "Limited stock.",
    "Comes in a gift box.", "Our best seller.", "Made of cotton.", "In linen.", "In leather.", "In soft wool.", "Stainless steel.",
    "Finished by hand.", "Keeps its shape.", "Ships in two days.", "For home and office.", "With small accents.", "Size up if unsure.",
    "Designed for long days.", "Well made and easy to match.", "One year warranty.", "Suits every occasion.", "Comfortable to wear.",
)
REMARKS_ZH = (
    "日常百搭", "舒适透气", "做工精细", "送礼佳品", "新款上市", "包邮", "七天无理由退换", "轻便耐用", "易清洗", "柔软亲肤", "限量发售", "店长推荐",
    "四季皆宜", "棉质材质", "亚麻材质", "真皮材质", "羊毛材质", "不锈钢材质", "通勤休闲皆宜", "版型挺括", "附礼盒", "手工制作", "质量保证",
    "库存不多", "经久耐用", "人气爆款", "品质之选", "走线结实",
)
