// A small fediverse server on Fedify: an actor, "fed", and one who passes on what others say, "relay". Usage: node peer.mjs PORT DOMAIN [SPEC]
// It listens on 127.0.0.1:PORT behind a TLS front that calls it DOMAIN. With SPEC ("rfc9421" or "draft-cavage-http-signatures-12") it signs
// so, and refuses whoever does not. /control/ is for the test that drives it:
//   POST /control/ACTION {…}   does what ACTIONS below says, and answers {id} of what was sent
//   GET  /control/types        all kinds of activities that Fedify knows
//   GET  /control/log          all that reached the inbox with a valid signature, in order
//   GET  /control/knocks       all that came to the inbox: {type, id, spec, refused, proven}
import { createServer } from "node:http";
import { Readable } from "node:stream";
import { createFederation, generateCryptoKeyPair, InProcessMessageQueue, MemoryKvStore, signObject, signRequest, verifyObject } from "@fedify/fedify";
import * as vocab from "@fedify/vocab";
import { Accept, Activity, Announce, Collection, Create, Delete, Endpoints, Follow, Like, Note, Person, PUBLIC_COLLECTION, Question, Tombstone, Undo,
	Update } from "@fedify/vocab";
import { Temporal } from "@js-temporal/polyfill";

const [port, domain, spec] = [Number(process.argv[2]), process.argv[3], process.argv[4]];
const origin = `https://${domain}`;
const NAME = "fed", RELAY = "relay", DRAFT = "draft-cavage-http-signatures-12";
const newKeys = async () => [await generateCryptoKeyPair("RSASSA-PKCS1-v1_5"), await generateCryptoKeyPair("Ed25519")];
const keys = new Map([[NAME, await newKeys()], [RELAY, await newKeys()]]);
const knocks = [];
const notes = new Map();		// our notes by number
const sent = new Map();			// our activities by their address
const pinned = [];			// notes of ours that we feature
const stamps = new Map();		// consents to quote our notes, by number
const aliases = new Set();		// who relay was elsewhere
const followers = new Map();		// actors that follow us, by id
const following = new Set();
const log = [];
let displayName = "Fed of Fedify";
let serial = 0;

const federation = createFederation({
	kv: new MemoryKvStore(), queue: new InProcessMessageQueue({ pollInterval: { milliseconds: 50 } }), origin, allowPrivateAddress: true,
	firstKnock: spec,
});

async function person(ctx, identifier) {
	if (!keys.has(identifier))
		return null;
	const pairs = await ctx.getActorKeyPairs(identifier);
	return new Person({
		id: ctx.getActorUri(identifier), preferredUsername: identifier, name: identifier === NAME ? displayName : "A relay", summary: "An actor that others wrote",
		url: new URL(`/@${identifier}`, origin), inbox: ctx.getInboxUri(identifier), outbox: ctx.getOutboxUri(identifier),
		followers: ctx.getFollowersUri(identifier), following: ctx.getFollowingUri(identifier), featured: ctx.getFeaturedUri(identifier),
		endpoints: new Endpoints({ sharedInbox: ctx.getInboxUri() }), manuallyApprovesFollowers: false,
		aliases: identifier === RELAY ? [ctx.getActorUri(NAME), ...[...aliases].map((id) => new URL(id))] : [],
		publicKey: pairs[0].cryptographicKey, assertionMethods: pairs.map((pair) => pair.multikey),
	});
}

federation.setActorDispatcher("/users/{identifier}", person).setKeyPairsDispatcher((_ctx, identifier) => keys.get(identifier) ?? []);

