import { BellIcon } from "../app/icons";
import { useLanguage } from "../i18n/language";
import type { Ring } from "./useRing";

/** What rings, in one line. Spoken at once by a screen reader. */
export function RingBanner({ ring }: { ring: Ring }) {
  const { t } = useLanguage();
  const line = ring.ringing?.text.split("\n")[0] || t("ring.shop");
  return (
    <div role="alert" className="ring-place">
      {ring.ringing && (
        <div className="ring-banner">
          <span className="ring-bell">
            <BellIcon />
          </span>
          <span className="ring-line">{line}</span>
          <button type="button" className="ring-see" onClick={ring.stop}>
            {t("ring.see")}
          </button>
        </div>
      )}
    </div>
  );
}
