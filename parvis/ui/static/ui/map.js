// A map that one can move, on our own ground: one small file of outlines, no tile, no other machine.
// A figure with data-live-map (<c-live-map>) says what is on it:
//   data-clusters   address of counts: asked for wherever one looks, drawn as numbers or as points
//   data-list       id of a list: its elements with data-lon and data-lat become points
//   data-from, data-into   address of that list for a viewport, and the id of what it fills
//   data-lon-field, data-lat-field   ids of the fields that a chosen point fills
// It tells of itself by events that bubble: « parvis:moved » {box, zoom}, « parvis:picked » {lon,
// lat}. Whoever changes the list or the fields by program sends « parvis:list » or « change ».
const L = window.L;
const CITY = [[48.815, 2.224], [48.903, 2.47]];
const AROUND = [[48.6, 1.9], [49.1, 2.9]];
const CELL = 56;
const CLOSE = 15;
const STREETS = 16;
const still = matchMedia("(prefers-reduced-motion: reduce)").matches;

// --- the ground -------------------------------------------------------------------------------

function corners(steps, unit) {
  let x = 0;
  let y = 0;
  const found = [];
  for (let place = 0; place < steps.length; place += 2) {
    x += steps[place];
    y += steps[place + 1];
    found.push([y / unit, x / unit]);
  }
  return found;
}

async function ground(map, address) {
  const drawn = await (await fetch(address)).json();
  for (const { kind, rings, line } of drawn.shapes) {
    const lines = rings.map((ring) => corners(ring, drawn.unit));
    const looks = { className: `ground-${kind}`, interactive: false, smoothFactor: 1 };
    (line ? L.polyline(lines, looks) : L.polygon(lines, looks)).addTo(map);
  }
  for (const [kind, text, x, y] of drawn.names) map.addLayer(name(kind, text, [y / drawn.unit, x / drawn.unit]));
  map.attributionControl.addAttribution(drawn.credit);
}

function name(kind, text, place) {
  const icon = L.divIcon({ className: `ground-name ${kind}`, html: words(text), iconSize: [0, 0] });
  return L.marker(place, { icon, interactive: false, keyboard: false, pane: "names" });
}

// Near the ground, the streets that are known there.
function streets(map, address) {
  const layer = L.layerGroup().addTo(map);
  const draw = async () => {
    if (map.getZoom() < STREETS) return layer.clearLayers();
    const answer = await fetch(`${address}?box=${box(map)}`).catch(() => null);
    if (!answer?.ok) return undefined;
    const { names } = await answer.json();
    layer.clearLayers();
    return names.forEach(([lon, lat, text]) => layer.addLayer(name("street", text, [lat, lon])));
  };
  map.on("moveend", draw);
  draw();
}

function words(text) {
  const span = document.createElement("span");
  span.textContent = text;
  return span;
}

// --- what is on it ----------------------------------------------------------------------------

function mark(text, looks) {
  return L.divIcon({ className: `spot ${looks}`, html: words(text), iconSize: null });
}

function magnitude(count) {
  return `n${Math.min(4, String(count).length)}`;
}

function short(count, language) {
  return new Intl.NumberFormat(language, { notation: "compact", maximumSignificantDigits: 2 }).format(count);
}

function cluster(map, [lon, lat, count, open], texts) {
  const told = texts.cell.replace("{n}", count.toLocaleString(texts.language)).replace("{open}", open.toLocaleString(texts.language));
  const icon = mark(short(count, texts.language), `many ${magnitude(count)} ${open ? "" : "z"}`);
  const here = L.marker([lat, lon], { icon, alt: told, title: told });
  return here.on("click", () => map.setView([lat, lon], Math.min(map.getZoom() + 2, map.getMaxZoom())));
}

function point({ lon, lat, text = "", label, url, tone = "" }, { keyboard = true } = {}) {
  const here = L.marker([lat, lon], { icon: mark(text, `one ${tone}`), alt: label, title: label, keyboard });
  const said = url ? document.createElement("a") : document.createElement("span");
  said.textContent = label;
  if (url) said.href = url;
  return here.bindPopup(said);
}

