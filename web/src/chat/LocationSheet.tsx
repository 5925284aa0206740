import { useState } from "react";
import { PinIcon, TargetIcon } from "../app/icons";
import type { Place } from "../app/site";
import { useLanguage } from "../i18n/language";
import { Sheet } from "./Sheet";

const FIND_WITHIN_MS = 10_000;

interface LocationSheetProps {
  places: readonly Place[];
  /** Null where the device's own position is of no use (the demo's street) or can't be had. */
  geolocation: Geolocation | null;
  onSend: (lat: number, lon: number, label: string) => void;
  onClose: () => void;
}

export function LocationSheet({ places, geolocation, onSend, onClose }: LocationSheetProps) {
  const { t, language } = useLanguage();
  const [finding, setFinding] = useState<"no" | "yes" | "failed">("no");

  const find = (device: Geolocation) => {
    setFinding("yes");
    device.getCurrentPosition(
      ({ coords }) => onSend(coords.latitude, coords.longitude, t("location.sent")),
      () => setFinding("failed"),
      { timeout: FIND_WITHIN_MS, maximumAge: 60_000, enableHighAccuracy: true },
    );
  };

  return (
    <Sheet title={t("location.title")} onClose={onClose}>
      {geolocation && (
        <button
          type="button"
          className="place place-here"
          disabled={finding === "yes"}
          onClick={() => find(geolocation)}
        >
          <TargetIcon />
          <span>
            {t(finding === "yes" ? "location.finding" : "location.here")}
            <small>{t("location.here.hint")}</small>
          </span>
        </button>
      )}
      {finding === "failed" && (
        <p className="sheet-problem" role="alert">
          {t("location.refused")}
        </p>
      )}
      {places.length === 0 && <p className="sheet-hint">{t("location.none")}</p>}
      <ul className="places">
        {places.map((place) => (
          <li key={`${place.lat} ${place.lon}`}>
            <button
              type="button"
              className="place"
              onClick={() => onSend(place.lat, place.lon, place.name[language])}
            >
              <PinIcon />
              {place.name[language]}
            </button>
          </li>
        ))}
      </ul>
    </Sheet>
  );
}
