// A stand-in for Stripe's own script in a browser: one way to pay by card, two that leave for another page, of which
// the second says so only when it is asked.
window.Stripe = (key, { locale }) => {
  const heard = {};
  const tell = (name, event) => heard[name]?.(event);
  const ways = {
    on(name, act) {
      heard[name] = act;
    },
    mount(place) {
      const box = document.querySelector(place);
      box.dataset.locale = locale;
      for (const way of ["card", "kakao_pay", "kr_card"]) {
        const label = document.createElement("label");
        const choice = document.createElement("input");
        Object.assign(choice, { type: "radio", name: "way", value: way, checked: way === "card" });
        if (way !== "kr_card") choice.addEventListener("change", () => tell("change", { value: { type: way } }));
        label.append(choice, way);
        box.append(label);
      }
      const number = document.createElement("input");
      number.setAttribute("aria-label", "Card number");
      box.append(number);
      setTimeout(() => tell("ready"), 0);
    },
  };
  return {
    elements: ({ clientSecret }) => ({
      clientSecret,
      create: () => ways,
      submit: async () => ({ selectedPaymentMethod: document.querySelector("[name=way]:checked").value }),
    }),
    async confirmPayment({ elements, confirmParams, redirect }) {
      if (redirect !== "if_required" || !confirmParams.return_url) throw new Error("no way back");
      const number = document.querySelector("[aria-label='Card number']").value;
      const method = number === "4242424242424242" ? "pm_card_visa" : "pm_card_chargeDeclined";
      const intent = elements.clientSecret.split("_secret_")[0];
      const answer = await fetch(`https://api.stripe.com/v1/payment_intents/${intent}/confirm`, {
        method: "POST",
        headers: { Authorization: `Bearer ${key}`, "Content-Type": "application/x-www-form-urlencoded" },
        body: new URLSearchParams({ client_secret: elements.clientSecret, payment_method: method }),
      });
      const told = await answer.json();
      return answer.ok ? { paymentIntent: told } : { error: told.error };
    },
  };
};
