import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Conversation } from "../../src/chat/conversation";
import type { MessageFrame } from "../../src/socket/protocol";
import { FakeExchange } from "../socket/fakeWire";
import { message } from "./frames";

const NOW = new Date("2026-11-20T03:00:00Z");

function open(exchange: FakeExchange, storage: Storage | null = sessionStorage) {
  let ids = 0;
  const newId = () => `id-${++ids}`;
  const port = { dial: exchange.dial, now: () => NOW, newId, storage };
  const conversation = new Conversation(port, { name: "dangol.consumer", shopKey: null, language: "ko" });
  conversation.start();
  return conversation;
}

beforeEach(() => {
  vi.useFakeTimers();
  sessionStorage.clear();
});
afterEach(() => {
  vi.useRealTimers();
});

describe("a conversation", () => {
  it("shows its past after a reload, and goes on from there", () => {
    const exchange = new FakeExchange();
    const first = open(exchange);
    exchange.wire.welcome("t1");
    exchange.wire.hear(message(3));
    first.act({ type: "say", text: "후라이드 하나" }, "후라이드 하나");
    first.stop();

    const second = open(exchange);
    expect(second.snapshot().transcript.entries).toHaveLength(2);
    exchange.wire.open();
    expect(exchange.wire.sent[0]).toMatchObject({ token: "t1", last: 3 });
    exchange.wire.hear({ type: "welcome", token: "t1", role: "consumer", shop: null });
    expect(exchange.wire.sent[1]).toEqual({ type: "say", id: "id-1", text: "후라이드 하나" });
  });

  it("keeps working where nothing can be kept", () => {
    const full = {
      getItem: () => "{broken",
      setItem: () => fail(),
      removeItem: () => undefined,
    } as unknown as Storage;
    const fail = () => {
      throw new DOMException("full", "QuotaExceededError");
    };
    for (const storage of [null, full]) {
      const exchange = new FakeExchange();
      const conversation = open(exchange, storage);
      exchange.wire.welcome();
      exchange.wire.hear(message(1));
      vi.advanceTimersByTime(1000);
      expect(conversation.snapshot().transcript.entries).toHaveLength(1);
    }
  });

  it("rings once for an alert, whatever the clock of the device says", () => {
    const exchange = new FakeExchange();
    const conversation = open(exchange);
    const rung: MessageFrame[] = [];
    conversation.onAlert = (alert) => rung.push(alert);
    exchange.wire.welcome();
    exchange.wire.hear(message(1, { alert: true, at: "2026-11-20T02:00:00Z" }));
    exchange.wire.hear(message(2, { alert: true }));
    exchange.wire.hear(message(2, { alert: true }));
    expect(rung.map((alert) => alert.seq)).toEqual([1, 2]);
  });

  it("says again under the same id what was refused", () => {
    const exchange = new FakeExchange();
    const conversation = open(exchange);
    exchange.wire.welcome();
    conversation.act({ type: "say", text: "네" }, "네");
    exchange.wire.hear({ type: "error", id: "id-1", text: { ko: "안 돼요", en: "No" } });
    conversation.actAgain("id-1");
    expect(exchange.wire.sent.slice(1)).toEqual([
      { type: "say", id: "id-1", text: "네" },
      { type: "say", id: "id-1", text: "네" },
    ]);
    expect(conversation.snapshot().transcript.entries).toHaveLength(1);
  });

  it("stops saying that an answer is being written when it comes, or never does", () => {
    const exchange = new FakeExchange();
    const conversation = open(exchange);
    exchange.wire.welcome();
    exchange.wire.hear({ type: "typing" });
    expect(conversation.snapshot().typing).toBe(true);
    exchange.wire.hear(message(1));
    expect(conversation.snapshot().typing).toBe(false);
    exchange.wire.hear({ type: "typing" });
    vi.advanceTimersByTime(10_000);
    expect(conversation.snapshot().typing).toBe(false);
  });

  it("tells why the server refused it, until it is welcome", () => {
    const exchange = new FakeExchange();
    const conversation = open(exchange);
    exchange.wire.open();
    exchange.wire.hear({ type: "error", text: { ko: "링크가 오래됐어요", en: "Old link" } });
    expect(conversation.snapshot().refusal?.ko).toBe("링크가 오래됐어요");
    exchange.wire.welcome();
    expect(conversation.snapshot().refusal).toBeNull();
  });

  it("connects anew in another language", () => {
    const exchange = new FakeExchange();
    const conversation = open(exchange);
    exchange.wire.welcome();
    conversation.speak("ko");
    expect(exchange.wires).toHaveLength(1);
    conversation.speak("en");
    exchange.wire.open();
    expect(exchange.wire.sent[0]).toMatchObject({ lang: "en" });
  });
});
