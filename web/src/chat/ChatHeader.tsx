import { type ReactNode, useSyncExternalStore } from "react";
import { BellIcon, BellOffIcon } from "../app/icons";
import { useLanguage } from "../i18n/language";
import type { Connection } from "../socket/client";
import type { Chime } from "./chime";

interface ChatHeaderProps {
  face: ReactNode;
  title: string;
  status: string;
  connection: Connection;
  chime: Chime;
  children?: ReactNode;
}

export function ChatHeader({ face, title, status, connection, chime, children }: ChatHeaderProps) {
  const { t } = useLanguage();
  const { muted } = useSyncExternalStore(chime.subscribe, chime.snapshot);
  return (
    <header className="chat-head">
      <span className="chat-face" aria-hidden="true">
        {face}
      </span>
      <div className="chat-who">
        <h2 className="chat-title">{title}</h2>
        <p className={`chat-status chat-status-${connection}`}>{status}</p>
      </div>
      {children}
      <button
        type="button"
        className="round"
        aria-label={t(muted ? "ring.unmute" : "ring.mute")}
        onClick={() => {
          chime.unlock();
          chime.setMuted(!muted);
        }}
      >
        {muted ? <BellOffIcon /> : <BellIcon />}
      </button>
    </header>
  );
}
