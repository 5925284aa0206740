import type { Language } from "../socket/protocol";

const locales: Record<Language, string> = { ko: "ko-KR", en: "en-US" };

/** "오후 3:05" / "3:05 PM" in the reader's own zone; empty for a time that can't be read. */
export function clock(at: string, language: Language): string {
  const time = new Date(at);
  if (Number.isNaN(time.getTime())) return "";
  const hour = time.getHours();
  const minutes = String(time.getMinutes()).padStart(2, "0");
  const clockFace = `${hour % 12 || 12}:${minutes}`;
  // Browsers disagree on Korean's words for the halves of the day; people don't.
  if (language === "ko") return `${hour < 12 ? "오전" : "오후"} ${clockFace}`;
  return `${clockFace} ${hour < 12 ? "AM" : "PM"}`;
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
