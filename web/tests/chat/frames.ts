import type { MessageFrame } from "../../src/socket/protocol";

/** A message with the given seq; the rest may be left out. */
export function message(seq: number, part: Partial<MessageFrame> = {}): MessageFrame {
  return {
    type: "message",
    seq,
    text: `message ${seq}`,
    buttons: [],
    cards: [],
    asks: null,
    payment: null,
    edits: null,
    alert: false,
    at: "2026-11-20T03:00:00Z",
    ...part,
  };
}

export function buttons(seq: number, ...labels: string[]) {
  return labels.map((label, index) => ({ label, data: `${seq}.${index}`, url: null }));
}
