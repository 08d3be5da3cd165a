// Shows what another address would cost as soon as it is typed. Without this file a button does the same.
const form = document.querySelector("[data-checkout]");
const update = form?.querySelector(".checkout__update");
let asked = 0;

// Not a submit button any more: Enter in a field then means "Continue to payment".
function putAway(button) {
  button.type = "button";
  button.hidden = true;
}

async function showNewTotal() {
  const turn = ++asked;
  const data = new FormData(form);
  data.set("update", "1");
  const response = await fetch(form.action, { method: "POST", body: new URLSearchParams(data) });
  if (!response.ok || turn !== asked) return;
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  const quote = page.getElementById("quote");
  if (!quote) return;
  putAway(quote.querySelector(".checkout__update"));
  document.getElementById("quote").replaceChildren(...quote.childNodes);
}

if (update) {
  putAway(update);
  for (const name of ["state", "country"]) {
    form.elements[name].addEventListener("change", () => showNewTotal().catch(() => {}));
  }
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent && event.submitter?.name !== "update") event.preventDefault();
    form.dataset.sent = "1";
  });
  // The way back from the payment page finds a form that can be sent again.
  addEventListener("pageshow", () => delete form.dataset.sent);
}
