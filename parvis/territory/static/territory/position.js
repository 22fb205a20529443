// Offers « Use my position » where the device can say it; the page works without.
const button = document.querySelector("[data-position]");
const status = document.querySelector("[data-position-status]");
if (button && "geolocation" in navigator) {
  button.hidden = false;
  button.addEventListener("click", () => {
    button.setAttribute("aria-busy", "true");
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        const asked = new URLSearchParams({ lon: coords.longitude.toFixed(5), lat: coords.latitude.toFixed(5) });
        location.assign(`${location.pathname}?${asked}`);
      },
      () => {
        button.removeAttribute("aria-busy");
        status.textContent = button.dataset.failed;
      },
      { timeout: 10000, maximumAge: 60000 },
    );
  });
}
