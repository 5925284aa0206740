import { useCallback, useEffect, useState } from "react";
import { useLanguage } from "../i18n/language";
import type { MessageFrame, Role } from "../socket/protocol";
import type { Chime } from "./chime";
import type { Conversation } from "./conversation";

const RING_EVERY_MS = 2600;
/** A shop's phone rings on for a while; a consumer's says it once. */
const RINGS: Record<Role, number> = { consumer: 1, shop: 10 };

export interface Ring {
  /** The message that rings, until it is answered or seen. */
  ringing: MessageFrame | null;
  stop: () => void;
}

export function useRing(conversation: Conversation, chime: Chime, role: Role, onRing?: () => void): Ring {
  const { t } = useLanguage();
  const [ringing, setRinging] = useState<MessageFrame | null>(null);
  const stop = useCallback(() => setRinging(null), []);

  useEffect(() => {
    conversation.onAlert = (message) => {
      setRinging(message);
      onRing?.();
    };
    return () => {
      conversation.onAlert = null;
    };
  }, [conversation, onRing]);

  useEffect(() => {
    if (!ringing) return;
    let left = RINGS[role];
    const ring = () => {
      chime.play();
      if (role === "shop") navigator.vibrate?.([220, 120, 220]);
      left -= 1;
      if (left <= 0) clearInterval(timer);
    };
    const timer = setInterval(ring, RING_EVERY_MS);
    ring();
    return () => clearInterval(timer);
  }, [ringing, role, chime]);

  useEffect(() => {
    if (!ringing || !document.hidden) return;
    const title = document.title;
    document.title = t("ring.title");
    return () => {
      document.title = title;
    };
  }, [ringing, t]);

  return { ringing, stop };
}
