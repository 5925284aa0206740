import { describe, expect, it } from "vitest";
import { readAddress, takeJoinCode } from "../../src/app/address";
import { newId } from "../../src/app/port";
import { readSite } from "../../src/app/site";

describe("the page's address", () => {
  it("names a shop and its key", () => {
    const read = (path: string) => readAddress(new URL(path, "http://127.0.0.1/")).shop;
    expect(read("/shop/hana-chicken?key=k1")).toEqual({ slug: "hana-chicken", key: "k1" });
    expect(read("/shop/%ED%95%98%EB%82%98/")).toEqual({ slug: "하나", key: null });
    expect(read("/")).toBeNull();
    expect(read("/shop/%E0%A4%A")).toBeNull();
  });

  it("gives an invitation's code once", () => {
    history.replaceState(null, "", "/?join=abcd2345&x=1");
    expect(takeJoinCode()).toBe("abcd2345");
    expect(location.search).toBe("?x=1");
    expect(takeJoinCode()).toBeNull();
  });
});

describe("the site's description", () => {
  it("is read whatever is missing or wrong", () => {
    expect(readSite(null)).toMatchObject({ mode: "chat", shops: [], places: [], telegram: null });
    const site = readSite({
      mode: "street",
      town: { ko: "망원동" },
      telegram: "javascript:0",
      places: [{ name: "역", lat: "x", lon: 1 }, 3],
      shops: [{ slug: "a", name: { ko: "가" } }, null],
    });
    expect(site).toMatchObject({
      mode: "street",
      town: { ko: "망원동", en: "망원동" },
      telegram: null,
      places: [],
    });
    expect(site.shops).toEqual([
      { slug: "a", name: { ko: "가", en: "가" }, trade: "", key: "", emoji: "🏪" },
    ]);
  });
});

describe("an id", () => {
  it("is a version 4 UUID, and another each time", () => {
    expect(newId()).toMatch(/^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/);
    expect(newId()).not.toBe(newId());
  });
});
