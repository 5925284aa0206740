import { describe, expect, it } from "vitest";
import { isTill, readLink } from "../../src/chat/links";

const BASE = "http://127.0.0.1:8080/";

describe("a link", () => {
  it("is followed only to the web, a call or a mail", () => {
    for (const url of [
      "javascript:alert(1)",
      "data:text/html,x",
      "file:///etc/passwd",
      "http://",
      "JaVaScRiPt:0",
    ]) {
      expect(readLink(url, BASE), url).toBeNull();
    }
    for (const url of ["https://example.com/", "tel:+8220000000", "mailto:a@example.com"]) {
      expect(readLink(url, BASE)?.own, url).toBe(false);
    }
  });

  it("opens within the page only if it is our own till's", () => {
    const till = (url: string) => {
      const link = readLink(url, BASE);
      return link !== null && isTill(link);
    };
    expect(till("/till/abc")).toBe(true);
    expect(till("http://127.0.0.1:8080/till/abc?lang=ko")).toBe(true);
    expect(till("/pay/pay_abc")).toBe(true);
    expect(till("/paid")).toBe(false);
    expect(till("https://checkout.stripe.com/pay/cs_test_1")).toBe(false);
    expect(till("http://localhost:8080/till/abc")).toBe(false);
    expect(till("https://example.com/till/abc")).toBe(false);
    expect(till("/shop/x")).toBe(false);
  });
});
