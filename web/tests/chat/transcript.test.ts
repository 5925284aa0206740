import { describe, expect, it } from "vitest";
import { current, emptyTranscript, receive, say, type Transcript, unsent } from "../../src/chat/transcript";
import type { ServerFrame } from "../../src/socket/protocol";
import { buttons, message } from "./frames";

const AT = "2026-11-20T03:00:00Z";

function heard(frames: ServerFrame[], from: Transcript = emptyTranscript): Transcript {
  return frames.reduce(receive, from);
}

function texts(transcript: Transcript): string[] {
  return transcript.entries.map((entry) => (entry.kind === "mine" ? entry.label : entry.content.text));
}

function* orders<T>(items: readonly T[]): Generator<T[]> {
  if (items.length === 0) yield [];
  for (const [index, item] of items.entries()) {
    const rest = items.filter((_, other) => other !== index);
    for (const order of orders(rest)) yield [item, ...order];
  }
}

describe("the transcript", () => {
  it("shows each message once and in order, however they arrive", () => {
    const frames = [message(1), message(2), message(5), message(9)];
    for (const order of orders(frames)) {
      const transcript = heard([...order, ...order]);
      expect(texts(transcript)).toEqual(["message 1", "message 2", "message 5", "message 9"]);
      expect(transcript.last).toBe(9);
    }
  });

  it("ends with the newest edit in place of the message, however they arrive", () => {
    const frames = [message(1), message(2), message(4, { edits: 1 }), message(6, { edits: 1 })];
    for (const order of orders(frames)) {
      const transcript = heard([...order, ...order]);
      expect(texts(transcript).toSorted()).toEqual(["message 2", "message 6"]);
    }
    expect(texts(heard(frames))).toEqual(["message 6", "message 2"]);
  });

  it("follows an edit of an edit", () => {
    expect(texts(heard([message(1), message(3, { edits: 1 }), message(8, { edits: 3 })]))).toEqual([
      "message 8",
    ]);
  });

  it("keeps what the person said between the messages around it", () => {
    const before = heard([message(1)]);
    const transcript = heard([message(2)], say(before, { type: "say", id: "a", text: "네" }, "네", AT));
    expect(texts(transcript)).toEqual(["message 1", "네", "message 2"]);
  });

  it("knows what is unsent, sent and refused", () => {
    let transcript = say(emptyTranscript, { type: "say", id: "a", text: "하나" }, "하나", AT);
    transcript = say(transcript, { type: "say", id: "b", text: "둘" }, "둘", AT);
    transcript = say(transcript, { type: "say", id: "c", text: "셋" }, "셋", AT);
    transcript = heard(
      [
        { type: "ack", id: "a" },
        { type: "error", id: "b", again: false, text: { ko: "안 돼요", en: "No" } },
      ],
      transcript,
    );
    expect(unsent(transcript).map((said) => said.id)).toEqual(["c"]);
    expect(transcript.entries.map((entry) => entry.kind === "mine" && entry.state)).toEqual([
      "sent",
      "failed",
      "sending",
    ]);
  });

  it("drops another conversation's past when the server doesn't know us any more, but not what is unsent", () => {
    let transcript = heard([{ type: "welcome", token: "old", role: "consumer", shop: null }, message(7)]);
    transcript = say(transcript, { type: "say", id: "a", text: "아직" }, "아직", AT);
    const fresh = receive(transcript, { type: "welcome", token: "new", role: "consumer", shop: null });
    expect(texts(fresh)).toEqual(["아직"]);
    expect(fresh.last).toBe(0);
    expect(receive(fresh, { type: "welcome", token: "new", role: "consumer", shop: null })).toBe(fresh);
  });

  it("stays within bounds", () => {
    const transcript = heard(Array.from({ length: 1000 }, (_, index) => message(index + 1)));
    expect(transcript.entries.length).toBeLessThanOrEqual(300);
    expect(texts(transcript).at(-1)).toBe("message 1000");
  });
});

describe("the buttons that stand out", () => {
  it("are the newest message's, until the person answers", () => {
    const transcript = heard([
      message(1, { buttons: buttons(1, "하나") }),
      message(2, { buttons: buttons(2, "둘") }),
      message(3),
    ]);
    expect([...current(transcript)]).toEqual([2]);
    const answered = say(transcript, { type: "say", id: "a", text: "아니요" }, "아니요", AT);
    expect([...current(answered)]).toEqual([]);
  });

  it("are an edited message's, wherever it stands", () => {
    let transcript = heard([
      message(1, { buttons: buttons(1, "20분") }),
      message(2, { buttons: buttons(2, "다른 것") }),
    ]);
    transcript = say(transcript, { type: "tap", id: "a", data: "1.0" }, "20분", AT);
    transcript = receive(transcript, message(3, { edits: 1, buttons: buttons(3, "출발") }));
    expect([...current(transcript)]).toEqual([1]);
    transcript = receive(transcript, message(4, { buttons: buttons(4, "늦어져요") }));
    transcript = receive(transcript, message(5, { edits: 1, buttons: buttons(5, "출발") }));
    expect([...current(transcript)]).toEqual([1, 4]);
  });

  it("are those of every alert that nobody tapped", () => {
    let transcript = heard([
      message(1, { alert: true, buttons: buttons(1, "20분") }),
      message(2, { alert: true, buttons: buttons(2, "20분") }),
    ]);
    expect([...current(transcript)]).toEqual([1, 2]);
    transcript = say(transcript, { type: "tap", id: "a", data: "2.0" }, "20분", AT);
    expect([...current(transcript)]).toEqual([1]);
  });
});
