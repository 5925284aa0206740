import { useEffect, useMemo } from "react";
import { Chime } from "../chat/chime";
import { LanguageProvider, useLanguage } from "../i18n/language";
import { Street } from "../street/Street";
import { type Address, readAddress } from "./address";
import { ConsumerChat } from "./ConsumerChat";
import { browserPort, openStorage } from "./port";
import { ShopChat } from "./ShopChat";
import { Splash } from "./Splash";
import type { Site } from "./site";
import { useSite } from "./useSite";
import { useVisibleHeight } from "./useVisibleHeight";

const kept = openStorage("localStorage");
const chime = new Chime(kept);
/** A street is a demo: each tab plays its own people. A chat belongs to the device. */
const streetPort = browserPort(openStorage("sessionStorage"));
const chatPort = browserPort(kept);

export function App() {
  const address = useMemo(() => readAddress(new URL(location.href)), []);
  useVisibleHeight();
  useEffect(() => {
    const unlock = () => chime.unlock();
    window.addEventListener("pointerdown", unlock);
    window.addEventListener("keydown", unlock);
    return () => {
      window.removeEventListener("pointerdown", unlock);
      window.removeEventListener("keydown", unlock);
    };
  }, []);
  return (
    <LanguageProvider storage={kept}>
      <Screen address={address} />
    </LanguageProvider>
  );
}

function Screen({ address }: { address: Address }) {
  const { t } = useLanguage();
  const [state, again] = useSite();
  useEffect(() => {
    document.title = t("brand");
  }, [t]);
  if (state.kind !== "ready") return <Splash failed={state.kind === "failed"} onAgain={again} />;
  return <Page site={state.site} address={address} />;
}

function Page({ site, address }: { site: Site; address: Address }) {
  const geolocation = navigator.geolocation ?? null;
  if (address.shop) {
    const { slug, key } = address.shop;
    return <ShopChat port={chatPort} chime={chime} slug={slug} shopKey={key} places={site.places} />;
  }
  if (site.mode === "street") return <Street site={site} port={streetPort} chime={chime} />;
  return <ConsumerChat site={site} port={chatPort} chime={chime} geolocation={geolocation} />;
}
