// One more step before paying: a worker does the calculation, the form then carries its solution and goes on by itself,
// as the visitor has asked for the payment already. It waits for a button when something was changed meanwhile, or when
// a solution did not help. Without this file the mailed link leads on.

const box = document.querySelector("[data-challenge]");
const form = box?.closest("form");
box?.focus({ preventScroll: false });

function solve(puzzle, worker) {
  const said = box.querySelector("[data-challenge-said]");
  const progress = box.querySelector("[data-challenge-progress]");
  const solution = form.querySelector("[data-solution]");
  let isDone = false;
  let next = solution.value ? null : box.querySelector("[data-challenge-go]");

  const say = (what) => (said.textContent = said.dataset[what]);

  const finish = (words) => {
    isDone = true;
    worker.terminate();
    say(words);
  };

  worker.addEventListener("error", () => finish("failed"));
  worker.addEventListener("message", ({ data }) => {
    if (data.solution === undefined) {
      const isHalfway = progress.value < progress.max / 2 && data.counter >= progress.max / 2;
      if (isHalfway) say("halfway");
      progress.value = data.counter;
      return;
    }
    solution.value = data.solution;
    progress.value = progress.max;
    finish(next ? "goes" : "done");
    if (next) form.requestSubmit(next);
  });

  form.addEventListener("input", () => (next = null));

  // Before the form's own listeners: they are not to think that it was sent.
  document.addEventListener(
    "submit",
    (event) => {
      if (isDone || event.target !== form || ["mail_link", "update"].includes(event.submitter?.name)) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      next = event.submitter;
      say("waits");
    },
    true,
  );

  box.querySelector("[data-challenge-work]").hidden = false;
  say("starts");
  worker.postMessage({ puzzle, steps: Number(box.dataset.steps) });
}

if (form && box.dataset.challenge && window.crypto?.subtle && window.Worker) {
  solve(JSON.parse(box.dataset.challenge), new Worker(box.dataset.worker));
}
