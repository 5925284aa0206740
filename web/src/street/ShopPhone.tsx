import { useCallback } from "react";
import type { SiteShop } from "../app/site";
import { ChatView } from "../chat/ChatView";
import type { Chime } from "../chat/chime";
import type { ConversationPort } from "../chat/conversation";
import { useConversation } from "../chat/useConversation";
import { useLanguage } from "../i18n/language";

interface ShopPhoneProps {
  shop: SiteShop;
  hidden: boolean;
  port: ConversationPort;
  chime: Chime;
  onRing: (slug: string) => void;
}

/** One shop's phone. Hidden, it stays connected and still rings. */
export function ShopPhone({ shop, hidden, port, chime, onRing }: ShopPhoneProps) {
  const { language } = useLanguage();
  const [conversation, snapshot] = useConversation(port, `dangol.shop.${shop.slug}`, shop.key);
  const ringing = useCallback(() => onRing(shop.slug), [onRing, shop.slug]);
  return (
    <div className="phone" hidden={hidden}>
      <ChatView
        conversation={conversation}
        snapshot={snapshot}
        side="shop"
        title={shop.name[language]}
        face={shop.emoji}
        places={[]}
        geolocation={null}
        chime={chime}
        onRing={ringing}
      />
    </div>
  );
}
