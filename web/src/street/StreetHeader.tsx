import type { ReactNode } from "react";
import { Logo, OutIcon } from "../app/icons";
import { LanguageToggle } from "../app/LanguageToggle";
import { useLanguage } from "../i18n/language";
import type { LocalText } from "../socket/protocol";

interface StreetHeaderProps {
  town: LocalText;
  telegram: string | null;
  children: ReactNode;
}

export function StreetHeader({ town, telegram, children }: StreetHeaderProps) {
  const { t, language } = useLanguage();
  return (
    <header className="street-head">
      <Logo />
      <div className="street-brand">
        <h1 className="street-name">{t("brand")}</h1>
        <p className="street-tagline">
          {t("tagline")}
          {town[language] !== "" && ` · ${town[language]}`}
        </p>
      </div>
      {children}
      {telegram !== null && (
        <a className="street-telegram" href={telegram} target="_blank" rel="noopener noreferrer">
          {t("street.telegram")}
          <OutIcon />
        </a>
      )}
      <LanguageToggle />
    </header>
  );
}
