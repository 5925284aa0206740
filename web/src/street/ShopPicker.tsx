import { BellIcon } from "../app/icons";
import type { SiteShop } from "../app/site";
import { useLanguage } from "../i18n/language";
import type { OpenShops } from "./openShops";

interface ShopPickerProps {
  shops: readonly SiteShop[];
  open: OpenShops;
  onLook: (slug: string) => void;
}

/** Whose phone is shown, and which other one is ringing. */
export function ShopPicker({ shops, open, onLook }: ShopPickerProps) {
  const { t, language } = useLanguage();
  const ringing = shops.filter((shop) => open.ringing.includes(shop.slug));
  return (
    <div className="picker">
      <span className="street-caption">{t("street.shop.phone")}</span>
      <select
        className="picker-select"
        aria-label={t("street.choose")}
        value={open.active ?? ""}
        onChange={(event) => onLook(event.target.value)}
      >
        <option value="" disabled>
          {t("street.choose")}
        </option>
        {shops.map((shop) => (
          <option key={shop.slug} value={shop.slug}>
            {`${shop.emoji} ${shop.name[language]}`}
          </option>
        ))}
      </select>
      <div role="status" className="picker-ringing">
        {ringing.map((shop) => (
          <button type="button" className="picker-ring" key={shop.slug} onClick={() => onLook(shop.slug)}>
            <BellIcon />
            {t("street.ringing", { shop: shop.name[language] })}
          </button>
        ))}
      </div>
    </div>
  );
}
