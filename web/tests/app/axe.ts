import axe from "axe-core";

/** What axe finds wrong, one line each. Colours and sizes need a real browser, so they are not looked at here. */
export async function faults(element: Element): Promise<string[]> {
  const found = await axe.run(element, {
    rules: {
      "color-contrast": { enabled: false },
      region: { enabled: false },
      "target-size": { enabled: false },
    },
  });
  return found.violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(" | ")}`);
}
