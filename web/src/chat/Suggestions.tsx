import { Logo } from "../app/icons";
import type { Key } from "../i18n/ko";
import { useLanguage } from "../i18n/language";
import type { Role } from "../socket/protocol";

const suggested: Record<Role, readonly Key[]> = {
  consumer: ["suggest.consumer.1", "suggest.consumer.2", "suggest.consumer.3"],
  shop: ["suggest.shop.1", "suggest.shop.2", "suggest.shop.3"],
};

interface SuggestionsProps {
  side: Role;
  /** Nothing at all was said yet, by either side. */
  empty: boolean;
  onSay: (text: string) => void;
}

/** What to say first, until the person has said something. */
export function Suggestions({ side, empty, onSay }: SuggestionsProps) {
  const { t } = useLanguage();
  return (
    <section className={empty ? "suggestions suggestions-alone" : "suggestions"}>
      {empty && (
        <>
          <span className="suggestions-mark">
            <Logo />
          </span>
          <h3 className="suggestions-title">
            {t(side === "shop" ? "chat.empty.shop" : "chat.empty.consumer")}
          </h3>
          <p className="suggestions-hint">
            {t(side === "shop" ? "chat.empty.shop.hint" : "chat.empty.consumer.hint")}
          </p>
        </>
      )}
      <ul className="suggestions-list" aria-label={t("chat.suggestions")}>
        {suggested[side].map((key) => (
          <li key={key}>
            <button type="button" className="suggestion" onClick={() => onSay(t(key))}>
              {t(key)}
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
