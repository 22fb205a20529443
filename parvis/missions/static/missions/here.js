// « I am there »: the device says where one stands, into the fields lon and lat of the same form.
// Without this file the page works: an address does it, or nothing.
function here(form) {
  const button = form.querySelector("[data-here]");
  const status = form.querySelector("[data-here-status]");
  button.hidden = false;
  button.addEventListener("click", () => {
    button.setAttribute("aria-busy", "true");
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        button.removeAttribute("aria-busy");
        form.elements.lon.value = coords.longitude;
        form.elements.lat.value = coords.latitude;
        if ("sends" in button.dataset) form.requestSubmit();
        else status.textContent = button.dataset.said;
      },
      () => {
        button.removeAttribute("aria-busy");
        status.textContent = button.dataset.failed;
      },
      { enableHighAccuracy: true, timeout: 15000, maximumAge: 30000 },
    );
  });
}

if ("geolocation" in navigator) {
  for (const form of document.querySelectorAll("form:has([data-here])")) here(form);
}
