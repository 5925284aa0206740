"""Readings so sure that no model is asked: whole texts by intent."""

from __future__ import annotations

from nlu.patterns import Pattern
from nlu.understanding import Role

_END = r"(?:요|용|여|욤|염|해요|해줘|해줘요|해주세요|할게|할게요|할께요|할래|할래요|하고싶어|하고싶어요|합니다|하겠습니다|부탁해요|부탁드려요|부탁드립니다|시켜주세요|ㄱㄱ)?"
_PLEASE = r"(?:please|pls|plz)?"
_ANY = {
    "cancel": rf"(?:아니|아|에이|그냥|됐어|음|저기|죄송한데|미안한데|다|야|요)*(?:취소{_END}|그만{_END}|그만둘게요?|그만둘래요?|관둘래요?|(?:주문(?:은)?)?안(?:시킬|살|사먹을)(?:래요?|게요?)|주문(?:은)?안할(?:래요?|게요?)|(?:다음|나중)에(?:다시)?(?:시킬|주문할|할)(?:게요?|래요?))"
    rf"|(?:ok|okay|oh|no|nah|ah|well|fine|alright|allright|right|actually|sorry|hm+|ugh|just|then|yeah|please)*(?:cancel(?:it|this|that|everything|all)?{_PLEASE}|(?:nevermind|nvm|forgetit|forgetaboutit|dropit){{1,3}})(?:then|now|please|thanks|sorry)*|stop|quit",
    "restart": r"처음으로(?:가줘|가주세요|돌아가줘|돌아갈래요?|갈래요?|갈게요?)?|처음부터(?:다시)?(?:할래요?|할게요?|요)?|처음화면(?:으로)?|메인(?:으로|메뉴)?|홈(?:으로)?|다시시작|start|startover|startagain|restart|reset|home|mainmenu|begin",
    "help": rf"도움말{_END}|도움{_END}|도와줘요?|도와주세요|사용법|헬프|help(?:me)?{_PLEASE}|howdoesthiswork|whatcanyoudo",
    "handoff": rf"상담원{_END}|상담사{_END}|상담{_END}|상담원(?:이랑)?연결{_END}|상담원바꿔(?:줘요?|주세요)|사람(?:이랑|하고)?(?:연결|얘기|통화){_END}|사람바꿔(?:줘요?|주세요)|고객센터(?:연결)?{_END}"
    rf"|agent{_PLEASE}|human{_PLEASE}|operator{_PLEASE}|representative|realperson|(?:talk|speak)to(?:a|an|the)?(?:human|person|agent|realperson|someone)",
    "affirm": r"(?:네|넵|넹|넴|눼|예|옙|옛|응|웅|엉|어|ㅇ|ㅇㅇ|ㅇㅋ|오키|오케이|오케|ㅇㅋㅇㅋ|그래|그래요|그럼요|그러세요|좋아|좋아요|좋습니다|좋지|좋네요|콜|맞아|맞아요|맞습니다|맞음|당연하지|당연하죠|그렇게해주세요|그렇게해줘요?|그렇게할게요|알겠어요|알겠습니다|"
    r"yes|y|yeah|yep|yup|ya|yea|ok|okay|okey|k|sure|ofcourse|right|correct|fine|soundsgood|thatsright|absolutely|definitely|goahead|doit|please){1,3}(?:please|thanks|pls)?",
    "deny": r"(?:아니|아니요|아니오|아뇨|아녀|아니야|아니에요|아닙니다|ㄴ|ㄴㄴ|노|노노|놉|싫어|싫어요|싫습니다|안돼|안돼요|안됩니다|안할래요?|안할게요?|취소(?:는|은)?(?:안할(?:게요?|래요?|거예요)|하지(?:마|말)(?:요|세요|아요|아주세요)?)|괜찮아요|괜찮습니다|됐습니다|no|n|nope|nah|notreally|nothanks|nothankyou|dont|not){1,3}|(?:no)?(?:dont|donot)cancel(?:it|that|theorder|myorder)?(?:please)?"
    r"|(?:ok|oh|no|actually|sorry)*(?:nevermind|nvm|forgetit)(?:just)?(?:keep|leave)(?:it|them|that|theorder|myorder)(?:as(?:it)?is)?(?:please|thanks)?",
    "greet": r"(?:안녕|안녕하세요|안녕하십니까|하이|헬로|ㅎㅇ|ㅎㅇㅎㅇ|hi|hello|hey|hithere|hellothere|goodmorning|goodevening|goodafternoon){1,2}",
    "thanks": r"(?:정말|너무|진짜)?(?:감사|감사합니다|감사해요|고마워|고마워요|고맙습니다|땡큐|ㄱㅅ|ㄳ|thanks|thankyou|thx|ty|cheers)(?:alot|somuch|verymuch)?",
    "skip": r"건너뛰기|건너뛸게요?|패스(?:할게요?|요)?|스킵(?:할게요?|요)?|넘어갈게요?|넘어가요?|넘어가주세요|넘어가줘요?|넘어가죠|넘어가자|넘길게요?|비워둘게요?|비워두세요|비워둬요?|비울게요|그냥비워둘게요|다음(?:으로)?|생략|없음|skip(?:it|this|thisone)?|leaveit(?:blank|empty)|leavethat(?:blank|empty)|moveon|pass|next|none|nothanksskip",
    "register_shop": rf"(?:우리|내|제|저희)?(?:가게|매장|점포|식당|상점)(?:를|을)?(?:새로)?등록{_END}|입점{_END}|입점신청{_END}|register(?:my|a|our)?(?:shop|store|restaurant)|(?:add|signup)(?:my|our)(?:shop|store|restaurant)",
    "accept_invitation": r"/?join",
}
_CONSUMER = {
    "give_address": r"(?:배달|배송)?(?:받을)?(?:주소|배송지|배달지|배달주소)(?:를|좀|도)?(?:다시)?(?:바꿀|바꾸(?:고싶|려|면|게)|변경|수정|고칠|고치(?:고싶|려))\S*|(?:can|could|may)?(?:you|i)?(?:please)?change(?:my|the)(?:delivery)?address(?:please)?",
    "checkout": rf"(?:이대로|이렇게|이제|바로|그럼|다골랐어요|다담았어요)?(?:주문|결제|계산){_END}|주문완료|주문넣어(?:줘요?|주세요)|checkout|placeorder|placetheorder|pay|paynow|orderit|ordernow|illpay|(?:ok|okay|right|and)?(?:thats|that'?llbe|thatis)(?:all|it|everything)(?:forme|forus|thanks|please)?|(?:finish|wrap)(?:it)?up(?:here)?{_PLEASE}|그게다예요|그게전부예요",
    "find_shop": r"(?:아|나|너무|진짜|완전|지금|좀)*배고(?:파|프다|픔|프네|파서|픈데|파죽겠(?:다|어|네))(?:요|용|ㅠ|ㅜ)*|(?:오늘|우리|점심|저녁|야식)?(?:은|에)?(?:뭐|뭘|머)먹(?:지|을까|을래|나|음|을까나|는게좋을까)(?:요)?|(?:im|i'm|iam)?(?:so|very|really)?(?:hungry|starving)",
    "show_menu": rf"메뉴{_END}|메뉴판{_END}|메뉴(?:판)?(?:좀)?(?:보여줘요?|보여주세요|볼게요?|볼래요?|보자|주세요)|menu{_PLEASE}|(?:showme|see)(?:the|your)?menu",
    "show_cart": r"장바구니(?:보기|좀|보여줘요?|보여주세요|볼게요?|확인)?|카트|담은거(?:보여줘요?|보여주세요)|cart|mycart|basket|showmycart|viewcart",
    "clear_cart": r"(?:장바구니|카트)(?:다|싹|전부|모두)?비(?:우기|우고|워줘요?|워주세요)|(?:다|전부|모두|싹)(?:비워|빼|지워)(?:줘요?|주세요)|clear(?:my|the)?cart|empty(?:my|the)?(?:cart|basket)",
    "cancel_order": rf"(?:이|내|제|그|방금)?주문(?:한거)?(?:을)?취소{_END}|cancel(?:my|the|this)order{_PLEASE}",
    "choose_delivery": rf"배달(?:로|이요|로요)?{_END}|배달로(?:할게요?|할래요?|해주세요|부탁드려요)|delivery{_PLEASE}|deliver(?:it)?{_PLEASE}|deliveredplease",
    "choose_pickup": rf"(?:포장|픽업|방문포장|테이크아웃)(?:으로|이요|으로요)?{_END}|(?:포장|픽업)으로(?:할게요?|할래요?|해주세요)|(?:가지러|찾으러)갈게요?|pickup{_PLEASE}|takeaway|takeout|togo|illpickitup|collection",
    "show_coupons": r"쿠폰(?:함|있어요?|있나요|있어|보기|보여줘요?|보여주세요|확인|조회)?|(?:내|제)쿠폰|coupons?|mycoupons?|anycoupons?",
    "claim_coupon": r"쿠폰(?:을)?(?:받을게요?|받을래요?|받기|줘요?|주세요|다운)|getcoupon|claim(?:the)?coupon|getthecoupon",
    "order_status": r"언제(?:쯤)?(?:와요?|오나요|와|도착해요?|되나요|돼요?|나와요?)|(?:지금)?어디(?:쯤)?(?:이에요|예요|에요|야|왔어요?|오고있어요?|인가요)|(?:얼마나|몇분(?:이나|정도|쯤)?)(?:더)?(?:걸려요?|걸리나요|남았어요?)|주문(?:상태|현황)|내주문(?:어디|언제와요?)?|wheresmyorder|whereismyorder|orderstatus|howlong|eta|whenwillitarrive|isitready",
    "my_orders": r"(?:내|제|지난|이전)?주문(?:내역|목록|기록)(?:보여줘요?|보여주세요|요)?|(?:내|제|지난)주문|myorders|orderhistory|pastorders",
}
_MERCHANT = {
    "merchant_orders_today": r"(?:오늘)?(?:들어온)?주문(?:내역|목록|현황|들)?(?:좀)?(?:보여줘요?|보여주세요|볼게요?|확인|있어요?|알려줘요?)?|오늘주문|today'?s?orders|orderstoday|orders",
    "merchant_sales": r"(?:오늘|이번주|어제|이번달)?(?:의)?매출(?:액)?(?:은|이|요|좀|얼마(?:야|예요|에요|나와요)?|보여줘요?|보여주세요|알려줘요?|확인)*|얼마팔았(?:어|어요|지|나요)|sales|todays?sales|revenue|howmuchdid(?:i|we)(?:make|sell)(?:today)?",
    "merchant_invite": rf"(?:직원|알바|동료|가족)(?:을|를|도)?(?:추가|초대|등록){_END}|초대(?:코드|링크)(?:를)?(?:줘요?|주세요|만들어줘요?|만들기)?|invite(?:a|my)?(?:staff|colleague|employee|coworker|someone)",
    "merchant_on_the_way": r"(?:배달|이제|지금|방금)?(?:출발|출발했어요?|출발했습니다|출발합니다|출발해요|출발이요|출발함|나갔어요|나갔습니다|나갑니다|갑니다)|ontheway|onitsway|onourway|itsontheway|outfordelivery|dispatched|(?:rider|driver)left",
    "merchant_ready": r"(?:다|준비|포장|조리|음식|이제)*(?:됐어요?|됐습니다|되었습니다|됐다|됨|완료|끝났어요?|나왔어요?|완료됐어요?|완료했어요?)|다됐음|ready|itsready|orderready|orderisready",
    "merchant_cooking": r"(?:조리|요리)?(?:시작|시작했어요?|시작합니다|시작할게요?|중이에요|중입니다|중)|(?:만들고|만드는|튀기고|굽고|끓이고)(?:있어요?|있습니다|중이에요|중입니다|중)|(?:start(?:ed)?|is|now)?cooking(?:now|it|started)?|preparingit|startedmakingit",
    "merchant_done": r"(?:배달|전달|수령|픽업)(?:을|다)?(?:완료|완료했어요?|완료했습니다|했어요?|했습니다|끝|끝났어요?)|(?:손님|고객)?(?:이|께|한테)?(?:가져갔어요?|가져가셨어요?|찾아가셨어요?|찾아갔어요?|드렸어요?|전달했어요?)|delivered|handedover|pickedup|done|completed?",
    "merchant_accept": r"(?:주문)?(?:수락|접수)(?:요|해요|할게요?|합니다|했어요?|했습니다|하겠습니다)?|(?:주문)?받을게요?|(?:주문)?받겠습니다|accept(?:ed|it|order|theorder|thisorder)?|takeit|welltakeit|illtakeit",
    "merchant_refuse": r"주문취소(?:요|해요|할게요?|합니다|해주세요|하겠습니다)?|(?:주문)?거절(?:이요|요|해요|할게요?|합니다|하겠습니다)?|(?:주문)?(?:못|안)받아요?|(?:못|안)(?:해요|합니다|해|됩니다)|reject(?:it|order|theorder|thisorder)?|refuse(?:it|order|theorder)?|decline(?:it|order|theorder)?|cant(?:do|take)(?:it|this)",
    "merchant_open": r"(?:다시)?(?:가게)?(?:문)?(?:열기|열게요?|열었어요?|열었습니다|엽니다|열어요?|오픈(?:했어요?|합니다|이요)?)|(?:영업|장사)(?:다시)?(?:시작|시작했어요?|합니다|해요)|(?:we'?re|we)?open(?:again|now|up)?|reopen|weareopen(?:again)?",
    "switch_hat": r"손님(?:으로|모드)(?:로)?(?:바꿔줘요?|전환)?",
}


