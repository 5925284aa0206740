import { backoff } from "./backoff";
import { type ClientFrame, type Language, readFrame, type Said, type ServerFrame } from "./protocol";

/** What the client needs of a WebSocket; tests give their own. */
export type Wire = Pick<WebSocket, "onopen" | "onmessage" | "onclose" | "send" | "close">;

export type Connection = "connecting" | "online" | "offline";

export interface ClientPort {
  /** Opens a connection; called again for each attempt. */
  dial: () => Wire;
  /** What to say first: who we are and what we have seen, asked anew at each connection. */
  credentials: () => { token: string | null; shop: string | null; language: Language; last: number };
  receive: (frame: ServerFrame) => void;
  connection: (state: Connection) => void;
  chance?: () => number;
}

const PING_EVERY_MS = 25_000;
const PONG_WITHIN_MS = 8_000;
const WELCOME_WITHIN_MS = 10_000;
const AGAIN_AFTER_MS = 3_000;
const MOST_AGAIN = 5;

/**
 * Keeps a conversation's connection alive. Whatever is said goes into `unacked` and leaves it only when the server
 * acknowledges it: after each welcome all of it is sent again, in order and under the same ids. What the server cannot
 * take just now is sent again a few times too, before the person is told.
 */
export class SocketClient {
  private wire: Wire | null = null;
  private welcomed = false;
  private running = false;
  private attempt = 0;
  private retryTimer: ReturnType<typeof setTimeout> | null = null;
  private silenceTimer: ReturnType<typeof setTimeout> | null = null;
  private againTimer: ReturnType<typeof setTimeout> | null = null;
  private againLeft = MOST_AGAIN;
  private readonly unacked = new Map<string, Said>();

  constructor(
    private readonly port: ClientPort,
    unacked: readonly Said[] = [],
  ) {
    for (const said of unacked) this.unacked.set(said.id, said);
  }

  start(): void {
    if (this.running) return;
    this.running = true;
    this.connect();
  }

  stop(): void {
    this.running = false;
    this.hangUp();
  }

  /** Sends now if it can, else as soon as it can. */
  say(said: Said): void {
    this.unacked.set(said.id, said);
    if (this.welcomed) this.put(said);
  }

  /** Connects anew at once: the network came back, the page was shown again, or the language changed. */
  refresh(): void {
    if (!this.running) return;
    this.attempt = 0;
    this.hangUp();
    this.connect();
  }

  /** Like `refresh`, but leaves a connection that works alone. */
  wake(): void {
    if (this.running && !this.welcomed) this.refresh();
    else if (this.welcomed) this.ping();
  }

  private connect(): void {
    this.port.connection(this.attempt === 0 ? "connecting" : "offline");
    const wire = this.port.dial();
    this.wire = wire;
    this.expectWithin(WELCOME_WITHIN_MS);
    wire.onopen = () => {
      if (this.wire !== wire) return;
      const { language, ...who } = this.port.credentials();
      this.put({ type: "hello", ...who, lang: language });
    };
    wire.onmessage = (event) => {
      const frame = this.wire === wire ? readFrame(event.data) : null;
      if (frame) this.take(frame);
    };
    wire.onclose = () => {
      if (this.wire === wire) this.lost();
    };
  }

  private take(frame: ServerFrame): void {
    if (frame.type === "ack") {
      this.unacked.delete(frame.id);
      this.againLeft = MOST_AGAIN;
    }
    if (this.takesAgain(frame)) return;
    if (frame.type === "error" && frame.id !== null) this.unacked.delete(frame.id);
    if (this.welcomed) this.expectPing();
    this.port.receive(frame);
    if (frame.type === "welcome" && !this.welcomed) {
      this.welcomed = true;
      this.attempt = 0;
      this.port.connection("online");
      for (const said of [...this.unacked.values()]) this.put(said);
      this.expectPing();
    }
  }

  private takesAgain(frame: ServerFrame): boolean {
    if (frame.type !== "error" || !frame.again || this.againLeft === 0) return false;
    this.againTimer ??= setTimeout(() => {
      this.againTimer = null;
      this.againLeft -= 1;
      for (const said of [...this.unacked.values()]) this.put(said);
    }, AGAIN_AFTER_MS);
    return true;
  }

  private put(frame: ClientFrame): void {
    try {
      this.wire?.send(JSON.stringify(frame));
    } catch {
      // A socket that is closing throws; it is on its way to `onclose`, and what was said stays unacked.
    }
  }

  private ping(): void {
    this.put({ type: "ping" });
    this.expectWithin(PONG_WITHIN_MS);
  }

  private expectPing(): void {
    this.clear("silenceTimer");
    this.silenceTimer = setTimeout(() => this.ping(), PING_EVERY_MS);
  }

  /** A connection that stays silent is dead even if nobody closed it. */
  private expectWithin(ms: number): void {
    this.clear("silenceTimer");
    this.silenceTimer = setTimeout(() => this.lost(), ms);
  }

  private lost(): void {
    this.hangUp();
    this.port.connection("offline");
    if (!this.running) return;
    const wait = backoff(this.attempt, (this.port.chance ?? Math.random)());
    this.attempt += 1;
    this.retryTimer = setTimeout(() => this.connect(), wait);
  }

  private hangUp(): void {
    this.clear("retryTimer");
    this.clear("silenceTimer");
    this.clear("againTimer");
    const wire = this.wire;
    this.wire = null;
    this.welcomed = false;
    wire?.close();
  }

  private clear(timer: "retryTimer" | "silenceTimer" | "againTimer"): void {
    if (this[timer] !== null) clearTimeout(this[timer]);
    this[timer] = null;
  }
}
