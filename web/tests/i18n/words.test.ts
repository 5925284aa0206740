import { describe, expect, it } from "vitest";
import { clock, day } from "../../src/i18n/clock";
import { en } from "../../src/i18n/en";
import { type Key, ko } from "../../src/i18n/ko";
import { firstLanguage, translate } from "../../src/i18n/language";
import { money } from "../../src/i18n/money";

const keys = Object.keys(ko) as Key[];
const sources = import.meta.glob<string>(["../../src/**/*.{ts,tsx}", "!../../src/i18n/{ko,en}.ts"], {
  query: "?raw",
  import: "default",
  eager: true,
});

function blanks(text: string): string[] {
  return [...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? "").toSorted();
}

describe("the page's words", () => {
  it("are the same in both languages, with the same blanks", () => {
    expect(Object.keys(en).toSorted()).toEqual(keys.toSorted());
    for (const key of keys) {
      expect(en[key].trim(), key).not.toBe("");
      expect(ko[key].trim(), key).not.toBe("");
      expect(blanks(en[key]), key).toEqual(blanks(ko[key]));
      expect(en[key], key).not.toMatch(/[가-힣]/);
    }
  });

  it("are all used", () => {
    const code = Object.values(sources).join("\n");
    const unused = keys.filter((key) => {
      const stem = key.slice(0, key.lastIndexOf(".") + 1);
      return !code.includes(`"${key}"`) && !(stem !== "" && code.includes(`\`${stem}\${`));
    });
    expect(unused).toEqual([]);
  });

  it("fill their blanks, and leave one without a fact visible", () => {
    expect(translate("ko", "payment.pay", { amount: "9,000원" })).toBe("9,000원 결제하기");
    expect(translate("en", "payment.pay")).toBe("Pay {amount}");
  });
});

describe("the first language", () => {
  it("is the remembered one, else the browser's", () => {
    expect(firstLanguage("en", ["ko-KR"])).toBe("en");
    expect(firstLanguage("xx", ["ko-KR", "en"])).toBe("ko");
    expect(firstLanguage(null, ["fr-FR"])).toBe("en");
    expect(firstLanguage(null, [])).toBe("ko");
  });
});

describe("money and time", () => {
  it("reads as people write it", () => {
    expect(money(23000, "KRW", "ko")).toBe("23,000원");
    expect(money(23000, "KRW", "en")).toBe("₩23,000");
    expect(money(1250, "USD", "en")).toBe("$12.50");
    expect(money(5, "not a currency", "en")).toBe("5 not a currency");
  });

  it("is empty for a time that can't be read", () => {
    expect(clock("", "ko")).toBe("");
    expect(day("soon", "en")).toBe("");
    expect(clock("2026-11-20T03:05:00", "ko")).toBe("오전 3:05");
    expect(clock("2026-11-20T15:05:00", "en")).toBe("3:05 PM");
  });
});
