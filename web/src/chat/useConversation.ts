import { useEffect, useState, useSyncExternalStore } from "react";
import { useLanguage } from "../i18n/language";
import { Conversation, type ConversationPort, type Snapshot } from "./conversation";

/** The conversation kept under `name`, connected for as long as the component shows. */
export function useConversation(
  port: ConversationPort,
  name: string,
  shopKey: string | null,
): [Conversation, Snapshot] {
  const { language } = useLanguage();
  const [conversation] = useState(() => new Conversation(port, { name, shopKey, language }));
  const snapshot = useSyncExternalStore(conversation.subscribe, conversation.snapshot);

  useEffect(() => {
    conversation.speak(language);
  }, [conversation, language]);

  useEffect(() => {
    const wake = () => conversation.wake();
    const shown = () => (document.visibilityState === "visible" ? conversation.wake() : conversation.save());
    const save = () => conversation.save();
    conversation.start();
    window.addEventListener("online", wake);
    window.addEventListener("pagehide", save);
    document.addEventListener("visibilitychange", shown);
    return () => {
      window.removeEventListener("online", wake);
      window.removeEventListener("pagehide", save);
      document.removeEventListener("visibilitychange", shown);
      conversation.stop();
    };
  }, [conversation]);

  return [conversation, snapshot];
}