_NOTHING = Pattern(
    r"(?:아니요|아뇨|아니)?(?:네|음)?(?:딱히|별로|따로|특별히|그런(?:거|건)|말할(?:거|건|게)|요청(?:사항)?|할말)*(?:은|는|이)?(?:없어요?|없습니다|없음|없네요|괜찮아요?|괜찮습니다|됐어요|됐습니다|필요없어요?|안할래요?|안쓸래요?)|아니요|아뇨|아니|ㄴㄴ"
    r"|no|nope|none|nothing|(?:nothing|not)(?:really|inparticular|special|specific|thatican?thinkof)|no(?:thing)?(?:thanks|thankyou)|nothingelse|imfine|imgood"
)


def _in_one(*tables: dict[str, str]) -> tuple[tuple[str, ...], Pattern]:
    """The intents of all tables, and their expressions as one, in which each is a group; none has groups of its own."""
    every = [pair for table in tables for pair in table.items()]
    return tuple(intent for intent, _ in every), Pattern("|".join(f"({pattern})" for _, pattern in every))


_TABLES = {"consumer": _in_one(_CONSUMER, _ANY), "merchant": _in_one(_MERCHANT, _ANY), "operator": _in_one(_ANY)}
_LONGEST = 24
_YES = Pattern(
    r"(?:네|넵|넹|예|옙|응|웅|어|ㅇㅇ|ㅇㅋ|오케이|오키|그래|그래요|그럼|좋아요?|좋습니다|좋지|맞아요?|맞습니다|당연|yes|yeah|yep|yup|ok|okay|sure|right|correct|fine|of course|absolutely|sounds good|go ahead|please do)"
    r"(?![가-힣a-z])|(?:그렇게|그걸로)\s?(?:해|할|하)|할게요?$|해\s?주세요$|부탁(?:해|드)"
)
_NO = Pattern(
    r"(?:아니|아뇨|아냐|아녀|ㄴㄴ|노노|싫|됐어|됐습|안\s?(?:할|해|돼|됩|받|먹)|괜찮(?:아요|습니다)|필요\s?없|no\b|nope|nah|not\b|don'?t|never)"
)


def sure_intent(squeezed: str, role: Role) -> str | None:
    """The intent of a text (reading form, spaces and punctuation out) that means just one thing; else None."""
    if not squeezed or len(squeezed) > _LONGEST:
        return None
    intents, pattern = _TABLES[role]
    match = pattern.fullmatch(squeezed)
    return intents[match.lastindex - 1] if match is not None and match.lastindex else None


def nothing_to_say(squeezed: str) -> bool:
    """Whether a text (as for ``sure_intent``) declines to add any words: 없어요, 괜찮아요, nothing."""
    return bool(_NOTHING.fullmatch(squeezed))


def yes_or_no(text: str) -> str | None:
    """affirm or deny when the text begins as an answer to a yes-or-no question."""
    stripped = text.strip(" .,!~")
    if _NO.match(stripped):
        return "deny"
    return "affirm" if _YES.match(stripped) else None
