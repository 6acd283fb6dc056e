"use strict";
const data = JSON.parse(document.getElementById("data").textContent);
const byId = (id) => document.getElementById(id);
const draw = (place, chart) => vegaEmbed(place, chart, { actions: false, renderer: "svg" }).then((made) => made.view);

function filterStatements() {
  const [report, verdict, text] = ["by-report", "by-verdict", "by-text"].map((id) => byId(id).value);
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const statements = [...byId("statements").tBodies];
  for (const statement of statements) {
    const ids = [...statement.querySelectorAll("tr[id]")].map((row) => row.id).join(" ");
    const said = `${ids} ${statement.textContent}`.toLowerCase();
    const judged = verdict === "measured" ? "measured" in statement.dataset : statement.dataset.outcome.startsWith(verdict);
    statement.hidden = !(judged && (!report || statement.dataset.report === report) && words.every((word) => said.includes(word)));
  }
  byId("count").textContent = `${statements.filter((statement) => !statement.hidden).length} of ${statements.length} rows`;
}

function revealTarget() {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (!target) return;
  if (target.closest("tbody[hidden]")) byId("filter").reset();
  for (let part = target.closest("details"); part; part = part.parentElement.closest("details")) part.open = true;
  setTimeout(() => target.scrollIntoView());
}

function showDigit(place, image) {
  place.style.backgroundPosition = `-${(image % data.columns) * data.width}px -${Math.floor(image / data.columns) * data.width}px`;
}

function describe(figure, image) {
  const part = (name) => figure.querySelector(`[data-of="${name}"]`);
  const neighbour = data.neighbours[figure.querySelector("select").value][image];
  const right = data.labels[image] === data.labels[neighbour];
  showDigit(part("image"), image);
  showDigit(part("neighbour"), neighbour);
  part("label").textContent = data.labels[image];
  part("neighbour-label").textContent = data.labels[neighbour];
  part("outcome").textContent = right ? "✓ 1NN is right" : "✗ 1NN is wrong";
}

async function showMaps() {
  const figures = [...document.querySelectorAll("figure.map")];
  const views = await Promise.all(figures.map((figure) => draw(figure.querySelector(".chart"), data.map)));
  const slider = byId("image");
  const mark = () => {
    byId("image-number").textContent = slider.value;
    figures.forEach((figure, number) => {
      const variant = figure.querySelector("select").value;
      views[number].signal("variant", variant).signal("image", Number(slider.value)).runAsync();
      describe(figure, Number(slider.value));
    });
  };
  views.forEach((view) =>
    view.addSignalListener("hover", (name, point) => {
      if (point.image) {
        slider.value = point.image[0];
        mark();
      }
    }),
  );
  slider.addEventListener("input", mark);
  figures.forEach((figure) => figure.querySelector("select").addEventListener("change", mark));
  mark();
}

async function showLosses() {
  const { quantities, colours, shown } = data.losses;
  const view = await draw(byId("losses-chart"), data.losses.chart);
  const boxes = Object.entries(colours).map(([variant, colour]) => {
    const label = byId("shown").appendChild(document.createElement("label"));
    label.innerHTML = '<input type="checkbox"> <span class="swatch"></span><code></code>';
    label.querySelector("input").checked = shown.includes(variant);
    label.querySelector("input").value = variant;
    label.querySelector(".swatch").style.background = colour;
    label.querySelector("code").textContent = variant;
    return label.querySelector("input");
  });
  for (const [column, heading] of Object.entries(quantities)) byId("quantity").add(new Option(heading, column));
  byId("shown").addEventListener("change", () =>
    view.signal("shown", boxes.filter((box) => box.checked).map((box) => box.value)).runAsync(),
  );
  byId("quantity").addEventListener("change", (event) => view.signal("quantity", event.target.value).runAsync());
}

function showEpoch(event) {
  const { value, dataset, max } = event.target;
  const figure = event.target.closest("figure");
  const frame = figure.querySelector(".frame");
  figure.querySelector("output").textContent = `epoch ${dataset.epochs.split(" ")[value]}`;
  frame.style.backgroundPositionY = `-${value * frame.clientHeight}px`;
}

byId("filter").addEventListener("input", filterStatements);
byId("filter").addEventListener("submit", (event) => event.preventDefault());
byId("filter").addEventListener("reset", () => setTimeout(filterStatements));
window.addEventListener("hashchange", revealTarget);
filterStatements();
if (data.map) showMaps();
if (data.losses) showLosses();
document.querySelectorAll(".snapshots input").forEach((slider) => slider.addEventListener("input", showEpoch));
revealTarget();
