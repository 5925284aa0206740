import { useEffect, useState } from "react";
import { useLanguage } from "../i18n/language";
import type { Connection } from "../socket/client";

const PATIENCE_MS = 1200;

/** Says that the connection is lost, once it has been for long enough to matter. */
export function OfflineBanner({ connection }: { connection: Connection }) {
  const { t } = useLanguage();
  const [shown, setShown] = useState(false);
  useEffect(() => {
    if (connection === "online") {
      setShown(false);
      return;
    }
    const timer = setTimeout(() => setShown(true), PATIENCE_MS);
    return () => clearTimeout(timer);
  }, [connection]);
  return (
    <div role="status" className="offline-place">
      {shown && <p className="offline">{t("status.lost")}</p>}
    </div>
  );
}
