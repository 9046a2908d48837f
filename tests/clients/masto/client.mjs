// One masto client that a test drives by lines of JSON: what is asked comes in, what was answered goes out, events as they happen.
//   node client.mjs BASE TOKEN
//   {"id": 1, "call": ["v1", "statuses", ["$select", "12"], "favourite"], "args": []}      → {"id": 1, "value": …} or {"id": 1, "error": …}
//   {"id": 2, "pages": ["v1", "timelines", "home", "list"], "args": [{"limit": 2}], "most": 3}   → {"id": 2, "value": [[…], […]]}
//   {"id": 3, "watch": ["user"], "args": []}      → {"id": 3, "value": "open"}, then {"event": {"stream": […], "event": "update", "payload": …}}
import { openAsBlob } from "node:fs";
import { createInterface } from "node:readline";
import { createRestAPIClient, createStreamingAPIClient } from "masto";

const [base, accessToken] = process.argv.slice(2);
const rest = createRestAPIClient({ url: base, accessToken });
const streaming = createStreamingAPIClient({ streamingApiUrl: base.replace(/^http/, "ws") + "/api/v1/streaming", accessToken });

const say = (message) => process.stdout.write(JSON.stringify(message) + "\n");

// All but the last step lead there; the last is called on what they lead to.
function reach(client, path) {
  const step = (at, s) => (Array.isArray(s) ? at[s[0]](...s.slice(1)) : at[s]);
  const target = path.slice(0, -1).reduce(step, client);
  return (...args) => target[path.at(-1)](...args);
}

// {"$file": path} stands for a file's contents.
async function filled(args) {
  return Promise.all(args.map(async (arg) => {
    if (arg === null || typeof arg !== "object" || Array.isArray(arg))
      return arg;
    const entries = Object.entries(arg).map(async ([k, v]) => [k, v?.$file ? await openAsBlob(v.$file) : v]);
    return Object.fromEntries(await Promise.all(entries));
  }));
}

async function pages(paginator, most) {
  const seen = [];
  for await (const page of paginator) {
    seen.push(page);
    if (seen.length === most)
      break;
  }
  return seen;
}

async function watch(path, args) {
  const events = reach(streaming, [...path, "subscribe"])(...args);
  (async () => {
    for await (const { stream, event, payload } of events)
      say({ event: { stream, event, payload } });
  })().catch((error) => say({ event: { event: "broken", payload: String(error) } }));
}

async function answer({ call, pages: list, watch: stream, args = [], most = 100 }) {
  if (stream)
    return watch(stream, args).then(() => "asked");
  const given = await filled(args);
  return list ? pages(reach(rest, list)(...given), most) : reach(rest, call)(...given);
}

for await (const line of createInterface({ input: process.stdin })) {
  const request = JSON.parse(line);
  answer(request).then(
    (value) => say({ id: request.id, value: value ?? null }),
    (error) => say({ id: request.id, error: { message: error.message, status: error.statusCode ?? null, name: error.name } }));
}
process.exit(0);
