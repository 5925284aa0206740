import { useEffect, useRef } from "react";
import { OutIcon } from "../app/icons";
import { useLanguage } from "../i18n/language";
import { Sheet } from "./Sheet";

interface TillSheetProps {
  url: string;
  onClose: () => void;
}

function isDone(event: MessageEvent<unknown>, till: Window | null | undefined): boolean {
  const { data } = event;
  if (event.origin !== location.origin || (event.source !== null && event.source !== till)) return false;
  return typeof data === "object" && data !== null && "dangol" in data && data.dangol === "till-done";
}

/** Our own till's page within the chat. It says by `postMessage` when there is nothing left to do in it. */
export function TillSheet({ url, onClose }: TillSheetProps) {
  const { t } = useLanguage();
  const frame = useRef<HTMLIFrameElement>(null);
  useEffect(() => {
    const hear = (event: MessageEvent<unknown>) => {
      if (isDone(event, frame.current?.contentWindow)) onClose();
    };
    window.addEventListener("message", hear);
    return () => window.removeEventListener("message", hear);
  }, [onClose]);
  return (
    <Sheet title={t("payment.title")} tall onClose={onClose}>
      <iframe className="till" ref={frame} src={url} title={t("payment.title")} allow="payment" />
      <a className="till-out" href={url} target="_blank" rel="noopener noreferrer">
        {t("payment.newtab")}
        <OutIcon />
      </a>
    </Sheet>
  );
}
