import { type RefObject, useCallback, useEffect, useRef, useState } from "react";
import { BackIcon, NextIcon } from "../app/icons";
import { useLanguage } from "../i18n/language";
import type { ChatCard } from "../socket/protocol";
import type { ChatActions } from "./actions";
import { Choices } from "./Choices";

interface CardsProps {
  cards: ChatCard[];
  chosen: readonly string[];
  actions: ChatActions;
}

/** Cards in a row that scrolls sideways: by finger, by wheel, by keyboard, or by two arrows for a mouse. */
export function Cards({ cards, chosen, actions }: CardsProps) {
  const { t } = useLanguage();
  const row = useRef<HTMLUListElement>(null);
  const { before, after, move } = useSideways(row, cards.length);
  if (cards.length === 0) return null;
  return (
    <div className="cards">
      <ul className="cards-row" ref={row} aria-label={t("chat.cards", { count: cards.length })}>
        {cards.map((card, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a message's cards are known by their place in it
          <li className="card" key={index}>
            <p className="card-title">{card.title}</p>
            <Subtitle text={card.subtitle} />
            <Choices buttons={card.buttons} chosen={chosen} label={card.title} actions={actions} />
          </li>
        ))}
      </ul>
      {before && (
        <button
          type="button"
          className="cards-arrow cards-before"
          aria-label={t("chat.cards.previous")}
          onClick={() => move(-1)}
        >
          <BackIcon />
        </button>
      )}
      {after && (
        <button
          type="button"
          className="cards-arrow cards-after"
          aria-label={t("chat.cards.next")}
          onClick={() => move(1)}
        >
          <NextIcon />
        </button>
      )}
    </div>
  );
}

/** "350m · until 23:00 · …": each part stays whole, and the line breaks between parts. */
function Subtitle({ text }: { text: string }) {
  if (text === "") return null;
  const parts = text.split(" · ");
  return (
    <p className="card-subtitle">
      <span className="card-parts">
        {parts.map((part, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the parts of one fixed text
          <span className="card-part" key={index}>
            {part}{" "}
          </span>
        ))}
      </span>
    </p>
  );
}

function useSideways(row: RefObject<HTMLUListElement | null>, count: number) {
  const [ends, setEnds] = useState({ before: false, after: false });
  const look = useCallback(() => {
    const list = row.current;
    if (!list) return;
    const before = list.scrollLeft > 8;
    const after = list.scrollLeft + list.clientWidth < list.scrollWidth - 8;
    setEnds((now) => (now.before === before && now.after === after ? now : { before, after }));
  }, [row]);
  useEffect(() => {
    const list = row.current;
    if (!list || count === 0) return;
    look();
    const sizes = new ResizeObserver(look);
    sizes.observe(list);
    list.addEventListener("scroll", look, { passive: true });
    return () => {
      sizes.disconnect();
      list.removeEventListener("scroll", look);
    };
  }, [row, look, count]);
  const move = (way: 1 | -1) =>
    row.current?.scrollBy({ left: way * row.current.clientWidth * 0.8, behavior: "smooth" });
  return { ...ends, move };
}
