import { createContext, type ReactNode, useCallback, useContext, useEffect, useMemo, useState } from "react";
import type { Language } from "../socket/protocol";
import { en } from "./en";
import { type Key, ko } from "./ko";

export type Facts = Record<string, string | number>;
export type Translate = (key: Key, facts?: Facts) => string;

const words: Record<Language, Record<Key, string>> = { ko, en };
const REMEMBERED = "dangol.language";

export function translate(language: Language, key: Key, facts: Facts = {}): string {
  return words[language][key].replace(/\{(\w+)\}/g, (whole, name: string) => String(facts[name] ?? whole));
}

/** What the person chose before, else the browser's first language: Korean for Korean, English for all others. */
export function firstLanguage(remembered: string | null, browser: readonly string[]): Language {
  if (remembered === "ko" || remembered === "en") return remembered;
  const first = browser[0]?.toLowerCase() ?? "ko";
  return first.startsWith("ko") ? "ko" : "en";
}

interface Spoken {
  language: Language;
  t: Translate;
  setLanguage: (language: Language) => void;
}

const SpokenContext = createContext<Spoken | null>(null);

interface LanguageProviderProps {
  storage: Storage | null;
  children: ReactNode;
}

export function LanguageProvider({ storage, children }: LanguageProviderProps) {
  const [language, setChosen] = useState<Language>(() =>
    firstLanguage(storage?.getItem(REMEMBERED) ?? null, navigator.languages),
  );
  useEffect(() => {
    document.documentElement.lang = language;
  }, [language]);
  const setLanguage = useCallback(
    (chosen: Language) => {
      storage?.setItem(REMEMBERED, chosen);
      setChosen(chosen);
    },
    [storage],
  );
  const spoken = useMemo<Spoken>(
    () => ({ language, setLanguage, t: (key, facts) => translate(language, key, facts) }),
    [language, setLanguage],
  );
  return <SpokenContext value={spoken}>{children}</SpokenContext>;
}

export function useLanguage(): Spoken {
  const spoken = useContext(SpokenContext);
  if (!spoken) throw new Error("useLanguage outside LanguageProvider");
  return spoken;
}
