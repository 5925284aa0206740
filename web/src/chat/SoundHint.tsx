import { useSyncExternalStore } from "react";
import { BellIcon } from "../app/icons";
import { useLanguage } from "../i18n/language";
import type { Chime } from "./chime";

/** A shop must hear its orders: asks for the one touch that a browser wants before it lets a page ring. */
export function SoundHint({ chime }: { chime: Chime }) {
  const { t } = useLanguage();
  const { muted, locked } = useSyncExternalStore(chime.subscribe, chime.snapshot);
  if (muted || !locked) return null;
  return (
    <button type="button" className="sound-hint" onClick={() => chime.unlock()}>
      <BellIcon />
      {t("ring.locked")}
    </button>
  );
}
