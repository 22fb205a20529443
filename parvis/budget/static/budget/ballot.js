// Says, while a ballot is filled in, how much of it is used: in the tray for the eye, in a status
// for the ear. The page works without; the City counts again in any case.
const ballot = document.querySelector("[data-ballot]");
const words = (node, name) => node.closest("[data-words]").dataset[name];
// Whoever types 12 hears one sum, not that of 1 before; once said, it is not there to be read twice.
const PAUSE_MS = 600;
const READ_MS = 4000;
const timers = new WeakMap();
const heard = new WeakMap();

function used(question) {
  const { question: kind } = question.dataset;
  if (kind === "points" || kind === "ranking") {
    const typed = [...question.querySelectorAll(".weight input")].filter((one) => /^\d+$/.test(one.value.trim()));
    const sum = typed.reduce((all, one) => all + Number(one.value), 0);
    return kind === "points" ? sum : typed.length;
  }
  const chosen = [...question.querySelectorAll(".project :checked")];
  return kind === "knapsack" ? chosen.reduce((all, one) => all + Number(one.dataset.cost), 0) : chosen.length;
}

function limit(question) {
  const { question: kind, most, points, budget } = question.dataset;
  if (kind === "points") return Number(points);
  if (kind === "knapsack") return Number(budget);
  return kind === "choose_one" ? 1 : Number(most) || 0;
}

function shown(question, number) {
  if (question.dataset.question !== "knapsack") return String(number);
  const money = { style: "currency", currency: "EUR", maximumFractionDigits: 0 };
  return new Intl.NumberFormat(document.documentElement.lang, money).format(number / 100);
}

function count(question) {
  const most = limit(question);
  const now = used(question);
  const name = most ? (now > most ? "over" : "of") : "none";
  const figures = { n: now, most, left: Math.abs(most - now) };
  const text = words(question, name).replace(/\{(\w+)\}/g, (_whole, figure) => shown(question, figures[figure]));
  const tray = question.querySelector(".tray");
  tray.querySelector(".count").textContent = text;
  tray.classList.toggle("over", most > 0 && now > most);
  return text;
}

function write(question, text, wait, then) {
  clearTimeout(timers.get(question));
  timers.set(question, setTimeout(() => {
    question.querySelector("[data-said]").textContent = text;
    then?.();
  }, wait));
}

function say(question, text) {
  if (heard.get(question) === text) return;
  write(question, text, PAUSE_MS, () => {
    heard.set(question, text);
    write(question, "", READ_MS);
  });
}

if (ballot) {
  // What nobody changed yet is not said aloud: the page itself is being read.
  for (const question of ballot.querySelectorAll("[data-question]")) heard.set(question, count(question));
  ballot.addEventListener("input", (event) => {
    const question = event.target.closest("[data-question]");
    if (question) say(question, count(question));
  });
}
