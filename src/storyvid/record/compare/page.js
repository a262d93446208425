
"use strict";

const NEAR = 0.02; // seconds that two takes may be apart unnoticed
const FAR = 0.3; // seconds from which a take jumps; below, it runs a little faster or slower
const facts = JSON.parse(document.getElementById("facts").textContent);
const addresses = new Map();
let speed = 1;

/** The address of a clip that this page carries; made when it is first needed. */
function address(name) {
  if (!addresses.has(name)) {
    const bytes = Uint8Array.from(atob(document.getElementById(name).textContent), (sign) => sign.charCodeAt(0));
    addresses.set(name, URL.createObjectURL(new Blob([bytes], { type: "video/mp4" })));
  }
  return addresses.get(name);
}

/** One small video. */
class Take {
  constructor(video) {
    this.video = video;
    this.fps = Number(video.dataset.fps);
    this.length = Number(video.dataset.frames) / this.fps;
    this.wanted = null;
    for (const name of ["loadedmetadata", "seeked"]) video.addEventListener(name, () => this.settle());
  }

  load() {
    if (this.video.src) return;
    this.video.preload = "auto";
    this.video.src = address(this.video.dataset.clip);
  }

  /** Show the picture of a time, seconds. While one seek goes on, only the latest wish is kept. */
  show(time) {
    this.load();
    this.wanted = Math.min(time, this.length - 0.5 / this.fps);
    if (this.video.readyState > 0 && !this.video.seeking) this.settle();
  }

  settle() {
    if (this.wanted === null || this.video.seeking) return;
    if (Math.abs(this.video.currentTime - this.wanted) > 0.001) this.video.currentTime = this.wanted;
    else this.wanted = null;
  }

  /** Resolves when the picture of a time is there. */
  ready(time) {
    return new Promise((resolve) => {
      const look = () => {
        if (this.wanted !== null || this.video.seeking || this.video.readyState < 3) return;
        for (const name of ["seeked", "canplay", "error"]) this.video.removeEventListener(name, look);
        resolve();
      };
      for (const name of ["seeked", "canplay"]) this.video.addEventListener(name, look);
      this.video.addEventListener("error", resolve);
      this.show(time);
      look();
    });
  }

  /** Come nearer to the leading take's time. */
  follow(time) {
    if (time >= this.length) return; // a shorter take waits on its last picture
    let apart = time - this.video.currentTime;
    if (this.video.loop) apart -= this.length * Math.round(apart / this.length);
    if (Math.abs(apart) > FAR) this.video.currentTime = time;
    if (this.video.paused) this.video.play().catch(() => {});
    this.video.playbackRate = speed * (Math.abs(apart) < NEAR ? 1 : 1 + Math.max(-0.15, Math.min(0.15, apart)));
  }
}

/** One shot: its takes run on one clock, that of the longest. */
class Row {
  constructor(element, index) {
    this.element = element;
    this.facts = facts.shots[index];
    this.takes = [...element.querySelectorAll("video")].map((video) => new Take(video));
    this.leader = this.takes.reduce((longest, take) => (longest && longest.length >= take.length ? longest : take), null);
    this.frame = 0;
    this.playing = false;
    this.visible = false;
    this.playButton = element.querySelector(".play");
    this.slider = element.querySelector("input[type=range]");
    this.told = element.querySelector("output");
    for (const take of this.takes) {
      take.video.loop = take.length === this.leader.length;
      take.video.addEventListener("click", () => this.toggle());
    }
    if (this.leader) this.connect();
    for (const radio of this.radios) radio.addEventListener("change", showChoice);
    for (const name of ["pointerdown", "focusin"]) element.addEventListener(name, () => activate(this));
    // Scrolling by key moves rows under a pointer that rests: that is no wish.
    element.addEventListener("pointermove", (event) => (event.movementX || event.movementY) && activate(this));
  }

  connect() {
    this.frames = Math.round(this.leader.length * this.leader.fps);
    this.playButton.addEventListener("click", () => this.toggle());
    this.element.querySelector(".back").addEventListener("click", () => this.step(-1));
    this.element.querySelector(".forth").addEventListener("click", () => this.step(1));
    this.slider.addEventListener("input", () => this.show(Number(this.slider.value)));
  }

  get radios() {
    return [...this.element.querySelectorAll("input[type=radio]")];
  }

  get chosen() {
    return this.radios.find((radio) => radio.checked) ?? null;
  }

  timeOf(frame) {
    return (frame + 0.5) / this.leader.fps; // the middle of a frame can't round to its neighbour
  }

  /** Stop at a frame, counted from 0: every take shows the same one. */
  show(frame) {
    if (!this.leader) return;
    this.stop();
    this.frame = Math.max(0, Math.min(this.frames - 1, frame));
    for (const take of this.takes) take.show(this.timeOf(this.frame));
    this.draw();
  }

  step(frames) {
    if (this.leader) this.show((this.frame + frames + this.frames) % this.frames);
  }

  toggle() {
    if (this.playing) this.show(this.frame);
    else this.play();
    drawPlayAll();
  }

