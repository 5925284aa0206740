/** The frames that travel over `/socket`, as JSON text, and the reading of what the server sends. */

export type Language = "ko" | "en";
export type LocalText = Record<Language, string>;
export type Role = "consumer" | "shop";

export interface ChatButton {
  label: string;
  data: string;
  url: string | null;
}

export interface ChatCard {
  title: string;
  subtitle: string;
  buttons: ChatButton[];
}

/** `amount` is in the currency's minor units; KRW has none below 1. */
export interface Payment {
  amount: number;
  currency: string;
  url: string;
}

export interface MessageFrame {
  type: "message";
  seq: number;
  text: string;
  buttons: ChatButton[];
  cards: ChatCard[];
  asks: "location" | "contact" | null;
  payment: Payment | null;
  edits: number | null;
  alert: boolean;
  at: string;
}

export interface ShopName {
  slug: string;
  name: LocalText;
}

export interface WelcomeFrame {
  type: "welcome";
  token: string;
  role: Role;
  shop: ShopName | null;
}

export type ServerFrame =
  | WelcomeFrame
  | MessageFrame
  | { type: "ack"; id: string }
  | { type: "typing" }
  | { type: "pong" }
  | { type: "shop"; slug: string }
  | { type: "error"; text: LocalText; id: string | null; again: boolean };

/** What a person does; carries an id, and is sent again until the server says it is committed. */
export type Said =
  | { type: "say"; id: string; text: string }
  | { type: "tap"; id: string; data: string }
  | { type: "location"; id: string; lat: number; lon: number }
  | { type: "contact"; id: string; phone: string };

export interface Hello {
  type: "hello";
  token: string | null;
  shop: string | null;
  lang: Language;
  last: number;
}

export type ClientFrame = Hello | Said | { type: "ping" };

type Fields = Record<string, unknown>;

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value);
}

/** A name in both languages; one that is missing is filled by the other. */
export function readLocalText(value: unknown): LocalText {
  if (!isFields(value)) return { ko: text(value), en: text(value) };
  return { ko: text(value.ko) || text(value.en), en: text(value.en) || text(value.ko) };
}

function readList<T>(value: unknown, read: (item: Fields) => T): T[] {
  return Array.isArray(value) ? value.filter(isFields).map(read) : [];
}

function readButton(item: Fields): ChatButton {
  return { label: text(item.label), data: text(item.data), url: text(item.url) || null };
}

function readCard(item: Fields): ChatCard {
  return {
    title: text(item.title),
    subtitle: text(item.subtitle),
    buttons: readList(item.buttons, readButton),
  };
}

function readPayment(value: unknown): Payment | null {
  if (!isFields(value) || !isCount(value.amount)) return null;
  return { amount: value.amount, currency: text(value.currency) || "KRW", url: text(value.url) };
}

function readMessage(item: Fields): MessageFrame | null {
  if (!isCount(item.seq)) return null;
  return {
    type: "message",
    seq: item.seq,
    text: text(item.text),
    buttons: readList(item.buttons, readButton),
    cards: readList(item.cards, readCard),
    asks: item.asks === "location" || item.asks === "contact" ? item.asks : null,
    payment: readPayment(item.payment),
    edits: isCount(item.edits) ? item.edits : null,
    alert: item.alert === true,
    at: text(item.at),
  };
}

function readShop(value: unknown): ShopName | null {
  if (!isFields(value)) return null;
  return { slug: text(value.slug), name: readLocalText(value.name) };
}

/** Reads one frame. Null for what is not ours, so that a newer server never breaks an older page. */
export function readFrame(data: unknown): ServerFrame | null {
  let frame: unknown;
  try {
    frame = typeof data === "string" ? JSON.parse(data) : null;
  } catch {
    return null;
  }
  if (!isFields(frame)) return null;
  switch (frame.type) {
    case "welcome":
      return {
        type: "welcome",
        token: text(frame.token),
        role: frame.role === "shop" ? "shop" : "consumer",
        shop: readShop(frame.shop),
      };
    case "message":
      return readMessage(frame);
    case "ack":
      return { type: "ack", id: text(frame.id) };
    case "typing":
      return { type: "typing" };
    case "pong":
      return { type: "pong" };
    case "shop":
      return { type: "shop", slug: text(frame.slug) };
    case "error":
      return {
        type: "error",
        text: readLocalText(frame.text),
        id: text(frame.id) || null,
        again: frame.again === true,
      };
    default:
      return null;
  }
}
