import { type Entry, emptyTranscript, type Transcript } from "./transcript";

const VERSION = 1;

interface Kept {
  version: number;
  transcript: Transcript;
}

function isEntry(value: unknown): value is Entry {
  if (typeof value !== "object" || value === null || !("kind" in value)) return false;
  if (value.kind === "mine") return "said" in value && "label" in value && "state" in value;
  return value.kind === "theirs" && "content" in value && "names" in value && "chosen" in value;
}

function isKept(value: unknown): value is Kept {
  if (typeof value !== "object" || value === null || !("version" in value) || !("transcript" in value))
    return false;
  const { version, transcript } = value as Kept;
  return version === VERSION && Array.isArray(transcript?.entries) && transcript.entries.every(isEntry);
}

/** What this device remembers of one conversation; empty when there is nothing or it can't be read. */
export function loadTranscript(storage: Storage | null, name: string): Transcript {
  try {
    const kept: unknown = JSON.parse(storage?.getItem(name) ?? "null");
    return isKept(kept) ? kept.transcript : emptyTranscript;
  } catch {
    return emptyTranscript;
  }
}

/** Keeps it, if the device lets us: a full or forbidden storage only costs the past after a reload. */
export function saveTranscript(storage: Storage | null, name: string, transcript: Transcript): void {
  try {
    const kept: Kept = { version: VERSION, transcript };
    storage?.setItem(name, JSON.stringify(kept));
  } catch {
    storage?.removeItem(name);
  }
}
