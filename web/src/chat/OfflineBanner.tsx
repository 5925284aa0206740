import { useEffect, useState } from "react";
import { useLanguage } from "../i18n/language";
import type { Connection } from "../socket/client";
import type { LocalText } from "../socket/protocol";

const PATIENCE_MS = 1200;

interface OfflineBannerProps {
  connection: Connection;
  refusal: LocalText | null;
}

/** Says that the connection is lost, once it has been for long enough to matter; or why there is none. */
export function OfflineBanner({ connection, refusal }: OfflineBannerProps) {
  const { t, language } = useLanguage();
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
      {(shown || refusal) && <p className="offline">{refusal?.[language] || t("status.lost")}</p>}
    </div>
  );
}
