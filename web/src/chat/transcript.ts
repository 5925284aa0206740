import type { LocalText, MessageFrame, Said, ServerFrame } from "../socket/protocol";

/** A message to the person. An edit changes it in place: `seq` stays its position, `seen` names it too. */
export interface Theirs {
  kind: "theirs";
  seq: number;
  /** The highest seq this message has had: its own, or its newest edit's. */
  revision: number;
  /** Every seq by which an edit may name this message. */
  names: number[];
  content: MessageFrame;
  /** The `data` of the buttons that were tapped since it was last changed. */
  chosen: string[];
  touched: number;
}

/** What the person said or tapped. `label` is how their bubble reads. */
export interface Mine {
  kind: "mine";
  said: Said;
  label: string;
  state: "sending" | "sent" | "failed";
  problem: LocalText | null;
  at: string;
  touched: number;
}

export type Entry = Theirs | Mine;

export interface Transcript {
  token: string | null;
  /** Highest seq seen; the server replays what is above it. */
  last: number;
  /** Counts changes, so that the newest can be told whatever its place in the list. */
  ticks: number;
  entries: Entry[];
}

const LONGEST = 300;

export const emptyTranscript: Transcript = { token: null, last: 0, ticks: 0, entries: [] };

function isTheirs(entry: Entry): entry is Theirs {
  return entry.kind === "theirs";
}

function holds(entry: Entry, seq: number): entry is Theirs {
  return isTheirs(entry) && entry.names.includes(seq);
}

function place(entries: Entry[], entry: Theirs): Entry[] {
  const later = entries.findIndex((other) => isTheirs(other) && other.seq > entry.seq);
  if (later < 0) return [...entries, entry];
  return [...entries.slice(0, later), entry, ...entries.slice(later)];
}

function edit(entry: Theirs, content: MessageFrame, touched: number): Theirs {
  const names = [...entry.names, content.seq];
  if (content.seq < entry.revision) return { ...entry, names };
  return { ...entry, revision: content.seq, names, content, chosen: [], touched };
}

/** Takes a message in: once, at its place, whatever the order in which messages arrive. */
function hear(transcript: Transcript, frame: MessageFrame): Transcript {
  if (transcript.entries.some((entry) => holds(entry, frame.seq))) return transcript;
  const ticks = transcript.ticks + 1;
  const last = Math.max(transcript.last, frame.seq);
  const { edits } = frame;
  if (edits !== null && transcript.entries.some((entry) => holds(entry, edits))) {
    const entries = transcript.entries.map((entry) =>
      holds(entry, edits) ? edit(entry, frame, ticks) : entry,
    );
    return { ...transcript, ticks, last, entries };
  }
  const entry: Theirs = {
    kind: "theirs",
    seq: frame.seq,
    revision: frame.seq,
    names: edits === null ? [frame.seq] : [edits, frame.seq],
    content: frame,
    chosen: [],
    touched: ticks,
  };
  return { ...transcript, ticks, last, entries: place(transcript.entries, entry).slice(-LONGEST) };
}

function mark(
  transcript: Transcript,
  id: string,
  state: Mine["state"],
  problem: LocalText | null,
): Transcript {
  const entries = transcript.entries.map((entry) =>
    !isTheirs(entry) && entry.said.id === id ? { ...entry, state, problem } : entry,
  );
  return { ...transcript, entries };
}

/** A server that no longer knows us starts a new conversation: the old one's past is not ours to show. */
function meet(transcript: Transcript, token: string): Transcript {
  if (transcript.token === token) return transcript;
  if (transcript.token === null) return { ...transcript, token };
  const unsent = transcript.entries.filter((entry) => !isTheirs(entry) && entry.state === "sending");
  return { ...transcript, token, last: 0, entries: unsent };
}

export function receive(transcript: Transcript, frame: ServerFrame): Transcript {
  switch (frame.type) {
    case "welcome":
      return meet(transcript, frame.token);
    case "message":
      return hear(transcript, frame);
    case "ack":
      return mark(transcript, frame.id, "sent", null);
    case "error":
      return frame.id === null ? transcript : mark(transcript, frame.id, "failed", frame.text);
    default:
      return transcript;
  }
}

/** Adds what the person did. A tap is also remembered on the message that carried the button. */
export function say(transcript: Transcript, said: Said, label: string, at: string): Transcript {
  const ticks = transcript.ticks + 1;
  const mine: Mine = { kind: "mine", said, label, state: "sending", problem: null, at, touched: ticks };
  const entries = transcript.entries.map((entry) =>
    said.type === "tap" && isTheirs(entry) && offers(entry, said.data)
      ? { ...entry, chosen: [...entry.chosen, said.data] }
      : entry,
  );
  return { ...transcript, ticks, entries: [...entries, mine].slice(-LONGEST) };
}

/** Takes a failed one out again, before it is said anew. */
export function withdraw(transcript: Transcript, id: string): Transcript {
  const entries = transcript.entries.filter((entry) => isTheirs(entry) || entry.said.id !== id);
  return { ...transcript, entries };
}

export function unsent(transcript: Transcript): Said[] {
  return transcript.entries.flatMap((entry) =>
    !isTheirs(entry) && entry.state === "sending" ? [entry.said] : [],
  );
}

function offers(entry: Theirs, data: string): boolean {
  const cards = entry.content.cards.flatMap((card) => card.buttons);
  return [...entry.content.buttons, ...cards].some((button) => button.data === data);
}

function hasChoices(entry: Theirs): boolean {
  const { buttons, cards, asks, payment } = entry.content;
  return buttons.length + cards.length > 0 || asks !== null || payment !== null;
}

/**
 * The messages whose buttons stand out, while the person has not answered since: the last one with any, and the one
 * that changed last; and every alert that was not tapped yet, such as a second order's card.
 */
export function current(transcript: Transcript): ReadonlySet<number> {
  const answered = Math.max(0, ...transcript.entries.map((entry) => (isTheirs(entry) ? 0 : entry.touched)));
  const asking = transcript.entries.filter(isTheirs).filter(hasChoices);
  const changed = Math.max(0, ...asking.map((entry) => entry.touched));
  const last = asking.at(-1);
  const standing = asking.filter(
    (entry) =>
      (entry.touched > answered && (entry === last || entry.touched === changed)) ||
      (entry.content.alert && entry.chosen.length === 0),
  );
  return new Set(standing.map((entry) => entry.seq));
}
