// Follows the node: asks for the picture every second while somebody looks, and draws it when it is another one.
"use strict";

const PAUSE = 1000;
const PATIENCE = 10000;
const STATUS_EVERY = 5; // pictures

const picture = document.getElementById("picture");
const agent = document.getElementById("agent");
const stale = document.getElementById("stale");
const failures = document.getElementById("failures");
let tag = null;
let round = 0;

async function ask(path, headers) {
  const answer = await fetch(path, { headers, cache: "no-store", signal: AbortSignal.timeout(PATIENCE) });
  if (!answer.ok && answer.status !== 304) {
    throw new Error(`${path}: ${answer.status}`);
  }
  return answer;
}

async function draw() {
  const answer = await ask("topology.svg", tag ? { "If-None-Match": tag } : {});
  if (answer.status === 304) {
    return;
  }
  const svg = new DOMParser().parseFromString(await answer.text(), "image/svg+xml").documentElement;
  if (svg.localName !== "svg") {
    throw new Error("topology.svg: no picture");
  }
  const before = new Set([...picture.querySelectorAll("g[data-id]")].map((box) => box.dataset.id));
  if (tag) {
    svg.querySelectorAll("g[data-id]").forEach((box) => box.classList.toggle("new", !before.has(box.dataset.id)));
  }
  picture.replaceChildren(document.importNode(svg, true));
  tag = answer.headers.get("ETag");
}

async function tell() {
  const status = await (await ask("status.json", {})).json();
  const missing = status.checks.filter((check) => !check.ok).map((check) => check.reason);
  agent.className = status.ready ? "ready" : "unready";
  agent.textContent =
    `${status.ready ? "ready" : "not ready: " + missing.join("; ")} · release ${status.agent.version}` +
    ` · since ${status.agent.since}`;
  const list = Array.isArray(status.lastFailures) ? status.lastFailures : [];
  failures.hidden = list.length === 0;
  failures.querySelector("ul").replaceChildren(
    ...list.reverse().map((one) => {
      const line = document.createElement("li");
      const who = one.pod || "container " + one.container;
      line.textContent = `${one.time.replace(/\.\d+/, "")}  ${one.verb} of ${who}: code ${one.error.code}: ${one.error.msg}`;
      return line;
    }),
  );
}

async function follow() {
  try {
    if (!document.hidden) {
      await draw();
      if (round++ % STATUS_EVERY === 0) {
        await tell();
      }
      stale.hidden = true;
    }
  } catch (problem) {
    round = 0;
    agent.className = "unready";
    if (stale.hidden) {
      stale.textContent = `The agent does not answer. This is the node as it was at ${new Date().toLocaleTimeString()}.`;
      stale.hidden = false;
    }
  }
  setTimeout(follow, PAUSE);
}

document.title = `Myriapod · ${location.host}`;
follow();
