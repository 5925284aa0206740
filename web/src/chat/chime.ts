const MUTED = "dangol.muted";

/** Two rising notes, twice: frequency in Hz, start and length in seconds. */
const NOTES = [
  [784, 0, 0.28],
  [1047, 0.16, 0.5],
  [784, 0.7, 0.28],
  [1047, 0.86, 0.6],
] as const;

export interface ChimeState {
  muted: boolean;
  /** The browser allows no sound before the person has touched the page. */
  locked: boolean;
}

/** The ring tone, made from two notes so that there is no file to load. One for the whole page. */
export class Chime {
  private context: AudioContext | null = null;
  private state: ChimeState;
  private readonly listeners = new Set<() => void>();

  constructor(private readonly storage: Storage | null) {
    this.state = { muted: storage?.getItem(MUTED) === "yes", locked: true };
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  readonly snapshot = (): ChimeState => this.state;

  /** To be called while the person touches the page. */
  unlock(): void {
    if (typeof AudioContext === "undefined" || !this.state.locked) return;
    this.context ??= new AudioContext();
    void this.context.resume().then(() => this.change({ locked: false }));
  }

  setMuted(muted: boolean): void {
    this.storage?.setItem(MUTED, muted ? "yes" : "no");
    this.change({ muted });
  }

  play(): void {
    const { context } = this;
    if (!context || this.state.muted || this.state.locked) return;
    for (const [pitch, start, length] of NOTES)
      this.note(context, pitch, context.currentTime + start, length);
  }

  private note(context: AudioContext, pitch: number, start: number, length: number): void {
    const tone = context.createOscillator();
    const loudness = context.createGain();
    tone.type = "triangle";
    tone.frequency.value = pitch;
    loudness.gain.setValueAtTime(0, start);
    loudness.gain.linearRampToValueAtTime(0.22, start + 0.02);
    loudness.gain.exponentialRampToValueAtTime(0.001, start + length);
    tone.connect(loudness).connect(context.destination);
    tone.start(start);
    tone.stop(start + length);
  }

  private change(part: Partial<ChimeState>): void {
    this.state = { ...this.state, ...part };
    for (const listener of this.listeners) listener();
  }
}
