import { beforeEach, describe, expect, it } from "vitest";
import { keepShops, look, noShops, recallShops, ring } from "../../src/street/openShops";

beforeEach(() => sessionStorage.clear());

describe("the street's shops", () => {
  it("stay on when another is looked at, up to a number", () => {
    const shops = ["a", "b", "a", "c", "d", "e", "f", "g"].reduce(look, noShops);
    expect(shops.active).toBe("g");
    expect(shops.on).toEqual(["b", "c", "d", "e", "f", "g"]);
  });

  it("are pointed to when they ring unseen, until they are looked at", () => {
    const shops = ring(ring(look(look(noShops, "a"), "b"), "a"), "b");
    expect(shops.ringing).toEqual(["a"]);
    expect(look(shops, "a").ringing).toEqual([]);
  });

  it("are remembered over a reload, those that still exist", () => {
    keepShops(sessionStorage, ["a", "b", "c"].reduce(look, noShops));
    expect(recallShops(sessionStorage, new Set(["a", "c"]))).toEqual({
      active: "c",
      on: ["a", "c"],
      ringing: [],
    });
    expect(recallShops(sessionStorage, new Set(["b"])).active).toBeNull();
    sessionStorage.setItem("dangol.street", "{");
    expect(recallShops(sessionStorage, new Set(["a"]))).toEqual(noShops);
  });
});
