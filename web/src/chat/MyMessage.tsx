import { memo } from "react";
import { clock } from "../i18n/clock";
import { useLanguage } from "../i18n/language";
import type { ChatActions } from "./actions";
import type { Mine } from "./transcript";

interface MyMessageProps {
  entry: Mine;
  first: boolean;
  last: boolean;
  actions: ChatActions;
}

export const MyMessage = memo(function MyMessage({ entry, first, last, actions }: MyMessageProps) {
  const { t, language } = useLanguage();
  return (
    <div className={first ? "mine mine-first" : "mine"}>
      <span className="unseen">{t("chat.you")}: </span>
      <div className="bubble">{entry.label}</div>
      {entry.state === "sending" && <p className="stamp stamp-sending">{t("chat.sending")}</p>}
      {entry.state === "sent" && last && (
        <p className="stamp">
          <time dateTime={entry.at}>{clock(entry.at, language)}</time>
        </p>
      )}
      {entry.state === "failed" && (
        <p className="stamp stamp-failed">
          {entry.problem?.[language] || t("chat.failed")}
          <button type="button" className="again" onClick={() => actions.sayAgain(entry.said.id)}>
            {t("chat.resend")}
          </button>
        </p>
      )}
    </div>
  );
});