federation.setFollowersDispatcher("/users/{identifier}/followers", () => ({
	items: [...followers.values()].map((actor) => ({ id: actor.id, inboxId: actor.inboxId, endpoints: actor.endpoints })),
}));
federation.setFollowingDispatcher("/users/{identifier}/following", () => ({ items: [...following].map((id) => new URL(id)) }));
federation.setFeaturedDispatcher("/users/{identifier}/featured", () => ({ items: pinned }));
federation.setOutboxDispatcher("/users/{identifier}/outbox", () => ({ items: [] }));
federation.setObjectDispatcher(Note, "/users/{identifier}/notes/{id}", (_ctx, { id }) => notes.get(id) ?? null);
federation.setObjectDispatcher(vocab.QuoteAuthorization, "/users/{identifier}/stamps/{id}", (_ctx, { id }) => stamps.get(id) ?? null);
federation.setNodeInfoDispatcher("/nodeinfo/2.1", () => ({
	software: { name: "fedify-peer", version: "1.0.0" }, protocols: ["activitypub"], openRegistrations: false,
	usage: { users: { total: 1 }, localPosts: notes.size, localComments: 0 },
}));

async function heard(_ctx, activity) {
	const json = await activity.toJsonLd({ format: "compact" });
	log.push({ type: json.type, id: json.id, actor: activity.actorId?.href, object: activity.objectId?.href, json });
}

federation.setInboxListeners("/users/{identifier}/inbox", "/inbox")
	.on(Follow, async (ctx, follow) => {
		await heard(ctx, follow);
		const follower = await follow.getActor(ctx);
		followers.set(follower.id.href, follower);
		const id = new URL(`/accepts/${++serial}`, origin);
		await ctx.sendActivity({ identifier: NAME }, follower, new Accept({ id, actor: follow.objectId, object: follow }));
	})
	.on(Undo, async (ctx, undo) => {
		await heard(ctx, undo);
		const undone = await undo.getObject(ctx);
		if (undone instanceof Follow)
			followers.delete(undo.actorId.href);
	})
	.on(Activity, heard)
	.onError((_ctx, error) => console.error("inbox:", error));

const ctx = federation.createContext(new URL(origin), undefined);
const me = ctx.getActorUri(NAME);
const everyone = { tos: [PUBLIC_COLLECTION], ccs: [ctx.getFollowersUri(NAME)] };

// Sends an activity to our followers and to whoever else it concerns.
async function tell(activity, whom = []) {
	sent.set(activity.id.href, activity);
	for (const actor of whom)
		await ctx.sendActivity({ identifier: NAME }, actor, activity, { immediate: true });
	if (!(activity instanceof Follow))
		await ctx.sendActivity({ identifier: NAME }, "followers", activity, { preferSharedInbox: true });
	return { id: activity.id.href };
}

async function fetched(id) {
	const object = await ctx.lookupObject(id, { documentLoader: await ctx.getDocumentLoader({ identifier: NAME }) });
	if (!object)
		throw new Error(`nothing at ${id}`);
	return object;
}

const activityId = (kind) => new URL(`/${kind}/${++serial}`, origin);
const ours = (id) => notes.get(id.split("/").at(-1));

async function authorOf(id) {
	const object = await fetched(id);
	return object instanceof Person ? object : await object.getAttribution({ documentLoader: await ctx.getDocumentLoader({ identifier: NAME }) });
}

// Takes back what was sent as the activity `of`.
async function undo({ of }) {
	const activity = sent.get(of);
	const whom = activity instanceof Follow ? await fetched(activity.objectId.href) : await authorOf(activity.objectId.href);
	if (activity instanceof Follow)
		following.delete(whom.id.href);
	return await tell(new Undo({ id: activityId("undos"), actor: me, object: activity, ...everyone }), [whom]);
}

