import { Logo } from "../app/icons";
import type { SiteShop } from "../app/site";
import { useLanguage } from "../i18n/language";

const SHOWN = 6;

interface IdlePhoneProps {
  shops: readonly SiteShop[];
  onLook: (slug: string) => void;
}

/** A few shops of different trades, in the town's own order. */
export function variety(shops: readonly SiteShop[], count: number): SiteShop[] {
  const seen = new Set<string>();
  return shops.filter((shop) => !seen.has(shop.trade) && seen.add(shop.trade)).slice(0, count);
}

/** The shop's phone before a shop is chosen: asleep, and saying what will wake it. */
export function IdlePhone({ shops, onLook }: IdlePhoneProps) {
  const { t, language } = useLanguage();
  return (
    <div className="phone phone-idle" data-role="shop">
      <div className="idle">
        <span className="idle-face" aria-hidden="true">
          <Logo />
        </span>
        <h2 className="idle-title">{t("street.idle")}</h2>
        <p className="idle-hint">{t("street.idle.hint")}</p>
        <h3 className="idle-subtitle">{t("street.idle.shops")}</h3>
        <ul className="idle-shops">
          {variety(shops, SHOWN).map((shop) => (
            <li key={shop.slug}>
              <button type="button" className="idle-shop" onClick={() => onLook(shop.slug)}>
                <span aria-hidden="true">{shop.emoji}</span>
                {shop.name[language]}
              </button>
            </li>
          ))}
        </ul>
      </div>
    </div>
  );
}
