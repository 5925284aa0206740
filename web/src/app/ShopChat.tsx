import { ChatView } from "../chat/ChatView";
import type { Chime } from "../chat/chime";
import type { ConversationPort } from "../chat/conversation";
import { useConversation } from "../chat/useConversation";
import { useLanguage } from "../i18n/language";
import { LanguageToggle } from "./LanguageToggle";
import type { Place } from "./site";

interface ShopChatProps {
  port: ConversationPort;
  chime: Chime;
  slug: string;
  shopKey: string | null;
  places: readonly Place[];
}

/** A shop's own chat, opened by its signed link on the shop's phone. */
export function ShopChat({ port, chime, slug, shopKey, places }: ShopChatProps) {
  const { t, language } = useLanguage();
  const [conversation, snapshot] = useConversation(port, `dangol.shop.${slug}`, shopKey);
  const title = snapshot.welcome?.shop?.name[language] || t("street.shop");
  return (
    <main className="solo">
      <h1 className="unseen">
        {title} · {t("brand")}
      </h1>
      <ChatView
        conversation={conversation}
        snapshot={snapshot}
        side="shop"
        title={title}
        face="🏪"
        places={places}
        geolocation={navigator.geolocation ?? null}
        chime={chime}
      >
        <LanguageToggle short />
      </ChatView>
    </main>
  );
}
