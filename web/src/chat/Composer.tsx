import { type FormEvent, type KeyboardEvent, useLayoutEffect, useRef, useState } from "react";
import { SendIcon } from "../app/icons";
import { useLanguage } from "../i18n/language";

const LONGEST = 1000;
const IME_KEY_CODE = 229;

interface ComposerProps {
  placeholder: string;
  onSay: (text: string) => void;
}

export function Composer({ placeholder, onSay }: ComposerProps) {
  const { t } = useLanguage();
  const [draft, setDraft] = useState("");
  const field = useRef<HTMLTextAreaElement>(null);

  // biome-ignore lint/correctness/useExhaustiveDependencies: the field grows with its draft
  useLayoutEffect(() => {
    const area = field.current;
    if (!area) return;
    area.style.height = "auto";
    area.style.height = `${area.scrollHeight}px`;
  }, [draft]);

  const send = (event?: FormEvent) => {
    event?.preventDefault();
    const text = draft.trim();
    if (text === "") return;
    setDraft("");
    onSay(text);
    field.current?.focus();
  };

  // Enter also ends a syllable that is still being composed; only a free Enter sends.
  const pressed = (event: KeyboardEvent) => {
    const composing = event.nativeEvent.isComposing || event.keyCode === IME_KEY_CODE;
    if (event.key !== "Enter" || event.shiftKey || composing) return;
    event.preventDefault();
    send();
  };

  return (
    <form className="composer" onSubmit={send}>
      <textarea
        ref={field}
        className="composer-field"
        rows={1}
        value={draft}
        maxLength={LONGEST}
        placeholder={placeholder}
        aria-label={t("composer.label")}
        enterKeyHint="send"
        autoComplete="off"
        onChange={(event) => setDraft(event.target.value)}
        onKeyDown={pressed}
      />
      <button
        type="submit"
        className="composer-send"
        aria-label={t("composer.send")}
        disabled={draft.trim() === ""}
      >
        <SendIcon />
      </button>
    </form>
  );
}
