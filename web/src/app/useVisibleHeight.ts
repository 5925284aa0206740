import { useEffect } from "react";

/** Keeps `--visible-height` at what the on-screen keyboard leaves, where the browser doesn't shrink the page itself. */
export function useVisibleHeight(): void {
  useEffect(() => {
    const view = window.visualViewport;
    if (!view) return;
    const measure = () => {
      document.documentElement.style.setProperty("--visible-height", `${view.height}px`);
      if (view.offsetTop > 0 && view.scale === 1) window.scrollTo(0, 0);
    };
    measure();
    view.addEventListener("resize", measure);
    return () => view.removeEventListener("resize", measure);
  }, []);
}
