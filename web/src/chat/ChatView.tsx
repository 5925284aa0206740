import { type ReactNode, useCallback, useMemo, useState } from "react";
import type { Place } from "../app/site";
import { useLanguage } from "../i18n/language";
import type { Role } from "../socket/protocol";
import type { ChatActions } from "./actions";
import { ChatHeader } from "./ChatHeader";
import { Composer } from "./Composer";
import { ContactSheet } from "./ContactSheet";
import type { Chime } from "./chime";
import type { Conversation, Doing, Snapshot } from "./conversation";
import { LocationSheet } from "./LocationSheet";
import { Log } from "./Log";
import { isTill, readLink } from "./links";
import { OfflineBanner } from "./OfflineBanner";
import { RingBanner } from "./RingBanner";
import { SoundHint } from "./SoundHint";
import { Suggestions } from "./Suggestions";
import { TillSheet } from "./TillSheet";
import { current } from "./transcript";
import { useRing } from "./useRing";

type OpenSheet = { kind: "location" } | { kind: "contact" } | { kind: "till"; url: string } | null;

export interface ChatViewProps {
  conversation: Conversation;
  snapshot: Snapshot;
  side: Role;
  title: string;
  face: ReactNode;
  places: readonly Place[];
  geolocation: Geolocation | null;
  chime: Chime;
  onRing?: () => void;
  /** Stands in the header, beside the bell. */
  children?: ReactNode;
}

/** One phone's screen: header, conversation, composer, and the sheets that slide over them. */
export function ChatView(props: ChatViewProps) {
  const { conversation, snapshot, side, title, chime, children } = props;
  const { t } = useLanguage();
  const [sheet, setSheet] = useState<OpenSheet>(null);
  const { transcript, typing, connection } = snapshot;
  const ring = useRing({ conversation, transcript, chime, side, onRing: props.onRing });
  const stopRing = ring.stop;

  const act = useCallback(
    (doing: Doing, label: string) => {
      stopRing();
      conversation.act(doing, label);
    },
    [conversation, stopRing],
  );
  const actions = useMemo<ChatActions>(
    () => ({
      say: (text) => act({ type: "say", text }, text),
      tap: (button) => act({ type: "tap", data: button.data }, button.label),
      ask: (what) => setSheet({ kind: what }),
      pay: ({ url }) => {
        const link = readLink(url);
        if (link && isTill(link)) setSheet({ kind: "till", url: link.href });
        else if (link) window.open(link.href, "_blank", "noopener,noreferrer");
      },
      sayAgain: (id) => conversation.actAgain(id),
    }),
    [act, conversation],
  );
  const close = useCallback(() => setSheet(null), []);
  const status =
    connection === "online" ? (`status.online.${side}` as const) : (`status.${connection}` as const);
  const saidNothing = !transcript.entries.some((entry) => entry.kind === "mine");

  return (
    <div className={ring.ringing && side === "shop" ? "chat chat-shaking" : "chat"} data-role={side}>
      <div className="chat-main" inert={sheet !== null}>
        <ChatHeader face={props.face} title={title} status={t(status)} connection={connection} chime={chime}>
          {children}
        </ChatHeader>
        <OfflineBanner connection={connection} refusal={snapshot.refusal} />
        {side === "shop" && <SoundHint chime={chime} />}
        {side === "shop" && <RingBanner ring={ring} />}
        <Log name={title} transcript={transcript} typing={typing} actions={actions}>
          {saidNothing && current(transcript).size === 0 && (
            <Suggestions side={side} empty={transcript.entries.length === 0} onSay={actions.say} />
          )}
        </Log>
        <Composer placeholder={t(`composer.placeholder.${side}`)} onSay={actions.say} />
      </div>
      {sheet?.kind === "location" && (
        <LocationSheet
          places={props.places}
          geolocation={props.geolocation}
          onClose={close}
          onSend={(lat, lon, label) => {
            close();
            act({ type: "location", lat, lon }, `📍 ${label}`);
          }}
        />
      )}
      {sheet?.kind === "contact" && (
        <ContactSheet
          onClose={close}
          onSend={(phone) => {
            close();
            act({ type: "contact", phone }, `📞 ${phone}`);
          }}
        />
      )}
      {sheet?.kind === "till" && <TillSheet url={sheet.url} onClose={close} />}
    </div>
  );
}
