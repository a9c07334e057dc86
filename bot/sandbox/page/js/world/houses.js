import { ask } from "../wire.js";

const money = ({ currency, amount }) => `${currency} ${Number(amount).toFixed(2)}`;

/** The payment houses: where each lists its bills, and what can be done to one. */
const HOUSES = [
  {
    name: "Stripe",
    list: "/world/stripe/sessions",
    bill: (session) => ({
      id: session.id,
      told: money(session),
      reference: session.reference,
      state: session.payment_status === "paid" ? "paid" : session.status,
      url: session.url,
      deeds: session.payment_status === "unpaid" && session.status === "open"
        ? [["Pay", `/world/stripe/sessions/${session.id}/pay`, { outcome: "paid" }], ["Payment fails", `/world/stripe/sessions/${session.id}/pay`, { outcome: "fail" }]]
        : session.payment_intent && session.payment_status === "paid"
          ? [["Refund", `/world/stripe/payments/${session.payment_intent}/refund`, {}], ["Dispute", `/world/stripe/payments/${session.payment_intent}/dispute`, {}]]
          : [],
    }),
  },
  {
    name: "Mercado Pago",
    list: "/world/mercadopago/payments",
    bill: (payment) => ({
      id: payment.id,
      told: money(payment),
      reference: payment.reference,
      state: payment.status === "approved" ? "paid" : payment.status,
      url: payment.url,
      deeds: payment.status === "pending"
        ? [["Pay", `/world/mercadopago/payments/${payment.id}/pay`, { outcome: "paid" }]]
        : payment.status === "approved"
          ? [["Refund", `/world/mercadopago/payments/${payment.id}/refund`, {}], ["Dispute", `/world/mercadopago/payments/${payment.id}/dispute`, {}]]
          : [],
    }),
  },
  {
    name: "CryptoPay",
    list: "/world/cryptopay/invoices",
    bill: (invoice) => ({
      id: invoice.id,
      told: money(invoice),
      reference: invoice.reference,
      state: invoice.status === "active" ? "open" : invoice.status,
      url: invoice.url,
      deeds: invoice.status === "active" ? [["Pay", `/world/cryptopay/invoices/${invoice.id}/pay`, { outcome: "paid" }]] : [],
    }),
  },
];

/** All bills, newest first in each house. */
export async function bills() {
  const lists = await Promise.all(HOUSES.map(({ list }) => ask(list).catch(() => [])));
  return HOUSES.flatMap((house, index) => lists[index].map((one) => ({ house: house.name, ...house.bill(one) })));
}
