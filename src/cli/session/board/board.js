"use strict";
// Shows what the session tells. Everything comes in as text, nothing as markup.

const at = (id) => document.getElementById(id);

function element(name, text, kind) {
  const made = document.createElement(name);
  if (text !== undefined) made.textContent = text;
  if (kind) made.className = kind;
  return made;
}

const number = (value, digits) => (typeof value === "number" ? value.toFixed(digits) : "–");

function host(state) {
  const last = state.samples[state.samples.length - 1];
  const rows = last
    ? [["cell time", number(last.time_min, 1) + " min"], ["growth", number(last.growth_rate_per_h, 3) + " 1/h"],
       ["ribosomes", number(last.ribosomes, 0)], ["RNA polymerases", number(last.polymerases, 0)],
       ["ATP", number(last.atp_percent, 1) + " %"]]
    : [["cell time", "nothing has run since this page was opened"]];
  at("host").replaceChildren(...rows.map(([name, value]) => {
    const row = element("div");
    row.append(element("dt", name), element("dd", value));
    return row;
  }));
}

function growth(samples) {
  const svg = at("growth");
  const known = samples.filter((s) => typeof s.growth_rate_per_h === "number");
  svg.replaceChildren();
  at("from").textContent = at("to").textContent = "";
  at("scale").textContent = "growth rate [1/h] over cell time";
  if (known.length < 2) return;
  const x = known.map((s) => s.time_min), y = known.map((s) => s.growth_rate_per_h);
  const top = Math.max(...y, 1e-9) * 1.1, left = Math.min(...x), right = Math.max(...x, left + 1e-9);
  const points = known.map((s, i) =>
    `${(600 * (x[i] - left) / (right - left)).toFixed(1)},${(118 - 116 * y[i] / top).toFixed(1)}`);
  const line = document.createElementNS("http://www.w3.org/2000/svg", "polyline");
  line.setAttribute("points", points.join(" "));
  svg.append(line);
  const now = number(y[y.length - 1], 3);
  svg.setAttribute("aria-label", `growth rate, now ${now} per hour`);
  at("scale").textContent = `growth rate, 0 to ${number(top, 2)} 1/h`;
  at("from").textContent = number(left, 1) + " min";
  at("to").textContent = number(right, 1) + " min";
}

function gauge(value, limit, unit) {
  const cell = element("td");
  const known = typeof limit === "number" && limit > 0;
  const held = known && value >= 0.995 * limit;
  cell.append(element("span", known ? `${number(value, 0)} of ${number(limit, 0)}${unit}` : number(value, 0) + unit,
    held ? "held" : ""));
  if (known) {
    const meter = element("meter");
    meter.max = limit;
    meter.value = Math.min(Math.max(value, 0), limit);
    meter.setAttribute("aria-label", `${number(100 * value / limit, 0)} percent`);
    cell.append(meter);
  }
  return cell;
}

function vms(state) {
  const last = state.samples[state.samples.length - 1];
  const rows = (state.vms || []).map((vm) => {
    const lived = last && last.vms.find((one) => one.id === vm.id);
    const row = element("tr");
    const name = element("th", vm.id);
    name.scope = "row";
    const ribosomes = lived ? lived.ribosomes : vm.engaged_ribosomes;
    const polymerases = lived ? lived.polymerases : vm.engaged_polymerases;
    const share = element("td", lived ? number(lived.atp_share, 1) + " %" : "–");
    row.append(name, element("td", vm.state, vm.state === "running" ? "running" : ""),
      gauge(ribosomes, vm.allocated_ribosomes, ""), gauge(polymerases, vm.allocated_polymerases, ""), share,
      gauge(vm.memory_kb_used, vm.memory_kb_limit, ""));
    return row;
  });
  if (!rows.length) {
    const cell = element("td", "no VM");
    cell.colSpan = 6;
    const row = element("tr");
    row.append(cell);
    rows.push(row);
  }
  at("vms").replaceChildren(...rows);
}

function people(told) {
  at("people").replaceChildren(...((told && told.people) || []).map((one) => element("li", one.name)));
  const running = told && told.running;
  const waiting = ((told && told.waiting) || []).length;
  at("running").textContent = running
    ? `${running.who} runs ${running.code.split("\n")[0]}` + (waiting ? `; ${waiting} more wait` : "")
    : "nothing runs";
}

let lines = [];

function log(told) {
  if (lines.length === told.length && lines.every((line, i) => line === told[i])) return;
  lines = told;
  const list = at("log");
  const below = list.scrollHeight - list.scrollTop - list.clientHeight < 40;
  list.replaceChildren(...told.map((line) => element("li", line)));
  if (below) list.scrollTop = list.scrollHeight;
}

function show(state) {
  document.title = `${state.name} – BioXen`;
  at("name").textContent = state.name;
  const busy = state.people && state.people.execution_state;
  at("state").textContent = state.ended ? "the session has ended" : busy || "connecting";
  host(state);
  growth(state.samples);
  vms(state);
  people(state.people);
  log(state.lines);
  if (state.ended) events.close();
}

const events = new EventSource("/events");
events.onmessage = (event) => show(JSON.parse(event.data));
events.onerror = () => { at("state").textContent = "the board does not answer; it may have been ended"; };
