// The payment houses' own SDKs for Node: one order on standard input, its answer on standard output.
const Stripe = require("stripe");
const { WebhookSignatureValidator } = require("mercadopago");

const nobody = new Stripe("sk_test_nobody");

const orders = {
  sign: ({ payload, secret, at }) =>
    nobody.webhooks.generateTestHeaderString({ payload, secret, timestamp: at }),
  read: ({ payload, header, secret, at }) =>
    nobody.webhooks.constructEvent(payload, header, secret, 300, undefined, at * 1000).id,
  readMercadoPago: ({ signature, requestId, subject, secret }) => {
    WebhookSignatureValidator.validate({
      xSignature: signature, xRequestId: requestId, dataId: subject, secret,
    });
    return "genuine";
  },
  checkout: async ({ host, port, key, session }) => {
    const stripe = new Stripe(key, { host, port, protocol: "http", maxNetworkRetries: 0, telemetry: false });
    const made = await stripe.checkout.sessions.create(session, { idempotencyKey: "node-1" });
    const again = await stripe.checkout.sessions.create(session, { idempotencyKey: "node-1" });
    const expired = await stripe.checkout.sessions.expire(made.id);
    const listed = await stripe.checkout.sessions.list({ limit: 1 });
    return { made, again: again.id, expired: expired.status, listed: listed.data.map((each) => each.id) };
  },
};

let told = "";
process.stdin.on("data", (piece) => { told += piece; });
process.stdin.on("end", async () => {
  const { order, ...facts } = JSON.parse(told);
  try {
    process.stdout.write(JSON.stringify({ answer: await orders[order](facts) }));
  } catch (error) {
    process.stdout.write(JSON.stringify({ refusal: error.type ?? error.reason ?? error.name }));
  }
});
