// Boxes that cover what the public must not see, drawn on the photo by mouse, touch and keyboard.
// [data-cover] holds the photo and an <svg> of 1000 by 1000; the form's field `drawn` takes the
// boxes. Without this file the page has the same boxes as numbers.
const WHOLE = 1000;
const LEAST = 10;
const STEP = 10;
const FRESH = 120;
const SVG = "http://www.w3.org/2000/svg";

const cover = document.querySelector("[data-cover]");
if (cover) begin(cover.querySelector("svg"), cover.closest("form"));

function begin(surface, form) {
  const find = (name) => form.querySelector(`[data-cover-${name}]`);
  const read = (rect) => ["x", "y", "width", "height"].map((side) => Number(rect.getAttribute(side)));
  let boxes = [...surface.querySelectorAll("rect")].map(read);
  let chosen = -1;
  let held = null;
  const past = [];

  const clamp = (value, least, most) => Math.round(Math.max(least, Math.min(most, value)));
  const inside = ([x, y, w, h]) => {
    const wide = clamp(w, LEAST, WHOLE);
    const high = clamp(h, LEAST, WHOLE);
    return [clamp(x, 0, WHOLE - wide), clamp(y, 0, WHOLE - high), wide, high];
  };
  const sized = ([x, y, w, h]) => [x, y, clamp(w, LEAST, WHOLE - x), clamp(h, LEAST, WHOLE - y)];
  const say = (text) => { find("said").textContent = text; };
  const remember = () => { past.push(JSON.stringify(boxes)); };
  const told = (text, values) => text.replace(/\{(\w)\}/g, (all, name) => values[name] ?? all);

  function drawn(kind, [x, y, width, height]) {
    const rect = document.createElementNS(SVG, "rect");
    for (const [side, value] of Object.entries({ x, y, width, height, class: kind })) rect.setAttribute(side, value);
    return rect;
  }

  function draw({ focus = false } = {}) {
    const size = surface.getBoundingClientRect();
    const [wide, high] = [(22 / size.width) * WHOLE, (22 / size.height) * WHOLE];
    surface.replaceChildren(...boxes.map((box, place) => {
      const group = document.createElementNS(SVG, "g");
      const [x, y, w, h] = box;
      const [px, py, pw, ph] = box.map((one) => Math.round(one / 10));
      const where = told(cover.dataset.place, { x: px, y: py, w: pw, h: ph });
      group.setAttribute("tabindex", "0");
      group.setAttribute("role", "button");
      group.setAttribute("aria-label", `${told(cover.dataset.box, { n: place + 1 })}: ${where}`);
      group.setAttribute("aria-pressed", String(place === chosen));
      group.dataset.place = place;
      group.append(drawn("box", box), drawn("corner", [x + w - wide, y + h - high, wide, high]));
      return group;
    }));
    if (focus && chosen >= 0) surface.children[chosen]?.focus();
    find("remove").disabled = chosen < 0;
    find("undo").disabled = past.length === 0;
    find("add").disabled = boxes.length >= Number(cover.dataset.most);
    form.elements.drawn.value = JSON.stringify(boxes);
  }

  function add(box) {
    if (boxes.length >= Number(cover.dataset.most)) return;
    remember();
    boxes.push(inside(box));
    chosen = boxes.length - 1;
    draw({ focus: true });
  }

  function remove() {
    if (chosen < 0) return;
    remember();
    boxes.splice(chosen, 1);
    chosen = Math.min(chosen, boxes.length - 1);
    draw({ focus: true });
    say(cover.dataset.gone);
    if (chosen < 0) find("add").focus();
  }

  function undo() {
    if (!past.length) return;
    boxes = JSON.parse(past.pop());
    chosen = Math.min(chosen, boxes.length - 1);
    draw();
  }

  const at = (event) => {
    const size = surface.getBoundingClientRect();
    return [((event.clientX - size.left) / size.width) * WHOLE, ((event.clientY - size.top) / size.height) * WHOLE];
  };

  surface.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    event.preventDefault();
    const group = event.target.closest("g");
    chosen = group ? Number(group.dataset.place) : -1;
    const how = !group ? "new" : event.target.matches(".corner") ? "size" : "move";
    held = { how, from: at(event), box: group && boxes[chosen], before: JSON.stringify(boxes), id: event.pointerId };
    surface.setPointerCapture(event.pointerId);
  });

  surface.addEventListener("pointermove", (event) => {
    if (!held || event.pointerId !== held.id) return;
    const [x, y] = at(event).map((one) => Math.max(0, Math.min(WHOLE, one)));
    const [dx, dy] = [x - held.from[0], y - held.from[1]];
    if (held.how === "new") {
      if (chosen < 0 && boxes.length < Number(cover.dataset.most)) chosen = boxes.push([0, 0, 0, 0]) - 1;
      if (chosen < 0) return;
      const [left, top] = [Math.min(x, held.from[0]), Math.min(y, held.from[1])];
      boxes[chosen] = inside([left, top, Math.abs(dx), Math.abs(dy)]);
    } else {
      const [left, top, w, h] = held.box;
      boxes[chosen] = held.how === "move" ? inside([left + dx, top + dy, w, h]) : sized([left, top, w + dx, h + dy]);
    }
    draw();
  });

  surface.addEventListener("pointerup", (event) => {
    if (!held || event.pointerId !== held.id) return;
    const { how, from, before } = held;
    held = null;
    // A tap where there is no box puts one there.
    if (how === "new" && chosen < 0) return add([from[0] - FRESH / 2, from[1] - FRESH / 2, FRESH, FRESH]);
    if (before !== JSON.stringify(boxes)) past.push(before);
    draw({ focus: true });
  });

  surface.addEventListener("pointercancel", () => {
    if (held) boxes = JSON.parse(held.before);
    held = null;
    draw();
  });

  surface.addEventListener("focusin", (event) => {
    const group = event.target.closest("g");
    if (!group || held || Number(group.dataset.place) === chosen) return;
    chosen = Number(group.dataset.place);
    for (const one of surface.children) one.setAttribute("aria-pressed", String(one === group));
    find("remove").disabled = false;
  });

  surface.addEventListener("keydown", (event) => {
    const ways = { ArrowLeft: [-STEP, 0], ArrowRight: [STEP, 0], ArrowUp: [0, -STEP], ArrowDown: [0, STEP] };
    const way = ways[event.key];
    if (event.key === "Delete" || event.key === "Backspace") remove();
    else if (way && chosen >= 0) {
      remember();
      const [x, y, w, h] = boxes[chosen];
      boxes[chosen] = event.shiftKey ? sized([x, y, w + way[0], h + way[1]]) : inside([x + way[0], y + way[1], w, h]);
      draw({ focus: true });
    } else return;
    event.preventDefault();
  });

  form.addEventListener("keydown", (event) => {
    if (event.key !== "z" || !(event.ctrlKey || event.metaKey) || event.target.matches("input, select")) return;
    event.preventDefault();
    undo();
  });

  find("add").addEventListener("click", () => add([(WHOLE - FRESH) / 2, (WHOLE - FRESH) / 2, FRESH, FRESH]));
  find("remove").addEventListener("click", remove);
  find("undo").addEventListener("click", undo);
  find("tools").hidden = false;
  find("numbers").hidden = true;
  new ResizeObserver(() => { if (!held) draw(); }).observe(surface);
}
