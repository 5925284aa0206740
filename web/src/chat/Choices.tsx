import { CheckIcon, OutIcon } from "../app/icons";
import { useLanguage } from "../i18n/language";
import type { ChatButton } from "../socket/protocol";
import type { ChatActions } from "./actions";
import { isTill, readLink } from "./links";

interface ChoicesProps {
  buttons: ChatButton[];
  chosen: readonly string[];
  label: string;
  actions: ChatActions;
}

/** A message's buttons. All stay usable: the server answers where things stand. */
export function Choices({ buttons, chosen, label, actions }: ChoicesProps) {
  if (buttons.length === 0) return null;
  return (
    <ul className="choices" aria-label={label}>
      {buttons.map((button, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a message's buttons are known by their place in it
        <li key={index}>
          <Choice button={button} chosen={chosen.includes(button.data)} actions={actions} />
        </li>
      ))}
    </ul>
  );
}

interface ChoiceProps {
  button: ChatButton;
  chosen: boolean;
  actions: ChatActions;
}

function Choice({ button, chosen, actions }: ChoiceProps) {
  const { t } = useLanguage();
  const link = button.url === null ? null : readLink(button.url);
  if (link && isTill(link)) {
    return (
      <button type="button" className="choice" onClick={() => actions.pay({ url: link.href })}>
        {button.label}
      </button>
    );
  }
  if (link) {
    return (
      <a className="choice" href={link.href} target="_blank" rel="noopener noreferrer">
        {button.label}
        <OutIcon />
        <span className="unseen">, {t("chat.newtab")}</span>
      </a>
    );
  }
  return (
    <button
      type="button"
      className={chosen ? "choice choice-chosen" : "choice"}
      onClick={() => actions.tap(button)}
    >
      {chosen && <CheckIcon />}
      {button.label}
      {chosen && <span className="unseen">, {t("chat.chosen")}</span>}
    </button>
  );
}
