// Says, while a ballot is filled in, how much of it is used: in the tray for the eye, in a status
// for the ear. The page works without; the City counts again in any case.
const ballot = document.querySelector("[data-ballot]");
const words = (node, name) => node.closest("[data-words]").dataset[name];

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

function say(question) {
  const most = limit(question);
  const now = used(question);
  const name = most ? (now > most ? "over" : "of") : "none";
  const text = words(question, name).replace("{n}", shown(question, now)).replace("{most}", shown(question, most));
  const tray = question.querySelector(".tray");
  tray.querySelector(".count").textContent = text;
  tray.querySelector("[data-said]").textContent = text;
  tray.classList.toggle("over", most > 0 && now > most);
}

if (ballot) {
  for (const question of ballot.querySelectorAll("[data-question]")) say(question);
  ballot.addEventListener("input", (event) => {
    const question = event.target.closest("[data-question]");
    if (question) say(question);
  });
}
