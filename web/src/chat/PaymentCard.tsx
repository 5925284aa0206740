import { useLanguage } from "../i18n/language";
import { money } from "../i18n/money";
import type { Payment } from "../socket/protocol";
import type { ChatActions } from "./actions";
import { isTill, readLink } from "./links";

interface PaymentCardProps {
  payment: Payment;
  actions: ChatActions;
}

export function PaymentCard({ payment, actions }: PaymentCardProps) {
  const { t, language } = useLanguage();
  const amount = money(payment.amount, payment.currency, language);
  const link = readLink(payment.url);
  return (
    <div className="payment">
      <p className="payment-label">{t("payment.label")}</p>
      <p className="payment-amount">{amount}</p>
      <button type="button" className="payment-pay" onClick={() => actions.pay(payment)}>
        {t("payment.pay", { amount })}
      </button>
      {link && !isTill(link) && <p className="payment-away">{t("chat.newtab")}</p>}
    </div>
  );
}
