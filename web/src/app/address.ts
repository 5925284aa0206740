/** What the page's address asks for. */
export interface Address {
  /** A shop's chat, opened from its signed link. */
  shop: { slug: string; key: string | null } | null;
}

export function readAddress(url: URL): Address {
  const path = /^\/shop\/([^/]+)\/?$/.exec(url.pathname);
  if (!path?.[1]) return { shop: null };
  const slug = decode(path[1]);
  return { shop: slug === null ? null : { slug, key: url.searchParams.get("key") } };
}

function decode(part: string): string | null {
  try {
    return decodeURIComponent(part);
  } catch {
    return null;
  }
}

/** The invitation code of `/?join=CODE`, once: it leaves the address, so that a reload does not say it again. */
export function takeJoinCode(): string | null {
  const url = new URL(location.href);
  const code = url.searchParams.get("join")?.trim() || null;
  if (code === null) return null;
  url.searchParams.delete("join");
  history.replaceState(history.state, "", url);
  return code;
}
