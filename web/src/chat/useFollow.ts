import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from "react";
import type { Entry, Transcript } from "./transcript";

/** Where something new is that the reader can't see. */
type Missed = "below" | "above" | null;

const NEAR_END_PX = 80;

function newest(entries: readonly Entry[]): Entry | undefined {
  return entries.reduce<Entry | undefined>(
    (best, entry) => (best && best.touched > entry.touched ? best : entry),
    undefined,
  );
}

function find(scroller: HTMLElement, entry: Entry): Element | null {
  return entry.kind === "theirs" ? scroller.querySelector(`[data-seq="${entry.seq}"]`) : null;
}

/**
 * Keeps the newest in sight for a reader who is at the end, and leaves one who reads further up where they are.
 * A message that changes in place far above is pointed to.
 */
export function useFollow(transcript: Transcript, typing: boolean) {
  const scroller = useRef<HTMLDivElement>(null);
  const atEnd = useRef(true);
  const [missed, setMissed] = useState<Missed>(null);
  const { entries, ticks } = transcript;

  const toEnd = useCallback(() => {
    const box = scroller.current;
    if (box) box.scrollTop = box.scrollHeight;
    atEnd.current = true;
    setMissed(null);
  }, []);

  const toChange = useCallback(() => {
    const box = scroller.current;
    const entry = newest(entries);
    if (box && entry) find(box, entry)?.scrollIntoView({ block: "center" });
    setMissed(null);
  }, [entries]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: whatever changes what is shown
  useLayoutEffect(() => {
    const box = scroller.current;
    const entry = newest(entries);
    if (!box) return;
    const last = entry === entries.at(-1);
    if (atEnd.current || (last && entry?.kind === "mine")) toEnd();
    else if (entry && last) setMissed("below");
    const element = entry && !last ? find(box, entry) : null;
    if (element && element.getBoundingClientRect().bottom < box.getBoundingClientRect().top)
      setMissed("above");
  }, [ticks, typing, toEnd]);

  useScrolled(scroller, (nearEnd) => {
    atEnd.current = nearEnd;
    if (nearEnd) setMissed((now) => (now === "below" ? null : now));
  });

  return { scroller, missed, toEnd, toChange };
}

function useScrolled(scroller: RefObject<HTMLDivElement | null>, tell: (nearEnd: boolean) => void) {
  const telling = useRef(tell);
  telling.current = tell;
  useEffect(() => {
    const box = scroller.current;
    if (!box) return;
    let height = box.clientHeight;
    const near = () => box.scrollHeight - box.scrollTop - box.clientHeight < NEAR_END_PX;
    let wasNear = true;
    const look = () => {
      if (box.clientHeight === height) wasNear = near();
      telling.current(wasNear);
    };
    // A keyboard that opens makes the box smaller: stay at the end if that is where the reader was.
    const sizes = new ResizeObserver(() => {
      height = box.clientHeight;
      if (wasNear) box.scrollTop = box.scrollHeight;
    });
    sizes.observe(box);
    if (box.firstElementChild) sizes.observe(box.firstElementChild);
    box.addEventListener("scroll", look, { passive: true });
    return () => {
      sizes.disconnect();
      box.removeEventListener("scroll", look);
    };
  }, [scroller]);
}
