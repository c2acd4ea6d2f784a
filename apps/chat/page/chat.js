// One room: what is said in it, who is there, and the connection, which comes back by itself.
"use strict";

const $ = (id) => document.getElementById(id);
const room = /^\/room\/([\w-]+)/.exec(location.pathname)?.[1] ?? "lobby";

const kFirstPause = 250;     // milliseconds; doubled with each failure
const kLongestPause = 10000;
const kTypingTime = 3000;    // that somebody is shown as writing
const kTypingPause = 1500;   // between two words that we write

let name = localStorage.getItem("name") ?? "";
let socket = null;
let failures = 0;
let timer = 0;
let lastId = "";             // of the newest message that we have
let lastTyping = 0;
const waiting = new Map();   // key -> text: said, and not yet come back
const typing = new Map();    // name -> timer

// ---- the connection

function connect() {
  clearTimeout(timer);
  const scheme = location.protocol === "https:" ? "wss:" : "ws:";
  const query = new URLSearchParams({ name, after: lastId });
  const own = new WebSocket(`${scheme}//${location.host}/ws/${room}?${query}`);
  socket = own;
  show(failures === 0 ? "Connecting…" : "Reconnecting…", true);
  own.onmessage = (event) => receive(JSON.parse(event.data));
  own.onclose = () => { if (socket === own) comeBack(); };
}

// Sooner at first, then ever more rarely, and not all at the same moment.
function comeBack() {
  socket = null;
  const pause = failures === 0 ? 0 : Math.min(kLongestPause, kFirstPause * 2 ** (failures - 1));
  failures += 1;
  show("Reconnecting…", true);
  timer = setTimeout(connect, pause * (0.5 + Math.random() / 2));
}

function send(message) {
  if (socket?.readyState !== WebSocket.OPEN) return;
  socket.send(JSON.stringify(message));
}

function receive(message) {
  switch (message.type) {
    case "hello":
      failures = 0;
      show(`Worker ${message.worker}`, false);
      message.entries.forEach(showMessage);
      for (const [key, text] of waiting) send({ type: "say", key, text });
      break;
    case "message":
      showMessage(message);
      break;
    case "people":
      showPeople(message.people);
      break;
    case "typing":
      showTyping(message.name);
      break;
  }
}

// ---- what is seen

function show(text, isAway) {
  $("state").textContent = text;
  $("state").classList.toggle("away", isAway);
}

function element(tag, className, text) {
  const made = document.createElement(tag);
  made.className = className;
  made.textContent = text;
  return made;
}

function bubble(who, text, isMine) {
  const item = element("li", isMine ? "mine" : "", "");
  item.append(element("p", "who", who), element("p", "what", text));
  return item;
}

// Messages stand in the order of their ids, whatever order they come in; those of ours that are still on their way come last.
function showMessage(message) {
  if (message.id > lastId) lastId = message.id;
  stopTyping(message.name);
  if (document.getElementById(message.id)) return;
  const list = $("messages");
  const isAtEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 80;
  if (waiting.delete(message.key)) document.getElementById(`key-${message.key}`)?.remove();
  const time = new Date(message.at).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
  const item = bubble(`${message.name} · ${time}`, message.text, message.name === name);
  item.id = message.id;
  let before = null;
  for (const other of [...list.children].reverse()) {
    if (!other.classList.contains("waiting") && other.id < message.id) break;
    before = other;
  }
  list.insertBefore(item, before);
  if (isAtEnd || message.name === name) list.scrollTop = list.scrollHeight;
}

function showPeople(people) {
  const items = people.map((person) => {
    const windows = person.windows > 1 ? ` ×${person.windows}` : "";
    return element("li", person.name === name ? "me" : "", person.name + windows);
  });
  $("people").replaceChildren(...items);
}

function showTyping(who) {
  if (who === name) return;
  clearTimeout(typing.get(who));
  typing.set(who, setTimeout(() => stopTyping(who), kTypingTime));
  tellTyping();
}

function stopTyping(who) {
  clearTimeout(typing.get(who));
  if (typing.delete(who)) tellTyping();
}

function tellTyping() {
  const names = [...typing.keys()];
  const verb = names.length === 1 ? "is" : "are";
  $("typing").textContent = names.length === 0 ? "" : `${names.slice(0, 3).join(", ")} ${verb} writing…`;
}

// ---- what is done

function say() {
  const text = $("text").value.trim();
  $("text").value = "";
  if (!text) return;
  const key = Array.from(crypto.getRandomValues(new Uint8Array(9)), (byte) => byte.toString(36)).join("");
  waiting.set(key, text);
  const item = bubble(`${name} · sending`, text, true);
  item.id = `key-${key}`;
  item.classList.add("waiting");
  $("messages").append(item);
  $("messages").scrollTop = $("messages").scrollHeight;
  lastTyping = 0;
  send({ type: "say", key, text });
}

$("say").addEventListener("submit", (event) => { event.preventDefault(); say(); });
$("text").addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  say();
});
$("text").addEventListener("input", () => {
  if (Date.now() - lastTyping < kTypingPause || !$("text").value) return;
  lastTyping = Date.now();
  send({ type: "typing" });
});
$("go").addEventListener("submit", (event) => {
  event.preventDefault();
  if ($("other").value) location.href = `/room/${$("other").value}`;
});
addEventListener("online", () => { if (!socket) connect(); });

function begin() {
  $("room").textContent = room;
  document.title = `#${room}`;
  if (name) return connect();
  $("ask").addEventListener("close", () => {
    name = $("name").value.trim();
    if (!name) return $("ask").showModal();
    localStorage.setItem("name", name);
    connect();
    $("text").focus();
  });
  $("ask").addEventListener("cancel", (event) => event.preventDefault());
  $("ask").showModal();
}

begin();
