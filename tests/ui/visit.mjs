// Drives chromium over the pages as one person at one kind of screen. Usage: node visit.mjs PLAN, a JSON object:
//   {browser, base, width, scheme, folder, account: {email, password}, pages: [{name, path}], signIn: path, consent: path,
//   signedIn: [{name, path}]}; the last are for who is signed in
// Prints a JSON object: {visits: [{name, status, title, wide, problems}], signedIn, consent}. A problem is a line of what went wrong there:
// a violation of the content security policy, an error on the console, a request that failed, something unnamed for a screen reader.
import { chromium } from "playwright-core";

const plan = JSON.parse(process.argv[2]);
const FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
	"--disable-component-update", "--disable-sync"];
const browser = await chromium.launch({ executablePath: plan.browser, args: FLAGS, timeout: 60000 });
const context = await browser.newContext({ viewport: { width: plan.width, height: 800 }, colorScheme: plan.scheme, reducedMotion: "reduce" });
const page = await context.newPage();
let problems = [];

await page.exposeFunction("reportViolation", (what) => problems.push(`policy: ${what}`));
await page.addInitScript(() => document.addEventListener("securitypolicyviolation",
	(event) => window.reportViolation(`${event.violatedDirective} ${event.blockedURI}`)));
page.on("console", (message) => message.type() === "error" && problems.push(`console: ${message.text()}`));
page.on("pageerror", (error) => problems.push(`script: ${error.message}`));
page.on("requestfailed", (request) => problems.push(`request: ${request.url()} ${request.failure()?.errorText}`));

// What a reader with a screen reader or a small screen would stumble over.
function shortcomings() {
	const found = [];
	for (const field of document.querySelectorAll("input:not([type=hidden]):not([type=submit]), textarea, select"))
		if (!field.labels?.length && !field.getAttribute("aria-label") && !field.getAttribute("aria-labelledby"))
			found.push(`unlabelled field ${field.name}`);
	for (const image of document.querySelectorAll("img:not([alt])"))
		found.push(`picture without alt ${image.src}`);
	if (document.querySelectorAll("h1").length !== 1)
		found.push(`${document.querySelectorAll("h1").length} h1`);
	if (!document.documentElement.lang)
		found.push("no language");
	if (!document.querySelector("meta[name=viewport]"))
		found.push("no viewport");
	return found;
}

// Contrast of the text against what it stands on, for the plainest case: the body.
function background() {
	const [r, g, b] = getComputedStyle(document.body).backgroundColor.match(/[\d.]+/g).map(Number);
	return (r + g + b) / 3;
}

async function look(name, reply) {
	await page.waitForLoadState("load");
	problems.push(...await page.evaluate(shortcomings));
	const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
	await page.screenshot({ path: `${plan.folder}/${name}-${plan.width}-${plan.scheme}.png` });
	const visit = { name, status: reply?.status() ?? 0, title: await page.title(), wide, light: await page.evaluate(background), problems };
	problems = [];
	return visit;
}

// Fills in the sign-in form with the keyboard alone: Tab to each field and to the button.
async function signInByKeyboard() {
	await page.goto(plan.base + plan.signIn);
	await page.evaluate(() => document.activeElement?.blur());
	const focused = () => page.evaluate(() => {
		const at = document.activeElement;
		return { tag: at.tagName, type: at.type, outlined: getComputedStyle(at).outlineStyle !== "none" || getComputedStyle(at).boxShadow !== "none" };
	});
	const typed = { email: plan.account.email, text: plan.account.email, password: plan.account.password };
	let filled = 0;
	for (let step = 0; step < 40; step++) {
		await page.keyboard.press("Tab");
		const at = await focused();
		if (at.tag !== "BODY" && !at.outlined)
			problems.push(`no sign of focus on ${at.tag} ${at.type ?? ""}`);
		if (at.tag === "INPUT" && typed[at.type]) {
			await page.keyboard.press("Control+A");
			await page.keyboard.type(typed[at.type]);
			filled++;
		} else if (filled >= 2 && (at.tag === "BUTTON" || at.type === "submit")) {
			await Promise.all([page.waitForNavigation(), page.keyboard.press("Enter")]);
			break;
		}
	}
	return (await context.cookies()).some((cookie) => cookie.httpOnly);
}

const result = { visits: [] };
for (const { name, path } of plan.pages)
	result.visits.push(await look(name, await page.goto(plan.base + path)));
result.signedIn = await signInByKeyboard();
result.visits.push(await look("signed-in", null));
for (const { name, path } of plan.signedIn)
	result.visits.push(await look(name, await page.goto(plan.base + path)));
result.visits.push(await look("consent", await page.goto(plan.base + plan.consent)));
result.consent = await page.locator("form button, form input[type=submit]").count();
await browser.close();
console.log(JSON.stringify(result));
