// A round in the hand: what was sent, or waits on this device, is told at its stop, and not done twice.
const list = document.querySelector("#stops[data-kit]");

function mark(caseId, text) {
  const stop = list.querySelector(`[data-case="${CSS.escape(caseId)}"]`);
  if (!stop) return;
  stop.querySelector("[data-stop-status]").textContent = text;
  stop.querySelector("[data-stop-form]")?.setAttribute("hidden", "");
  stop.dataset.tone = "z";
  list.dispatchEvent(new CustomEvent("parvis:list"));
}

function opened(caseId) {
  const stop = list.querySelector(`[data-case="${CSS.escape(caseId)}"]`);
  stop?.querySelector("[data-stop-form]")?.removeAttribute("hidden");
  const status = stop?.querySelector("[data-stop-status]");
  if (status) status.textContent = "";
}

if (list) {
  const { queue } = await import(list.dataset.kit);
  const cases = new Map();
  const waiting = async () => {
    for (const { key, entries } of await queue.waiting()) {
      const caseId = new Map(entries).get("case");
      if (!caseId) continue;
      cases.set(key, caseId);
      mark(caseId, list.dataset.textWaiting);
    }
  };
  window.addEventListener("parvis:queue", async ({ detail: { what, key, answer } }) => {
    if (what === "sent" && answer?.case) mark(answer.case, list.dataset.textSent);
    else if (what === "refused" && cases.has(key)) opened(cases.get(key));
    else if (what === "waiting") await waiting();
  });
  await waiting();
}
