// Verifies what the service sends with the public package that receivers use: node verify-webhooks.cjs ADDRESS KEY
const http = require("node:http");
const { Webhook } = require("standardwebhooks");

const [address, key] = process.argv.slice(2);
const received = [];
const waiting = [];

async function call(method, path, body, headers = {}) {
  const response = await fetch(`${address}/api/v1/editorial/${path}`, {
    method,
    headers: { Authorization: `Bearer ${key}`, "Content-Type": "application/json", ...headers },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
  return { etag: response.headers.get("ETag"), body: await response.json() };
}

/** The next request that nobody has looked at yet. */
const next = () => new Promise((resolve) => (received.length > 0 ? resolve(received.shift()) : waiting.push(resolve)));

function verifies(secret, { body, headers }) {
  try {
    new Webhook(secret).verify(body, headers);
    return true;
  } catch {
    return false;
  }
}

function check(holds, what) {
  if (!holds) throw new Error(`webhooks: ${what}`);
}

async function main() {
  const server = http.createServer((request, response) => {
    const parts = [];
    request.on("data", (part) => parts.push(part));
    request.on("end", () => {
      response.writeHead(204).end();
      const got = { body: Buffer.concat(parts).toString("utf8"), headers: request.headers };
      (waiting.shift() ?? ((one) => received.push(one)))(got);
    });
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));

  const made = (await call("POST", "webhooks", { url: `http://127.0.0.1:${server.address().port}/hook`, events: ["article.*"] })).body;
  const source = (await call("GET", "sources?limit=1")).body.items[0].slug;
  const article = await call("POST", "articles", {
    headline: "Signed and sent – «verified»", source, language: "en", body: { format: "markdown", content: "Æ, 字 and 🗞." },
  });
  await call("POST", `articles/${article.body.id}/publish`, undefined, { "If-Match": article.etag });
  const published = await next();
  check(verifies(made.secret, published), "the signature does not verify");
  check(JSON.parse(published.body).type === "article.published", "it is no publication");
  check(!verifies(made.secret, { ...published, body: published.body.replace("Signed", "Forged") }), "a changed body verifies");
  check(!verifies(`whsec_${Buffer.alloc(32).toString("base64")}`, published), "another secret verifies");

  const webhook = await call("GET", `webhooks/${made.webhook.id}`);
  const rotated = (await call("POST", `webhooks/${made.webhook.id}/rotate-secret`, {}, { "If-Match": webhook.etag })).body;
  await call("POST", `webhooks/${made.webhook.id}/test`);
  const test = await next();
  check(rotated.secret !== made.secret && verifies(rotated.secret, test) && verifies(made.secret, test), "old and new secret do not both verify");
  console.log("webhooks: verified by standardwebhooks");
  process.exit(0);
}

setTimeout(() => { console.error("webhooks: nothing came within a minute"); process.exit(1); }, 60_000);
main().catch((failure) => { console.error(failure.message); process.exit(1); });