  async play() {
    if (!this.leader) return;
    this.playing = true;
    if (this.frame >= this.frames - 1) this.frame = 0;
    this.draw();
    await this.run();
  }

  /** Start the videos; those of a row that is out of sight wait for it. */
  async run() {
    if (!this.visible) return;
    const time = this.frame ? this.timeOf(this.frame) : 0;
    await Promise.all(this.takes.map((take) => take.ready(time)));
    if (!this.playing || !this.visible) return;
    for (const take of this.takes) {
      take.video.playbackRate = speed;
      take.video.play().catch(() => {});
    }
    startClock();
  }

  stop() {
    this.playing = false;
    this.halt();
  }

  halt() {
    for (const take of this.takes) take.video.pause();
  }

  see(visible) {
    if (visible === this.visible) return;
    this.visible = visible;
    if (visible) for (const take of this.takes) take.load();
    if (this.playing) visible ? this.run() : this.halt();
  }

  tick() {
    const video = this.leader.video;
    if (video.ended) this.begin(0);
    const frame = Math.min(this.frames - 1, Math.floor(video.currentTime * this.leader.fps));
    if (frame < this.frame - this.frames / 2) this.begin(video.currentTime);
    this.frame = frame;
    video.playbackRate = speed;
    for (const take of this.takes) if (take !== this.leader) take.follow(video.currentTime);
    this.draw();
  }

  /** Takes that are shorter waited for the longest to begin again. */
  begin(time) {
    for (const take of this.takes) {
      if (take.video.loop) continue;
      take.video.currentTime = time;
      take.video.play().catch(() => {});
    }
  }

  draw() {
    this.playButton.textContent = this.playing ? "Pause" : "Play";
    this.playButton.setAttribute("aria-pressed", String(this.playing));
    this.slider.value = String(this.frame);
    const text = `frame ${this.frame + 1} of ${this.frames}, ${(this.frame / this.leader.fps).toFixed(2)} s`;
    this.slider.setAttribute("aria-valuetext", text);
    this.told.textContent = text;
  }
}

let ticking = false;

function startClock() {
  if (ticking) return;
  ticking = true;
  requestAnimationFrame(tick);
}

function tick() {
  const running = rows.filter((row) => row.playing && row.visible);
  for (const row of running) row.tick();
  ticking = running.length > 0;
  if (ticking) requestAnimationFrame(tick);
}

// Which shot the keys are for.

let active = null;

function activate(row) {
  if (active === row) return;
  if (active) active.element.classList.remove("active");
  active = row;
  row.element.classList.add("active");
}

function move(by) {
  const next = rows[rows.indexOf(active) + by];
  if (!next) return;
  activate(next);
  next.element.scrollIntoView({ block: "nearest" });
}

function choose(row, number) {
  const radio = row.element.querySelectorAll(".take")[number - 1]?.querySelector("input");
  if (!radio || radio.disabled) return;
  radio.checked = true;
  showChoice();
}

function pressed(event) {
  if (event.ctrlKey || event.altKey || event.metaKey || document.getElementById("cut").open || !active) return;
  const target = event.target;
  const onButton = target.closest("button, a, summary");
  const onSlider = target.matches("input[type=range]");
  const onRadio = target.matches("input[type=radio]");
  const doing = {
    " ": () => !onButton && active.toggle(),
    ArrowLeft: () => !onSlider && !onRadio && active.step(-1),
    ArrowRight: () => !onSlider && !onRadio && active.step(1),
    ArrowUp: () => !onSlider && !onRadio && move(-1),
    ArrowDown: () => !onSlider && !onRadio && move(1),
  }[event.key];
  if (doing ? doing() !== false : /^[1-9]$/.test(event.key)) event.preventDefault();
  if (!doing && /^[1-9]$/.test(event.key)) choose(active, Number(event.key));
}

// What was chosen, as words for the command line and as a file.

function make(tag, text, kind) {
  const element = document.createElement(tag);
  element.textContent = text;
  if (kind) element.className = kind;
  return element;
}

async function copy(text, what) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const area = document.body.appendChild(make("textarea", text));
    area.select();
    document.execCommand("copy");
    area.remove();
  }
  document.getElementById("said").textContent = `${what} copied.`;
}

function copyButton(text, what) {
  const button = make("button", "Copy");
  button.type = "button";
  button.setAttribute("aria-label", `Copy ${what}`);
  button.addEventListener("click", () => copy(text, what[0].toUpperCase() + what.slice(1)));
  return button;
}

/** What is chosen from each run: its shots, and its picks {shot: take}. Take 1 needs no word, unless a run was told otherwise. */
function choice() {
  const found = new Map();
  for (const row of rows) {
    const radio = row.chosen;
    if (!radio) continue;
    const run = Number(radio.dataset.run);
    const take = Number(radio.dataset.take);
    if (!found.has(run)) found.set(run, { run, shots: [], picks: { ...facts.runs[run].others } });
    found.get(run).shots.push(row.facts.id);
    if (take !== 1 || row.facts.named) found.get(run).picks[row.facts.id] = take;
  }
  return [...found.values()].sort((one, other) => one.run - other.run);
}

