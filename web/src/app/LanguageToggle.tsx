import { useLanguage } from "../i18n/language";
import type { Language } from "../socket/protocol";

const names: readonly [Language, string, string][] = [
  ["ko", "한국어", "한"],
  ["en", "English", "EN"],
];

/** `short` shows initials always; else only where the page is narrow. */
export function LanguageToggle({ short = false }: { short?: boolean }) {
  const { t, language, setLanguage } = useLanguage();
  return (
    <fieldset className={short ? "toggle toggle-short" : "toggle"}>
      <legend className="unseen">{t("language")}</legend>
      {names.map(([code, name, initials]) => (
        <button
          type="button"
          className="toggle-side"
          key={code}
          lang={code}
          aria-pressed={language === code}
          onClick={() => setLanguage(code)}
        >
          <span className="toggle-name">{name}</span>
          <span className="toggle-initials" aria-hidden="true">
            {initials}
          </span>
        </button>
      ))}
    </fieldset>
  );
}
