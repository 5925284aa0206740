import { act, render, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, describe, expect, it } from "vitest";
import { readSite } from "../../src/app/site";
import { Chime } from "../../src/chat/chime";
import { LanguageProvider } from "../../src/i18n/language";
import { Street } from "../../src/street/Street";
import { faults } from "../app/axe";
import { message } from "../chat/frames";
import { FakeExchange, type FakeWire } from "../socket/fakeWire";

const site = readSite({
  mode: "street",
  town: { ko: "망원동", en: "Mangwon-dong" },
  telegram: "https://t.me/x",
  shops: [
    { slug: "hana", name: { ko: "하나치킨", en: "Hana" }, trade: "chicken", key: "key-hana", emoji: "🍗" },
    { slug: "dul", name: { ko: "둘카페", en: "Dul" }, trade: "cafe", key: "key-dul", emoji: "☕" },
  ],
});

/** Opens each wire and welcomes whoever says hello on it; gives the wires by the shop's key, or "consumer". */
function answer(exchange: FakeExchange): Map<string, FakeWire> {
  const wires = new Map<string, FakeWire>();
  for (const wire of exchange.wires.filter((one) => !one.closed)) {
    if (wire.sent.length === 0) act(() => wire.open());
    const [hello] = wire.sent;
    const shop = hello?.type === "hello" ? hello.shop : null;
    const role = shop === null ? "consumer" : "shop";
    act(() => wire.hear({ type: "welcome", token: shop ?? "me", role, shop: null }));
    wires.set(shop ?? "consumer", wire);
  }
  return wires;
}

function street() {
  const exchange = new FakeExchange();
  const port = {
    dial: exchange.dial,
    now: () => new Date(),
    newId: () => crypto.randomUUID(),
    storage: sessionStorage,
  };
  const view = render(
    <LanguageProvider storage={localStorage}>
      <Street site={site} port={port} chime={new Chime(null)} />
    </LanguageProvider>,
  );
  return {
    ...view,
    exchange,
    user: userEvent.setup(),
    shopSide: () => screen.getByRole("region", { name: "가게 휴대폰" }),
  };
}

beforeEach(() => {
  sessionStorage.clear();
  localStorage.setItem("dangol.language", "ko");
});

describe("the street", () => {
  it("turns a shop's phone on when the consumer looks at that shop", () => {
    const { exchange, shopSide } = street();
    const consumer = answer(exchange).get("consumer");
    expect(within(shopSide()).queryByRole("log")).toBeNull();
    act(() => consumer?.hear({ type: "shop", slug: "hana" }));
    expect(within(shopSide()).getByRole("log", { name: "하나치킨 대화" })).toBeVisible();
    expect([...answer(exchange).keys()]).toEqual(["consumer", "key-hana"]);
    act(() => consumer?.hear({ type: "shop", slug: "nowhere" }));
    expect(screen.getByRole("combobox", { name: "가게 고르기" })).toHaveValue("hana");
  });

  it("points to a shop that rings while another one is looked at", async () => {
    const { exchange, user, shopSide } = street();
    await user.selectOptions(screen.getByRole("combobox"), "hana");
    await user.selectOptions(screen.getByRole("combobox"), "dul");
    const hana = answer(exchange).get("key-hana");
    act(() => hana?.hear(message(1, { text: "새 주문 0412", alert: true, at: new Date().toISOString() })));
    await user.click(screen.getByRole("button", { name: "하나치킨에서 알림이 울려요" }));
    expect(within(shopSide()).getByRole("log", { name: "하나치킨 대화" })).toBeVisible();
    expect(within(shopSide()).getByRole("alert")).toHaveTextContent("새 주문 0412");
  });

  it("shows on a narrow screen that the other phone has something new", async () => {
    const { exchange, user, container } = street();
    await user.selectOptions(screen.getByRole("combobox"), "hana");
    const hana = answer(exchange).get("key-hana");
    act(() => hana?.hear(message(1, { alert: true, at: new Date().toISOString() })));
    await user.click(screen.getByRole("button", { name: "가게, 새 메시지 있음" }));
    expect(container.querySelector(".street")).toHaveAttribute("data-side", "shop");
    expect(screen.getByRole("button", { name: "가게" })).toHaveAttribute("aria-pressed", "true");
  });

  it("speaks English when asked to, on every line anew", async () => {
    const { exchange, user } = street();
    answer(exchange);
    await user.click(screen.getByRole("button", { name: "English" }));
    expect(screen.getByRole("heading", { name: "What are you looking for?" })).toBeInTheDocument();
    expect(document.documentElement.lang).toBe("en");
    act(() => exchange.wire.open());
    expect(exchange.wire.sent[0]).toMatchObject({ type: "hello", lang: "en" });
  });

  it("has no accessibility faults", async () => {
    const { exchange, user, container } = street();
    expect(await faults(container)).toEqual([]);
    await user.click(screen.getByRole("button", { name: /하나치킨/ }));
    answer(exchange);
    expect(await faults(container)).toEqual([]);
  });
});
