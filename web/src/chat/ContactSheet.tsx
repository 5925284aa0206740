import { type FormEvent, useId, useState } from "react";
import { useLanguage } from "../i18n/language";
import { Sheet } from "./Sheet";

interface ContactSheetProps {
  onSend: (phone: string) => void;
  onClose: () => void;
}

/** The number as typed, if it can be one: 7 to 15 digits, with + ( ) - and spaces between. */
export function readPhone(typed: string): string | null {
  const phone = typed.trim();
  const digits = phone.replace(/\D/g, "").length;
  return /^[+\d][\d\s().-]*$/.test(phone) && digits >= 7 && digits <= 15 ? phone : null;
}

export function ContactSheet({ onSend, onClose }: ContactSheetProps) {
  const { t } = useLanguage();
  const [typed, setTyped] = useState("");
  const [wrong, setWrong] = useState(false);
  const field = useId();
  const problem = useId();

  const send = (event: FormEvent) => {
    event.preventDefault();
    const phone = readPhone(typed);
    if (phone === null) setWrong(true);
    else onSend(phone);
  };

  return (
    <Sheet title={t("contact.title")} onClose={onClose}>
      <form className="contact" onSubmit={send} noValidate>
        <label className="contact-label" htmlFor={field}>
          {t("contact.label")}
        </label>
        <input
          id={field}
          className="contact-field"
          type="tel"
          autoComplete="tel"
          placeholder="010-0000-0000"
          value={typed}
          aria-invalid={wrong}
          aria-describedby={wrong ? problem : undefined}
          onChange={(event) => {
            setTyped(event.target.value);
            setWrong(false);
          }}
        />
        {wrong && (
          <p className="sheet-problem" id={problem} role="alert">
            {t("contact.wrong")}
          </p>
        )}
        <button type="submit" className="wide-button">
          {t("contact.send")}
        </button>
      </form>
    </Sheet>
  );
}
