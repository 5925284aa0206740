/** Which shops' phones are on, and which one is looked at. */
export interface OpenShops {
  active: string | null;
  /** Newest last. */
  on: readonly string[];
  ringing: readonly string[];
}

const MOST = 6;
const KEPT = "dangol.street";

export const noShops: OpenShops = { active: null, on: [], ringing: [] };

/** Looks at a shop. Its phone goes on, and stays on when another is looked at, so that it can ring. */
export function look(shops: OpenShops, slug: string): OpenShops {
  const on = shops.on.includes(slug) ? shops.on : [...shops.on, slug].slice(-MOST);
  return { active: slug, on, ringing: shops.ringing.filter((other) => other !== slug) };
}

/** A shop's phone rings; one that is looked at needs no pointer to it. */
export function ring(shops: OpenShops, slug: string): OpenShops {
  if (slug === shops.active || shops.ringing.includes(slug)) return shops;
  return { ...shops, ringing: [...shops.ringing, slug] };
}

/** What this tab had open before a reload, without the shops that are no more. */
export function recallShops(storage: Storage | null, known: ReadonlySet<string>): OpenShops {
  try {
    const kept: unknown = JSON.parse(storage?.getItem(KEPT) ?? "null");
    if (typeof kept !== "object" || kept === null || !("on" in kept) || !Array.isArray(kept.on))
      return noShops;
    const on = kept.on
      .filter((slug): slug is string => typeof slug === "string" && known.has(slug))
      .slice(-MOST);
    const active =
      "active" in kept && typeof kept.active === "string" && on.includes(kept.active) ? kept.active : null;
    return { active, on, ringing: [] };
  } catch {
    return noShops;
  }
}

export function keepShops(storage: Storage | null, shops: OpenShops): void {
  try {
    storage?.setItem(KEPT, JSON.stringify({ active: shops.active, on: shops.on }));
  } catch {
    // A full storage costs only that a reload turns the phones off.
  }
}
