// Passkeys need a script: only that can reach the authenticator. It asks for what the form's data attributes say, puts the reply into the
// form's hidden fields and sends the form. https://www.w3.org/TR/webauthn-3/
const form = document.querySelector("form[data-passkey]");
const trouble = document.querySelector("#passkey-trouble");

const bytes = (text) => new TextEncoder().encode(text);
const base64url = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
const unbase64url = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));

function complain(text) {
	trouble.textContent = text;
	trouble.hidden = false;
}

async function create(asked) {
	const made = await navigator.credentials.create({ publicKey: {
		challenge: bytes(asked.challenge), rp: { id: location.hostname, name: asked.site },
		user: { id: bytes(asked.user), name: asked.name, displayName: asked.name },
		pubKeyCredParams: [-7, -8, -257].map((alg) => ({ type: "public-key", alg })), attestation: "none",
		excludeCredentials: asked.known.split(" ").filter((id) => id).map((id) => ({ type: "public-key", id: unbase64url(id) })),
		authenticatorSelection: { residentKey: "required", requireResidentKey: true, userVerification: "required" },
	} });
	const key = made.response.getPublicKey();
	if (!key)
		throw new Error("its key is of a kind that this browser does not know");
	return { client_data: made.response.clientDataJSON, authenticator_data: made.response.getAuthenticatorData(), public_key: key };
}

async function use(asked) {
	const got = await navigator.credentials.get({ publicKey: { challenge: bytes(asked.challenge), rpId: location.hostname, userVerification: "required" } });
	return { credential: got.rawId, client_data: got.response.clientDataJSON, authenticator_data: got.response.authenticatorData,
		signature: got.response.signature };
}

form.addEventListener("submit", async (event) => {
	event.preventDefault();
	trouble.hidden = true;
	try {
		const reply = await (form.dataset.passkey === "create" ? create(form.dataset) : use(form.dataset));
		for (const [name, value] of Object.entries(reply))
			form.elements[name].value = base64url(value);
		form.submit();
	} catch (error) {
		complain(error.name === "InvalidStateError" ? "This device has a passkey for your account already."
			: error.name === "NotAllowedError" ? "Nothing was done: it was called off, or took too long."
			: `That did not work: ${error.message}`);
	}
});
if (!window.PublicKeyCredential)
	complain("This browser knows no passkeys, or the page did not come over https.");
