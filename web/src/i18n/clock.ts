import type { Language } from "../socket/protocol";

const locales: Record<Language, string> = { ko: "ko-KR", en: "en-US" };

/** "오후 3:05" / "3:05 PM" in the reader's own zone; empty for a time that can't be read. */
export function clock(at: string, language: Language): string {
  const time = new Date(at);
  if (Number.isNaN(time.getTime())) return "";
  return new Intl.DateTimeFormat(locales[language], { hour: "numeric", minute: "2-digit" }).format(time);
}

/** "11월 22일 일요일" / "Sunday, November 22". */
export function day(at: string, language: Language): string {
  const time = new Date(at);
  if (Number.isNaN(time.getTime())) return "";
  return new Intl.DateTimeFormat(locales[language], {
    month: "long",
    day: "numeric",
    weekday: "long",
  }).format(time);
}