function wordsLine({ run, shots, picks }) {
  const line = make("div", "", "line");
  const words = Object.entries(picks).map(([shot, take]) => `pick.${shot}=${take}`).join(" ");
  if (facts.runs.length > 1) line.append(make("span", `${facts.runs[run].label}: ${shots.join(", ")}`, "of"));
  else if (!words) line.append(make("span", "Take 1 of every shot: no words are needed.", "of"));
  if (words) line.append(make("code", words), copyButton(words, "the words"));
  return line;
}

let openFile = null;

function fileBlock({ run, picks }) {
  const name = facts.runs[run].picks;
  const text = `${JSON.stringify(picks, null, 2)}\n`;
  const block = make("details", "");
  block.open = run === openFile;
  block.addEventListener("toggle", () => (openFile = block.open ? run : openFile === run ? null : openFile));
  const save = make("a", "Save as file", "save");
  save.download = name;
  save.href = `data:application/json,${encodeURIComponent(text)}`;
  const line = make("div", "", "line");
  line.append(copyButton(text, "the file's text"), save);
  block.append(make("summary", `Or as a file: ${name}`), make("pre", text), make("p", `Save it beside ${facts.runs[run].storyboard}.`), line);
  return block;
}

function showChoice() {
  const found = choice();
  document.getElementById("words").replaceChildren(...found.map(wordsLine));
  const files = found.filter(({ picks }) => facts.runs.length === 1 || Object.keys(picks).length);
  document.getElementById("files").replaceChildren(...files.map(fileBlock));
  document.getElementById("mixed").hidden = found.length < 2;
  document.getElementById("said").textContent = "";
}

// The chosen takes, one after the other.

const cut = { dialog: document.getElementById("cut"), videos: [...document.querySelectorAll(".stage video")], at: 0, list: [] };

function openCut() {
  for (const row of rows) if (row.playing) row.show(row.frame);
  drawPlayAll();
  cut.list = rows.map((row) => ({ id: row.facts.id, radio: row.chosen, video: row.chosen?.closest(".take").querySelector("video") }));
  cut.missing = cut.list.filter((entry) => !entry.video).map((entry) => entry.id);
  cut.list = cut.list.filter((entry) => entry.video);
  cut.dialog.showModal();
  beginCut();
}

function beginCut() {
  cut.at = 0;
  if (cut.list.length) {
    cut.videos[0].src = address(cut.list[0].video.dataset.clip);
    playCut();
  } else document.getElementById("cut-label").textContent = "Nothing is chosen that could be shown.";
}

/** Show one shot while the other video gets the next one. */
function playCut() {
  const [video, spare] = [cut.videos[cut.at % 2], cut.videos[(cut.at + 1) % 2]];
  const entry = cut.list[cut.at];
  const without = cut.missing.length ? `; not to be shown: ${cut.missing.join(", ")}` : "";
  document.getElementById("cut-label").textContent = `${entry.id}, ${entry.radio.dataset.label} (${cut.at + 1} of ${cut.list.length}), cuts only${without}`;
  video.classList.add("on");
  spare.classList.remove("on");
  video.playbackRate = video.defaultPlaybackRate = speed;
  video.play().catch(() => {});
  const next = cut.list[cut.at + 1];
  if (next) spare.src = address(next.video.dataset.clip);
}

function nextInCut() {
  if (cut.at + 1 >= cut.list.length || !cut.dialog.open) return;
  cut.at += 1;
  playCut();
}

// All shots at once.

function drawPlayAll() {
  const playing = rows.some((row) => row.playing);
  const button = document.getElementById("play-all");
  button.textContent = playing ? "Pause all" : "Play all";
  button.setAttribute("aria-pressed", String(playing));
}

function togglePlayAll() {
  const playing = rows.some((row) => row.playing);
  for (const row of rows) {
    if (playing && row.playing) row.show(row.frame);
    if (!playing) row.play();
  }
  drawPlayAll();
}

function setSpeed(button) {
  speed = Number(button.dataset.speed);
  for (const other of document.querySelectorAll("[data-speed]")) other.setAttribute("aria-pressed", String(other === button));
}

const rows = [...document.querySelectorAll(".shot")].map((element, index) => new Row(element, index));
const seen = new IntersectionObserver((entries) => {
  for (const entry of entries) rows.find((row) => row.element === entry.target).see(entry.isIntersecting);
});
for (const row of rows) seen.observe(row.element);
document.getElementById("play-all").addEventListener("click", togglePlayAll);
document.getElementById("watch-cut").addEventListener("click", openCut);
document.getElementById("cut-close").addEventListener("click", () => cut.dialog.close());
document.getElementById("cut-again").addEventListener("click", beginCut);
cut.dialog.addEventListener("close", () => cut.videos.forEach((video) => video.pause()));
for (const video of cut.videos) video.addEventListener("ended", nextInCut);
for (const button of document.querySelectorAll("[data-speed]")) button.addEventListener("click", () => setSpeed(button));
document.addEventListener("keydown", pressed);
if (rows.length) activate(rows[0]);
showChoice();
