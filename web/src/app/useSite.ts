import { useCallback, useEffect, useState } from "react";
import { fetchSite, type Site } from "./site";

export type SiteState = { kind: "loading" } | { kind: "failed" } | { kind: "ready"; site: Site };

const AGAIN_AFTER_MS = 4000;

/** The site's description, asked for until it comes. */
export function useSite(): [SiteState, () => void] {
  const [state, setState] = useState<SiteState>({ kind: "loading" });
  const [attempt, setAttempt] = useState(0);
  const again = useCallback(() => setAttempt((count) => count + 1), []);

  // biome-ignore lint/correctness/useExhaustiveDependencies: each attempt asks anew
  useEffect(() => {
    const stop = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    fetchSite(stop.signal).then(
      (site) => setState({ kind: "ready", site }),
      () => {
        if (stop.signal.aborted) return;
        setState({ kind: "failed" });
        timer = setTimeout(again, AGAIN_AFTER_MS);
      },
    );
    return () => {
      stop.abort();
      clearTimeout(timer);
    };
  }, [attempt, again]);

  return [state, again];
}
