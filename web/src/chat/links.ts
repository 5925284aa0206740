const ALLOWED = new Set(["http:", "https:", "tel:", "mailto:"]);

export interface Link {
  href: string;
  /** Ours, so that it may open within the page. */
  own: boolean;
}

/** A link that is safe to follow, or null: nothing but the web, a call or a mail. */
export function readLink(url: string, base: string = location.href): Link | null {
  if (!URL.canParse(url, base)) return null;
  const link = new URL(url, base);
  if (!ALLOWED.has(link.protocol)) return null;
  return { href: link.href, own: link.origin === new URL(base).origin };
}

/** A page of ours to pay on. Other tills' pages refuse to be framed, and get a tab of their own. */
export function isTill(link: Link): boolean {
  return link.own && /^\/(till|pay)\//.test(new URL(link.href).pathname);
}
