import type { Language } from "../socket/protocol";

const locales: Record<Language, string> = { ko: "ko-KR", en: "en-US" };

/** "23,000원" / "₩23,000". `amount` is in minor units; how many of them make one is the currency's own. */
export function money(amount: number, currency: string, language: Language): string {
  const locale = locales[language];
  if (currency === "KRW" && language === "ko") return `${new Intl.NumberFormat(locale).format(amount)}원`;
  try {
    const format = new Intl.NumberFormat(locale, { style: "currency", currency });
    const digits = format.resolvedOptions().maximumFractionDigits ?? 0;
    return format.format(amount / 10 ** digits);
  } catch {
    return `${amount} ${currency}`;
  }
}
