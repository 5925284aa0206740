import { ChatView } from "../chat/ChatView";
import type { Chime } from "../chat/chime";
import type { ConversationPort } from "../chat/conversation";
import { useConversation } from "../chat/useConversation";
import { useLanguage } from "../i18n/language";
import { Logo } from "./icons";
import { LanguageToggle } from "./LanguageToggle";
import type { Site } from "./site";
import { useJoinCode } from "./useJoinCode";

interface ConsumerChatProps {
  site: Site;
  port: ConversationPort;
  chime: Chime;
  geolocation: Geolocation | null;
}

/** A consumer's chat, filling the page. */
export function ConsumerChat({ site, port, chime, geolocation }: ConsumerChatProps) {
  const { t } = useLanguage();
  const [conversation, snapshot] = useConversation(port, "dangol.consumer", null);
  useJoinCode(conversation);
  return (
    <main className="solo">
      <h1 className="unseen">{t("brand")}</h1>
      <ChatView
        conversation={conversation}
        snapshot={snapshot}
        side={snapshot.welcome?.role ?? "consumer"}
        title={t("brand")}
        face={<Logo />}
        places={site.places}
        geolocation={geolocation}
        chime={chime}
      >
        <LanguageToggle short />
      </ChatView>
    </main>
  );
}
