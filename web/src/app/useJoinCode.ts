import { useEffect } from "react";
import type { Conversation } from "../chat/conversation";
import { takeJoinCode } from "./address";

/** Says the code of an invitation link for the person who opened it. */
export function useJoinCode(conversation: Conversation): void {
  useEffect(() => {
    const code = takeJoinCode();
    if (code !== null) conversation.act({ type: "say", text: code }, code);
  }, [conversation]);
}
