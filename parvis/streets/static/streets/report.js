// On the pages of a report: the position of the device, the place that a photo says, and the
// questions of the kind that is chosen. All of it works without.
const field = (form, name) => form.elements.namedItem(name);

function place(form, lon, lat) {
  for (const [name, value] of [["lon", lon], ["lat", lat]]) {
    field(form, name).value = value.toFixed(6);
    field(form, name).dispatchEvent(new Event("change", { bubbles: true }));
  }
}

function here(form, button) {
  const status = form.querySelector("[data-here-status]");
  button.hidden = false;
  button.addEventListener("click", () => {
    button.setAttribute("aria-busy", "true");
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        button.removeAttribute("aria-busy");
        place(form, coords.longitude, coords.latitude);
        if ("stays" in button.dataset) { status.textContent = button.dataset.said; return; }
        field(form, "address").value = "";
        form.requestSubmit(form.querySelector("[data-confirm]"));
      },
      () => {
        button.removeAttribute("aria-busy");
        status.textContent = button.dataset.failed;
      },
      { enableHighAccuracy: true, timeout: 15000, maximumAge: 30000 },
    );
  });
}

function isPlaced(form) {
  return Boolean(field(form, "lon").value || field(form, "address").value.trim());
}

// Where a photo was taken is a proposal: an address that somebody types holds instead.
function words(form, files) {
  const point = () => `${field(form, "lon").value} ${field(form, "lat").value}`;
  field(form, "address").addEventListener("input", () => {
    if (!form.dataset.byPhoto || form.dataset.byPhoto !== point()) return;
    delete form.dataset.byPhoto;
    field(form, "lon").value = field(form, "lat").value = "";
    form.querySelector("[data-here-status]").textContent = "";
  });
  files.addEventListener("change", () => placeOf(form, files));
}

async function placeOf(form, files) {
  const [photo] = files.files;
  if (!photo || isPlaced(form) || !navigator.onLine) return;
  const body = new FormData();
  // What a camera notes stands at the beginning.
  body.append("photo", photo.size > 600000 && photo.type === "image/jpeg" ? photo.slice(0, 262144) : photo, "photo");
  const headers = { "X-CSRFToken": field(form, "csrfmiddlewaretoken").value, Accept: "application/json" };
  try {
    const answer = await fetch(files.dataset.placeOf, { method: "POST", body, headers });
    const said = answer.ok ? (await answer.json()).place : null;
    if (!said || isPlaced(form)) return;
    place(form, said.lon, said.lat);
    form.dataset.byPhoto = `${field(form, "lon").value} ${field(form, "lat").value}`;
    form.querySelector("[data-here-status]").textContent = files.dataset.said;
  } catch {
    // The position or the address says it as well.
  }
}

function asked(form) {
  const kind = field(form, "subtype");
  const show = () => {
    for (const question of form.querySelectorAll("[data-question-of]")) {
      question.hidden = !question.dataset.questionOf.split(" ").includes(kind.value);
      for (const control of question.querySelectorAll("input, select, textarea")) control.disabled = question.hidden;
    }
  };
  kind.addEventListener("change", show);
  form.addEventListener("parvis:restored", show);
  show();
}

for (const form of document.querySelectorAll("form[data-place]")) {
  const button = form.querySelector("[data-here]");
  if (button && "geolocation" in navigator) here(form, button);
  const files = form.querySelector("[data-place-of]");
  if (files) words(form, files);
  if (form.querySelector("[data-question-of]")) asked(form);
}
