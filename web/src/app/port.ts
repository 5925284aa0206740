import type { ConversationPort } from "../chat/conversation";

/** A random UUID. `crypto.randomUUID` is missing on a page served over plain HTTP in the local network. */
export function newId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

function socketAddress(): string {
  const scheme = location.protocol === "https:" ? "wss:" : "ws:";
  return `${scheme}//${location.host}/socket`;
}

/** The browser's storage, or null where it is forbidden. */
export function openStorage(kind: "localStorage" | "sessionStorage"): Storage | null {
  try {
    const storage = window[kind];
    storage.getItem("dangol");
    return storage;
  } catch {
    return null;
  }
}

export function browserPort(storage: Storage | null): ConversationPort {
  return { dial: () => new WebSocket(socketAddress()), now: () => new Date(), newId, storage };
}
