import { act, render } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import type { Place } from "../../src/app/site";
import { ChatView } from "../../src/chat/ChatView";
import { Chime } from "../../src/chat/chime";
import { useConversation } from "../../src/chat/useConversation";
import { LanguageProvider } from "../../src/i18n/language";
import type { Role } from "../../src/socket/protocol";
import { FakeExchange } from "../socket/fakeWire";

const PLACES: Place[] = [{ name: { ko: "망원역", en: "Mangwon Station" }, lat: 37.556, lon: 126.91 }];

interface StageProps {
  exchange: FakeExchange;
  side: Role;
  geolocation: Geolocation | null;
}

function Stage({ exchange, side, geolocation }: StageProps) {
  const port = {
    dial: exchange.dial,
    now: () => new Date(),
    newId: () => crypto.randomUUID(),
    storage: null,
  };
  const [conversation, snapshot] = useConversation(port, "test", null);
  return (
    <ChatView
      conversation={conversation}
      snapshot={snapshot}
      side={side}
      title="단골"
      face="🍗"
      places={PLACES}
      geolocation={geolocation}
      chime={new Chime(null)}
    />
  );
}

/** One phone on a fake line, in Korean. */
export function phone(side: Role = "consumer", geolocation: Geolocation | null = null) {
  localStorage.setItem("dangol.language", "ko");
  const exchange = new FakeExchange();
  const user = userEvent.setup();
  const view = render(
    <LanguageProvider storage={localStorage}>
      <Stage exchange={exchange} side={side} geolocation={geolocation} />
    </LanguageProvider>,
  );
  act(() => exchange.wire.welcome());
  const hear = (frame: unknown) => act(() => exchange.wire.hear(frame));
  const sent = () => exchange.wire.sent.slice(1);
  return { ...view, exchange, user, hear, sent };
}