function clusters(map, figure, texts) {
  const layer = L.layerGroup().addTo(map);
  let asking;
  const draw = async () => {
    asking?.abort();
    asking = new AbortController();
    const size = map.getSize();
    const address = new URL(figure.dataset.clusters, location.href);
    address.searchParams.set("box", box(map));
    address.searchParams.set("cells", Math.max(12, Math.min(400, Math.round((size.x * size.y) / CELL ** 2))));
    try {
      const answer = await fetch(address, { signal: asking.signal, headers: { Accept: "application/json" } });
      if (!answer.ok) return;
      const { cells, points } = await answer.json();
      layer.clearLayers();
      for (const one of cells) layer.addLayer(cluster(map, one, texts));
      for (const one of points) layer.addLayer(point(one));
    } catch (trouble) {
      if (trouble.name !== "AbortError") figure.dataset.trouble = "network";
    }
  };
  map.on("moveend", draw);
  figure.addEventListener("parvis:list", draw);
  return draw();
}

function listed(map, list) {
  const layer = L.featureGroup().addTo(map);
  const draw = () => {
    layer.clearLayers();
    for (const one of list.querySelectorAll("[data-lon][data-lat]")) {
      const { lon, lat, mark: text, tone } = one.dataset;
      if (!lon || !lat) continue;
      const link = one.querySelector("a[href]");
      const label = one.dataset.label ?? link?.textContent ?? one.textContent.trim().slice(0, 120);
      const told = { lon: Number(lon), lat: Number(lat), text, tone, label, url: link?.href };
      // Who goes by keyboard has the list, and need not pass each point before it.
      layer.addLayer(point(told, { keyboard: !link }));
    }
  };
  draw();
  list.addEventListener("parvis:list", draw);
  return layer;
}

function follow(map, figure) {
  const target = document.getElementById(figure.dataset.into);
  let asking;
  map.on("moveend", async () => {
    asking?.abort();
    asking = new AbortController();
    const address = new URL(figure.dataset.from, location.href);
    address.searchParams.set("box", box(map));
    target.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(address, { signal: asking.signal, headers: { "X-Fragment": "list" } });
      if (answer.ok) target.innerHTML = await answer.text();
      target.removeAttribute("aria-busy");
      const shown = new URL(location.href);
      shown.searchParams.set("box", box(map));
      history.replaceState(null, "", shown);
      target.dispatchEvent(new CustomEvent("parvis:list", { bubbles: true }));
    } catch (trouble) {
      if (trouble.name !== "AbortError") target.removeAttribute("aria-busy");
    }
  });
}

// --- a point that is chosen -------------------------------------------------------------------

function pick(map, figure) {
  const lonField = document.getElementById(figure.dataset.lonField);
  const latField = document.getElementById(figure.dataset.latField);
  const chosen = () => (lonField.value && latField.value ? [Number(latField.value), Number(lonField.value)] : null);
  let marker;
  const show = (place) => {
    if (!marker) {
      marker = L.marker(place, { icon: mark("", "chosen"), draggable: true, keyboard: false, alt: figure.dataset.textChosen, title: figure.dataset.textChosen });
      marker.addTo(map).on("dragend", () => put(marker.getLatLng()));
    }
    marker.setLatLng(place);
  };
  const put = ({ lat, lng }) => {
    lonField.value = lng.toFixed(6);
    latField.value = lat.toFixed(6);
    show([lat, lng]);
    lonField.dispatchEvent(new Event("change", { bubbles: true }));
    figure.dispatchEvent(new CustomEvent("parvis:picked", { bubbles: true, detail: { lon: lng, lat } }));
  };
  const read = () => {
    const place = chosen();
    if (!place) return;
    show(place);
    if (!map.getBounds().contains(place)) map.setView(place, Math.max(map.getZoom(), 17));
  };
  map.on("click", ({ latlng, originalEvent }) => {
    if (!originalEvent?.target.closest(".leaflet-control")) put(latlng);
  });
  for (const field of [lonField, latField]) field.addEventListener("change", read);
  const button = figure.querySelector("[data-map-here]");
  button.hidden = false;
  button.addEventListener("click", () => put(map.getCenter()));
  if (chosen()) map.setView(chosen(), 17);
  read();
}

