import { useEffect } from "react";
import { Logo } from "../app/icons";
import type { Place } from "../app/site";
import { useJoinCode } from "../app/useJoinCode";
import { ChatView } from "../chat/ChatView";
import type { Chime } from "../chat/chime";
import type { ConversationPort } from "../chat/conversation";
import { useConversation } from "../chat/useConversation";
import { useLanguage } from "../i18n/language";

interface ConsumerPhoneProps {
  port: ConversationPort;
  chime: Chime;
  places: readonly Place[];
  onShop: (slug: string) => void;
  onRing: () => void;
}

export function ConsumerPhone({ port, chime, places, onShop, onRing }: ConsumerPhoneProps) {
  const { t } = useLanguage();
  const [conversation, snapshot] = useConversation(port, "dangol.consumer", null);
  useJoinCode(conversation);
  useEffect(() => {
    conversation.onShop = onShop;
    return () => {
      conversation.onShop = null;
    };
  }, [conversation, onShop]);
  return (
    <div className="phone">
      <ChatView
        conversation={conversation}
        snapshot={snapshot}
        side="consumer"
        title={t("brand")}
        face={<Logo />}
        places={places}
        geolocation={null}
        chime={chime}
        onRing={onRing}
      />
    </div>
  );
}
