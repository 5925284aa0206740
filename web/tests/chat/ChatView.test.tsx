import { act, fireEvent, screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it, vi } from "vitest";
import { faults } from "../app/axe";
import { buttons, message } from "./frames";
import { phone } from "./stage";

const full = message(2, {
  text: "가까운 치킨집이에요.",
  buttons: [...buttons(2, "더 보기"), { label: "전화", data: "2.1", url: "tel:+8220000000" }],
  cards: [
    {
      title: "하나치킨",
      subtitle: "350m · 최소 15,000원",
      buttons: [{ label: "메뉴", data: "2.2", url: null }],
    },
    { title: "둘치킨", subtitle: "", buttons: [{ label: "메뉴", data: "2.3", url: null }] },
  ],
  asks: "location",
  payment: { amount: 23000, currency: "KRW", url: "/till/abc" },
  alert: true,
});

describe("a phone", () => {
  it("offers three things to say first, and says the one that is tapped", async () => {
    const { user, sent } = phone();
    await user.click(screen.getByRole("button", { name: "근처 치킨집" }));
    expect(sent()).toMatchObject([{ type: "say", text: "근처 치킨집" }]);
    expect(screen.queryByRole("button", { name: "커피 두 잔 포장" })).toBeNull();
  });

  it("shows words as words, whatever they look like", () => {
    const { hear, container } = phone();
    hear(message(1, { text: "<img src=x onerror=alert(1)> **굵게**" }));
    expect(screen.getByText("<img src=x onerror=alert(1)> **굵게**")).toBeInTheDocument();
    expect(container.querySelector("img")).toBeNull();
  });

  it("sends on Enter, not while a syllable is being composed, and breaks the line on Shift+Enter", async () => {
    const { user, sent } = phone();
    const field = screen.getByRole("textbox", { name: "메시지" });
    await user.type(field, "콜라 두 개");
    fireEvent.keyDown(field, { key: "Enter", isComposing: true });
    fireEvent.keyDown(field, { key: "Enter", keyCode: 229 });
    expect(sent()).toEqual([]);
    await user.keyboard("{Shift>}{Enter}{/Shift}주세요{Enter}");
    expect(sent()).toMatchObject([{ type: "say", text: "콜라 두 개\n주세요" }]);
    expect(field).toHaveValue("");
  });

  it("does not send blanks", async () => {
    const { user, sent } = phone();
    await user.type(screen.getByRole("textbox"), "   {Enter}");
    expect(sent()).toEqual([]);
    expect(screen.getByRole("button", { name: "보내기" })).toBeDisabled();
  });

  it("taps the buttons of messages and of cards, also of older ones", async () => {
    const { user, hear, sent } = phone();
    hear(full);
    hear(message(3, { buttons: buttons(3, "네") }));
    await user.click(screen.getByRole("button", { name: "더 보기" }));
    const cards = screen.getByRole("list", { name: "목록, 2개" });
    await user.click(within(cards).getAllByRole("button", { name: "메뉴" })[1] as HTMLElement);
    expect(sent()).toMatchObject([
      { type: "tap", data: "2.0" },
      { type: "tap", data: "2.3" },
    ]);
    expect(screen.getByRole("button", { name: "더 보기, 선택함" })).toBeInTheDocument();
  });

  it("opens a link apart from the page", () => {
    const { hear } = phone();
    hear(full);
    const call = screen.getByRole("link", { name: /전화/ });
    expect(call).toHaveAttribute("href", "tel:+8220000000");
    expect(call).toHaveAttribute("rel", "noopener noreferrer");
  });

  it("sends a place by name where the device has no position to give", async () => {
    const { user, hear, sent } = phone();
    hear(message(1, { asks: "location" }));
    await user.click(screen.getByRole("button", { name: "내 위치 보내기" }));
    const sheet = screen.getByRole("dialog", { name: "어디 근처에서 찾을까요?" });
    expect(within(sheet).queryByRole("button", { name: /지금 내 위치/ })).toBeNull();
    await user.click(within(sheet).getByRole("button", { name: "망원역" }));
    expect(sent()).toMatchObject([{ type: "location", lat: 37.556, lon: 126.91 }]);
    expect(screen.queryByRole("dialog")).toBeNull();
  });

  it("says so when the device refuses its position, and leaves the places to choose from", async () => {
    const refuse = vi.fn<Geolocation["getCurrentPosition"]>((_, fail) =>
      fail?.({} as GeolocationPositionError),
    );
    const { user, hear } = phone("consumer", { getCurrentPosition: refuse } as unknown as Geolocation);
    hear(message(1, { asks: "location" }));
    await user.click(screen.getByRole("button", { name: "내 위치 보내기" }));
    await user.click(screen.getByRole("button", { name: /지금 내 위치/ }));
    expect(screen.getByRole("alert")).toHaveTextContent("위치를 쓸 수 없어요");
    expect(screen.getByRole("button", { name: "망원역" })).toBeInTheDocument();
  });

  it("takes a phone number only if it can be one", async () => {
    const { user, hear, sent } = phone();
    hear(message(1, { asks: "contact" }));
    await user.click(screen.getByRole("button", { name: "전화번호 보내기" }));
    await user.type(screen.getByLabelText("전화번호"), "없어요{Enter}");
    expect(screen.getByRole("alert")).toHaveTextContent("숫자로 된");
    await user.clear(screen.getByLabelText("전화번호"));
    await user.type(screen.getByLabelText("전화번호"), "010-1234-5678{Enter}");
    expect(sent()).toMatchObject([{ type: "contact", phone: "010-1234-5678" }]);
  });

  it("opens the till in the page, and closes it when the till itself says it is done", async () => {
    const { user, hear } = phone();
    hear(full);
    await user.click(screen.getByRole("button", { name: "23,000원 결제하기" }));
    const till = screen.getByTitle("결제");
    expect(till).toHaveAttribute("src", `${location.origin}/till/abc`);
    const say = (origin: string, data: unknown, source: Window | null) =>
      act(() => void window.dispatchEvent(new MessageEvent("message", { origin, data, source })));
    const { contentWindow } = till as HTMLIFrameElement;
    say("https://example.com", { dangol: "till-done" }, contentWindow);
    say(location.origin, { dangol: "till-done" }, window);
    say(location.origin, "till-done", contentWindow);
    expect(screen.getByRole("dialog")).toBeInTheDocument();
    say(location.origin, { dangol: "till-done" }, contentWindow);
    expect(screen.queryByRole("dialog")).toBeNull();
  });

  it("opens another site's till in a tab of its own, and says so", async () => {
    const { user, hear } = phone();
    const open = vi.spyOn(window, "open").mockReturnValue(null);
    const url = "https://checkout.stripe.com/c/pay/cs_test_1";
    hear({ ...full, payment: { amount: 23000, currency: "KRW", url } });
    expect(screen.getByText("새 탭에서 열려요")).toBeInTheDocument();
    await user.click(screen.getByRole("button", { name: "23,000원 결제하기" }));
    expect(open).toHaveBeenCalledExactlyOnceWith(url, "_blank", "noopener,noreferrer");
    expect(screen.queryByRole("dialog")).toBeNull();
    open.mockRestore();
  });

  it("closes a sheet on Escape and gives the focus back", async () => {
    const { user, hear } = phone();
    hear(message(1, { asks: "location" }));
    const ask = screen.getByRole("button", { name: "내 위치 보내기" });
    await user.click(ask);
    await user.keyboard("{Escape}");
    expect(screen.queryByRole("dialog")).toBeNull();
    expect(ask).toHaveFocus();
  });

  it("replaces an edited message where it stands", () => {
    const { hear } = phone();
    hear(message(1, { text: "새 주문" }));
    hear(message(2, { text: "다른 이야기" }));
    hear(message(3, { text: "받은 주문", edits: 1 }));
    expect(screen.queryByText("새 주문")).toBeNull();
    const log = screen.getByRole("log").textContent ?? "";
    expect(log.indexOf("받은 주문")).toBeLessThan(log.indexOf("다른 이야기"));
  });

  it("rings for a shop until the order is answered, here or elsewhere", async () => {
    const { user, hear } = phone("shop");
    const order = { at: new Date().toISOString(), alert: true };
    hear(message(1, { ...order, text: "새 주문 0412\n후라이드", buttons: buttons(1, "20분") }));
    expect(screen.getByRole("alert")).toHaveTextContent("새 주문 0412");
    await user.click(screen.getByRole("button", { name: "20분" }));
    expect(screen.getByRole("alert")).toBeEmptyDOMElement();
    hear(message(2, { ...order, text: "새 주문 0413" }));
    expect(screen.getByRole("alert")).toHaveTextContent("0413");
    hear(message(3, { text: "민수 님이 받았어요", edits: 2 }));
    expect(screen.getByRole("alert")).toBeEmptyDOMElement();
  });

  it("says when the connection is lost, and when a message could not be sent", async () => {
    const { user, exchange, hear, sent } = phone();
    await user.type(screen.getByRole("textbox"), "네{Enter}");
    const [said] = sent();
    hear({
      type: "error",
      id: said && "id" in said ? said.id : "",
      text: { ko: "너무 길어요", en: "Too long" },
    });
    expect(screen.getByText("너무 길어요")).toBeInTheDocument();
    expect(screen.getByRole("button", { name: "다시 보내기" })).toBeInTheDocument();
    act(() => exchange.wire.drop());
    await waitFor(() => expect(screen.getByText("연결이 끊겼어요. 다시 연결하는 중…")).toBeInTheDocument(), {
      timeout: 5000,
    });
  });

  it("has no accessibility faults, empty, in full, or with a sheet open", async () => {
    const { user, hear, container } = phone("shop");
    expect(await faults(container)).toEqual([]);
    hear(full);
    hear({ type: "typing" });
    expect(await faults(container)).toEqual([]);
    await user.click(screen.getByRole("button", { name: "내 위치 보내기" }));
    expect(await faults(container)).toEqual([]);
  });
});
