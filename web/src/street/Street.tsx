import { useCallback, useEffect, useMemo, useState } from "react";
import type { Site } from "../app/site";
import type { Chime } from "../chat/chime";
import type { ConversationPort } from "../chat/conversation";
import { useLanguage } from "../i18n/language";
import { ConsumerPhone } from "./ConsumerPhone";
import { IdlePhone } from "./IdlePhone";
import { keepShops, look, recallShops, ring } from "./openShops";
import { PhoneSwitch, type Side } from "./PhoneSwitch";
import { Scenery } from "./Scenery";
import { ShopPhone } from "./ShopPhone";
import { ShopPicker } from "./ShopPicker";
import { StreetHeader } from "./StreetHeader";

interface StreetProps {
  site: Site;
  port: ConversationPort;
  chime: Chime;
}

/** The demo town: a consumer's phone and a shop's, side by side, or one at a time where there is no room. */
export function Street({ site, port, chime }: StreetProps) {
  const { t } = useLanguage();
  const shopBySlug = useMemo(() => new Map(site.shops.map((shop) => [shop.slug, shop])), [site]);
  const [shops, setShops] = useState(() => recallShops(port.storage, new Set(shopBySlug.keys())));
  const [side, setSide] = useState<Side>("consumer");
  const [unseen, setUnseen] = useState<Side | null>(null);

  useEffect(() => keepShops(port.storage, shops), [port, shops]);

  const lookAt = useCallback(
    (slug: string) => {
      if (shopBySlug.has(slug)) setShops((now) => look(now, slug));
    },
    [shopBySlug],
  );
  const shopRings = useCallback((slug: string) => {
    setShops((now) => ring(now, slug));
    setUnseen("shop");
  }, []);
  const consumerRings = useCallback(() => setUnseen("consumer"), []);
  const turnTo = (next: Side) => {
    setSide(next);
    setUnseen((now) => (now === next ? null : now));
  };

  return (
    <div className="street" data-side={side}>
      <Scenery />
      <StreetHeader town={site.town} telegram={site.telegram}>
        <PhoneSwitch side={side} unseen={unseen === side ? null : unseen} onTurn={turnTo} />
      </StreetHeader>
      <main className="street-phones">
        <section className="street-side street-consumer" aria-label={t("street.consumer.phone")}>
          <p className="street-caption">{t("street.consumer.phone")}</p>
          <ConsumerPhone
            port={port}
            chime={chime}
            places={site.places}
            onShop={lookAt}
            onRing={consumerRings}
          />
        </section>
        <section className="street-side street-shop" aria-label={t("street.shop.phone")}>
          <ShopPicker shops={site.shops} open={shops} onLook={lookAt} />
          {shops.active === null && <IdlePhone shops={site.shops} onLook={lookAt} />}
          {shops.on.map((slug) => {
            const shop = shopBySlug.get(slug);
            return (
              shop && (
                <ShopPhone
                  key={slug}
                  shop={shop}
                  hidden={slug !== shops.active}
                  port={port}
                  chime={chime}
                  onRing={shopRings}
                />
              )
            );
          })}
        </section>
      </main>
    </div>
  );
}
