import type { ChatButton, Payment } from "../socket/protocol";

/** What a person can do within a conversation. */
export interface ChatActions {
  say: (text: string) => void;
  tap: (button: ChatButton) => void;
  ask: (what: "location" | "contact") => void;
  pay: (payment: Pick<Payment, "url">) => void;
  sayAgain: (id: string) => void;
}
