import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type Connection, SocketClient } from "../../src/socket/client";
import type { Said, ServerFrame } from "../../src/socket/protocol";
import { FakeExchange } from "./fakeWire";

const hello: Said = { type: "say", id: "id-1", text: "안녕하세요" };
const more: Said = { type: "tap", id: "id-2", data: "7.0" };

function set(unacked: Said[] = []) {
  const exchange = new FakeExchange();
  const heard: ServerFrame[] = [];
  const states: Connection[] = [];
  const seen = { last: 0 };
  const client = new SocketClient(
    {
      dial: exchange.dial,
      credentials: () => ({ token: "t1", shop: null, language: "ko", last: seen.last }),
      receive: (frame) => heard.push(frame),
      connection: (state) => states.push(state),
      chance: () => 0,
    },
    unacked,
  );
  client.start();
  return { client, exchange, heard, states, seen };
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe("the socket client", () => {
  it("says who it is first, and holds back what is said until it is welcome", () => {
    const { client, exchange } = set();
    exchange.wire.open();
    client.say(hello);
    expect(exchange.wire.sent).toEqual([{ type: "hello", token: "t1", shop: null, lang: "ko", last: 0 }]);
    exchange.wire.hear({ type: "welcome", token: "t1", role: "consumer", shop: null });
    expect(exchange.wire.sent.slice(1)).toEqual([hello]);
  });

  it("sends again after a drop what was not acknowledged, in order and under the same ids", () => {
    const { client, exchange } = set();
    exchange.wire.welcome();
    client.say(hello);
    client.say(more);
    exchange.wire.hear({ type: "ack", id: "id-1" });
    exchange.wire.drop();
    vi.advanceTimersByTime(500);
    exchange.wire.welcome();
    expect(exchange.wires).toHaveLength(2);
    expect(exchange.wire.sent.slice(1)).toEqual([more]);
  });

  it("sends what an earlier page left unacknowledged", () => {
    const { exchange } = set([hello, more]);
    exchange.wire.welcome();
    expect(exchange.wire.sent.slice(1)).toEqual([hello, more]);
  });

  it("stops sending what the server refuses", () => {
    const { client, exchange } = set();
    exchange.wire.welcome();
    client.say(hello);
    exchange.wire.hear({ type: "error", id: "id-1", text: { ko: "안 돼요", en: "No" } });
    exchange.wire.drop();
    vi.advanceTimersByTime(500);
    exchange.wire.welcome();
    expect(exchange.wire.sent).toHaveLength(1);
  });

  it("sends again a few times what the server cannot take just now, and then tells the person", () => {
    const { client, exchange, heard } = set();
    exchange.wire.welcome();
    client.say(hello);
    const busy = { type: "error", id: "id-1", again: true, text: { ko: "지금은 안 돼요", en: "Not now" } };
    for (let tries = 1; tries <= 5; tries += 1) {
      exchange.wire.hear(busy);
      vi.advanceTimersByTime(2_999);
      expect(exchange.wire.sent).toHaveLength(1 + tries);
      vi.advanceTimersByTime(1);
      expect(exchange.wire.sent.slice(1)).toEqual(Array(tries + 1).fill(hello));
    }
    expect(heard.some((frame) => frame.type === "error")).toBe(false);
    exchange.wire.hear(busy);
    expect(heard.some((frame) => frame.type === "error")).toBe(true);
  });

  it("asks for what it missed by the last it has seen", () => {
    const { exchange, seen } = set();
    exchange.wire.welcome();
    seen.last = 41;
    exchange.wire.drop();
    vi.advanceTimersByTime(500);
    exchange.wire.open();
    expect(exchange.wire.sent[0]).toMatchObject({ type: "hello", last: 41 });
  });

  it("waits longer after each failure, and not beyond ten seconds", () => {
    const { exchange } = set();
    for (const wait of [250, 500, 1000, 2000, 4000, 5000, 5000]) {
      const before = exchange.wires.length;
      exchange.wire.drop();
      vi.advanceTimersByTime(wait - 1);
      expect(exchange.wires).toHaveLength(before);
      vi.advanceTimersByTime(1);
      expect(exchange.wires).toHaveLength(before + 1);
    }
  });

  it("gives a silent connection up, and one that answers not", () => {
    const { exchange } = set();
    exchange.wire.welcome();
    vi.advanceTimersByTime(25_000);
    expect(exchange.wire.sent.at(-1)).toEqual({ type: "ping" });
    exchange.wire.hear({ type: "pong" });
    vi.advanceTimersByTime(25_000);
    expect(exchange.wires).toHaveLength(1);
    vi.advanceTimersByTime(8_000 + 250);
    expect(exchange.wires).toHaveLength(2);
    expect(exchange.wires[0]?.closed).toBe(true);
  });

  it("ignores a connection that it has left", () => {
    const { client, exchange, heard } = set();
    exchange.wire.welcome();
    const old = exchange.wire;
    client.refresh();
    old.hear({ type: "typing" });
    old.drop();
    expect(heard.filter((frame) => frame.type === "typing")).toEqual([]);
    expect(exchange.wires).toHaveLength(2);
  });

  it("survives frames it can't read", () => {
    const { exchange, heard } = set();
    exchange.wire.welcome();
    for (const frame of ["{", "null", "[]", '"x"', { type: "later" }, { type: "message" }])
      exchange.wire.hear(frame);
    exchange.wire.hear({ type: "typing" });
    expect(heard.map((frame) => frame.type)).toEqual(["welcome", "typing"]);
  });

  it("tells how the connection stands", () => {
    const { client, exchange, states } = set();
    exchange.wire.welcome();
    exchange.wire.drop();
    expect(states).toEqual(["connecting", "online", "offline"]);
    client.wake();
    expect(states.at(-1)).toBe("connecting");
    client.stop();
    exchange.wire.drop();
    vi.advanceTimersByTime(60_000);
    expect(exchange.wires).toHaveLength(2);
  });
});
