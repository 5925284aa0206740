import { useLanguage } from "../i18n/language";

export type Side = "consumer" | "shop";

const SIDES: readonly Side[] = ["consumer", "shop"];

interface PhoneSwitchProps {
  side: Side;
  /** The side that has something new which isn't in view. */
  unseen: Side | null;
  onTurn: (side: Side) => void;
}

/** Turns between the two phones on a narrow screen. */
export function PhoneSwitch({ side, unseen, onTurn }: PhoneSwitchProps) {
  const { t } = useLanguage();
  return (
    <fieldset className="toggle phone-switch">
      <legend className="unseen">{t("street.phones")}</legend>
      {SIDES.map((one) => (
        <button
          type="button"
          className="toggle-side"
          key={one}
          aria-pressed={side === one}
          onClick={() => onTurn(one)}
        >
          {t(`street.${one}`)}
          {unseen === one && (
            <span className="phone-switch-dot">
              <span className="unseen">, {t("street.unread")}</span>
            </span>
          )}
        </button>
      ))}
    </fieldset>
  );
}
