"""The trades a shop can have: their names, their emoji and the words people use for them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from commerce.folding import fold

OTHER = "other"


@dataclass(frozen=True, slots=True)
class Trade:
    """``word`` is how town files and flows name it; ``synonyms`` are further words that people type;
    ``register`` are parts of the public shop register's category names."""

    word: str
    name: Mapping[str, str]
    emoji: str
    synonyms: tuple[str, ...] = ()
    register: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """Every name it goes by, each once."""
        return tuple(dict.fromkeys((*self.name.values(), *self.synonyms)))


def _trade(word: str, ko: str, en: str, emoji: str, synonyms: str, register: str = "") -> Trade:
    return Trade(word, {"ko": ko, "en": en}, emoji, _words(synonyms), _words(register))


def _words(written: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in written.split(",") if word.strip())


_ALL = (
    _trade("chicken", "치킨", "Chicken", "🍗",
           "치킨집, 통닭, 통닭집, 닭집, 닭강정, 치맥, chicken place, chicken shop, fried chicken place", "치킨, 통닭, 닭강정"),
    _trade("cafe", "카페", "Café", "☕",
           "커피, 커피숍, 커피집, 커피 전문점, 찻집, 다방, coffee, coffee shop, coffee place, cafe, tea house",
           "카페, 커피, 다방, 찻집"),
    _trade("bunsik", "분식", "Bunsik", "🍢",
           "분식집, 김밥집, 떡볶이집, 스낵, snack bar, korean snacks, tteokbokki place, gimbap place",
           "분식, 김밥, 떡볶이, 만두"),
    _trade("chinese", "중식", "Chinese food", "🥟",
           "중국집, 중국 음식, 중화요리, 짜장면집, 짬뽕집, 마라탕집, 양꼬치집, chinese, chinese restaurant, chinese place",
           "중국, 중식, 마라탕, 훠궈"),
    _trade("korean", "한식", "Korean food", "🍚",
           "한식집, 백반집, 밥집, 국밥집, 찌개집, 한국 음식, 국수집, korean, korean restaurant",
           "한식, 백반, 한정식, 국/탕, 찌개, 국밥, 국수, 칼국수, 냉면, 부침개, 해장국, 설렁탕, 곰탕, 죽"),
    _trade("bossam", "족발·보쌈", "Jokbal and bossam", "🍖", "족발, 보쌈, 족발집, 보쌈집, jokbal, bossam", "족발, 보쌈"),
    _trade("barbecue", "고깃집", "Korean barbecue", "🥓",
           "고기집, 삼겹살집, 갈비집, 구이집, 곱창집, barbecue, bbq, korean bbq, grill",
           "고기 구이, 고기구이, 삼겹살, 갈비, 곱창, 구이/찜"),
    _trade("japanese", "일식", "Japanese food", "🍣",
           "일식집, 초밥집, 스시, 초밥, 돈까스집, 돈가스집, 라멘집, 일본 음식, japanese, sushi, sushi place, ramen place",
           "일식, 초밥, 돈가스, 돈까스, 라멘, 참치"),
    _trade("seafood", "횟집", "Raw fish and seafood", "🐟", "해산물, 생선구이집, 조개구이집, seafood, fish restaurant",
           "횟집, 해산물, 조개, 복 구이, 생선, 장어"),
    _trade("western", "양식", "Western food", "🍝",
           "양식집, 파스타집, 스테이크집, 레스토랑, 경양식, western, italian, pasta place, steak house",
           "경양식, 양식, 파스타, 스테이크, 패밀리레스토랑, 이탈리"),
    _trade("asian", "아시아 음식", "Asian food", "🍜",
           "쌀국수집, 베트남 음식, 태국 음식, 인도 음식, 카레집, asian, vietnamese, thai, indian, pho place",
           "베트남, 동남아, 태국, 인도, 외국식"),
    _trade("pizza", "피자", "Pizza", "🍕", "피자집, pizza place, pizzeria", "피자"),
    _trade("burger", "버거", "Burgers", "🍔", "햄버거, 햄버거집, 버거집, 수제버거, burger, hamburger, burger place",
           "버거, 패스트푸드"),
    _trade("sandwich", "샌드위치·샐러드", "Sandwiches and salads", "🥪",
           "샌드위치, 샐러드, 토스트, 샌드위치집, 샐러드집, 토스트집, sandwich, salad, toast", "샌드위치, 샐러드, 토스트"),
    _trade("bakery", "빵집", "Bakery", "🥐",
           "베이커리, 제과점, 빵, 케이크집, 케이크 가게, 도넛 가게, bakery, bread, cake shop, donuts",
           "빵/도넛, 제과, 베이커리, 도넛, 케이크"),
    _trade("ricecake", "떡집", "Rice cakes", "🍡", "떡, 한과, 떡가게, rice cake, rice cake shop, tteok", "떡/한과, 떡집, 한과"),
    _trade("dessert", "디저트", "Dessert", "🍨",
           "아이스크림, 빙수, 빙수집, 디저트 가게, 와플, dessert, ice cream, bingsu", "아이스크림, 빙수, 디저트"),
    _trade("pub", "술집", "Pub", "🍺", "호프, 호프집, 맥주집, 포차, 이자카야, 주점, 와인바, bar, pub, beer, tavern",
           "주점, 생맥주, 호프, 소주방, 포장마차, 맥주"),
    _trade("sidedish", "반찬 가게", "Side dishes", "🥗", "반찬, 반찬집, 반찬 가게, side dishes, banchan", "반찬"),
    _trade("butcher", "정육점", "Butcher", "🥩", "고기, 정육, 정육식당, 푸줏간, butcher, butchery, meat shop",
           "정육, 육류, 축산물"),
    _trade("fishmonger", "생선 가게", "Fishmonger", "🐠", "수산, 생선, 수산물 가게, fishmonger, fish shop", "수산물"),
    _trade("greengrocer", "과일·채소", "Fruit and vegetables", "🍎",
           "과일, 과일 가게, 과일집, 채소 가게, 야채 가게, 야채, 청과, fruit, fruit shop, greengrocer, vegetables",
           "과일, 채소, 야채, 청과"),
    _trade("supermarket", "슈퍼", "Supermarket", "🛒", "마트, 슈퍼마켓, 동네 슈퍼, 식자재, mart, grocery, grocery store",
           "슈퍼마켓, 마트, 종합소매, 식료품"),
    _trade("convenience", "편의점", "Convenience store", "🏪", "convenience, corner shop, corner store", "편의점"),
    _trade("florist", "꽃집", "Florist", "💐", "꽃, 꽃가게, 꽃배달, 화원, 플라워, florist, flowers, flower shop", "꽃, 화원, 화훼"),
    _trade("laundry", "세탁소", "Laundry", "🧺", "세탁, 빨래방, 드라이클리닝, 코인 빨래방, laundry, dry cleaner, laundromat",
           "세탁, 빨래방"),
    _trade("hairdresser", "미용실", "Hairdresser", "💇",
           "머리, 헤어숍, 헤어샵, 이발소, 바버숍, 바버샵, 미장원, hair salon, hairdresser, barber, barbershop", "미용실, 이발, 헤어"),
    _trade("beauty", "피부·네일", "Beauty and nails", "💅",
           "네일, 네일샵, 네일숍, 피부관리실, 왁싱, 화장품, nail salon, beauty salon, cosmetics", "네일, 피부, 미용업, 화장품"),
    _trade("pharmacy", "약국", "Pharmacy", "💊", "약, 약방, pharmacy, drugstore, chemist", "약국"),
    _trade("bookshop", "서점", "Bookshop", "📚", "책방, 책, 동네 책방, 헌책방, bookshop, bookstore, books", "서점, 서적, 책방"),
    _trade("stationery", "문구점", "Stationery", "✏️", "문방구, 문구, 화방, stationery, stationer", "문구, 문방구, 회화용품"),
    _trade("optician", "안경점", "Optician", "👓", "안경, 안경원, 안경집, optician, glasses", "안경"),
    _trade("hardware", "철물점", "Hardware shop", "🔧", "철물, 공구, 전파사, hardware, hardware store, tools", "철물, 공구"),
    _trade("pets", "반려동물 용품", "Pet shop", "🐶", "애견, 애견용품, 펫숍, 펫샵, 애완동물, 동물용품, pet shop, pet supplies",
           "애완, 반려동물, 애견"),
    _trade("clothing", "옷 가게", "Clothes", "👕", "옷, 옷집, 의류, 수선집, clothes, clothing, tailor", "의류, 의복, 수선"),
    _trade("bicycle", "자전거", "Bicycles", "🚲", "자전거 가게, 자전거포, 자전거 수리, bike shop, bicycle, bicycle shop", "자전거"),
    _trade("photo", "사진관", "Photo studio", "📷", "사진, 증명사진, 스튜디오, photo studio, photographer", "사진"),
    _trade(OTHER, "가게", "Shop", "🏬", ""),
)  # fmt: skip

KNOWN: Mapping[str, Trade] = {trade.word: trade for trade in _ALL}

_BY_NAME = {fold(name): trade for trade in reversed(_ALL) for name in (trade.word, *trade.names) if trade.word != OTHER}


def trade(word: str) -> Trade:
    """The trade of that word; an unknown word is a trade of that name."""
    return KNOWN.get(word) or Trade(word, {"ko": word, "en": word}, KNOWN[OTHER].emoji)


def find(text: str) -> Trade | None:
    """The known trade that ``text`` names, by any of its names, ignoring case and spaces."""
    return _BY_NAME.get(fold(text))


def of_register(*categories: str) -> str:
    """The trade word for the register's category names, narrowest first; "other" when none is known."""
    for category in categories:
        for known in _ALL:
            if any(part in category for part in known.register):
                return known.word
    return OTHER
