import { useCallback, useEffect, useState } from "react";
import { useLanguage } from "../i18n/language";
import type { MessageFrame, Role } from "../socket/protocol";
import type { Chime } from "./chime";
import type { Conversation } from "./conversation";
import type { Transcript } from "./transcript";

const RING_EVERY_MS = 2600;
/** A shop's phone rings on for a while; a consumer's says it once. */
const RINGS: Record<Role, number> = { consumer: 1, shop: 10 };

export interface Ring {
  /** The message that rings, until it is answered or seen. */
  ringing: MessageFrame | null;
  stop: () => void;
}

/** Somebody answered it, on this device or another: the card has changed since. */
function isAnswered(message: MessageFrame, transcript: Transcript): boolean {
  return transcript.entries.some(
    (entry) => entry.kind === "theirs" && entry.revision > message.seq && entry.names.includes(message.seq),
  );
}

interface Rings {
  conversation: Conversation;
  transcript: Transcript;
  chime: Chime;
  side: Role;
  onRing?: (() => void) | undefined;
}

export function useRing({ conversation, transcript, chime, side, onRing }: Rings): Ring {
  const { t } = useLanguage();
  const [ringing, setRinging] = useState<MessageFrame | null>(null);
  const answered = ringing !== null && isAnswered(ringing, transcript);
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
    if (answered) setRinging(null);
  }, [answered]);

  useEffect(() => {
    if (!ringing) return;
    let left = RINGS[side];
    const ring = () => {
      chime.play();
      if (side === "shop") navigator.vibrate?.([220, 120, 220]);
      left -= 1;
      if (left <= 0) clearInterval(timer);
    };
    const timer = setInterval(ring, RING_EVERY_MS);
    ring();
    return () => clearInterval(timer);
  }, [ringing, side, chime]);

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
