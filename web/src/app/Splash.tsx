import { useLanguage } from "../i18n/language";
import { Logo } from "./icons";

interface SplashProps {
  failed: boolean;
  onAgain: () => void;
}

export function Splash({ failed, onAgain }: SplashProps) {
  const { t } = useLanguage();
  return (
    <main className="splash">
      <Logo />
      <h1 className="splash-brand">{t("brand")}</h1>
      <p className="splash-line" role="status">
        {t(failed ? "site.failed" : "loading")}
      </p>
      {failed && (
        <button type="button" className="splash-again" onClick={onAgain}>
          {t("site.retry")}
        </button>
      )}
    </main>
  );
}
