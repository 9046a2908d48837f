// Makes a passkey in chromium's virtual authenticator, signs in with it, and tries what must fail. Usage: node passkey.mjs PLAN, a JSON object:
//   {browser, base, folder, account: {email, password, name}}
// Prints a JSON object of what was seen on the way; problems are lines of what went wrong in the pages themselves.
import { chromium } from "playwright-core";

const plan = JSON.parse(process.argv[2]);
const FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
	"--disable-component-update", "--disable-sync"];
const browser = await chromium.launch({ executablePath: plan.browser, args: FLAGS, timeout: 60000 });
const context = await browser.newContext({ viewport: { width: 360, height: 800 } });
const page = await context.newPage();
const problems = [];

await page.exposeFunction("reportViolation", (what) => problems.push(`policy: ${what}`));
await page.addInitScript(() => document.addEventListener("securitypolicyviolation",
	(event) => window.reportViolation(`${event.violatedDirective} ${event.blockedURI}`)));
page.on("pageerror", (error) => problems.push(`script: ${error.message}`));

const cdp = await context.newCDPSession(page);
await cdp.send("WebAuthn.enable");
const { authenticatorId } = await cdp.send("WebAuthn.addVirtualAuthenticator", { options: { protocol: "ctap2", transport: "internal",
	hasResidentKey: true, hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true } });

const go = (path) => page.goto(plan.base + path);
const press = (text) => Promise.all([page.waitForNavigation(), page.getByRole("button", { name: text }).click()]);
const text = () => page.locator("main").innerText();
const signedIn = async () => (await page.getByRole("button", { name: "Sign out" }).count()) > 0;
async function signOut() {
	await go("/");
	await press("Sign out");
}
async function usePasskey() {
	await go("/auth/sign_in");
	await page.getByRole("link", { name: "Use a passkey" }).click();
	await press("Use my passkey");
}

const seen = {};
await go("/auth/sign_in?return_to=/settings/security/passkeys");
await page.fill("#email", plan.account.email);
await page.fill("#password", plan.account.password);
await press("Sign in");

await page.fill("#name", "Test key");
await page.fill("#current_password", "a guess");
await press("Go on");
seen.guess = await text();
await page.fill("#name", "Test key");
await page.fill("#current_password", plan.account.password);
await press("Go on");
await page.screenshot({ path: `${plan.folder}/passkey-new.png` });
const challenge = await page.locator("form[data-passkey]").getAttribute("data-challenge");
await press("Make the passkey");
seen.added = await text();
await page.screenshot({ path: `${plan.folder}/passkeys.png`, fullPage: true });
seen.keys = (await cdp.send("WebAuthn.getCredentials", { authenticatorId })).credentials.length;

await signOut();
await usePasskey();
seen.signedIn = await signedIn();

// The same reply a second time, and a key that the server does not know.
await signOut();
await go("/auth/passkey");
await page.evaluate(() => { HTMLFormElement.prototype.submit = function () { window.sent = Object.fromEntries(new FormData(this)); }; });
await page.getByRole("button", { name: "Use my passkey" }).click();
await page.waitForFunction(() => window.sent);
const reply = await page.evaluate(() => window.sent);
const send = (fields) => page.evaluate(async (body) => {
	const got = await fetch("/auth/passkey", { method: "POST", body: new URLSearchParams(body), headers: { Accept: "text/html" }, redirect: "manual" });
	return got.type === "opaqueredirect" ? "in" : got.status;
}, fields);
seen.tampered = await send({ ...reply, signature: reply.signature.slice(0, -8) + "AAAAAAAA" });
seen.forged = await send({ ...reply, csrf: "x" });
seen.unknown = await send({ ...reply, credential: "AAAA" });
seen.first = await send(reply);
await context.clearCookies({ name: "howdah_session" });
seen.replayed = await send(reply);

// Somebody who is not verified (no PIN, no finger).
await cdp.send("WebAuthn.setUserVerified", { authenticatorId, isUserVerified: false });
await go("/auth/passkey");
await page.getByRole("button", { name: "Use my passkey" }).click();
await page.locator("#passkey-trouble:not([hidden])").waitFor();
seen.unverified = await page.locator("#passkey-trouble").innerText();
await cdp.send("WebAuthn.setUserVerified", { authenticatorId, isUserVerified: true });

await usePasskey();
await go("/settings/security/passkeys");
await page.getByRole("radio").check();
await page.fill("#drop_password", plan.account.password);
await press("Remove the one I chose");
seen.removed = await text();
await signOut();
await usePasskey();
seen.afterRemoval = await signedIn();
await browser.close();
console.log(JSON.stringify({ ...seen, challenge, problems }));
