import { type KeyboardEvent, type ReactNode, useEffect, useId, useRef } from "react";
import { CloseIcon } from "../app/icons";
import { useLanguage } from "../i18n/language";

interface SheetProps {
  title: string;
  tall?: boolean;
  onClose: () => void;
  children: ReactNode;
}

/**
 * A panel that slides over one phone. It is not a page-wide modal, since two phones share the street's page: the
 * phone's own content is made inert by ChatView while a sheet is open.
 */
export function Sheet({ title, tall = false, onClose, children }: SheetProps) {
  const { t } = useLanguage();
  const panel = useRef<HTMLDivElement>(null);
  const titleId = useId();

  useEffect(() => {
    const before = document.activeElement;
    panel.current?.focus();
    return () => {
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);

  const pressed = (event: KeyboardEvent) => {
    if (event.key === "Escape") onClose();
  };

  return (
    <div className="sheet-cover">
      <button type="button" className="sheet-behind" tabIndex={-1} aria-hidden="true" onClick={onClose} />
      <div
        className={tall ? "sheet sheet-tall" : "sheet"}
        ref={panel}
        role="dialog"
        aria-modal="true"
        aria-labelledby={titleId}
        tabIndex={-1}
        onKeyDown={pressed}
      >
        <header className="sheet-head">
          <h2 className="sheet-title" id={titleId}>
            {title}
          </h2>
          <button type="button" className="round" aria-label={t("sheet.close")} onClick={onClose}>
            <CloseIcon />
          </button>
        </header>
        {children}
      </div>
    </div>
  );
}
