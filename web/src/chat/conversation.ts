import { type Connection, SocketClient, type Wire } from "../socket/client";
import type { Language, LocalText, MessageFrame, Said, ServerFrame, WelcomeFrame } from "../socket/protocol";
import { receive, say, type Transcript, unsent, withdraw } from "./transcript";
import { loadTranscript, saveTranscript } from "./transcriptStore";

export interface ConversationPort {
  dial: () => Wire;
  now: () => Date;
  newId: () => string;
  storage: Storage | null;
}

export interface ConversationPlace {
  /** Under which name the device keeps it. */
  name: string;
  /** The signed key of a shop's link; null for a consumer. */
  shopKey: string | null;
  language: Language;
}

export interface Snapshot {
  transcript: Transcript;
  connection: Connection;
  typing: boolean;
  welcome: WelcomeFrame | null;
  /** What the server refused as a whole, such as a link that is too old. */
  refusal: LocalText | null;
}

type WithoutId<T> = T extends unknown ? Omit<T, "id"> : never;
export type Doing = WithoutId<Said>;

const TYPING_MS = 10_000;
const SAVE_AFTER_MS = 200;

/** One person's chat with the server: its transcript, its connection, and what it remembers across reloads. */
export class Conversation {
  onAlert: ((message: MessageFrame) => void) | null = null;
  onShop: ((slug: string) => void) | null = null;
  private readonly client: SocketClient;
  private readonly listeners = new Set<() => void>();
  private state: Snapshot;
  private language: Language;
  private typingTimer: ReturnType<typeof setTimeout> | null = null;
  private saveTimer: ReturnType<typeof setTimeout> | null = null;

  constructor(
    private readonly port: ConversationPort,
    private readonly place: ConversationPlace,
  ) {
    const transcript = loadTranscript(port.storage, place.name);
    this.language = place.language;
    this.state = { transcript, connection: "connecting", typing: false, welcome: null, refusal: null };
    this.client = new SocketClient(
      {
        dial: port.dial,
        credentials: () => ({
          token: this.state.transcript.token,
          shop: place.shopKey,
          language: this.language,
          last: this.state.transcript.last,
        }),
        receive: (frame) => this.take(frame),
        connection: (connection) =>
          this.change({ connection, typing: this.state.typing && connection === "online" }),
      },
      unsent(transcript),
    );
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  readonly snapshot = (): Snapshot => this.state;

  start(): void {
    this.client.start();
  }

  stop(): void {
    this.client.stop();
    this.save();
  }

  wake(): void {
    this.client.wake();
  }

  speak(language: Language): void {
    if (language === this.language) return;
    this.language = language;
    this.client.refresh();
  }

  /** Does what the person did; `label` is how it reads in the chat. */
  act(doing: Doing, label: string): void {
    this.send({ ...doing, id: this.port.newId() }, label, this.state.transcript);
  }

  /** Under the same id: should the server have taken it after all, this is a repeat and does nothing. */
  actAgain(id: string): void {
    const failed = this.state.transcript.entries.find(
      (entry) => entry.kind === "mine" && entry.said.id === id,
    );
    if (failed?.kind !== "mine") return;
    this.send(failed.said, failed.label, withdraw(this.state.transcript, id));
  }

  save(): void {
    if (this.saveTimer !== null) clearTimeout(this.saveTimer);
    this.saveTimer = null;
    saveTranscript(this.port.storage, this.place.name, this.state.transcript);
  }

  private send(said: Said, label: string, transcript: Transcript): void {
    this.change({ transcript: say(transcript, said, label, this.port.now().toISOString()) });
    this.client.say(said);
  }

  private take(frame: ServerFrame): void {
    const before = this.state.transcript;
    const transcript = receive(before, frame);
    if (frame.type === "welcome") this.change({ transcript, welcome: frame, refusal: null });
    else if (transcript !== before) this.change({ transcript });
    if (frame.type === "typing") this.startTyping();
    if (frame.type === "error" && frame.id === null) this.change({ refusal: frame.text });
    if (frame.type === "shop") this.onShop?.(frame.slug);
    if (frame.type === "message") {
      this.stopTyping();
      if (frame.alert && transcript !== before) this.onAlert?.(frame);
    }
  }

  private startTyping(): void {
    this.stopTyping();
    this.typingTimer = setTimeout(() => this.stopTyping(), TYPING_MS);
    this.change({ typing: true });
  }

  private stopTyping(): void {
    if (this.typingTimer !== null) clearTimeout(this.typingTimer);
    this.typingTimer = null;
    if (this.state.typing) this.change({ typing: false });
  }

  private change(part: Partial<Snapshot>): void {
    const saves = part.transcript !== undefined && part.transcript !== this.state.transcript;
    this.state = { ...this.state, ...part };
    if (saves && this.saveTimer === null) this.saveTimer = setTimeout(() => this.save(), SAVE_AFTER_MS);
    for (const listener of this.listeners) listener();
  }
}