// --- the figure -------------------------------------------------------------------------------

function box(map) {
  const seen = map.getBounds();
  return [seen.getWest(), seen.getSouth(), seen.getEast(), seen.getNorth()].map((one) => one.toFixed(5)).join(",");
}

function opened(figure, holder) {
  const { lon, lat, zoom, box: seen } = figure.dataset;
  const map = L.map(holder, {
    zoomControl: false, attributionControl: false, minZoom: 10, maxZoom: 19, zoomSnap: 0.5, maxBounds: AROUND,
    zoomAnimation: !still, fadeAnimation: !still, markerZoomAnimation: !still, scrollWheelZoom: false,
  });
  const names = map.createPane("names");
  names.classList.add("names");
  // What the ground looks like and is called helps the eye; the ear has the list, and would hear an
  // image without a name and bare numbers.
  for (const pane of [names, map.getPane("overlayPane")]) pane.setAttribute("aria-hidden", "true");
  L.control.zoom({ zoomInTitle: figure.dataset.textCloser, zoomOutTitle: figure.dataset.textFarther }).addTo(map);
  const credit = L.control.attribution({ prefix: false }).addTo(map).getContainer();
  // It stops clicks from reaching the map, for which readers of screens call it clickable.
  L.DomEvent.off(credit);
  L.control.scale({ imperial: false, position: "bottomleft" }).addTo(map);
  const near = () => { holder.dataset.near = map.getZoom() >= CLOSE ? "yes" : "no"; };
  map.on("zoomend", near);
  const sides = seen?.split(",").map(Number) ?? [];
  if (lon && lat) map.setView([Number(lat), Number(lon)], Number(zoom) || 16);
  else if (sides.length === 4 && sides.every(Number.isFinite)) map.fitBounds([[sides[1], sides[0]], [sides[3], sides[2]]]);
  else map.fitBounds(CITY);
  near();
  // The wheel scrolls the page until somebody is in the map.
  holder.addEventListener("focusin", () => map.scrollWheelZoom.enable());
  holder.addEventListener("focusout", () => map.scrollWheelZoom.disable());
  return map;
}

function live(figure) {
  if (!L || figure.dataset.liveMap === "on") return;
  const holder = figure.querySelector("[data-map-holder]");
  const { basemap, textCell, clusters: counts, list, from, lonField } = figure.dataset;
  figure.dataset.liveMap = "on";
  holder.setAttribute("aria-label", figure.getAttribute("aria-label"));
  const map = opened(figure, holder);
  ground(map, basemap).catch(() => { figure.dataset.trouble = "network"; });
  if (figure.dataset.names) streets(map, figure.dataset.names);
  if (counts) clusters(map, figure, { cell: textCell, language: document.documentElement.lang });
  const known = list && document.getElementById(list);
  if (known) {
    const layer = listed(map, known);
    if (!figure.dataset.lon && layer.getLayers().length) {
      // One place alone is shown with what is around it: closer there is nothing to recognise it by.
      map.fitBounds(layer.getBounds().pad(0.2), { maxZoom: layer.getLayers().length > 1 ? 17 : 14 });
    }
  }
  if (from) follow(map, figure);
  if (lonField) pick(map, figure);
  map.on("moveend", () => {
    figure.dispatchEvent(new CustomEvent("parvis:moved", { bubbles: true, detail: { box: box(map), zoom: map.getZoom() } }));
  });
}

const draw = () => document.querySelectorAll("[data-live-map]").forEach(live);
draw();
// Parts of a page that arrive later bring maps of their own.
document.addEventListener("htmx:load", draw);
