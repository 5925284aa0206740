const FIRST_MS = 500;
const LONGEST_MS = 10_000;

/**
 * How long to wait before the given attempt (0 is the first), in milliseconds: doubling, capped, and spread over its
 * upper half so that a restarted server is not met by everybody at once. `chance` is in [0, 1).
 */
export function backoff(attempt: number, chance: number): number {
  const full = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(attempt, 10));
  return Math.round(full / 2 + (full / 2) * chance);
}