const ACTIONS = {
	async follow({ actor }) {
		const target = await fetched(actor);
		following.add(target.id.href);
		return await tell(new Follow({ id: activityId("follows"), actor: me, object: target.id }), [target]);
	},
	async note({ text, inReplyTo, sensitive, warning, quotes, quotable }) {
		const number = String(++serial);
		const answered = inReplyTo ? await fetched(inReplyTo) : null;
		const id = ctx.getObjectUri(Note, { identifier: NAME, id: number });
		const note = new Note({
			id, attribution: me, content: text, url: id, replyTarget: answered?.id, sensitive, summary: warning, ...everyone,
			quote: quotes ? new URL(quotes) : null,
			interactionPolicy: quotable ? new vocab.InteractionPolicy({ canQuote: new vocab.InteractionRule({ automaticApproval: PUBLIC_COLLECTION }) }) : null,
			published: Temporal.Now.instant(),
		});
		notes.set(number, note);
		const create = new Create({ id: activityId("creates"), actor: me, object: note, ...everyone });
		await tell(create, answered ? [await authorOf(inReplyTo)] : []);
		return { id: id.href };
	},
	async edit({ id, text }) {
		const note = ours(id).clone({ content: text, updated: Temporal.Now.instant() });
		notes.set(id.split("/").at(-1), note);
		return await tell(new Update({ id: activityId("updates"), actor: me, object: note, ...everyone }));
	},
	async delete({ id }) {
		notes.delete(id.split("/").at(-1));
		return await tell(new Delete({ id: activityId("deletes"), actor: me, object: new Tombstone({ id: new URL(id) }), ...everyone }));
	},
	async like({ id }) {
		return await tell(new Like({ id: activityId("likes"), actor: me, object: (await fetched(id)).id }), [await authorOf(id)]);
	},
	async boost({ id }) {
		const boost = new Announce({ id: activityId("boosts"), actor: me, object: (await fetched(id)).id, published: Temporal.Now.instant(), ...everyone });
		return await tell(boost, [await authorOf(id)]);
	},
	// An activity of any kind about what is at an address.
	async say({ type, object, target, instrument, content, whom = [] }) {
		const at = (address) => address ? new URL(address) : null;
		const said = { id: activityId("said"), actor: me, object: at(object), target: at(target), instrument: at(instrument), content };
		return await tell(new vocab[type](said), await Promise.all(whom.map(fetched)));
	},
	// Asks our followers; counts says how many have chosen each, and comes again as an Update.
	async ask({ id, text, options, counts }) {
		const number = id?.split("/").at(-1) ?? String(++serial);
		const at = ctx.getObjectUri(Note, { identifier: NAME, id: number });
		const choices = options.map((name, i) => new Note({ name, replies: new Collection({ totalItems: counts[i] }) }));
		const question = new Question({
			id: at, attribution: me, content: text, url: at, exclusiveOptions: choices, ...everyone,
			published: Temporal.Instant.from("2026-01-01T00:00:00Z"), endTime: Temporal.Now.instant().add({ hours: 24 }),
		});
		await tell(new (id ? Update : Create)({ id: activityId("asked"), actor: me, object: question, ...everyone }));
		return { id: at.href };
	},
	// Lets somebody quote a note of ours who has asked for it with this QuoteRequest.
	async agree({ request, by, instrument, quoted }) {
		const number = String(++serial), asker = await fetched(by);
		const stamp = new vocab.QuoteAuthorization({
			id: ctx.getObjectUri(vocab.QuoteAuthorization, { identifier: NAME, id: number }), attribution: me,
			interactingObject: new URL(instrument), interactionTarget: new URL(quoted),
		});
		stamps.set(number, stamp);
		const asked = new vocab.QuoteRequest({ id: new URL(request), actor: asker.id, object: new URL(quoted), instrument: new URL(instrument) });
		return await tell(new Accept({ id: activityId("accepts"), actor: me, object: asked, result: stamp.id }), [asker]);
	},
	async alias({ of }) {
		aliases.add(of);
		return {};
	},
	async vote({ id, name }) {
		const author = await authorOf(id);
		const vote = new Note({ id: activityId("votes"), attribution: me, name, replyTarget: new URL(id), to: author.id });
		await ctx.sendActivity({ identifier: NAME }, author, new Create({ id: activityId("voted"), actor: me, object: vote, to: author.id }), { immediate: true });
		return { id: vote.id.href };
	},
	async rename({ name }) {
		displayName = name;
		return await tell(new Update({ id: activityId("updates"), actor: me, object: await person(ctx, NAME), ...everyone }));
	},
	undo,
	// A note that is nowhere to be had, in an activity with fed's proof and with relay's signature of the request.
	async pass({ inbox, text, forged }) {
		const id = ctx.getObjectUri(Note, { identifier: NAME, id: String(++serial) });
		const note = new Note({ id, attribution: me, content: text, ...everyone, published: Temporal.Now.instant() });
		const create = new Create({ id: activityId("creates"), actor: me, object: note, ...everyone });
		const [, proving] = await ctx.getActorKeyPairs(NAME), [signing] = await ctx.getActorKeyPairs(RELAY);
		const proven = await signObject(create, proving.privateKey, proving.multikey.id, { contextLoader: ctx.contextLoader });
		// The proof is over the form that Fedify sends, in which the public is spelled out.
		const said = JSON.stringify(await proven.toJsonLd({ format: "compact", contextLoader: ctx.contextLoader }));
		const json = JSON.parse(said.replaceAll('"as:Public"', JSON.stringify(PUBLIC_COLLECTION.href)));
		if (forged)
			json.object.content = forged;
		const request = new Request(inbox, { method: "POST", body: JSON.stringify(json), headers: { "Content-Type": "application/activity+json" } });
		const answer = await fetch(await signRequest(request, signing.privateKey, signing.keyId, { spec: spec ?? "rfc9421" }));
		if (answer.status !== 202)
			throw new Error(`${answer.status} ${await answer.text()}`);
		return { id: id.href };
	},
	async lookup({ what }) {
		return { id: (await fetched(what)).id.href, json: await (await fetched(what)).toJsonLd({ format: "compact" }) };
	},
};

