import { Fragment } from "react";
import { DownIcon, UpIcon } from "../app/icons";
import { clock, day } from "../i18n/clock";
import { useLanguage } from "../i18n/language";
import type { ChatActions } from "./actions";
import { MyMessage } from "./MyMessage";
import { TheirMessage } from "./TheirMessage";
import { current, type Entry, type Transcript } from "./transcript";
import { useFollow } from "./useFollow";

interface LogProps {
  name: string;
  transcript: Transcript;
  typing: boolean;
  actions: ChatActions;
  children: React.ReactNode;
}

function at(entry: Entry | undefined): string {
  if (!entry) return "";
  return entry.kind === "mine" ? entry.at : entry.content.at;
}

function key(entry: Entry): string {
  return entry.kind === "mine" ? entry.said.id : String(entry.seq);
}

/** The conversation itself. `children` stand at its end: what could be said first, for one. */
export function Log({ name, transcript, typing, actions, children }: LogProps) {
  const { t, language } = useLanguage();
  const { scroller, missed, toEnd, toChange } = useFollow(transcript, typing);
  const { entries } = transcript;
  const asking = current(transcript);
  const dayOf = (entry: Entry | undefined) => day(at(entry), language);
  const minuteOf = (entry: Entry | undefined) => (entry ? `${entry.kind} ${clock(at(entry), language)}` : "");
  return (
    <div className="log-frame">
      <div
        className="log"
        ref={scroller}
        role="log"
        aria-live="polite"
        aria-label={t("chat.log", { name })}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        tabIndex={0}
      >
        <div className="log-inner">
          {entries.map((entry, index) => {
            const before = entries[index - 1];
            const newDay = dayOf(entry) !== dayOf(before);
            const run = {
              first: newDay || before?.kind !== entry.kind,
              last: minuteOf(entry) !== minuteOf(entries[index + 1]),
              actions,
            };
            return (
              <Fragment key={key(entry)}>
                {newDay && <p className="day">{dayOf(entry)}</p>}
                {entry.kind === "mine" ? (
                  <MyMessage entry={entry} {...run} />
                ) : (
                  <TheirMessage entry={entry} current={asking.has(entry.seq)} {...run} />
                )}
              </Fragment>
            );
          })}
          {typing && <Typing label={t("chat.typing")} />}
          {children}
        </div>
      </div>
      {missed === "below" && (
        <button type="button" className="follow" onClick={toEnd}>
          <DownIcon />
          {t("chat.new")}
        </button>
      )}
      {missed === "above" && (
        <button type="button" className="follow follow-above" onClick={toChange}>
          <UpIcon />
          {t("chat.changed")}
        </button>
      )}
    </div>
  );
}

function Typing({ label }: { label: string }) {
  return (
    <p className="typing">
      <span className="unseen">{label}</span>
      <span className="typing-dot" />
      <span className="typing-dot" />
      <span className="typing-dot" />
    </p>
  );
}
