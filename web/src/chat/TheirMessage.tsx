import { memo } from "react";
import { Logo, PhoneIcon, PinIcon } from "../app/icons";
import { clock } from "../i18n/clock";
import { useLanguage } from "../i18n/language";
import type { ChatActions } from "./actions";
import { Cards } from "./Cards";
import { Choices } from "./Choices";
import { PaymentCard } from "./PaymentCard";
import type { Theirs } from "./transcript";

interface TheirMessageProps {
  entry: Theirs;
  /** Its buttons are the ones to answer with now. */
  current: boolean;
  /** First of a run by the same side, last of a run in the same minute. */
  first: boolean;
  last: boolean;
  actions: ChatActions;
}

export const TheirMessage = memo(function TheirMessage({
  entry,
  current,
  first,
  last,
  actions,
}: TheirMessageProps) {
  const { t, language } = useLanguage();
  const { text, buttons, cards, asks, payment, alert, at } = entry.content;
  const edited = entry.revision !== entry.seq;
  const classes = ["theirs", first && "theirs-first", current ? "current" : "past", alert && "theirs-alert"];
  return (
    <div className={classes.filter(Boolean).join(" ")} data-seq={entry.seq}>
      {first && (
        <span className="avatar">
          <Logo />
        </span>
      )}
      <span className="unseen">{t("brand")}: </span>
      {text !== "" && (
        // A changed message is a new bubble, so that it is announced and glows once.
        <div className={edited ? "bubble bubble-changed" : "bubble"} key={entry.revision}>
          {text}
        </div>
      )}
      {payment && <PaymentCard payment={payment} actions={actions} />}
      <Cards cards={cards} chosen={entry.chosen} actions={actions} />
      {asks !== null && (
        <button type="button" className="ask" onClick={() => actions.ask(asks)}>
          {asks === "location" ? <PinIcon /> : <PhoneIcon />}
          {t(asks === "location" ? "location.ask" : "contact.ask")}
        </button>
      )}
      <Choices buttons={buttons} chosen={entry.chosen} label={t("chat.buttons")} actions={actions} />
      {(last || edited) && (
        <p className="stamp">
          {edited && `${t("chat.edited")} · `}
          <time dateTime={at}>{clock(at, language)}</time>
        </p>
      )}
    </div>
  );
});
