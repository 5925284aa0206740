import { type LocalText, readLocalText } from "../socket/protocol";

export interface SiteShop {
  slug: string;
  name: LocalText;
  trade: string;
  key: string;
  emoji: string;
}

export interface Place {
  name: LocalText;
  lat: number;
  lon: number;
}

/** What this server is: one chat, or the demo town's street with its shops. */
export interface Site {
  mode: "street" | "chat";
  town: LocalText;
  shops: SiteShop[];
  places: Place[];
  telegram: string | null;
}

type Fields = Record<string, unknown>;

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null;
}

function readShops(value: unknown): SiteShop[] {
  if (!Array.isArray(value)) return [];
  return value.filter(isFields).map((shop) => ({
    slug: String(shop.slug ?? ""),
    name: readLocalText(shop.name),
    trade: String(shop.trade ?? ""),
    key: String(shop.key ?? ""),
    emoji: String(shop.emoji ?? "🏪"),
  }));
}

function readPlaces(value: unknown): Place[] {
  if (!Array.isArray(value)) return [];
  return value.filter(isFields).flatMap((place) => {
    const { lat, lon } = place;
    if (typeof lat !== "number" || typeof lon !== "number") return [];
    return [{ name: readLocalText(place.name), lat, lon }];
  });
}

export function readSite(value: unknown): Site {
  const site = isFields(value) ? value : {};
  return {
    mode: site.mode === "street" ? "street" : "chat",
    town: readLocalText(site.town),
    shops: readShops(site.shops),
    places: readPlaces(site.places),
    telegram:
      typeof site.telegram === "string" && site.telegram.startsWith("https://") ? site.telegram : null,
  };
}

/** Asks the server. Rejects when it can't be reached or answers with an error. */
export async function fetchSite(signal: AbortSignal): Promise<Site> {
  const answer = await fetch("/api/site", { signal, headers: { accept: "application/json" } });
  if (!answer.ok) throw new Error(`/api/site answered ${answer.status}`);
  return readSite(await answer.json());
}
