// The giving page: the total on the button and in the consent follows what is chosen or typed. The server decides what counts; without
// this script the page works the same, and the style sheet shows the chosen amount.

const form = document.querySelector("[data-give]");
if (form) {
  const other = form.elements.other;
  const radios = [...form.querySelectorAll('[name="amount"], [name="monthly_amount"]')];
  const frequencies = [...form.querySelectorAll('[name="frequency"]')];
  const totals = [...form.querySelectorAll("[data-give-total]")];
  const said = form.querySelector("[data-give-said]");

  const dollars = (cents) =>
    `$${(cents / 100).toLocaleString("en-US", {
      minimumFractionDigits: cents % 100 ? 2 : 0,
      maximumFractionDigits: 2,
    })}`;

  // The same reading as shop/money.py: null for what it refuses.
  const readCents = (typed) => {
    const plain = typed.normalize("NFKC").trim().replace(/^\$/, "").replace(/USD$/, "").trim();
    const text = /^\d+,\d{2}$/.test(plain) ? plain.replace(",", ".") : plain;
    const match = /^(\d{1,3}(?:,\d{3})+|\d{1,12})(?:\.(\d{1,2}))?$/.exec(text);
    return match && Number(match[1].replaceAll(",", "")) * 100 + Number((match[2] ?? "").padEnd(2, "0"));
  };

  // A page that offers one frequency has no radios for it.
  const isMonthly = () =>
    frequencies.length ? frequencies.some((radio) => radio.checked && radio.value === "monthly") : !form.elements.amount;

  const show = () => {
    const name = isMonthly() ? "monthly_amount" : "amount";
    const chosen = radios.find((radio) => radio.checked && radio.name === name);
    const cents = other.value.trim() ? readCents(other.value) : chosen ? Number(chosen.value) : null;
    totals.forEach((total) => (total.textContent = cents ? dollars(cents) : ""));
    const says = isMonthly() ? said.dataset.giveSaysMonthly : said.dataset.giveSays;
    const sentence = cents ? says.replace("{amount}", dollars(cents)) : "";
    if (said.textContent !== sentence) said.textContent = sentence;
  };

  other.addEventListener("input", () => {
    if (other.value.trim()) radios.forEach((radio) => (radio.checked = false));
    show();
  });
  radios.forEach((radio) =>
    radio.addEventListener("change", () => {
      other.value = "";
      show();
    }),
  );
  frequencies.forEach((radio) => radio.addEventListener("change", show));
  // The browser may bring back what was typed when somebody comes back from Stripe.
  window.addEventListener("pageshow", show);
  show();
}