async function control(request, url) {
	const name = url.pathname.split("/")[2];
	if (name === "types")
		return Response.json(Object.keys(vocab).filter((name) => vocab[name].prototype instanceof Activity));
	if (name === "log")
		return Response.json(log);
	if (name === "knocks")
		return Response.json(knocks);
	if (name === "followers")
		return Response.json([...followers.keys()]);
	const action = ACTIONS[name];
	if (!action)
		return new Response("no such action", { status: 404 });
	try {
		return Response.json(await action(await request.json()));
	} catch (error) {
		console.error(name, error);
		return Response.json({ error: String(error?.stack ?? error) }, { status: 500 });
	}
}

// Notes who knocks how; false where that is not how it is done here.
async function knock(request) {
	const said = request.headers.has("signature-input") ? "rfc9421" : request.headers.has("signature") ? DRAFT : null;
	const json = await request.clone().json().catch(() => ({}));
	const found = { type: json.type, id: json.id, spec: said, refused: spec !== undefined && said !== spec, proven: null };
	if (json.proof)
		found.proven = await verifyObject(Activity, json, { contextLoader: ctx.contextLoader, documentLoader: ctx.documentLoader }) != null;
	knocks.push(found);
	return !found.refused;
}

async function serve(request, url) {
	if (url.pathname.startsWith("/control/"))
		return await control(request, url);
	if (request.method === "POST" && !await knock(request))
		return new Response("sign it as is usual here", { status: 401 });
	return await federation.fetch(request, { contextData: undefined });
}

const server = createServer(async (incoming, outgoing) => {
	const url = new URL(incoming.url, origin);
	const hasBody = !["GET", "HEAD"].includes(incoming.method);
	const request = new Request(url, {
		method: incoming.method, headers: Object.entries(incoming.headers).map(([k, v]) => [k, String(v)]),
		...(hasBody ? { body: Readable.toWeb(incoming), duplex: "half" } : {}),
	});
	const reply = await serve(request, url);
	outgoing.writeHead(reply.status, Object.fromEntries(reply.headers));
	outgoing.end(Buffer.from(await reply.arrayBuffer()));
});

server.listen(port, "127.0.0.1", () => console.log("ready"));
